//! Terms of scripts with spaces: sequences of words.
//!
//! Every word of every term is filed under all its forms. A text is cut into words; most of them are no term by
//! themselves, and no term begins with them and the next one, which small filters tell at once. Only the others
//! are looked up in the large tables and walk through a tree of the terms.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::flat::{Filter, Flat, hash, hash_at, scatter};
use super::{Candidate, Case, Entry, Method, Whole, has_case, has_empty_line, is_parted, with_quotes};
use crate::model::MatchMode;
use crate::text::inflect::{self, ANY};
use crate::text::languages::{Language, Stemmer};
use crate::text::{Folded, arabic_bare, fold, words};

/// The terms of a language, ready to be found.
#[derive(Debug)]
pub(super) struct Words {
    language: &'static Language,
    entries: Vec<Entry>,
    /// One bit for each hash of a form.
    filter: Filter,
    /// The same of words that are looked at wherever they stand: terms of one word, beginnings of patterns. Most
    /// words of a text are neither here nor, with the next one, among the openings, and end there.
    alone: Filter,
    /// The same of the first two words of a term; none if every word is to be looked at.
    openings: Option<Filter>,
    /// The same of two words further on.
    pairs: Option<Filter>,
    /// The small words of the language and their roles.
    small: Flat<u16>,
    small_filter: Filter,
    /// What is known of a word that matters, by its hash.
    known: Flat<Known>,
    /// What words may stand for, those of one word side by side.
    meanings: Vec<Meaning>,
    /// The tree: (node, slot) to node; 0 is the root, whose edges are `roots`.
    edges: Flat<u32>,
    nodes: Vec<Node>,
    /// The node to which a slot leads from the root, or 0.
    roots: Vec<u32>,
    /// What ends at the nodes, those of one node side by side.
    ends: Vec<End>,
    /// What must stand before the word of a slot, other than a space.
    gaps: Vec<String>,
    /// Terms of one word, which compounds may be made of.
    single: FxHashMap<u64, (u32, usize)>,
    /// Whether any word of a term is Cyrillic.
    cyrillic: bool,
    /// Beginnings of words, by their hashes, that stand for slots, and how long they are.
    beginnings: FxHashMap<u64, Vec<u32>>,
    beginning_lengths: Vec<usize>,
    prefix_slots: FxHashSet<u32>,
    patterns: Vec<Pattern>,
    /// The patterns that begin with a slot.
    pattern_starts: FxHashMap<u32, Vec<u32>>,
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Known {
    /// Where its meanings stand, and how many there are.
    from: u32,
    count: u16,
    roles: u16,
}

/// Roles of a word: small words of a language, and whether terms begin with it.
const ARTICLE: u16 = 1;
const CONJUNCTION: u16 = 2;
const PREPOSITION: u16 = 4;
/// A first part that may be written apart: *cyber*.
const PREFIX: u16 = 8;
/// An article, whatever else it may be here.
const ARTICLED: u16 = 16;

/// A word of a text may be this word of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Meaning {
    slot: u32,
    agrees: u32,
    /// The node to which it leads from the root, or 0.
    root: u32,
    /// How many bytes behind it are no part of it.
    glued: u16,
    changed: bool,
    /// Whether particles were taken off its front, as may be done only at the beginning of a term.
    first: bool,
}

/// A node of the tree.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// A bit for each slot, modulo 64, that leads on from here.
    onward: u64,
    /// Where its ends stand, and how many there are.
    from: u32,
    count: u32,
}

/// A term ends here. What every hit asks stands here, so that most need not look into the entry.
#[derive(Debug, Clone)]
struct End {
    entry: u32,
    listed: bool,
    /// Whether the term is one of any case, without a rule and without marks of its own.
    easy: bool,
    /// Whether the words need not agree.
    free: bool,
    /// Whether all of it is ASCII, and so has no accents.
    ascii: bool,
    /// The hash of the term.
    text: u64,
    words: Box<EndWords>,
}

#[derive(Debug, Clone)]
struct EndWords {
    /// The form as written, word by word, to compare accents.
    written: Vec<String>,
    groups: Vec<(u8, bool)>,
    /// Before which words an article stands, melted ones too.
    articles: Vec<bool>,
    /// The form as it stands, where nothing else will do.
    exact: Option<String>,
}

impl End {
    fn new(
        (at, entry, listed): (u32, &Entry, bool),
        written: Vec<String>,
        forms: &[inflect::Forms],
        articles: Vec<bool>,
        exact: Option<String>,
    ) -> Self {
        let groups: Vec<(u8, bool)> = forms.iter().map(|f| (f.group, f.follows)).collect();
        Self {
            entry: at,
            listed,
            easy: entry.case == Case::Any
                && !entry.name
                && !entry.quoted
                && !has_symbol(&entry.text)
                && entry.mode != Some(MatchMode::Exact),
            free: groups.iter().all(|(group, _)| *group == 0),
            ascii: written.iter().all(|w| w.is_ascii()),
            text: hash(&entry.text),
            words: Box::new(EndWords { written, groups, articles, exact }),
        }
    }
}

#[derive(Debug)]
struct Pattern {
    entry: u32,
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Slot(u32),
    Gap(usize, usize),
}

/// A word of a text.
#[derive(Debug, Clone)]
struct Token {
    hash: u64,
    /// Where it stands in the folded text.
    range: Range<u32>,
    /// What it may stand for.
    meanings: Range<u32>,
    /// What it may stand for with the next one, written apart.
    joined: Range<u32>,
    roles: u16,
    /// Whether it may mean more than what is known of it as it is written.
    odd: bool,
    /// Whether a term may begin here.
    begins: bool,
    /// Whether it may stand in a term here.
    wanted: bool,
}

/// Room to work in.
#[derive(Debug, Default)]
pub(super) struct Room {
    tokens: Vec<Token>,
    /// What is looked up instead of what is written, by the number of the word.
    full: Vec<(u32, &'static str)>,
    /// Words that the end of a line divides, by the number of the first half.
    mended: Vec<u32>,
    /// Meanings that are not those of a known word.
    made: Vec<Meaning>,
    path: Vec<Step>,
}

/// A word of a term, before it is filed.
struct TermWord {
    text: String,
    gap: String,
    article: bool,
    /// Where it stands in the folded term.
    range: Range<usize>,
}

impl Words {
    pub(super) fn new(language: &'static Language, entries: Vec<Entry>) -> Self {
        let mut draft = Draft::new(language);
        for (at, entry) in entries.iter().enumerate() {
            if entry.mode != Some(MatchMode::Forms) || entry.forms.is_empty() {
                draft.file(at as u32, entry, &entry.text, false);
            } else {
                draft.file(at as u32, entry, &entry.text, true);
            }
            for form in &entry.forms {
                draft.file(at as u32, entry, form, true);
            }
            for form in respelt(language, entry) {
                draft.file(at as u32, entry, &form, false);
            }
            if let Some(pattern) = &entry.pattern {
                draft.file_pattern(at as u32, entry, pattern);
            }
        }
        draft.finish(entries)
    }
}

/// Returns the other spellings of a term that the language allows.
fn respelt(language: &Language, entry: &Entry) -> Vec<String> {
    let mut out = vec![];
    if entry.mode != Some(MatchMode::Exact) {
        if language.spaces_optional && entry.text.contains(' ') {
            out.push(entry.text.replace(' ', ""));
        }
        let respelt = (language.umlauts.iter())
            .fold(entry.text.clone(), |text, (letter, written)| text.replace(letter, written));
        if respelt != entry.text {
            out.push(respelt);
        }
    }
    out
}

/// A form of a term as it is filed.
struct Filed {
    kept: Vec<TermWord>,
    forms: Vec<inflect::Forms>,
    end: End,
}

/// The terms of a language while they are filed.
#[derive(Debug)]
struct Draft {
    language: &'static Language,
    slots: FxHashMap<Slot, u32>,
    meanings: Vec<(u64, Meaning)>,
    /// Hashes of words, and of pairs of words, that bring a text's words to be looked at.
    alone: Vec<u64>,
    openings: Vec<u64>,
    pairs: Vec<u64>,
    edges: FxHashMap<(u32, u32), u32>,
    nodes: u32,
    ends: Vec<(u32, End)>,
    gaps: Vec<String>,
    single: FxHashMap<u64, (u32, usize)>,
    cyrillic: bool,
    beginnings: Vec<(String, u32)>,
    patterns: Vec<Pattern>,
    pattern_starts: FxHashMap<u32, Vec<u32>>,
}

impl Draft {
    fn new(language: &'static Language) -> Self {
        Self {
            language,
            slots: FxHashMap::default(),
            meanings: vec![],
            alone: vec![],
            openings: vec![],
            pairs: vec![],
            edges: FxHashMap::default(),
            nodes: 1,
            ends: vec![],
            gaps: vec![],
            single: FxHashMap::default(),
            cyrillic: false,
            beginnings: vec![],
            patterns: vec![],
            pattern_starts: FxHashMap::default(),
        }
    }

    /// Makes flat tables of it.
    fn finish(mut self, entries: Vec<Entry>) -> Words {
        let mut roots = vec![0; self.gaps.len()];
        let mut nodes = vec![Node::default(); self.nodes as usize];
        for ((node, slot), next) in &self.edges {
            nodes[*node as usize].onward |= 1 << (slot % 64);
            if *node == 0 {
                roots[*slot as usize] = *next;
            }
        }
        let edges = Flat::of(self.edges.iter().map(|((node, slot), next)| (edge(*node, *slot), *next)));
        // Stable, so that what was filed first comes first.
        self.ends.sort_by_key(|(node, _)| *node);
        for (at, (node, _)) in self.ends.iter().enumerate() {
            let node = &mut nodes[*node as usize];
            node.from = if node.count == 0 { at as u32 } else { node.from };
            node.count += 1;
        }
        self.meanings.sort_by_key(|(hash, _)| *hash);
        let mut known: FxHashMap<u64, Known> = FxHashMap::default();
        for (at, (hash, meaning)) in self.meanings.iter_mut().enumerate() {
            meaning.root = roots[meaning.slot as usize];
            let known = known.entry(*hash).or_insert(Known { from: at as u32, ..Known::default() });
            known.count = known.count.saturating_add(1);
        }
        let language = self.language;
        let rules = language.inflection;
        let roles = [
            (ARTICLE | ARTICLED, language.articles, usize::MAX),
            (CONJUNCTION, rules.conjunctions, 4),
            (PREPOSITION, rules.prepositions, 12),
            (PREFIX, language.prefixes, usize::MAX),
        ];
        for (role, words, most) in roles {
            for word in words.iter().filter(|w| w.len() <= most) {
                known.entry(hash(word)).or_default().roles |= role;
            }
        }
        // A preposition melted with an article is the preposition.
        let melted = |word: &&&str| word.len() <= LONGEST_MELTED;
        let melted: Vec<(u64, Known)> = language
            .contractions
            .iter()
            .filter(|(word, _)| melted(&word))
            .map(|(word, plain)| (hash(word), known.get(&hash(plain)).copied().unwrap_or_default()))
            .collect();
        known.extend(melted);
        let small: Vec<(u64, u16)> =
            known.iter().filter(|(_, known)| known.roles > 0).map(|(h, known)| (*h, known.roles)).collect();
        let everything = language.compounds
            || language.spaces_optional
            || language.stemmer == Stemmer::Arabic
            || !self.beginnings.is_empty()
            || self.openings.len().max(self.pairs.len()) >= MOST_PAIRS;
        let pairs = |pairs: &[u64]| (!everything).then(|| Filter::of(pairs.iter().copied(), 12));
        let mut beginnings: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
        let mut beginning_lengths: Vec<usize> = vec![];
        for (beginning, slot) in &self.beginnings {
            beginnings.entry(hash(beginning)).or_default().push(*slot);
            beginning_lengths.push(beginning.len());
        }
        beginning_lengths.sort_unstable();
        beginning_lengths.dedup();
        Words {
            language,
            entries,
            filter: Filter::of(known.keys().copied(), 16),
            alone: Filter::of(self.alone.iter().copied(), 16),
            openings: pairs(&self.openings),
            pairs: pairs(&self.pairs),
            small_filter: Filter::of(small.iter().map(|(hash, _)| *hash), 64),
            small: Flat::of(small.into_iter()),
            known: Flat::of(known.into_iter()),
            meanings: self.meanings.into_iter().map(|(_, meaning)| meaning).collect(),
            edges,
            nodes,
            roots,
            ends: self.ends.into_iter().map(|(_, end)| end).collect(),
            gaps: self.gaps,
            single: self.single,
            cyrillic: self.cyrillic,
            beginnings,
            beginning_lengths,
            prefix_slots: self.beginnings.iter().map(|(_, slot)| *slot).collect(),
            patterns: self.patterns,
            pattern_starts: self.pattern_starts,
        }
    }

    /// Files a form of a term, under all forms of its words unless it stands as it is.
    fn file(&mut self, at: u32, entry: &Entry, form: &str, listed: bool) {
        let Some(Filed { kept, forms, end }) = self.filed(at, entry, form, listed) else { return };
        let mut node = 0;
        for (number, (word, forms)) in kept.iter().zip(&forms).enumerate() {
            let gap = if number == 0 { "" } else { &word.gap };
            let prefix = entry.mode == Some(MatchMode::Prefix) && number + 1 == kept.len();
            let slot = self.slot(word, gap, forms, prefix);
            if prefix {
                self.beginnings.push((word.text.clone(), slot));
            }
            let next = self.edges.entry((node, slot)).or_insert(self.nodes);
            node = *next;
            self.nodes += u32::from(node == self.nodes);
        }
        if kept.len() == 1 && (self.language.compounds || self.language.spaces_optional) {
            for form in &forms[0].forms {
                let glued = glued(self.language, &kept[0], form);
                self.single.entry(hash(&form.text)).or_insert((at, glued));
            }
        }
        let cyrillic = |form: &inflect::Form| form.text.chars().any(is_cyrillic);
        self.cyrillic |= forms.iter().any(|forms| forms.forms.iter().any(cyrillic));
        if let [forms] = &forms[..] {
            self.alone.extend(forms.forms.iter().map(|form| hash(&form.text)));
        }
        for (at, two) in forms.windows(2).enumerate() {
            // Forms that do not agree never stand together, unless none is changed or an adjective belongs to two
            // nouns.
            let together = two[0].group > 0
                && two[0].group == two[1].group
                && self.language.inflection.scope != inflect::Scope::HeadAndModifiers;
            for one in &two[0].forms {
                let agree = |other: &&inflect::Form| {
                    !together || one.agrees & other.agrees != 0 || !one.changed && !other.changed
                };
                let first = hash(&one.text);
                let pairs = two[1].forms.iter().filter(agree).map(|other| pair(first, hash(&other.text)));
                let filed = if at == 0 { &mut self.openings } else { &mut self.pairs };
                if filed.len() < MOST_PAIRS {
                    filed.extend(pairs);
                }
            }
        }
        self.ends.push((node, end));
    }

    /// Says how a form of a term is filed.
    fn filed(&self, at: u32, entry: &Entry, form: &str, listed: bool) -> Option<Filed> {
        let folded = Folded::new(form);
        let mut kept = term_words(self.language, &folded.text);
        if kept.iter().any(|w| !w.article) {
            kept.retain(|w| !w.article);
        }
        if kept.is_empty() {
            return None;
        }
        // Folding reads hyphens as spaces; what they join bends otherwise.
        let gap = |at: usize| {
            let word = &kept[at];
            let hyphen = at > 0 && {
                let between = kept[at - 1].range.end..word.range.start;
                between.start < between.end
                    && form[folded.original(between)].contains(['-', '\u{2010}', '\u{2011}'])
            };
            if hyphen { "-".to_owned() } else { word.gap.clone() }
        };
        let gaps: Vec<String> = (0..kept.len()).map(gap).collect();
        let forms = self.forms(entry, &kept, &gaps, listed);
        let written = kept.iter().map(|w| accented(&form[folded.original(w.range.clone())])).collect();
        let before = |at: usize| match at {
            0 => has_article(self.language, &folded.text[..kept[0].range.start]),
            _ => has_article(self.language, &folded.text[kept[at - 1].range.start..kept[at].range.start]),
        };
        let articles = (0..kept.len()).map(before).collect();
        let exact = (entry.mode == Some(MatchMode::Exact)).then(|| as_written(form));
        let end = End::new((at, entry, listed), written, &forms, articles, exact);
        Some(Filed { kept, forms, end })
    }

    fn forms(&self, entry: &Entry, words: &[TermWord], gaps: &[String], listed: bool) -> Vec<inflect::Forms> {
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        let stays =
            matches!(entry.mode, Some(MatchMode::Exact)) || listed && entry.mode == Some(MatchMode::Forms);
        if stays {
            let form = |t: &&str| inflect::Form { text: (*t).to_owned(), agrees: ANY, changed: false };
            return texts
                .iter()
                .map(|t| inflect::Forms { forms: vec![form(t)], group: 0, follows: false })
                .collect();
        }
        let gaps: Vec<&str> = gaps.iter().map(String::as_str).collect();
        let mut forms = inflect::phrase_forms(self.language, &texts, &gaps, entry.set_phrase);
        // The plural that many give to an abbreviation.
        if let ([text], [forms]) = (&texts[..], &mut forms[..])
            && entry.case == Case::Capitals
            && text.bytes().all(|b| b.is_ascii_alphabetic())
        {
            forms.add(format!("{text}s"), ANY);
        }
        forms
    }

    /// Returns the slot of a word with these forms, made if it is new.
    fn slot(&mut self, word: &TermWord, gap: &str, forms: &inflect::Forms, prefix: bool) -> u32 {
        let kind = forms.forms.iter().fold(0_u64, |kind, form| {
            (kind.rotate_left(5) ^ hash(&form.text)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
                ^ u64::from(form.agrees) << 1
                ^ u64::from(form.changed)
        });
        let key = Slot { word: word.text.clone(), gap: gap.to_owned(), kind, prefix };
        let slot = self.gaps.len() as u32;
        match self.slots.entry(key) {
            std::collections::hash_map::Entry::Occupied(known) => return *known.get(),
            std::collections::hash_map::Entry::Vacant(place) => place.insert(slot),
        };
        self.gaps.push(gap.to_owned());
        for form in &forms.forms {
            let glued = form.text.len().saturating_sub(word.text.len());
            let meaning = Meaning {
                slot,
                agrees: form.agrees,
                root: 0,
                glued: u16::try_from(glued).unwrap_or(u16::MAX),
                changed: form.changed,
                first: false,
            };
            self.meanings.push((hash(&form.text), meaning));
        }
        slot
    }

    fn file_pattern(&mut self, at: u32, entry: &Entry, pattern: &str) {
        let mut parts = vec![];
        let mut rest = pattern;
        while !rest.is_empty() {
            let (literal, gap) = match rest.split_once('{') {
                Some((literal, behind)) => match behind.split_once('}') {
                    Some((gap, behind)) => {
                        rest = behind;
                        (literal, gap_of(gap))
                    }
                    // A bracket that is not closed makes no pattern.
                    None => return,
                },
                None => (std::mem::take(&mut rest), None),
            };
            let folded = fold(literal);
            let mut kept = term_words(self.language, &folded);
            kept.retain(|w| !w.article);
            let gaps: Vec<String> = kept.iter().map(|w| w.gap.clone()).collect();
            let forms = self.forms(entry, &kept, &gaps, false);
            for (word, forms) in kept.iter().zip(&forms) {
                if parts.is_empty() {
                    self.alone.extend(forms.forms.iter().map(|form| hash(&form.text)));
                }
                let slot = self.slot(word, "", forms, false);
                parts.push(Part::Slot(slot));
            }
            if let Some((least, most)) = gap {
                parts.push(Part::Gap(least, most));
            }
        }
        if let (Some(Part::Slot(first)), Some(Part::Slot(_))) = (parts.first(), parts.last()) {
            self.pattern_starts.entry(*first).or_default().push(self.patterns.len() as u32);
            self.patterns.push(Pattern { entry: at, parts });
        }
    }
}

impl Words {
    pub(super) fn text(&self, entry: u32) -> &str {
        &self.entries[entry as usize].text
    }

    /// Finds everything that may be a term.
    pub(super) fn find(
        &self,
        whole: &Whole<'_>,
        text: &str,
        folded: &Folded,
        room: &mut Room,
        found: &mut Vec<Candidate>,
    ) {
        self.cut(text, folded, room);
        self.look_up(&folded.text, room, false);
        let Room { tokens, made, path, .. } = &mut *room;
        let context = Context { whole, text, folded, tokens, made, terms: self };
        let mut pattern_starts = vec![];
        for (at, token) in tokens.iter().enumerate() {
            self.assembled(&context, at, found);
            if token.meanings.is_empty() && token.joined.is_empty() {
                if self.language.compounds {
                    self.compound(&context, at, found);
                }
                continue;
            }
            if !token.begins {
                continue;
            }
            self.walk(&context, at, 0, path, false, found);
            if !self.patterns.is_empty() {
                for meaning in context.meanings(&token.meanings) {
                    let patterns = self.pattern_starts.get(&meaning.slot).into_iter().flatten();
                    pattern_starts.extend(patterns.map(|pattern| (at, *pattern)));
                }
            }
        }
        if pattern_starts.is_empty() {
            return;
        }
        // Whatever may stand behind the beginning of a pattern is wanted too.
        self.cut(text, folded, room);
        self.look_up(&folded.text, room, true);
        let Room { tokens, made, .. } = &*room;
        let context = Context { whole, text, folded, tokens, made, terms: self };
        for (at, pattern) in pattern_starts {
            self.pattern(&context, at, &self.patterns[pattern as usize], found);
        }
    }

    /// Cuts a folded text into words, and marks those with which a term may begin and those that may stand in
    /// one. No large table is asked here.
    fn cut(&self, text: &str, folds: &Folded, room: &mut Room) {
        let Room { tokens, full, mended, made, .. } = room;
        let folded = folds.text.as_str();
        tokens.clear();
        mended.clear();
        full.clear();
        made.clear();
        let language = self.language;
        let everything = self.openings.is_none();
        let elisions = !language.elisions.is_empty();
        let and = language.inflection.conjunctions.first().map(|and| (*and, hash(and)));
        let mut file = |hash: u64, from: usize, to: usize, instead: Option<&'static str>, odd: bool| {
            if let Some(instead) = instead {
                full.push((tokens.len() as u32, instead));
            }
            let mut roles = self.roles(hash);
            if instead.is_some() || elisions && folded[from..to].contains('\'') {
                roles |= ARTICLED;
            }
            tokens.push(Token {
                hash,
                range: from as u32..to as u32,
                meanings: 0..0,
                joined: 0..0,
                roles,
                odd,
                begins: everything || odd || self.alone.may_have(hash),
                wanted: everything,
            });
        };
        // A sign that stands for the conjunction is a word.
        let mut last = None;
        let mut push = |hash: u64, from: usize, to: usize, instead: Option<&'static str>, odd: bool| {
            if let Some((and, hash)) = and
                && let Some(last) = last
                && folded.get(last..from) == Some(" & ")
            {
                file(hash, last + 1, last + 2, Some(and), false);
            }
            last = Some(to);
            file(hash, from, to, instead, odd);
        };
        for word in words(folded) {
            let (mut from, to) = (word.start, word.end);
            if !language.elisions.is_empty()
                && let (Some((elided, full)), rest) = elision(language, folded, word)
            {
                if !full.is_empty() {
                    push(hash(full), elided.start, elided.end, Some(full), false);
                }
                from = rest.start;
            }
            match melted(language, &folded[from..to]) {
                Some(plain) => push(hash(plain), from, to, Some(plain), false),
                None => {
                    let odd = self.may_mean(&folded[from..to]);
                    push(hash_at(folded.as_bytes(), from, to), from, to, None, odd);
                }
            }
        }
        mend(text, folds, tokens, mended);
        if let (Some(openings), Some(pairs)) = (&self.openings, &self.pairs) {
            self.mark(folded, full, tokens, openings, pairs);
        }
    }

    /// Marks the words with which a term may begin, because they are one by themselves or stand before another
    /// word as in some term, and those that may go on from there, with an article between or without.
    fn mark(
        &self,
        folded: &str,
        full: &[(u32, &'static str)],
        tokens: &mut [Token],
        openings: &Filter,
        pairs: &Filter,
    ) {
        for at in 0..tokens.len() {
            let Token { hash, odd, begins, roles, .. } = tokens[at];
            let joins = || {
                at + 1 < tokens.len() && {
                    let joined =
                        [word_at(folded, full, tokens, at), word_at(folded, full, tokens, at + 1)].concat();
                    self.filter.may_have(super::flat::hash(&joined)) || self.may_mean(&joined)
                }
            };
            if odd || roles & PREFIX != 0 && joins() {
                // What it stands for is not known yet, so whatever may stand around it is wanted.
                let (from, to) = (at.saturating_sub(5), (at + 6).min(tokens.len()));
                for token in &mut tokens[from..to] {
                    (token.begins, token.wanted) = (true, true);
                }
            }
            let mut begins = begins;
            let mut next = at + 1;
            while let Some(other) = tokens.get(next) {
                let (pair, small) = (pair(hash, other.hash), other.roles & (ARTICLE | PREPOSITION) != 0);
                let opens = openings.may_have(pair);
                begins |= opens;
                if opens || tokens[at].wanted && pairs.may_have(pair) {
                    tokens[at + 1..=next].iter_mut().for_each(|token| token.wanted = true);
                }
                // An article, or a preposition said again, may be passed over; two of them at most.
                if !small || next - at > 2 {
                    break;
                }
                next += 1;
            }
            let token = &mut tokens[at];
            token.begins |= begins;
            token.wanted |= token.begins;
        }
    }

    /// Says what the words that are wanted may stand for, or all of them.
    fn look_up(&self, folded: &str, room: &mut Room, all: bool) {
        let Room { tokens, full, mended, made, .. } = room;
        for at in 0..tokens.len() {
            if !(all || tokens[at].wanted) {
                continue;
            }
            let known = self.known.get(tokens[at].hash).unwrap_or_default();
            tokens[at].meanings = known.from..known.from + u32::from(known.count);
            let plain = self.beginning_lengths.is_empty()
                && !tokens[at].odd
                && self.language.stemmer != Stemmer::Arabic;
            if !plain {
                tokens[at].meanings = self.mean(word_at(folded, full, tokens, at), tokens[at].hash, made);
            }
            if !tokens[at].meanings.is_empty() {
                tokens[at].roles &= !ARTICLE;
            }
            // The first part of a word that is also written in one.
            if tokens[at].roles & PREFIX != 0
                && let Some(next) = tokens.get(at + 1)
                && folded[tokens[at].range.end as usize..next.range.start as usize] == *" "
            {
                let joined =
                    [word_at(folded, full, tokens, at), word_at(folded, full, tokens, at + 1)].concat();
                tokens[at].joined = self.mean(&joined, hash(&joined), made);
            }
        }
        for at in mended.iter().map(|at| *at as usize) {
            let whole = halves(folded, tokens, at);
            let meanings = self.mean(&whole, hash(&whole), made);
            if !meanings.is_empty() {
                tokens[at].joined = meanings;
            }
        }
    }

    #[inline]
    fn roles(&self, hash: u64) -> u16 {
        match self.small_filter.may_have(hash) {
            true => self.small.get(hash).unwrap_or(0),
            false => 0,
        }
    }

    /// Tells whether a word that is no known one may mean something nevertheless.
    #[inline]
    fn may_mean(&self, word: &str) -> bool {
        let bytes = word.as_bytes();
        let figures = bytes.len() > 5 && bytes[bytes.len() - 1].is_ascii_digit();
        if figures || !bytes.first().is_some_and(u8::is_ascii_alphanumeric) || bytes.get(1) == Some(&b'.') {
            return self.may_mean_otherwise(word);
        }
        if self.cyrillic && !word.is_ascii() && unmixed(word).is_some() {
            return true;
        }
        !self.beginning_lengths.is_empty() && self.begins(word).next().is_some()
    }

    #[inline(never)]
    fn may_mean_otherwise(&self, word: &str) -> bool {
        if self.begins(word).next().is_some() {
            return true;
        }
        if self.language.stemmer == Stemmer::Arabic
            && !word.is_ascii()
            && arabic_bare(word).iter().any(|rest| self.filter.may_have(hash(rest)))
        {
            return true;
        }
        if self.cyrillic && unmixed(word).is_some() {
            return true;
        }
        without_ornament(word).is_some_and(|word| self.filter.may_have(hash(&word)))
    }

    /// Iterates over the slots for which the beginning of a word stands.
    fn begins<'w>(&'w self, word: &'w str) -> impl Iterator<Item = u32> + use<'w> {
        self.beginning_lengths
            .iter()
            .take_while(|len| **len < word.len())
            .filter_map(|len| word.get(..*len))
            .filter_map(|beginning| self.beginnings.get(&hash(beginning)))
            .flatten()
            .copied()
    }

    /// Returns where the meanings of a word stand, whatever it takes.
    fn mean(&self, word: &str, hashed: u64, made: &mut Vec<Meaning>) -> Range<u32> {
        let from = made.len();
        let meanings = |hash: u64| {
            let known = self.known.get(hash).unwrap_or_default();
            &self.meanings[known.from as usize..][..usize::from(known.count)]
        };
        made.extend(meanings(hashed));
        if self.language.stemmer == Stemmer::Arabic && !word.is_ascii() {
            for rest in arabic_bare(word) {
                let known = meanings(hash(&rest)).iter();
                made.extend(known.map(|m| Meaning { first: true, changed: true, ..*m }));
            }
        }
        for slot in self.begins(word) {
            let root = self.roots[slot as usize];
            made.push(Meaning { slot, agrees: ANY, root, changed: true, first: false, glued: 0 });
        }
        if made.len() == from
            && let Some(word) = unmixed(word).or_else(|| without_ornament(word))
        {
            made.extend(meanings(hash(&word)));
        }
        // Those that are made here stand behind those that are known.
        let known = self.meanings.len();
        (known + from) as u32..(known + made.len()) as u32
    }

    /// Walks from a node of the tree with the word at `at`.
    fn walk(
        &self,
        context: &Context<'_>,
        at: usize,
        node: u32,
        path: &mut Vec<Step>,
        loose: bool,
        found: &mut Vec<Candidate>,
    ) {
        let token = &context.tokens[at];
        let begins = path.is_empty();
        let onward = self.nodes[node as usize].onward;
        for (meanings, width) in [(&token.meanings, 1), (&token.joined, 2)] {
            for meaning in context.meanings(meanings) {
                let next = if begins {
                    meaning.root
                } else if meaning.first || onward & 1 << (meaning.slot % 64) == 0 {
                    0
                } else {
                    self.edges.get(edge(node, meaning.slot)).unwrap_or(0)
                };
                if next == 0 || !begins && !self.follows(context, path[path.len() - 1].last, at, meaning) {
                    continue;
                }
                path.push(Step { first: at, last: at + width - 1, meaning: *meaning });
                let node = self.nodes[next as usize];
                for end in &self.ends[node.from as usize..][..node.count as usize] {
                    if let Some(candidate) = self.judge(context, end, path, loose) {
                        found.push(candidate);
                    }
                }
                if node.onward != 0 && path.len() < LONGEST && at + width < context.tokens.len() {
                    self.walk(context, at + width, next, path, loose, found);
                }
                path.pop();
            }
        }
        // An article may stand between the words of a term, and a preposition be said again behind *and*.
        if begins || token.roles & (ARTICLE | PREPOSITION) == 0 {
            return;
        }
        let last = path[path.len() - 1].last;
        let again = token.roles & PREPOSITION != 0 && context.tokens[at - 1].roles & CONJUNCTION != 0;
        if (token.roles & ARTICLE != 0 || again && is_space(self.gap(context, last, at)))
            && at - last <= 2
            && at + 1 < context.tokens.len()
        {
            self.walk(context, at + 1, node, path, loose || again, found);
        }
    }

    /// Returns what parts a word from the last one of a term, articles passed over.
    fn gap<'t>(&self, context: &Context<'t>, last: usize, at: usize) -> &'t str {
        let mut gaps = (last + 1..=at).map(|n| bare_gap(self.language, context.gap(n - 1, n)));
        gaps.find(|gap| !is_space(gap)).unwrap_or(" ")
    }

    /// Tells whether a word may stand behind what parts it from the last one.
    fn follows(&self, context: &Context<'_>, last: usize, at: usize, meaning: &Meaning) -> bool {
        if at == last + 1 && context.gap(last, at) == " " {
            return true;
        }
        let gap = self.gap(context, last, at);
        is_space(gap) || gap.trim() == bare_gap(self.language, &self.gaps[meaning.slot as usize]).trim()
    }

    /// Tells whether an article stands between two words, or melted with what does.
    fn articled(&self, context: &Context<'_>, from: usize, to: usize) -> bool {
        let plain = |n: usize| context.tokens[n].roles & ARTICLED == 0 && context.gap(n, n + 1) == " ";
        if self.language.articles.is_empty() || (from..to).all(plain) {
            return false;
        }
        let between = context.tokens[from].range.start as usize..context.tokens[to].range.start as usize;
        has_article(self.language, &context.folded.text[between])
    }

    fn judge(&self, context: &Context<'_>, end: &End, path: &[Step], loose: bool) -> Option<Candidate> {
        let entry = &self.entries[end.entry as usize];
        let EndWords { written: words, groups, articles, exact } = &*end.words;
        let changed = path.iter().any(|s| s.meaning.changed);
        // The forms of words that go together agree.
        if changed && !end.free && !agree(groups, path) && !self.is_shared(context, path) {
            return None;
        }
        let mut loose = loose;
        for (two, own) in path.windows(2).zip(articles.iter().skip(1)) {
            if self.articled(context, two[0].first, two[1].first) != *own {
                // Behind a preposition the article makes another phrase of it in some languages.
                let preposition = context.tokens[two[0].last].roles & PREPOSITION != 0;
                if self.language.articles_matter && preposition {
                    return None;
                }
                loose = true;
            }
        }
        let (first, last) = (path.first()?, path.last()?);
        let range = context.range(first.first, last.last);
        let range = match self.language.inflection.scope {
            inflect::Scope::Last => range.start..range.end - usize::from(last.meaning.glued),
            _ => range,
        };
        let letters = &context.folded.text[range.clone()];
        let mut range = context.folded.original(range);
        // What is glued behind belongs to the sentence, not to the term.
        range.end = without_possessive(&context.text[range.clone()], range.start);
        // So does the number of a footnote.
        if !words.last().is_some_and(|w| w.ends_with(char::is_numeric)) {
            let words = context.text[range.clone()].trim_end_matches(char::is_numeric);
            range.end = range.start + words.len();
        }
        // The article that opens the term, if it stands here as a word of its own.
        if articles.first() == Some(&true)
            && let Some(from) = article_before(self.language, context, first.first)
        {
            range.start = from;
        }
        let surface = &context.text[range.clone()];
        // & is a conjunction between words and no term by itself.
        if surface.starts_with('&') || surface.ends_with('&') {
            return None;
        }
        if has_empty_line(surface) {
            return None;
        }
        // Without accents on either side there is nothing to compare.
        let accents = !end.ascii || !surface.is_ascii();
        for (step, written) in path.iter().zip(words).filter(|_| accents) {
            let word = &context.text[context.folded.original(context.range(step.first, step.last))];
            if (!word.is_ascii() || !written.is_ascii())
                && !self.accents_fit(context, written, word, step.meaning.changed)
            {
                return None;
            }
        }
        if self.language.stemmer == Stemmer::Arabic {
            for (step, written) in path.iter().zip(words) {
                let word = context.range(step.first, step.last);
                if !seats_fit(written, &context.text[context.folded.original(word)]) {
                    return None;
                }
            }
        }
        if !end.easy && !has_case(entry, &entry.text, surface) && !end.listed {
            return None;
        }
        if !end.easy
            && entry.case == Case::Capitals
            && path.len() == 1
            && shouts(line_of(context.text, &range))
        {
            return None;
        }
        // A noun has a capital, and a word without one is a verb or an adjective.
        if self.language.capital_nouns
            && words.len() == 1
            && entry.text.starts_with(char::is_uppercase)
            && surface.starts_with(char::is_lowercase)
        {
            return None;
        }
        let small = || !surface.chars().any(char::is_uppercase) && entry.text.chars().any(char::is_uppercase);
        // *global development initiatives* are not the Global Development Initiative; in languages with cases a
        // form that differs is no sign of that, unless the term stands in quotation marks.
        let cases = self.language.inflection.scope == inflect::Scope::UpToNoun;
        let named = || entry.name && !cases || entry.text.starts_with(super::is_quote);
        if !end.easy && changed && path.len() > 1 && named() && small() {
            return None;
        }
        // The last point of an abbreviation.
        if surface.contains('.') && !surface.ends_with('.') && context.text[range.end..].starts_with('.') {
            let letters = surface.split('.').all(|part| part.trim().chars().count() <= 2);
            range.end += usize::from(letters);
        }
        let range = if end.easy { range } else { with_symbol(context.text, &entry.text, range)? };
        // Folded text has no quotation marks and no dashes.
        let smooth = end.easy && context.text[range.clone()].eq_ignore_ascii_case(letters);
        let range = if smooth { range } else { with_quotes(context.text, &entry.text, range)? };
        if exact.as_ref().is_some_and(|exact| *exact != as_written(&context.text[range.clone()])) {
            return None;
        }
        let capitals = !end.easy && entry.case == Case::Capitals;
        if !smooth && is_parted(&entry.text, &context.text[range.clone()])
            || !capitals && is_bound(self.language, context.text, &range)
            || capitals && is_numbered(&context.text[range.end..])
            || is_in_address(context.text, &range)
            || capitals && context.text[range.end..].starts_with('$')
        {
            return None;
        }
        let method = match () {
            () if hash(&context.text[range.clone()]) == end.text => Method::Exact,
            () if changed && self.is_prefix(last.meaning.slot) => Method::Prefix,
            () if loose => Method::Loose,
            () if end.listed => Method::Listed,
            () if changed => Method::Inflected,
            () => Method::Folded,
        };
        Some(Candidate { range, entry: end.entry, method })
    }

    /// Tells whether a noun in the singular stands before an adjective in the plural because the adjective
    /// belongs to two nouns: *la sécurité et la souveraineté numériques*.
    fn is_shared(&self, context: &Context<'_>, path: &[Step]) -> bool {
        let Some((first, rest)) = path.split_first() else { return false };
        // What was not looked up may be more than an article.
        let article = |t: &Token| {
            t.roles & ARTICLE != 0
                && (t.wanted || self.known.get(t.hash).is_none_or(|known| known.count == 0))
        };
        let mut before = context.tokens[..first.first]
            .iter()
            .rev()
            .skip_while(|t| article(t) || t.roles & PREPOSITION != 0);
        self.language.inflection.scope == inflect::Scope::HeadAndModifiers
            && !first.meaning.changed
            && rest.iter().all(|s| s.meaning.changed)
            && before.next().is_some_and(|t| t.roles & CONJUNCTION != 0)
    }

    fn is_prefix(&self, slot: u32) -> bool {
        #[cfg(any(test, fuzzing))]
        if slot == naive::PREFIX_SLOT {
            return true;
        }
        self.prefix_slots.contains(&slot)
    }

    /// Tells whether the accents of a word are those of the term's word, or left out altogether.
    fn accents_fit(&self, context: &Context<'_>, written: &str, word: &str, changed: bool) -> bool {
        if changed && self.language.inflection.accents_shift || !self.language.optional_diacritics {
            return true;
        }
        if !written.chars().all(is_latin) {
            return true;
        }
        let (term, text) = (accents(written), accents(word));
        // A capital at the beginning is often left without its accent.
        let capital = word.starts_with(char::is_uppercase) && text.first().is_some_and(|first| first.1 == 0);
        let mut pairs = term.iter().zip(&text).skip(usize::from(capital));
        let differ = pairs.any(|(a, b)| a.0 == b.0 && a.1 != b.1);
        let bare = text.iter().all(|(_, mark)| *mark == 0);
        let capitals = !word.chars().any(char::is_lowercase);
        !differ || bare && (capitals || !context.whole.has_accents())
    }

    fn pattern(&self, context: &Context<'_>, start: usize, pattern: &Pattern, found: &mut Vec<Candidate>) {
        if let Some(last) = self.parts(context, start, &pattern.parts, false) {
            let range = context.folded.original(context.range(start, last));
            if !has_empty_line(&context.text[range.clone()]) {
                found.push(Candidate { range, entry: pattern.entry, method: Method::Pattern });
            }
        }
    }

    /// Returns the last word of what the parts of a pattern match, if they do.
    fn parts(&self, context: &Context<'_>, at: usize, parts: &[Part], inside: bool) -> Option<usize> {
        let Some((part, rest)) = parts.split_first() else { return at.checked_sub(1) };
        let token = context.tokens.get(at)?;
        if inside && ends_sentence(context.gap(at - 1, at)) {
            return None;
        }
        match part {
            Part::Slot(slot) => {
                let fits = |m: &Meaning| m.slot == *slot && !(m.first && inside);
                if context.meanings(&token.meanings).iter().any(fits) {
                    return self.parts(context, at + 1, rest, true);
                }
                if context.meanings(&token.joined).iter().any(fits) {
                    return self.parts(context, at + 2, rest, true);
                }
                (token.roles & ARTICLE != 0 && inside)
                    .then(|| self.parts(context, at + 1, parts, true))
                    .flatten()
            }
            Part::Gap(least, most) => {
                let mut end = at;
                let mut words = 0;
                while words <= *most {
                    if words >= *least
                        && let Some(last) = self.parts(context, end, rest, true)
                    {
                        return Some(last);
                    }
                    let token = context.tokens.get(end)?;
                    if ends_sentence(context.gap(end - 1, end)) {
                        return None;
                    }
                    // An article is no word of its own.
                    words += usize::from(token.roles & ARTICLE == 0);
                    end += 1;
                }
                None
            }
        }
    }

    /// Finds a term of one word at either end of a longer word.
    fn compound(&self, context: &Context<'_>, at: usize, found: &mut Vec<Candidate>) {
        let range = context.range(at, at);
        let word = &context.folded.text[range.clone()];
        if word.len() < SHORTEST_PART + 3 {
            return;
        }
        let mut best: Option<(usize, Range<usize>, u32)> = None;
        let middle = context.folded.original(range.clone());
        let plain = context.text[middle].chars().all(char::is_alphabetic);
        for (cut, _) in word.char_indices() {
            for (part, range) in
                [(&word[..cut], range.start..range.start + cut), (&word[cut..], range.start + cut..range.end)]
            {
                if part.len() >= SHORTEST_PART
                    && word.len() - part.len() >= 3
                    && plain
                    && let Some((entry, _)) = self.single.get(&hash(part))
                    && best.as_ref().is_none_or(|(len, ..)| part.len() > *len)
                {
                    best = Some((part.len(), range, *entry));
                }
            }
        }
        if let Some((_, range, entry)) = best {
            let known = &self.entries[entry as usize];
            if known.case == Case::Any && !matches!(known.mode, Some(MatchMode::Exact | MatchMode::Forms)) {
                let mut range = context.folded.original(range);
                // The s that joins the parts is no part of the term.
                let surface = &context.text[range.clone()];
                let joined = context.text[range.end..].starts_with(char::is_alphabetic);
                if joined && surface.ends_with('s') && !known.text.ends_with('s') {
                    range.end -= 1;
                }
                found.push(Candidate { range, entry, method: Method::Compound });
            }
        }
    }

    /// Finds a term of one word whose parts are written apart: with hyphens where words are made of others, with
    /// spaces where spaces are a matter of taste.
    fn assembled(&self, context: &Context<'_>, at: usize, found: &mut Vec<Candidate>) {
        if self.single.is_empty() {
            return;
        }
        let mut whole = context.folded.text[context.range(at, at)].to_owned();
        for next in at + 1..context.tokens.len().min(at + 4) {
            let (before, token) = (context.range(next - 1, next - 1), context.range(next, next));
            let joint = context.folded.original(before.end - 1..token.start + 1);
            let joint = &context.text[joint];
            let hyphen =
                joint.contains(['-', '\u{2010}', '\u{2011}']) && !joint.contains(char::is_whitespace);
            if context.gap(next - 1, next) != " " || !hyphen && !self.language.spaces_optional {
                return;
            }
            whole.push_str(&context.folded.text[token.clone()]);
            if let Some((entry, glued)) = self.single.get(&hash(&whole))
                && self.entries[*entry as usize].mode != Some(MatchMode::Exact)
            {
                let range = context.range(at, at).start..token.end - glued;
                let range = context.folded.original(range);
                found.push(Candidate { range, entry: *entry, method: Method::Folded });
            }
        }
    }
}

/// No term has more words.
const LONGEST: usize = 48;

/// No preposition melted with an article is longer, in bytes.
const LONGEST_MELTED: usize = 8;

/// Shorter parts of compounds are found by chance.
const SHORTEST_PART: usize = 5;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Slot {
    word: String,
    gap: String,
    /// A hash of its forms and what they can be.
    kind: u64,
    /// Whether words that begin with it stand for it too.
    prefix: bool,
}

/// Beyond so many pairs of forms all words are looked at.
const MOST_PAIRS: usize = 8_000_000;

#[inline]
fn pair(one: u64, other: u64) -> u64 {
    scatter(one.rotate_left(23) ^ other)
}

fn edge(node: u32, slot: u32) -> u64 {
    u64::from(node) << 32 | u64::from(slot)
}

/// A word on the way through the tree.
#[derive(Debug, Clone, Copy)]
struct Step {
    first: usize,
    last: usize,
    meaning: Meaning,
}

struct Context<'t> {
    whole: &'t Whole<'t>,
    /// The paragraph.
    text: &'t str,
    folded: &'t Folded,
    tokens: &'t [Token],
    made: &'t [Meaning],
    terms: &'t Words,
}

impl<'t> Context<'t> {
    #[inline]
    fn meanings(&self, at: &Range<u32>) -> &'t [Meaning] {
        let (from, to) = (at.start as usize, at.end as usize);
        let known = self.terms.meanings.len();
        match from < to {
            true if from >= known => &self.made[from - known..to - known],
            true => &self.terms.meanings[from..to],
            false => &[],
        }
    }

    /// Returns where words stand in the folded text, from one to another.
    fn range(&self, first: usize, last: usize) -> Range<usize> {
        self.tokens[first].range.start as usize..self.tokens[last].range.end as usize
    }

    /// Returns what stands between two words.
    fn gap(&self, before: usize, behind: usize) -> &'t str {
        let range = self.tokens[before].range.end as usize..self.tokens[behind].range.start as usize;
        self.folded.text.get(range).unwrap_or("")
    }
}

impl Whole<'_> {
    fn has_accents(&self) -> bool {
        *self.has_accents.get_or_init(|| self.text.chars().any(|c| is_latin(c) && c as u32 > 0xBF))
    }
}

/// Returns a word of a text as it is looked up.
fn word_at<'t>(folded: &'t str, full: &[(u32, &'static str)], tokens: &[Token], at: usize) -> &'t str {
    let range = &tokens[at].range;
    match full.binary_search_by_key(&(at as u32), |(number, _)| *number) {
        Ok(at) => full[at].1,
        Err(_) => &folded[range.start as usize..range.end as usize],
    }
}

/// Tells whether words that go together agree.
fn agree(groups: &[(u8, bool)], path: &[Step]) -> bool {
    let mut agree = [ANY; 8];
    for (step, (group, _)) in path.iter().zip(groups) {
        if *group > 0 {
            agree[usize::from(*group) % 8] &= step.meaning.agrees;
        }
    }
    !agree.contains(&0)
}

/// Returns how many bytes of a form are a particle behind the word.
fn glued(language: &Language, word: &TermWord, form: &inflect::Form) -> usize {
    match language.inflection.scope {
        inflect::Scope::Last => form.text.len().saturating_sub(word.text.len()),
        _ => 0,
    }
}

/// Notes the first halves of words that the end of a line divides.
fn mend(text: &str, folded: &Folded, tokens: &mut [Token], mended: &mut Vec<u32>) {
    for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let line = text[..end].trim_end_matches('\r');
        let Some(half) = line.strip_suffix(['-', '\u{2010}']) else { continue };
        if !half.ends_with(char::is_alphabetic) {
            continue;
        }
        let original = |t: &Token| folded.original(t.range.start as usize..t.range.end as usize);
        let at = tokens.partition_point(|t| original(t).end < line.len());
        let Some(at) = at.checked_sub(1) else { continue };
        if at + 1 < tokens.len()
            && folded.text[tokens[at].range.end as usize..tokens[at + 1].range.start as usize] == *" "
        {
            // What the halves mean together is not known yet.
            (tokens[at].odd, tokens[at + 1].odd) = (true, true);
            mended.push(at as u32);
        }
    }
}

/// Returns a word that the end of a line divides.
fn halves(folded: &str, tokens: &[Token], at: usize) -> String {
    let half = |at: usize| &folded[tokens[at].range.start as usize..tokens[at].range.end as usize];
    [half(at), half(at + 1)].concat()
}

fn is_space(gap: &str) -> bool {
    matches!(gap, " " | "" | "'" | "' ")
}

/// Returns what stands between two words, but for an elided article.
fn bare_gap<'t>(language: &Language, gap: &'t str) -> &'t str {
    let Some(elided) = gap.strip_suffix('\'') else { return gap };
    let from = elided.rfind(' ').map_or(0, |at| at + 1);
    let known = language.elisions.iter().any(|(e, full)| full.is_empty() && *e == &elided[from..]);
    if known { &gap[..from] } else { gap }
}

fn ends_sentence(gap: &str) -> bool {
    gap.contains(['.', '!', '?', ';', ':', '(', ')'])
}

/// Reads what a pattern says of a gap: `1..3 words`, `2 words`.
pub(super) fn gap_of(text: &str) -> Option<(usize, usize)> {
    let range = text.trim().split(' ').next()?;
    match range.split_once("..") {
        Some((least, most)) => Some((least.parse().ok()?, most.parse().ok()?)),
        None => range.parse().ok().map(|n| (n, n)),
    }
}

/// Cuts a folded term into its words, as texts are cut.
fn term_words(language: &Language, folded: &str) -> Vec<TermWord> {
    let mut out = all_term_words(language, folded);
    // What stands before an article stands before the word behind it.
    for at in 1..out.len() {
        if out[at - 1].article && out[at].gap.is_empty() {
            out[at].gap = out[at - 1].gap.clone();
        }
    }
    out
}

fn all_term_words(language: &Language, folded: &str) -> Vec<TermWord> {
    let mut out: Vec<TermWord> = vec![];
    let mut end = 0;
    for word in words(folded) {
        let (elided, word) = elision(language, folded, word);
        let mut push = |range: Range<usize>, text: &str| {
            let gap = folded.get(end..range.start).unwrap_or("");
            end = range.end;
            let gap = if is_space(bare_gap(language, gap)) { "" } else { gap };
            if gap.is_empty()
                && let Some(last) = out.last_mut()
                && last.range.end + 1 == range.start
                && language.prefixes.contains(&last.text.as_str())
            {
                last.text.push_str(text);
                last.range.end = range.end;
                return;
            }
            if gap == " & "
                && let Some(and) = language.inflection.conjunctions.first()
            {
                let range = range.start - 2..range.start - 1;
                out.push(TermWord { text: (*and).to_owned(), gap: String::new(), article: false, range });
            }
            let gap = if gap == " & " { "" } else { gap };
            let article = language.articles.contains(&text);
            out.push(TermWord { text: text.to_owned(), gap: gap.to_owned(), article, range });
        };
        if let Some((range, full)) = elided
            && !full.is_empty()
        {
            push(range, full);
        }
        let text = plain(language, &folded[word.clone()]);
        let dotted = dotless(text);
        push(word, dotted.as_deref().unwrap_or(text));
    }
    out
}

fn is_cyrillic(c: char) -> bool {
    ('\u{400}'..='\u{4FF}').contains(&c)
}

/// Returns a Cyrillic word without the Latin letters that look like Cyrillic ones, if it has any.
fn unmixed(text: &str) -> Option<String> {
    if !text.contains(is_cyrillic) || !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let like = |c: char| "acekopxy".find(c).and_then(|at| "асекорху".chars().nth(at)).unwrap_or(c);
    Some(text.chars().map(like).collect()).filter(|own: &String| own.chars().all(is_cyrillic))
}

/// Returns *un* for *u.n*.
fn dotless(text: &str) -> Option<String> {
    let dotted = text.contains('.') && text.split('.').all(|part| part.chars().count() == 1);
    dotted.then(|| text.replace('.', ""))
}

/// Returns a word without a footnote's number glued to it, or without the points of an abbreviation.
fn without_ornament(text: &str) -> Option<String> {
    if text.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let fits = text.len() - word.len() <= 2 && word.len() >= 5 && word.chars().all(char::is_alphabetic);
        return fits.then(|| word.to_owned());
    }
    dotless(text)
}

/// Parts what is glued to a word by an apostrophe from it: (where it stands, the word it stands for), the rest.
fn elision(
    language: &Language,
    folded: &str,
    word: Range<usize>,
) -> (Option<(Range<usize>, &'static str)>, Range<usize>) {
    if !language.elisions.is_empty()
        && let Some(apostrophe) = folded[word.clone()].find('\'')
    {
        let first = word.start..word.start + apostrophe;
        let known = language.elisions.iter().find(|(elided, _)| *elided == &folded[first.clone()]);
        if let Some((_, full)) = known {
            return (Some((first.clone(), full)), first.end + 1..word.end);
        }
    }
    (None, word)
}

/// Returns a preposition without the article it is melted with.
fn plain<'t>(language: &Language, word: &'t str) -> &'t str {
    melted(language, word).unwrap_or(word)
}

/// Returns the preposition in one that is melted with an article.
fn melted(language: &Language, word: &str) -> Option<&'static str> {
    if word.len() > LONGEST_MELTED || language.contractions.is_empty() {
        return None;
    }
    language.contractions.iter().find(|(melted, _)| *melted == word).map(|(_, plain)| *plain)
}

fn without_possessive(surface: &str, start: usize) -> usize {
    let bare = ["'s", "’s", "'S", "’S"].iter().find_map(|s| surface.strip_suffix(s));
    start + bare.unwrap_or(surface).trim_end_matches(['\'', '’']).len()
}

/// Returns a word in lower case with its accents composed.
fn accented(word: &str) -> String {
    word.nfc().flat_map(char::to_lowercase).collect()
}

/// Returns the letters of a word, each with a number for the marks on it.
fn accents(word: &str) -> Vec<(char, u32)> {
    let mut out: Vec<(char, u32)> = vec![];
    for c in word.nfkd().flat_map(char::to_lowercase) {
        if !is_combining_mark(c) {
            if c.is_alphabetic() {
                out.push((c, 0));
            }
        } else if let Some(last) = out.last_mut() {
            last.1 = last.1 * 31 + c as u32;
        }
    }
    out
}

fn is_latin(c: char) -> bool {
    matches!(c, '\0'..='\u{24F}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}' | '\u{2010}'..='\u{2019}')
}

/// Tells whether a hyphen binds a range to something that makes another word of it: *non-*, *e-*, *-t-il*.
fn is_bound(language: &Language, text: &str, range: &Range<usize>) -> bool {
    const HYPHENS: [char; 3] = ['-', '\u{2010}', '\u{2011}'];
    if let Some(behind) = text[range.end..].strip_prefix(HYPHENS) {
        let to = behind.find(|c: char| !c.is_alphanumeric()).unwrap_or(behind.len());
        if language.enclitics.contains(&behind[..to].to_lowercase().as_str()) {
            return true;
        }
    }
    let mut before = &text[..range.start];
    // An elided word between the hyphen and the range: *main-d’œuvre*.
    if let Some(elided) = before.strip_suffix(['\'', '’']) {
        before = elided.trim_end_matches(char::is_alphanumeric);
        return before.len() < elided.len() && before.ends_with(HYPHENS);
    }
    let Some(before) = before.strip_suffix(HYPHENS) else { return false };
    let from = before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let first = before.get(from..).unwrap_or("").to_lowercase();
    language.bound.contains(&first.as_str())
        || !first.is_empty() && language.bound_endings.iter().any(|ending| first.ends_with(ending))
}

/// Tells whether the letters that Arabic folding takes for one may be the same word: a hamza that is written on both
/// sides has the same seat, an alif with hamza begins no article, and short words differ by their last letter.
fn seats_fit(written: &str, word: &str) -> bool {
    const ALIFS: [char; 4] = ['ا', 'أ', 'إ', 'آ'];
    let plain = |text: &str| -> Vec<char> {
        text.nfc().filter(|c| !matches!(c, '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{640}')).collect()
    };
    let alike = |a: char, b: char| {
        a == b
            || ALIFS.contains(&a) && ALIFS.contains(&b)
            || matches!((a, b), ('ى', 'ي') | ('ي', 'ى') | ('ة', 'ه' | 'ت') | ('ه', 'ة'))
    };
    let (term, word) = (plain(written), plain(word));
    let base = term.strip_prefix(&['ا', 'ل']).unwrap_or(&term);
    let stem = base.len().saturating_sub(usize::from(base.len() > 3));
    let Some(at) = word.windows(stem.max(1)).position(|w| w.iter().zip(base).all(|(a, b)| alike(*a, *b)))
    else {
        return true;
    };
    if at >= 2 && word[at - 1] == 'ل' && word[at - 2] == 'أ' && !base.starts_with(&['أ', 'ل']) {
        return false;
    }
    let seats = |(a, b): (&char, &char)| {
        let marked = |c: &char| ALIFS[1..].contains(c);
        !(marked(a) && marked(b) && a != b)
    };
    let ends = at + base.len() == word.len();
    let last = match (ends, base.last(), word.last()) {
        (true, Some(a), Some(b)) => a == b || base.len() > 4 || ALIFS.contains(a),
        _ => true,
    };
    last && word[at..].iter().zip(base).all(seats)
}

/// Tells whether a hyphen and a figure follow, which make another name of an abbreviation: *IA-64*.
fn is_numbered(behind: &str) -> bool {
    let figure = behind.strip_prefix(['-', '\u{2010}', '\u{2011}']);
    figure.is_some_and(|figure| figure.starts_with(|c: char| c.is_ascii_digit()))
}

/// Tells whether an article stands in a stretch of folded text, also melted with a preposition or elided.
fn has_article(language: &Language, between: &str) -> bool {
    if language.articles.is_empty() {
        return false;
    }
    between.split([' ', ',']).any(|word| match word.split_once('\'') {
        Some((elided, _)) => language.elisions.iter().any(|(e, full)| full.is_empty() && *e == elided),
        None => language.articles.contains(&word) || language.contractions.iter().any(|(m, _)| *m == word),
    })
}

/// Returns where the article before a word begins in the text, if one stands there by itself.
fn article_before(language: &Language, context: &Context<'_>, at: usize) -> Option<usize> {
    let start = context.tokens[at].range.start as usize;
    let before = &context.folded.text[..start];
    let article = match before.strip_suffix('\'') {
        Some(elided) => {
            let from = elided.rfind(' ').map_or(0, |at| at + 1);
            let known = language.elisions.iter().any(|(e, full)| full.is_empty() && *e == &elided[from..]);
            known.then_some(from)?
        }
        None => {
            let word = before.strip_suffix(' ')?;
            let from = word.rfind(' ').map_or(0, |at| at + 1);
            language.articles.contains(&&word[from..]).then_some(from)?
        }
    };
    Some(context.folded.original(article..start).start)
}

/// Returns what must be the same where nothing but case may differ.
fn as_written(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").nfc().flat_map(char::to_lowercase).map(|c| if c == '’' { '\'' } else { c }).collect()
}

/// Returns the sign that ends a term.
fn symbol(term: &str) -> Option<char> {
    let bare = term.trim_end_matches(|c| super::is_quote(c) || c.is_whitespace());
    bare.chars().next_back().filter(|c| matches!(c, '+' | '#' | '%' | '*'))
}

/// Tells whether a term ends with a sign or a bracket that is part of it.
fn has_symbol(term: &str) -> bool {
    term.ends_with(')') || symbol(term).is_some()
}

/// Stretches a range over the sign that ends a term, *+* or *#*; none if it does not stand there.
fn with_symbol(text: &str, term: &str, range: Range<usize>) -> Option<Range<usize>> {
    if term.ends_with(')') && text[range.end..].starts_with(')') && text[range.clone()].contains('(') {
        return Some(range.start..range.end + 1);
    }
    let Some(sign) = symbol(term) else { return Some(range) };
    let behind = text[range.end..].trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    let wide = |c: char| c == sign || u32::from(c) == u32::from(sign) + 0xFEE0;
    let found = behind.chars().next().filter(|c| wide(*c))?;
    Some(range.start..text.len() - behind.len() + found.len_utf8())
}

/// Returns the line in which a range begins.
fn line_of<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let from = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let to = text[range.end..].find('\n').map_or(text.len(), |at| range.end + at);
    &text[from..to]
}

/// Tells whether a range lies in an address or the name of a file, not in prose.
fn is_in_address(text: &str, range: &Range<usize>) -> bool {
    let from = text[..range.start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let to = text[range.end..].find(char::is_whitespace).map_or(text.len(), |at| range.end + at);
    let Some(whole) = text.get(from..to) else { return false };
    // Whatever makes an address has one of these.
    if !whole.bytes().any(|b| matches!(b, b':' | b'@' | b'_' | b'.')) {
        return false;
    }
    let whole = whole.trim_end_matches(['.', ',', ';', ':', ')', '!', '?', '"', '”', '»']);
    if whole.len() + from < range.end || range.start - from + to - range.end == 0 {
        return false;
    }
    let joined = |c: char| text[from..range.start].ends_with(c) || text[range.end..to].starts_with(c);
    whole.contains("://")
        || whole.starts_with("www.")
        || whole.contains('@')
        || joined('_')
        || (whole.is_ascii()
            && text[range.end..to].starts_with('.')
            && text[range.end + 1..to].starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Tells whether a line is written in capitals throughout, where *IT* may be *it*.
fn shouts(line: &str) -> bool {
    let words = || line.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic));
    // Most lines end here, at the first small letter.
    if !words().all(|w| w.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)) {
        return false;
    }
    let long = words().any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 4);
    words().count() > if long { 2 } else { 3 }
}

/// The long way, for [`super::naive`].
#[cfg(any(test, fuzzing))]
pub(super) mod naive {
    use super::*;

    /// A form of a term, word by word.
    struct Sequence {
        words: Vec<Word>,
        end: End,
    }

    struct Word {
        gap: String,
        text: String,
        forms: Vec<inflect::Form>,
        prefix: bool,
    }

    /// What a pattern is made of.
    enum Piece {
        Word(Word),
        Gap(usize, usize),
    }

    /// A word of the text: how it is looked up, and with the next one in one.
    struct Written {
        text: String,
        joined: Option<String>,
    }

    pub(in super::super) fn find(
        language: &'static Language,
        entries: &dyn Fn() -> Vec<Entry>,
        whole: &Whole<'_>,
        text: &str,
        folded: &Folded,
    ) -> Vec<Candidate> {
        let draft = Draft::new(language);
        let (mut sequences, mut patterns) = (vec![], vec![]);
        for (at, entry) in entries().iter().enumerate() {
            let listed = entry.mode == Some(MatchMode::Forms) && !entry.forms.is_empty();
            sequences.extend(sequence(&draft, at as u32, entry, &entry.text, listed));
            for form in &entry.forms {
                sequences.extend(sequence(&draft, at as u32, entry, form, true));
            }
            for form in respelt(language, entry) {
                sequences.extend(sequence(&draft, at as u32, entry, &form, false));
            }
            // The words of a pattern that cannot be used are known words nevertheless.
            let pattern = entry.pattern.as_deref().map(|pattern| pieces(&draft, entry, pattern));
            patterns.extend(pattern.map(|pattern| (at as u32, pattern)));
        }
        let terms = Words::new(language, entries());
        let (tokens, written) = tokens(language, text, folded, &sequences, &patterns);
        let all = All { language, sequences: &sequences, patterns: &patterns, written: &written };
        let context = Context { whole, text, folded, tokens: &tokens, made: &[], terms: &terms };
        let mut found = vec![];
        for (at, words) in written.iter().enumerate() {
            for sequence in &sequences {
                all.walk(&context, at, sequence, &mut vec![], false, &mut found);
            }
            for (entry, pieces) in &patterns {
                let (Some(Piece::Word(first)), Some(Piece::Word(_))) = (pieces.first(), pieces.last()) else {
                    continue;
                };
                if all.meanings(first, &words.text).next().is_none() {
                    continue;
                }
                if let Some(last) = all.match_pieces(&context, at, pieces, false) {
                    let range = folded.original(context.range(at, last));
                    if !has_empty_line(&text[range.clone()]) {
                        found.push(Candidate { range, entry: *entry, method: Method::Pattern });
                    }
                }
            }
            all.assembled(&context, at, &mut found);
            let joined = words.joined.as_deref();
            if language.compounds && !all.known(&words.text) && !joined.is_some_and(|j| all.known(j)) {
                all.compound(&context, at, &mut found);
            }
        }
        found
    }

    struct All<'a> {
        language: &'static Language,
        sequences: &'a [Sequence],
        patterns: &'a [(u32, Vec<Piece>)],
        written: &'a [Written],
    }

    impl All<'_> {
        fn words(&self) -> impl Iterator<Item = &Word> {
            let patterns = self.patterns.iter().flat_map(|(_, pieces)| pieces);
            let in_patterns = patterns.filter_map(|piece| match piece {
                Piece::Word(word) => Some(word),
                Piece::Gap(..) => None,
            });
            self.sequences.iter().flat_map(|s| &s.words).chain(in_patterns)
        }

        /// Tells whether a word means anything as it is written.
        fn known_as_written(&self, text: &str) -> bool {
            self.words().any(|word| means(self.language, word, text).next().is_some())
        }

        fn known(&self, text: &str) -> bool {
            self.words().any(|word| self.meanings(word, text).next().is_some())
        }

        /// What a written word may be as a word of a term.
        fn meanings(&self, word: &Word, text: &str) -> impl Iterator<Item = Meaning> {
            let mut out: Vec<Meaning> = means(self.language, word, text).collect();
            if !self.known_as_written(text)
                && let Some(other) = unmixed(text).or_else(|| without_ornament(text))
            {
                let slot = slot_of(word);
                let forms = word.forms.iter().filter(|f| f.text == other);
                out.extend(forms.map(|f| Meaning { slot, ..meaning(word, f) }));
            }
            out.into_iter()
        }

        fn walk(
            &self,
            context: &Context<'_>,
            at: usize,
            sequence: &Sequence,
            path: &mut Vec<Step>,
            loose: bool,
            found: &mut Vec<Candidate>,
        ) {
            let Some(written) = self.written.get(at) else { return };
            let Some(word) = sequence.words.get(path.len()) else { return };
            // An article may have been passed over.
            let gap = path.last().map_or("", |step| {
                let mut gaps = (step.last + 1..=at).map(|n| bare_gap(self.language, context.gap(n - 1, n)));
                gaps.find(|gap| !is_space(gap)).unwrap_or("")
            });
            let fits =
                path.is_empty() || is_space(gap) || gap.trim() == bare_gap(self.language, &word.gap).trim();
            for (text, width) in [(Some(&written.text), 1), (written.joined.as_ref(), 2)] {
                let Some(text) = text.filter(|_| fits) else { continue };
                for meaning in self.meanings(word, text) {
                    if meaning.first && !path.is_empty() {
                        continue;
                    }
                    path.push(Step { first: at, last: at + width - 1, meaning });
                    if path.len() == sequence.words.len() {
                        found.extend(context.terms.judge(context, &sequence.end, path, loose));
                    } else {
                        self.walk(context, at + width, sequence, path, loose, found);
                    }
                    path.pop();
                }
            }
            let Some(last) = path.last() else { return };
            let token = &context.tokens[at];
            let again = token.roles & PREPOSITION != 0 && context.tokens[at - 1].roles & CONJUNCTION != 0;
            let article = token.roles & ARTICLE != 0;
            if (article || again && is_space(gap)) && at - last.last <= 2 {
                self.walk(context, at + 1, sequence, path, loose || again, found);
            }
        }

        fn match_pieces(
            &self,
            context: &Context<'_>,
            at: usize,
            pieces: &[Piece],
            inside: bool,
        ) -> Option<usize> {
            let Some((piece, rest)) = pieces.split_first() else { return at.checked_sub(1) };
            let token = context.tokens.get(at)?;
            if inside && ends_sentence(context.gap(at - 1, at)) {
                return None;
            }
            match piece {
                Piece::Word(word) => {
                    let written = &self.written[at];
                    let fits = |text: &str| self.meanings(word, text).any(|m| !(m.first && inside));
                    if fits(&written.text) {
                        return self.match_pieces(context, at + 1, rest, true);
                    }
                    if written.joined.as_deref().is_some_and(fits) {
                        return self.match_pieces(context, at + 2, rest, true);
                    }
                    let article = token.roles & ARTICLE != 0 && inside;
                    article.then(|| self.match_pieces(context, at + 1, pieces, true)).flatten()
                }
                Piece::Gap(least, most) => {
                    let (mut end, mut words) = (at, 0);
                    while words <= *most {
                        if words >= *least
                            && let Some(last) = self.match_pieces(context, end, rest, true)
                        {
                            return Some(last);
                        }
                        let token = context.tokens.get(end)?;
                        if ends_sentence(context.gap(end - 1, end)) {
                            return None;
                        }
                        words += usize::from(token.roles & ARTICLE == 0);
                        end += 1;
                    }
                    None
                }
            }
        }

        fn compound(&self, context: &Context<'_>, at: usize, found: &mut Vec<Candidate>) {
            let range = context.range(at, at);
            let word = &context.folded.text[range.clone()];
            let mut best: Option<(Range<usize>, u32)> = None;
            for (cut, _) in word.char_indices() {
                for part in [0..cut, cut..word.len()] {
                    let single = |s: &&Sequence| {
                        s.words.len() == 1 && s.words[0].forms.iter().any(|f| f.text == word[part.clone()])
                    };
                    if part.len() >= SHORTEST_PART
                        && word.len() - part.len() >= 3
                        && best.as_ref().is_none_or(|(best, _)| part.len() > best.len())
                        && let Some(sequence) = self.sequences.iter().find(single)
                    {
                        best = Some((part, sequence.end.entry));
                    }
                }
            }
            let Some((part, entry)) = best else { return };
            let known = &context.terms.entries[entry as usize];
            let plain = context.text[context.folded.original(range.clone())].chars().all(char::is_alphabetic);
            if plain
                && known.case == Case::Any
                && !matches!(known.mode, Some(MatchMode::Exact | MatchMode::Forms))
            {
                let mut range = context.folded.original(range.start + part.start..range.start + part.end);
                // The s that joins the parts is no part of the term.
                if context.text[range.end..].starts_with(char::is_alphabetic)
                    && context.text[range.clone()].ends_with('s')
                    && !known.text.ends_with('s')
                {
                    range.end -= 1;
                }
                found.push(Candidate { range, entry, method: Method::Compound });
            }
        }

        /// A term of one word in parts that are written with hyphens, or with spaces.
        fn assembled(&self, context: &Context<'_>, at: usize, found: &mut Vec<Candidate>) {
            if !self.language.compounds && !self.language.spaces_optional {
                return;
            }
            for last in at + 1..context.tokens.len().min(at + 4) {
                let joins = |n: usize| {
                    let gap = context.range(n, n).end - 1..context.range(n + 1, n + 1).start + 1;
                    let joint = &context.text[context.folded.original(gap)];
                    let hyphen = joint.contains(['-', '\u{2010}', '\u{2011}']);
                    context.gap(n, n + 1) == " "
                        && (self.language.spaces_optional || hyphen && !joint.contains(char::is_whitespace))
                };
                if !(at..last).all(joins) {
                    return;
                }
                let words = (at..=last).map(|n| &context.folded.text[context.range(n, n)]);
                let whole: String = words.collect();
                // The first that is filed under these letters.
                let single = self.sequences.iter().filter(|s| s.words.len() == 1).find_map(|s| {
                    let word = &s.words[0];
                    let form = word.forms.iter().find(|f| f.text == whole)?;
                    Some((s.end.entry, form.text.len().saturating_sub(word.text.len())))
                });
                let Some((entry, glued)) = single else { continue };
                if context.terms.entries[entry as usize].mode != Some(MatchMode::Exact) {
                    let glued = match self.language.inflection.scope {
                        inflect::Scope::Last => glued,
                        _ => 0,
                    };
                    let range = context.range(at, at).start..context.range(last, last).end - glued;
                    let range = context.folded.original(range);
                    found.push(Candidate { range, entry, method: Method::Folded });
                }
            }
        }
    }

    fn meaning(word: &Word, form: &inflect::Form) -> Meaning {
        Meaning {
            slot: NO_SLOT,
            agrees: form.agrees,
            root: 0,
            glued: form.text.len().saturating_sub(word.text.len()) as u16,
            changed: form.changed,
            first: false,
        }
    }

    fn slot_of(word: &Word) -> u32 {
        if word.prefix { PREFIX_SLOT } else { NO_SLOT }
    }

    /// What a written word may be as a word of a term, but for what may be glued to it or left out.
    fn means(language: &Language, word: &Word, text: &str) -> impl Iterator<Item = Meaning> {
        let slot = slot_of(word);
        let mut out: Vec<Meaning> = vec![];
        let mut add = |text: &str, first: bool| {
            for form in word.forms.iter().filter(|f| f.text == text) {
                let one = meaning(word, form);
                out.push(Meaning { slot, first, changed: one.changed || first, ..one });
            }
        };
        add(text, false);
        if language.stemmer == Stemmer::Arabic && !text.is_ascii() {
            arabic_bare(text).iter().for_each(|rest| add(rest, true));
        }
        if word.prefix && text.len() > word.text.len() && text.starts_with(&word.text) {
            out.push(Meaning { slot, agrees: ANY, root: 0, changed: true, first: false, glued: 0 });
        }
        out.into_iter()
    }

    fn word(draft: &Draft, kept: &[TermWord], forms: Vec<inflect::Forms>, prefix: bool) -> Vec<Word> {
        let last = kept.len().saturating_sub(1);
        let of = |(at, (word, forms)): (usize, (&TermWord, inflect::Forms))| Word {
            gap: if at == 0 { String::new() } else { word.gap.clone() },
            text: word.text.clone(),
            forms: forms.forms,
            prefix: prefix && at == last,
        };
        debug_assert!(draft.gaps.is_empty());
        kept.iter().zip(forms).enumerate().map(of).collect()
    }

    fn sequence(draft: &Draft, at: u32, entry: &Entry, form: &str, listed: bool) -> Option<Sequence> {
        let Filed { kept, forms, end } = draft.filed(at, entry, form, listed)?;
        let end = End { free: false, ascii: false, easy: false, ..end };
        let words = word(draft, &kept, forms, entry.mode == Some(MatchMode::Prefix));
        Some(Sequence { words, end })
    }

    fn pieces(draft: &Draft, entry: &Entry, pattern: &str) -> Vec<Piece> {
        let mut out = vec![];
        let mut rest = pattern;
        while !rest.is_empty() {
            let (literal, gap, behind) = match rest.split_once('{') {
                Some((literal, behind)) => {
                    let Some((gap, behind)) = behind.split_once('}') else {
                        // A bracket that is not closed makes no pattern.
                        out.push(Piece::Gap(0, 0));
                        return out;
                    };
                    (literal, gap_of(gap), behind)
                }
                None => (rest, None, ""),
            };
            rest = behind;
            let folded = fold(literal);
            let mut kept = term_words(draft.language, &folded);
            kept.retain(|w| !w.article);
            let gaps: Vec<String> = kept.iter().map(|w| w.gap.clone()).collect();
            let forms = draft.forms(entry, &kept, &gaps, false);
            let words = word(draft, &kept, forms, false).into_iter();
            out.extend(words.map(|word| Piece::Word(Word { gap: String::new(), ..word })));
            out.extend(gap.map(|(least, most)| Piece::Gap(least, most)));
        }
        out
    }

    /// Cuts a text into words, with their roles and how they are looked up.
    fn tokens(
        language: &'static Language,
        text: &str,
        folds: &Folded,
        sequences: &[Sequence],
        patterns: &[(u32, Vec<Piece>)],
    ) -> (Vec<Token>, Vec<Written>) {
        let folded = folds.text.as_str();
        let mut cut: Vec<(Range<usize>, String)> = vec![];
        let mut words_of: Vec<Range<usize>> = vec![];
        for word in words(folded) {
            if let Some(and) = language.inflection.conjunctions.first()
                && let Some(last) = words_of.last()
                && folded[last.end..word.start] == *" & "
            {
                cut.push((last.end + 1..last.end + 2, (*and).to_owned()));
            }
            words_of.push(word.clone());
            let (elided, word) = elision(language, folded, word);
            if let Some((range, full)) = elided
                && !full.is_empty()
            {
                cut.push((range, full.to_owned()));
            }
            cut.push((word.clone(), plain(language, &folded[word]).to_owned()));
        }
        let mut written = vec![];
        for (at, (range, text)) in cut.iter().enumerate() {
            let next = cut.get(at + 1).filter(|(next, _)| folded[range.end..next.start] == *" ");
            let prefix = language.prefixes.contains(&text.as_str());
            let joined = next.filter(|_| prefix).map(|(_, next)| [text.as_str(), next].concat());
            written.push(Written { text: text.clone(), joined });
        }
        // What the end of a line divides.
        for (end, _) in text.match_indices('\n') {
            let line = text[..end].trim_end_matches('\r');
            let Some(half) = line.strip_suffix(['-', '\u{2010}']) else { continue };
            let before =
                |(range, _): &&(Range<usize>, String)| folds.original(range.clone()).end < line.len();
            let behind = cut.iter().take_while(before).count();
            if behind == 0 || behind == cut.len() || !half.ends_with(char::is_alphabetic) {
                continue;
            }
            let (one, other) = (cut[behind - 1].0.clone(), cut[behind].0.clone());
            let whole = [&folded[one.clone()], &folded[other.clone()]].concat();
            let all = All { language, sequences, patterns, written: &[] };
            if folded[one.end..other.start] == *" " && all.known(&whole) {
                written[behind - 1].joined = Some(whole);
            }
        }
        let all = All { language, sequences, patterns, written: &written };
        let rules = language.inflection;
        let mut tokens = vec![];
        for (range, text) in &cut {
            let text = text.as_str();
            let article = language.articles.contains(&text) && !all.known(text);
            let conjunction = text.len() <= 4 && rules.conjunctions.contains(&text);
            let preposition = text.len() <= 12 && rules.prepositions.contains(&text);
            tokens.push(Token {
                hash: 0,
                range: range.start as u32..range.end as u32,
                roles: u16::from(article) * ARTICLE
                    + ARTICLED
                    + u16::from(conjunction) * CONJUNCTION
                    + u16::from(preposition) * PREPOSITION,
                meanings: 0..0,
                joined: 0..0,
                odd: false,
                begins: false,
                wanted: true,
            });
        }
        (tokens, written)
    }

    /// Slots are a matter of the fast way; all that judging asks is whether words that begin so stand for one.
    const NO_SLOT: u32 = u32::MAX;
    pub(in super::super) const PREFIX_SLOT: u32 = u32::MAX - 1;
}
