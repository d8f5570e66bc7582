//! Makes the tables of token lists.

use rustc_hash::FxHashMap;

use super::Sink;
use super::coding::{Text, Writer};

/// Token lists that will be an index.
#[derive(Debug, Default)]
pub struct Gatherer {
    numbers: FxHashMap<Box<str>, usize>,
    languages: Vec<Language>,
    weight: usize,
}

#[derive(Debug, Default)]
struct Language {
    texts: Vec<Gathered>,
    /// The tokens of all texts, each by the order in which it was met first.
    tokens: Vec<u32>,
    met: FxHashMap<u32, u32>,
    hashes: Vec<u32>,
}

#[derive(Debug)]
struct Gathered {
    text: Text,
    start: usize,
    len: u32,
}

impl Gatherer {
    /// Adds a text in a language: the `ordinal`-th in it (255 for any later one) of the thing of this number. A text
    /// without tokens is never near to anything and is left out.
    pub fn push(&mut self, language: &str, number: u32, ordinal: u8, tokens: &[u32]) {
        if tokens.is_empty() {
            return;
        }
        let at = match self.numbers.get(language) {
            Some(at) => *at,
            None => {
                self.weight += 128 + language.len();
                self.numbers.insert(language.into(), self.languages.len());
                self.languages.push(Language::default());
                self.languages.len() - 1
            }
        };
        let to = &mut self.languages[at];
        let start = to.tokens.len();
        for hash in tokens {
            let new = to.hashes.len() as u32;
            let id = *to.met.entry(*hash).or_insert(new);
            if id == new {
                to.hashes.push(*hash);
                self.weight += 20;
            }
            to.tokens.push(id);
        }
        self.weight += 24 + 4 * tokens.len();
        to.texts.push(Gathered { text: Text { number, ordinal }, start, len: tokens.len() as u32 });
    }

    /// Roughly what it costs in memory.
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// Writes the tables of the texts whose number `lives`.
    ///
    /// # Errors
    ///
    /// Those of the sink.
    pub fn write<W: Sink>(self, lives: impl Fn(u32) -> bool, to: &mut W) -> Result<(), W::Error> {
        let mut names: Vec<(Box<str>, usize)> = self.numbers.into_iter().collect();
        names.sort_unstable();
        let mut languages: Vec<Option<Language>> = self.languages.into_iter().map(Some).collect();
        let mut writer = Writer::new(to);
        for (name, at) in names {
            if let Some(mut language) = languages[at].take() {
                language.texts.retain(|t| lives(t.text.number));
                if !language.texts.is_empty() {
                    language.write(&name, &mut writer)?;
                }
            }
        }
        Ok(())
    }
}

impl Language {
    fn write<W: Sink>(mut self, name: &str, to: &mut Writer<'_, W>) -> Result<(), W::Error> {
        self.texts.sort_unstable_by_key(|t| (t.len, t.text));
        let mut census = Census::new(self.hashes.len());
        for text in &self.texts {
            census.text(self.tokens[text.start..text.start + text.len as usize].iter().copied());
        }
        let Ranking { ranks, order } = rank(&census, &self.hashes);
        let tokens: Vec<(u32, u32)> =
            order.iter().map(|id| (self.hashes[*id as usize], census.most[*id as usize])).collect();
        to.language(name, &tokens)?;

        // Every posting in its list: first how many, then where.
        let mut firsts = Vec::with_capacity(tokens.len());
        let mut lists = 0;
        for (_, most) in &tokens {
            firsts.push(lists);
            lists += *most as usize;
        }
        let mut ends = vec![0usize; lists + 1];
        let mut seen = Occurrences::new(self.hashes.len());
        let tokens_of = |t: &Gathered| &self.tokens[t.start..t.start + t.len as usize];
        for text in &self.texts {
            seen.next_text();
            for id in tokens_of(text) {
                let list = firsts[ranks[*id as usize] as usize] + seen.of(*id) as usize;
                ends[list + 1] += 1;
            }
        }
        for list in 0..lists {
            ends[list + 1] += ends[list];
        }
        let mut postings = vec![0u32; ends[lists]];
        // Filling moves the beginning of each list to its end.
        let mut seen = Occurrences::new(self.hashes.len());
        for (number, text) in self.texts.iter().enumerate() {
            seen.next_text();
            for id in tokens_of(text) {
                let list = firsts[ranks[*id as usize] as usize] + seen.of(*id) as usize;
                postings[ends[list]] = number as u32;
                ends[list] += 1;
            }
            to.text(text.text, tokens_of(text).iter().map(|id| ranks[*id as usize]))?;
        }
        let mut from = 0;
        for end in &ends[..lists] {
            to.list(&postings[from..*end])?;
            from = *end;
        }
        to.end()
    }
}

/// In how many texts each token is, and how often at most.
pub(super) struct Census {
    pub texts: Vec<u32>,
    pub most: Vec<u32>,
    seen: Occurrences,
}

impl Census {
    pub fn new(tokens: usize) -> Self {
        Self { texts: vec![0; tokens], most: vec![0; tokens], seen: Occurrences::new(tokens) }
    }

    pub fn text(&mut self, tokens: impl Iterator<Item = u32>) {
        self.seen.next_text();
        for id in tokens {
            let occurrence = self.seen.of(id);
            let at = id as usize;
            self.texts[at] += u32::from(occurrence == 0);
            self.most[at] = self.most[at].max(occurrence + 1);
        }
    }
}

/// Counts how often a token has come in a text.
pub(super) struct Occurrences {
    text: u32,
    seen: Vec<(u32, u32)>,
}

impl Occurrences {
    pub fn new(tokens: usize) -> Self {
        Self { text: 0, seen: vec![(0, 0); tokens] }
    }

    pub fn next_text(&mut self) {
        self.text += 1;
    }

    /// Returns how often the token came in this text before now.
    pub fn of(&mut self, id: u32) -> u32 {
        let (text, count) = &mut self.seen[id as usize];
        if *text != self.text {
            (*text, *count) = (self.text, 0);
        }
        *count += 1;
        *count - 1
    }
}

struct Ranking {
    /// Per token its rank; of those that no text has, nothing that counts.
    ranks: Vec<u32>,
    /// The tokens by rank.
    order: Vec<u32>,
}

fn rank(census: &Census, hashes: &[u32]) -> Ranking {
    let mut order: Vec<u32> = (0..hashes.len() as u32).filter(|id| census.texts[*id as usize] > 0).collect();
    order.sort_unstable_by_key(|id| (std::cmp::Reverse(census.texts[*id as usize]), hashes[*id as usize]));
    let mut ranks = vec![u32::MAX; hashes.len()];
    for (rank, id) in order.iter().enumerate() {
        ranks[*id as usize] = rank as u32;
    }
    Ranking { ranks, order }
}
