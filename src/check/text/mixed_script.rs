#![doc = include_str!("mixed-script.md")]

use std::ops::Range;

use crate::check::glyphs::{Class, Glyph, Glyphs};
use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;
use crate::text::writing::Script;

/// `mixed-script`
pub struct MixedScript;

const ABOUT: About = About {
    yields_to: &["encoding-damage"],
    ..super::about("mixed-script", include_str!("mixed-script.md"))
};

impl Check for MixedScript {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let glyphs = seen.target.glyphs();
        let [latin, cyrillic, greek, arabic, ..] = glyphs.letters;
        if [latin, cyrillic, greek, arabic].iter().filter(|n| **n > 0).count() < 2 {
            return Facts::default();
        }
        let all = &glyphs.all;
        let mut i = 0;
        while i < all.len() {
            if !all[i].is_letter() {
                i += 1;
                continue;
            }
            let joined = |g: &&Glyph| (g.is_letter() || g.class == Class::Mark) && !g.is(Script::Han);
            let len = all[i..].iter().take_while(joined).count();
            if len > 1 {
                word(glyphs, i..i + len, found);
            } else if all[i].is(Script::Latin) {
                single(seen, glyphs, i, found);
            }
            i += len.max(1);
        }
        Facts::default()
    }
}

/// A word whose letters are of two scripts.
fn word(glyphs: &Glyphs, word: Range<usize>, found: &mut Vec<Found>) {
    let letters = &glyphs.all[word.clone()];
    let count = |script: Script| letters.iter().filter(|g| g.is(script)).count();
    let (latin, cyrillic, greek, arabic) =
        (count(Script::Latin), count(Script::Cyrillic), count(Script::Greek), count(Script::Arabic));
    let text: String = letters.iter().map(|g| g.c).collect();
    if arabic > 0 && latin + cyrillic > 0 {
        // وGoogle is a prefix and a name; a letter between Arabic ones is a slip.
        let inner = letters.first().is_some_and(|g| g.is(Script::Arabic))
            && letters.last().is_some_and(|g| g.is(Script::Arabic));
        let lone = (latin + cyrillic == 1) && arabic > 2 && letters.iter().any(|g| g.c.is_lowercase());
        if inner || lone {
            let message = format!("Letters of two scripts stand in one word: \"{text}\".");
            found.push(Found::in_target(glyphs.span(word), message).help("write it in one script"));
        }
        return;
    }
    let (main, other) = match (latin, cyrillic, greek) {
        (l, c, 0) if l > 0 && c > 0 => {
            if c >= l {
                (Script::Cyrillic, Script::Latin)
            } else {
                (Script::Latin, Script::Cyrillic)
            }
        }
        // One Greek letter may be a symbol: Δx, μm.
        (l, 0, g) if l > 0 && g > 0 && letters.len() > 2 => {
            if g >= l {
                (Script::Greek, Script::Latin)
            } else {
                (Script::Latin, Script::Greek)
            }
        }
        (0, c, g) if c > 0 && g > 0 => {
            if c >= g {
                (Script::Cyrillic, Script::Greek)
            } else {
                (Script::Greek, Script::Cyrillic)
            }
        }
        _ => return,
    };
    let strangers = letters.iter().filter(|g| g.is(other));
    let alike = |g: &Glyph| twin(g.c, main);
    let all_alike = strangers.clone().all(|g| alike(g).is_some());
    if other == Script::Greek && (!all_alike || letters[0].is(Script::Greek)) {
        return;
    }
    // SMSка, VIPы: an abbreviation with an ending of the language.
    let head = letters.iter().take_while(|g| g.is(Script::Latin) && g.c.is_uppercase()).count();
    let ended = head >= 2 && letters[head..].iter().all(|g| g.is(Script::Cyrillic) && g.c.is_lowercase());
    let message = format!("Letters of two scripts stand in one word: \"{text}\".");
    let out =
        Found::in_target(glyphs.span(word), message).help("write it in one script: it is found as neither");
    if ended {
        found.push(out.severity(Severity::Info).help("part the two with a hyphen"));
    } else if all_alike {
        let mended: String =
            letters.iter().map(|g| if g.is(other) { alike(g).unwrap_or(g.c) } else { g.c }).collect();
        found.push(out.fix(mended));
    } else {
        found.push(out);
    }
}

/// A Latin letter that stands for a Cyrillic word of one letter: *c*, *o*, *y*, *a*.
fn single(seen: &Seen<'_>, glyphs: &Glyphs, i: usize, found: &mut Vec<Found>) {
    let c = glyphs.all[i].c;
    if seen.target.writing.script != Script::Cyrillic || !matches!(c, 'a' | 'c' | 'o' | 'y' | 'k') {
        return;
    }
    let spaced = |g: Option<&Glyph>| g.is_some_and(Glyph::is_gap);
    let cyrillic = |g: Option<&Glyph>| g.is_some_and(|g| g.is(Script::Cyrillic));
    let words = spaced(i.checked_sub(1).map(|p| &glyphs.all[p])) && spaced(glyphs.all.get(i + 1));
    if !words || !cyrillic(glyphs.seen_behind(i)) {
        return;
    }
    // Where the source has the letter too it names something: variant a, vitamin c.
    let named = seen.source.as_ref().is_some_and(|s| {
        s.words().iter().any(|w| s.text()[w.clone()].eq_ignore_ascii_case(&c.to_string()) && c != 'a')
    });
    let Some(twin) = twin(c, Script::Cyrillic).filter(|_| !named) else { return };
    found.push(
        Found::in_target(
            glyphs.range(i),
            format!("A Latin \"{c}\" stands where the Cyrillic word is meant."),
        )
        .help("write the Cyrillic letter")
        .fix(twin.to_string()),
    );
}

/// Returns the letter of a script that looks like this one.
fn twin(c: char, script: Script) -> Option<char> {
    const TWINS: &[(char, char, char)] = &[
        // Latin, Cyrillic, Greek
        ('a', 'а', 'α'),
        ('c', 'с', '\0'),
        ('e', 'е', '\0'),
        ('i', 'і', 'ι'),
        ('j', 'ј', '\0'),
        ('k', 'к', 'κ'),
        ('m', 'м', '\0'),
        ('o', 'о', 'ο'),
        ('p', 'р', 'ρ'),
        ('s', 'ѕ', '\0'),
        ('u', 'и', 'υ'),
        ('v', '\0', 'ν'),
        ('x', 'х', 'χ'),
        ('y', 'у', '\0'),
        ('A', 'А', 'Α'),
        ('B', 'В', 'Β'),
        ('C', 'С', '\0'),
        ('E', 'Е', 'Ε'),
        ('H', 'Н', 'Η'),
        ('I', 'І', 'Ι'),
        ('J', 'Ј', '\0'),
        ('K', 'К', 'Κ'),
        ('M', 'М', 'Μ'),
        ('N', '\0', 'Ν'),
        ('O', 'О', 'Ο'),
        ('P', 'Р', 'Ρ'),
        ('S', 'Ѕ', '\0'),
        ('T', 'Т', 'Τ'),
        ('X', 'Х', 'Χ'),
        ('Y', 'У', 'Υ'),
        ('Z', '\0', 'Ζ'),
        ('ë', 'ё', '\0'),
        ('ï', 'ї', '\0'),
    ];
    let row = TWINS.iter().find(|(l, c2, g)| c == *l || c == *c2 || c == *g)?;
    let twin = match script {
        Script::Latin => row.0,
        Script::Cyrillic => row.1,
        Script::Greek => row.2,
        _ => '\0',
    };
    (twin != '\0').then_some(twin)
}
