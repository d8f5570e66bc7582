//! Which base a command works on, and who works.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Common;
use super::failure::Failure;
use super::session::Session;
use crate::base::Base;
use crate::find::leverage;
use crate::format::srx;
use crate::model::{Revision, Severity};
use crate::store::Who;
use crate::text::segmentation::Segmentation;
use crate::{check, report, text};

/// The name of a project's settings file.
pub const SETTINGS: &str = "wicterm.toml";

/// A project's settings.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Settings {
    /// The base, relative to the file.
    pub base: Option<PathBuf>,
    /// The language to put first.
    pub source_lang: Option<String>,
    /// The file with the rules by which documents are cut into segments, relative to the file.
    pub segmentation: Option<PathBuf>,
}

/// The keys of [`Settings`].
const KEYS: &[&str] = &["base", "source-lang", "segmentation", "check", "match", "memories"];

/// Finds the settings file here or above.
pub fn settings(session: &mut Session) -> Result<Option<(PathBuf, Settings)>, Failure> {
    let here = session.current_dir()?;
    for dir in here.ancestors() {
        if let Some(settings) = settings_in(dir, session)? {
            return Ok(Some((dir.to_owned(), settings)));
        }
    }
    Ok(None)
}

/// Reads the settings file of this folder, if it has one.
pub fn settings_in(dir: &Path, session: &mut Session) -> Result<Option<Settings>, Failure> {
    let file = dir.join(SETTINGS);
    if !file.is_file() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&file)
        .map_err(|e| Failure::unable("io", format!("{}: {e}", file.display())))?;
    let wrong = |e: &dyn std::fmt::Display| {
        Failure::usage(format!("{}: {}", file.display(), e.to_string().trim_end()))
    };
    let document: toml_edit::DocumentMut = text.parse().map_err(|e| wrong(&e))?;
    for (key, _) in document.iter().filter(|(key, _)| !KEYS.contains(key)) {
        let near = KEYS.iter().find(|known| text::distance(key, known, 2).is_some());
        let help = match near {
            Some(near) => format!("perhaps \"{near}\" is meant"),
            None => format!("keys are {}", KEYS.join(", ")),
        };
        session.warn_once(report::severe(
            Severity::Warning,
            format!("{}: nobody knows the key \"{key}\"; {help}", file.display()),
        ));
    }
    toml_edit::de::from_str(&text).map(Some).map_err(|e| wrong(&e))
}

/// Reads what the project's settings say of the checks, with the folder that they stand in.
pub fn checks(session: &mut Session) -> Result<(Option<PathBuf>, check::Settings), Failure> {
    let Some((file, settings)) = of_file(check::Settings::of_file, session)? else {
        return Ok((None, check::Settings::default()));
    };
    complain(&file, settings.complaints.iter().map(|said| format!("[check]: {said}")), session);
    Ok((file.parent().map(Path::to_owned), settings))
}

/// Reads what the project's settings say of the memories and of matches from them.
pub fn leverage(session: &mut Session) -> Result<leverage::Settings, Failure> {
    let Some((file, settings)) = of_file(leverage::Settings::of_file, session)? else {
        return Ok(leverage::Settings::default());
    };
    complain(&file, settings.complaints.iter().cloned(), session);
    Ok(settings)
}

/// Reads the segmentation rules: of the file that was named, else of the one that the project's settings name.
pub fn segmentation(named: Option<&Path>, session: &mut Session) -> Result<Option<Segmentation>, Failure> {
    let (file, by_settings) = match named {
        Some(file) => (file.to_owned(), None),
        None => match settings(session)? {
            Some((root, Settings { segmentation: Some(file), .. })) => {
                (root.join(file), Some(root.join(SETTINGS)))
            }
            _ => return Ok(None),
        },
    };
    let name = file.display().to_string();
    let hinted = |failure: Failure| match &by_settings {
        Some(settings) => failure.hint(format!(
            "{} names this file as segmentation; mend it there, or name another with --srx FILE",
            settings.display()
        )),
        None => failure.hint("--srx takes a file with segmentation rules in SRX"),
    };
    // More than rules may have is no rules, and need not be held whole.
    let mut bytes = vec![];
    std::fs::File::open(&file)
        .and_then(|opened| opened.take(srx::MOST_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|e| hinted(Failure::unable("io", format!("{name}: {e}"))))?;
    let (rules, findings) =
        srx::read(&bytes, &name).map_err(|e| hinted(Failure::usage(format!("{name}: {e}"))))?;
    for finding in findings {
        session.warn_once(report::finding(&finding).trim_end().to_owned());
    }
    Ok(Some(rules))
}

/// Reads the settings file here or above.
fn of_file<T>(
    read: impl Fn(&str) -> Result<T, String>,
    session: &Session,
) -> Result<Option<(PathBuf, T)>, Failure> {
    let here = session.current_dir()?;
    let Some(file) = here.ancestors().map(|dir| dir.join(SETTINGS)).find(|file| file.is_file()) else {
        return Ok(None);
    };
    let text = std::fs::read_to_string(&file)
        .map_err(|e| Failure::unable("io", format!("{}: {e}", file.display())))?;
    let settings = read(&text).map_err(|e| Failure::usage(format!("{}: {e}", file.display())))?;
    Ok(Some((file, settings)))
}

fn complain(file: &Path, complaints: impl Iterator<Item = String>, session: &mut Session) {
    for said in complaints {
        session.warn_once(report::severe(Severity::Warning, format!("{}, {said}", file.display())));
    }
}

/// Returns the folder of the base that was named: with --base, or in the environment.
pub fn named(common: &Common, session: &Session) -> Option<PathBuf> {
    common.base.clone().or_else(|| session.env_path("WICTERM_BASE"))
}

/// Returns the folder of the base: named, or the project's, or the user's own.
pub fn dir(common: &Common, session: &mut Session) -> Result<PathBuf, Failure> {
    if let Some(dir) = named(common, session) {
        return Ok(dir);
    }
    if let Some((root, Settings { base: Some(base), .. })) = settings(session)? {
        return Ok(root.join(base));
    }
    session.user_data_dir().ok_or_else(|| {
        Failure::unable("no-base", "there is no folder for a base of your own: no home folder is known")
            .hint("name a base with --base DIR")
    })
}

/// Opens the base to read.
pub fn open(common: &Common, session: &mut Session) -> Result<Base, Failure> {
    let dir = dir(common, session)?;
    let mut base = Base::open(&dir)?;
    base.wait = common.wait();
    Ok(base)
}

/// Opens the base to write: it knows which memories the project protects.
pub fn open_to_write(common: &Common, session: &mut Session) -> Result<Base, Failure> {
    let mut base = open(common, session)?;
    base.read_only = read_only(session)?;
    Ok(base)
}

/// The memories that the project's settings say nothing may be written to.
fn read_only(session: &mut Session) -> Result<Vec<String>, Failure> {
    let memories = leverage(session)?.memories;
    Ok(memories.into_iter().filter(|(_, memory)| memory.read_only).map(|(name, _)| name).collect())
}

/// Writes to the base. Where there is none yet it is made, and taken away again if nothing came into it.
pub fn in_base_or_new<T>(
    common: &Common,
    session: &mut Session,
    write: impl FnOnce(&mut Base, &mut Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let dir = dir(common, session)?;
    if !is_vacant(&dir) {
        return write(&mut open_to_write(common, session)?, session);
    }
    let was_there = dir.exists();
    let protected = read_only(session)?;
    let mut base = Base::create(&dir)?;
    base.wait = common.wait();
    base.read_only = protected;
    let done = write(&mut base, session);
    if base.snapshot().revision() > Revision(0) {
        session.say(format!("made a new base in {}", dir.display()));
    } else {
        drop(base);
        // What could not be taken away is an empty base, and harmless.
        let _ = Base::discard_empty(&dir);
        if !was_there {
            let _ = std::fs::remove_dir(&dir);
        }
    }
    done
}

/// Tells whether nothing is there, or an empty folder.
pub fn is_vacant(dir: &Path) -> bool {
    match std::fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_none(),
        Err(e) => e.kind() == std::io::ErrorKind::NotFound,
    }
}

/// Returns who does what, now.
pub fn who(session: &Session, command: &str, why: Option<&str>) -> Who {
    Who {
        who: session.user(),
        when: session.now(),
        why: why.unwrap_or(command).to_owned(),
        command: command.to_owned(),
        origins: vec![],
    }
}
