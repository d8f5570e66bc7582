//! The characters of a text, each with what it is: looked up once, asked by many checks.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::codes::scan::Code;
use crate::text::writing::Script;

/// What a character is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A letter.
    Letter(Script),
    /// A mark on the letter before it.
    Mark,
    /// A figure.
    Digit,
    /// A space, also one that does not break.
    Space,
    /// The end of a line, or a tab.
    Break,
    /// Punctuation and other signs.
    Sign,
    /// Format characters nobody sees.
    Hidden,
    /// Control characters and what is no character at all.
    Control,
}

/// A character in its place.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    /// Its first byte.
    pub at: u32,
    /// The character.
    pub c: char,
    /// What it is.
    pub class: Class,
    /// Whether it belongs to a tag, a placeholder or an address.
    pub code: bool,
}

impl Glyph {
    /// Tells whether it is a letter or a figure of the text itself.
    pub fn is_word(&self) -> bool {
        matches!(self.class, Class::Letter(_) | Class::Digit | Class::Mark) && !self.code
    }

    /// Tells whether it is a letter of the text itself.
    pub fn is_letter(&self) -> bool {
        matches!(self.class, Class::Letter(_)) && !self.code
    }

    /// Tells whether it is a letter of this script.
    pub fn is(&self, script: Script) -> bool {
        self.class == Class::Letter(script) && !self.code
    }

    /// Tells whether it is a space.
    pub fn is_space(&self) -> bool {
        self.class == Class::Space
    }

    /// Tells whether nothing is seen of it: a space, the end of a line.
    pub fn is_gap(&self) -> bool {
        matches!(self.class, Class::Space | Class::Break)
    }
}

/// The characters of a text.
#[derive(Debug, Default)]
pub struct Glyphs {
    /// All of them.
    pub all: Vec<Glyph>,
    /// Which of them are signs outside codes.
    pub signs: Vec<u32>,
    /// Whether some are hidden.
    pub hidden: bool,
    /// Whether some are control characters.
    pub control: bool,
    /// Letters by script: Latin, Cyrillic, Greek, Arabic, Han, others.
    pub letters: [u32; 6],
    len: usize,
}

impl Glyphs {
    /// Looks at a text whose codes are known.
    pub fn new(text: &str, codes: &[Code]) -> Self {
        let mut all = Vec::with_capacity(text.len());
        let (mut signs, mut hidden, mut control, mut letters) = (vec![], false, false, [0; 6]);
        let mut codes = codes.iter().peekable();
        for (at, c) in text.char_indices() {
            while codes.next_if(|code| code.range.end <= at).is_some() {}
            let code = codes.peek().is_some_and(|code| code.range.start <= at);
            let class = class(c);
            match class {
                Class::Sign if !code => signs.push(all.len() as u32),
                Class::Hidden => hidden = true,
                Class::Control => control = true,
                Class::Letter(script) if !code => letters[script as usize] += 1,
                _ => {}
            }
            all.push(Glyph { at: at as u32, c, class, code });
        }
        Self { all, signs, hidden, control, letters, len: text.len() }
    }

    /// Returns the signs outside codes with their places among all glyphs.
    pub fn signs(&self) -> impl DoubleEndedIterator<Item = (usize, char)> + '_ {
        self.signs.iter().map(|&i| (i as usize, self.all[i as usize].c))
    }

    /// Returns the glyph before one, leaving out hidden ones.
    pub fn before(&self, i: usize) -> Option<&Glyph> {
        self.all[..i].iter().rev().find(|g| g.class != Class::Hidden)
    }

    /// Returns the glyph behind one, leaving out hidden ones.
    pub fn behind(&self, i: usize) -> Option<&Glyph> {
        self.all.get(i + 1..)?.iter().find(|g| g.class != Class::Hidden)
    }

    /// Returns the first glyph before one that is seen.
    pub fn seen_before(&self, i: usize) -> Option<&Glyph> {
        self.all[..i].iter().rev().find(|g| g.class != Class::Hidden && !g.is_gap())
    }

    /// Returns the first glyph behind one that is seen.
    pub fn seen_behind(&self, i: usize) -> Option<&Glyph> {
        self.all.get(i + 1..)?.iter().find(|g| g.class != Class::Hidden && !g.is_gap())
    }

    /// Returns where a glyph stands, in bytes.
    pub fn range(&self, i: usize) -> Range<usize> {
        self.start(i)..self.start(i + 1)
    }

    /// Returns where several glyphs stand, in bytes.
    pub fn span(&self, glyphs: Range<usize>) -> Range<usize> {
        self.start(glyphs.start)..self.start(glyphs.end)
    }

    /// Returns how many letters of a script there are outside codes.
    pub fn count(&self, script: Script) -> u32 {
        self.letters[script as usize]
    }

    /// Returns the stretch of word characters that ends before a glyph.
    pub fn word_before(&self, i: usize) -> Range<usize> {
        let len = self.all[..i].iter().rev().take_while(|g| g.is_word()).count();
        i - len..i
    }

    /// Returns the stretch of word characters behind a glyph.
    pub fn word_behind(&self, i: usize) -> Range<usize> {
        let len = self.all[i + 1..].iter().take_while(|g| g.is_word()).count();
        i + 1..i + 1 + len
    }

    fn start(&self, i: usize) -> usize {
        self.all.get(i).map_or(self.len, |g| g.at as usize)
    }
}

/// Returns what a character is.
pub fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' => Class::Letter(Script::Latin),
        '0'..='9' => Class::Digit,
        ' ' | '\u{A0}' => Class::Space,
        '\n' | '\r' | '\t' => Class::Break,
        '!'..='~' => Class::Sign,
        '\u{85}' => Class::Break,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Class::Control,
        'ª' | 'º' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => {
            Class::Letter(Script::Latin)
        }
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{34F}'
        | '\u{FE00}'..='\u{FE0F}' => Class::Hidden,
        '\u{A1}'..='¿' | '×' | '÷' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}' => Class::Sign,
        '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => Class::Letter(Script::Cyrillic),
        '\u{386}' | '\u{388}'..='\u{3FF}' | '\u{370}'..='\u{373}' | '\u{376}' | '\u{377}' => {
            Class::Letter(Script::Greek)
        }
        '٠'..='٩' | '۰'..='۹' | '０'..='９' => Class::Digit,
        '\u{620}'..='\u{63F}'
        | '\u{641}'..='\u{64A}'
        | '\u{66E}'
        | '\u{66F}'
        | '\u{671}'..='\u{6D3}'
        | '\u{6D5}'
        | '\u{6EE}'
        | '\u{6EF}'
        | '\u{6FA}'..='\u{6FC}' => Class::Letter(Script::Arabic),
        '\u{640}' => Class::Mark,
        '\u{60C}' | '\u{61B}' | '\u{61F}' | '\u{66A}'..='\u{66D}' | '\u{6D4}' => Class::Sign,
        '\u{3001}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => Class::Sign,
        '\u{3000}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{1680}' => Class::Space,
        '\u{2028}' | '\u{2029}' => Class::Break,
        '\u{FFFE}' | '\u{FFFF}' | '\u{FFF9}'..='\u{FFFB}' => Class::Control,
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => Class::Letter(Script::Latin),
        '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30FF}'
        | '\u{3105}'..='\u{312F}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}' => Class::Letter(Script::Han),
        '\u{1F00}'..='\u{1FFE}' => Class::Letter(Script::Greek),
        _ if is_combining_mark(c) => Class::Mark,
        _ if c.is_alphabetic() => Class::Letter(Script::Other),
        _ if c.is_numeric() => Class::Digit,
        _ if c.is_whitespace() => Class::Space,
        _ if c.is_control() => Class::Control,
        _ => Class::Sign,
    }
}
