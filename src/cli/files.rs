//! The files that an argument means: itself, those like a pattern, those in a folder.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use super::Failure;
use crate::bytes::inflate::{Expansion, Gunzip, is_gzip};
use crate::format::{self, FORMATS, Shape};

/// Why a file could not be read, with what to do.
pub(super) fn unreadable(file: &str, error: &io::Error) -> Failure {
    let failure = Failure::unable("io", format!("{file}: {error}"));
    match error.kind() {
        io::ErrorKind::NotFound => {
            failure.hint("is the name spelled as it is? It counts from the folder you are in")
        }
        io::ErrorKind::PermissionDenied => failure.hint("you may not read it; whoever owns it can let you"),
        _ => failure,
    }
}

/// A file that is only read.
pub(super) struct Opened {
    pub input: Box<dyn Read>,
    /// What the file is called, without the ending of gzip where it is packed with that.
    pub name: String,
    /// Whether it is unpacked on the way, so that bytes of what is read are none of the file.
    pub unpacked: bool,
}

/// Opens a file that is only read, unpacked where it is packed with gzip.
pub(super) fn open(file: &str) -> io::Result<Opened> {
    let mut opened = File::open(file)?;
    let mut head = vec![];
    // A folder can be opened and not read; who reads says so.
    let _ = (&mut opened).take(4).read_to_end(&mut head);
    let unpacked = is_gzip(&head);
    let input = io::Cursor::new(head).chain(opened);
    if !unpacked {
        return Ok(Opened { input: Box::new(input), name: file.to_owned(), unpacked });
    }
    let name = match file.rsplit_once('.') {
        Some((name, ending)) if ending.eq_ignore_ascii_case("gz") => name,
        _ => file,
    };
    let input = Box::new(Gunzip::new(BufReader::new(input), Expansion::default()));
    Ok(Opened { input, name: name.to_owned(), unpacked })
}

/// Lists the files that are like a pattern, in order. The shell expands patterns where there is one; Windows
/// leaves it to us.
pub(super) fn like(pattern: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut found: BTreeSet<PathBuf> = BTreeSet::from([PathBuf::new()]);
    for part in Path::new(pattern).components() {
        let name = part.as_os_str().to_string_lossy();
        if !matches!(part, Component::Normal(_)) || !name.contains(['*', '?', '[']) {
            found = found.into_iter().map(|path| path.join(part)).filter(|path| path.exists()).collect();
            continue;
        }
        let glob = globset::Glob::new(&name).map_err(|e| Failure::usage(e.to_string()))?.compile_matcher();
        let mut next = BTreeSet::new();
        for folder in &found {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let Ok(entries) = std::fs::read_dir(folder) else { continue };
            for entry in entries {
                let entry = entry?;
                let hidden = entry.file_name().to_string_lossy().starts_with('.') && !name.starts_with('.');
                if !hidden && glob.is_match(Path::new(&entry.file_name())) {
                    next.insert(if folder == Path::new(".") {
                        entry.file_name().into()
                    } else {
                        entry.path()
                    });
                }
            }
        }
        found = next;
    }
    match found.is_empty() {
        true => Err(Failure::unable("io", format!("no file is like {pattern}"))),
        false => Ok(found.into_iter().collect()),
    }
}

/// Lists the files that arguments mean: themselves, those like a pattern, and those of a folder that have one of these
/// extensions. What means nothing is told, and no reason to leave the others.
pub(super) fn meant(arguments: &[String], extensions: &[&str], unread: &mut Vec<Failure>) -> Vec<String> {
    let mut meant = vec![];
    for argument in arguments {
        let path = Path::new(argument);
        let found = if path.is_dir() {
            with_extension(path, extensions).and_then(|found| match found.is_empty() {
                true => Err(Failure::unable(
                    "io",
                    format!("{argument}: there is no .{} in this folder", extensions.join(" and no .")),
                )),
                false => Ok(found),
            })
        } else if !path.exists() && argument.contains(['*', '?', '[']) {
            like(argument)
        } else {
            Ok(vec![PathBuf::from(argument)])
        };
        match found {
            Ok(found) => meant.extend(found.iter().map(|f| f.display().to_string())),
            Err(failure) => unread.push(failure),
        }
    }
    meant
}

/// Tells by its name whether a file is compressed.
pub(super) fn is_packed(file: &Path) -> bool {
    has_extension(file, &["gz", "zip", "xlsx", "xlsm"])
}

fn has_extension(file: &Path, extensions: &[&str]) -> bool {
    file.extension().is_some_and(|x| extensions.iter().any(|known| x.eq_ignore_ascii_case(known)))
}

/// Lists what can be imported of a folder and below, in order: files with an extension that some format
/// knows, and folders that hold the files of concepts.
pub(super) fn importable(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let known = |extension: &str| {
        let reads = |f: &&&format::Format| f.read.is_some() && f.shape == Shape::File;
        FORMATS.iter().filter(reads).any(|f| f.extensions.contains(&extension))
    };
    below(folder, format::glossary::holds_concepts, known)
}

/// Returns the extensions of files that are to be translated, or are translated: bilingual ones and documents.
pub(super) fn translatable(also: &[&'static str]) -> Vec<&'static str> {
    let bilingual = FORMATS.iter().filter(|f| f.job.is_some()).flat_map(|f| f.extensions);
    let mut all: Vec<&'static str> = bilingual.copied().collect();
    // Tables have their endings in common with those of terms.
    all.extend(["csv", "tsv", "tab", "xlsx", "md", "markdown", "html", "htm", "docx"]);
    all.extend(also);
    all
}

/// Lists the files of a folder and below that have one of these extensions, in order.
pub(super) fn with_extension(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, Failure> {
    below(folder, |_| false, |extension| extensions.contains(&extension))
}

fn below(
    folder: &Path,
    is_one: impl Fn(&Path) -> bool,
    known: impl Fn(&str) -> bool,
) -> Result<Vec<PathBuf>, Failure> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        if is_one(&folder) {
            found.push(folder.clone());
        }
        let entries =
            std::fs::read_dir(&folder).map_err(|e| unreadable(&folder.display().to_string(), &e))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .and_then(|x| x.to_str())
                .is_some_and(|x| known(&x.to_ascii_lowercase()))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
