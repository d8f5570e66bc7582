//! `wicterm export`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use rustc_hash::FxHashSet;

use super::units::UnitFlags;
use super::values::{revision, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, import, place};
use crate::base::{Base, Error, ExportOptions, Selection, Split, UnitFilter, companion_of};
use crate::format::{self, FORMATS, Format, LossReport, PROFILES, Profile};
use crate::model::{LanguageTag, Revision, Severity, Status};
use crate::report;

/// Export to a file: for a CAT tool, or as TBX, TMX, term tables, a glossary folder, JSON Lines
///
/// The format is chosen by the tool that the file is for, by --as, or by the file's extension. What it cannot carry is said in the loss
/// report on standard error; --report writes it to a file as JSON. TBX 2 is written with an XCS beside
/// it, which declares its languages: policy.xcs beside policy.tbx, policy.xml.xcs beside policy.xml.
///
/// Some tools take one pair of languages: --lang en,fr chooses it, and into a folder (DIR/) goes a file for each,
/// en-fr.txt. --list shows what tools and formats there are.
///
/// With --memory translation units are exported, all or those that the flags choose; with --split too, into a
/// folder, a file for each pair of languages: legal.en-fr.tmx.
#[derive(Debug, Args)]
pub struct Export {
    /// The file or folder to write (with --split a folder), or - for standard output
    #[arg(required_unless_present = "list")]
    file: Option<String>,
    /// The tool that the file is for: what it reads is what is written
    #[arg(long = "for", value_name = "TOOL", value_parser = tool, conflicts_with = "as_format")]
    for_tool: Option<&'static Profile>,
    /// The format
    #[arg(long = "as", value_name = "FORMAT", value_parser = writable)]
    as_format: Option<&'static Format>,
    /// Only these subject fields
    #[arg(long, value_name = "SUBJECT")]
    subject: Vec<String>,
    /// Only these languages; also of definitions and notes, where they name theirs. Of units only those that
    /// have all of these, and only these segments
    #[arg(long, value_name = "LANG,LANG", value_delimiter = ',')]
    lang: Vec<LanguageTag>,
    /// Only terms of these statuses
    #[arg(long, value_name = "STATUS,STATUS", value_delimiter = ',', value_parser = word(Status::ALL))]
    status: Vec<Status>,
    /// Only concepts of which some term occurs in this text or document, such as the one to be translated
    #[arg(long, value_name = "FILE", conflicts_with = "memory")]
    text: Option<PathBuf>,
    /// Only what changed after this revision
    #[arg(long, value_name = "REVISION", value_parser = revision)]
    since: Option<u64>,
    /// The language to put first; with --split the one that units were translated from that do not say it
    #[arg(long, value_name = "LANG")]
    source_lang: Option<LanguageTag>,
    /// Whether what the format has no place for goes into wicterm: notes
    #[arg(long, value_enum, default_value_t, value_name = "WHICH")]
    notes: Notes,
    /// TMX of concepts: a unit for every pair of usable terms, not just the best ones
    #[arg(long)]
    variants: bool,
    /// Also remove the files of a glossary folder that are of no concept exported
    #[arg(long)]
    mirror: bool,
    /// The translation memory instead of the concepts; all of them without =NAME
    #[arg(long, value_name = "NAME", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    memory: Option<String>,
    /// Write a file for each memory and pair of languages into a folder
    #[arg(long, requires = "memory", conflicts_with = "report")]
    split: bool,
    /// Write the loss report to this file, as JSON
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// List the formats that can be written
    #[arg(long)]
    list: bool,
    #[command(flatten)]
    which: UnitFlags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Notes {
    /// All
    #[default]
    All,
    /// None
    None,
}

fn writable(name: &str) -> Result<&'static Format, String> {
    format::by_name(name).filter(|f| f.write.is_some()).ok_or_else(|| {
        let known: Vec<_> = FORMATS.iter().filter(|f| f.write.is_some()).map(|f| f.name).collect();
        format!("none of {}", known.join(", "))
    })
}

/// Finds a tool by its name.
pub(super) fn tool(name: &str) -> Result<&'static Profile, String> {
    format::profile(name).ok_or_else(|| {
        let known: Vec<_> = PROFILES.iter().map(|p| p.name).collect();
        format!("none of {}", known.join(", "))
    })
}

impl Export {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if self.list {
            return import::list_formats(common, session, "export", |f| f.write.is_some(), "--for");
        }
        self.which.only_with(self.memory.is_some(), "--memory")?;
        let file = self.file.clone().unwrap_or_default();
        let format = if self.split { self.split_format()? } else { self.format(&file)? };
        let is_tbx = format.extensions.contains(&"tbx");
        if is_tbx && Path::new(&file).extension().is_some_and(|e| e.eq_ignore_ascii_case("xcs")) {
            return Err(Failure::usage(format!("{file} is the name of an XCS, which belongs beside a TBX"))
                .hint("call the TBX otherwise: policy.tbx"));
        }
        let base = place::open(common, session)?;
        let source_lang = match (&self.source_lang, place::settings(session)?) {
            (Some(lang), _) => Some(lang.clone()),
            (None, Some((_, settings))) => settings
                .source_lang
                .map(|tag| tag.parse().map_err(|e| Failure::usage(format!("wicterm.toml: {e}"))))
                .transpose()?,
            (None, None) => None,
        };
        let units = self.memory.as_ref().map(|_| base.snapshot().counts().units);
        let what = if self.split { "splitting" } else { "exporting" };
        let bar = session.progress_of(units.unwrap_or(0), what);
        let progress = |n| bar.set_position(n);
        let options = ExportOptions {
            selection: Selection {
                subjects: self.subject.clone(),
                langs: self.lang.clone(),
                statuses: self.status.clone(),
                since: self.since.map(Revision),
                units: self.units(),
                exactly: None,
                among: self.among(&base, session)?,
            },
            source_lang,
            no_notes: self.notes == Notes::None,
            variants: self.variants,
            mirror: self.mirror,
            title: title(&file),
            now: session.now(),
            progress: units.map(|_| &progress as &(dyn Fn(u64) + Sync)),
        };
        if self.split {
            let done = base.export_split(Path::new(&file), format, &options);
            bar.finish_and_clear();
            return self.say_split(&done?, format, common, session);
        }
        if format.bilingual && is_folder(&file) {
            return self.export_pairs(&base, format, &options, common, session);
        }
        let losses = match file.as_str() {
            "-" => base.export_to(session.out(), format, &options)?,
            _ => base.export(Path::new(&file), format, &options).map_err(|e| {
                let taken = matches!(&e, Error::Io(_, e) if e.kind() == std::io::ErrorKind::AlreadyExists);
                let failure = Failure::from(e);
                match taken {
                    true => failure.hint("move it away, or choose another name for the export"),
                    false => failure,
                }
            })?,
        };
        bar.finish_and_clear();
        if let Some(path) = &self.report {
            let mut json = report::losses_json(&file, format.name, &losses);
            json["schema_version"] = 1.into();
            crate::bytes::replace_file(path, |out| -> std::io::Result<()> {
                serde_json::to_writer_pretty(&mut *out, &json)?;
                out.write_all(b"\n")
            })
            .map_err(|e| Failure::unable("io", format!("{}: {e}", path.display())))?;
        }
        self.say(&file, format, &losses, common, session)?;
        self.advise(session);
        let counts = base.snapshot().counts();
        let whole = format.lossless && self.subject.is_empty() && self.status.is_empty();
        if counts.units > 0 && losses.concepts > 0 && self.memory.is_none() && !whole {
            let how =
                if format.units { "--memory exports them" } else { "export --memory takes them to TMX" };
            session.say(format!("the {} units of the memory are not in it; {how}", counts.units));
        }
        Ok(Outcome::Done)
    }

    /// Finds the concepts of which some term occurs in the text.
    fn among(&self, base: &Base, session: &mut Session) -> Result<Option<FxHashSet<String>>, Failure> {
        let Some(path) = &self.text else { return Ok(None) };
        let document = super::scan::read(&path.to_string_lossy(), None, session)?;
        // The rows of a bilingual file begin with a source.
        let said = document.language.clone().or_else(|| document.blocks.first()?.lang.clone());
        let lang = self.source_lang.clone().or(said).or_else(|| super::scan::guess(&document));
        let lang = lang.unwrap_or_else(LanguageTag::english);
        let blocks = document.blocks.iter().filter(|b| b.lang.as_ref().is_none_or(|of| of.meets(&lang)));
        Ok(Some(base.concepts_in(&lang, blocks.map(|b| &*b.text))?))
    }

    /// Writes a file for each pair of languages into a folder.
    fn export_pairs(
        &self,
        base: &Base,
        format: &'static Format,
        options: &ExportOptions<'_>,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        if self.report.is_some() {
            return Err(Failure::usage("--report is for one file, and a folder gets several")
                .hint("--format json prints the reports of all of them"));
        }
        let folder = Path::new(self.file.as_deref().unwrap_or_default());
        let mut stream = match common.format {
            ReportFormat::Jsonl => Some(report::Stream::lines("export", session.out())?),
            ReportFormat::Json => Some(report::Stream::document("export")),
            _ => None,
        };
        for (path, losses) in base.export_pairs(folder, format, options)? {
            let path = path.display().to_string();
            match &mut stream {
                Some(stream) => {
                    stream.item(report::losses_json(&path, format.name, &losses), session.out())?;
                }
                None => self.say(&path, format, &losses, common, session)?,
            }
        }
        if let Some(stream) = stream {
            stream.end(session.out())?;
        }
        self.advise(session);
        Ok(Outcome::Done)
    }

    /// Says what to do with the file in the tool that it is for.
    fn advise(&self, session: &mut Session) {
        if let Some(profile) = self.for_tool {
            session.say(format!("in {}: {}", profile.tool, profile.advice));
        }
    }

    fn units(&self) -> Option<UnitFilter> {
        let memory = self.memory.as_deref()?;
        Some(self.which.filter(Some(memory), &self.lang, self.since))
    }

    fn split_format(&self) -> Result<&'static Format, Failure> {
        if self.file.as_deref() == Some("-") {
            return Err(Failure::usage("several files cannot go to standard output").hint("name a folder"));
        }
        let of_tool = self.for_tool.and_then(|profile| profile.units);
        of_tool
            .or(self.as_format)
            .or(format::by_name("tmx"))
            .ok_or_else(|| Failure::usage("the format to write in is not known"))
    }

    fn say_split(
        &self,
        split: &Split,
        format: &Format,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        let mut stream = match common.format {
            ReportFormat::Jsonl => Some(report::Stream::lines("export", session.out())?),
            ReportFormat::Json => Some(report::Stream::document("export")),
            _ => None,
        };
        for file in &split.files {
            let path = file.path.display().to_string();
            match &mut stream {
                Some(stream) => {
                    let mut item = report::losses_json(&path, format.name, &file.losses);
                    item["memory"] = file.memory.clone().into();
                    item["source"] = file.source.as_str().into();
                    item["target"] = file.target.as_str().into();
                    stream.item(item, session.out())?;
                }
                None => self.say(&path, format, &file.losses, common, session)?,
            }
        }
        if let Some(stream) = stream {
            stream.end(session.out())?;
        }
        if split.apart > 0 {
            session.warn(report::severe(
                Severity::Warning,
                format!(
                    "{} units are in none of these files: they have no segment in their source language, or none \
                     in another",
                    split.apart
                ),
            ));
        }
        Ok(Outcome::Done)
    }

    fn format(&self, file: &str) -> Result<&'static Format, Failure> {
        if let Some(profile) = self.for_tool {
            return profile.format(self.memory.is_some()).ok_or_else(|| {
                Failure::usage(format!("{} takes terms, not a translation memory", profile.tool))
                    .hint("leave --memory out")
            });
        }
        if let Some(format) = self.as_format {
            return Ok(format);
        }
        let path = Path::new(file);
        if file != "-" {
            if let Some(format) = format::by_extension(path) {
                return Ok(format);
            }
            if is_folder(file)
                && let Some(format) = format::by_name("glossary")
            {
                return Ok(format);
            }
        }
        Err(Failure::usage(format!("the format to write {file} in is not known"))
            .hint("name it with --as; `wicterm export --list` shows what there is"))
    }

    fn say(
        &self,
        file: &str,
        format: &Format,
        losses: &LossReport,
        common: &Common,
        session: &mut Session,
    ) -> Result<(), Failure> {
        if common.format != ReportFormat::Text && file != "-" {
            let json = report::losses_json(file, format.name, losses);
            let lines = common.format == ReportFormat::Jsonl;
            return Ok(report::one("export", json, lines, session.out())?);
        }
        let mut held = vec![];
        for (n, what) in [(losses.concepts, "concepts"), (losses.terms, "terms"), (losses.units, "units")] {
            if n > 0 {
                held.push(format!("{n} {what}"));
            }
        }
        let held = if held.is_empty() { "nothing".to_owned() } else { held.join(", ") };
        session.say(format!("{file} ({}): {held}", format.name));
        if let Some(extension) = format.companion() {
            let beside = companion_of(Path::new(file), extension);
            match losses.companion {
                Some(_) => {
                    session.say(format!("{} declares its languages and belongs beside it", beside.display()))
                }
                None => session.say(format!(
                    "no .{extension} that declares its languages was written: that takes the name of a file"
                )),
            }
        }
        let summary = report::loss_summary(losses);
        if !summary.is_empty() {
            session.say(summary.trim_end());
        }
        if let Some(first) = losses.left_over.first() {
            session.say(format!(
                "{} files there are of no concept in it and would come back with the next import, {} first; --mirror removes them",
                losses.left_over.len(),
                first.display()
            ));
        }
        Ok(())
    }
}

/// Tells whether a name means a folder.
fn is_folder(file: &str) -> bool {
    file != "-" && (file.ends_with(['/', '\\']) || Path::new(file).is_dir())
}

/// The title of a collection: the file's name without its extension.
fn title(file: &str) -> String {
    match Path::new(file).file_stem().and_then(|s| s.to_str()) {
        Some(stem) if stem != "-" => stem.to_owned(),
        _ => "wicterm".to_owned(),
    }
}
