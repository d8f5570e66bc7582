//! Punctuation, spaces and characters: what is wrong with a text whatever it says.

pub mod bidi_control;
pub mod bracket_unpaired;
pub mod control_char;
pub mod encoding_damage;
pub mod length_ratio;
pub mod mixed_script;
pub mod punct_end;
pub mod punct_spacing;
pub mod quote_style;
pub mod quote_unpaired;
pub mod quotes;
pub mod repeated_word;
pub mod space_extra;
pub mod width_mixed;
pub mod zero_width;

use super::glyphs::Class;
use super::{About, Family, LooksAt};
use crate::model::Severity;
use crate::text::writing::Script;

/// Returns what there is to know about a check of any text.
const fn about(code: &'static str, page: &'static str) -> About {
    About {
        code,
        family: Family::Text,
        severity: Severity::Warning,
        looks_at: LooksAt::Texts,
        yields_to: &[],
        page,
    }
}

/// Returns how long a text is, in characters of English; `None` where nobody measured the language.
pub(in crate::check) fn length(text: &super::Text<'_>) -> Option<f64> {
    let hundred = f64::from(text.writing.length);
    let glyphs = text.glyphs();
    let han = f64::from(glyphs.count(Script::Han));
    let seen = glyphs
        .all
        .iter()
        .filter(|g| !g.code && !matches!(g.class, Class::Hidden | Class::Control | Class::Mark));
    let all = seen.count() as f64;
    if text.writing.script == Script::Han {
        // Foreign words and figures among the characters are as long as elsewhere.
        return Some(han * 100.0 / hundred + (all - han));
    }
    (hundred > 0.0).then(|| all * 100.0 / hundred)
}

#[cfg(test)]
mod facts;
#[cfg(test)]
pub(super) mod tests;
