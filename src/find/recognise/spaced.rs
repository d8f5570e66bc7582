//! Terms of scripts with spaces: sequences of words.
//!
//! Every word of every term is filed under all its forms. A text is cut into words; most of them are no form
//! of anything, which a small filter tells at once, and the rest walk through a tree of the terms.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use xxhash_rust::xxh3::xxh3_64;

use super::{Candidate, Case, Entry, Method, has_case, has_empty_line, is_parted, with_quotes};
use crate::model::MatchMode;
use crate::text::inflect::{self, ANY};
use crate::text::languages::{Language, Stemmer};
use crate::text::{Folded, arabic_bare, fold, words};

/// The terms of a language, ready to be found.
#[derive(Debug)]
pub(super) struct Words {
    language: &'static Language,
    entries: Vec<Entry>,
    /// One bit for each hash of a form: most words of a text end here.
    filter: Filter,
    /// What a word may stand for.
    meanings: FxHashMap<u64, Vec<Meaning>>,
    /// The tree: (node, slot) to node; 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    /// What ends at a node.
    ends: Vec<Vec<End>>,
    /// What must stand before the word of a slot, other than a space.
    gaps: Vec<String>,
    /// Terms of one word, which compounds may be made of.
    single: FxHashMap<u64, u32>,
    /// Beginnings of words that stand for a slot.
    beginnings: Vec<(String, u32)>,
    patterns: Vec<Pattern>,
    /// The patterns that begin with a slot.
    pattern_starts: FxHashMap<u32, Vec<u32>>,
    article_slots: FxHashSet<u64>,
}

/// A word of a text may be this word of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Meaning {
    slot: u32,
    agrees: u32,
    changed: bool,
    /// Whether particles were taken off its front, as may be done only at the beginning of a term.
    first: bool,
    /// How many bytes behind it are no part of it.
    glued: usize,
}

/// A term ends here.
#[derive(Debug, Clone)]
struct End {
    entry: u32,
    /// The form as written, word by word, to compare accents.
    written: Vec<String>,
    groups: Vec<(u8, bool)>,
    listed: bool,
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

/// A set of hashes that may hold more than it was given, and never less.
#[derive(Debug, Default)]
struct Filter {
    bits: Vec<u64>,
}

impl Filter {
    fn new(hashes: usize) -> Self {
        Self { bits: vec![0; (hashes.max(64) * 16).next_power_of_two() / 64] }
    }

    fn add(&mut self, hash: u64) {
        let at = hash as usize & (self.bits.len() * 64 - 1);
        self.bits[at / 64] |= 1 << (at % 64);
    }

    fn may_have(&self, hash: u64) -> bool {
        let at = hash as usize & (self.bits.len() * 64 - 1);
        self.bits[at / 64] & (1 << (at % 64)) != 0
    }
}

/// A word of a text.
#[derive(Debug, Clone)]
struct Token {
    /// Where it stands in the folded text.
    range: Range<usize>,
    /// What it may stand for.
    meanings: Range<usize>,
    /// What it may stand for with the next one, written apart.
    joined: Range<usize>,
    article: bool,
    conjunction: bool,
    preposition: bool,
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
        let mut made = Self {
            language,
            entries: vec![],
            filter: Filter::default(),
            meanings: FxHashMap::default(),
            edges: FxHashMap::default(),
            ends: vec![vec![]],
            gaps: vec![],
            single: FxHashMap::default(),
            beginnings: vec![],
            patterns: vec![],
            pattern_starts: FxHashMap::default(),
            article_slots: language.articles.iter().map(|a| xxh3_64(a.as_bytes())).collect(),
        };
        let mut slots: FxHashMap<Slot, u32> = FxHashMap::default();
        for (at, entry) in entries.iter().enumerate() {
            if entry.mode != Some(MatchMode::Forms) || entry.forms.is_empty() {
                made.file(at as u32, entry, &entry.text, false, &mut slots);
            } else {
                made.file(at as u32, entry, &entry.text, true, &mut slots);
            }
            for form in &entry.forms {
                made.file(at as u32, entry, form, true, &mut slots);
            }
            if let Some(pattern) = &entry.pattern {
                made.file_pattern(at as u32, entry, pattern, &mut slots);
            }
        }
        made.entries = entries;
        made.filter = Filter::new(made.meanings.len());
        for hash in made.meanings.keys() {
            made.filter.add(*hash);
        }
        made
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Files a form of a term, under all forms of its words unless it stands as it is.
    fn file(&mut self, at: u32, entry: &Entry, form: &str, listed: bool, slots: &mut FxHashMap<Slot, u32>) {
        let folded = Folded::new(form);
        let all = term_words(self.language, &folded.text);
        let mut kept: Vec<&TermWord> = all.iter().filter(|w| !w.article).collect();
        if kept.is_empty() {
            kept = all.iter().collect();
        }
        if kept.is_empty() {
            return;
        }
        let forms = self.forms(entry, &kept, listed);
        let mut node = 0;
        for (number, (word, forms)) in kept.iter().zip(&forms).enumerate() {
            let gap = if number == 0 { "" } else { &word.gap };
            let slot = self.slot(word, gap, forms, slots);
            if entry.mode == Some(MatchMode::Prefix) && number + 1 == kept.len() {
                self.beginnings.push((word.text.clone(), slot));
            }
            let next = self.ends.len() as u32;
            node = *self.edges.entry((node, slot)).or_insert(next);
            if node == next {
                self.ends.push(vec![]);
            }
        }
        let written = kept.iter().map(|w| accented(&form[folded.original(w.range.clone())])).collect();
        let groups = forms.iter().map(|f| (f.group, f.follows)).collect();
        if kept.len() == 1 && self.language.compounds {
            for form in &forms[0].forms {
                self.single.entry(xxh3_64(form.text.as_bytes())).or_insert(at);
            }
        }
        self.ends[node as usize].push(End { entry: at, written, groups, listed });
    }

    fn forms(&self, entry: &Entry, words: &[&TermWord], listed: bool) -> Vec<inflect::Forms> {
        let texts: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        let stays = listed
            || entry.case == Case::Same
            || matches!(entry.mode, Some(MatchMode::Exact | MatchMode::Forms));
        if stays {
            let form = |t: &&str| inflect::Form { text: (*t).to_owned(), agrees: ANY, changed: false };
            return texts
                .iter()
                .map(|t| inflect::Forms { forms: vec![form(t)], group: 0, follows: false })
                .collect();
        }
        inflect::forms(self.language, &texts, entry.set_phrase)
    }

    /// Returns the slot of a word with these forms, made if it is new.
    fn slot(
        &mut self,
        word: &TermWord,
        gap: &str,
        forms: &inflect::Forms,
        slots: &mut FxHashMap<Slot, u32>,
    ) -> u32 {
        let kind: Vec<u32> = forms.forms.iter().map(|f| f.agrees).collect();
        let key = Slot { word: word.text.clone(), gap: gap.to_owned(), forms: forms.forms.len(), kind };
        if let Some(known) = slots.get(&key) {
            return *known;
        }
        let slot = self.gaps.len() as u32;
        self.gaps.push(gap.to_owned());
        for form in &forms.forms {
            let meaning = Meaning {
                slot,
                agrees: form.agrees,
                changed: form.changed,
                first: false,
                glued: form.text.len().saturating_sub(word.text.len()),
            };
            self.meanings.entry(xxh3_64(form.text.as_bytes())).or_default().push(meaning);
        }
        slots.insert(key, slot);
        slot
    }

    fn file_pattern(&mut self, at: u32, entry: &Entry, pattern: &str, slots: &mut FxHashMap<Slot, u32>) {
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
            let words = term_words(self.language, &folded);
            let kept: Vec<&TermWord> = words.iter().filter(|w| !w.article).collect();
            let forms = self.forms(entry, &kept, false);
            for (word, forms) in kept.iter().zip(&forms) {
                let slot = self.slot(word, "", forms, slots);
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

    /// Finds everything that may be a term.
    pub(super) fn find(&self, text: &str, folded: &Folded) -> Vec<Candidate> {
        let mut meanings: Vec<Meaning> = vec![];
        let tokens = self.tokens(&folded.text, &mut meanings);
        let mut found = vec![];
        let context = Context { text, folded, tokens: &tokens, meanings: &meanings };
        for at in 0..tokens.len() {
            if tokens[at].meanings.is_empty() && tokens[at].joined.is_empty() {
                if self.language.compounds {
                    self.compound(&context, at, &mut found);
                }
                continue;
            }
            let mut path = vec![];
            self.walk(&context, at, 0, &mut path, false, &mut found);
            for meaning in &meanings[tokens[at].meanings.clone()] {
                for pattern in self.pattern_starts.get(&meaning.slot).into_iter().flatten() {
                    self.pattern(&context, at, &self.patterns[*pattern as usize], &mut found);
                }
            }
        }
        found
    }

    /// Cuts a folded text into words and says what each may stand for.
    fn tokens(&self, folded: &str, meanings: &mut Vec<Meaning>) -> Vec<Token> {
        let mut tokens: Vec<Token> = Vec::with_capacity(folded.len() / 12);
        let mut before: Option<Range<usize>> = None;
        for word in words(folded) {
            let (elided, word) = elision(self.language, folded, word);
            if let Some((range, full)) = elided
                && !full.is_empty()
            {
                self.push(folded, range, full, &mut before, meanings, &mut tokens);
            }
            let text = &folded[word.clone()];
            let text = plain(self.language, text);
            self.push(folded, word, text, &mut before, meanings, &mut tokens);
        }
        tokens
    }

    fn push(
        &self,
        folded: &str,
        range: Range<usize>,
        text: &str,
        before: &mut Option<Range<usize>>,
        meanings: &mut Vec<Meaning>,
        tokens: &mut Vec<Token>,
    ) {
        let hash = xxh3_64(text.as_bytes());
        let from = meanings.len();
        self.mean(text, hash, meanings);
        let to = meanings.len();
        // The first part of a word that is also written in one.
        if let Some(first) = before.take()
            && folded[first.end..range.start] == *" "
            && let Some(last) = tokens.last_mut()
        {
            let joined = [&folded[first], text].concat();
            self.mean(&joined, xxh3_64(joined.as_bytes()), meanings);
            last.joined = to..meanings.len();
        }
        if self.language.prefixes.contains(&text) {
            *before = Some(range.clone());
        }
        let rules = self.language.inflection;
        tokens.push(Token {
            range,
            meanings: from..to,
            joined: 0..0,
            article: from == to && self.article_slots.contains(&hash),
            conjunction: text.len() <= 4 && rules.conjunctions.contains(&text),
            preposition: text.len() <= 12 && rules.prepositions.contains(&text),
        });
    }

    fn mean(&self, text: &str, hash: u64, out: &mut Vec<Meaning>) {
        let from = out.len();
        if self.filter.may_have(hash)
            && let Some(known) = self.meanings.get(&hash)
        {
            out.extend(known);
        }
        if self.language.stemmer == Stemmer::Arabic && !text.is_ascii() {
            for rest in arabic_bare(text) {
                let hash = xxh3_64(rest.as_bytes());
                if self.filter.may_have(hash) {
                    let known = self.meanings.get(&hash).into_iter().flatten();
                    out.extend(known.map(|m| Meaning { first: true, changed: true, ..*m }));
                }
            }
        }
        for (beginning, slot) in &self.beginnings {
            if text.len() > beginning.len() && text.starts_with(beginning) {
                out.push(Meaning { slot: *slot, agrees: ANY, changed: true, first: false, glued: 0 });
            }
        }
        if out.len() > from {
            return;
        }
        // A footnote's number glued to a word; an abbreviation with its points.
        let last = text.as_bytes().last().copied().unwrap_or_default();
        let other = if last.is_ascii_digit() {
            let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
            (text.len() - word.len() <= 2 && word.len() >= 5 && word.chars().all(char::is_alphabetic))
                .then(|| word.to_owned())
        } else if text.contains('.') {
            dotless(text)
        } else {
            None
        };
        if let Some(other) = other
            && let Some(known) = self.meanings.get(&xxh3_64(other.as_bytes()))
        {
            out.extend(known);
        }
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
        let Some(token) = context.tokens.get(at) else { return };
        let gap = match path.is_empty() {
            false => context.gap(at - 1, at),
            true => "",
        };
        for (meanings, width) in [(&token.meanings, 1), (&token.joined, 2)] {
            for meaning in &context.meanings[meanings.clone()] {
                if meaning.first && !path.is_empty() {
                    continue;
                }
                let Some(&next) = self.edges.get(&(node, meaning.slot)) else { continue };
                if !path.is_empty() && !is_space(gap) && gap.trim() != self.gaps[meaning.slot as usize].trim()
                {
                    continue;
                }
                path.push(Step { first: at, last: at + width - 1, meaning: *meaning });
                for end in &self.ends[next as usize] {
                    if let Some(candidate) = self.judge(context, end, path, loose) {
                        found.push(candidate);
                    }
                }
                if path.len() < LONGEST {
                    self.walk(context, at + width, next, path, loose, found);
                }
                path.pop();
            }
        }
        // An article may stand between the words of a term, and a preposition be said again behind *and*.
        let again = token.preposition && at > 0 && context.tokens[at - 1].conjunction;
        if !path.is_empty()
            && is_space(gap)
            && (token.article || again)
            && at - path[path.len() - 1].last <= 2
        {
            self.walk(context, at + 1, node, path, true, found);
        }
    }

    fn judge(&self, context: &Context<'_>, end: &End, path: &[Step], loose: bool) -> Option<Candidate> {
        let entry = &self.entries[end.entry as usize];
        // The forms of words that go together agree, and what depends on a head changes only with it.
        let mut agree = [ANY; 8];
        let mut head_changed = false;
        for (step, (group, _)) in path.iter().zip(&end.groups) {
            if *group > 0 {
                agree[usize::from(*group) % 8] &= step.meaning.agrees;
                head_changed |= step.meaning.changed;
            }
        }
        if agree.contains(&0) {
            return None;
        }
        let strays =
            |(step, (_, follows)): (&Step, &(u8, bool))| *follows && step.meaning.changed && !head_changed;
        if path.iter().zip(&end.groups).any(strays) {
            return None;
        }
        let exact = entry.mode == Some(MatchMode::Exact);
        if exact && (loose || path.iter().any(|s| s.first != s.last)) {
            return None;
        }
        let (first, last) = (path.first()?, path.last()?);
        let range = context.tokens[first.first].range.start..context.tokens[last.last].range.end;
        let range = match self.language.inflection.scope {
            inflect::Scope::Last => range.start..range.end - last.meaning.glued,
            _ => range,
        };
        let mut range = context.folded.original(range);
        // What is glued behind belongs to the sentence, not to the term.
        range.end = without_possessive(&context.text[range.clone()], range.start);
        let surface = &context.text[range.clone()];
        if has_empty_line(surface) {
            return None;
        }
        for (step, written) in path.iter().zip(&end.written) {
            let word = context.tokens[step.first].range.start..context.tokens[step.last].range.end;
            let word = &context.text[context.folded.original(word)];
            if (!word.is_ascii() || !written.is_ascii())
                && !self.accents_fit(context, written, word, step.meaning.changed)
            {
                return None;
            }
        }
        if !has_case(entry, &entry.text, surface) && !end.listed {
            return None;
        }
        if entry.case == Case::Capitals && path.len() == 1 && shouts(context.text) {
            return None;
        }
        let changed = path.iter().any(|s| s.meaning.changed);
        let small = !surface.chars().any(char::is_uppercase) && entry.text.chars().any(char::is_uppercase);
        // *global development initiatives* are not the Global Development Initiative; in languages with cases a
        // form that differs is no sign of that.
        if entry.name
            && small
            && changed
            && path.len() > 1
            && self.language.inflection.scope != inflect::Scope::UpToNoun
        {
            return None;
        }
        // The last point of an abbreviation.
        if surface.contains('.') && !surface.ends_with('.') && context.text[range.end..].starts_with('.') {
            let letters = surface.split('.').all(|part| part.chars().count() <= 2);
            range.end += usize::from(letters);
        }
        let range = with_quotes(context.text, &entry.text, range)?;
        if is_parted(&entry.text, &context.text[range.clone()])
            || is_bound(self.language, context.text, range.start)
            || is_in_address(context.text, &range)
            || entry.case == Case::Capitals && context.text[range.end..].starts_with('$')
        {
            return None;
        }
        let method = match () {
            () if context.text[range.clone()] == entry.text => Method::Exact,
            () if self.beginnings.iter().any(|(_, slot)| *slot == last.meaning.slot) && changed => {
                Method::Prefix
            }
            () if loose => Method::Loose,
            () if end.listed => Method::Listed,
            () if changed => Method::Inflected,
            () => Method::Folded,
        };
        Some(Candidate { range, entry: end.entry, method })
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
        let differ = term.iter().zip(&text).any(|(a, b)| a.0 == b.0 && a.1 != b.1);
        let bare = text.iter().all(|(_, mark)| *mark == 0);
        let capitals = !word.chars().any(char::is_lowercase);
        !differ || bare && (capitals || !context.text.chars().any(|c| is_latin(c) && c as u32 > 0xBF))
    }

    fn pattern(&self, context: &Context<'_>, start: usize, pattern: &Pattern, found: &mut Vec<Candidate>) {
        if let Some(last) = self.parts(context, start, &pattern.parts, false) {
            let range = context.tokens[start].range.start..context.tokens[last].range.end;
            let range = context.folded.original(range);
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
                if context.meanings[token.meanings.clone()].iter().any(fits) {
                    return self.parts(context, at + 1, rest, true);
                }
                if context.meanings[token.joined.clone()].iter().any(fits) {
                    return self.parts(context, at + 2, rest, true);
                }
                (token.article && inside).then(|| self.parts(context, at + 1, parts, true)).flatten()
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
                    words += usize::from(!token.article);
                    end += 1;
                }
                None
            }
        }
    }

    /// Finds a term of one word at either end of a longer word.
    fn compound(&self, context: &Context<'_>, at: usize, found: &mut Vec<Candidate>) {
        let range = &context.tokens[at].range;
        let word = &context.folded.text[range.clone()];
        if word.len() < SHORTEST_PART + 3 {
            return;
        }
        let mut best: Option<(usize, Range<usize>, u32)> = None;
        for (cut, _) in word.char_indices() {
            for (part, range) in
                [(&word[..cut], range.start..range.start + cut), (&word[cut..], range.start + cut..range.end)]
            {
                if part.len() >= SHORTEST_PART
                    && word.len() - part.len() >= 3
                    && let Some(entry) = self.single.get(&xxh3_64(part.as_bytes()))
                    && best.as_ref().is_none_or(|(len, ..)| part.len() > *len)
                {
                    best = Some((part.len(), range, *entry));
                }
            }
        }
        if let Some((_, range, entry)) = best {
            let known = &self.entries[entry as usize];
            if known.case == Case::Any && !matches!(known.mode, Some(MatchMode::Exact | MatchMode::Forms)) {
                let range = context.folded.original(range);
                found.push(Candidate { range, entry, method: Method::Compound });
            }
        }
    }
}

/// No term has more words.
const LONGEST: usize = 48;

/// Shorter parts of compounds are found by chance.
const SHORTEST_PART: usize = 5;

#[derive(Debug, PartialEq, Eq, Hash)]
struct Slot {
    word: String,
    gap: String,
    forms: usize,
    kind: Vec<u32>,
}

/// A word on the way through the tree.
#[derive(Debug, Clone, Copy)]
struct Step {
    first: usize,
    last: usize,
    meaning: Meaning,
}

struct Context<'t> {
    text: &'t str,
    folded: &'t Folded,
    tokens: &'t [Token],
    meanings: &'t [Meaning],
}

impl<'t> Context<'t> {
    /// Returns what stands between two words.
    fn gap(&self, before: usize, behind: usize) -> &'t str {
        let range = self.tokens[before].range.end..self.tokens[behind].range.start;
        self.folded.text.get(range).unwrap_or("")
    }
}

fn is_space(gap: &str) -> bool {
    matches!(gap, " " | "" | "'")
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
    let mut out: Vec<TermWord> = vec![];
    let mut end = 0;
    for word in words(folded) {
        let (elided, word) = elision(language, folded, word);
        let mut push = |range: Range<usize>, text: &str| {
            let gap = folded.get(end..range.start).unwrap_or("");
            end = range.end;
            let gap = if is_space(gap) { "" } else { gap };
            if gap.is_empty()
                && let Some(last) = out.last_mut()
                && last.range.end + 1 == range.start
                && language.prefixes.contains(&last.text.as_str())
            {
                last.text.push_str(text);
                last.range.end = range.end;
                return;
            }
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

/// Returns *un* for *u.n*.
fn dotless(text: &str) -> Option<String> {
    let dotted = text.contains('.') && text.split('.').all(|part| part.chars().count() == 1);
    dotted.then(|| text.replace('.', ""))
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
    if word.len() > 8 {
        return word;
    }
    language.contractions.iter().find(|(melted, _)| *melted == word).map_or(word, |(_, plain)| plain)
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

/// Tells whether a hyphen binds what begins at `at` to a first part that makes another word of it: *non-*, *e-*.
fn is_bound(language: &Language, text: &str, at: usize) -> bool {
    let Some(before) = text[..at].strip_suffix(['-', '\u{2010}', '\u{2011}']) else { return false };
    let from = before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + 1);
    let first = before.get(from..).unwrap_or("").to_lowercase();
    language.bound.contains(&first.as_str())
}

/// Tells whether a range lies in an address or the name of a file, not in prose.
fn is_in_address(text: &str, range: &Range<usize>) -> bool {
    let from = text[..range.start].rfind(char::is_whitespace).map_or(0, |at| at + 1);
    let to = text[range.end..].find(char::is_whitespace).map_or(text.len(), |at| range.end + at);
    let Some(whole) = text.get(from..to) else { return false };
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

/// Tells whether a text is written in capitals throughout, where *IT* may be *it*.
fn shouts(text: &str) -> bool {
    !text.chars().any(char::is_lowercase)
        && text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count() > 2
}
