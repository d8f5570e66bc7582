//! What a person or a script reads: concepts, units, findings, losses and changes.
//!
//! Text is for eyes (colours are ANSI; whoever writes it out drops them where no eye looks),
//! JSON and JSON Lines are the contract with scripts. Nothing is decided here.

mod analysis;
mod concept;
mod concordance;
mod diff;
mod excerpt;
mod finding;
mod github;
mod html;
mod json;
mod loss;
mod matches;
pub mod paths;
mod pretranslated;
mod sarif;
mod scan;
mod told;
mod unified;
mod unit;

pub use analysis::{analyses_csv, analysis, analysis_json};
pub use concept::{Detail, concept, headline, in_languages, term_line};
pub use concordance::{Around, ConcordanceTable, Kwic, occurrence_json};
pub use diff::{concept_changes, describe, unit_changes};
pub use excerpt::excerpt;
pub use finding::{finding, finding_in_text, severe, summary};
pub use github::github;
pub use html::{html, html_of_concordance, html_of_scan};
pub use json::{Stream, finding_json, lookup_json, one, term_json, verdict_json};
pub use loss::{loss_summary, losses_json};
pub use matches::{MatchDetail, match_json, matched};
pub use pretranslated::{band, pretranslated, pretranslation, pretranslation_json};
pub use sarif::sarif;
pub use scan::{Scanned, judgement_word, legend, scanned};
pub use told::{Checked, TextsOfRow, Told, count_characters};
pub use unified::unified;
pub use unit::{unit, unit_json, unit_line};

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

use crate::model::{Status, Term};

/// How the parts of a report look.
pub mod look {
    use super::{AnsiColor, Style};

    /// What the eye should fall on first.
    pub const STRONG: Style = Style::new().bold();
    /// What may be passed over.
    pub const FAINT: Style = Style::new().dimmed();
    /// Good.
    pub const GOOD: Style = AnsiColor::Green.on_default();
    /// Doubtful.
    pub const DOUBT: Style = AnsiColor::Yellow.on_default();
    /// Bad.
    pub const BAD: Style = AnsiColor::Red.on_default();
    /// A name that can be typed.
    pub const NAME: Style = AnsiColor::Cyan.on_default();
}

/// Puts a style around something.
pub fn styled(style: Style, what: impl Display) -> String {
    format!("{style}{what}{style:#}")
}

/// Returns the word for a term's status, with its prohibition, and how it looks.
pub fn status_word(term: &Term) -> (String, Style) {
    if term.forbidden {
        return ("forbidden".to_owned(), look::BAD.bold());
    }
    let style = match term.status {
        Some(Status::Preferred) => look::GOOD,
        Some(Status::Admitted) | None => Style::new(),
        Some(Status::Proposed) => look::DOUBT,
        Some(Status::Superseded | Status::Deprecated) => look::BAD,
    };
    (term.status.map_or("-".to_owned(), |s| s.to_string()), style)
}

/// Pads to a width in terminal columns.
pub fn padded(text: &str, width: usize) -> String {
    let own = crate::text::width(text);
    format!("{text}{}", " ".repeat(width.saturating_sub(own)))
}
