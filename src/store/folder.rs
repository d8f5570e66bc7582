//! A base on the disk: its folder, HEAD, and the lock.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::failpoint::failpoint;
use super::ledger::{FORMAT, Manifest};
use super::record::sum;
use super::{StoreError, Who};

/// The names in a base's folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub root: PathBuf,
}

impl Folder {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The current state, in a few hundred bytes.
    pub fn head(&self) -> PathBuf {
        self.root.join("HEAD")
    }

    /// The segments.
    pub fn segments(&self) -> PathBuf {
        self.root.join("seg")
    }

    /// The ledger.
    pub fn ledger(&self) -> PathBuf {
        self.root.join("db")
    }

    /// What was found unusable.
    pub fn aside(&self) -> PathBuf {
        self.root.join("aside")
    }

    /// Reads HEAD.
    pub fn read_head(&self) -> Result<Manifest, StoreError> {
        let path = self.head();
        let damaged = || StoreError::Damaged(format!("{} is damaged", path.display()));
        let mut bytes = vec![];
        match File::open(&path) {
            Ok(file) => {
                let read = file.take(MAX_HEAD).read_to_end(&mut bytes);
                read.map_err(|e| StoreError::io(format!("reading {}", path.display()), e))?;
            }
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(if self.ledger().exists() || self.segments().exists() {
                    StoreError::Damaged(format!("{} is missing", path.display()))
                } else {
                    StoreError::NotABase(self.root.clone())
                });
            }
            Err(e) => return Err(StoreError::io(format!("opening {}", path.display()), e)),
        }
        let rest = bytes.strip_prefix(HEAD_MAGIC).ok_or_else(damaged)?;
        let (checksum, packed) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
        if sum(packed) != u64::from_le_bytes(*checksum) {
            return Err(damaged());
        }
        let manifest: Manifest = rmp_serde::from_slice(packed).map_err(|_| damaged())?;
        check_format(&manifest)?;
        Ok(manifest)
    }

    /// Replaces HEAD.
    pub fn write_head(&self, manifest: &Manifest) -> Result<(), StoreError> {
        let packed = rmp_serde::to_vec_named(manifest)
            .map_err(|e| StoreError::Invalid(format!("HEAD cannot be packed: {e}")))?;
        let mut bytes = HEAD_MAGIC.to_vec();
        bytes.extend_from_slice(&sum(&packed).to_le_bytes());
        bytes.extend_from_slice(&packed);
        let (path, new) = (self.head(), self.root.join("HEAD.new"));
        let doing = |e| StoreError::io(format!("writing {}", path.display()), e);
        failpoint("head-write-before");
        let mut file = File::create(&new).map_err(doing)?;
        file.write_all(&bytes).map_err(doing)?;
        failpoint("head-write-after");
        file.sync_all().map_err(doing)?;
        drop(file);
        failpoint("head-fsync-after");
        fs::rename(&new, &path).map_err(doing)?;
        failpoint("head-rename-after");
        sync_folder(&self.root)?;
        failpoint("head-dir-fsync-after");
        Ok(())
    }
}

const HEAD_MAGIC: &[u8] = b"wicterm HEAD\n";
/// Far more than settings and three segments need.
const MAX_HEAD: u64 = 64 << 20;

/// Refuses a base that a newer program made.
pub(super) fn check_format(manifest: &Manifest) -> Result<(), StoreError> {
    if manifest.format > FORMAT {
        return Err(StoreError::Version { found: manifest.format, known: FORMAT });
    }
    Ok(())
}

/// Makes renames in a folder durable.
pub(super) fn sync_folder(path: &Path) -> Result<(), StoreError> {
    // Windows has no such thing; there the rename is durable by itself (NTFS journals it).
    if cfg!(windows) {
        return Ok(());
    }
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    synced.map_err(|e| StoreError::io(format!("writing {}", path.display()), e))
}

/// Moves something out of the way, under a name that nothing has there yet.
pub(super) fn set_aside(path: &Path, aside: &Path) -> Result<(), StoreError> {
    let doing = |e| StoreError::io(format!("setting {} aside", path.display()), e);
    let Some(name) = path.file_name() else { return Ok(()) };
    if !path.exists() {
        return Ok(());
    }
    fs::create_dir_all(aside).map_err(doing)?;
    let mut to = aside.join(name);
    let mut n = 1;
    while to.exists() {
        n += 1;
        to = aside.join(format!("{}.{n}", name.to_string_lossy()));
    }
    fs::rename(path, to).map_err(doing)
}

/// Keeps other writers out while it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
    by: PathBuf,
}

impl Lock {
    /// Takes the lock, waiting up to `wait` for whoever has it.
    pub fn take(folder: &Folder, who: &Who, wait: Duration) -> Result<Self, StoreError> {
        let path = folder.root.join("LOCK");
        // Who holds it stands in a file of its own: Windows lets nobody read a locked one.
        let by = folder.root.join("LOCK.by");
        let doing = |e| StoreError::io(format!("locking {}", path.display()), e);
        let file =
            File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(doing)?;
        const STEP: Duration = Duration::from_millis(10);
        let mut waited = Duration::ZERO;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(fs::TryLockError::Error(e)) => return Err(doing(e)),
                Err(fs::TryLockError::WouldBlock) if waited < wait => {
                    thread::sleep(STEP);
                    waited += STEP;
                }
                Err(fs::TryLockError::WouldBlock) => return Err(holder(&by)),
            }
        }
        let line =
            |text: &str| text.chars().take(200).map(|c| if c == '\n' { ' ' } else { c }).collect::<String>();
        let told = format!("{}\n{}\n{}\n", std::process::id(), line(&who.command), line(&who.when));
        // Only courtesy: the lock itself is the system's.
        let _ = fs::write(&by, told);
        failpoint("begin-locked");
        Ok(Self { _file: file, by })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Before the lock goes, so that nobody's name is removed but ours.
        let _ = fs::remove_file(&self.by);
    }
}

fn holder(by: &Path) -> StoreError {
    let told = fs::read_to_string(by).unwrap_or_default();
    let mut lines = told.lines();
    let pid = lines.next().and_then(|line| line.parse().ok());
    let mut line = || lines.next().unwrap_or_default().to_owned();
    StoreError::Held { pid, command: line(), since: line() }
}
