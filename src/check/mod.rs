//! Judging: what is wrong with a text or a file, said with a place, a sentence and what to do.
//!
//! A check is two sibling files, its code and its page, and a line in [`CHECKS`]. It looks at one row at a
//! time ([`Seen`]: a segment with its translation, or a paragraph), and where it judges the whole it
//! remembers small facts of each row and speaks at the end. [`run()`] asks all of them, on all cores, and the
//! answer does not depend on how many there are. [`validate`] judges TBX and TMX by their schemas.

mod base;
pub mod baseline;
mod codes;
mod consistency;
mod custom;
mod glyphs;
mod numbers;
mod options;
mod page;
mod run;
mod seen;
mod settings;
mod terms;
mod text;
pub mod validate;

pub use base::run_on_base;
pub use options::Options;
pub use page::{Example, Page};
pub use run::{Rows, run, run_by_row};
pub use seen::{Seen, Text};
pub use settings::{Settings, unknown_name};

use std::ops::Range;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{Concept, Finding, Severity, Side};

/// Every check there is, family by family.
pub static CHECKS: &[&dyn Check] = &[
    &terms::term_missing::TermMissing,
    &terms::term_not_approved::TermNotApproved,
    &terms::term_deprecated::TermDeprecated,
    &terms::term_forbidden::TermForbidden,
    &terms::term_untranslated::TermUntranslated,
    &terms::term_case::TermCase,
    &terms::dnt_changed::DntChanged,
    &terms::acronym_undefined::AcronymUndefined,
    &terms::anachronism::Anachronism,
    &terms::variant_nonpreferred::VariantNonpreferred,
    &consistency::empty_target::EmptyTarget,
    &consistency::untranslated::Untranslated,
    &consistency::partial_translation::PartialTranslation,
    &consistency::inconsistent_target::InconsistentTarget,
    &consistency::inconsistent_source::InconsistentSource,
    &consistency::inconsistent_term::InconsistentTerm,
    &numbers::number_mismatch::NumberMismatch,
    &numbers::date_mismatch::DateMismatch,
    &numbers::percent_mismatch::PercentMismatch,
    &numbers::currency_mismatch::CurrencyMismatch,
    &numbers::unit_mismatch::UnitMismatch,
    &numbers::figure_mismatch::FigureMismatch,
    &text::punct_end::PunctEnd,
    &text::punct_spacing::PunctSpacing,
    &text::bracket_unpaired::BracketUnpaired,
    &text::quote_unpaired::QuoteUnpaired,
    &text::quote_style::QuoteStyle,
    &text::width_mixed::WidthMixed,
    &text::repeated_word::RepeatedWord,
    &text::space_extra::SpaceExtra,
    &text::zero_width::ZeroWidth,
    &text::control_char::ControlChar,
    &text::bidi_control::BidiControl,
    &text::mixed_script::MixedScript,
    &text::encoding_damage::EncodingDamage,
    &text::length_ratio::LengthRatio,
    &codes::tag_missing::TagMissing,
    &codes::tag_extra::TagExtra,
    &codes::tag_order::TagOrder,
    &codes::tag_nesting::TagNesting,
    &codes::placeholder_missing::PlaceholderMissing,
    &codes::placeholder_extra::PlaceholderExtra,
    &codes::url_changed::UrlChanged,
    &custom::custom_word::CustomWord,
    &custom::custom_regex::CustomRegex,
    &base::duplicate_concept::DuplicateConcept,
    &base::duplicate_term::DuplicateTerm,
    &base::homograph::Homograph,
    &base::relation_broken::RelationBroken,
    &base::two_preferred::TwoPreferred,
    &base::no_preferred::NoPreferred,
    &base::two_statuses::TwoStatuses,
    &base::no_context::NoContext,
    &base::bad_language_tag::BadLanguageTag,
];

/// Something that is looked for in a row.
pub trait Check: Sync {
    /// Returns what there is to know about it.
    fn about(&self) -> &About;

    /// Looks at one row. Pure, so that rows can be looked at in any order.
    fn look(&self, _seen: &Seen<'_>, _found: &mut Vec<Found>) -> Facts {
        Facts::default()
    }

    /// Looks at the base itself: all its concepts, by name.
    fn of_base(&self, _concepts: &[&Concept]) -> Vec<Finding> {
        vec![]
    }

    /// Judges the whole, by what [`Check::look`] remembered of each row that it remembered anything of, in
    /// the order of the rows.
    fn finish(
        &self,
        _facts: &[(u32, Facts)],
        _rows: &dyn Rows,
        _options: &Options,
        _found: &mut Vec<(u32, Found)>,
    ) {
    }
}

/// What there is to know about a check.
#[derive(Debug)]
pub struct About {
    /// Its code; reads well after "allow …".
    pub code: &'static str,
    /// What it belongs to.
    pub family: Family,
    /// How much its findings matter, unless a finding says otherwise.
    pub severity: Severity,
    /// What it looks at.
    pub looks_at: LooksAt,
    /// The checks whose finding in a row makes its own findings there superfluous.
    pub yields_to: &'static [&'static str],
    /// Its page, in Markdown.
    pub page: &'static str,
}

/// What belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// Terms of the base.
    Terms,
    /// One thing, one wording.
    Consistency,
    /// Numbers, dates, amounts.
    Numbers,
    /// Punctuation, spaces, characters.
    Text,
    /// Tags, placeholders, addresses.
    Codes,
    /// What the user asked to be looked for.
    Custom,
    /// The base itself.
    Base,
}

impl Family {
    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Terms => "terms",
            Self::Consistency => "consistency",
            Self::Numbers => "numbers",
            Self::Text => "text",
            Self::Codes => "codes",
            Self::Custom => "custom",
            Self::Base => "base",
        }
    }
}

/// What a check looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooksAt {
    /// A segment and its translation; rows without a source are passed over.
    Pairs,
    /// Any text: the target of a pair, or a paragraph.
    Texts,
    /// The base itself.
    Base,
}

/// Something found in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which side it is on.
    pub side: Side,
    /// Where in that side's text (the target's, if it is about both), in bytes.
    pub range: Range<usize>,
    /// How much it matters, if not as much as the check says.
    pub severity: Option<Severity>,
    /// The concept it is about.
    pub concept: Option<String>,
    /// What was found and why it matters: a whole sentence.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// What to put in place of the range, where that is safe.
    pub fix: Option<String>,
}

impl Found {
    /// Makes something found in the target.
    pub fn in_target(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            side: Side::Target,
            range,
            severity: None,
            concept: None,
            message: message.into(),
            help: None,
            fix: None,
        }
    }

    /// Makes something found in the source.
    pub fn in_source(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { side: Side::Source, ..Self::in_target(range, message) }
    }

    /// Returns it with what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Returns it with what to put in place of its range.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// Returns it as mattering so much.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }

    /// Returns it with the concept it is about.
    pub fn concept(mut self, concept: impl Into<String>) -> Self {
        self.concept = Some(concept.into());
        self
    }
}

/// What a check remembers of a row for the end: hashes and ordinals, never text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts(pub Vec<[u64; 2]>);

/// Gives findings about files their fingerprints: each stays while the thing found stays, wherever in the file
/// it moves.
///
/// Such findings have no text that would tell them apart, so the file's name does. Of findings in texts see
/// `fingerprint_in_texts`.
pub fn fingerprint(findings: &mut [Finding]) {
    number(findings, |_, finding| {
        let place = &finding.place;
        format!(
            "{}\0{:?}\0{:?}\0{:?}\0{:?}\0{}",
            finding.check, place.file, place.unit, place.side, finding.surface, finding.message
        )
    });
}

/// Gives findings in texts their fingerprints: by check, side, the text it was found in, the words found and
/// the concept; `texts` are the hashes of those texts, one for each finding.
///
/// Neither line nor unit nor other rows count, so what somebody accepted stays accepted when the file grows or
/// is sorted anew, and ends when the text itself changes. The sentence that says it does not count either: a
/// newer wicterm may say it better. Nor does the file's name: a file that was renamed is the same work, and
/// [`baseline`] minds that one acceptance covers one finding in one file.
fn fingerprint_in_texts(findings: &mut [Finding], texts: &[u64]) {
    number(findings, |at, finding| {
        format!(
            "{}\0{:?}\0{:016x}\0{:?}\0{:?}",
            finding.check, finding.place.side, texts[at], finding.surface, finding.concept
        )
    });
}

/// Twins, which are said in the same words, are told apart by their turn.
fn number(findings: &mut [Finding], said: impl Fn(usize, &Finding) -> String) {
    let mut met: FxHashMap<u64, u32> = FxHashMap::default();
    for (at, finding) in findings.iter_mut().enumerate() {
        let hash = xxh3_64(said(at, finding).as_bytes());
        let turn = met.entry(hash).or_default();
        *turn += 1;
        finding.fingerprint = format!("{:016x}", xxh3_64(format!("{hash}\0{turn}").as_bytes()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Place;

    #[test]
    fn a_fingerprint_stays_where_the_line_moves_and_tells_twins_apart() {
        let made = |lines: &[u32]| {
            let new =
                |line: &u32| Finding::new("tbx-id", Severity::Error, Place::file("a").at_line(*line), "it");
            let mut findings: Vec<_> = lines.iter().map(new).collect();
            fingerprint(&mut findings);
            findings.into_iter().map(|f| f.fingerprint).collect::<Vec<_>>()
        };
        assert_eq!(made(&[1, 2]), made(&[7, 9]));
        assert_ne!(made(&[1, 2])[0], made(&[1, 2])[1]);
        assert_eq!(made(&[1])[0].len(), 16);
    }
}
