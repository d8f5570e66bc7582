//! A line of text with what was found in it: cut to the terminal, coloured, and marked below.

use std::borrow::Cow;
use std::ops::Range;

use anstyle::Style;

use super::styled;
use crate::model::LanguageTag;
use crate::text::{self, graphemes, hides, isolate};

/// What a reader takes for one character, as it is shown.
struct Cell {
    shown: String,
    width: usize,
    marked: bool,
}

/// Returns a text as one line of at most so many columns, and below it a line of marks if they can be seen to
/// stand under the range.
///
/// What cannot be seen stands there by its number, line breaks as signs. Where a text is too long, what lies around
/// the range is shown. In a text that runs from right to left nobody can say under which column of a terminal a word
/// comes to stand; there the second line quotes the range instead.
pub fn excerpt(
    lang: &LanguageTag,
    text: &str,
    range: Option<Range<usize>>,
    columns: usize,
    style: Style,
) -> (String, Option<String>) {
    let cells = cells(text, range.as_ref());
    let first = cells.iter().position(|c| c.marked);
    let last = cells.iter().rposition(|c| c.marked);
    // A range without anything in it stands before the cell that follows it.
    let gap = range
        .as_ref()
        .filter(|r| r.is_empty())
        .map(|r| graphemes(text).take_while(|(at, _)| *at < r.start).count());
    let marked = match (first, last, gap) {
        (Some(first), Some(last), _) => first..last + 1,
        (_, _, Some(gap)) => gap..gap,
        _ => 0..0,
    };
    let window = window(&cells, &marked, columns);
    let (cut_before, cut_behind) = (window.start > 0, window.end < cells.len());
    let inside = marked.start.max(window.start)..marked.end.min(window.end);
    let shown = |range: Range<usize>| cells[range].iter().map(|c| c.shown.as_str()).collect::<String>();
    let width = |range: Range<usize>| cells[range].iter().map(|c| c.width).sum::<usize>();
    let mut line = String::new();
    line.push_str(if cut_before { "…" } else { "" });
    line.push_str(&shown(window.start..inside.start));
    if !inside.is_empty() {
        line.push_str(&styled(style.bold(), shown(inside.clone())));
    }
    line.push_str(&shown(inside.end.max(inside.start)..window.end));
    line.push_str(if cut_behind { "…" } else { "" });
    let inside_out = turned(&shown(window.clone()), lang);
    if let Some(opening) = inside_out {
        // Colours have letters in them, so the text is asked without.
        line = format!("{opening}{line}\u{2069}");
    }
    let Some(range) = range else { return (line, None) };
    if inside_out.is_some() {
        let quoted = shown(inside.clone());
        let below = (!quoted.trim().is_empty() && range.len() < text.len())
            .then(|| styled(style, format!("here: \"{}\"", isolate(&quoted, lang))));
        return (line, below);
    }
    let before = usize::from(cut_before) + width(window.start..inside.start);
    let marks = "^".repeat(width(inside).max(1));
    (line, Some(format!("{}{}", " ".repeat(before), styled(style, marks))))
}

/// Returns the isolate that a text with letters from right to left begins with.
fn turned(text: &str, lang: &LanguageTag) -> Option<char> {
    match isolate(text, lang) {
        Cow::Owned(isolated) => isolated.chars().next(),
        Cow::Borrowed(_) => None,
    }
}

fn cells(text: &str, range: Option<&Range<usize>>) -> Vec<Cell> {
    let cell = |(at, grapheme): (usize, &str)| {
        let marked = range.is_some_and(|r| at < r.end && at + grapheme.len() > r.start);
        let shown = show(grapheme, marked);
        Cell { width: text::width(&shown), shown, marked }
    };
    graphemes(text).map(cell).collect()
}

/// Shows what would not be seen otherwise: in the range everything, around it what is no plain space.
pub(super) fn show(grapheme: &str, marked: bool) -> String {
    match grapheme {
        "\n" | "\r\n" | "\r" | "\u{2028}" | "\u{2029}" | "\u{85}" => return "↵".to_owned(),
        "\t" => return if marked { "⇥".to_owned() } else { " ".to_owned() },
        _ => {}
    }
    let joins = |c: char| matches!(c, '\u{200c}' | '\u{200d}') && grapheme.chars().count() > 1;
    let mut out = String::with_capacity(grapheme.len());
    for c in grapheme.chars() {
        let unseen = hides(c) && (marked || !joins(c));
        if unseen || (marked && c.is_whitespace() && c != ' ' && c != '\u{3000}') {
            out.push_str(&format!("‹U+{:04X}›", c as u32));
        } else if c.is_whitespace() && c != '\u{3000}' {
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    // A mark without a letter needs something to sit on.
    if text::width(&out) == 0 { format!("◌{out}") } else { out }
}

/// Chooses what is shown: all of it, or what fits around the marked cells, more behind them than before.
fn window(cells: &[Cell], marked: &Range<usize>, columns: usize) -> Range<usize> {
    let whole: usize = cells.iter().map(|c| c.width).sum();
    if columns == 0 || whole <= columns {
        return 0..cells.len();
    }
    // Room for an ellipsis at either end.
    let room = columns.saturating_sub(2).max(1);
    let mut used = 0;
    let mut end = marked.start;
    while end < marked.end && used + cells[end].width <= room {
        used += cells[end].width;
        end += 1;
    }
    let mut start = marked.start;
    let before = (room - used) / 3;
    let mut taken = 0;
    while start > 0 && taken + cells[start - 1].width <= before {
        start -= 1;
        taken += cells[start].width;
    }
    used += taken;
    if end == marked.end {
        while end < cells.len() && used + cells[end].width <= room {
            used += cells[end].width;
            end += 1;
        }
    }
    while start > 0 && used + cells[start - 1].width <= room {
        start -= 1;
        used += cells[start].width;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(lang: &str, text: &str, range: Range<usize>, columns: usize) -> String {
        let (line, marks) = excerpt(&lang.parse().unwrap(), text, Some(range), columns, Style::new());
        let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
        format!("{}\n{}", plain(&line), plain(&marks.unwrap_or_default()))
    }

    fn of(lang: &str, text: &str, surface: &str, columns: usize) -> String {
        let at = text.find(surface).unwrap();
        shown(lang, text, at..at + surface.len(), columns)
    }

    #[test]
    fn marks_stand_below_what_was_found() {
        for (lang, text, surface, expected) in [
            ("fr", "Il est à à tous.", " à", "Il est à à tous.\n      ^^"),
            ("zh", "中方提出全球安全倡议。", "安全", "中方提出全球安全倡议。\n            ^^^^"),
            ("fr", "Cafe\u{301} cafe\u{301}", "cafe\u{301}", "Cafe\u{301} cafe\u{301}\n     ^^^^"),
            ("fr", "Cafe\u{301}s", "\u{301}", "Cafe\u{301}s\n   ^"),
            ("hi", "नीति नीति।", "ति नी", "नीति नीति।\n  ^^^^^"),
            ("en", "a\u{200b}b", "\u{200b}", "a‹U+200B›b\n ^^^^^^^^"),
            ("fr", "10\u{a0}%", "\u{a0}", "10‹U+00A0›%\n  ^^^^^^^^"),
            ("fr", "10\u{a0}% ou 5", "ou", "10 % ou 5\n     ^^"),
            ("en", "one\ntwo\tthree", "two", "one↵two three\n    ^^^"),
            ("en", "👩‍💻 works", "works", "👩‍💻 works\n   ^^^^^"),
            ("en", "", "", "\n^"),
            ("en", "end", "", "end\n^"),
        ] {
            let shown = of(lang, text, surface, 0);
            if lang == "hi" {
                // Widths of Indic clusters differ from table to table; that marks are there is enough.
                assert!(shown.contains('^'), "{shown}");
                continue;
            }
            assert_eq!(shown, expected, "{text}");
        }
        assert_eq!(shown("en", "end", 3..3, 0), "end\n   ^");
    }

    #[test]
    fn right_to_left_text_is_isolated_and_its_range_quoted() {
        assert_eq!(
            of("ar", "السيادة في الفضاء السيبراني", "الفضاء", 0),
            "\u{2068}السيادة في الفضاء السيبراني\u{2069}\nhere: \"\u{2068}الفضاء\u{2069}\""
        );
        assert_eq!(of("ar", "سيادة", "سيادة", 0), "\u{2068}سيادة\u{2069}\n");
    }

    #[test]
    fn a_long_line_shows_what_lies_around() {
        let text = "One two three four five six seven eight nine ten eleven twelve.";
        assert_eq!(of("en", text, "seven", 24), "… six seven eight nine …\n      ^^^^^");
        assert_eq!(of("en", text, "One", 24), "One two three four fiv…\n^^^");
        assert_eq!(of("en", text, "twelve", 24), "…ine ten eleven twelve.\n                ^^^^^^");
        assert_eq!(of("zh", "网络空间命运共同体网络空间", "共同体", 11), "…共同体网…\n ^^^^^^");
        assert_eq!(of("en", text, text, 12), "One two th…\n^^^^^^^^^^");
    }

    proptest! {
        #[test]
        fn an_excerpt_fits_and_shows_the_beginning_of_the_range(
            text in "\\PC{0,40}|[网络a-z e\u{301}\u{200b}\n]{0,60}|[اأإبت a-z]{0,60}",
            cut in any::<(prop::sample::Index, prop::sample::Index)>(),
            columns in 0usize..50,
        ) {
            let edges: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (edges[cut.0.index(edges.len())], edges[cut.1.index(edges.len())]);
            let (line, marks) =
                excerpt(&"en".parse().unwrap(), &text, Some(a.min(b)..a.max(b)), columns, Style::new());
            let plain = anstream::adapter::strip_str(&line).to_string();
            // What is wider than the room by itself cannot be cut.
            if columns >= 14 {
                prop_assert!(text::width(&plain) <= columns, "{plain:?}");
            }
            if let Some(marks) = marks {
                let marks = anstream::adapter::strip_str(&marks).to_string();
                let right_to_left = marks.starts_with("here");
                prop_assert!(right_to_left || text::width(&marks) <= text::width(&plain) + 1);
            }
        }
    }
}
