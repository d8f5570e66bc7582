#![doc = include_str!("repeated-word.md")]

use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen};
use crate::model::Severity;

/// `repeated-word`
pub struct RepeatedWord;

const ABOUT: About = About {
    code: "repeated-word",
    family: Family::Text,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("repeated-word.md"),
};

impl Check for RepeatedWord {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let text = seen.target.text();
        let words: Vec<_> = crate::text::words(text).collect();
        for pair in words.windows(2) {
            let (one, two) = (&text[pair[0].clone()], &text[pair[1].clone()]);
            if one == two && &text[pair[0].end..pair[1].start] == " " {
                let range = pair[0].end..pair[1].end;
                found.push(
                    Found::in_target(range, format!("\"{one}\" stands twice in a row."))
                        .help("drop one of them")
                        .fix(""),
                );
            }
        }
        Facts::default()
    }
}
