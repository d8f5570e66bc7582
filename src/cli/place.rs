//! Which base a command works on, and who works.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::Common;
use super::failure::Failure;
use super::session::Session;
use crate::base::Base;
use crate::store::Who;

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
}

/// Finds the settings file here or above.
pub fn settings(session: &Session) -> Result<Option<(PathBuf, Settings)>, Failure> {
    let here = session.current_dir()?;
    for dir in here.ancestors() {
        let file = dir.join(SETTINGS);
        if file.is_file() {
            let text = std::fs::read_to_string(&file)
                .map_err(|e| Failure::unable("io", format!("{}: {e}", file.display())))?;
            let settings = toml_edit::de::from_str(&text)
                .map_err(|e| Failure::usage(format!("{}: {}", file.display(), e.to_string().trim_end())))?;
            return Ok(Some((dir.to_owned(), settings)));
        }
    }
    Ok(None)
}

/// Returns the folder of the base: named, or the project's, or the user's own.
pub fn dir(common: &Common, session: &Session) -> Result<PathBuf, Failure> {
    if let Some(dir) = &common.base {
        return Ok(dir.clone());
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
pub fn open(common: &Common, session: &Session) -> Result<Base, Failure> {
    let dir = dir(common, session)?;
    let mut base = Base::open(&dir)?;
    base.wait = common.wait();
    Ok(base)
}

/// Opens the base to write; where there is none yet, it is made.
pub fn open_or_create(common: &Common, session: &mut Session) -> Result<Base, Failure> {
    let dir = dir(common, session)?;
    if !is_vacant(&dir) {
        return open(common, session);
    }
    let mut base = Base::create(&dir)?;
    session.say(format!("made a new base in {}", dir.display()));
    base.wait = common.wait();
    Ok(base)
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
