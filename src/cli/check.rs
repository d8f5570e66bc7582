//! `wicterm check`

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::accepting::{Accepted, Accepting};
use super::values::{SEVERITIES, word};
use super::{Common, Failure, Outcome, ReportFormat, Session, explain, files, place};
use crate::base::{Error, Fixes, Work};
use crate::bytes::{Editable, replace_file};
use crate::check::{CHECKS, Options, Settings};
use crate::find::terms::Terms;
use crate::format::{self, FORMATS, Format, JobOptions, ReadOptions};
use crate::model::{Date, Finding, LanguageTag, Severity};
use crate::report::{self, Checked, Told, look, styled};
use crate::text::languages::by_name;

/// Check translations against the base and for consistency
///
/// Bilingual files (XLIFF, PO, TMX, bitext tables, workbooks), two plain texts line by line, or a document alone (plain
/// text, Markdown, HTML, DOCX); without a file, the base itself. Languages come from the file, or from --source-lang and
/// --target-lang. Every finding says what was found, why it matters and what to do; `wicterm explain CODE` says
/// more. Without a base everything but terms is checked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm check speech.tmx\n  wicterm check memo.en.txt memo.fr.txt\n  \
                        wicterm check --pair original.txt translation.txt --source-lang en --target-lang ru\n  \
                        wicterm check table.csv --only numbers,terms --fail-on warning --format jsonl")]
pub struct Check {
    /// Files, patterns, folders (their bilingual files and documents), or - for standard input; two plain texts that
    /// differ in the language of their names are one pair. Without any the base itself is checked
    files: Vec<String>,
    /// Two plain texts, line by line
    #[arg(long, num_args = 2, value_names = ["SOURCE", "TARGET"], action = clap::ArgAction::Append)]
    pair: Vec<String>,
    /// The language of the sources
    #[arg(long, value_name = "LANG")]
    source_lang: Option<LanguageTag>,
    /// The language of the targets
    #[arg(long, value_name = "LANG")]
    target_lang: Option<LanguageTag>,
    /// The date of the text, against which the validity of terms is held
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// Only these checks or families
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    only: Vec<String>,
    /// All but these checks or families
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    skip: Vec<String>,
    /// Exit with 1 when there are findings of this severity or worse [default: what wicterm.toml says, else error]
    #[arg(long, value_name = "SEVERITY", value_parser = word(SEVERITIES))]
    fail_on: Option<Severity>,
    #[command(flatten)]
    accepting: Accepting,
    /// Write the safe cures into the files, and report what is left
    #[arg(long, conflicts_with = "diff")]
    fix: bool,
    /// Show what --fix would change, and change nothing
    #[arg(long)]
    diff: bool,
    /// Check without the terms of a base
    #[arg(long, conflicts_with = "base")]
    no_base: bool,
    /// The format of the files [default: found out]
    #[arg(long, value_name = "FORMAT", value_parser = of_pairs)]
    from: Option<&'static Format>,
    /// The encoding of the files [default: found out]
    #[arg(long, value_name = "LABEL")]
    encoding: Option<String>,
    /// List the checks
    #[arg(long)]
    list: bool,
}

fn of_pairs(name: &str) -> Result<&'static Format, String> {
    format::by_name(name).filter(|f| f.job.is_some()).ok_or_else(|| {
        let known: Vec<_> = FORMATS.iter().filter(|f| f.job.is_some()).map(|f| f.name).collect();
        format!("none of {}", known.join(", "))
    })
}

/// What is judged as one.
enum Input {
    File(String),
    /// A file that nobody named, so that it is no failure if it is of another kind.
    InFolder(String),
    Lines(String, String),
}

impl Check {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        if self.list {
            return list(common, session);
        }
        if self.diff && common.format != ReportFormat::Text {
            return Err(Failure::usage("--diff is for people; findings in JSON say their fixes themselves"));
        }
        if self.fix && self.files.iter().chain(&self.pair).any(|file| file == "-") {
            return Err(Failure::usage("what comes from standard input has no file to be cured in")
                .hint("--diff shows what would change"));
        }
        if self.diff && self.accepting.changes() {
            return Err(Failure::usage("--diff changes nothing, not even what is accepted"));
        }
        let (root, settings) = place::checks(session)?;
        let options = self.options(&settings)?;
        let fail_on = self.fail_on.or(settings.fail_on).unwrap_or(Severity::Error);
        let named = (root.as_deref(), settings.baseline.as_deref());
        let mut accepted = self.accepting.open(named, &options, session)?;
        let mut unread: Vec<Failure> = vec![];
        let inputs = self.inputs(&mut unread)?;
        if self.files.is_empty() && self.pair.is_empty() {
            return self.base(&options, fail_on, accepted, common, session);
        }
        if let Some(accepted) = &mut accepted {
            inputs.iter().flat_map(Input::files).for_each(|file| accepted.looks_into(file));
        }
        let terms = self.terms(common, session)?;
        let mut checked = Checked { against_baseline: accepted.is_some(), ..Checked::default() };
        for input in inputs {
            let work = match self.open(&input, session) {
                Ok(Some(work)) => work,
                Ok(None) => continue,
                // One that cannot be read is no reason to leave the others unjudged.
                Err(failure) => {
                    if let Some(accepted) = &mut accepted {
                        input.files().for_each(|file| accepted.could_not_look_into(file));
                    }
                    checked.failures.push(failure.message().to_owned());
                    unread.push(failure);
                    continue;
                }
            };
            let (work, told) = self.judge(work, &terms, &options, accepted.as_ref(), session)?;
            checked.files += work.files().len();
            checked.rows += work.len();
            checked.told.extend(match common.format {
                ReportFormat::Sarif => with_patches(&work, told),
                _ => told,
            });
        }
        if let Some(accepted) = &mut accepted {
            if self.accepting.changes() {
                self.accepting.change(accepted, &checked.told, session)?;
            }
            accepted.mark(&mut checked.told);
        }
        self.tell(&checked, common, session)?;
        if let Some(last) = unread.pop() {
            for failure in unread {
                session.warn(failure.message());
            }
            return Err(last);
        }
        Ok(if checked.worst() >= Some(fail_on) { Outcome::Found } else { Outcome::Done })
    }

    /// Checks the base itself.
    fn base(
        &self,
        options: &Options,
        fail_on: Severity,
        mut accepted: Option<Accepted>,
        common: &Common,
        session: &mut Session,
    ) -> Result<Outcome, Failure> {
        if self.fix || self.diff {
            return Err(Failure::usage("the base itself is not cured by a program")
                .hint("`wicterm edit CONCEPT` opens an entry; name the files that are to be cured"));
        }
        let base = place::open(common, session)?;
        let (findings, count) = base.check(options)?;
        let mut checked = Checked { against_baseline: accepted.is_some(), ..Checked::default() };
        checked.told = findings.into_iter().map(Told::of).collect();
        if let Some(accepted) = &mut accepted {
            if self.accepting.changes() {
                self.accepting.change(accepted, &checked.told, session)?;
            }
            accepted.mark(&mut checked.told);
        }
        self.tell(&checked, common, session)?;
        let found = checked.new_ones().count();
        session.say(format!("{} in the {count} concepts of the base", findings_of(found)));
        Ok(if checked.worst() >= Some(fail_on) { Outcome::Found } else { Outcome::Done })
    }

    /// Says everything that was found.
    fn tell(&self, checked: &Checked, common: &Common, session: &mut Session) -> Result<(), Failure> {
        let mut stream = match common.format {
            ReportFormat::Json => report::Stream::document("check"),
            ReportFormat::Jsonl => report::Stream::lines("check", session.out())?,
            ReportFormat::Sarif => {
                let log = report::sarif(checked, "check", Some(&session.current_dir()?));
                return Ok(writeln!(session.out(), "{log:#}")?);
            }
            ReportFormat::Github => return Ok(write!(session.out(), "{}", report::github(checked))?),
            ReportFormat::Html => return Ok(write!(session.out(), "{}", report::html(checked, "check"))?),
            ReportFormat::Text if self.diff => return Ok(()),
            // A table was refused before: a check has none.
            ReportFormat::Text | ReportFormat::Csv => {
                // In a log nobody knows how wide it will be read; a long paragraph is cut there too.
                let columns = session.columns().unwrap_or(120);
                for told in checked.new_ones() {
                    writeln!(session.out(), "{}", report::finding_in_text(told, columns))?;
                }
                if checked.files > 0 {
                    write!(session.out(), "{}", report::summary(checked))?;
                }
                return Ok(());
            }
        };
        for told in checked.new_ones() {
            stream.item(report::finding_json(&told.finding), session.out())?;
        }
        Ok(stream.end(session.out())?)
    }

    /// Finds what there is to find, and cures what is to be cured.
    fn judge(
        &self,
        work: Work,
        terms: &Terms,
        options: &Options,
        accepted: Option<&Accepted>,
        session: &mut Session,
    ) -> Result<(Work, Vec<Told>), Failure> {
        let bar = session.progress(None, "checking");
        bar.enable_steady_tick(Duration::from_secs(1));
        let mut told = told(&work, work.check_by_row(terms, options));
        bar.finish_and_clear();
        if !self.fix && !self.diff {
            return Ok((work, told));
        }
        // What somebody accepted is right as it stands.
        if let Some(accepted) = accepted {
            accepted.mark(&mut told);
        }
        let findings: Vec<Finding> =
            told.iter().filter(|t| t.accepted.is_none()).map(|t| t.finding.clone()).collect();
        let fixes = match work.fix(&findings) {
            Ok(fixes) => fixes,
            Err(e) => {
                session.warn(format!("nothing is cured: {e}"));
                return Ok((work, told));
            }
        };
        for (finding, why) in &fixes.refused {
            let place = &findings[*finding].place;
            let at = format!("{}:{}", place.file.as_deref().unwrap_or("-"), place.line.unwrap_or(1));
            session.warn(format!("{at}: {} is not cured: {why}", findings[*finding].check));
        }
        if self.diff && work.job().is_some_and(|job| job.is_packed()) {
            let name = work.files()[0].0;
            session.say(format!(
                "{name} is a workbook, whose changes are no lines that could be shown; with --fix {} cured",
                findings_of(fixes.cured.len())
            ));
            return Ok((work, told));
        }
        if self.diff {
            for (file, bytes) in &fixes.files {
                let (name, old) = work.files()[*file];
                let text = |bytes: &[u8]| Editable::new(bytes.to_vec(), self.encoding.as_deref());
                let (old, new) = (text(old), text(bytes));
                write!(session.out(), "{}", coloured(&report::unified(name, old.text(), new.text())))?;
            }
            return Ok((work, told));
        }
        self.write(&work, &fixes, session)?;
        if fixes.files.is_empty() {
            return Ok((work, told));
        }
        let work = work.again(&fixes)?;
        let left = self::told(&work, work.check_by_row(terms, options));
        Ok((work, left))
    }

    /// Puts the cured files in place of the old ones.
    fn write(&self, work: &Work, fixes: &Fixes, session: &mut Session) -> Result<(), Failure> {
        for (file, bytes) in &fixes.files {
            let name = work.files()[*file].0;
            replace_file(Path::new(name), |out| out.write_all(bytes))
                .map_err(|e| Failure::unable("io", format!("{name}: {e}")))?;
        }
        let names: Vec<&str> = fixes.files.iter().map(|(at, _)| work.files()[*at].0).collect();
        if !names.is_empty() {
            session.say(format!("{}: {} cured", names.join(" and "), findings_of(fixes.cured.len())));
        }
        if !fixes.waiting.is_empty() {
            let waiting = findings_of(fixes.waiting.len());
            session.say(format!("{waiting} too near to another one; run it again to cure the rest"));
        }
        Ok(())
    }

    /// What the checks are told: by the settings, and before them by the command line.
    fn options(&self, settings: &Settings) -> Result<Options, Failure> {
        let known = |name: &String| {
            let is = |check: &&dyn crate::check::Check| {
                name == check.about().code || name == check.about().family.as_str()
            };
            CHECKS.iter().any(is) || ["read-", "tmx-"].iter().any(|f| name.starts_with(f))
        };
        if let Some(unknown) = self.only.iter().chain(&self.skip).find(|name| !known(name)) {
            return Err(explain::unknown(unknown));
        }
        let mut options = settings.options.clone();
        for (given, list) in [(&self.only, &mut options.only), (&self.skip, &mut options.skip)] {
            if !given.is_empty() {
                list.clone_from(given);
            }
        }
        // What is asked for by name here is asked, whatever the file leaves out.
        if self.skip.is_empty() {
            options.skip.retain(|name| !self.only.contains(name));
        }
        options.date = self.date.or(options.date);
        Ok(options)
    }

    /// The terms of the base, if there is one.
    fn terms(&self, common: &Common, session: &mut Session) -> Result<Terms, Failure> {
        if self.no_base {
            return Ok(Terms::default());
        }
        if place::named(common, session).is_none() && place::is_vacant(&place::dir(common, session)?) {
            session.say("there is no base here, so terms are not checked; `wicterm init` makes one");
            return Ok(Terms::default());
        }
        let base = place::open(common, session)?;
        let terms = base.terms()?;
        for finding in base.snapshot().findings() {
            session.warn(report::finding(&finding).trim_end());
        }
        Ok(terms)
    }

    /// What the arguments mean.
    fn inputs(&self, unread: &mut Vec<Failure>) -> Result<Vec<Input>, Failure> {
        let mut inputs = vec![];
        for pair in self.pair.chunks_exact(2) {
            inputs.push(Input::Lines(pair[0].clone(), pair[1].clone()));
        }
        let mut named: Vec<String> = vec![];
        for file in &self.files {
            let path = Path::new(file);
            let found = if path.is_dir() {
                let found = files::with_extension(path, &files::translatable(&[]))?;
                if found.is_empty() {
                    let what = format!("{file}: there is nothing to check in this folder");
                    unread.push(Failure::unable("io", what));
                }
                inputs.extend(found.iter().map(|f| Input::InFolder(f.display().to_string())));
                continue;
            } else if !path.exists() && file.contains(['*', '?', '[']) {
                files::like(file)
            } else {
                Ok(vec![PathBuf::from(file)])
            };
            match found {
                Ok(found) => named.extend(found.iter().map(|f| f.display().to_string())),
                Err(failure) => unread.push(failure),
            }
        }
        let only_two = named.len() == 2 && self.source_lang.is_some() && self.target_lang.is_some();
        let mut named = named.into_iter().peekable();
        while let Some(file) = named.next() {
            let other = named.next_if(|other| {
                let both_plain = || [&file, other].iter().all(|f| has_extension(f, &["txt", "text"]));
                are_one_text(&file, other) || (only_two && both_plain())
            });
            inputs.push(match other {
                Some(other) => self.in_order(file, other),
                None => Input::File(file),
            });
        }
        Ok(inputs)
    }

    /// Two texts of one name, the source first: as it was asked for, as a `en-fr` in the name says, or as given.
    fn in_order(&self, one: String, other: String) -> Input {
        let langs = (named_language(&one), named_language(&other));
        let (Some((stem, first)), Some((_, second))) = &langs else { return Input::Lines(one, other) };
        let direction = stem.rsplit(['.', '/', '\\', '_']).next().unwrap_or_default();
        let says = |source: &LanguageTag, target: &LanguageTag| {
            direction.eq_ignore_ascii_case(&format!("{source}-{target}"))
        };
        let turned = match (&self.source_lang, &self.target_lang) {
            (Some(source), _) => source.language() == second.language() && source != first,
            (None, Some(target)) => target.language() == first.language() && target != second,
            (None, None) => says(second, first),
        };
        if turned { Input::Lines(other, one) } else { Input::Lines(one, other) }
    }

    fn open(&self, input: &Input, session: &Session) -> Result<Option<Work>, Failure> {
        let read = ReadOptions { encoding: self.encoding.clone(), ..ReadOptions::default() };
        let options = JobOptions { source: self.source_lang.clone(), target: self.target_lang.clone(), read };
        let work = match input {
            Input::File(file) => {
                Work::open(bytes(file, session)?, file, self.from, options).map_err(with_hint)?
            }
            Input::InFolder(file) => match Work::open(bytes(file, session)?, file, self.from, options) {
                Err(Error::NoFormat(_) | Error::Usage(_)) => return Ok(None),
                work => work.map_err(with_hint)?,
            },
            Input::Lines(source, target) => {
                let lang = |given: &Option<LanguageTag>, file: &str, flag: &str| {
                    let named = || named_language(file).map(|(_, lang)| lang);
                    given.clone().or_else(named).ok_or_else(|| {
                        Failure::usage(format!("nobody knows in which language {file} is"))
                            .hint(format!("name it with {flag}, or call the file something.fr.txt"))
                    })
                };
                let source_lang = lang(&self.source_lang, source, "--source-lang")?;
                let target_lang = lang(&self.target_lang, target, "--target-lang")?;
                Work::lines(
                    (source.clone(), bytes(source, session)?, source_lang),
                    (target.clone(), bytes(target, session)?, target_lang),
                    options,
                )
            }
        };
        let asked = self.source_lang.is_some() || self.target_lang.is_some();
        if let Some(job) = work.job()
            && job.pairs().is_empty()
            && job.findings.is_empty()
            && (asked || job.segments() > 0)
        {
            // A file without any pair of the languages asked for is no clean file.
            let (file, what) = (&job.files()[0].0, "holds no segment with a translation");
            let failure = Failure::usage(match &self.target_lang {
                Some(lang) => format!("{file} {what} into {lang}"),
                None => format!("{file} {what}"),
            });
            return Err(failure.hint("--source-lang and --target-lang choose the pair, or leave both out"));
        }
        Ok(Some(work))
    }
}

/// Gives findings the texts of their rows.
fn told(work: &Work, found: Vec<(Option<(usize, usize)>, Finding)>) -> Vec<Told> {
    let tell = |(row, finding): (Option<(usize, usize)>, Finding)| {
        let told = Told::of(finding);
        let Some(row) = row else { return told };
        let (source, target) = work.texts(row);
        told.in_row(source, target)
    };
    found.into_iter().map(tell).collect()
}

/// Adds what only other programs want to know: characters of the file, and cures as the file would have them.
fn with_patches(work: &Work, mut told: Vec<Told>) -> Vec<Told> {
    let findings: Vec<Finding> = told.iter().map(|t| t.finding.clone()).collect();
    let files = work.files();
    for (told, patch) in told.iter_mut().zip(work.patches(&findings)) {
        // In other encodings these bytes are not text.
        let utf8 = |file: usize| std::str::from_utf8(files[file].1).is_ok_and(|t| !t.contains('\0'));
        told.patch = patch.filter(|(file, _)| utf8(*file)).and_then(|(_, patch)| {
            let range = patch.range.start as u64..patch.range.end as u64;
            Some((range, String::from_utf8(patch.bytes).ok()?))
        });
    }
    for (name, file) in files {
        report::count_characters(&mut told, name, file);
    }
    told
}

impl Input {
    fn files(&self) -> impl Iterator<Item = &str> {
        let (one, other) = match self {
            Self::File(file) | Self::InFolder(file) => (file, None),
            Self::Lines(source, target) => (source, Some(target)),
        };
        [Some(one), other].into_iter().flatten().map(String::as_str)
    }
}

fn findings_of(many: usize) -> String {
    if many == 1 { "1 finding is".to_owned() } else { format!("{many} findings are") }
}

fn bytes(file: &str, session: &Session) -> Result<Vec<u8>, Failure> {
    let failed = |e| files::unreadable(file, &e);
    let mut source: Box<dyn Read> = match file {
        "-" => session.stdin(),
        path => Box::new(File::open(path).map_err(failed)?),
    };
    let mut bytes = vec![];
    source.read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn with_hint(e: Error) -> Failure {
    let hint = match &e {
        Error::NoFormat(_) => {
            "`wicterm check` takes XLIFF, PO, TMX, bitext tables, workbooks, documents, and two plain texts with --pair"
        }
        Error::Usage(what) if what.contains("language") => "name it with --target-lang",
        Error::Read(_, format::ReadError::Broken(_, what)) if what.contains("language") => {
            "name the languages with --source-lang and --target-lang"
        }
        Error::Read(..) => "mend the file at that place, or name its format with --from",
        _ => return e.into(),
    };
    Failure::from(e).hint(hint)
}

/// Tells whether two files are a text and its translation by their names: all but the language is the same.
fn are_one_text(one: &str, other: &str) -> bool {
    match (named_language(one), named_language(other)) {
        (Some((stem, lang)), Some((other, than))) => stem == other && lang != than,
        _ => false,
    }
}

/// Returns the language that stands in the name of a plain text, `memo.fr.txt` or `memo.fr`, and the name before it.
fn named_language(file: &str) -> Option<(String, LanguageTag)> {
    let stem = match has_extension(file, &["txt", "text"]) {
        true => file.rsplit_once('.')?.0,
        false => file,
    };
    let (before, tag) = stem.rsplit_once('.')?;
    let lang: LanguageTag = tag.parse().ok()?;
    // Many an ending looks like a tag: only those of languages that have a name are taken for one.
    by_name(lang.language())?;
    Some((before.to_owned(), lang))
}

fn has_extension(file: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(file).extension().and_then(|x| x.to_str()).unwrap_or_default();
    extensions.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn coloured(diff: &str) -> String {
    diff.split_inclusive('\n')
        .map(|line| match line.as_bytes().first() {
            Some(b'-') => styled(look::BAD, line),
            Some(b'+') => styled(look::GOOD, line),
            Some(b'@') => styled(look::NAME, line),
            _ => line.to_owned(),
        })
        .collect()
}

/// Prints what checks there are.
fn list(common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
    if common.format != ReportFormat::Text {
        let mut stream = match common.format {
            ReportFormat::Jsonl => report::Stream::lines("check", session.out())?,
            _ => report::Stream::document("check"),
        };
        for check in CHECKS {
            stream.item(explain::about_json(*check)?, session.out())?;
        }
        stream.end(session.out())?;
        return Ok(Outcome::Done);
    }
    for check in CHECKS {
        let about = check.about();
        let about_it = explain::about_json(*check)?;
        let summary = about_it["summary"].as_str().unwrap_or_default().to_owned();
        let code = styled(look::NAME, report::padded(about.code, 22));
        let family = report::padded(about.family.as_str(), 12);
        let severity = report::padded(&about.severity.to_string(), 8);
        writeln!(session.out(), "{code}{family}{severity}{summary}")?;
    }
    Ok(Outcome::Done)
}
