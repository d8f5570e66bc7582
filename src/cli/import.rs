//! `wicterm import`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::values::{SEVERITIES, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, files, place};
use crate::base::{Base, Conflict, Conflicts, Error, ImportOptions, ImportReport, MEMORY, Source, Winner};
use crate::format::{self, FORMATS, Format, PROFILES, Profile, ReadOptions, Shape};
use crate::model::{LanguageTag, Severity};
use crate::report::{self, look, styled};

/// Import files: term tables, TBX, TMX, glossary folders, JSON Lines
///
/// The format is found out from the file unless --from names it. The whole command is one change: it is
/// in the base or it is not, and `wicterm undo` takes it back. Importing the same file again changes nothing.
/// A big TMX whose import was interrupted goes on from there when the same command is given again.
#[derive(Debug, Args)]
pub struct Import {
    /// Files, glossary folders, folders of files, or - for standard input
    #[arg(required_unless_present = "list")]
    files: Vec<String>,
    /// The format of the files, or the tool they come from
    #[arg(long, value_name = "FORMAT", value_parser = readable)]
    from: Option<From>,
    /// Read headers of a table as other ones: OURS=THEIRS
    #[arg(long, value_name = "concept=concept_id,…", value_delimiter = ',', value_parser = pair)]
    map: Vec<(String, String)>,
    /// The languages of a table whose header does not say
    #[arg(long, value_name = "LANG,LANG", value_delimiter = ',')]
    lang: Vec<LanguageTag>,
    /// The encoding of the files [default: found out]
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// The memory that translation units go to
    #[arg(long, value_name = "NAME", default_value = MEMORY)]
    memory: String,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Also remove the concepts that a glossary folder no longer has
    #[arg(long)]
    mirror: bool,
    /// What to do where base and file disagree
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    on_conflict: OnConflict,
    /// Exit with 1 when there are findings of this severity or worse
    #[arg(long, default_value_t = Severity::Error, value_name = "SEVERITY", value_parser = word(SEVERITIES))]
    fail_on: Severity,
    /// Why, for the history
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// List the formats that can be read
    #[arg(long)]
    list: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum OnConflict {
    /// Believe the base
    #[default]
    Keep,
    /// Believe the file
    Take,
    /// Ask
    Ask,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (ours, theirs) = text.split_once('=').ok_or("write it as OURS=THEIRS, such as term=form")?;
    Ok((ours.trim().to_owned(), theirs.trim().to_owned()))
}

/// What files are said to be.
#[derive(Debug, Clone, Copy)]
enum From {
    Format(&'static Format),
    Tool(&'static Profile),
}

fn readable(name: &str) -> Result<From, String> {
    let format = format::by_name(name).filter(|f| f.read.is_some()).map(From::Format);
    let tool = || format::profile(name).filter(|p| p.concepts.read.is_some()).map(From::Tool);
    format.or_else(tool).ok_or_else(|| {
        let formats = FORMATS.iter().filter(|f| f.read.is_some()).map(|f| f.name);
        let tools = PROFILES.iter().filter(|p| p.concepts.read.is_some()).map(|p| p.name);
        format!("none of {}", formats.chain(tools).collect::<Vec<_>>().join(", "))
    })
}

impl Import {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if self.list {
            return list_formats(common, session, "import", |f| f.read.is_some(), "--from");
        }
        let sources = self.sources(session)?;
        let total = sources.iter().try_fold(0, |sum, s| match s {
            // What is counted is what comes out of a compressed file, and nobody knows how much that is; a workbook
            // is read whole before its rows are.
            Source::Path(path) if files::is_packed(path) => None,
            Source::Path(path) => std::fs::metadata(path).ok().filter(|m| m.is_file()).map(|m| sum + m.len()),
            _ => None,
        });
        if self.dry_run && place::is_vacant(&place::dir(common, session)?) {
            // A rehearsal leaves nothing behind, not even an empty base.
            return self.import_to(&mut Base::memory()?, sources, total, common, session);
        }
        place::in_base_or_new(common, session, |base, session| {
            self.import_to(base, sources, total, common, session)
        })
    }

    fn import_to(
        &self,
        base: &mut Base,
        sources: Vec<Source>,
        total: Option<u64>,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        let bar = session.progress(total, "importing");
        let progress = |bytes| bar.set_position(bytes);
        let names: Vec<String> = self.files.iter().map(|f| short(f)).collect();
        let why = self.why.clone().unwrap_or_else(|| format!("import {}", names.join(" ")));
        let who = place::who(session, "import", Some(&why));
        let mut ask = |name: &str, conflict: &Conflict| bar.suspend(|| ask(session, name, conflict));
        let options = ImportOptions {
            format: self.format()?,
            read: ReadOptions {
                encoding: self.encoding.clone(),
                map: self.map.clone(),
                langs: self.lang.clone(),
                memory: self.memory.clone(),
                ..ReadOptions::default()
            },
            conflicts: match self.on_conflict {
                OnConflict::Keep => Conflicts::Keep,
                OnConflict::Take => Conflicts::Take,
                OnConflict::Ask => Conflicts::Ask(&mut ask),
            },
            mirror: self.mirror,
            dry_run: self.dry_run,
            progress: Some(&progress),
        };
        let (reports, revision) = base.import(sources, options, who).map_err(|e| match e {
            Error::NoFormat(_) => {
                Failure::from(e).hint("name it with --from; `wicterm import --list` shows what there is")
            }
            _ => e.into(),
        })?;
        bar.finish_and_clear();
        self.report(&reports, common, session)?;
        match revision {
            Some(revision) => {
                session.say(format!("revision {revision}; `wicterm undo {revision}` takes it back"))
            }
            None if self.dry_run => session.say("a dry run: nothing was written"),
            None => session.say("nothing new: the base is as it was"),
        }
        let worst = reports.iter().flat_map(|r| &r.details).map(|f| f.severity).max();
        Ok(if worst.is_some_and(|worst| worst >= self.fail_on) { Outcome::Found } else { Outcome::Done })
    }

    fn sources(&self, session: &Session) -> Result<Vec<Source>, Failure> {
        let mut sources = vec![];
        for file in &self.files {
            if file == "-" {
                sources.push(Source::Stream(session.stdin(), "-".to_owned()));
                continue;
            }
            let path = PathBuf::from(file);
            if path.is_dir() && !self.reads_folders() {
                let mut inside = files::importable(&path)?;
                if inside.is_empty() {
                    return Err(Failure::usage(format!("there is nothing to import in {file}")));
                }
                sources.extend(inside.drain(..).map(Source::Path));
            } else if !path.exists() && file.contains(['*', '?', '[']) {
                sources.extend(files::like(file)?.into_iter().map(Source::Path));
            } else {
                // Before a base is made for it, or the lock of one taken.
                std::fs::metadata(&path).map_err(|e| files::unreadable(file, &e))?;
                sources.push(Source::Path(path));
            }
        }
        Ok(sources)
    }

    /// Returns the format that the files are said to be in. What comes from a tool is told by its ending.
    fn format(&self) -> Result<Option<&'static Format>, Failure> {
        let tool = match self.from {
            None => return Ok(None),
            Some(From::Format(format)) => return Ok(Some(format)),
            Some(From::Tool(tool)) => tool,
        };
        let ending =
            |file: &String| Path::new(file).extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        let mut formats: Vec<&'static Format> =
            self.files.iter().map(|file| tool.read_as(ending(file).as_deref())).collect();
        formats.dedup_by_key(|f| f.name);
        match formats[..] {
            [format] => Ok(Some(format)),
            _ => Err(Failure::usage(format!("these files of {} are of several kinds", tool.tool))
                .hint("import those of each kind by themselves")),
        }
    }

    /// Tells whether a folder is to be read as it is, because its format was named.
    fn reads_folders(&self) -> bool {
        match self.from {
            Some(From::Format(format)) => format.shape == Shape::Folder,
            Some(From::Tool(_)) => false,
            // To be mirrored, a folder must be a glossary, whatever is in it by now.
            None => self.mirror,
        }
    }

    fn report(
        &self,
        reports: &[ImportReport],
        common: &Common,
        session: &mut Session,
    ) -> Result<(), Failure> {
        if common.format == ReportFormat::Text {
            for r in reports {
                for finding in &r.details {
                    let text = report::finding(finding);
                    match finding.severity >= self.fail_on {
                        // It is why the command ends as it does.
                        true => session.warn(text.trim_end()),
                        false => session.say(text.trim_end()),
                    }
                }
                if r.findings > r.details.len() as u64 {
                    session.say(format!("and {} more findings", r.findings - r.details.len() as u64));
                }
                let file = styled(look::STRONG, &r.file);
                if r.format.is_empty() {
                    // Something in an archive that is no file of ours.
                    writeln!(session.out(), "{file}: left out")?;
                    continue;
                }
                let mut line = format!(
                    "{file} ({}): {} read, {} added, {} changed, {} unchanged",
                    r.format, r.read, r.added, r.changed, r.unchanged
                );
                for (n, word) in
                    [(r.removed, "removed"), (r.conflicts, "in conflict"), (r.findings, "findings")]
                {
                    if n > 0 {
                        line.push_str(&format!(", {n} {word}"));
                    }
                }
                writeln!(session.out(), "{line}")?;
                if r.leapt > 0 {
                    let megabytes = r.leapt / 1_000_000;
                    session.say(format!(
                        "it went on where an interrupted import had stopped: {megabytes} MB were read then"
                    ));
                }
            }
            return Ok(());
        }
        let mut stream = match common.format {
            ReportFormat::Jsonl => report::Stream::lines("import", session.out())?,
            _ => report::Stream::document("import"),
        };
        for r in reports {
            let mut item = serde_json::to_value(r)?;
            item["details"] = r.details.iter().map(report::finding_json).collect();
            stream.item(item, session.out())?;
        }
        Ok(stream.end(session.out())?)
    }
}

fn ask(session: &mut Session, name: &str, conflict: &Conflict) -> Winner {
    let question = format!(
        "{name}: {}\n  the base says {}, the file says {}. Believe the [b]ase or the [f]ile?",
        conflict.about, conflict.ours, conflict.theirs
    );
    match session.ask(&question) {
        Some(answer) if answer.to_lowercase().starts_with('f') => Winner::Theirs,
        _ => Winner::Ours,
    }
}

fn short(file: &str) -> String {
    Path::new(file).file_name().map_or(file.to_owned(), |n| n.to_string_lossy().into_owned())
}

/// Prints the formats that have a door.
pub(super) fn list_formats(
    common: &Common,
    session: &mut Session,
    command: &'static str,
    has_door: fn(&Format) -> bool,
    tools: &'static str,
) -> Result<Outcome, Failure> {
    let mut stream = match common.format {
        ReportFormat::Json => Some(report::Stream::document(command)),
        ReportFormat::Jsonl => Some(report::Stream::lines(command, session.out())?),
        _ => None,
    };
    for format in FORMATS.iter().filter(|f| has_door(f)) {
        match &mut stream {
            Some(stream) => {
                let item = serde_json::json!({"format": format.name, "about": format.about,
                    "extensions": format.extensions, "concepts": format.concepts, "units": format.units});
                stream.item(item, session.out())?;
            }
            None => {
                let name = styled(look::NAME, report::padded(format.name, 20));
                writeln!(session.out(), "{name} {}", format.about)?;
            }
        }
    }
    for profile in PROFILES.iter().filter(|p| has_door(p.concepts)) {
        let formats: Vec<_> =
            [Some(profile.concepts), profile.units].into_iter().flatten().map(|f| f.name).collect();
        match &mut stream {
            Some(stream) => {
                let item = serde_json::json!({"tool": profile.name, "about": profile.tool, "formats": formats,
                    "bilingual": profile.concepts.bilingual});
                stream.item(item, session.out())?;
            }
            None => {
                let name = styled(look::NAME, report::padded(&format!("{tools} {}", profile.name), 20));
                writeln!(session.out(), "{name} {}: {}", profile.tool, formats.join(", "))?;
            }
        }
    }
    if let Some(stream) = stream {
        stream.end(session.out())?;
    }
    Ok(Outcome::Done)
}
