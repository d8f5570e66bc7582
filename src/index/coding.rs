//! How the tables are written and read.
//!
//! Texts are numbered from 0 within their language, and so are tokens by their rank: the token of most texts first.
//! A list of texts is
//!
//! ```text
//! kind u8, count varint, then
//! 0  few       the texts, each less the one before, as varints
//! 1  many      per 128 texts: the first u32 and where the others are u32; then the others, as in 0
//! 2  most      first u32, length u32, a bit for each text from the first on
//! ```

use super::{Damage, Shelf, Sink, Table};

pub(super) const ENTRY: usize = 40;
pub(super) const LENGTH: usize = 8;
pub(super) const TEXT: usize = 8;
pub(super) const GROUP: u64 = 256;
pub(super) const HASH: usize = 8;
pub(super) const RANK: usize = 4;
pub(super) const LIST: usize = 5;
const BLOCK: usize = 128;

const FEW: u8 = 0;
const MANY: u8 = 1;
const MOST: u8 = 2;

/// A text of an index: the number of what it belongs to, and which of its texts in the language it is (255 for that
/// and any later one).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    pub number: u32,
    pub ordinal: u8,
}

/// Where a language's part of each table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub first_text: u32,
    pub texts: u32,
    pub first_length: u32,
    pub lengths: u32,
    pub first_token: u32,
    pub tokens: u32,
    pub first_list: u32,
    pub lists: u32,
    pub postings: u64,
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let mut b = [0; ENTRY];
        let words = [
            self.first_text,
            self.texts,
            self.first_length,
            self.lengths,
            self.first_token,
            self.tokens,
            self.first_list,
            self.lists,
        ];
        for (place, word) in b.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        b[32..].copy_from_slice(&self.postings.to_le_bytes());
        b
    }

    pub fn read(shelf: &impl Shelf, i: usize) -> Result<Self, Damage> {
        let b = shelf.slice(Table::Directory, (i * ENTRY) as u64, ENTRY as u64)?;
        let mut postings = [0; 8];
        postings.copy_from_slice(&b[32..]);
        Ok(Self {
            first_text: u32_at(b, 0),
            texts: u32_at(b, 1),
            first_length: u32_at(b, 2),
            lengths: u32_at(b, 3),
            first_token: u32_at(b, 4),
            tokens: u32_at(b, 5),
            first_list: u32_at(b, 6),
            lists: u32_at(b, 7),
            postings: u64::from_le_bytes(postings),
        })
    }

    /// The lengths that texts have, each with its first text.
    pub fn lengths(&self, shelf: &impl Shelf) -> Result<Vec<(u32, u32)>, Damage> {
        let at = u64::from(self.first_length) * LENGTH as u64;
        let b = shelf.slice(Table::Lengths, at, u64::from(self.lengths) * LENGTH as u64)?;
        Ok(b.chunks_exact(LENGTH).map(|b| (u32_at(b, 0), u32_at(b, 1))).collect())
    }

    /// Returns what a text is, and where its tokens are.
    pub fn text(&self, shelf: &impl Shelf, text: u32) -> Result<(Text, u64), Damage> {
        let i = u64::from(self.first_text) + u64::from(text);
        let b = shelf.slice(Table::Texts, i * TEXT as u64, TEXT as u64)?;
        let group = shelf.slice(Table::Groups, i / GROUP * 8, 8)?;
        let mut base = [0; 8];
        base.copy_from_slice(group);
        let within = u32::from_le_bytes([b[5], b[6], b[7], 0]);
        Ok((
            Text { number: u32_at(b, 0), ordinal: b[4] },
            u64::from_le_bytes(base).checked_add(u64::from(within)).ok_or(Damage)?,
        ))
    }

    /// Returns the hash and rank of the i-th token by hash.
    pub fn hash(&self, shelf: &impl Shelf, i: u32) -> Result<(u32, u32), Damage> {
        let at = (u64::from(self.first_token) + u64::from(i)) * HASH as u64;
        let b = shelf.slice(Table::Hashes, at, HASH as u64)?;
        Ok((u32_at(b, 0), u32_at(b, 1)))
    }

    /// Returns the lists of a token, one for each occurrence.
    pub fn lists_of(&self, shelf: &impl Shelf, rank: u32) -> Result<std::ops::Range<u32>, Damage> {
        let at = (u64::from(self.first_token) + u64::from(rank)) * RANK as u64;
        if rank + 1 < self.tokens {
            let b = shelf.slice(Table::Ranks, at, 2 * RANK as u64)?;
            return Ok(u32_at(b, 0)..u32_at(b, 1));
        }
        Ok(u32_at(shelf.slice(Table::Ranks, at, RANK as u64)?, 0)..self.lists)
    }

    /// Opens a list.
    pub fn list<'s, S: Shelf>(&self, shelf: &'s S, list: u32) -> Result<List<'s, S>, Damage> {
        let at = (u64::from(self.first_list) + u64::from(list)) * LIST as u64;
        let b = shelf.slice(Table::Lists, at, LIST as u64)?;
        let within = u64::from(u32_at(b, 0)) | u64::from(b[4]) << 32;
        let at = self.postings.checked_add(within).ok_or(Damage)?;
        let rest = shelf.len(Table::Postings).checked_sub(at).ok_or(Damage)?;
        let head = shelf.slice(Table::Postings, at, rest.min(6))?;
        let (kind, mut behind) = (*head.first().ok_or(Damage)?, 1);
        let count = varint(head, &mut behind)?;
        Ok(List { shelf, kind, count, at: at + behind as u64 })
    }
}

fn u32_at(b: &[u8], i: usize) -> u32 {
    u32::from_le_bytes([b[4 * i], b[4 * i + 1], b[4 * i + 2], b[4 * i + 3]])
}

/// A list of texts.
pub(super) struct List<'s, S> {
    shelf: &'s S,
    kind: u8,
    pub count: u32,
    at: u64,
}

impl<'s, S: Shelf> List<'s, S> {
    /// Tells whether single texts can be asked for cheaply.
    pub fn bits(&self) -> Result<Option<BitList<'s>>, Damage> {
        if self.kind != MOST {
            return Ok(None);
        }
        let head = self.shelf.slice(Table::Postings, self.at, 8)?;
        let (first, len) = (u32_at(head, 0), u32_at(head, 1));
        let bytes = self.shelf.slice(Table::Postings, self.at + 8, u64::from(len))?;
        Ok(Some(BitList { first, bytes }))
    }

    /// Hands over the texts from `from` until before `until`, in order.
    #[inline]
    pub fn each(&self, from: u32, until: u32, mut take: impl FnMut(u32)) -> Result<(), Damage> {
        if self.count == 0 || from >= until {
            return Ok(());
        }
        match self.kind {
            FEW => {
                let bytes = self.rest(self.at, u64::from(self.count) * 5)?;
                let (mut at, mut text) = (0, 0u32);
                for _ in 0..self.count {
                    text = text.wrapping_add(varint(bytes, &mut at)?);
                    if text >= until {
                        break;
                    }
                    if text >= from {
                        take(text);
                    }
                }
                Ok(())
            }
            MANY => {
                let blocks = (self.count as usize).div_ceil(BLOCK);
                let skips = self.shelf.slice(Table::Postings, self.at, blocks as u64 * 8)?;
                let first = |i: usize| u32_at(skips, 2 * i);
                let (mut low, mut high) = (0, blocks);
                while low < high {
                    let middle = (low + high) / 2;
                    if first(middle) <= from { low = middle + 1 } else { high = middle }
                }
                let data = self.at + blocks as u64 * 8;
                for block in low.saturating_sub(1)..blocks {
                    let mut text = first(block);
                    if text >= until {
                        break;
                    }
                    if text >= from {
                        take(text);
                    }
                    let others = BLOCK.min(self.count as usize - block * BLOCK) - 1;
                    let bytes =
                        self.rest(data + u64::from(u32_at(skips, 2 * block + 1)), others as u64 * 5)?;
                    let mut at = 0;
                    for _ in 0..others {
                        // Nearly all are near: one byte.
                        text = match bytes.get(at) {
                            Some(&b) if b < 0x80 => {
                                at += 1;
                                text.wrapping_add(u32::from(b))
                            }
                            _ => text.wrapping_add(varint(bytes, &mut at)?),
                        };
                        if text >= until {
                            return Ok(());
                        }
                        if text >= from {
                            take(text);
                        }
                    }
                }
                Ok(())
            }
            MOST => {
                let Some(list) = self.bits()? else { return Ok(()) };
                let end = list.first.saturating_add(list.bytes.len() as u32 * 8);
                let (from, until) = (from.max(list.first), until.min(end));
                let mut at = from;
                while at < until {
                    let rel = (at - list.first) as usize;
                    let mut bits = list.bytes[rel / 8] >> (rel % 8);
                    let base = at;
                    at = (at - list.first + 8) / 8 * 8 + list.first;
                    while bits != 0 {
                        let text = base + bits.trailing_zeros();
                        if text >= until {
                            break;
                        }
                        take(text);
                        bits &= bits - 1;
                    }
                }
                Ok(())
            }
            _ => Err(Damage),
        }
    }

    fn rest(&self, at: u64, most: u64) -> Result<&'s [u8], Damage> {
        let there = self.shelf.len(Table::Postings).checked_sub(at).ok_or(Damage)?;
        self.shelf.slice(Table::Postings, at, there.min(most))
    }
}

/// A list as bits.
pub(super) struct BitList<'s> {
    first: u32,
    bytes: &'s [u8],
}

impl BitList<'_> {
    pub fn has(&self, text: u32) -> bool {
        let Some(rel) = text.checked_sub(self.first) else { return false };
        self.bytes.get(rel as usize / 8).is_some_and(|b| b >> (rel % 8) & 1 == 1)
    }
}

/// Reads a number of seven bits a byte.
pub(super) fn varint(bytes: &[u8], at: &mut usize) -> Result<u32, Damage> {
    let mut number = 0u32;
    for shift in [0, 7, 14, 21, 28] {
        let b = *bytes.get(*at).ok_or(Damage)?;
        *at += 1;
        number |= u32::from(b & 0x7F) << shift;
        if b < 0x80 {
            return Ok(number);
        }
    }
    Err(Damage)
}

fn push_varint(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Writes the tables, language by language: first [`Writer::language`], then its texts and lists in order.
pub(super) struct Writer<'w, W> {
    to: &'w mut W,
    entry: Entry,
    next: Entry,
    last_length: Option<u32>,
    forward: u64,
    group: u64,
    postings: u64,
    packed: Vec<u8>,
}

impl<'w, W: Sink> Writer<'w, W> {
    pub fn new(to: &'w mut W) -> Self {
        Self {
            to,
            entry: Entry::default(),
            next: Entry::default(),
            last_length: None,
            forward: 0,
            group: 0,
            postings: 0,
            packed: vec![],
        }
    }

    /// Begins a language with its tokens by rank: their hashes, and how many lists each has.
    pub fn language(&mut self, name: &str, tokens: &[(u32, u32)]) -> Result<(), W::Error> {
        self.to.push(Table::Languages, name.as_bytes())?;
        self.to.push(Table::Languages, b"\n")?;
        self.entry = Entry { postings: self.postings, ..self.next };
        self.last_length = None;
        let mut hashes: Vec<(u32, u32)> =
            tokens.iter().enumerate().map(|(rank, (hash, _))| (*hash, rank as u32)).collect();
        hashes.sort_unstable();
        let mut packed = Vec::with_capacity(hashes.len() * HASH);
        for (hash, rank) in hashes {
            packed.extend_from_slice(&hash.to_le_bytes());
            packed.extend_from_slice(&rank.to_le_bytes());
        }
        self.to.push(Table::Hashes, &packed)?;
        packed.clear();
        let mut list = 0u32;
        for (_, lists) in tokens {
            packed.extend_from_slice(&list.to_le_bytes());
            list += lists;
        }
        self.to.push(Table::Ranks, &packed)?;
        self.entry.tokens = tokens.len() as u32;
        Ok(())
    }

    /// Adds a text with its tokens by rank.
    pub fn text(&mut self, text: Text, ranks: impl ExactSizeIterator<Item = u32>) -> Result<(), W::Error> {
        let length = ranks.len() as u32;
        if self.last_length != Some(length) {
            self.to.push(Table::Lengths, &length.to_le_bytes())?;
            self.to.push(Table::Lengths, &self.entry.texts.to_le_bytes())?;
            self.entry.lengths += 1;
            self.last_length = Some(length);
        }
        let number = u64::from(self.entry.first_text) + u64::from(self.entry.texts);
        if number.is_multiple_of(GROUP) {
            self.group = self.forward;
            self.to.push(Table::Groups, &self.group.to_le_bytes())?;
        }
        // A text has at most text::MOST_TOKENS tokens of at most five bytes, so 256 of them stay below 2^24.
        let within = ((self.forward - self.group) as u32).to_le_bytes();
        let n = text.number.to_le_bytes();
        self.to
            .push(Table::Texts, &[n[0], n[1], n[2], n[3], text.ordinal, within[0], within[1], within[2]])?;
        self.packed.clear();
        ranks.for_each(|rank| push_varint(&mut self.packed, rank));
        self.to.push(Table::Forward, &self.packed)?;
        self.forward += self.packed.len() as u64;
        self.entry.texts += 1;
        Ok(())
    }

    /// Adds the next list, by rank and occurrence.
    pub fn list(&mut self, texts: &[u32]) -> Result<(), W::Error> {
        let within = self.postings - self.entry.postings;
        self.to.push(Table::Lists, &within.to_le_bytes()[..LIST])?;
        self.packed.clear();
        pack_list(texts, &mut self.packed);
        self.to.push(Table::Postings, &self.packed)?;
        self.postings += self.packed.len() as u64;
        self.entry.lists += 1;
        Ok(())
    }

    /// Ends the language.
    pub fn end(&mut self) -> Result<(), W::Error> {
        let e = self.entry;
        self.to.push(Table::Directory, &e.to_bytes())?;
        self.next = Entry {
            first_text: e.first_text + e.texts,
            first_length: e.first_length + e.lengths,
            first_token: e.first_token + e.tokens,
            first_list: e.first_list + e.lists,
            ..Entry::default()
        };
        Ok(())
    }
}

fn pack_list(texts: &[u32], out: &mut Vec<u8>) {
    let (Some(&first), Some(&last)) = (texts.first(), texts.last()) else {
        out.extend_from_slice(&[FEW, 0]);
        return;
    };
    let count = texts.len() as u32;
    let span = (last - first) / 8 + 1;
    if texts.len() > BLOCK && span < count {
        out.push(MOST);
        push_varint(out, count);
        out.extend_from_slice(&first.to_le_bytes());
        out.extend_from_slice(&span.to_le_bytes());
        let at = out.len();
        out.resize(at + span as usize, 0);
        for text in texts {
            let rel = (text - first) as usize;
            out[at + rel / 8] |= 1 << (rel % 8);
        }
    } else if texts.len() > BLOCK {
        out.push(MANY);
        push_varint(out, count);
        let skips = out.len();
        out.resize(skips + texts.len().div_ceil(BLOCK) * 8, 0);
        let data = out.len();
        for (i, block) in texts.chunks(BLOCK).enumerate() {
            let at = skips + i * 8;
            let behind = (out.len() - data) as u32;
            out[at..at + 4].copy_from_slice(&block[0].to_le_bytes());
            out[at + 4..at + 8].copy_from_slice(&behind.to_le_bytes());
            block.windows(2).for_each(|pair| push_varint(out, pair[1] - pair[0]));
        }
    } else {
        out.push(FEW);
        push_varint(out, count);
        let mut before = 0;
        for text in texts {
            push_varint(out, text - before);
            before = *text;
        }
    }
}
