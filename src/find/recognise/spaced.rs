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
    single: FxHashMap<u64, (u32, usize)>,
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
    /// Before which words an article stands, melted ones too.
    articles: Vec<bool>,
    /// The form as it stands, where nothing else will do.
    exact: Option<String>,
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
            if entry.mode != Some(MatchMode::Exact) {
                if language.spaces_optional && entry.text.contains(' ') {
                    made.file(at as u32, entry, &entry.text.replace(' ', ""), false, &mut slots);
                }
                let respelt = (language.umlauts.iter())
                    .fold(entry.text.clone(), |text, (letter, written)| text.replace(letter, written));
                if respelt != entry.text {
                    made.file(at as u32, entry, &respelt, false, &mut slots);
                }
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
        let before = |at: usize| match at {
            0 => has_article(self.language, &folded.text[..kept[0].range.start]),
            _ => has_article(self.language, &folded.text[kept[at - 1].range.start..kept[at].range.start]),
        };
        let articles = (0..kept.len()).map(before).collect();
        let exact = (entry.mode == Some(MatchMode::Exact)).then(|| as_written(form));
        if kept.len() == 1 && (self.language.compounds || self.language.spaces_optional) {
            for form in &forms[0].forms {
                let glued = match self.language.inflection.scope {
                    inflect::Scope::Last => form.text.len().saturating_sub(kept[0].text.len()),
                    _ => 0,
                };
                self.single.entry(xxh3_64(form.text.as_bytes())).or_insert((at, glued));
            }
        }
        self.ends[node as usize].push(End { entry: at, written, groups, articles, exact, listed });
    }

    fn forms(
        &self,
        entry: &Entry,
        words: &[&TermWord],
        gaps: &[String],
        listed: bool,
    ) -> Vec<inflect::Forms> {
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
            let gaps: Vec<String> = kept.iter().map(|w| w.gap.clone()).collect();
            let forms = self.forms(entry, &kept, &gaps, false);
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
        let mut tokens = self.tokens(&folded.text, &mut meanings);
        self.mend(text, folded, &mut tokens, &mut meanings);
        let mut found = vec![];
        let context = Context { text, folded, tokens: &tokens, meanings: &meanings };
        for at in 0..tokens.len() {
            if tokens[at].meanings.is_empty() && tokens[at].joined.is_empty() {
                if self.language.compounds {
                    self.compound(&context, at, &mut found);
                }
                self.assembled(&context, at, &mut found);
                continue;
            }
            self.assembled(&context, at, &mut found);
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
        // A sign that stands for the conjunction.
        if let (Some(and), Some(last)) = (self.language.inflection.conjunctions.first(), tokens.last())
            && folded.get(last.range.end..range.start) == Some(" & ")
        {
            let sign = last.range.end + 1..last.range.end + 2;
            self.push(folded, sign, and, before, meanings, tokens);
        }
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

    /// Gives the halves of a word that the end of a line divides what they mean together.
    fn mend(&self, text: &str, folded: &Folded, tokens: &mut [Token], meanings: &mut Vec<Meaning>) {
        for (end, _) in text.match_indices('\n') {
            let line = text[..end].trim_end_matches('\r');
            let Some(half) = line.strip_suffix(['-', '\u{2010}']) else { continue };
            if !half.ends_with(char::is_alphabetic) {
                continue;
            }
            let at = tokens.partition_point(|t| folded.original(t.range.clone()).end < line.len());
            let Some(at) = at.checked_sub(1) else { continue };
            if at + 1 >= tokens.len() || folded.text[tokens[at].range.end..tokens[at + 1].range.start] != *" "
            {
                continue;
            }
            let halves = [&folded.text[tokens[at].range.clone()], &folded.text[tokens[at + 1].range.clone()]];
            let whole = halves.concat();
            let from = meanings.len();
            self.mean(&whole, xxh3_64(whole.as_bytes()), meanings);
            if meanings.len() > from {
                tokens[at].joined = from..meanings.len();
            }
        }
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
        // A letter of another script that only looks like one of its own.
        if let Some(own) = unmixed(text) {
            let known = self.meanings.get(&xxh3_64(own.as_bytes())).into_iter().flatten();
            out.extend(known);
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
            false => {
                // An article may have been passed over.
                let last = path[path.len() - 1].last;
                let mut gaps = (last + 1..=at).map(|n| bare_gap(self.language, context.gap(n - 1, n)));
                gaps.find(|gap| !is_space(gap)).unwrap_or(" ")
            }
            true => "",
        };
        for (meanings, width) in [(&token.meanings, 1), (&token.joined, 2)] {
            for meaning in &context.meanings[meanings.clone()] {
                if meaning.first && !path.is_empty() {
                    continue;
                }
                let Some(&next) = self.edges.get(&(node, meaning.slot)) else { continue };
                let own = || bare_gap(self.language, &self.gaps[meaning.slot as usize]);
                if !path.is_empty() && !is_space(gap) && gap.trim() != own().trim() {
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
            && (token.article || again && is_space(gap))
            && at - path[path.len() - 1].last <= 2
        {
            self.walk(context, at + 1, node, path, loose || again, found);
        }
    }

    fn judge(&self, context: &Context<'_>, end: &End, path: &[Step], loose: bool) -> Option<Candidate> {
        let entry = &self.entries[end.entry as usize];
        // The forms of words that go together agree, and what depends on a head changes only with it.
        let mut agree = [ANY; 8];
        let changed = path.iter().any(|s| s.meaning.changed);
        for (step, (group, _)) in path.iter().zip(&end.groups) {
            if *group > 0 {
                agree[usize::from(*group) % 8] &= step.meaning.agrees;
            }
        }
        if changed && agree.contains(&0) && !self.is_shared(context, path) {
            return None;
        }
        let mut loose = loose;
        for (at, own) in end.articles.iter().enumerate().skip(1) {
            let (before, step) = (&path.get(at - 1)?, &path.get(at)?);
            let between = context.tokens[before.first].range.start..context.tokens[step.first].range.start;
            let has = has_article(self.language, &context.folded.text[between]);
            if has != *own {
                // Behind a preposition the article makes another phrase of it in some languages.
                let preposition = context.tokens[before.last].preposition;
                if self.language.articles_matter && preposition {
                    return None;
                }
                loose = true;
            }
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
        // So does the number of a footnote.
        if !end.written.last().is_some_and(|w| w.ends_with(char::is_numeric)) {
            let words = context.text[range.clone()].trim_end_matches(char::is_numeric);
            range.end = range.start + words.len();
        }
        // The article that opens the term, if it stands here as a word of its own.
        if end.articles.first() == Some(&true)
            && let Some(from) = article_before(self.language, context, first.first)
        {
            range.start = from;
        }
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
        if self.language.stemmer == Stemmer::Arabic {
            for (step, written) in path.iter().zip(&end.written) {
                let word = context.tokens[step.first].range.start..context.tokens[step.last].range.end;
                if !seats_fit(written, &context.text[context.folded.original(word)]) {
                    return None;
                }
            }
        }
        if !has_case(entry, &entry.text, surface) && !end.listed {
            return None;
        }
        if entry.case == Case::Capitals && path.len() == 1 && shouts(line_of(context.text, &range)) {
            return None;
        }
        // A noun has a capital, and a word without one is a verb or an adjective.
        if self.language.capital_nouns
            && end.written.len() == 1
            && entry.text.starts_with(char::is_uppercase)
            && surface.starts_with(char::is_lowercase)
        {
            return None;
        }
        let small = !surface.chars().any(char::is_uppercase) && entry.text.chars().any(char::is_uppercase);
        // *global development initiatives* are not the Global Development Initiative; in languages with cases a
        // form that differs is no sign of that, unless the term stands in quotation marks.
        let cases = self.language.inflection.scope == inflect::Scope::UpToNoun;
        let named = entry.name && !cases || entry.text.starts_with(super::is_quote);
        if named && small && changed && path.len() > 1 {
            return None;
        }
        // The last point of an abbreviation.
        if surface.contains('.') && !surface.ends_with('.') && context.text[range.end..].starts_with('.') {
            let letters = surface.split('.').all(|part| part.trim().chars().count() <= 2);
            range.end += usize::from(letters);
        }
        let range = with_symbol(context.text, &entry.text, range)?;
        let range = with_quotes(context.text, &entry.text, range)?;
        if end.exact.as_ref().is_some_and(|exact| *exact != as_written(&context.text[range.clone()])) {
            return None;
        }
        if is_parted(&entry.text, &context.text[range.clone()])
            || entry.case != Case::Capitals && is_bound(self.language, context.text, &range)
            || entry.case == Case::Capitals && is_numbered(&context.text[range.end..])
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

    /// Tells whether a noun in the singular stands before an adjective in the plural because the adjective
    /// belongs to two nouns: *la sécurité et la souveraineté numériques*.
    fn is_shared(&self, context: &Context<'_>, path: &[Step]) -> bool {
        let Some((first, rest)) = path.split_first() else { return false };
        let mut before =
            context.tokens[..first.first].iter().rev().skip_while(|t| t.article || t.preposition);
        self.language.inflection.scope == inflect::Scope::HeadAndModifiers
            && !first.meaning.changed
            && rest.iter().all(|s| s.meaning.changed)
            && before.next().is_some_and(|t| t.conjunction)
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
        let middle = context.folded.original(range.clone());
        let plain = context.text[middle].chars().all(char::is_alphabetic);
        for (cut, _) in word.char_indices() {
            for (part, range) in
                [(&word[..cut], range.start..range.start + cut), (&word[cut..], range.start + cut..range.end)]
            {
                if part.len() >= SHORTEST_PART
                    && word.len() - part.len() >= 3
                    && plain
                    && let Some((entry, _)) = self.single.get(&xxh3_64(part.as_bytes()))
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
        let mut whole = context.folded.text[context.tokens[at].range.clone()].to_owned();
        for next in at + 1..context.tokens.len().min(at + 4) {
            let (before, token) = (&context.tokens[next - 1].range, &context.tokens[next].range);
            let joint = context.folded.original(before.end - 1..token.start + 1);
            let joint = &context.text[joint];
            let hyphen =
                joint.contains(['-', '\u{2010}', '\u{2011}']) && !joint.contains(char::is_whitespace);
            if context.gap(next - 1, next) != " " || !hyphen && !self.language.spaces_optional {
                return;
            }
            whole.push_str(&context.folded.text[token.clone()]);
            if let Some((entry, glued)) = self.single.get(&xxh3_64(whole.as_bytes()))
                && self.entries[*entry as usize].mode != Some(MatchMode::Exact)
            {
                let range = context.tokens[at].range.start..token.end - glued;
                let range = context.folded.original(range);
                found.push(Candidate { range, entry: *entry, method: Method::Folded });
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

/// Returns a Cyrillic word without the Latin letters that look like Cyrillic ones, if it has any.
fn unmixed(text: &str) -> Option<String> {
    let cyrillic = |c: char| ('\u{400}'..='\u{4FF}').contains(&c);
    if !text.contains(cyrillic) || !text.contains(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let like = |c: char| "acekopxy".find(c).and_then(|at| "асекорху".chars().nth(at)).unwrap_or(c);
    Some(text.chars().map(like).collect()).filter(|own: &String| own.chars().all(cyrillic))
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
    let start = context.tokens[at].range.start;
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

/// Stretches a range over the sign that ends a term, *+* or *#*; none if it does not stand there.
fn with_symbol(text: &str, term: &str, range: Range<usize>) -> Option<Range<usize>> {
    if term.ends_with(')') && text[range.end..].starts_with(')') && text[range.clone()].contains('(') {
        return Some(range.start..range.end + 1);
    }
    let bare = term.trim_end_matches(|c| super::is_quote(c) || c.is_whitespace());
    let sign = bare.chars().next_back().filter(|c| matches!(c, '+' | '#' | '%' | '*'));
    let Some(sign) = sign else { return Some(range) };
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
    let mut words = line.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic));
    let long = words.clone().any(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 4);
    words.clone().count() > if long { 2 } else { 3 }
        && words.all(|w| w.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase))
}
