//! Inflection: the forms that the words of a term take in running text.
//!
//! A term stands in its dictionary form, so its forms can be made by rule. That is stricter than comparing
//! stems: *initial* is no form of *initiative*, though the two share a stem. Each form carries what it can
//! be (cases and numbers, as bits), so that words which go together can be asked whether they agree.
//! What a language does stands in its [`Inflection`], in the table of languages.

use super::arabic;
use super::languages::Language;

/// How the words of a term change in running text.
#[derive(Debug, Clone, Copy)]
pub struct Inflection {
    /// Which of its words change.
    pub scope: Scope,
    /// How a word changes: for each ending of the dictionary form, its forms.
    pub paradigms: &'static [Paradigm],
    /// Words behind which nothing changes any more: prepositions.
    pub prepositions: &'static [&'static str],
    /// Words behind which change begins anew: conjunctions.
    pub conjunctions: &'static [&'static str],
    /// Forms that no rule makes: (dictionary form, form).
    pub irregular: &'static [(&'static str, &'static str)],
    /// Endings of the verb at the head of a set phrase: (ending of the dictionary form, endings of its forms).
    pub verb: &'static [(&'static str, &'static [&'static str])],
    /// Whether a word may have other accents in another form.
    pub accents_shift: bool,
}

/// Which words of a term change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// None of them.
    Nothing,
    /// The last one before a preposition, and the last of all.
    Heads,
    /// All up to the first noun with the adjectives before it; what follows depends on it and stays. They
    /// agree in case.
    UpToNoun,
    /// All but prepositions; those behind a preposition only if the head changes too.
    HeadAndModifiers,
    /// The last one, by what is glued to it.
    Last,
    /// All, and particles are glued to the front.
    Arabic,
}

/// A way of changing.
#[derive(Debug, Clone, Copy)]
pub struct Paradigm {
    /// Endings of dictionary forms, `|` before what is replaced: `к|ий`.
    pub of: &'static [&'static str],
    /// What replaces it, with what that can be: (ending, bits).
    pub forms: &'static [(&'static str, u32)],
    /// Whether words of this kind stand before a noun (adjectives).
    pub before_noun: bool,
}

/// A form of a word of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The form, folded.
    pub text: String,
    /// What it can be; forms that stand together share a bit.
    pub agrees: u32,
    /// Whether it differs from the dictionary form.
    pub changed: bool,
}

/// A word of a term with its forms, the dictionary form among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forms {
    /// The forms.
    pub forms: Vec<Form>,
    /// Which words must agree with each other; 0 for those that stand alone.
    pub group: u8,
    /// Whether it may change only where the first group changes.
    pub follows: bool,
}

/// What can be anything.
pub const ANY: u32 = u32::MAX;

impl Forms {
    fn fixed(word: &str) -> Self {
        Self {
            forms: vec![Form { text: word.to_owned(), agrees: ANY, changed: false }],
            group: 0,
            follows: false,
        }
    }

    pub(super) fn add(&mut self, text: String, agrees: u32) {
        match self.forms.iter_mut().find(|f| f.text == text) {
            Some(form) => form.agrees |= agrees,
            None => self.forms.push(Form { changed: true, text, agrees }),
        }
    }
}

/// Returns the forms of the words of a term (folded), word by word. A set phrase may begin with a verb.
pub fn forms(language: &Language, words: &[&str], set_phrase: bool) -> Vec<Forms> {
    let rules = language.inflection;
    let mut out: Vec<Forms> = words.iter().map(|w| Forms::fixed(w)).collect();
    match rules.scope {
        Scope::Nothing => {}
        Scope::Last => {
            if let (Some(word), Some(forms)) = (words.last(), out.last_mut()) {
                inflect(rules.paradigms, word, forms);
            }
        }
        Scope::Heads => {
            for at in 0..words.len() {
                let next = words.get(at + 1);
                let ends =
                    next.is_none_or(|n| rules.prepositions.contains(n) || rules.conjunctions.contains(n));
                if ends
                    && !rules.prepositions.contains(&words[at])
                    && !rules.conjunctions.contains(&words[at])
                {
                    inflect(rules.paradigms, words[at], &mut out[at]);
                }
            }
        }
        Scope::HeadAndModifiers => {
            let mut behind = false;
            let mut group = 1;
            for (at, word) in words.iter().enumerate() {
                if rules.prepositions.contains(word) {
                    behind = true;
                } else if rules.conjunctions.contains(word) {
                    group += 1;
                } else {
                    out[at].forms[0].agrees = 1;
                    inflect(rules.paradigms, word, &mut out[at]);
                    // A word that has one form for both numbers agrees with either.
                    if out[at].forms.len() == 1 {
                        out[at].forms[0].agrees = ANY;
                    }
                    out[at].group = if behind { 0 } else { group };
                    out[at].follows = behind;
                }
            }
        }
        Scope::UpToNoun => up_to_noun(rules, words, &mut out),
        Scope::Arabic => arabic::inflect(words, &mut out),
    }
    if set_phrase && words.len() >= 3 {
        let at = usize::from(words[0].ends_with("ly") && language.code == "en");
        verb(rules, words[at], &mut out[at]);
    }
    for (word, forms) in words.iter().zip(&mut out) {
        for (one, other) in rules.irregular {
            if one == word {
                forms.add((*other).to_owned(), ANY);
            }
        }
        respell(language, forms);
    }
    out
}

fn inflect(paradigms: &[Paradigm], word: &str, out: &mut Forms) {
    for paradigm in paradigms {
        if let Some(stem) = stem(paradigm, word) {
            for (ending, agrees) in paradigm.forms {
                out.add(format!("{stem}{ending}"), *agrees);
            }
        }
    }
}

/// Returns what stays of a word that changes by a paradigm.
fn stem<'w>(paradigm: &Paradigm, word: &'w str) -> Option<&'w str> {
    paradigm.of.iter().find_map(|of| {
        let (kept, replaced) = of.split_once('|').unwrap_or(("", of));
        let stem = word.strip_suffix(replaced)?;
        (stem.ends_with(kept) && stem.chars().nth(1).is_some()).then_some(stem)
    })
}

fn up_to_noun(rules: &Inflection, words: &[&str], out: &mut [Forms]) {
    let adjective = |word: &str| rules.paradigms.iter().any(|p| p.before_noun && stem(p, word).is_some());
    let (mut group, mut done) = (1, false);
    for (at, word) in words.iter().enumerate() {
        if rules.conjunctions.contains(word) {
            group += 1;
            done = false;
            continue;
        }
        if rules.prepositions.contains(word) {
            done = true;
        }
        if done {
            continue;
        }
        let next_adjective = words.get(at + 1).is_some_and(|next| adjective(next));
        if word.ends_with('о') && !word.ends_with("ство") && next_adjective {
            // The first part of a compound adjective, or an adverb.
            continue;
        }
        let before_noun = adjective(word);
        out[at].forms[0].agrees = 0;
        for paradigm in rules.paradigms.iter().filter(|p| p.before_noun == before_noun) {
            if let Some(stem) = stem(paradigm, word) {
                for (ending, agrees) in paradigm.forms {
                    out[at].add(format!("{stem}{ending}"), *agrees);
                }
            }
        }
        if out[at].forms[0].agrees == 0 {
            out[at].forms[0].agrees = ANY;
        }
        out[at].group = group;
        done = !before_noun;
    }
}

fn verb(rules: &Inflection, word: &str, out: &mut Forms) {
    for (ending, forms) in rules.verb {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().nth(1).is_some()
        {
            for form in *forms {
                out.add(format!("{stem}{form}"), ANY);
            }
            return;
        }
    }
}

/// Adds the other spellings of every form.
fn respell(language: &Language, out: &mut Forms) {
    for at in 0..out.forms.len() {
        let Form { text, agrees, changed } = out.forms[at].clone();
        for (one, other) in language.endings {
            // Endings with accents are there for the stemmer.
            if !one.is_ascii() || !other.is_ascii() {
                continue;
            }
            for (from, to) in [(one, other), (other, one)] {
                if let Some(stem) = text.strip_suffix(from)
                    && (stem.is_empty() || stem.chars().nth(if from.len() > 3 { 1 } else { 4 }).is_some())
                {
                    let spelling = format!("{stem}{to}");
                    if !out.forms.iter().any(|f| f.text == spelling) {
                        out.forms.push(Form { text: spelling, agrees, changed });
                    }
                }
            }
        }
    }
}
