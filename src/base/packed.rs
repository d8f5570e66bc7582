//! Compressed files on their way into the base: `.gz`, and the files in a `.zip`.
//!
//! Which files are compressed is told by how they begin. A file in an archive has a name and nothing else: no
//! folder is made of it and nothing is written. An archive in an archive stays closed. What comes out is bounded
//! ([`crate::bytes::inflate`]); what is cut off or damaged is read as far as it goes, with a finding.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
use super::import::Source;
use crate::bytes::inflate::{Damage, Expansion, Gunzip, is_gzip};
use crate::bytes::xml::quotable;
use crate::bytes::zip::{self, Archive, Bounds};
use crate::format::ReadError;
use crate::model::{Finding, Place, Severity};

/// The most bytes of an archive, which is held in memory as it is packed.
const ARCHIVE: u64 = 1 << 30;
/// The most files that are taken from one.
const FILES: usize = 1_000;

/// A compressed file, or one in an archive.
pub struct Packed {
    /// What it is called: `pack.zip/terms.csv`.
    pub(super) name: String,
    /// What the file in it is called.
    pub(super) inner: String,
    held: Held,
}

enum Held {
    Gzip(PathBuf),
    Zip(Arc<Vec<u8>>),
    /// A file that is not read, and why.
    Left(Box<Finding>),
}

/// A compressed file that is open.
pub(super) enum Opened {
    Reader(Box<dyn Read + Send>, Damage),
    Left(Box<Finding>),
}

impl Packed {
    /// Opens it.
    pub(super) fn open(self) -> Result<Opened, Error> {
        match self.held {
            Held::Left(finding) => Ok(Opened::Left(finding)),
            Held::Gzip(path) => {
                let file = File::open(&path).map_err(|e| Error::Io(path, e))?;
                let gunzip = Gunzip::new(BufReader::with_capacity(64 << 10, file), Expansion::default());
                let damage = gunzip.damage();
                Ok(Opened::Reader(Box::new(gunzip), damage))
            }
            Held::Zip(bytes) => {
                let (reader, damage) = zip::shared_reader(&bytes, &self.inner, Expansion::default())
                    .map_err(|e| failed(Path::new(&self.name), &e))?;
                Ok(Opened::Reader(reader, damage))
            }
        }
    }
}

/// Puts what is in compressed files in their place.
pub(super) fn unpacked(sources: Vec<Source>) -> Result<Vec<Source>, Error> {
    let mut out = vec![];
    for source in sources {
        match source {
            Source::Path(path) => match beginning(&path) {
                head if is_gzip(&head) => out.push(Source::Packed(gzip(path))),
                head if zip::is_zip(&head) && !is_document(&path) => out.extend(members(path)?),
                _ => out.push(Source::Path(path)),
            },
            other => out.push(other),
        }
    }
    Ok(out)
}

/// Tells by its name whether an archive is one document of an office program, however damaged.
fn is_document(path: &Path) -> bool {
    let ending = path.extension().and_then(|x| x.to_str()).unwrap_or_default().to_ascii_lowercase();
    let documents = ["xlsx", "xlsm", "xltx", "xltm", "xlsb", "docx", "docm", "pptx", "ods", "odt", "odp"];
    documents.contains(&&*ending)
}

/// Returns the first bytes of a file; none of a folder, or of what cannot be opened, which is told later.
fn beginning(path: &Path) -> Vec<u8> {
    let mut head = vec![];
    if path.is_file()
        && let Ok(file) = File::open(path)
    {
        let _ = file.take(4).read_to_end(&mut head);
    }
    head
}

fn gzip(path: PathBuf) -> Packed {
    let name = path.display().to_string();
    let file = path.file_name().map_or_else(|| name.clone(), |n| n.to_string_lossy().into_owned());
    let inner = match file.rsplit_once('.') {
        Some((stem, ending)) if ["gz", "gzip"].iter().any(|x| ending.eq_ignore_ascii_case(x)) => {
            stem.to_owned()
        }
        _ => file,
    };
    Packed { name, inner, held: Held::Gzip(path) }
}

/// Lists the files of an archive; the archive itself where it is a document of an office program.
fn members(path: PathBuf) -> Result<Vec<Source>, Error> {
    let io = |e: io::Error| Error::Io(path.clone(), e);
    let mut bytes = vec![];
    File::open(&path).map_err(io)?.take(ARCHIVE + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > ARCHIVE {
        let what = format!("the archive is longer than {ARCHIVE} bytes; unpack it and import what is in it");
        return Err(Error::Read(path.clone(), ReadError::Limit(Place::default(), what)));
    }
    let archive = match Archive::open(&bytes, Bounds::default()) {
        Ok(archive) => archive,
        Err(error) => return Err(failed(&path, &error)),
    };
    // Workbooks and texts of office programs are archives too.
    if archive.names().any(|name| matches!(name, "[Content_Types].xml" | "mimetype" | "content.xml")) {
        return Ok(vec![Source::Path(path)]);
    }
    let shown = path.display().to_string();
    let cut_off = archive.cut_off;
    let names: Vec<String> = archive.names().filter(|name| is_file(name)).map(str::to_owned).collect();
    if names.len() > FILES {
        let what = format!("the archive holds more than {FILES} files; unpack it and import what is in it");
        return Err(Error::Read(path, ReadError::Limit(Place::default(), what)));
    }
    let shared = Arc::new(bytes);
    let left = |name: String, finding: Finding| Packed {
        name,
        inner: shown.clone(),
        held: Held::Left(Box::new(finding)),
    };
    let mut out = vec![];
    if cut_off {
        let message = "The archive is damaged or cut off; the files that are still found in it are read.";
        let finding = Finding::new("read-packed", Severity::Error, Place::file(&shown), message);
        out.push(left(shown.clone(), finding.help("Get the archive again and compare.")));
    }
    for inner in names {
        // A name may hold anything.
        let name = format!("{shown}/{}", quotable(&inner));
        let ending = inner.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if matches!(&*ending, "zip" | "gz" | "7z" | "rar" | "tar" | "tgz" | "bz2" | "xz") {
            let message = "An archive in an archive is not opened.";
            let finding = Finding::new("read-packed", Severity::Warning, Place::file(&name), message);
            out.push(left(name, finding.help("Unpack the outer one, and import the inner one.")));
        } else {
            out.push(Packed { name, inner, held: Held::Zip(shared.clone()) });
        }
    }
    Ok(out.into_iter().map(Source::Packed).collect())
}

/// Tells whether a member is a file that somebody put there: no folder, and nothing that a system keeps beside.
fn is_file(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or_default();
    !file.is_empty() && !file.starts_with('.') && !name.starts_with("__MACOSX/") && file != "Thumbs.db"
}

/// What is said of a compressed file whose end is missing or that does not unpack.
pub(super) fn damaged(name: &str) -> Finding {
    let message = "The compressed file is cut off or damaged; what came before the damage was read.";
    Finding::new("read-packed", Severity::Error, Place::file(name), message)
        .help("Get the file again, and import it once more: what is there already stays as it is.")
}

/// What is said of a file in an archive that no format knows.
pub(super) fn unknown(name: &str) -> Finding {
    let message = "The format of this file in the archive is not known, and it is left out.";
    Finding::new("read-packed", Severity::Warning, Place::file(name), message)
        .help("Unpack the archive and name the format with --from.")
}

fn failed(path: &Path, error: &zip::Error) -> Error {
    let place = Place::default();
    let error = match error {
        zip::Error::Limit(what) => ReadError::Limit(place, what.clone()),
        other => ReadError::Broken(place, format!("the archive cannot be unpacked: {other}")),
    };
    Error::Read(path.to_owned(), error)
}
