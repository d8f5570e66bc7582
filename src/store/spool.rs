//! Bytes that are gathered before anyone may see them: in memory while few, in a file when many.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::StoreError;

/// What is gathered in memory before it goes to a file.
const ENOUGH: usize = 4 << 20;
/// How much is written to a file at once.
const GULP: usize = 256 << 10;

/// A growing run of bytes: the file of a segment to be, or one of its tables.
#[derive(Debug)]
pub(super) struct Spool {
    /// Where a file may be made; without it everything stays in memory.
    home: Option<PathBuf>,
    file: Option<(File, PathBuf)>,
    /// Everything, or what the file does not have yet.
    buffer: Vec<u8>,
    /// How much the file has.
    written: u64,
}

impl Spool {
    /// Makes an empty spool; the file that it may come to need will be at `home`.
    pub fn new(home: Option<PathBuf>) -> Self {
        Self { home, file: None, buffer: vec![], written: 0 }
    }

    /// How many bytes were gathered.
    pub fn len(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// Adds bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.buffer.extend_from_slice(bytes);
        let limit = if self.file.is_some() { GULP } else { ENOUGH };
        if self.buffer.len() >= limit && self.home.is_some() { self.flush() } else { Ok(()) }
    }

    /// Writes everything to the file, made if there is none.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let Some(home) = &self.home else { return Ok(()) };
        let doing = || format!("writing {}", home.display());
        if self.file.is_none() {
            let made = File::options().read(true).write(true).create(true).truncate(true).open(home);
            self.file = Some((made.map_err(|e| StoreError::io(doing(), e))?, home.clone()));
        }
        if let Some((file, _)) = &mut self.file {
            file.write_all(&self.buffer).map_err(|e| StoreError::io(doing(), e))?;
            self.written += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Reads bytes that were gathered before.
    pub fn read(&mut self, offset: u64, len: usize) -> Result<Vec<u8>, StoreError> {
        let outside = || StoreError::Damaged("a draft points outside itself".to_owned());
        if offset < self.written {
            self.flush()?;
        }
        if offset >= self.written {
            let at = usize::try_from(offset - self.written).map_err(|_| outside())?;
            let end = at.checked_add(len).ok_or_else(outside)?;
            return self.buffer.get(at..end).map(<[u8]>::to_vec).ok_or_else(outside);
        }
        let Some((file, path)) = &mut self.file else { return Err(outside()) };
        let mut bytes = vec![0; len];
        (|| {
            file.seek(SeekFrom::Start(offset))?;
            file.read_exact(&mut bytes)?;
            file.seek(SeekFrom::End(0))
        })()
        .map_err(|e| StoreError::io(format!("reading {}", path.display()), e))?;
        Ok(bytes)
    }

    /// Adds a stretch of a file, copied by the system where it can.
    pub fn push_file(&mut self, from: &mut File, offset: u64, len: u64) -> Result<(), StoreError> {
        if self.home.is_none() || len < ENOUGH as u64 {
            let doing = |e| StoreError::io("reading a segment", e);
            from.seek(SeekFrom::Start(offset)).map_err(doing)?;
            let before = self.buffer.len();
            let copied = from.take(len).read_to_end(&mut self.buffer).map_err(doing)?;
            if copied as u64 != len {
                self.buffer.truncate(before);
                return Err(StoreError::Damaged("a segment is shorter than it was".to_owned()));
            }
            return Ok(());
        }
        self.flush()?;
        let Some((file, path)) = &mut self.file else { return Ok(()) };
        let copied = from
            .seek(SeekFrom::Start(offset))
            .and_then(|_| std::io::copy(&mut from.take(len), file))
            .map_err(|e| StoreError::io(format!("writing {}", path.display()), e))?;
        self.written += copied;
        if copied == len {
            Ok(())
        } else {
            Err(StoreError::Damaged("a segment is shorter than it was".to_owned()))
        }
    }

    /// Hands everything to `take` in order, piece by piece.
    pub fn drain(mut self, mut take: impl FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        if let Some((mut file, path)) = self.file.take() {
            let doing = |e| StoreError::io(format!("reading {}", path.display()), e);
            file.seek(SeekFrom::Start(0)).map_err(doing)?;
            let mut piece = vec![0; GULP];
            let mut left = self.written;
            while left > 0 {
                let want = usize::try_from(left).unwrap_or(GULP).min(GULP);
                file.read_exact(&mut piece[..want]).map_err(doing)?;
                take(&piece[..want])?;
                left -= want as u64;
            }
            drop(file);
            // What cannot be removed now is removed by the next writer.
            let _ = std::fs::remove_file(&path);
        }
        take(&self.buffer)
    }

    /// Ends gathering: the bytes in memory, or the file that has them all.
    pub fn finish(mut self) -> Result<Gathered, StoreError> {
        if self.file.is_some() {
            self.flush()?;
        }
        Ok(match self.file.take() {
            Some((file, path)) => Gathered::File(file, path),
            None => Gathered::Memory(std::mem::take(&mut self.buffer)),
        })
    }

    /// The file it has come to need, if any.
    pub fn path(&self) -> Option<&Path> {
        self.file.as_ref().map(|(_, path)| path.as_path())
    }
}

/// What a spool gathered.
#[derive(Debug)]
pub(super) enum Gathered {
    /// All in memory.
    Memory(Vec<u8>),
    /// All in this file.
    File(File, PathBuf),
}
