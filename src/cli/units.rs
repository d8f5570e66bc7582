//! The side of `add`, `edit`, `list`, `remove` and `export` that is about translation units.

use serde_json::json;

use super::editor::{self, Trouble};
use super::values::filled;
use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{
    Base, Error, PropertyIs, UnitFilter, retold, unit_from_toml, unit_to_toml, variant, with_codes,
};
use crate::model::{Date, LanguageTag, Property, Revision, Segment, Unit, UnitOrigin};
use crate::report;

/// Which units: what `list`, `export` and `remove` share.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Choosing translation units")]
pub(super) struct UnitFlags {
    /// Only units last changed on this day or later: a year, a month or a day. Where no change is dated, the
    /// day counts on which the unit was made
    #[arg(long, value_name = "DATE")]
    from_date: Option<Date>,
    /// Only units last changed on this day or earlier
    #[arg(long, value_name = "DATE")]
    to_date: Option<Date>,
    /// Only units that this person made or changed; with several, any of them
    #[arg(long, value_name = "NAME", value_parser = filled)]
    user: Vec<String>,
    /// Only units that have this property, or have it with this value
    #[arg(long, value_name = "TYPE[=VALUE]")]
    property: Vec<PropertyIs>,
    /// Only units that were read from this file
    #[arg(long, value_name = "FILE", value_parser = filled)]
    from_file: Option<String>,
    /// Only units with this text in a segment, whatever its case and accents; with several, all of them
    #[arg(long, value_name = "TEXT", value_parser = filled)]
    contains: Vec<String>,
}

impl UnitFlags {
    /// Tells whether any of them is given.
    pub fn any(&self) -> bool {
        self.from_date.is_some()
            || self.to_date.is_some()
            || self.from_file.is_some()
            || !(self.user.is_empty() && self.property.is_empty() && self.contains.is_empty())
    }

    /// Refuses what nobody asked for units with.
    pub fn only_with(&self, units: bool, flag: &str) -> Result<(), Failure> {
        match self.any() && !units {
            true => Err(Failure::usage(format!(
                "--from-date, --to-date, --user, --property, --from-file and --contains choose units, with {flag}"
            ))),
            false => Ok(()),
        }
    }

    /// Returns the units that are asked for.
    pub fn filter(&self, memory: Option<&str>, langs: &[LanguageTag], since: Option<u64>) -> UnitFilter {
        UnitFilter {
            memory: memory.filter(|m| !m.is_empty()).map(str::to_owned),
            file: self.from_file.clone(),
            langs: langs.to_vec(),
            from: self.from_date,
            to: self.to_date,
            users: self.user.clone(),
            properties: self.property.clone(),
            contains: self.contains.clone(),
            since: since.map(Revision),
        }
    }
}

/// `zh-Hans=网络主权`
fn segment(text: &str) -> Result<(LanguageTag, String), Failure> {
    let wrong = |why: String| {
        Failure::usage(format!("\"{text}\": {why}"))
            .hint("write each segment as LANG=TEXT, such as fr=\"la souveraineté numérique\"")
    };
    let (lang, said) = text.split_once('=').ok_or_else(|| wrong("it names no language".to_owned()))?;
    Ok((lang.parse::<LanguageTag>().map_err(|e| wrong(e.to_string()))?, said.to_owned()))
}

/// What a unit that is added says beside its segments.
pub(super) struct Added<'a> {
    pub memory: &'a str,
    pub source_lang: Option<&'a LanguageTag>,
    pub tuid: Option<&'a String>,
    pub notes: &'a [String],
    pub anyway: bool,
    pub why: Option<&'a str>,
}

/// Adds a unit.
pub(super) fn add(
    segments: &[String],
    added: &Added<'_>,
    common: &Common,
    session: &mut Session,
) -> Result<Outcome, Failure> {
    let mut unit = Unit {
        origin: UnitOrigin {
            memory: added.memory.to_owned(),
            tuid: added.tuid.cloned(),
            ..UnitOrigin::default()
        },
        ..Unit::default()
    };
    for text in segments {
        let (lang, text) = segment(text)?;
        if text.trim().is_empty() {
            return Err(Failure::usage(format!("the segment in {lang} is empty")));
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(Failure::usage(format!("the segment in {lang} holds a control character")));
        }
        unit.variants.push(variant(lang, Segment::plain(text)));
    }
    let source = added.source_lang.or(unit.variants.first().map(|v| &v.lang)).cloned();
    let Some(first) = source.as_ref().and_then(|s| unit.variants.iter().position(|v| v.lang == *s)) else {
        return Err(Failure::usage("no segment is in the source language that is named"));
    };
    if unit.variants.iter().all(|v| Some(&v.lang) == source.as_ref()) {
        return Err(Failure::usage("a unit has a segment and a translation of it")
            .hint("wicterm add --unit en=\"cyber sovereignty\" zh-Hans=网络主权"));
    }
    unit.variants[..=first].rotate_right(1);
    unit.source_lang = source;
    let note = |text: &String| Property { kind: None, text: text.clone(), attributes: vec![] };
    unit.properties = added.notes.iter().map(note).collect();
    let text = &unit.variants[0].segment.text;
    let why = format!("add the unit \"{}\"", crate::text::clip(text, 60));
    let who = place::who(session, "add", Some(added.why.unwrap_or(&why)));
    let written =
        place::in_base_or_new(common, session, |base, _| Ok(base.add_unit(unit, added.anyway, who)?))?;
    match common.format {
        ReportFormat::Text => writeln!(session.out(), "{}", written.unit.id)?,
        format => {
            let item = json!({"unit": written.unit.id, "memory": written.unit.origin.memory,
                "revision": written.revision});
            report::one("add", item, format == ReportFormat::Jsonl, session.out())?;
        }
    }
    Ok(Outcome::Done)
}

/// What an edit of a unit is told by flags.
pub(super) struct Edited<'a> {
    pub segments: &'a [String],
    pub source_lang: Option<&'a LanguageTag>,
    pub notes: &'a [String],
    pub force: bool,
    pub why: Option<&'a str>,
}

/// Changes a unit, by flags or in the editor.
pub(super) fn edit(
    before: Unit,
    base: Base,
    edited: &Edited<'_>,
    common: &Common,
    session: &mut Session,
) -> Result<Outcome, Failure> {
    let by_flags = !edited.segments.is_empty() || edited.source_lang.is_some() || !edited.notes.is_empty();
    let mut editing = Editing { edited, before, base, common };
    let after = match by_flags {
        true => editing.by_flags(session)?,
        false => {
            let name = format!("unit-{}", &editing.before.id.to_string()[..8]);
            let text = unit_to_toml(&editing.before);
            // Nobody should write for an hour to be told then.
            editing.base.may_write(&editing.before.origin.memory)?;
            editor::edit(&name, text, &mut editing, session)?
        }
    };
    let before = &editing.before;
    match &after {
        None => session.say("nothing to change"),
        Some(_) if common.format == ReportFormat::Text => writeln!(session.out(), "{}", before.id)?,
        Some(_) => {}
    }
    if let Some(after) = &after {
        for line in report::unit_changes(Some(before), Some(after)) {
            session.say(format!("  {line}"));
        }
    }
    if common.format != ReportFormat::Text {
        let item = json!({"unit": before.id, "changed": after.is_some()});
        report::one("edit", item, common.format == ReportFormat::Jsonl, session.out())?;
    }
    Ok(Outcome::Done)
}

struct Editing<'a> {
    edited: &'a Edited<'a>,
    before: Unit,
    base: Base,
    common: &'a Common,
}

impl Editing<'_> {
    fn who(&self, session: &Session) -> crate::store::Who {
        let why = format!("edit unit {}", self.before.id);
        place::who(session, "edit", Some(self.edited.why.unwrap_or(&why)))
    }

    fn by_flags(&mut self, session: &mut Session) -> Result<Option<Unit>, Failure> {
        let before = &self.before;
        let mut texts: Vec<(LanguageTag, String)> =
            before.variants.iter().map(|v| (v.lang.clone(), with_codes(&v.segment))).collect();
        for said in self.edited.segments {
            let (lang, text) = segment(said)?;
            let there: Vec<usize> = (0..texts.len()).filter(|n| texts[*n].0 == lang).collect();
            match there[..] {
                [] if text.is_empty() => {
                    return Err(Failure::usage(format!("there is no segment in {lang}")));
                }
                [] => texts.push((lang, text)),
                [only] if text.is_empty() => drop(texts.remove(only)),
                [only] => texts[only].1 = text,
                _ => {
                    return Err(Failure::usage(format!("the unit has several segments in {lang}"))
                        .hint("change them in the editor: edit without LANG=TEXT"));
                }
            }
        }
        let (variants, trouble) = retold(before, texts).map_err(Failure::usage)?;
        if !trouble.is_empty() && !self.edited.force {
            return Err(Failure::usage(format!("inline codes would be damaged: {}", trouble.join("; "))).hint(
                "`wicterm show` shows them as {1}, {2} …, which may move and each stay once; --force takes the \
                 text as it is",
            ));
        }
        let mut after = Unit { variants, ..before.clone() };
        if let Some(lang) = self.edited.source_lang {
            after.source_lang = Some(lang.clone());
        }
        let note = |text: &String| Property { kind: None, text: text.clone(), attributes: vec![] };
        after.properties.extend(self.edited.notes.iter().map(note));
        if after == *before {
            return Ok(None);
        }
        let who = self.who(session);
        Ok(Some(self.base.replace_unit(&self.before, after, who)?.unit))
    }
}

impl editor::Draft for Editing<'_> {
    type Done = Unit;

    fn take(&mut self, text: &str, session: &mut Session) -> Result<Option<Unit>, Trouble> {
        let wrong = |what: &str, lines: Vec<String>, session: &mut Session| {
            for line in &lines {
                session.warn(report::severe(crate::model::Severity::Error, line));
            }
            let mut trouble = Trouble::new(format!("{what}; nothing was written"));
            trouble.lines = lines.into_iter().map(|line| format!("error: {line}")).collect();
            trouble
        };
        let (after, damage) = unit_from_toml(text, &self.before).map_err(|e| {
            let lines = e.lines().filter(|l| !l.trim().is_empty()).map(str::to_owned).collect();
            wrong("the text is not a unit yet", lines, session)
        })?;
        if !damage.is_empty() && !self.edited.force {
            return Err(wrong("inline codes would be damaged (--force takes it as it is)", damage, session));
        }
        if after == self.before {
            return Ok(None);
        }
        let who = self.who(session);
        match self.base.replace_unit(&self.before, after.clone(), who) {
            Ok(written) => Ok(Some(written.unit)),
            Err(Error::Changed(_)) => {
                let now = place::open(self.common, session)
                    .and_then(|base| Ok(base.find_unit(&self.before.id.to_string())?));
                let Ok(now) = now else { return Err(Trouble::removed("unit")) };
                let theirs = report::unit_changes(Some(&self.before), Some(&now));
                let ours = report::unit_changes(Some(&self.before), Some(&after));
                Err(Trouble::conflict("unit", &theirs, &ours, session))
            }
            Err(other) => Err(Trouble::of(other.into(), session)),
        }
    }

    fn take_up(&mut self, session: &mut Session) -> Result<(), Failure> {
        self.base = place::open_to_write(self.common, session)?;
        self.before = self
            .base
            .find_unit(&self.before.id.to_string())
            .map_err(|_| Failure::unable("edit", "the unit was removed in the meantime"))?;
        Ok(())
    }
}

/// Lists units.
pub(super) fn list(
    filter: &UnitFilter,
    limit: Option<usize>,
    common: &Common,
    session: &mut Session,
) -> Result<Outcome, Failure> {
    let base = place::open(common, session)?;
    let mut stream = match common.format {
        ReportFormat::Jsonl => Some(report::Stream::lines("list", session.out())?),
        ReportFormat::Json => Some(report::Stream::document("list")),
        _ => None,
    };
    let columns = session.columns().unwrap_or(0);
    let mut listed = 0;
    for unit in base.units(filter).take(limit.unwrap_or(usize::MAX)) {
        let unit = unit?;
        listed += 1;
        match &mut stream {
            Some(stream) => stream.item(report::unit_json(&unit), session.out())?,
            None => writeln!(session.out(), "{}", report::unit_line(&unit, columns))?,
        }
    }
    if let Some(stream) = stream {
        stream.end(session.out())?;
    } else if listed == 0 {
        session.say("no unit is like that");
    }
    Ok(Outcome::Done)
}

/// How units that are to be removed are removed.
pub(super) struct Removal<'a> {
    pub dry_run: bool,
    pub yes: bool,
    pub why: Option<&'a str>,
}

/// Removes the units that are like that, when that is meant.
pub(super) fn remove(
    filter: &UnitFilter,
    removal: &Removal<'_>,
    common: &Common,
    session: &mut Session,
) -> Result<Outcome, Failure> {
    if !filter.is_picky() {
        return Err(Failure::usage("every unit of the base would be removed")
            .hint("say which: --memory NAME, --from-file FILE, --lang, --user, --from-date …"));
    }
    let mut base = place::open_to_write(common, session)?;
    let all = base.snapshot().counts().units;
    let told = |n: u64, session: &mut Session| -> Result<(), Failure> {
        if common.format != ReportFormat::Text {
            let item = json!({"units": n, "dry_run": removal.dry_run});
            report::one("remove", item, common.format == ReportFormat::Jsonl, session.out())?;
        }
        Ok(())
    };
    if removal.dry_run || !removal.yes {
        let bar = session.progress_of(all, "looking");
        let found = base.count_units(filter, &|n| bar.set_position(n))?;
        bar.finish_and_clear();
        if found == 0 || removal.dry_run {
            match common.format {
                ReportFormat::Text => writeln!(session.out(), "{found} of {all} units are like that")?,
                _ => told(found, session)?,
            }
            if removal.dry_run {
                session.say("a dry run: nothing was written");
            }
            return Ok(Outcome::Done);
        }
        if !session.can_ask() {
            return Err(Failure::usage(format!(
                "{found} of {all} units would be removed; nothing was written"
            ))
            .hint("--yes removes them, --dry-run only counts; `wicterm list --units` shows which they are"));
        }
        let answer = session.ask(&format!("Remove {found} of {all} units? [y/N]"));
        if !answer.is_some_and(|answer| answer.to_lowercase().starts_with('y')) {
            session.say("nothing was removed");
            return Ok(Outcome::Done);
        }
    }
    let why = removal.why.unwrap_or("remove units");
    let who = place::who(session, "remove", Some(why));
    let bar = session.progress_of(all, "removing");
    let (removed, revision) = base.remove_units(filter, who, &|n| bar.set_position(n))?;
    bar.finish_and_clear();
    told(removed, session)?;
    match removed {
        0 => session.say("no unit is like that: nothing was removed"),
        _ => session
            .say(format!("removed {removed} of {all} units; `wicterm undo {revision}` brings them back")),
    }
    Ok(Outcome::Done)
}
