#![doc = include_str!("quote-unpaired.md")]

use crate::check::{About, Check, Facts, Found, Options, Rows, Seen};

/// `quote-unpaired`
pub struct QuoteUnpaired;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "encoding-damage"],
    ..super::about("quote-unpaired", include_str!("quote-unpaired.md"))
};

impl Check for QuoteUnpaired {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let quotes = seen.target.quotes();
        if quotes.are_paired() {
            return Facts::default();
        }
        let glyphs = seen.target.glyphs();
        let mut facts = vec![];
        if let Some(source) = &seen.source {
            // What the source leaves open runs over several segments.
            let said = source.quotes();
            let (open, closing) = (said.open.len(), said.closing.len());
            let either = source.quotes().open.iter().any(|i| source.glyphs().all[*i].c == '"');
            for i in quotes.open.iter().skip(open) {
                found.push(not_closed(glyphs.range(*i), glyphs.all[*i].c));
            }
            for i in quotes.closing.iter().skip(if either { closing.max(1) } else { closing }) {
                found.push(not_opened(glyphs.range(*i), glyphs.all[*i].c));
            }
            return Facts::default();
        }
        // A text alone: a quotation may run over several paragraphs, each of which it opens.
        facts.extend(quotes.open.iter().map(|i| [glyphs.range(*i).start as u64, 0]));
        facts.extend(quotes.closing.iter().map(|i| [glyphs.range(*i).start as u64, 1]));
        facts.sort_unstable();
        Facts(facts)
    }

    fn finish(&self, facts: &[(u32, Facts)], rows: &dyn Rows, _: &Options, found: &mut Vec<(u32, Found)>) {
        let mark_at = |row: u32, at: usize| rows.target(row as usize).text.get(at..)?.chars().next();
        let mut waiting: Vec<(u32, usize)> = vec![];
        for (row, facts) in facts {
            for [at, closes] in &facts.0 {
                let at = *at as usize;
                // Straight marks look alike: the second closes the first, if it is near.
                let straight = mark_at(*row, at) == Some('"');
                let near = waiting
                    .last()
                    .is_some_and(|(from, start)| row - from <= 2 && mark_at(*from, *start) == Some('"'));
                if *closes == 0 && straight && near {
                    waiting.pop();
                } else if *closes == 0 {
                    waiting.push((*row, at));
                } else if waiting.pop_if(|(from, _)| row - *from <= FAR).is_none()
                    && let Some(mark) = mark_at(*row, at)
                {
                    found.push((*row, not_opened(at..at + mark.len_utf8(), mark)));
                }
            }
        }
        for (row, at) in waiting {
            let Some(mark) = mark_at(row, at) else { continue };
            let next = row as usize + 1;
            let goes_on = next < rows.len() && rows.target(next).text.trim_start().starts_with(mark);
            if !goes_on {
                found.push((row, not_closed(at..at + mark.len_utf8(), mark)));
            }
        }
    }
}

/// How many paragraphs a quotation may have.
const FAR: u32 = 30;

fn not_closed(range: std::ops::Range<usize>, mark: char) -> Found {
    Found::in_target(range, format!("The quotation mark {mark} opens what nothing closes."))
        .help("close the quotation where it ends, or drop the mark")
}

fn not_opened(range: std::ops::Range<usize>, mark: char) -> Found {
    Found::in_target(range, format!("The quotation mark {mark} closes what was not opened."))
        .help("open the quotation where it begins, or drop the mark")
}
