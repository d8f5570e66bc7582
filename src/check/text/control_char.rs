#![doc = include_str!("control-char.md")]

use crate::check::glyphs::Class;
use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `control-char`
pub struct ControlChar;

const ABOUT: About = About {
    yields_to: &["encoding-damage"],
    ..super::about("control-char", include_str!("control-char.md"))
};

impl Check for ControlChar {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let glyphs = seen.target.glyphs();
        if !glyphs.control {
            return Facts::default();
        }
        for (i, glyph) in glyphs.all.iter().enumerate().filter(|(_, g)| g.class == Class::Control) {
            let c = glyph.c;
            let message = format!("A control character stands here: U+{:04X}.", u32::from(c));
            // Vertical tabs and form feeds part lines or pages; where they stand between words they are a space.
            let parts = matches!(c, '\u{B}' | '\u{C}');
            let words = |g: Option<&crate::check::glyphs::Glyph>| g.is_some_and(|g| g.is_word());
            let between = words(i.checked_sub(1).map(|p| &glyphs.all[p])) && words(glyphs.all.get(i + 1));
            let page = c == '\u{C}' && !between;
            let out = Found::in_target(glyphs.range(i), message)
                .help("drop it: many programs refuse a file with it")
                .fix(if parts && between { " " } else { "" });
            found.push(if page { out.severity(Severity::Info) } else { out });
        }
        Facts::default()
    }
}
