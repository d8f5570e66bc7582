//! The ledger (the truth) and the snapshot (what everyone reads).
//!
//! A base is a log: what became of each concept, unit and document, in numbered records that
//! are never overwritten. The [`Ledger`] keeps the log and one manifest; it is sled's folder, or
//! memory. [`Snapshot`] reads immutable segment files made from the log, and HEAD says which;
//! readers never meet a writer. [`Store`] opens either, and [`Draft`] is the only way to change it.
//!
//! It knows nothing of files to import, of what a slug should be called or of who may do what.
//!
//! ```
//! use std::time::Duration;
//! use wicterm::model::{Concept, ConceptId, LanguageTag, Term, Versioned};
//! use wicterm::store::{KeyClass, Store, Who};
//!
//! let store = Store::memory();
//! let mut draft = store.begin(Who::default(), Duration::ZERO)?;
//! let mut concept = Concept { id: ConceptId::from_bytes([1; 16]), ..Concept::default() };
//! concept.slug = Some("cyber-sovereignty".parse().unwrap());
//! let en: LanguageTag = "en".parse().unwrap();
//! concept.section_mut(&en).terms.push(Term::new("cyber sovereignty"));
//! draft.put(Versioned::Concept(Box::new(concept)))?;
//! draft.commit(None)?;
//!
//! let hits = store.snapshot()?.keys_exact(KeyClass::Folded, "cyber sovereignty")?;
//! assert_eq!(hits[0].concept, ConceptId::from_bytes([1; 16]));
//! # Ok::<(), wicterm::store::StoreError>(())
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use crate::model::Revision;

mod build;
mod draft;
mod dump;
mod error;
mod failpoint;
mod filing;
mod folder;
mod ledger;
mod maintain;
mod record;
mod segment;
mod sled;
mod snapshot;
mod spool;
#[cfg(test)]
mod tests;

pub use self::draft::{Draft, Undone};
pub use self::dump::LogEntry;
pub use self::error::StoreError;
pub use self::failpoint::{FAILPOINTS, failpoint};
pub use self::filing::Filing;
pub use self::ledger::{Blocks, FORMAT, Ledger, Manifest, MemoryLedger, Unfinished};
pub use self::maintain::{Checkup, doctor, rebuild};
pub use self::record::{Made, content_hash, origin_key};
pub use self::segment::{Level, SegmentInfo};
pub use self::sled::SledLedger;
pub use self::snapshot::{
    Changes, Concepts, Counts, Documents, KeyHit, Near, NearHit, Order, Query, Snapshot, Units,
};
pub use crate::text::KeyClass;

use self::folder::{Folder, Lock, check_format, sync_folder};
use self::segment::{Bytes, Segment};
use self::spool::Gathered;

/// Who makes a change, and why; goes into the history and, while it lasts, into the lock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The person.
    pub who: String,
    /// Why, in that person's words.
    pub why: String,
    /// When, RFC 3339 in UTC.
    pub when: String,
    /// The command, as typed.
    pub command: String,
    /// The files it reads, by name, where it is an import.
    pub origins: Vec<String>,
}

/// How large the levels may get. Tests make them small, to see every merge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Records of concepts, units and documents in a delta.
    records: [u64; 3],
    /// The length of a delta.
    length: u64,
    /// How much more a middle may hold than a delta.
    factor: u64,
    /// What a draft's tables may weigh before they are sealed into a part.
    part_weight: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { records: [1_000, 10_000, 1_000], length: 16 << 20, factor: 10, part_weight: 24 << 20 }
    }
}

impl Limits {
    fn fit(&self, records: [u64; 3], length: u64, factor: u64) -> bool {
        length <= self.length * factor
            && records.iter().zip(self.records).all(|(n, most)| *n <= most * factor)
    }
}

/// A base that can be read and written.
#[derive(Clone)]
pub struct Store {
    home: Home,
    limits: Limits,
}

#[derive(Clone)]
enum Home {
    Folder(Folder),
    Memory(Arc<InMemory>),
}

struct InMemory {
    /// Taken by whoever writes.
    ledger: Mutex<Option<Box<dyn Ledger>>>,
    freed: Condvar,
    holder: Mutex<Who>,
    published: RwLock<Snapshot>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.home {
            Home::Folder(folder) => f.debug_tuple("Store").field(&folder.root).finish(),
            Home::Memory(_) => f.write_str("Store(memory)"),
        }
    }
}

impl Store {
    /// Makes an empty base in a folder that is not there yet, or empty.
    pub fn create(dir: &Path) -> Result<Self, StoreError> {
        let folder = Folder::new(dir);
        let doing = |e| StoreError::io(format!("making {}", dir.display()), e);
        fs::create_dir_all(dir).map_err(doing)?;
        // A base whose making was interrupted has some of these and no HEAD; it is made to the end.
        let ours = ["LOCK", "LOCK.by", "db", "seg", "HEAD.new"];
        for entry in fs::read_dir(dir).map_err(doing)? {
            let name = entry.map_err(doing)?.file_name();
            if !ours.iter().any(|our| name == *our) {
                return Err(StoreError::Exists(dir.to_owned()));
            }
        }
        let _lock = Lock::take(&folder, &Who::default(), Duration::ZERO)?;
        if folder.head().exists() {
            return Err(StoreError::Exists(dir.to_owned()));
        }
        fs::create_dir_all(folder.segments()).map_err(doing)?;
        let mut ledger = SledLedger::open(&folder.ledger(), &folder.aside())?;
        let manifest = match ledger.manifest()? {
            Some(manifest) if manifest.revision > Revision(0) => {
                return Err(StoreError::Exists(dir.to_owned()));
            }
            Some(manifest) => manifest,
            None => Manifest { format: FORMAT, ..Manifest::default() },
        };
        ledger.commit(Revision(0), &manifest)?;
        folder.write_head(&manifest)?;
        Ok(Self { home: Home::Folder(folder), limits: Limits::default() })
    }

    /// Opens the base in a folder; nothing is written and nothing locked.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let folder = Folder::new(dir);
        folder.read_head()?;
        Ok(Self { home: Home::Folder(folder), limits: Limits::default() })
    }

    /// Takes away the base in a folder if nothing was ever written to it and nobody writes now.
    pub fn discard_empty(dir: &Path) -> Result<(), StoreError> {
        let folder = Folder::new(dir);
        let doing = |e| StoreError::io(format!("removing {}", dir.display()), e);
        let lock = Lock::take(&folder, &Who::default(), Duration::ZERO)?;
        let head = folder.read_head()?;
        // An import that was interrupted has left what it goes on from.
        let parts = fs::read_dir(folder.segments()).map_err(doing)?.next().is_some();
        if head.revision > Revision(0) || head.next > 0 || parts {
            return Ok(());
        }
        // HEAD first: what is left without it is made to the end by whoever makes a base here.
        fs::remove_file(folder.head()).map_err(doing)?;
        fs::remove_dir_all(folder.segments()).map_err(doing)?;
        fs::remove_dir_all(folder.ledger()).map_err(doing)?;
        drop(lock);
        fs::remove_file(dir.join("LOCK")).map_err(doing)
    }

    /// Makes an empty base that ends with the process.
    pub fn memory() -> Self {
        let manifest = Manifest { format: FORMAT, ..Manifest::default() };
        let home = InMemory {
            ledger: Mutex::new(Some(Box::new(MemoryLedger::new()))),
            freed: Condvar::new(),
            holder: Mutex::default(),
            published: RwLock::new(Snapshot::of(manifest, vec![])),
        };
        Self { home: Home::Memory(Arc::new(home)), limits: Limits::default() }
    }

    #[cfg(test)]
    pub(crate) fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Opens the base as it is now, to be read.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        match &self.home {
            Home::Folder(folder) => Snapshot::open(&folder.root),
            Home::Memory(home) => Ok(home.published.read().unwrap_or_else(|e| e.into_inner()).clone()),
        }
    }

    /// Returns what was set for the base as a whole.
    pub fn settings(&self) -> Result<BTreeMap<String, String>, StoreError> {
        match &self.home {
            Home::Folder(folder) => Ok(folder.read_head()?.settings),
            Home::Memory(_) => Ok(self.snapshot()?.settings().clone()),
        }
    }

    /// Begins a change, waiting up to `wait` for another writer. What an interrupted writer left
    /// is cleared away, also what [`Store::resume`] would have gone on with.
    pub fn begin(&self, who: Who, wait: Duration) -> Result<Draft, StoreError> {
        let (hold, base) = self.take_seat(&who, wait)?;
        self.fresh(hold, who, base)
    }

    /// Goes on with an interrupted draft that was made from the same `fingerprint`, and returns it with
    /// the token of its last checkpoint; begins afresh if there is none, or the base changed since.
    pub fn resume(
        &self,
        fingerprint: &str,
        who: Who,
        wait: Duration,
    ) -> Result<(Draft, Option<Vec<u8>>), StoreError> {
        let (mut hold, base) = self.take_seat(&who, wait)?;
        let unfinished = hold.ledger()?.unfinished()?;
        let usable = unfinished.filter(|u| u.fingerprint == fingerprint && u.revision == base.revision());
        if let Some(unfinished) = usable {
            let token = unfinished.token.clone();
            match Draft::new(hold, who.clone(), base, Some(unfinished)) {
                Ok(draft) => return Ok((draft, Some(token))),
                // Its parts are not what they were: then it cannot be gone on with.
                Err(StoreError::Damaged(_)) => {}
                Err(StoreError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
            return Ok((self.begin(who, wait)?, None));
        }
        Ok((self.fresh(hold, who, base)?, None))
    }

    fn fresh(&self, hold: Hold, who: Who, base: Snapshot) -> Result<Draft, StoreError> {
        hold.seat.tidy(base.manifest());
        failpoint("begin-cleaned");
        Draft::new(hold, who, base, None)
    }

    /// Waits for the lock, opens the ledger and brings HEAD up to it.
    fn take_seat(&self, who: &Who, wait: Duration) -> Result<(Hold, Snapshot), StoreError> {
        match &self.home {
            Home::Folder(folder) => {
                let lock = Lock::take(folder, who, wait)?;
                let mut ledger = SledLedger::open(&folder.ledger(), &folder.aside())?;
                let missing =
                    || StoreError::Damaged(format!("the ledger {} is empty", folder.ledger().display()));
                let manifest = ledger.manifest()?.ok_or_else(missing)?;
                check_format(&manifest)?;
                let head = folder.read_head();
                if let Ok(head) = &head
                    && head.revision > manifest.revision
                {
                    return Err(StoreError::Damaged(format!(
                        "the ledger {} is at revision {} and has lost what came after, up to {}",
                        folder.ledger().display(),
                        manifest.revision,
                        head.revision
                    )));
                }
                let behind = !matches!(&head, Ok(head) if *head == manifest);
                let base = Snapshot::of_folder(folder, manifest.clone())?;
                if behind {
                    // The writer before was stopped between its commit and its HEAD.
                    folder.write_head(&manifest)?;
                    failpoint("begin-republished");
                }
                let seat = Seat::Folder { folder: folder.clone(), limits: self.limits, _lock: lock };
                Ok((Hold { ledger: Some(Box::new(ledger)), seat }, base))
            }
            Home::Memory(home) => {
                let taken = home.ledger.lock().unwrap_or_else(|e| e.into_inner());
                let waited = home.freed.wait_timeout_while(taken, wait, |ledger| ledger.is_none());
                let (mut taken, _) = waited.unwrap_or_else(|e| e.into_inner());
                let mut holder: MutexGuard<'_, Who> = home.holder.lock().unwrap_or_else(|e| e.into_inner());
                let Some(ledger) = taken.take() else {
                    return Err(StoreError::Held {
                        pid: Some(std::process::id()),
                        command: holder.command.clone(),
                        since: holder.when.clone(),
                    });
                };
                *holder = who.clone();
                let base = home.published.read().unwrap_or_else(|e| e.into_inner()).clone();
                let seat = Seat::Memory { home: home.clone(), limits: self.limits };
                Ok((Hold { ledger: Some(ledger), seat }, base))
            }
        }
    }
}

/// The ledger and the writer's place, both given back at the end.
struct Hold {
    ledger: Option<Box<dyn Ledger>>,
    seat: Seat,
}

impl Hold {
    fn ledger(&mut self) -> Result<&mut Box<dyn Ledger>, StoreError> {
        self.ledger.as_mut().ok_or_else(|| StoreError::Invalid("the draft is over".to_owned()))
    }

    /// Gives the ledger back; the place stays taken.
    fn release(&mut self) {
        if let Some(ledger) = self.ledger.take() {
            self.seat.give_back(ledger);
        }
    }
}

impl Drop for Hold {
    // Before the seat goes: sled is closed before the lock is given back.
    fn drop(&mut self) {
        self.release();
    }
}

/// The one writer's place: what a draft needs to know of where the base is.
enum Seat {
    Folder { folder: Folder, limits: Limits, _lock: Lock },
    Memory { home: Arc<InMemory>, limits: Limits },
}

impl Seat {
    fn limits(&self) -> &Limits {
        match self {
            Self::Folder { limits, .. } | Self::Memory { limits, .. } => limits,
        }
    }

    /// Where a part that begins at this record may have its file.
    fn part_home(&self, first: u64) -> Option<PathBuf> {
        match self {
            Self::Folder { folder, .. } => Some(folder.segments().join(part_name(first))),
            Self::Memory { .. } => None,
        }
    }

    /// Makes a segment of what a draft gathered.
    fn take_part(&self, first: u64, gathered: Gathered, to_file: bool) -> Result<Segment, StoreError> {
        let name = part_name(first);
        let path = match (&gathered, self.part_home(first)) {
            (Gathered::File(_, path), _) => Some(path.clone()),
            (Gathered::Memory(bytes), Some(path)) if to_file => {
                fs::write(&path, bytes)
                    .map_err(|e| StoreError::io(format!("writing {}", path.display()), e))?;
                Some(path)
            }
            _ => None,
        };
        let bytes = match gathered {
            Gathered::Memory(bytes) => Bytes::Memory(Arc::new(bytes)),
            Gathered::File(file, path) => {
                Bytes::map(&file).map_err(|e| StoreError::io(format!("opening {}", path.display()), e))?
            }
        };
        Segment::made(name, bytes, path)
    }

    fn open_part(&self, info: &SegmentInfo) -> Result<Segment, StoreError> {
        match self {
            Self::Folder { folder, .. } => {
                let part = Segment::open(&folder.segments(), info)?;
                // A checkpoint does not wait for them to be on the disk: the lights may have gone out.
                if part.is_whole() {
                    return Ok(part);
                }
                Err(StoreError::Damaged(format!("the part {} of a draft is not whole", info.name)))
            }
            Self::Memory { .. } => Err(StoreError::Damaged("a draft in memory ends with it".to_owned())),
        }
    }

    /// Makes one durable segment of segments that follow each other.
    fn write_segment(&self, mut inputs: Vec<Arc<Segment>>) -> Result<Segment, StoreError> {
        let home = match self {
            Self::Folder { folder, .. } => Some(folder.segments()),
            Self::Memory { .. } => None,
        };
        failpoint("segment-write-before");
        let new = home.as_ref().map(|home| home.join("new.part"));
        let alone = if inputs.len() == 1 { inputs.pop() } else { None };
        let (bytes, file) = match &alone {
            // What a draft made in one part needs no merging.
            Some(one) => {
                let file = one.path.clone().map(|path| {
                    let file = File::options().read(true).write(true).open(&path);
                    file.map(|file| (file, path.clone()))
                        .map_err(|e| StoreError::io(format!("opening {}", path.display()), e))
                });
                (one.bytes.clone(), file.transpose()?)
            }
            None => match build::merge(&inputs, new.clone())? {
                Gathered::Memory(bytes) => (Bytes::Memory(Arc::new(bytes)), None),
                Gathered::File(file, path) => {
                    let bytes = Bytes::map(&file);
                    (
                        bytes.map_err(|e| StoreError::io(format!("opening {}", path.display()), e))?,
                        Some((file, path)),
                    )
                }
            },
        };
        let mut made = Segment::made(String::new(), bytes, None)?;
        made.name = format!("{:010}-{:010}-{:016x}.seg", made.first, made.next, made.checksum);
        let (Some(home), Some(new)) = (home, new) else { return Ok(made) };
        let doing = |e| StoreError::io(format!("writing {}", home.join(&made.name).display()), e);
        let (file, part) = match file {
            Some(file) => file,
            None => {
                let mut file = File::create(&new).map_err(doing)?;
                file.write_all(&made.bytes).map_err(doing)?;
                (file, new)
            }
        };
        failpoint("segment-write-after");
        file.sync_all().map_err(doing)?;
        drop(file);
        failpoint("segment-fsync-after");
        let path = home.join(&made.name);
        fs::rename(&part, &path).map_err(doing)?;
        failpoint("segment-rename-after");
        sync_folder(&home)?;
        failpoint("segment-dir-fsync-after");
        made.path = Some(path);
        Ok(made)
    }

    /// Shows a committed state to readers.
    fn publish(&self, manifest: &Manifest, segments: Vec<Arc<Segment>>) -> Result<(), StoreError> {
        match self {
            Self::Folder { folder, .. } => folder.write_head(manifest),
            Self::Memory { home, .. } => {
                let snapshot = Snapshot::of(manifest.clone(), segments);
                *home.published.write().unwrap_or_else(|e| e.into_inner()) = snapshot;
                Ok(())
            }
        }
    }

    /// Removes the files that the base does not name. What cannot be removed now, as Windows
    /// keeps a file that a reader has mapped, is removed another time.
    fn tidy(&self, manifest: &Manifest) {
        let Self::Folder { folder, .. } = self else { return };
        failpoint("cleanup-before");
        let Ok(entries) = fs::read_dir(folder.segments()) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            if !manifest.segments.iter().any(|segment| name == *segment.name) {
                let _ = fs::remove_file(entry.path());
            }
        }
        failpoint("cleanup-after");
    }

    /// Ends the writer's hold of the ledger.
    fn give_back(&self, ledger: Box<dyn Ledger>) {
        match self {
            Self::Folder { .. } => sled::close(ledger),
            Self::Memory { home, .. } => {
                *home.ledger.lock().unwrap_or_else(|e| e.into_inner()) = Some(ledger);
                home.freed.notify_one();
            }
        }
    }
}

fn part_name(first: u64) -> String {
    format!("draft-{first:010}.part")
}
