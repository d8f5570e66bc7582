//! Unpacks deflated bytes as they are read: a gzip file, or a member of a zip archive.
//!
//! Memory is constant, whatever the file, and what comes out is bounded, so that a small file cannot keep a
//! reader busy for ever. What is cut off or damaged ends where it is damaged, as a shorter file would; whoever
//! reads asks [`Damage`] afterwards and says so.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

/// Bounds on what packed bytes may unpack to.
#[derive(Debug, Clone, Copy)]
pub struct Expansion {
    /// The most bytes.
    pub total: u64,
    /// How many times longer than packed, once it is longer than a mebibyte. Text reaches 20, a table of
    /// empty cells 200, and nothing that deflate can do is above 1032.
    pub ratio: u64,
}

impl Default for Expansion {
    fn default() -> Self {
        Self { total: 16 << 30, ratio: 300 }
    }
}

/// Tells, once all was read, whether the packed bytes were damaged.
#[derive(Debug, Clone, Default)]
pub struct Damage(Arc<AtomicBool>);

impl Damage {
    /// Tells whether they ended too soon, did not unpack, or have another checksum than they say.
    pub fn is_there(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A bound in [`Expansion`] was reached.
#[derive(Debug)]
struct TooLarge(String);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TooLarge {}

/// Tells whether an error means that a bound of [`Expansion`] was reached.
pub fn is_too_large(error: &io::Error) -> bool {
    // The reader of XML hands errors on as it got them, in a box of its own.
    let boxed = |inner: &(dyn std::error::Error + Send + Sync + 'static)| {
        inner.downcast_ref::<Arc<io::Error>>().is_some_and(|error| is_too_large(error))
    };
    error.get_ref().is_some_and(|inner| inner.is::<TooLarge>() || boxed(inner))
}

/// How bytes are packed.
enum Packing {
    Deflated(Box<InflateState>),
    Stored,
}

/// What is checked at the end of a stream of packed bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seal {
    pub crc: u32,
    pub size: u64,
}

/// Reads packed bytes unpacked.
pub(super) struct Unpack<R> {
    input: R,
    packing: Packing,
    bounds: Expansion,
    taken: u64,
    given: u64,
    crc: crc32fast::Hasher,
    ended: bool,
    damage: Damage,
}

impl<R: BufRead> Unpack<R> {
    pub fn deflated(input: R, bounds: Expansion) -> Self {
        Self::new(input, Packing::Deflated(InflateState::new_boxed(DataFormat::Raw)), bounds)
    }

    pub fn stored(input: R, bounds: Expansion) -> Self {
        Self::new(input, Packing::Stored, bounds)
    }

    fn new(input: R, packing: Packing, bounds: Expansion) -> Self {
        let (crc, damage) = (crc32fast::Hasher::new(), Damage::default());
        Self { input, packing, bounds, taken: 0, given: 0, crc, ended: false, damage }
    }

    /// Returns the same, not begun, that reads from elsewhere.
    pub fn reading<S>(self, input: S) -> Unpack<S> {
        let Self { packing, bounds, taken, given, crc, ended, damage, .. } = self;
        Unpack { input, packing, bounds, taken, given, crc, ended, damage }
    }

    pub fn damage(&self) -> Damage {
        self.damage.clone()
    }

    /// Unpacks some bytes; none at the end.
    fn step(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let state = match &mut self.packing {
            Packing::Stored => {
                let read = self.input.read(out)?;
                self.taken += read as u64;
                self.ended = read == 0;
                return Ok(read);
            }
            Packing::Deflated(state) => state,
        };
        loop {
            let shown = self.input.fill_buf()?;
            let (had, step) = (shown.len(), inflate(state, shown, out, MZFlush::None));
            self.input.consume(step.bytes_consumed);
            self.taken += step.bytes_consumed as u64;
            match step.status {
                Ok(MZStatus::StreamEnd) => {
                    self.ended = true;
                    return Ok(step.bytes_written);
                }
                Ok(_) if step.bytes_written > 0 => return Ok(step.bytes_written),
                Ok(_) if step.bytes_consumed > 0 && had > 0 => {}
                _ => {
                    self.ended = true;
                    self.damage.note();
                    return Ok(step.bytes_written);
                }
            }
        }
    }

    fn bounded(&self) -> io::Result<()> {
        let too_large = |what: String| Err(io::Error::other(TooLarge(what)));
        let Expansion { total, ratio } = self.bounds;
        if self.given > total {
            return too_large(format!("it unpacks to more than {total} bytes"));
        }
        if self.given > 1 << 20 && self.given > self.taken.saturating_mul(ratio) {
            return too_large(format!("it unpacks to more than {ratio} times its size"));
        }
        Ok(())
    }

    /// Compares what was read with what the file says it is.
    pub fn check(&self, seal: Seal) {
        if self.given != seal.size || self.crc.clone().finalize() != seal.crc {
            self.damage.note();
        }
    }
}

impl<R: BufRead> Read for Unpack<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.ended || out.is_empty() {
            return Ok(0);
        }
        let read = self.step(out)?;
        self.crc.update(&out[..read]);
        self.given += read as u64;
        self.bounded()?;
        Ok(read)
    }
}

/// Reads a gzip file unpacked: all its members, one behind the other.
pub struct Gunzip<R> {
    unpack: Unpack<R>,
    state: State,
    /// What members before this one took and gave.
    before: (u64, u64),
    damage: Damage,
}

enum State {
    Head,
    Body,
    Done,
}

const DEFLATE: u8 = 8;

/// Tells whether bytes begin like a gzip file.
pub fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, DEFLATE])
}

impl<R: BufRead> Gunzip<R> {
    /// Begins to read.
    pub fn new(input: R, bounds: Expansion) -> Self {
        let unpack = Unpack::deflated(input, bounds);
        let damage = unpack.damage();
        Self { unpack, state: State::Head, before: (0, 0), damage }
    }

    /// Returns what tells about damage.
    pub fn damage(&self) -> Damage {
        self.damage.clone()
    }

    fn byte(&mut self) -> io::Result<Option<u8>> {
        let mut one = [0];
        let read = self.unpack.input.read(&mut one)?;
        Ok((read == 1).then_some(one[0]))
    }

    /// Passes over the head of a member; `None` where there is no whole one.
    fn head(&mut self) -> io::Result<Option<()>> {
        let mut fixed = [0; 10];
        for at in &mut fixed {
            let Some(byte) = self.byte()? else { return Ok(None) };
            *at = byte;
        }
        if !is_gzip(&fixed) {
            return Ok(None);
        }
        let flags = fixed[3];
        if flags & 4 != 0 {
            let (Some(low), Some(high)) = (self.byte()?, self.byte()?) else { return Ok(None) };
            for _ in 0..u16::from_le_bytes([low, high]) {
                if self.byte()?.is_none() {
                    return Ok(None);
                }
            }
        }
        // A name and a comment, each up to a zero. Nobody believes them.
        for _ in [8, 16].iter().filter(|flag| flags & **flag != 0) {
            loop {
                match self.byte()? {
                    None => return Ok(None),
                    Some(0) => break,
                    Some(_) => {}
                }
            }
        }
        for _ in 0..if flags & 2 != 0 { 2 } else { 0 } {
            self.byte()?;
        }
        Ok(Some(()))
    }

    /// Checks the end of a member, and finds out whether there is another.
    fn tail(&mut self) -> io::Result<()> {
        let mut tail = [0; 8];
        for at in &mut tail {
            let Some(byte) = self.byte()? else {
                self.damage.note();
                self.state = State::Done;
                return Ok(());
            };
            *at = byte;
        }
        let [a, b, c, d, e, f, g, h] = tail;
        let crc = u32::from_le_bytes([a, b, c, d]);
        // The size is told modulo 2^32.
        if self.unpack.crc.clone().finalize() != crc
            || self.unpack.given as u32 != u32::from_le_bytes([e, f, g, h])
        {
            self.damage.note();
        }
        // Zeros behind the last member are padding of tapes.
        while self.unpack.input.fill_buf()?.first() == Some(&0) {
            self.unpack.input.consume(1);
        }
        self.state = if self.unpack.input.fill_buf()?.is_empty() { State::Done } else { State::Head };
        Ok(())
    }

    fn next_member(&mut self) -> io::Result<()> {
        if self.head()?.is_none() {
            self.damage.note();
            self.state = State::Done;
            return Ok(());
        }
        if let Packing::Deflated(state) = &mut self.unpack.packing {
            state.reset(DataFormat::Raw);
        }
        self.before.0 += self.unpack.taken;
        self.before.1 += self.unpack.given;
        (self.unpack.taken, self.unpack.given, self.unpack.ended) = (0, 0, false);
        self.unpack.crc = crc32fast::Hasher::new();
        self.state = State::Body;
        Ok(())
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state {
                State::Done => return Ok(0),
                State::Head => self.next_member()?,
                State::Body => {
                    let read = self.unpack.read(out)?;
                    if self.before.1 + self.unpack.given > self.unpack.bounds.total {
                        let total = self.unpack.bounds.total;
                        let what = format!("it unpacks to more than {total} bytes");
                        return Err(io::Error::other(TooLarge(what)));
                    }
                    if self.unpack.ended {
                        match self.damage.is_there() {
                            true => self.state = State::Done,
                            false => self.tail()?,
                        }
                    }
                    if read > 0 {
                        return Ok(read);
                    }
                }
            }
        }
    }
}

/// Packs bytes as gzip does, as simply as may be, for tests.
#[cfg(test)]
pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1F, 0x8B, DEFLATE, 0, 0, 0, 0, 0, 0, 255];
    out.extend(miniz_oxide::deflate::compress_to_vec(bytes, 6));
    out.extend(crc32fast::hash(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unpacked(packed: &[u8], bounds: Expansion) -> (io::Result<Vec<u8>>, bool) {
        let mut gunzip = Gunzip::new(packed, bounds);
        let mut out = vec![];
        let result = gunzip.read_to_end(&mut out);
        (result.map(|_| out), gunzip.damage().is_there())
    }

    #[test]
    fn members_follow_each_other_and_what_is_cut_off_says_so() {
        let long: Vec<u8> = (0..50_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let one = gzipped(&long);
        let (read, damaged) = unpacked(&one, Expansion::default());
        assert!(read.unwrap() == long && !damaged);
        let two = [gzipped(b"a"), gzipped(b""), gzipped(b"b"), vec![0; 7]].concat();
        let (read, damaged) = unpacked(&two, Expansion::default());
        assert_eq!((read.unwrap(), damaged), (b"ab".to_vec(), false));
        let (read, damaged) = unpacked(&one[..one.len() / 2], Expansion::default());
        let read = read.unwrap();
        assert!(damaged && read.len() > 1000 && long.starts_with(&read));
        for cut in [one.len() - 1, one.len() - 8, 5, 0] {
            let (read, damaged) = unpacked(&one[..cut], Expansion::default());
            assert!(read.is_ok() && damaged, "{cut}");
        }
        let mut named = gzipped(b"a");
        named[3] = 8 | 4 | 2;
        named.splice(10..10, [&[2, 0, b'x', b'y'][..], b"name\0", &[1, 2]].concat());
        assert_eq!(unpacked(&named, Expansion::default()).0.unwrap(), b"a");
        let mut wrong = one.clone();
        let at = wrong.len() - 5;
        wrong[at] ^= 1;
        assert!(unpacked(&wrong, Expansion::default()).1, "another checksum");
    }

    #[test]
    fn a_bomb_is_stopped() {
        let bomb = gzipped(&vec![0; 64 << 20]);
        let (read, _) = unpacked(&bomb, Expansion::default());
        let error = read.unwrap_err();
        assert!(is_too_large(&error), "{error}");
        assert!(error.to_string().contains("300 times"));
        let many = gzipped(&(0..40_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>()).repeat(20);
        let (read, _) = unpacked(&many, Expansion { total: 1 << 20, ratio: 300 });
        assert!(read.unwrap_err().to_string().contains("1048576 bytes"));
    }

    proptest! {
        #[test]
        fn any_bytes_come_back_and_none_panic(bytes: Vec<u8>, cut in any::<prop::sample::Index>(), flip: u8) {
            let mut packed = gzipped(&bytes);
            let (read, damaged) = unpacked(&packed, Expansion::default());
            prop_assert_eq!((read.unwrap(), damaged), (bytes.clone(), false));
            let at = cut.index(packed.len());
            packed[at] ^= flip;
            let _ = unpacked(&packed, Expansion::default());
            let _ = unpacked(&packed[..at], Expansion::default());
            let _ = unpacked(&bytes, Expansion::default());
        }
    }
}
