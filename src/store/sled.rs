//! The ledger on sled 0.34; the only file that knows sled.
//!
//! sled is opened for a write and closed after it, as it lets no other process in. What it
//! is known to do wrong stays in here: it panics on garbled bytes (caught, and not printed),
//! and refuses a stale or empty `snap.*` file, which is only a recovery cache (set aside,
//! and opened again). It is flushed by hand, so that an acknowledgement means something.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Once;
use std::thread;
use std::time::Duration;

use ::sled::{Batch, Db, Tree};

use crate::model::Revision;

use super::StoreError;
use super::failpoint::failpoint;
use super::folder::set_aside;
use super::ledger::{Blocks, Ledger, Manifest, Unfinished, expect};

/// Keeps the log in a folder of its own.
pub struct SledLedger {
    path: PathBuf,
    // Trees before the database: what is declared first is closed first.
    blocks: Tree,
    meta: Tree,
    drafts: Tree,
    db: Db,
    /// Blocks on their way; sled takes many at once better than one by one.
    waiting: Batch,
    waiting_bytes: usize,
    mended: bool,
}

const MANIFEST: &[u8] = b"manifest";
const UNFINISHED: &[u8] = b"unfinished";
/// With sled's default of 1 GB a load of a million units peaked at 475 MB; what is appended and seldom read
/// again is no slower with little.
const CACHE: u64 = 8 << 20;
/// How much waits before it is handed to sled.
const WAITING: usize = 1 << 20;

impl SledLedger {
    /// Opens the ledger in `path`, made if there is none. Recovery files that sled refuses are
    /// moved to `aside`.
    pub fn open(path: &Path, aside: &Path) -> Result<Self, StoreError> {
        let first = match open(path) {
            Ok(db) => return Self::over(db, path, false),
            Err(StoreError::Damaged(first)) => first,
            Err(e) => return Err(e),
        };
        if !set_snapshots_aside(path, aside)? {
            return Err(StoreError::Damaged(first));
        }
        Self::over(open(path)?, path, true)
    }

    fn over(db: Db, path: &Path, mended: bool) -> Result<Self, StoreError> {
        let tree = |name: &str| guarded(path, "opening", || db.open_tree(name));
        Ok(Self {
            blocks: tree("blocks")?,
            meta: tree("meta")?,
            drafts: tree("drafts")?,
            db,
            path: path.to_owned(),
            waiting: Batch::default(),
            waiting_bytes: 0,
            mended,
        })
    }

    /// Tells whether recovery files had to be set aside to open it.
    pub fn mended(&self) -> bool {
        self.mended
    }

    fn hand_over(&mut self) -> Result<(), StoreError> {
        if self.waiting_bytes == 0 {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        guarded(&self.path, "writing", || self.blocks.apply_batch(batch))
    }

    fn flush(&self) -> Result<(), StoreError> {
        guarded(&self.path, "writing", || self.db.flush().map(|_| ()))
    }

    fn value<T: serde::de::DeserializeOwned>(
        &self,
        tree: &Tree,
        key: &[u8],
    ) -> Result<Option<T>, StoreError> {
        let Some(bytes) = guarded(&self.path, "reading", || tree.get(key))? else { return Ok(None) };
        rmp_serde::from_slice(&bytes).map(Some).map_err(|e| {
            let (path, key) = (self.path.display(), String::from_utf8_lossy(key));
            StoreError::Damaged(format!("the {key} in {path} cannot be understood: {e}"))
        })
    }
}

fn pack<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    rmp_serde::to_vec_named(value)
        .map_err(|e| StoreError::Invalid(format!("the manifest cannot be packed: {e}")))
}

impl Ledger for SledLedger {
    fn manifest(&mut self) -> Result<Option<Manifest>, StoreError> {
        self.value(&self.meta, MANIFEST)
    }

    fn append(&mut self, first: u64, block: Vec<u8>) -> Result<(), StoreError> {
        self.waiting_bytes += block.len();
        self.waiting.insert(&first.to_be_bytes(), block);
        if self.waiting_bytes >= WAITING { self.hand_over() } else { Ok(()) }
    }

    fn commit(&mut self, expecting: Revision, manifest: &Manifest) -> Result<(), StoreError> {
        expect(expecting, self.manifest()?.as_ref())?;
        self.hand_over()?;
        // sled's log is one: when the manifest has reached the disk, so have the blocks before it.
        failpoint("ledger-batch-before");
        let packed = pack(manifest)?;
        guarded(&self.path, "writing", || {
            self.drafts.remove(UNFINISHED)?;
            self.meta.insert(MANIFEST, packed).map(|_| ())
        })?;
        failpoint("ledger-batch-after");
        self.flush()?;
        failpoint("ledger-flush-after");
        Ok(())
    }

    fn blocks(&mut self, from: u64) -> Result<Blocks<'_>, StoreError> {
        self.hand_over()?;
        let key = from.to_be_bytes();
        let start = guarded(&self.path, "reading", || self.blocks.range(..=key).next_back().transpose())?;
        let start = start.map_or_else(|| key.to_vec(), |(key, _)| key.to_vec());
        let mut range = self.blocks.range(start..);
        let path = self.path.clone();
        Ok(Box::new(std::iter::from_fn(move || {
            let item = guarded(&path, "reading", || range.next().transpose()).transpose()?;
            Some(item.and_then(|(key, block)| {
                let key: [u8; 8] = (*key).try_into().map_err(|_| {
                    StoreError::Damaged(format!("a key in {} is not a number", path.display()))
                })?;
                Ok((u64::from_be_bytes(key), block.to_vec()))
            }))
        })))
    }

    fn discard(&mut self, from: u64) -> Result<(), StoreError> {
        self.waiting = Batch::default();
        self.waiting_bytes = 0;
        guarded(&self.path, "writing", || {
            for item in self.blocks.range(from.to_be_bytes()..) {
                self.blocks.remove(item?.0)?;
            }
            self.drafts.remove(UNFINISHED).map(|_| ())
        })
    }

    fn checkpoint(&mut self, unfinished: &Unfinished) -> Result<(), StoreError> {
        self.hand_over()?;
        failpoint("checkpoint-before");
        let packed = pack(unfinished)?;
        guarded(&self.path, "writing", || self.drafts.insert(UNFINISHED, packed).map(|_| ()))?;
        self.flush()?;
        failpoint("checkpoint-after");
        Ok(())
    }

    fn unfinished(&mut self) -> Result<Option<Unfinished>, StoreError> {
        self.value(&self.drafts, UNFINISHED)
    }
}

fn open(path: &Path) -> Result<Db, StoreError> {
    // sled's own lock outlives a closed database by the blink of an eye; ours keeps others out.
    for _ in 0..200 {
        match try_open(path) {
            Err(::sled::Error::Io(e)) if is_lock(&e) => thread::sleep(Duration::from_millis(10)),
            Err(e) => return Err(told(path, "opening", e)),
            Ok(db) => return Ok(db),
        }
    }
    Err(StoreError::Held { pid: None, command: String::new(), since: String::new() })
}

fn try_open(path: &Path) -> ::sled::Result<Db> {
    let config = ::sled::Config::new().path(path).cache_capacity(CACHE).flush_every_ms(None);
    quietly(|| config.open())
        .unwrap_or_else(|what| Err(::sled::Error::Unsupported(format!("{PANICKED}{what}"))))
}

/// Marks, inside this file, what was a panic in sled.
const PANICKED: &str = "it broke off: ";

fn is_lock(e: &std::io::Error) -> bool {
    e.kind() == std::io::ErrorKind::WouldBlock || e.to_string().contains("could not acquire lock")
}

/// Runs something of sled's, turning its errors and its panics into ours.
fn guarded<T>(path: &Path, doing: &str, run: impl FnOnce() -> ::sled::Result<T>) -> Result<T, StoreError> {
    match quietly(run) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(e)) => Err(told(path, doing, e)),
        Err(what) => Err(told(path, doing, ::sled::Error::Unsupported(format!("{PANICKED}{what}")))),
    }
}

fn told(path: &Path, doing: &str, e: sled::Error) -> StoreError {
    let doing = format!("{doing} the ledger {}", path.display());
    match e {
        // A recovery file that ends too early.
        ::sled::Error::Io(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
            StoreError::Damaged(format!("{doing}: {e}"))
        }
        ::sled::Error::Io(e) => StoreError::io(doing, e),
        ::sled::Error::Corruption { .. } => StoreError::Damaged(format!("{doing}: its bytes are damaged")),
        ::sled::Error::Unsupported(what) => StoreError::Damaged(format!("{doing}: {what}")),
        other => StoreError::Damaged(format!("{doing}: {other}")),
    }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs something that may panic; returns what the panic said, and prints nothing of it.
fn quietly<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    static HOOKED: Once = Once::new();
    // The hook is for the whole process, so it is set once and only ever silences the thread
    // that is inside sled at the moment.
    HOOKED.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.with(Cell::get) {
                before(info);
            }
        }));
    });
    let was = QUIET.replace(true);
    let done = catch_unwind(AssertUnwindSafe(run));
    QUIET.set(was);
    done.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        text.chars().take(200).collect()
    })
}

/// Moves sled's recovery files away; tells whether there were any.
fn set_snapshots_aside(path: &Path, aside: &Path) -> Result<bool, StoreError> {
    let doing = |e| StoreError::io(format!("reading {}", path.display()), e);
    let mut moved = false;
    for entry in std::fs::read_dir(path).map_err(doing)? {
        let entry = entry.map_err(doing)?;
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            set_aside(&entry.path(), aside)?;
            moved = true;
        }
    }
    Ok(moved)
}

/// Closes a ledger. Whatever sled has to say about it comes too late: what counts was flushed.
pub(super) fn close(ledger: Box<dyn Ledger>) {
    let _ = quietly(|| drop(ledger));
}
