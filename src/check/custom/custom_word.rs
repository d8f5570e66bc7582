#![doc = include_str!("custom-word.md")]

use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use super::{found_on, one_or_many, said, sentence, texts};
use crate::check::{About, Check, Facts, Family, Found, LooksAt, Seen, Text};
use crate::find::recognise::{Method, Recogniser};
use crate::find::terms::Terms;
use crate::model::{Concept, LanguageTag, MatchMode, Severity, Side, Slug, Term};
use crate::text::languages::{self, Stemmer};
use crate::text::{self, Stem, fold};

/// A word or phrase to look for: `[[check.word]]` in `wicterm.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Word {
    /// The word.
    #[serde(deserialize_with = "said")]
    pub word: String,
    /// The one to write instead.
    #[serde(default, rename = "use")]
    pub instead: Option<String>,
    /// The reason.
    #[serde(default)]
    pub why: Option<String>,
    /// The languages in which it is looked for; all if none is named.
    #[serde(default, deserialize_with = "one_or_many")]
    pub lang: Vec<LanguageTag>,
    /// On which side it is looked for; the target, if nothing is said.
    #[serde(default)]
    pub side: Option<Side>,
    /// How much it matters.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Whether its other forms are left alone.
    #[serde(default)]
    pub exact: bool,
}

/// The words to look for, ready to be found in any language.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words {
    list: Vec<Word>,
    /// Made when the first text of a language comes.
    #[serde(skip)]
    finders: Arc<RwLock<Finders>>,
}

type Finders = Vec<(LanguageTag, Arc<Finder>)>;

/// Finds the words of one language.
///
/// What recognises terms knows word edges and the forms of nouns. It knows no verbs, which terms seldom are and words of
/// a house style often: those are found by their stems.
#[derive(Debug)]
struct Finder {
    recogniser: Recogniser,
    terms: Terms,
    stems: Vec<(usize, Vec<Part>)>,
}

/// A word of a phrase.
#[derive(Debug)]
struct Part {
    folded: String,
    stem: String,
}

/// `custom-word`
pub struct CustomWord;

const ABOUT: About = About {
    code: "custom-word",
    family: Family::Custom,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("custom-word.md"),
};

impl Check for CustomWord {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let words = &seen.options.word;
        if words.list.is_empty() {
            return Facts::default();
        }
        for (side, text) in texts(seen, Some(Side::Both), &[]) {
            for (at, range, as_listed) in words.finder(text.lang).find(text) {
                let word = &words.list[at];
                let asked = texts(seen, word.side, &word.lang).any(|(s, _)| s == side);
                if asked && !word.is_well(text, &range) {
                    found.extend(word.say(side, text.text(), range, as_listed));
                }
            }
        }
        Facts::default()
    }
}

/// How the concepts are called that stand for the words.
const NAMED: &str = "word-";

impl Words {
    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// A base of its own: what recognises terms also recognises words, in all their forms.
    fn finder(&self, lang: &LanguageTag) -> Arc<Finder> {
        // What a panic left behind is still whole: finders are only ever added.
        let finders = self.finders.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, finder)) = finders.iter().find(|(known, _)| known == lang) {
            return finder.clone();
        }
        drop(finders);
        let concepts = self.list.iter().enumerate().map(|(at, word)| {
            let mut term = Term::new(&word.word);
            term.match_rule.mode = Some(if word.exact { MatchMode::Exact } else { MatchMode::Inflected });
            let mut concept =
                Concept { slug: format!("{NAMED}{at}").parse::<Slug>().ok(), ..Concept::default() };
            concept.section_mut(lang).terms.push(term);
            concept
        });
        let terms = Terms::of(concepts);
        let inflected = self.list.iter().enumerate().filter(|(_, w)| !w.exact && languages::of(lang).spaced);
        let stems =
            inflected.map(|(at, word)| (at, parts(lang, &word.word))).filter(|(_, parts)| !parts.is_empty());
        let stems = stems.collect();
        let finder = Arc::new(Finder { recogniser: Recogniser::new(&terms, lang), terms, stems });
        self.finders.write().unwrap_or_else(PoisonError::into_inner).push((lang.clone(), finder.clone()));
        finder
    }
}

impl Finder {
    /// Returns which words stand where, and whether in the form of the list, in order.
    fn find(&self, text: &Text<'_>) -> Vec<(usize, Range<usize>, bool)> {
        let mut found: Vec<(usize, Range<usize>, bool)> = vec![];
        for hit in self.recogniser.recognise(text.text()) {
            let name = &self.terms.concept(hit.concept).name;
            // Other hits cannot be: these concepts are ours.
            let Some(word) = name.strip_prefix(NAMED).and_then(|at| at.parse().ok()) else { continue };
            found.push((word, hit.range, matches!(hit.method, Method::Exact | Method::Folded)));
        }
        if !self.stems.is_empty() {
            let folded = text.folded();
            let stems = text::stems(text.lang, &folded.text);
            for (word, parts) in &self.stems {
                for window in stems.windows(parts.len()) {
                    let akin = |(part, stem): (&Part, &Stem)| {
                        part.stem == stem.stem && is_form(text, &part.folded, &folded.text[stem.word.clone()])
                    };
                    if !parts.iter().zip(window).all(akin) || !runs_on(&folded.text, window) {
                        continue;
                    }
                    let range = folded.original(window[0].word.start..window[parts.len() - 1].word.end);
                    if !found.iter().any(|(w, r, _)| w == word && r.start < range.end && range.start < r.end)
                    {
                        found.push((*word, range, false));
                    }
                }
            }
        }
        found.sort_by_key(|(word, range, _)| (range.start, range.end, *word));
        found
    }
}

fn parts(lang: &LanguageTag, phrase: &str) -> Vec<Part> {
    let folded = fold(phrase);
    let part = |stem: Stem| Part { folded: folded[stem.word].to_owned(), stem: stem.stem };
    text::stems(lang, &folded).into_iter().map(part).collect()
}

/// Tells whether a word of the same stem may be a form of another: they part near the end. *Initial* is no form of
/// *initiative*, though they share a stem. Where things are glued to the front of a word there is no such rule.
fn is_form(text: &Text<'_>, listed: &str, word: &str) -> bool {
    const ENDING: usize = 2;
    let common = listed.chars().zip(word.chars()).take_while(|(a, b)| a == b).count();
    !matches!(text.language.stemmer, Stemmer::Snowball(_)) || common + ENDING >= listed.chars().count()
}

/// Tells whether nothing but what a phrase may have inside stands between its words: no comma, no full stop.
fn runs_on(folded: &str, window: &[Stem]) -> bool {
    window.windows(2).all(|pair| {
        let between = folded.get(pair[0].word.end..pair[1].word.start).unwrap_or_default();
        between.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '\'')
    })
}

impl Word {
    /// Tells whether it is a part of what is to be written instead, and so may stand.
    fn is_well(&self, text: &Text<'_>, range: &Range<usize>) -> bool {
        let Some(right) = self.instead.as_ref().map(|instead| fold(instead)).filter(|r| !r.is_empty()) else {
            return false;
        };
        if right == fold(&text.text()[range.clone()]) {
            return false;
        }
        let folded = text.folded();
        folded.text.match_indices(&*right).any(|(at, _)| {
            let whole = folded.original(at..at + right.len());
            whole.start <= range.start && range.end <= whole.end
        })
    }

    fn say(&self, side: Side, text: &str, range: Range<usize>, as_listed: bool) -> Option<Found> {
        let surface = &text[range.clone()];
        let instead = self.instead.as_ref().map(|instead| in_the_case_of(surface, &self.word, instead));
        if instead.as_deref() == Some(surface) {
            return None;
        }
        let mut message = format!("\"{surface}\" is on the list of words not to be used.");
        if let Some(why) = &self.why {
            message = format!("{} {}", message, sentence(why));
        }
        let mut found = found_on(side, range, message);
        found.severity = self.severity;
        if let Some(instead) = instead {
            found = match &*instead {
                "" => found.help("leave it out"),
                _ => found.help(format!("write \"{instead}\"")),
            };
            // In another form the replacement would need another form too.
            if as_listed && !instead.is_empty() {
                found = found.fix(instead);
            }
        }
        Some(found)
    }
}

/// Writes the replacement with a capital, or in capitals, where the word found has them and the word of the
/// list has not.
fn in_the_case_of(surface: &str, listed: &str, instead: &str) -> String {
    let begins_upper = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let all_upper = |text: &str| {
        text.chars().filter(|c| c.is_alphabetic()).count() > 1
            && !text.chars().any(char::is_lowercase)
            && text.chars().any(char::is_uppercase)
    };
    if all_upper(surface) && !all_upper(listed) {
        return instead.to_uppercase();
    }
    let mut rest = instead.chars();
    match rest.next() {
        Some(first) if begins_upper(surface) && !begins_upper(listed) => {
            first.to_uppercase().chain(rest).collect()
        }
        _ => instead.to_owned(),
    }
}
