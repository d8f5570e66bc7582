//! The doctor: whether everything on the disk is what was written, and making it so again.
//!
//! Ledger and segments hold the same blocks, each with its own checksum, so either can be
//! made from the other, and what one lost is often in the other still.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{Finding, Place, Revision, Severity};

use super::build::Builder;
use super::dump::count_live;
use super::folder::{Folder, Lock, check_format};
use super::ledger::{FORMAT, Ledger, Manifest};
use super::record::{self, BlockHeader, Body, RawBlock};
use super::segment::{Bytes, Level, Region, Segment};
use super::snapshot::Snapshot;
use super::{Counts, Limits, Seat, SledLedger, StoreError, Who};

/// What the doctor found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checkup {
    /// The revision that readers see.
    pub revision: Revision,
    /// How much is in the base.
    pub counts: Counts,
    /// How many segments there are.
    pub segments: usize,
    /// How many records the log has.
    pub records: u64,
    /// The length of all segments.
    pub bytes: u64,
    /// Whether the ledger could be compared; a base that cannot be written has it unread.
    pub ledger_read: bool,
    /// What is wrong; empty for a sound base.
    pub findings: Vec<Finding>,
}

impl Checkup {
    fn say(&mut self, severity: Severity, file: &str, message: impl Into<String>) {
        self.findings.push(Finding::new("base-damaged", severity, Place::file(file), message));
    }

    fn wrong(&mut self, file: &str, message: impl Into<String>) {
        self.say(Severity::Error, file, message);
    }
}

/// Reads everything in a base's folder and says what is not as it was written. It waits as
/// long as told for a writer to finish, and compares the ledger only if it may open it.
pub fn doctor(dir: &Path, who: &Who, wait: Duration) -> Result<Checkup, StoreError> {
    let folder = Folder::new(dir);
    let mut checkup = Checkup::default();
    // With the lock, so that no writer changes what is compared; without it readers still can look.
    let lock = Lock::take(&folder, who, wait);
    let head = match folder.read_head() {
        Err(e @ StoreError::NotABase(_)) => return Err(e),
        Err(e @ StoreError::Version { .. }) => return Err(e),
        Err(e) => {
            checkup.wrong("HEAD", e.to_string());
            None
        }
        Ok(head) => Some(head),
    };
    let mut sums = BTreeMap::new();
    if let Some(head) = &head {
        checkup.revision = head.revision;
        checkup.counts = head.counts;
        checkup.records = head.next;
        look_at_segments(&folder, head, &mut sums, &mut checkup);
    }
    match lock {
        Ok(_lock) => look_at_ledger(&folder, head.as_ref(), &sums, &mut checkup),
        Err(e) => checkup.say(Severity::Info, "db", format!("the ledger was not read: {e}")),
    }
    Ok(checkup)
}

fn look_at_segments(folder: &Folder, head: &Manifest, sums: &mut BTreeMap<u64, u64>, checkup: &mut Checkup) {
    let (mut next, mut opened) = (0, vec![]);
    for info in &head.segments {
        if info.first != next {
            checkup.wrong("HEAD", format!("segment {} does not begin at record {next}", info.name));
        }
        next = info.next;
        checkup.segments += 1;
        checkup.bytes += info.length;
        match Segment::open(&folder.segments(), info) {
            Ok(segment) => {
                if let Err(e) = look_at_segment(&segment, sums, checkup) {
                    checkup.wrong(&info.name, e.to_string());
                }
                opened.push(Arc::new(segment));
            }
            Err(e) => checkup.wrong(&info.name, e.to_string()),
        }
    }
    if next != head.next {
        checkup.wrong("HEAD", format!("the segments end at record {next}, not at {}", head.next));
    }
    if opened.len() == head.segments.len() && checkup.findings.is_empty() {
        match count_live(&Snapshot::of(head.clone(), opened)) {
            Ok(counts) if counts == head.counts => {}
            Ok(counts) => {
                checkup.wrong("HEAD", format!("it counts {:?} and there are {counts:?}", head.counts))
            }
            Err(e) => checkup.wrong("HEAD", e.to_string()),
        }
    }
}

/// Verifies a segment's tables and blocks, and that the tables are what the blocks give.
pub(super) fn look_at_segment(
    segment: &Segment,
    sums: &mut BTreeMap<u64, u64>,
    checkup: &mut Checkup,
) -> Result<(), StoreError> {
    let Some(tables) = segment.written() else {
        let what =
            if segment.outdated { "its index was made by another version" } else { "its footer is damaged" };
        checkup.wrong(&segment.name, what);
        return Ok(());
    };
    if tables.verify_all().is_err() {
        checkup.wrong(&segment.name, "its index is damaged");
        return Ok(());
    }
    let mut builder = Builder::new(segment.first, None)?;
    for i in 0..tables.block_count() {
        let place = tables.block(i).map_err(|_| beyond(segment))?;
        let first = segment.first + u64::from(place.rel);
        let sound = segment.block_slice(place).filter(|block| BlockHeader::verified(block).is_some());
        match sound {
            Some(block) => {
                sums.insert(first, place.checksum);
                builder.index_block(block, place.offset)?;
            }
            None => {
                let behind = first + u64::from(place.count);
                checkup.wrong(
                    &segment.name,
                    format!("the block of records {first} to {} is damaged", behind - 1),
                );
                return Ok(());
            }
        }
    }
    builder.skip_to(segment.next)?;
    let (bytes, footer) = builder.tables()?;
    for region in Region::ALL {
        let fresh = footer.regions[region as usize];
        let fresh = &bytes[fresh.0 as usize..(fresh.0 + fresh.1) as usize];
        if tables.whole(region).map_err(|_| beyond(segment))? != fresh {
            checkup.wrong(&segment.name, format!("its table {region:?} is not what its blocks give"));
        }
    }
    if tables.footer.classes != footer.classes || tables.footer.records != footer.records {
        checkup.wrong(&segment.name, "its counts are not what its blocks give");
    }
    Ok(())
}

fn beyond(segment: &Segment) -> StoreError {
    StoreError::Damaged(format!("the segment {} is damaged beyond reading", segment.name))
}

fn look_at_ledger(
    folder: &Folder,
    head: Option<&Manifest>,
    sums: &BTreeMap<u64, u64>,
    checkup: &mut Checkup,
) {
    let read = (|| {
        let mut ledger = SledLedger::open(&folder.ledger(), &folder.aside())?;
        if ledger.mended() {
            let what = "sled refused its recovery files; they were set aside, and nothing was lost";
            checkup.say(Severity::Info, "db", what);
        }
        let Some(manifest) = ledger.manifest()? else {
            checkup.wrong("db", "the ledger is empty");
            return Ok(());
        };
        check_format(&manifest)?;
        match head {
            Some(head) if head.revision > manifest.revision => checkup.wrong(
                "db",
                format!(
                    "the ledger ends at revision {} and the base at {}",
                    manifest.revision, head.revision
                ),
            ),
            Some(head) if *head != manifest => checkup.say(
                Severity::Info,
                "HEAD",
                format!("revision {} is not published yet; the next writer does it", manifest.revision),
            ),
            _ => {}
        }
        let mut next = 0;
        let mut wrong = vec![];
        for item in ledger.blocks(0)? {
            let (first, block) = item?;
            if first >= manifest.next {
                break;
            }
            let Some(header) = BlockHeader::verified(&block).filter(|h| h.first == first) else {
                wrong.push(format!("the block of record {first} is damaged"));
                continue;
            };
            if first != next {
                wrong.push(format!("records {next} to {} are missing", first.saturating_sub(1)));
            }
            next = header.next();
            if sums.get(&first).is_some_and(|sum| *sum != header.checksum) {
                wrong.push(format!("the block of record {first} is not the one in the segments"));
            }
        }
        if next < manifest.next {
            wrong.push(format!("records {next} to {} are missing", manifest.next - 1));
        }
        for message in wrong {
            checkup.wrong("db", message);
        }
        Ok::<(), StoreError>(())
    })();
    checkup.ledger_read = read.is_ok();
    if let Err(e) = read {
        checkup.wrong("db", e.to_string());
    }
}

/// Where a whole block is to be had.
enum Source {
    /// In the ledger; read again when it is needed, rather than all kept.
    Ledger,
    /// In this segment, from here, so long.
    Segment(usize, usize, usize),
}

/// Makes the segments and HEAD anew from the ledger; what the ledger lost is taken from the
/// segments, and a ledger that cannot be opened is set aside and written anew. Tells what was
/// mended and what stays lost.
pub fn rebuild(dir: &Path, who: &Who, wait: Duration) -> Result<Vec<Finding>, StoreError> {
    let folder = Folder::new(dir);
    let doing = |e| StoreError::io(format!("rebuilding {}", dir.display()), e);
    let head = match folder.read_head() {
        Err(e @ (StoreError::NotABase(_) | StoreError::Version { .. })) => return Err(e),
        head => head.ok(),
    };
    let lock = Lock::take(&folder, who, wait)?;
    fs::create_dir_all(folder.segments()).map_err(doing)?;
    let mut told = Checkup::default();
    let mut ledger = match SledLedger::open(&folder.ledger(), &folder.aside()) {
        Ok(ledger) => Some(ledger),
        Err(StoreError::Damaged(what)) => {
            told.wrong("db", format!("{what}; the ledger is made anew from the segments"));
            None
        }
        Err(e) => return Err(e),
    };
    let kept = match &mut ledger {
        Some(ledger) => ledger.manifest().unwrap_or_default(),
        None => None,
    };
    if let Some(kept) = &kept {
        check_format(kept)?;
    }
    // The furthest state that was committed, as far as anything remembers it; the ledger knows best.
    let manifest = head.iter().chain(&kept).max_by_key(|m| m.revision).cloned();
    let end = manifest.as_ref().map_or(u64::MAX, |m| m.next);

    let mut blocks: BTreeMap<u64, (u64, Source)> = BTreeMap::new();
    let mut ledger_whole =
        kept.is_some() && kept.as_ref().map(|m| m.next) == manifest.as_ref().map(|m| m.next);
    if let Some(ledger) = &mut ledger {
        let mut next = 0;
        let read = ledger.blocks(0).and_then(|items| {
            for item in items {
                let (first, block) = item?;
                match BlockHeader::verified(&block).filter(|h| h.first == first) {
                    Some(header) if first < end => {
                        ledger_whole &= first == next;
                        next = header.next();
                        blocks.insert(first, (header.next(), Source::Ledger));
                    }
                    _ => ledger_whole &= first >= end,
                }
            }
            Ok(())
        });
        ledger_whole &= read.is_ok() && manifest.as_ref().is_none_or(|m| next >= m.next);
        if let Err(e) = read {
            told.wrong("db", e.to_string());
        }
    }
    let segments = all_segments(&folder, manifest.as_ref(), &mut told)?;
    for (at, segment) in segments.iter().enumerate() {
        for (offset, header) in record::find_blocks(segment) {
            if header.first < end {
                let source = Source::Segment(at, offset, header.total());
                blocks.entry(header.first).or_insert((header.next(), source));
            }
        }
    }
    let whole = |ledger: &mut Option<SledLedger>, first: u64, source: &Source| match source {
        Source::Segment(at, offset, len) => {
            Ok(segments.get(*at).and_then(|s| s.get(*offset..offset + len)).map(<[u8]>::to_vec))
        }
        Source::Ledger => match ledger {
            Some(ledger) => {
                let found = ledger.blocks(first)?.next().transpose()?;
                Ok(found.filter(|(at, _)| *at == first).map(|(_, block)| block))
            }
            None => Ok::<_, StoreError>(None),
        },
    };

    // Without a manifest the log ends with the last revision that came to its end.
    let manifest = match manifest {
        Some(manifest) => manifest,
        None => {
            told.wrong("HEAD", "neither HEAD nor the ledger knows the base's state; the blocks tell it");
            let mut found = Manifest { format: FORMAT, ..Manifest::default() };
            for (first, (_, source)) in &blocks {
                let Some(raw) = whole(&mut ledger, *first, source)?.as_deref().and_then(RawBlock::open)
                else {
                    continue;
                };
                for seq in raw.first..raw.first + raw.count() as u64 {
                    let Some(bytes) = raw.record(seq) else { continue };
                    if let Body::Made(made) = record::decode(bytes, seq)?.body {
                        found.revision = made.record.revision;
                        found.next = seq + 1;
                    }
                }
            }
            found
        }
    };

    if !ledger_whole {
        let fresh = folder.root.join("db.new");
        let _ = fs::remove_dir_all(&fresh);
        let mut to = SledLedger::open(&fresh, &folder.aside())?;
        for (first, (_, source)) in blocks.range(..manifest.next) {
            if let Some(block) = whole(&mut ledger, *first, source)? {
                to.append(*first, block)?;
            }
        }
        to.commit(Revision(0), &manifest)?;
        drop((to, ledger.take()));
        super::folder::set_aside(&folder.ledger(), &folder.aside())?;
        fs::rename(&fresh, folder.ledger()).map_err(doing)?;
        super::folder::sync_folder(&folder.root)?;
        ledger = Some(SledLedger::open(&folder.ledger(), &folder.aside())?);
        told.say(
            Severity::Warning,
            "db",
            "the ledger was written anew; the old one is in the folder \"aside\"",
        );
    }
    let Some(mut ledger) = ledger else {
        return Err(StoreError::Damaged("the ledger cannot be opened".to_owned()));
    };

    let seat = Seat::Folder { folder: folder.clone(), limits: Limits::default(), _lock: lock };
    let (mut parts, mut lost) = (vec![], vec![]);
    let mut builder = Builder::new(0, seat.part_home(0))?;
    for item in ledger.blocks(0)? {
        let (first, block) = item?;
        if first >= manifest.next {
            break;
        }
        if first < builder.next() {
            continue;
        }
        if first > builder.next() {
            lost.push((builder.next(), first));
        }
        builder.push_block(&block)?;
        if builder.weight() > seat.limits().part_weight {
            let next = builder.next();
            let full = std::mem::replace(&mut builder, Builder::new(next, seat.part_home(next))?);
            parts.push(Arc::new(seat.take_part(full.first(), full.seal()?, true)?));
        }
    }
    if builder.next() < manifest.next {
        lost.push((builder.next(), manifest.next));
        builder.skip_to(manifest.next)?;
    }
    if !builder.is_empty() {
        parts.push(Arc::new(seat.take_part(builder.first(), builder.seal()?, true)?));
    }
    for (from, to) in lost {
        told.wrong("db", format!("records {from} to {} are lost", to - 1));
    }
    let mut new = Manifest { format: FORMAT, segments: vec![], ..manifest };
    let mut segments = vec![];
    if !parts.is_empty() {
        let segment = seat.write_segment(parts)?;
        new.segments.push(segment.describe(Level::Main)?);
        segments.push(Arc::new(segment));
    }
    let counts = count_live(&Snapshot::of(new.clone(), segments.clone()))?;
    new.counts = counts;
    ledger.commit(new.revision, &new)?;
    seat.publish(&new, segments)?;
    super::sled::close(Box::new(ledger));
    seat.tidy(&new);
    Ok(told.findings)
}

/// The segment files to take blocks from: those that are named, else whatever is there.
fn all_segments(
    folder: &Folder,
    manifest: Option<&Manifest>,
    told: &mut Checkup,
) -> Result<Vec<Bytes>, StoreError> {
    let home = folder.segments();
    let names: Vec<String> = match manifest {
        Some(manifest) => manifest.segments.iter().map(|s| s.name.clone()).collect(),
        None => {
            let entries =
                fs::read_dir(&home).map_err(|e| StoreError::io(format!("reading {}", home.display()), e))?;
            let mut names: Vec<String> =
                entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
            // The longest ranges first: main before the deltas that were merged into it.
            names.sort();
            names.retain(|name| name.ends_with(".seg"));
            names
        }
    };
    let mut segments = vec![];
    for name in names {
        let path = home.join(&name);
        let opened = fs::File::open(&path).and_then(|file| {
            if file.metadata()?.len() == 0 { Ok(None) } else { Bytes::map(&file).map(Some) }
        });
        match opened {
            Ok(Some(bytes)) => segments.push(bytes),
            Ok(None) => told.wrong(&name, "it is empty"),
            Err(e) => told.wrong(&name, e.to_string()),
        }
    }
    Ok(segments)
}
