//! The glossary folder: a TOML file for a concept, made to be edited by people and reviewed in git.
//!
//! The file is called after the concept's slug. What concerns the concept stands at the top; every
//! term is a table under its language:
//!
//! ```toml
//! subject = ["internet governance"]
//! relations = [
//!   { related = "digital-sovereignty" },
//! ]
//! definition = "The right of a state to choose its own rules for the networks under its rule."
//!
//! [[en]]
//! term = "cyber sovereignty"
//! status = "preferred"
//! kind = "full-form"
//! valid = { from = "2015" }
//! contexts = [
//!   { text = "The paper sets cyber sovereignty against a free network.", kind = "constructed" },
//! ]
//!
//! [[zh-Hans]]
//! term = "网络主权"
//! status = "preferred"
//! ```
//!
//! `[language.fr]` holds what is said of a language as a whole. A list of one may be written as the
//! value alone, `note` for `notes`. Keys that nobody knows are said and kept. There are no random ids
//! in a file: the slug is the identity that people share.
//!
//! **Import then export changes no byte.** Writing into a folder first reads the file that is there;
//! if it says the same, it is left alone, and if not, only what is different is changed, so that
//! remarks, blank lines and the order of keys stay. A file that cannot be read is
//! never written over.

mod keys;
mod merge;
mod render;
mod understand;

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use super::{
    Entry, Format, Input, LossClass, LossReport, Output, ReadError, ReadOptions, Shape, Sink, WriteError,
    WriteOptions,
};
use crate::bytes::replace_file;
use crate::model::{Concept, ConceptId, Finding, LanguageSection, LanguageTag, Place, Severity, Slug};

/// The glossary folder.
pub static GLOSSARY: Format = Format {
    name: "glossary",
    about: "folder of TOML files, one for a concept, to be kept in git",
    extensions: &[],
    shape: Shape::Folder,
    concepts: true,
    units: false,
    lossless: true,
    units_stand_alone: false,
    bilingual: false,
    sniff: |_, _| 0,
    read: Some(read),
    write: Some(write),
    job: None,
};

/// Renders a concept as the text that people edit, its slug included.
pub fn to_toml(concept: &Concept) -> String {
    render::document(&joined(concept), true).to_string()
}

/// Reads the text of a concept; the slug is the one inside, else the file's name without `.toml`.
///
/// Any finding of severity error makes it fail, so that an editor can be opened again with them; use
/// [`read_files`] to go on with what could be read.
///
/// ```
/// use wicterm::format::glossary;
/// let concept = glossary::from_toml("[[en]]\nterm = \"cyberspace\"", "cyberspace.toml").unwrap();
/// assert_eq!(concept.slug.unwrap().as_str(), "cyberspace");
/// let findings = glossary::from_toml("[[en]]\nterm = cyberspace", "cyberspace.toml").unwrap_err();
/// assert_eq!(findings[0].place.line, Some(2));
/// ```
pub fn from_toml(text: &str, file_name: &str) -> Result<Concept, Vec<Finding>> {
    match parse(text, file_name) {
        (Some(concept), findings) if findings.iter().all(|f| f.severity < Severity::Error) => Ok(concept),
        (_, findings) => Err(findings),
    }
}

/// Reads concepts from files that are in memory already: (name, contents), as they are embedded in
/// the program. Files that are not called `….toml` are passed over.
pub fn read_files<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, sink: &mut dyn Sink) {
    for (name, text) in files {
        if is_ours(Path::new(name)) && hand_on(text, name, sink).is_break() {
            return;
        }
    }
}

/// Reads a text, and names the concept after the file where the text does not.
fn parse(text: &str, file: &str) -> (Option<Concept>, Vec<Finding>) {
    let (mut concept, mut findings) = understand::concept(text, file);
    if concept.as_ref().is_some_and(is_foreign) {
        let message = "Nothing in the file is of a concept, so it is left out.";
        let finding = Finding::new("read-toml", Severity::Warning, Place::file(file).at_line(1), message);
        return (None, vec![finding.help("A concept has terms, as in [[en]] and term = \"cyberspace\".")]);
    }
    if let Some(concept) = &mut concept {
        let stem = Path::new(file).file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let by_name: Option<Slug> = stem.trim_end_matches('_').parse().ok();
        match (&concept.slug, by_name) {
            (None, Some(slug)) => concept.slug = Some(slug),
            (Some(inside), Some(name)) if *inside != name => {
                let message =
                    format!("The file is called {name} and its slug is {inside}; the slug inside counts.");
                findings.push(
                    Finding::new("read-value", Severity::Warning, Place::file(file), message)
                        .help("Rename the file, or take the slug out of it."),
                );
            }
            (None, None) => {
                let message = format!("\"{stem}\" is no slug, so the concept has none.");
                findings.push(
                    Finding::new("read-value", Severity::Warning, Place::file(file), message)
                        .help("Call the file after the concept: small letters, digits and hyphens, as in cyber-sovereignty.toml."),
                );
            }
            _ => {}
        }
    }
    (concept, findings)
}

fn is_ours(path: &Path) -> bool {
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    name.ends_with(".toml") && !name.starts_with('.')
}

/// Tells whether a folder has a file of a concept, among whatever else; looks at its first hundred files.
pub fn holds_concepts(folder: &Path) -> bool {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    files.filter(|path| is_ours(path) && path.is_file()).take(100).any(|path| {
        let text = file_text(&path, super::Limits::default().text).unwrap_or_default();
        // What is no TOML may be a concept with a slip in it: reading it will say so.
        understand::concept(&text, "").0.is_none_or(|concept| !is_foreign(&concept))
    })
}

/// Returns the files of a folder that are of a concept, but of none of these slugs.
pub fn left_over(folder: &Path, slugs: &HashSet<String>) -> std::io::Result<Vec<PathBuf>> {
    let mut left = vec![];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let stem = name.trim_end_matches(".toml").trim_end_matches('_');
        if !is_ours(&path) || slugs.contains(stem) || !path.is_file() {
            continue;
        }
        // What cannot be read is somebody's work in hand.
        let Ok(text) = file_text(&path, super::Limits::default().text) else { continue };
        let Some(concept) = understand::concept(&text, name).0.filter(|c| !is_foreign(c)) else { continue };
        if concept.slug.is_none_or(|slug| !slugs.contains(slug.as_str())) {
            left.push(path);
        }
    }
    left.sort();
    Ok(left)
}

/// Tells whether a file says something, but nothing of a concept, as with the settings of a program.
fn is_foreign(concept: &Concept) -> bool {
    !concept.other.is_empty() && Concept { other: vec![], ..concept.clone() } == Concept::default()
}

fn hand_on(text: &str, name: &str, sink: &mut dyn Sink) -> std::ops::ControlFlow<()> {
    let (concept, findings) = parse(text, name);
    for finding in findings {
        sink.finding(finding);
    }
    match concept {
        Some(concept) => sink.entry(Entry::Concept(Box::new(concept)), Place::file(name).at_line(1)),
        None => std::ops::ControlFlow::Continue(()),
    }
}

fn read(input: Input<'_>, options: &ReadOptions, sink: &mut dyn Sink) -> Result<(), ReadError> {
    let folder = match input {
        Input::Folder(folder) => folder,
        Input::Stream(stream, name) => {
            // One file of such a folder.
            let mut text = String::new();
            let limit = options.limits.text as u64;
            if stream.take(limit + 1).read_to_string(&mut text)? as u64 > limit {
                return Err(ReadError::Limit(
                    Place::file(name),
                    format!("the file is longer than {limit} bytes"),
                ));
            }
            let _ = hand_on(&text, name, sink);
            return Ok(());
        }
    };
    let mut files = vec![];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if is_ours(&path) && path.is_file() {
            files.push(path);
        }
    }
    // The order of a folder is that of the disk.
    files.sort();
    for path in files {
        let name = path.display().to_string();
        let text = match file_text(&path, options.limits.text) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("The file cannot be read: {error}.");
                sink.finding(Finding::new("read-file", Severity::Error, Place::file(&name), message));
                continue;
            }
        };
        if hand_on(&text, &name, sink).is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn file_text(path: &Path, limit: usize) -> std::io::Result<String> {
    let mut bytes = vec![];
    std::fs::File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    let refuse = |why: String| std::io::Error::new(std::io::ErrorKind::InvalidData, why);
    if bytes.len() > limit {
        return Err(refuse(format!("it is longer than {limit} bytes")));
    }
    String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        refuse(format!("line {line} is not UTF-8"))
    })
}

fn write(
    entries: &mut dyn Iterator<Item = Result<Entry, ReadError>>,
    _: &WriteOptions<'_>,
    out: Output<'_>,
) -> Result<LossReport, WriteError> {
    let Output::Folder(folder) = out else {
        return Err(WriteError::Unsupported("a glossary is a folder, not a file".into()));
    };
    let mut report = LossReport::default();
    let mut written = rustc_hash::FxHashSet::default();
    let mut renamed = vec![];
    for entry in entries {
        let concept = match entry.map_err(WriteError::Source)? {
            Entry::Concept(concept) => concept,
            Entry::Header(_) => continue,
            Entry::Unit(unit) => {
                let name = unit.origin.tuid.clone().unwrap_or_else(|| unit.id.to_string());
                report.lose(LossClass::Lost, &name, "", "a glossary has no place for translation units");
                continue;
            }
        };
        report.concepts += 1;
        report.terms += concept.terms().count() as u64;
        let concept = Concept { id: ConceptId::default(), ..joined(&concept).into_owned() };
        let slug = match &concept.slug {
            Some(slug) => slug.clone(),
            None => name_for(&concept, |slug| written.contains(slug)),
        };
        put(folder, &concept, &slug)?;
        renamed.extend(concept.former_slugs.iter().map(|former| (former.clone(), slug.clone())));
        written.insert(slug);
    }
    for (former, slug) in renamed {
        // The concept's file moved with its name; what stayed behind would be a second one.
        let old = folder.join(file_name(&former));
        if former != slug && !written.contains(&former) && old.is_file() {
            std::fs::remove_file(old)?;
        }
    }
    Ok(report)
}

/// Writes the file of one concept, if it says something else.
fn put(folder: &Path, concept: &Concept, slug: &Slug) -> Result<(), WriteError> {
    let file = file_name(slug);
    let path = folder.join(&file);
    // A concept with a new name keeps the remarks of its old file.
    let old = std::iter::once(path.clone())
        .chain(concept.former_slugs.iter().rev().map(|former| folder.join(file_name(former))))
        .find(|path| path.is_file());
    let is_plain = file.strip_suffix(".toml") == Some(slug.as_str());
    let Some(old) = old else {
        let text = render::document(concept, !is_plain).to_string();
        return Ok(replace_file(&path, |out| out.write_all(text.as_bytes()))?);
    };
    let unreadable = |why: String| {
        let name = old.display();
        WriteError::Unsupported(format!("{name}: {why}; it is not written over: mend it or take it away"))
    };
    let text = file_text(&old, super::Limits::default().text).map_err(|e| unreadable(e.to_string()))?;
    let (was, findings) = understand::concept(&text, &file);
    let Some(was) = was else {
        let finding = findings.into_iter().next();
        let said = finding.map(|f| format!("line {}: {}", f.place.line.unwrap_or(1), f.message));
        return Err(unreadable(said.unwrap_or_default()));
    };
    // Whether the file says its slug itself is its own affair.
    let says_slug = was.slug.is_some() || !is_plain;
    let mut now = concept.clone();
    now.slug = if says_slug { concept.slug.clone() } else { None };
    if was == now && old == path {
        return Ok(());
    }
    let reads = |text: &str| understand::concept(text, &file).0;
    let text = if was == now { text } else { merge::update(&text, &was, &now, says_slug, reads) };
    Ok(replace_file(&path, |out| out.write_all(text.as_bytes()))?)
}

/// The name of a concept's file. Windows keeps some names for its devices; no slug has an underscore,
/// so that one behind them makes no other concept's name.
fn file_name(slug: &Slug) -> String {
    let slug = slug.as_str();
    let device = matches!(slug, "con" | "prn" | "aux" | "nul")
        || (slug.len() == 4
            && (slug.starts_with("com") || slug.starts_with("lpt"))
            && slug.ends_with(|c: char| c.is_ascii_digit()));
    if device { format!("{slug}_.toml") } else { format!("{slug}.toml") }
}

/// A slug for a concept that has none: from an English term, else from what it says.
fn name_for(concept: &Concept, is_taken: impl Fn(&Slug) -> bool) -> Slug {
    let hash = serde_json::to_vec(concept).map_or(0, |json| xxh3_64(&json));
    let english = |lang: &LanguageTag| lang.language() == "en";
    let word = concept.terms().find(|(lang, _)| english(lang)).map(|(_, term)| &*term.text);
    let slug = word.and_then(Slug::from_ascii_words);
    let suffix = format!("{:08x}", hash as u32);
    match slug {
        Some(slug) if !is_taken(&slug) => slug,
        Some(slug) => slug.with_suffix(&suffix),
        None => "c"
            .parse::<Slug>()
            .map(|c| c.with_suffix(&suffix))
            .unwrap_or_else(|_| unreachable!("c is a slug")),
    }
}

/// Joins sections of one language: a file, as the model, has one of each.
fn joined(concept: &Concept) -> Cow<'_, Concept> {
    let all = &concept.languages;
    if all.iter().enumerate().all(|(n, s)| all[..n].iter().all(|t| t.lang != s.lang)) {
        return Cow::Borrowed(concept);
    }
    let mut out = Concept { languages: vec![], ..concept.clone() };
    for section in all {
        let into: &mut LanguageSection = out.section_mut(&section.lang);
        let section = section.clone();
        into.written = into.written.take().or(section.written);
        into.definitions.extend(section.definitions);
        into.notes.extend(section.notes);
        into.references.extend(section.references);
        into.transactions.extend(section.transactions);
        into.other.extend(section.other);
        into.terms.extend(section.terms);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests;
