//! Pairs the quotation marks of a text, whatever style they are in.
//!
//! Apostrophes are no quotation marks, nor are feet and inches. A mark that opens in one language closes in
//! another (`“`), so roles follow from what is open and from the habits of the language.

use crate::check::glyphs::{Class, Glyph, Glyphs};
use crate::text::writing::{Script, Writing};

/// The quotation marks of a text, by their places among its glyphs.
#[derive(Debug, Default)]
pub struct Quotes {
    /// Opening and closing, by where they open.
    pub pairs: Vec<(usize, usize)>,
    /// Those that open and are not closed.
    pub open: Vec<usize>,
    /// Those that close what was not opened.
    pub closing: Vec<usize>,
}

impl Quotes {
    /// Pairs the quotation marks of a text.
    pub fn new(glyphs: &Glyphs, writing: &Writing) -> Self {
        let mut out = Self::default();
        let mut stack: Vec<(usize, char)> = vec![];
        for (i, c) in glyphs.signs() {
            let Some(closes) = closes(c) else { continue };
            let opens_here =
                |mark: char| writing.quotes.iter().chain(writing.inner_quotes).any(|(o, _)| *o == mark);
            let next_word = glyphs.all.get(i + 1).is_some_and(|g| g.is_word());
            let prev = i.checked_sub(1).map(|p| &glyphs.all[p]);
            let prev_word = prev.is_some_and(|g| g.is_word());
            let han = |g: Option<&Glyph>| g.is_some_and(|g| g.is(Script::Han));
            if c == '’' && prev_word && next_word && !han(prev) && !han(glyphs.all.get(i + 1)) {
                continue;
            }
            if c == '"'
                && prev.is_some_and(|g| g.class == Class::Digit)
                && !stack.iter().any(|(_, o)| *o == '"')
            {
                continue;
            }
            let reversed =
                |o: char| writing.quotes.iter().chain(writing.inner_quotes).any(|pair| *pair == (o, c));
            let opener = stack.iter().rposition(|(_, o)| closes.contains(o) || reversed(*o));
            match opener {
                Some(at) => {
                    out.open.extend(stack.drain(at + 1..).map(|(i, _)| i));
                    out.pairs.extend(stack.pop().map(|(open, _)| (open, i)));
                }
                None if c == '’' && !(opens_here(c) && !prev_word && next_word) => {}
                None if c == '‚' && !opens_here(c) => {}
                None if OPENING.contains(&c) || (opens_here(c) && !prev_word) => {
                    // A quotation of several paragraphs opens each of them and closes once.
                    let begins = prev.is_none_or(|g| g.class == Class::Break);
                    if begins && stack.last().is_some_and(|(_, o)| *o == c) {
                        stack.pop();
                    }
                    stack.push((i, c));
                }
                None => out.closing.push(i),
            }
        }
        out.open.extend(stack.into_iter().map(|(i, _)| i));
        // A single mark that opens and is not closed may be an apostrophe or a letter of a transcription.
        let single = !writing.inner_quotes.contains(&('‘', '’')) || glyphs.letters[4] == 0;
        out.open.retain(|i| glyphs.all[*i].c != '‚' && !(single && matches!(glyphs.all[*i].c, '‘' | '’')));
        out.open.sort_unstable();
        out.pairs.sort_unstable();
        out
    }

    /// Tells whether every mark has its counterpart.
    pub fn are_paired(&self) -> bool {
        self.open.is_empty() && self.closing.is_empty()
    }

    /// Tells in how many other pairs one stands.
    pub fn depth(&self, pair: (usize, usize)) -> usize {
        self.pairs.iter().filter(|(open, close)| *open < pair.0 && *close > pair.1).count()
    }
}

const OPENING: &[char] = &['«', '‹', '“', '„', '‟', '‘', '「', '『', '"', '＂', '‚'];

/// Returns the marks that this one may close; `None` if it is no quotation mark.
fn closes(c: char) -> Option<&'static [char]> {
    Some(match c {
        '»' => &['«'],
        '›' => &['‹'],
        '”' => &['“', '„', '‟'],
        '“' => &['„'],
        '’' => &['‘', '‚'],
        '‘' => &['‚'],
        '」' => &['「'],
        '』' => &['『'],
        '"' => &['"'],
        '＂' => &['＂'],
        '«' | '‹' | '„' | '‟' | '「' | '『' | '‚' => &[],
        _ => return None,
    })
}
