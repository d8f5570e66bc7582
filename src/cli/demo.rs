//! `wicterm demo`

use std::path::{Path, PathBuf};

use clap::Args;
use include_dir::{Dir, include_dir};
use serde_json::json;

use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Base, ExportOptions, ImportOptions, Source};
use crate::format;
use crate::model::LanguageTag;
use crate::report::{self, Detail, look, styled};

/// Make a base with the bundled policy glossary, and show what wicterm does
///
/// Makes a base, shows one concept in every language, and exports the glossary as
/// TBX, TMX and CSV beside it. An earlier demo in that folder is made anew.
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder to make, also by --base [default: wicterm-demo]
    dir: Option<PathBuf>,
}

static GLOSSARY: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/glossary");

/// The concept to show.
const SHOWN: &str = "cyber-sovereignty";

/// The files to write beside the base.
const FILES: [&str; 3] = ["policy.tbx", "policy.tmx", "policy.csv"];

/// Marks a folder as made by `demo`, so that it may be made anew.
const MARK: &str = ".wicterm-demo";

impl Demo {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let dir = match (self.dir, &common.base) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage("the demo is made in one folder; name it once"));
            }
            (Some(dir), None) => dir,
            (None, Some(base)) => base.clone(),
            (None, None) => PathBuf::from("wicterm-demo"),
        };
        clear(&dir).map_err(|failure| failure.about(&dir.display().to_string()))?;
        let mut base = Base::create(&dir)?;
        std::fs::write(dir.join(MARK), "made by `wicterm demo`, which may make it anew\n")?;
        base.wait = common.wait();
        let who = place::who(session, "demo", Some("the bundled policy glossary"));
        let (reports, _) = base.import(vec![Source::Glossary(bundled())], ImportOptions::default(), who)?;
        if let Some(finding) = reports.iter().flat_map(|r| &r.details).next() {
            return Err(Failure::unable("glossary", report::finding(finding)));
        }
        let concept = base.find(SHOWN)?;
        let columns = session.columns().unwrap_or(0);
        let counts = base.snapshot().counts();
        let text = common.format == ReportFormat::Text;
        if text {
            let detail = Detail { full: true, columns, ..Detail::default() };
            writeln!(session.out(), "{}", report::concept(&concept, &detail))?;
            let (concepts, terms) = (counts.concepts, counts.terms);
            writeln!(session.out(), "{concepts} concepts, {terms} terms in {}", dir.display())?;
        }
        let mut files = vec![];
        for name in FILES {
            let path = dir.join(name);
            let Some(format) = format::by_extension(&path) else { continue };
            let options = ExportOptions {
                source_lang: Some(LanguageTag::english()),
                title: "Policy glossary".to_owned(),
                now: session.now(),
                ..ExportOptions::default()
            };
            let losses = base.export(&path, format, &options)?;
            let (lost, noted) = count(&losses);
            files.push(json!({"file": path.display().to_string(), "format": format.name,
                "concepts": losses.concepts, "terms": losses.terms, "units": losses.units,
                "noted": noted, "lost": lost}));
            if !text {
                continue;
            }
            let held = match losses.units {
                0 => format!("{} concepts, {} terms", losses.concepts, losses.terms),
                units => format!("{units} units"),
            };
            let what = format!("{} ({}): {held}", path.display(), format.about);
            let aside = format!("{noted} details as notes, {lost} left out");
            writeln!(session.out(), "wrote {what}; {}", styled(look::FAINT, aside))?;
        }
        if !text {
            let item = json!({"dir": dir.display().to_string(), "concepts": counts.concepts,
                "terms": counts.terms, "files": files});
            report::one("demo", item, common.format == ReportFormat::Jsonl, session.out())?;
            return Ok(Outcome::Done);
        }
        let here = quoted(&dir);
        writeln!(session.out(), "\nTry next:")?;
        for command in [
            format!("wicterm --base {here} lookup 网络主权 --to fr --plain"),
            format!("wicterm --base {here} lookup \"wangluo kongjian\""),
            format!("wicterm --base {here} show digital-silk-road"),
        ] {
            writeln!(session.out(), "  {}", styled(look::NAME, command))?;
        }
        Ok(Outcome::Done)
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    if path.chars().all(|c| c.is_alphanumeric() || "/:._-+".contains(c)) {
        return path;
    }
    if cfg!(windows) { format!("\"{path}\"") } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn count(losses: &format::LossReport) -> (usize, usize) {
    let lost = losses.losses.iter().filter(|l| l.class == format::LossClass::Lost).count();
    (lost, losses.losses.len() - lost)
}

fn bundled() -> Vec<(String, String)> {
    let files = GLOSSARY.files().filter(|f| f.path().extension().is_some_and(|x| x == "toml"));
    files
        .filter_map(|f| {
            Some((f.path().file_name()?.to_string_lossy().into_owned(), f.contents_utf8()?.to_owned()))
        })
        .collect()
}

/// Clears an earlier demo away; anything else in the folder is not ours to touch.
fn clear(dir: &Path) -> Result<(), Failure> {
    if place::is_vacant(dir) {
        return Ok(());
    }
    let entries: Vec<_> = std::fs::read_dir(dir)?.collect::<Result<_, _>>()?;
    let ours = |name: &std::ffi::OsStr| {
        FILES.iter().chain(&[MARK, "HEAD", "LOCK", "LOCK.by", "db", "seg", "aside"]).any(|our| name == *our)
    };
    if !dir.join(MARK).is_file() || !entries.iter().all(|e| ours(&e.file_name())) {
        return Err(Failure::unable(
            "exists",
            format!("{} holds something that is not a demo", dir.display()),
        )
        .hint("name another folder: wicterm demo DIR"));
    }
    for entry in entries {
        match entry.file_type()?.is_dir() {
            true => std::fs::remove_dir_all(entry.path())?,
            false => std::fs::remove_file(entry.path())?,
        }
    }
    Ok(())
}
