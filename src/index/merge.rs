//! Makes one index of several, without holding their texts in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::build::Census;
use super::coding::{Entry, Text, Writer, varint};
use super::{Damage, Shelf, Sink, Table};

/// One of the indexes that are merged.
#[derive(Debug)]
pub struct Part<'s, S> {
    /// Its tables.
    pub shelf: &'s S,
    /// What is added to its numbers.
    pub shift: u32,
}

/// Writes the tables that [`super::Gatherer`] would have made of all texts of the parts whose number (shifted)
/// `lives`.
///
/// # Errors
///
/// Those of the sink; `None` if a part is damaged.
pub fn merge<S: Shelf, W: Sink>(
    parts: &[Part<'_, S>],
    lives: impl Fn(u32) -> bool,
    to: &mut W,
) -> Result<(), Option<W::Error>> {
    let mut named: Vec<(String, usize, usize)> = vec![];
    for (part, Part { shelf, .. }) in parts.iter().enumerate() {
        let names = super::languages(*shelf).map_err(|Damage| None)?;
        named.extend(names.into_iter().enumerate().map(|(i, name)| (name, part, i)));
    }
    named.sort_unstable();
    let mut writer = Writer::new(to);
    for same in named.chunk_by(|a, b| a.0 == b.0) {
        let mut sources = vec![];
        for (_, part, i) in same {
            let entry = Entry::read(parts[*part].shelf, *i).map_err(|Damage| None)?;
            sources.push(Source::new(parts[*part].shelf, parts[*part].shift, entry).map_err(|Damage| None)?);
        }
        merge_language(&same[0].0, &mut sources, &lives, &mut writer)?;
    }
    Ok(())
}

/// A language of a part.
struct Source<'s, S> {
    shelf: &'s S,
    shift: u32,
    entry: Entry,
    lengths: Vec<(u32, u32)>,
    /// Per rank here: the rank in the merged index.
    ranks: Vec<u32>,
    /// Per text here: its number in the merged index, or [`GONE`].
    texts: Vec<u32>,
}

const GONE: u32 = u32::MAX;

impl<'s, S: Shelf> Source<'s, S> {
    fn new(shelf: &'s S, shift: u32, entry: Entry) -> Result<Self, Damage> {
        let lengths = entry.lengths(shelf)?;
        Ok(Self { shelf, shift, entry, lengths, ranks: vec![], texts: vec![GONE; entry.texts as usize] })
    }

    /// Reads its texts in order.
    fn walk(&self) -> Walk<'_, 's, S> {
        Walk { source: self, text: 0, length: 0, ranks: vec![] }
    }
}

/// Walks the texts of a source.
struct Walk<'a, 's, S> {
    source: &'a Source<'s, S>,
    text: u32,
    /// Which of the lengths.
    length: usize,
    ranks: Vec<u32>,
}

impl<S: Shelf> Walk<'_, '_, S> {
    /// The next text: its length, what it is, its place here; its tokens are in `ranks`.
    fn next(&mut self) -> Result<Option<(u32, Text, u32)>, Damage> {
        let source = self.source;
        if self.text >= source.entry.texts {
            return Ok(None);
        }
        while source.lengths.get(self.length + 1).is_some_and(|(_, first)| *first <= self.text) {
            self.length += 1;
        }
        let (length, _) = *source.lengths.get(self.length).ok_or(Damage)?;
        let (mut text, at) = source.entry.text(source.shelf, self.text)?;
        text.number = text.number.checked_add(source.shift).ok_or(Damage)?;
        let there = source.shelf.len(Table::Forward).checked_sub(at).ok_or(Damage)?;
        let bytes = source.shelf.slice(Table::Forward, at, there.min(u64::from(length) * 5))?;
        self.ranks.clear();
        let mut at = 0;
        for _ in 0..length {
            let rank = varint(bytes, &mut at)?;
            if rank >= source.entry.tokens {
                return Err(Damage);
            }
            self.ranks.push(rank);
        }
        self.text += 1;
        Ok(Some((length, text, self.text - 1)))
    }
}

fn merge_language<S: Shelf, W: Sink>(
    name: &str,
    sources: &mut [Source<'_, S>],
    lives: &impl Fn(u32) -> bool,
    to: &mut Writer<'_, W>,
) -> Result<(), Option<W::Error>> {
    let damaged = |Damage| None::<W::Error>;
    // How often each token of each source is in texts that live.
    let mut met: Vec<(u32, usize, u32, u32, u32)> = vec![];
    for (at, source) in sources.iter().enumerate() {
        let mut census = Census::new(source.entry.tokens as usize);
        let mut walk = source.walk();
        while let Some((_, text, _)) = walk.next().map_err(damaged)? {
            if lives(text.number) {
                census.text(walk.ranks.iter().copied());
            }
        }
        for i in 0..source.entry.tokens {
            let (hash, rank) = source.entry.hash(source.shelf, i).map_err(damaged)?;
            let r = *census.texts.get(rank as usize).ok_or(None)?;
            if r > 0 {
                met.push((hash, at, rank, r, census.most[rank as usize]));
            }
        }
    }
    met.sort_unstable();
    // (texts, hash, most, where in `met`), then by rank.
    let mut tokens: Vec<(Reverse<u32>, u32, u32, usize, usize)> = vec![];
    let mut from = 0;
    for same in met.chunk_by(|a, b| a.0 == b.0) {
        let texts = same.iter().map(|m| m.3).sum();
        let most = same.iter().map(|m| m.4).max().unwrap_or(0);
        tokens.push((Reverse(texts), same[0].0, most, from, from + same.len()));
        from += same.len();
    }
    if tokens.is_empty() {
        return Ok(());
    }
    tokens.sort_unstable();
    for source in sources.iter_mut() {
        source.ranks = vec![GONE; source.entry.tokens as usize];
    }
    for (rank, (.., from, until)) in tokens.iter().enumerate() {
        for (_, at, old, ..) in &met[*from..*until] {
            sources[*at].ranks[*old as usize] = rank as u32;
        }
    }
    let by_rank: Vec<(u32, u32)> = tokens.iter().map(|(_, hash, most, ..)| (*hash, *most)).collect();
    to.language(name, &by_rank).map_err(Some)?;
    drop(by_rank);

    let mut places: Vec<Vec<u32>> = sources.iter_mut().map(|s| std::mem::take(&mut s.texts)).collect();
    {
        let mut walks: Vec<_> = sources.iter().map(Source::walk).collect();
        let mut heap = BinaryHeap::new();
        for (at, walk) in walks.iter_mut().enumerate() {
            if let Some((length, text, place)) = walk.next().map_err(damaged)? {
                heap.push(Reverse((length, text, at, place)));
            }
        }
        let mut next = 0u32;
        while let Some(Reverse((_, text, at, place))) = heap.pop() {
            let walk = &mut walks[at];
            if lives(text.number) {
                let ranks = &sources[at].ranks;
                to.text(text, walk.ranks.iter().map(|r| ranks[*r as usize])).map_err(Some)?;
                places[at][place as usize] = next;
                next += 1;
            }
            if let Some((length, text, place)) = walk.next().map_err(damaged)? {
                heap.push(Reverse((length, text, at, place)));
            }
        }
    }

    let mut list = vec![];
    for (_, _, most, from, until) in &tokens {
        let mut lists = vec![];
        for (_, at, old, ..) in &met[*from..*until] {
            lists.push((*at, sources[*at].entry.lists_of(sources[*at].shelf, *old).map_err(damaged)?));
        }
        for occurrence in 0..*most {
            list.clear();
            for (at, lists) in &lists {
                let Some(number) = lists.start.checked_add(occurrence).filter(|n| *n < lists.end) else {
                    continue;
                };
                let source = &sources[*at];
                let places = &places[*at];
                let mut beyond = false;
                let opened = source.entry.list(source.shelf, number).map_err(damaged)?;
                opened
                    .each(0, u32::MAX, |text| match places.get(text as usize) {
                        Some(&GONE) => {}
                        Some(place) => list.push(*place),
                        None => beyond = true,
                    })
                    .map_err(damaged)?;
                if beyond {
                    return Err(None);
                }
            }
            // Each source's are in order: the stable sort joins runs.
            list.sort();
            to.list(&list).map_err(Some)?;
        }
    }
    to.end().map_err(Some)
}
