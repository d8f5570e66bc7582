//! The page of a check: what it says, for `wicterm explain`, and its examples, which are tests.

use std::ops::Range;

use super::{Check, Options, Rows, run, run_on_base};
use crate::find::terms::Terms;
use crate::model::{
    Concept, Context, Finding, LanguageTag, Period, Place, Relation, RelationKind, Segment, Side, Slug,
    Status, Term, TermKind,
};

/// A page, cut into what it says and its examples.
#[derive(Debug)]
pub struct Page {
    /// The first paragraph: what was found.
    pub summary: String,
    /// The examples, in order.
    pub examples: Vec<Example>,
}

/// An example of a page.
///
/// In the page it is a fenced block, `fires` or `quiet`. Its lines are `language: text`, the first language
/// the source (or the only one); further pairs follow `---`. Then what else there is:
/// `terms: en digital divide | fr fracture numérique; fossé numérique (deprecated 2015..2017)`, a line for a concept;
/// with ` -> slug` at its end for a relation and ` ~ text` for a snippet;
/// `date: 2016`; `option: name = value`, as it would stand in `wicterm.toml`; of one that fires, `found: surface`
/// for each finding in turn and `fixed: text` for what the fixes make of the (last) target.
/// `\n`, `\t` and `\u{200b}` stand for what cannot be seen.
#[derive(Debug, Default)]
pub struct Example {
    /// Whether the check is expected to speak.
    pub fires: bool,
    /// The rows: source, target; one text alone where there is no source.
    pub rows: Vec<(Option<Segment>, Segment)>,
    /// The languages.
    pub langs: Vec<LanguageTag>,
    /// The terms.
    pub terms: Terms,
    /// The concepts they are of, for checks of the base itself.
    pub concepts: Vec<Concept>,
    /// The options.
    pub options: Options,
    /// What is found, where it is said.
    pub found: Vec<String>,
    /// What the fixes make of the last target, where it is said.
    pub fixed: Option<String>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Errors
    ///
    /// A sentence that says which line of an example makes no sense.
    pub fn read(page: &str) -> Result<Self, String> {
        let mut summary = String::new();
        let mut examples = vec![];
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            match line {
                "```fires" | "```quiet" => {
                    let body: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
                    examples.push(Example::read(line == "```fires", &body)?);
                }
                _ if line.starts_with('#') || !examples.is_empty() => {}
                _ if summary.ends_with('\n') => {}
                "" if !summary.is_empty() => summary.push('\n'),
                _ => {
                    let space = if summary.is_empty() { "" } else { " " };
                    summary = format!("{summary}{space}{line}").trim_start().to_owned();
                }
            }
        }
        Ok(Self { summary: summary.trim_end().to_owned(), examples })
    }
}

impl Example {
    fn read(fires: bool, lines: &[&str]) -> Result<Self, String> {
        let mut example = Self { fires, ..Self::default() };
        let mut row: Vec<(LanguageTag, Segment)> = vec![];
        let mut rows: Vec<Vec<(LanguageTag, Segment)>> = vec![];
        let mut concepts = vec![];
        let mut options = String::new();
        for line in lines {
            if *line == "---" {
                rows.push(std::mem::take(&mut row));
                continue;
            }
            let (name, value) = line.split_once(':').ok_or_else(|| format!("no colon in \"{line}\""))?;
            let value = value.trim_start();
            match name {
                "terms" => concepts.push(concept(value, concepts.len())?),
                "date" => example.options.date = Some(value.parse().map_err(|e| format!("{e}"))?),
                "option" => options = format!("{options}{value}\n"),
                "found" => example.found.push(unescaped(value)),
                "fixed" => example.fixed = Some(unescaped(value)),
                lang => {
                    let lang = lang.parse().map_err(|_| format!("nobody knows what \"{lang}:\" is"))?;
                    row.push((lang, Segment::plain(unescaped(value))));
                }
            }
        }
        rows.push(row);
        // A check of the base looks at terms alone.
        rows.retain(|row| !row.is_empty() || concepts.is_empty());
        for row in rows {
            let langs: Vec<LanguageTag> = row.iter().map(|(lang, _)| lang.clone()).collect();
            if !example.langs.is_empty() && example.langs != langs {
                return Err("all rows of an example are in the same languages".to_owned());
            }
            example.langs = langs;
            let mut texts = row.into_iter().map(|(_, segment)| segment);
            match (texts.next(), texts.next(), texts.next()) {
                (Some(alone), None, None) => example.rows.push((None, alone)),
                (Some(source), Some(target), None) => example.rows.push((Some(source), target)),
                _ => return Err("a row is one text or two".to_owned()),
            }
        }
        example.concepts = concepts.clone();
        example.terms = Terms::of(concepts);
        if !options.is_empty() {
            let date = example.options.date;
            let settings = super::Settings::of_table(&options).map_err(|e| e.to_string())?;
            if let Some(unknown) = settings.complaints.first() {
                return Err(unknown.clone());
            }
            example.options = settings.options;
            example.options.date = example.options.date.or(date);
        }
        Ok(example)
    }

    /// Asks one check about it, as if there were no other.
    pub fn ask(&self, check: &dyn Check) -> Vec<Finding> {
        let only = vec![check.about().code.to_owned()];
        self.run(&Options { only, ..self.options.clone() })
    }

    /// Asks all checks about it.
    pub fn ask_all(&self) -> Vec<Finding> {
        self.run(&self.options)
    }

    fn run(&self, options: &Options) -> Vec<Finding> {
        match self.rows.is_empty() {
            true => run_on_base(&self.concepts, options),
            false => run(self, &self.terms, options),
        }
    }
}

/// Makes terms of lines as an example has them.
#[cfg(test)]
pub(super) fn terms_of(lines: &[&str]) -> Terms {
    Terms::of(lines.iter().enumerate().map(|(at, line)| concept(line, at).unwrap_or_default()))
}

/// Reads `en cyber sovereignty | zh-Hans 网络主权; 赛博主权 (deprecated 2014..2015)`.
fn concept(text: &str, number: usize) -> Result<Concept, String> {
    let mut concept = Concept::default();
    let (text, snippet) = text.split_once(" ~ ").map_or((text, None), |(t, s)| (t, Some(s)));
    let (text, target) = text.split_once(" -> ").map_or((text, None), |(t, s)| (t, Some(s)));
    if let Some(target) = target {
        concept.relations.push(Relation { kind: RelationKind::See, target: target.to_owned(), label: None });
    }
    for section in text.split('|') {
        let (lang, terms) =
            section.trim().split_once(' ').ok_or_else(|| format!("no term in \"{section}\""))?;
        let lang: LanguageTag = lang.parse().map_err(|e| format!("{e}"))?;
        for written in terms.split(';') {
            let term = term(written.trim(), concept.section(&lang).is_none())?;
            concept.section_mut(&lang).terms.push(term);
        }
    }
    if let (Some(snippet), Some(section)) = (snippet, concept.languages.first_mut()) {
        section.terms.iter_mut().take(1).for_each(|t| t.contexts.push(Context::new(snippet)));
    }
    concept.slug = format!("c{number}").parse::<Slug>().ok();
    Ok(concept)
}

/// Reads `赛博主权 (deprecated 2014..2015)`; the first term of a section is preferred unless it says otherwise.
fn term(text: &str, first: bool) -> Result<Term, String> {
    let (text, rules) = match text.strip_suffix(')').and_then(|t| t.rsplit_once(" (")) {
        Some((text, rules)) => (text, rules),
        None => (text, ""),
    };
    let mut term = Term::new(text);
    term.status = Some(if first { Status::Preferred } else { Status::Admitted });
    for rule in rules.split([' ', ',']).filter(|r| !r.is_empty()) {
        if let Ok(status) = rule.parse() {
            term.status = Some(status);
        } else if let Ok(kind) = rule.parse::<TermKind>() {
            term.kind = Some(kind);
        } else if let Ok(mode) = rule.parse() {
            term.match_rule.mode = Some(mode);
        } else if let Some((from, to)) = rule.split_once("..") {
            term.validity.push(Period { from: from.parse().ok(), to: to.parse().ok() });
        } else {
            match rule {
                "forbidden" => term.forbidden = true,
                "do-not-translate" => term.match_rule.do_not_translate = true,
                "case-sensitive" => term.match_rule.case_sensitive = true,
                _ => return Err(format!("nobody knows the rule \"{rule}\"")),
            }
        }
    }
    Ok(term)
}

/// Reads `\n`, `\t` and `\u{200b}` as what they stand for.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = after;
        let code = rest.strip_prefix("u{").and_then(|r| r.split_once('}'));
        if let Some((c, after)) = code.and_then(|(hex, after)| {
            Some((u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)?, after))
        }) {
            out.push(c);
            rest = after;
        } else if let Some(after) = rest.strip_prefix('n') {
            out.push('\n');
            rest = after;
        } else if let Some(after) = rest.strip_prefix('t') {
            out.push('\t');
            rest = after;
        } else {
            out.push('\\');
        }
    }
    out + rest
}

impl Rows for Example {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn source(&self, row: usize) -> Option<&Segment> {
        self.rows[row].0.as_ref()
    }

    fn target(&self, row: usize) -> &Segment {
        &self.rows[row].1
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        match &self.langs[..] {
            [source, target, ..] => (Some(source), target),
            [alone] => (None, alone),
            [] => unreachable!("an example has a row"),
        }
    }

    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place {
        let segment = Some((range.start as u32, range.end as u32));
        Place { unit: Some((row + 1).to_string()), side: Some(side), segment, ..Place::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CHECKS;
    use super::*;

    fn examples() -> impl Iterator<Item = (&'static dyn Check, usize, Example)> {
        CHECKS.iter().flat_map(|check| {
            let code = check.about().code;
            let page = Page::read(check.about().page).unwrap_or_else(|e| panic!("{code}: {e}"));
            page.examples.into_iter().enumerate().map(move |(at, example)| (*check, at + 1, example))
        })
    }

    #[test]
    fn every_page_says_what_it_is_about_and_shows_it() {
        for check in CHECKS {
            let about = check.about();
            let page = Page::read(about.page).unwrap_or_else(|e| panic!("{}: {e}", about.code));
            assert!(about.page.starts_with(&format!("# {}\n", about.code)), "{}", about.code);
            assert!(page.summary.ends_with('.'), "{}: {}", about.code, page.summary);
            for heading in ["\n## Why\n", "\n## Cure\n"] {
                assert!(about.page.contains(heading), "{}: {heading}", about.code);
            }
            for fires in [true, false] {
                assert!(page.examples.iter().any(|e| e.fires == fires), "{}: fires {fires}", about.code);
            }
            for other in about.yields_to {
                assert!(CHECKS.iter().any(|c| c.about().code == *other), "{} yields to {other}", about.code);
            }
        }
    }

    #[test]
    fn what_a_page_shows_is_so() {
        let mut wrong = vec![];
        for (check, at, example) in examples() {
            let findings = example.ask(check);
            let said: Vec<_> = findings.iter().map(|f| f.surface.clone().unwrap_or_default()).collect();
            let ok = match (example.fires, example.found.is_empty()) {
                (false, _) => findings.is_empty(),
                (true, true) => !findings.is_empty(),
                (true, false) => said == example.found,
            };
            if !ok {
                wrong.push(format!("{}, example {at}: {said:?}", check.about().code));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_right_example_is_right_to_every_check() {
        let mut wrong = vec![];
        for (check, at, example) in examples().filter(|(_, _, e)| !e.fires) {
            let shouting =
                example.ask_all().into_iter().filter(|f| f.severity > crate::model::Severity::Info);
            wrong.extend(shouting.map(|f| format!("{}, example {at}: {}", check.about().code, f.check)));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// A fix is safe if applying it removes that finding, adds none and changes no other byte.
    #[test]
    fn a_fix_removes_its_finding_and_brings_no_other() {
        let mut wrong = vec![];
        for (check, at, example) in examples() {
            let name = format!("{}, example {at}", check.about().code);
            let before = example.ask_all();
            let mut last = example.rows.last().map(|(_, t)| t.text.clone()).unwrap_or_default();
            for finding in example.ask(check).iter().rev() {
                let Some(fix) = &finding.fix else { continue };
                let (start, end) = finding.place.segment.unwrap_or_default();
                let row = finding.place.unit.as_ref().and_then(|u| u.parse::<usize>().ok()).unwrap_or(1) - 1;
                let mut fixed = Example { rows: example.rows.clone(), ..Example::default() };
                fixed.langs = example.langs.clone();
                fixed.terms = example.terms.clone();
                fixed.options = example.options.clone();
                let side = match finding.place.side {
                    Some(Side::Source) => fixed.rows[row].0.get_or_insert_default(),
                    _ => &mut fixed.rows[row].1,
                };
                side.text.replace_range(start as usize..end as usize, fix);
                let after = fixed.ask_all();
                let same = |f: &Finding| f.check == finding.check && f.surface == finding.surface;
                let count = |all: &[Finding]| all.iter().filter(|f| same(f)).count();
                if count(&after) >= count(&before) {
                    wrong.push(format!("{name}: the fix of \"{:?}\" does not help", finding.surface));
                }
                for new in after
                    .iter()
                    .filter(|f| !before.iter().any(|b| b.check == f.check && b.surface == f.surface))
                {
                    wrong.push(format!("{name}: the fix brings {} {:?}", new.check, new.surface));
                }
                if row + 1 == example.rows.len() && finding.place.side != Some(Side::Source) {
                    last.replace_range(start as usize..end as usize, fix);
                }
            }
            if let Some(expected) = &example.fixed
                && *expected != last
            {
                wrong.push(format!("{name}: fixed to \"{last}\""));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
