#![doc = include_str!("zero-width.md")]

use crate::check::glyphs::{Class, Glyph};
use crate::check::{About, Check, Facts, Found, Seen};
use crate::text::writing::Script;

/// `zero-width`
pub struct ZeroWidth;

const ABOUT: About = super::about("zero-width", include_str!("zero-width.md"));

impl Check for ZeroWidth {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let glyphs = seen.target.glyphs();
        if !glyphs.hidden {
            return Facts::default();
        }
        for (i, glyph) in glyphs.all.iter().enumerate() {
            let Some(name) = name(glyph.c) else { continue };
            let around = [i.checked_sub(1).map(|p| &glyphs.all[p]), glyphs.all.get(i + 1)];
            if !is_meant(glyph.c, around) {
                found.push(
                    Found::in_target(glyphs.range(i), format!("An invisible character stands here: {name}."))
                        .help("drop it: searching and comparing stumble over it")
                        .fix(""),
                );
            }
        }
        Facts::default()
    }
}

fn name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{200B}' => "a zero width space (U+200B)",
        '\u{200C}' => "a zero width non-joiner (U+200C)",
        '\u{200D}' => "a zero width joiner (U+200D)",
        '\u{2060}' => "a word joiner (U+2060)",
        '\u{FEFF}' => "a byte order mark (U+FEFF)",
        '\u{180E}' => "a Mongolian vowel separator (U+180E)",
        '\u{34F}' => "a combining grapheme joiner (U+034F)",
        _ => return None,
    })
}

/// Joiners shape Arabic and Indic letters and emoji; Thai and its neighbours break lines at U+200B.
fn is_meant(c: char, around: [Option<&Glyph>; 2]) -> bool {
    let any = |tells: &dyn Fn(&Glyph) -> bool| around.iter().flatten().any(|g| tells(g));
    let shaped = |g: &Glyph| matches!(g.class, Class::Letter(Script::Arabic | Script::Other) | Class::Mark);
    let picture = |g: &Glyph| matches!(g.c, '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{E0020}'..='\u{E007F}');
    let unspaced = |g: &Glyph| crate::text::is_unspaced(g.c) && !g.is(Script::Han);
    match c {
        '\u{200C}' | '\u{200D}' => any(&shaped) || any(&picture),
        '\u{200B}' | '\u{2060}' => any(&unspaced),
        '\u{180E}' => any(&|g| ('\u{1800}'..='\u{18AF}').contains(&g.c)),
        _ => false,
    }
}
