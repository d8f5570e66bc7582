//! Answers which texts are near.

use std::cell::RefCell;

use super::coding::{BitList, Entry, List, varint};
use super::edits::Pattern;
use super::{Damage, Shelf, Table};

/// A text that is near enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The number of what it belongs to.
    pub number: u32,
    /// Which of its texts in the language; 255 for that or any later one.
    pub ordinal: u8,
    /// How many edits it is away, at most: two tokens of one hash count as equal.
    pub edits: u32,
    /// The tokens of the longer of query and text.
    pub longer: u32,
}

impl Found {
    /// Returns the whole per cent of the longer text that edits do not touch.
    pub fn points(&self) -> u8 {
        points(self.edits, self.longer)
    }
}

/// Returns the whole per cent of the longer of two texts that so many edits do not touch; 0 for nothing.
pub fn points(edits: u32, longer: u32) -> u8 {
    (u64::from(longer.saturating_sub(edits)) * 100 / u64::from(longer.max(1))) as u8
}

/// What was found, best first; equal ones by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The texts.
    pub found: Vec<Found>,
    /// All texts with at least so many points are among them; others may be, too.
    pub complete_from: u8,
}

/// Returns the names of the languages.
///
/// # Errors
///
/// The table is damaged.
pub fn languages(shelf: &impl Shelf) -> Result<Vec<String>, Damage> {
    let text = shelf.slice(Table::Languages, 0, shelf.len(Table::Languages))?;
    Ok(std::str::from_utf8(text).map_err(|_| Damage)?.lines().map(str::to_owned).collect())
}

/// Returns how many texts the language of this number has.
///
/// # Errors
///
/// The table is damaged.
pub fn size(shelf: &impl Shelf, language: usize) -> Result<u32, Damage> {
    Ok(Entry::read(shelf, language)?.texts)
}

thread_local! {
    static ROOM: RefCell<Room> = const { RefCell::new(Room { counts: Vec::new(), met: Vec::new(), alive: Vec::new() }) };
}

/// What a search needs, kept from one to the next.
struct Room {
    /// Per text of the window: in how many lists it was met; all zero between searches.
    counts: Vec<u8>,
    /// The texts that were met.
    met: Vec<Met>,
    alive: Vec<Met>,
}

#[derive(Debug, Clone, Copy)]
struct Met {
    /// Within the window.
    text: u32,
    len: u32,
}

/// Finds the texts of a language (by its number) that reach `min` per cent of a query, the best `want` of them at least.
///
/// # Errors
///
/// A table is damaged.
pub fn near<S: Shelf>(
    shelf: &S,
    language: usize,
    tokens: &[u32],
    min: u8,
    want: usize,
) -> Result<Answer, Damage> {
    let min = u32::from(min.clamp(1, 100));
    let entry = Entry::read(shelf, language)?;
    if tokens.is_empty() {
        return Ok(Answer { found: vec![], complete_from: min as u8 });
    }
    ROOM.with_borrow_mut(|room| {
        let answer = Search::new(shelf, entry, tokens, min).and_then(|mut search| search.run(room, want));
        for met in room.met.drain(..) {
            room.counts[met.text as usize] = 0;
        }
        answer
    })
}

struct Search<'s, S> {
    shelf: &'s S,
    entry: Entry,
    min: u32,
    /// The query's tokens.
    n: u32,
    /// The query's tokens by rank, unknown ones by numbers that no rank has.
    ranks: Vec<u32>,
    /// The lists of its tokens, shortest first; unknown tokens have none.
    lists: Vec<List<'s, S>>,
    /// How many tokens no text has.
    unknown: u32,
    /// The lengths in the window, each with its first text; then where the last one ends.
    lengths: Vec<(u32, u32)>,
    end: u32,
    base: u32,
}

/// What it costs to compare a text with the query, in postings read.
const COMPARISON: u64 = 90;

impl<'s, S: Shelf> Search<'s, S> {
    fn new(shelf: &'s S, entry: Entry, tokens: &[u32], min: u32) -> Result<Self, Damage> {
        let n = tokens.len() as u32;
        let mut ranks: Vec<u32> = Vec::with_capacity(tokens.len());
        let mut known: Vec<(u32, u32)> = vec![];
        let mut lists = vec![];
        let mut unknown = 0;
        for (at, token) in tokens.iter().enumerate() {
            // Short queries repeat little; long ones are worth a look back as well.
            let rank = match tokens[..at].iter().position(|t| t == token) {
                Some(before) => ranks[before],
                None => rank_of(shelf, &entry, *token)?.unwrap_or(u32::MAX - at as u32),
            };
            ranks.push(rank);
            if rank >= entry.tokens {
                unknown += 1;
                continue;
            }
            let occurrence = match known.iter_mut().find(|(r, _)| *r == rank) {
                Some((_, seen)) => {
                    *seen += 1;
                    *seen
                }
                None => {
                    known.push((rank, 0));
                    0
                }
            };
            let all = entry.lists_of(shelf, rank)?;
            match all.start.checked_add(occurrence).filter(|list| *list < all.end) {
                Some(list) => lists.push(entry.list(shelf, list)?),
                None => unknown += 1,
            }
        }
        lists.sort_by_key(|list| list.count);
        let (low, high) = ((min * n).div_ceil(100), (u64::from(n) * 100 / u64::from(min)) as u32);
        let all = entry.lengths(shelf)?;
        let from = all.partition_point(|(len, _)| *len < low);
        let until = all.partition_point(|(len, _)| *len <= high);
        let end = all.get(until).map_or(entry.texts, |(_, first)| *first);
        let lengths = all[from..until.max(from)].to_vec();
        let base = lengths.first().map_or(end, |(_, first)| *first);
        Ok(Self { shelf, entry, min, n, ranks, lists, unknown, lengths, end, base })
    }

    /// How many tokens a text of this length shares with the query if it is near enough.
    fn needed(&self, len: u32) -> u32 {
        (self.min * self.n.max(len)).div_ceil(100)
    }

    /// The text behind the last one of at most this length.
    fn behind(&self, len: u32) -> u32 {
        let at = self.lengths.partition_point(|(l, _)| *l <= len);
        self.lengths.get(at).map_or(self.end, |(_, first)| *first)
    }

    fn run(&mut self, room: &mut Room, want: usize) -> Result<Answer, Damage> {
        let window = (self.end.checked_sub(self.base).ok_or(Damage)?) as usize;
        if window == 0 {
            return Ok(Answer { found: vec![], complete_from: self.min as u8 });
        }
        if room.counts.len() < window {
            // Fresh zeros come from the system as they are touched.
            room.counts = vec![0; window];
        }
        let lists = std::mem::take(&mut self.lists);
        let prefix = self.meet(&lists, room)?;
        room.alive.clear();
        room.alive.extend_from_slice(&room.met);
        let further = self.narrow(&lists[prefix as usize..], prefix, room)?;
        let read = self.unknown + prefix;
        self.compare(read, further, room, want)
    }

    /// Meets every text that can be near enough in the shortest lists; returns how many were read.
    fn meet(&self, lists: &[List<'s, S>], room: &mut Room) -> Result<u32, Damage> {
        let needed = self.needed(self.n.min(self.lengths.first().map_or(0, |l| l.0)));
        let (counts, met) = (&mut room.counts, &mut room.met);
        for (i, list) in lists.iter().enumerate() {
            let left = self.n - self.unknown - i as u32;
            if left < needed {
                return Ok(i as u32);
            }
            let until = self.behind((u64::from(left) * 100 / u64::from(self.min)) as u32);
            let mut length = 0;
            let mut next = self.lengths.get(1).map_or(u32::MAX, |l| l.1);
            list.each(self.base, until, |text| {
                let at = (text - self.base) as usize;
                let count = counts[at];
                counts[at] = count.saturating_add(1);
                if count == 0 {
                    while text >= next {
                        length += 1;
                        next = self.lengths.get(length + 1).map_or(u32::MAX, |l| l.1);
                    }
                    met.push(Met { text: at as u32, len: self.lengths[length].0 });
                }
            })?;
        }
        Ok(lists.len() as u32)
    }

    /// How many of the lists so far could have shown a text of this length.
    fn asked(&self, len: u32, read: u32) -> u32 {
        // Those until too few are left to hold what is needed.
        read.min((self.n + 1).saturating_sub(self.needed(len)))
    }

    /// The most tokens that a text can share, after `read` lists and `further` ones that all were asked in.
    fn most(&self, met: Met, count: u8, read: u32, further: u32) -> u32 {
        if count == u8::MAX {
            return self.n.min(met.len);
        }
        let asked = self.asked(met.len, read) + further;
        (u32::from(count) + self.n.saturating_sub(asked)).min(self.n).min(met.len)
    }

    /// Reads further lists while that costs less than comparing what they rule out.
    fn narrow(&self, lists: &[List<'s, S>], prefix: u32, room: &mut Room) -> Result<u32, Damage> {
        let read = self.unknown + prefix;
        let window = u64::from(self.end - self.base);
        let mut further = 0;
        for list in lists {
            let alive = room.alive.len() as u64;
            let bits: Option<BitList<'_>> = list.bits()?;
            let cost = match bits {
                Some(_) => alive * 2,
                None => u64::from(list.count) * window / u64::from(self.entry.texts.max(1)),
            };
            if cost * 3 > alive * COMPARISON {
                break;
            }
            let counts = &mut room.counts;
            match bits {
                Some(bits) => {
                    for met in &room.alive {
                        if bits.has(met.text + self.base) {
                            let count = &mut counts[met.text as usize];
                            *count = count.saturating_add(1);
                        }
                    }
                }
                None => list.each(self.base, self.end, |text| {
                    let count = &mut counts[(text - self.base) as usize];
                    // Whatever was never met is none of ours.
                    *count = if *count == 0 { 0 } else { count.saturating_add(1) };
                })?,
            }
            further += 1;
            room.alive.retain(|met| {
                self.most(*met, counts[met.text as usize], read, further) >= self.needed(met.len)
            });
        }
        Ok(further)
    }

    /// Compares what is left with the query, the most promising first.
    fn compare(&self, read: u32, further: u32, room: &mut Room, want: usize) -> Result<Answer, Damage> {
        let mut promises: Vec<(u8, Met)> = vec![];
        for met in &room.alive {
            let most = self.most(*met, room.counts[met.text as usize], read, further);
            if most >= self.needed(met.len) {
                let longer = self.n.max(met.len);
                promises.push((points(longer - most, longer), *met));
            }
        }
        promises.sort_unstable_by_key(|(points, met)| (std::cmp::Reverse(*points), met.text));
        let mut pattern = Pattern::new(&self.ranks);
        let mut found: Vec<Found> = vec![];
        let mut having = [0usize; 101];
        let mut complete_from = self.min as u8;
        let mut before = u8::MAX;
        for (promise, met) in promises {
            if promise < before {
                before = promise;
                if having[usize::from(promise) + 1..].iter().sum::<usize>() >= want {
                    complete_from = promise + 1;
                    break;
                }
            }
            let longer = self.n.max(met.len);
            let most = (u64::from(longer) * u64::from(100 - self.min) / 100) as usize;
            let (text, at) = self.entry.text(self.shelf, met.text + self.base)?;
            let there = self.shelf.len(Table::Forward).checked_sub(at).ok_or(Damage)?;
            let bytes = self.shelf.slice(Table::Forward, at, there.min(u64::from(met.len) * 5))?;
            let (mut at, mut damaged) = (0, false);
            let ranks = (0..met.len).map_while(|_| match varint(bytes, &mut at) {
                Ok(rank) => Some(rank),
                Err(Damage) => {
                    damaged = true;
                    None
                }
            });
            let edits = pattern.edits(ranks, met.len as usize, most);
            if damaged {
                return Err(Damage);
            }
            if let Some(edits) = edits {
                let hit = Found { number: text.number, ordinal: text.ordinal, edits: edits as u32, longer };
                having[usize::from(hit.points())] += 1;
                found.push(hit);
            }
        }
        found.sort_unstable_by_key(|f| (std::cmp::Reverse(f.points()), f.number, f.ordinal));
        Ok(Answer { found, complete_from })
    }
}

/// Finds a token by its hash.
fn rank_of(shelf: &impl Shelf, entry: &Entry, token: u32) -> Result<Option<u32>, Damage> {
    let (mut low, mut high) = (0, entry.tokens);
    while low < high {
        let middle = low + (high - low) / 2;
        if entry.hash(shelf, middle)?.0 < token { low = middle + 1 } else { high = middle }
    }
    if low < entry.tokens {
        let (hash, rank) = entry.hash(shelf, low)?;
        if hash == token {
            return Ok(Some(rank));
        }
    }
    Ok(None)
}
