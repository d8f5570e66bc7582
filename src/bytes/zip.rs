//! Unpacks members of zip archives within bounds, in memory.
//!
//! Only what office documents use: stored and deflated members of archives without ZIP64. Names are names:
//! nothing here ever makes a path of one. The directory at the archive's end is believed where it is there;
//! where it is not, because the file was cut off, the members are found one behind the other by their own
//! headers. A member that does not unpack to its end gives what came before the damage, and says so.
//! [`replaced`] puts another member in place of one and copies all others as they are packed.

use std::fmt;
use std::io::{self, BufRead, Read};
use std::ops::Range;
use std::sync::Arc;

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZFlush, MZStatus};

use super::inflate::{Damage, Expansion, Seal, Unpack};

/// Bounds on what an archive may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// The most members.
    pub members: usize,
    /// The most bytes that one member may unpack to.
    pub member: usize,
    /// The most bytes that all that is unpacked may come to.
    pub total: usize,
    /// How many times longer than packed a member may be, once it is longer than a mebibyte.
    pub ratio: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { members: 10_000, member: 256 << 20, total: 512 << 20, ratio: 300 }
    }
}

/// An archive, or one of its members, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// It is not a zip archive, or too damaged to find anything in it.
    NotZip,
    /// The member is encrypted.
    Encrypted,
    /// It uses something that is not read here, such as ZIP64 or another way of packing.
    Unsupported(String),
    /// A bound was reached.
    Limit(String),
    /// The member begins outside the file, or nothing of it unpacks.
    Damaged(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotZip => f.write_str("it is not a zip archive"),
            Self::Encrypted => f.write_str("it is encrypted"),
            Self::Unsupported(what) | Self::Limit(what) | Self::Damaged(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

/// A zip archive in memory.
#[derive(Debug)]
pub struct Archive<'b> {
    bytes: &'b [u8],
    members: Vec<Member>,
    bounds: Bounds,
    unpacked: usize,
    /// Whether the directory is missing and the members were found without it.
    pub cut_off: bool,
}

/// A member of an archive.
#[derive(Debug, Clone)]
struct Member {
    name: String,
    encrypted: bool,
    method: u16,
    crc: u32,
    packed: usize,
    size: usize,
    /// Where its own header begins.
    header: usize,
    /// Whether its lengths stand behind it, and so are not known here.
    open: bool,
}

/// What a member unpacks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpacked {
    /// The bytes, as far as they unpack.
    pub bytes: Vec<u8>,
    /// Whether it does not end where it should, or its checksum is another.
    pub damaged: bool,
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// Tells whether bytes begin like a zip archive.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL)
}

impl<'b> Archive<'b> {
    /// Reads the directory of an archive.
    pub fn open(bytes: &'b [u8], bounds: Bounds) -> Result<Self, Error> {
        let mut archive = Self { bytes, members: vec![], bounds, unpacked: 0, cut_off: false };
        if let Some(end) = archive.end() {
            archive.read_directory(end)?;
        }
        if archive.members.is_empty() {
            archive.cut_off = true;
            archive.find_members()?;
        }
        if archive.members.is_empty() {
            return Err(Error::NotZip);
        }
        Ok(archive)
    }

    /// Returns the names of the members, in the order of the directory.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|m| m.name.as_str())
    }

    /// Unpacks the member of a name; `None` if there is none. Of several, the first counts.
    pub fn unpack(&mut self, name: &str) -> Option<Result<Unpacked, Error>> {
        let member = self.members.iter().find(|m| m.name.eq_ignore_ascii_case(name))?.clone();
        Some(self.unpack_member(&member))
    }

    /// Returns the name of each member, in the order of the directory, and how long it says it is unpacked.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, u64)> {
        self.members.iter().map(|m| (m.name.as_str(), m.size as u64))
    }

    /// Reads the member of a name as it is unpacked, in constant memory; `None` if there is none.
    pub fn reader(&self, name: &str, bounds: Expansion) -> Option<Result<MemberReader<&'b [u8]>, Error>> {
        let member = self.members.iter().find(|m| m.name.eq_ignore_ascii_case(name))?;
        Some(self.reader_of(member, bounds))
    }

    fn reader_of(&self, member: &Member, bounds: Expansion) -> Result<MemberReader<&'b [u8]>, Error> {
        if member.encrypted {
            return Err(Error::Encrypted);
        }
        let outside = || Error::Damaged("a member of the archive lies outside the file".into());
        let packed = &self.bytes[self.data_of(member).ok_or_else(outside)?];
        let unpack = match member.method {
            0 => Unpack::stored(packed, bounds),
            8 => Unpack::deflated(packed, bounds),
            other => return Err(Error::Unsupported(not_read(other))),
        };
        let known = !(member.open && self.cut_off);
        let seal = known.then_some(Seal { crc: member.crc, size: member.size as u64 });
        Ok(MemberReader { unpack, seal })
    }

    fn unpack_member(&mut self, member: &Member) -> Result<Unpacked, Error> {
        if member.encrypted {
            return Err(Error::Encrypted);
        }
        let outside = || Error::Damaged("a member of the archive lies outside the file".into());
        let data = self.data_of(member).ok_or_else(outside)?;
        let packed = &self.bytes[data];
        let room = self.bounds.member.min(self.bounds.total - self.unpacked);
        // What is short may be packed as tightly as it likes.
        let most = room.min((packed.len().saturating_mul(self.bounds.ratio)).max(1 << 20));
        let too_large = || Error::Limit(format!("a member of the archive unpacks to more than {most} bytes"));
        let (bytes, mut damaged) = match member.method {
            0 if packed.len() > room => return Err(too_large()),
            0 => (packed.to_vec(), false),
            8 => match inflated(packed, most).ok_or_else(too_large)? {
                (bytes, true) if bytes.is_empty() && !packed.is_empty() => {
                    return Err(Error::Damaged("a member of the archive does not unpack".into()));
                }
                result => result,
            },
            other => return Err(Error::Unsupported(not_read(other))),
        };
        self.unpacked += bytes.len();
        let known = !(member.open && self.cut_off);
        damaged |= known && (bytes.len() != member.size || crc32fast::hash(&bytes) != member.crc);
        Ok(Unpacked { bytes, damaged })
    }

    /// Returns where a member's packed bytes stand, cut where the file is.
    fn data_of(&self, member: &Member) -> Option<Range<usize>> {
        let header = self.bytes.get(member.header..)?;
        if !header.starts_with(LOCAL) {
            return None;
        }
        let start = member.header + 30 + usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        let end = start.checked_add(member.packed)?.min(self.bytes.len());
        (start <= end).then_some(start..end)
    }

    /// Finds the record at the archive's end, before which a comment of up to 64 KiB may not stand.
    fn end(&self) -> Option<usize> {
        let from = self.bytes.len().saturating_sub(22 + 0xFFFF);
        memchr::memmem::rfind(&self.bytes[from..], END).map(|at| from + at)
    }

    fn read_directory(&mut self, end: usize) -> Result<(), Error> {
        let record = &self.bytes[end..];
        let (Some(count), Some(offset)) = (u16_at(record, 10), u32_at(record, 16)) else { return Ok(()) };
        if count == u16::MAX || offset == u32::MAX {
            return Err(Error::Unsupported("it is a ZIP64 archive, which is not read".into()));
        }
        if usize::from(count) > self.bounds.members {
            return Err(Error::Limit(format!("it has more than {} members", self.bounds.members)));
        }
        let mut at = offset as usize;
        for _ in 0..count {
            // A damaged entry ends the directory; what was read of it counts.
            let Some(entry) = self.bytes.get(at..).filter(|e| e.starts_with(CENTRAL)) else { break };
            let Some((member, len)) = central(entry)? else { break };
            self.members.push(member);
            at += len;
        }
        Ok(())
    }

    /// Walks from header to header, as long as there are any.
    fn find_members(&mut self) -> Result<(), Error> {
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&self.bytes[at..], LOCAL) {
            let header = at + found;
            at = header + 4;
            let Some(member) = local(&self.bytes[header..], header) else { continue };
            if self.members.len() >= self.bounds.members {
                return Err(Error::Limit(format!("it has more than {} members", self.bounds.members)));
            }
            if !member.open {
                at = at.saturating_add(member.packed).min(self.bytes.len());
            }
            self.members.push(member);
        }
        Ok(())
    }
}

fn not_read(method: u16) -> String {
    format!("a member is packed by method {method}, which is not read")
}

/// Reads a member of an archive unpacked.
pub struct MemberReader<R> {
    unpack: Unpack<R>,
    seal: Option<Seal>,
}

impl<R: BufRead> MemberReader<R> {
    /// Returns what tells about damage, once all was read.
    pub fn damage(&self) -> Damage {
        self.unpack.damage()
    }
}

impl<R: BufRead> Read for MemberReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.unpack.read(out)?;
        if read == 0
            && !out.is_empty()
            && let Some(seal) = self.seal.take()
        {
            self.unpack.check(seal);
        }
        Ok(read)
    }
}

/// Reads the member of a name of an archive that others read too.
///
/// # Errors
///
/// There is no such member, or it is packed in a way that is not read.
pub fn shared_reader(
    archive: &Arc<Vec<u8>>,
    name: &str,
    bounds: Expansion,
) -> Result<(Box<dyn Read + Send>, Damage), Error> {
    let directory = Archive::open(archive, Bounds::default())?;
    let member = directory.members.iter().find(|m| m.name == name);
    let member = member.ok_or_else(|| Error::Damaged(format!("it has no member {name}")))?;
    // The member is read through a reader of the whole, so that nothing borrows from the archive.
    let MemberReader { seal, unpack } = directory.reader_of(member, bounds)?;
    let range = directory.data_of(member).unwrap_or(0..0);
    let mut whole = io::Cursor::new(Shared(archive.clone()));
    whole.set_position(range.start as u64);
    let input = whole.take(range.len() as u64);
    let unpack = unpack.reading(input);
    let damage = unpack.damage();
    Ok((Box::new(MemberReader { unpack, seal }), damage))
}

struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Returns an archive in which a member has another content. Every other member keeps its bytes, its place in the
/// order and what the directory says of it; `None` where the archive has no whole directory, or no such member, or where the member
/// is encrypted.
pub fn replaced(archive: &[u8], name: &str, content: &[u8]) -> Option<Vec<u8>> {
    let directory = Archive::open(archive, Bounds::default()).ok().filter(|a| !a.cut_off)?;
    let end = directory.end()?;
    let (count, first) = (u16_at(&archive[end..], 10)?, u32_at(&archive[end..], 16)? as usize);
    let mut entries = vec![];
    let mut at = first;
    for _ in 0..count {
        let (member, len) = central(archive.get(at..).filter(|e| e.starts_with(CENTRAL))?).ok()??;
        entries.push((member, at..at + len));
        at += len;
    }
    let target = entries.iter().position(|(m, _)| m.name.eq_ignore_ascii_case(name))?;
    if entries[target].0.encrypted {
        return None;
    }
    // Members stand one behind the other; what lies between one and the next belongs to the one before.
    let mut starts: Vec<usize> = entries.iter().map(|(m, _)| m.header).collect();
    starts.sort_unstable();
    let from = entries[target].0.header;
    let to = starts.iter().copied().find(|start| *start > from).unwrap_or(first);
    if to > first
        || starts.iter().any(|start| *start > first)
        || directory.data_of(&entries[target].0)?.end > to
    {
        return None;
    }
    let (local, grown) = packed_anew(archive.get(from..to)?, content)?;
    let mut out = Vec::with_capacity(archive.len() + local.len());
    out.extend(&archive[..from]);
    out.extend(&local);
    out.extend(&archive[to..first]);
    let moved = |offset: usize| {
        u32::try_from(if offset > from { offset + local.len() - (to - from) } else { offset })
    };
    let new_first = moved(first).ok()?;
    for (number, (member, range)) in entries.iter().enumerate() {
        let at = out.len();
        out.extend(archive.get(range.clone())?);
        out[at + 42..at + 46].copy_from_slice(&moved(member.header).ok()?.to_le_bytes());
        if number == target {
            let flags = u16_at(&out[at..], 8)? & !8;
            out[at + 8..at + 10].copy_from_slice(&flags.to_le_bytes());
            out[at + 10..at + 12].copy_from_slice(&8_u16.to_le_bytes());
            out[at + 16..at + 28].copy_from_slice(&grown);
        }
    }
    let len = u32::try_from(out.len()).ok()? - new_first;
    let at = out.len();
    out.extend(&archive[end..]);
    out[at + 12..at + 16].copy_from_slice(&len.to_le_bytes());
    out[at + 16..at + 20].copy_from_slice(&new_first.to_le_bytes());
    Some(out)
}

/// Makes a member's own header and bytes anew, with its checksum and lengths as they stand in both headers.
fn packed_anew(local: &[u8], content: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let header = 30 + usize::from(u16_at(local, 26)?) + usize::from(u16_at(local, 28)?);
    let data = miniz_oxide::deflate::compress_to_vec(content, 6);
    let mut lengths = crc32fast::hash(content).to_le_bytes().to_vec();
    lengths.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
    lengths.extend(u32::try_from(content.len()).ok()?.to_le_bytes());
    let mut out = local.get(..header)?.to_vec();
    // Neither encrypted, nor are its lengths behind it.
    let flags = u16_at(local, 6)? & !9;
    out[6..8].copy_from_slice(&flags.to_le_bytes());
    out[8..10].copy_from_slice(&8_u16.to_le_bytes());
    out[14..26].copy_from_slice(&lengths);
    out.extend(data);
    Some((out, lengths))
}

/// Unpacks deflated bytes: what they unpack to, and whether they are damaged; `None` if that is more than `most`.
fn inflated(packed: &[u8], most: usize) -> Option<(Vec<u8>, bool)> {
    let mut state = InflateState::new_boxed(DataFormat::Raw);
    let mut out = vec![];
    let mut rest = packed;
    loop {
        let have = out.len();
        out.resize(have + CHUNK, 0);
        let step = inflate(&mut state, rest, &mut out[have..], MZFlush::None);
        rest = &rest[step.bytes_consumed..];
        out.truncate(have + step.bytes_written);
        if out.len() > most {
            return None;
        }
        match step.status {
            Ok(MZStatus::StreamEnd) => return Some((out, false)),
            Ok(_) if step.bytes_written > 0 || (step.bytes_consumed > 0 && !rest.is_empty()) => {}
            _ => return Some((out, true)),
        }
    }
}

/// How much is unpacked at a time.
const CHUNK: usize = 64 << 10;

/// Reads an entry of the directory: the member, and how long the entry is.
fn central(entry: &[u8]) -> Result<Option<(Member, usize)>, Error> {
    let read = || {
        let (flags, method) = (u16_at(entry, 8)?, u16_at(entry, 10)?);
        let (crc, packed, size) = (u32_at(entry, 16)?, u32_at(entry, 20)?, u32_at(entry, 24)?);
        let name = usize::from(u16_at(entry, 28)?);
        let more = usize::from(u16_at(entry, 30)?) + usize::from(u16_at(entry, 32)?);
        let header = u32_at(entry, 42)?;
        let member = Member {
            name: name_of(entry.get(46..46 + name)?),
            encrypted: flags & 1 == 1,
            method,
            crc,
            packed: packed as usize,
            size: size as usize,
            header: header as usize,
            open: false,
        };
        Some((member, 46 + name + more, [packed, size, header].contains(&u32::MAX)))
    };
    match read() {
        Some((_, _, true)) => Err(Error::Unsupported("it is a ZIP64 archive, which is not read".into())),
        Some((member, len, false)) => Ok(Some((member, len))),
        None => Ok(None),
    }
}

/// Reads a member's own header, which stands at `at`.
fn local(header: &[u8], at: usize) -> Option<Member> {
    let (flags, method) = (u16_at(header, 6)?, u16_at(header, 8)?);
    let (crc, packed, size) = (u32_at(header, 14)?, u32_at(header, 18)?, u32_at(header, 22)?);
    let name = usize::from(u16_at(header, 26)?);
    // Where the lengths stand behind the data, the data itself tells its end.
    let open = flags & 8 == 8;
    Some(Member {
        name: name_of(header.get(30..30 + name)?),
        encrypted: flags & 1 == 1,
        method,
        crc,
        packed: if open { usize::MAX >> 1 } else { packed as usize },
        size: size as usize,
        header: at,
        open,
    })
}

/// Some writers part folders by backslashes.
fn name_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\\', "/")
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Packs an archive, as simply as it may be.
    pub(crate) fn packed(members: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut out, mut directory) = (vec![], vec![]);
        for (name, bytes) in members {
            let data = miniz_oxide::deflate::compress_to_vec(bytes, 6);
            let mut common = vec![];
            for value in [20_u16, 0, 8, 0, 0] {
                common.extend(value.to_le_bytes());
            }
            for value in [crc32fast::hash(bytes), data.len() as u32, bytes.len() as u32] {
                common.extend(value.to_le_bytes());
            }
            common.extend((name.len() as u16).to_le_bytes());
            common.extend(0_u16.to_le_bytes());
            directory.extend(CENTRAL);
            directory.extend(20_u16.to_le_bytes());
            directory.extend(&common);
            directory.extend([0; 10]);
            directory.extend((out.len() as u32).to_le_bytes());
            directory.extend(name.as_bytes());
            out.extend(LOCAL);
            out.extend(&common);
            out.extend(name.as_bytes());
            out.extend(data);
        }
        let (at, count) = (out.len() as u32, members.len() as u16);
        let len = directory.len() as u32;
        out.extend(directory);
        out.extend(END);
        out.extend([0; 4]);
        out.extend(count.to_le_bytes());
        out.extend(count.to_le_bytes());
        out.extend(len.to_le_bytes());
        out.extend(at.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    fn open(bytes: &[u8]) -> Result<Archive<'_>, Error> {
        Archive::open(bytes, Bounds::default())
    }

    #[test]
    fn members_are_unpacked_by_their_names() {
        let long = b"sovereignty ".repeat(5_000);
        let bytes = packed(&[("a.xml", b"one"), ("word/b.xml", &long), ("empty", b"")]);
        let mut archive = open(&bytes).unwrap();
        assert_eq!(archive.names().collect::<Vec<_>>(), ["a.xml", "word/b.xml", "empty"]);
        assert!(!archive.cut_off);
        assert_eq!(archive.unpack("WORD/B.XML"), Some(Ok(Unpacked { bytes: long, damaged: false })));
        assert_eq!(archive.unpack("empty"), Some(Ok(Unpacked { bytes: vec![], damaged: false })));
        assert_eq!(archive.unpack("../a.xml"), None);
    }

    #[test]
    fn a_member_takes_the_place_of_another_and_no_other_byte_of_a_member_changes() {
        let long = b"sovereignty ".repeat(5_000);
        let bytes = packed(&[("a", b"one"), ("b", &long), ("c", b"three")]);
        for (name, content) in [("a", &b"uno"[..]), ("b", b"dos"), ("c", &long), ("b", b"")] {
            let made = replaced(&bytes, name, content).unwrap();
            let mut archive = open(&made).unwrap();
            assert_eq!(archive.names().collect::<Vec<_>>(), ["a", "b", "c"]);
            for (member, old) in [("a", &b"one"[..]), ("b", &long), ("c", b"three")] {
                let expected = if member == name { content } else { old };
                let read = archive.unpack(member).unwrap().unwrap();
                assert!(read.bytes == expected && !read.damaged, "{name} {member}");
                if member != name {
                    let (before, after) = (open(&bytes).unwrap(), open(&made).unwrap());
                    let raw = |a: &Archive<'_>, of: &[u8]| {
                        let of_name = a.members.iter().find(|m| m.name == member).unwrap();
                        of[a.data_of(of_name).unwrap()].to_vec()
                    };
                    assert_eq!(raw(&before, &bytes), raw(&after, &made));
                }
            }
        }
        assert_eq!(replaced(&bytes, "d", b""), None);
        assert_eq!(replaced(&bytes[..bytes.len() - 30], "a", b""), None);
    }

    #[test]
    fn a_member_is_read_piece_by_piece() {
        let long = b"sovereignty ".repeat(5_000);
        let bytes = packed(&[("a", b"one"), ("b", &long)]);
        let archive = open(&bytes).unwrap();
        let mut read = vec![];
        let mut reader = archive.reader("b", Expansion::default()).unwrap().unwrap();
        reader.read_to_end(&mut read).unwrap();
        assert!(read == long && !reader.damage().is_there());
        let cut = open(&bytes[..bytes.len() / 2]).unwrap();
        let mut reader = cut.reader("b", Expansion::default()).unwrap().unwrap();
        read.clear();
        reader.read_to_end(&mut read).unwrap();
        assert!(long.starts_with(&read) && reader.damage().is_there());
    }

    #[test]
    fn a_cut_archive_gives_what_is_left_and_says_so() {
        let long: Vec<u8> = (0..30_000_u32).flat_map(|n| n.to_string().into_bytes()).collect();
        let bytes = packed(&[("a", b"one"), ("b", &long)]);
        let mut archive = open(&bytes[..bytes.len() / 2]).unwrap();
        assert!(archive.cut_off);
        assert_eq!(archive.unpack("a"), Some(Ok(Unpacked { bytes: b"one".to_vec(), damaged: false })));
        let Some(Ok(rest)) = archive.unpack("b") else { panic!() };
        assert!(rest.damaged && rest.bytes.len() > 1_000 && long.starts_with(&rest.bytes));
    }

    #[test]
    fn what_is_not_read_is_refused_in_a_sentence() {
        let good = packed(&[("a", &b"one ".repeat(400_000))]);
        let end = good.len() - 22;
        let changed = |at: usize, to: &[u8]| {
            let mut bytes = good.clone();
            bytes[at..at + to.len()].copy_from_slice(to);
            bytes
        };
        let directory = memchr::memmem::find(&good, CENTRAL).unwrap();
        let said = |bytes: &[u8], bounds: Bounds| match Archive::open(bytes, bounds) {
            Err(error) => error.to_string(),
            Ok(mut archive) => match archive.unpack("a") {
                Some(Err(error)) => error.to_string(),
                Some(Ok(unpacked)) => format!("damaged: {}", unpacked.damaged),
                None => "nothing".to_owned(),
            },
        };
        let bounds = Bounds::default();
        let loose = Bounds { ratio: 2_000, ..bounds };
        let tight = "a member of the archive unpacks to more than 1048576 bytes";
        let long = "a member of the archive unpacks to more than 99 bytes";
        for (name, bytes, bounds, expected) in [
            ("good", good.clone(), loose, "damaged: false"),
            ("no zip", b"<html>".to_vec(), bounds, "it is not a zip archive"),
            ("zip64", changed(end + 10, &[0xFF, 0xFF]), bounds, "it is a ZIP64 archive, which is not read"),
            ("encrypted", changed(directory + 8, &[1]), bounds, "it is encrypted"),
            (
                "method",
                changed(directory + 10, &[12]),
                bounds,
                "a member is packed by method 12, which is not read",
            ),
            ("checksum", changed(directory + 16, &[0; 4]), loose, "damaged: true"),
            (
                "outside",
                changed(directory + 42, &[9; 4]),
                bounds,
                "a member of the archive lies outside the file",
            ),
            ("too tight", good.clone(), bounds, tight),
            ("too long", good.clone(), Bounds { member: 99, ..bounds }, long),
            ("too many", good.clone(), Bounds { members: 0, ..bounds }, "it has more than 0 members"),
        ] {
            assert_eq!(said(&bytes, bounds), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_damage_makes_it_panic(cut in 0_usize..400, at in 0_usize..400, to in any::<[u8; 4]>()) {
            let mut bytes = packed(&[("a", b"one one one one"), ("b", b"two"), ("c", b"")]);
            let at = at % (bytes.len() - 4);
            bytes[at..at + 4].copy_from_slice(&to);
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Ok(mut archive) = open(&bytes) {
                let names: Vec<_> = archive.names().map(str::to_owned).collect();
                for name in names {
                    drop(archive.unpack(&name));
                }
            }
        }
    }
}
