#![doc = include_str!("bidi-control.md")]

use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;
use crate::text::writing::Script;

/// `bidi-control`
pub struct BidiControl;

const ABOUT: About = super::about("bidi-control", include_str!("bidi-control.md"));

impl Check for BidiControl {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let glyphs = seen.target.glyphs();
        if !glyphs.hidden {
            return Facts::default();
        }
        let right_to_left = |g: &crate::check::glyphs::Glyph| {
            g.is(Script::Arabic) || matches!(g.c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FEFC}')
        };
        let mixed = glyphs.all.iter().any(right_to_left);
        let mut open: Vec<(usize, bool)> = vec![];
        let mut alone = vec![];
        for (i, glyph) in glyphs.all.iter().enumerate() {
            let isolate = matches!(glyph.c, '\u{2066}'..='\u{2069}');
            match glyph.c {
                '\u{202A}' | '\u{202B}' | '\u{2066}'..='\u{2068}' => open.push((i, isolate)),
                '\u{202D}' | '\u{202E}' => {
                    open.push((i, false));
                    found.push(made(
                        glyphs.range(i),
                        glyph.c,
                        "shows letters in another order than they stand",
                    ));
                }
                // The end of an isolate also ends the embeddings in it.
                '\u{202C}' | '\u{2069}' => match open.iter().rposition(|(_, kind)| *kind == isolate) {
                    Some(at) => {
                        alone.extend(open.drain(at + 1..).map(|(i, _)| i));
                        open.pop();
                    }
                    None => alone.push(i),
                },
                '\u{200E}' | '\u{200F}' | '\u{61C}' if !mixed => {
                    let same = seen.source.as_ref().is_some_and(|s| s.text().contains(glyph.c));
                    let out = made(glyphs.range(i), glyph.c, "has nothing to turn in this text");
                    found.push(if same { out.severity(Severity::Info) } else { out });
                }
                '\n' => alone.extend(open.drain(..).map(|(i, _)| i)),
                _ => {}
            }
        }
        alone.extend(open.into_iter().map(|(i, _)| i));
        // An override has been told already.
        alone.retain(|i| !matches!(glyphs.all[*i].c, '\u{202D}' | '\u{202E}'));
        found.extend(alone.into_iter().map(|i| made(glyphs.range(i), glyphs.all[i].c, "has no counterpart")));
        Facts::default()
    }
}

fn made(range: std::ops::Range<usize>, c: char, what: &str) -> Found {
    let name = match c {
        '\u{200E}' => "left-to-right mark",
        '\u{200F}' => "right-to-left mark",
        '\u{61C}' => "Arabic letter mark",
        '\u{202A}' => "left-to-right embedding",
        '\u{202B}' => "right-to-left embedding",
        '\u{202C}' => "end of a direction",
        '\u{202D}' => "left-to-right override",
        '\u{202E}' => "right-to-left override",
        '\u{2069}' => "end of an isolate",
        _ => "isolate",
    };
    let message = format!("The invisible {name} (U+{:04X}) {what}.", u32::from(c));
    let out = Found::in_target(range, message)
        .help("drop it, or add its counterpart: the rest of the line may be shown in the wrong order");
    // What an override is paired with would stay behind.
    if matches!(c, '\u{202D}' | '\u{202E}') { out } else { out.fix("") }
}
