#![doc = include_str!("quote-style.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;
use crate::text::writing::Script;

/// `quote-style`
pub struct QuoteStyle;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "encoding-damage", "quote-unpaired"],
    ..super::about("quote-style", include_str!("quote-style.md"))
};

impl Check for QuoteStyle {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let writing = seen.target.writing;
        let quotes = seen.target.quotes();
        let Some(first) = writing.quotes.first().filter(|_| !quotes.pairs.is_empty() && quotes.are_paired())
        else {
            return Facts::default();
        };
        let (glyphs, text) = (seen.target.glyphs(), seen.target.text());
        for pair in &quotes.pairs {
            let marks = (glyphs.all[pair.0].c, glyphs.all[pair.1].c);
            let depth = quotes.depth(*pair);
            let inside = depth > 0 && writing.inner_quotes.contains(&marks);
            if writing.quotes.contains(&marks) || inside {
                continue;
            }
            let straight = matches!(marks.0, '"' | '＂');
            let within = &glyphs.all[pair.0 + 1..pair.1];
            let own = |script: Script| within.iter().any(|g| g.is(script));
            // A name or a title in another script keeps the marks that it came with.
            let foreign = !own(writing.script) && within.iter().any(|g| g.is_letter());
            let beside = |i: Option<&crate::check::glyphs::Glyph>| i.is_some_and(|g| g.is(writing.script));
            let coded = within.iter().all(|g| g.code);
            let severity = match straight {
                _ if coded => Severity::Info,
                true if writing.no_straight_quotes => {
                    let own_prose =
                        own(writing.script) || beside(glyphs.before(pair.0)) || beside(glyphs.behind(pair.1));
                    if own_prose { Severity::Warning } else { Severity::Info }
                }
                // Nobody is told to change what every keyboard writes in the language.
                true if first.0 == '“' => continue,
                true => Severity::Info,
                false if foreign || writing.inner_quotes.contains(&marks) && marks.0 == '‘' => {
                    Severity::Info
                }
                false => Severity::Warning,
            };
            let (open, close) = match writing.inner_quotes.first() {
                Some(inner) if depth > 0 => *inner,
                _ => *first,
            };
            let spaced = |g: Option<&crate::check::glyphs::Glyph>| g.is_some_and(|g| g.is_gap());
            let space = if writing.spaced_guillemets && open == '«' { "\u{a0}" } else { "" };
            let front = if spaced(within.first()) { "" } else { space };
            let back = if spaced(within.last()) { "" } else { space };
            let content = &text[glyphs.span(pair.0 + 1..pair.1)];
            let message = format!(
                "The marks {}…{} are not how {} quotes.",
                marks.0,
                marks.1,
                seen.target.language.english_name()
            );
            found.push(
                Found::in_target(glyphs.span(pair.0..pair.1 + 1), message)
                    .severity(severity)
                    .help(format!("write {open}{space}…{space}{close}"))
                    .fix(format!("{open}{front}{content}{back}{close}")),
            );
        }
        Facts::default()
    }
}
