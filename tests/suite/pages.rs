//! The pages on the formats, `docs/formats/`: what each format carries, what becomes a note, what is lost; and
//! those on the checks, `docs/checks/`.
//!
//! They are made of the formats' own documentation and of what an export of a concept and of a unit with
//! everything in them reports, and of the pages of the checks, whose examples are tests, so they cannot say what
//! is not so. `WICTERM_WRITE_DOCS=1` writes them anew.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wicterm::base::{Base, ExportOptions, ImportOptions, Selection, Source};
use wicterm::check::validate::SELECTED;
use wicterm::check::{CHECKS, LooksAt};
use wicterm::format::{FORMATS, Format, Loss, LossClass, ReadOptions, Shape, term_table_columns};
use wicterm::model::{Concept, Unit};
use wicterm::store::Who;

/// A page: its name, its title, where the words on it stand, and how the names of its formats begin.
struct Page {
    name: &'static str,
    title: &'static str,
    words: &'static [&'static str],
    formats: &'static [&'static str],
}

/// The languages of the example, for formats of one pair.
const PAIR: [&str; 2] = ["en", "zh-Hans"];

const PAGES: &[Page] = &[
    Page { name: "tbx", title: "TBX", words: &["tbx/mod.rs"], formats: &["tbx-"] },
    Page { name: "tmx", title: "TMX", words: &["tmx/mod.rs"], formats: &["tmx"] },
    Page { name: "xliff", title: "XLIFF", words: &["xliff/mod.rs"], formats: &["xliff"] },
    Page {
        name: "terms",
        title: "Term tables",
        words: &["tables/mod.rs", "tables/long.rs", "tables/wide.rs"],
        formats: &["terms-"],
    },
    Page { name: "xlsx", title: "Excel workbooks", words: &["tables/xlsx.rs"], formats: &["xlsx"] },
    Page { name: "bitext", title: "Bitext tables", words: &["tables/bitext.rs"], formats: &["bitext-"] },
    Page {
        name: "multiterm",
        title: "MultiTerm XML",
        words: &["multiterm/mod.rs"],
        formats: &["multiterm-"],
    },
    Page { name: "po", title: "PO", words: &["po/mod.rs"], formats: &["po"] },
    Page {
        name: "omegat",
        title: "Glossaries of OmegaT",
        words: &["tables/tools/omegat.rs"],
        formats: &["omegat-"],
    },
    Page {
        name: "deepl",
        title: "Glossaries of DeepL",
        words: &["tables/tools/deepl.rs"],
        formats: &["deepl-"],
    },
    Page {
        name: "weblate",
        title: "Glossaries of Weblate",
        words: &["tbx/weblate.rs"],
        formats: &["weblate-"],
    },
    Page { name: "memoq", title: "Tables of memoQ", words: &["tables/tools/memoq.rs"], formats: &["memoq-"] },
    Page {
        name: "crowdin",
        title: "Tables of Crowdin",
        words: &["tables/tools/crowdin.rs"],
        formats: &["crowdin-"],
    },
    Page {
        name: "phrase",
        title: "Term bases of Phrase Strings",
        words: &["tables/tools/phrase.rs"],
        formats: &["phrase-"],
    },
    Page {
        name: "clouds",
        title: "Glossaries of Google, Amazon and Azure",
        words: &["tables/tools/clouds.rs"],
        formats: &["google-", "amazon-", "azure-"],
    },
    Page { name: "utx", title: "UTX", words: &["tables/tools/utx.rs"], formats: &["utx"] },
    Page { name: "glossary", title: "Glossary folders", words: &["glossary/mod.rs"], formats: &["glossary"] },
    Page {
        name: "publication",
        title: "Publication",
        words: &[
            "publication/mod.rs",
            "publication/html.rs",
            "publication/markdown.rs",
            "publication/llm.rs",
        ],
        formats: &["html", "markdown", "llm"],
    },
    Page { name: "skos", title: "SKOS", words: &["skos.rs"], formats: &["skos-"] },
    Page { name: "jsonl", title: "JSON Lines", words: &["jsonl.rs"], formats: &["jsonl"] },
];

impl Page {
    fn formats(&self) -> Vec<&'static Format> {
        let ours = |f: &&&Format| self.formats.iter().any(|name| f.name.starts_with(name));
        FORMATS.iter().filter(ours).copied().collect()
    }
}

/// The name of the page on a format.
pub fn page_on(format: &Format) -> &'static str {
    let of = |page: &&Page| page.formats().iter().any(|f| f.name == format.name);
    PAGES.iter().find(of).map_or("README", |page| page.name)
}

#[test]
fn the_pages_on_the_formats_say_what_the_formats_do() {
    let folder = top("docs/formats");
    let mut pages: Vec<(String, String)> =
        PAGES.iter().map(|page| (format!("{}.md", page.name), render(page))).collect();
    pages.push(("README.md".to_owned(), contents()));
    if std::env::var_os("WICTERM_WRITE_DOCS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let stale: Vec<_> = pages
        .iter()
        .filter(|(name, text)| fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text))
        .map(|(name, _)| name)
        .collect();
    assert!(
        stale.is_empty(),
        "docs/formats: {stale:?} say what is no longer so; WICTERM_WRITE_DOCS=1 writes them"
    );
}

#[test]
fn the_pages_on_the_checks_are_those_of_explain() {
    let folder = top("docs/checks");
    let mut pages: Vec<(String, String)> = CHECKS
        .iter()
        .map(|check| (format!("{}.md", check.about().code), check_page(check.about().page)))
        .collect();
    pages.push(("README.md".to_owned(), checks_contents()));
    let there = || {
        let files = fs::read_dir(&folder).into_iter().flatten().flatten();
        files.map(|file| file.file_name().to_string_lossy().into_owned())
    };
    let known = |name: &String| pages.iter().any(|(page, _)| page == name);
    if std::env::var_os("WICTERM_WRITE_DOCS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        there().filter(|name| !known(name)).for_each(|name| fs::remove_file(folder.join(name)).unwrap());
        for (name, text) in &pages {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let mut stale: Vec<String> = there().filter(|name| !known(name)).collect();
    stale.extend(
        pages
            .iter()
            .filter(|(name, text)| fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text))
            .map(|(name, _)| name.clone()),
    );
    assert!(
        stale.is_empty(),
        "docs/checks: {stale:?} say what is no longer so; WICTERM_WRITE_DOCS=1 writes them"
    );
}

/// A check's page as it is read: its examples say what they are.
fn check_page(page: &str) -> String {
    let examples = page
        .replace("```fires\n", "Found in this:\n\n```text\n")
        .replace("```quiet\n", "Nothing to say of this:\n\n```text\n");
    format!("{}\n\n[All checks](README.md)\n", examples.trim_end())
}

fn checks_contents() -> String {
    let mut out = "# Checks\n\nWhat `wicterm check` looks for. `wicterm check --list` prints this list, `wicterm explain CODE` a page. \
                   How much a\nfinding matters and which checks are asked is for you to decide: see \
                   [the settings](../checking.md).\n"
        .to_owned();
    let mut families: Vec<_> = CHECKS.iter().map(|c| c.about().family).collect();
    families.sort();
    families.dedup();
    for family in families {
        writeln!(
            out,
            "\n## {}\n\n| check | severity | looks at | what was found |\n| --- | --- | --- | --- |",
            family.as_str()
        )
        .unwrap();
        for about in CHECKS.iter().map(|c| c.about()).filter(|about| about.family == family) {
            let summary = wicterm::check::Page::read(about.page).unwrap().summary.replace('|', "\\|");
            let looks_at = match about.looks_at {
                LooksAt::Pairs => "pairs",
                LooksAt::Texts => "any text",
                LooksAt::Base => "the base",
            };
            writeln!(out, "| [`{0}`]({0}.md) | {1} | {looks_at} | {summary} |", about.code, about.severity)
                .unwrap();
        }
    }
    out
}

#[test]
fn every_format_has_a_page() {
    let homeless: Vec<_> = FORMATS
        .iter()
        .filter(|f| PAGES.iter().filter(|p| p.formats().iter().any(|o| o.name == f.name)).count() != 1)
        .collect();
    assert!(homeless.is_empty(), "{homeless:?}");
}

fn contents() -> String {
    let mut out = "# Formats\n\nA page for each family; `wicterm import --list` and `wicterm export --list` show the names.\n\n\
                   | page | name | what it is | reads | writes |\n| --- | --- | --- | --- | --- |\n"
        .to_owned();
    for page in PAGES {
        for format in page.formats() {
            let yes = |door: bool| if door { "yes" } else { "" };
            writeln!(
                out,
                "| [{}]({}.md) | `{}` | {} | {} | {} |",
                page.title,
                page.name,
                format.name,
                format.about,
                yes(format.read.is_some()),
                yes(format.write.is_some())
            )
            .unwrap();
        }
    }
    out.push_str(
        "\n## Which schema judges what\n\n`wicterm validate` judges a file by what its first element says \
         (`wicterm validate --schemas` prints this too):\n\n| first element | judged by |\n| --- | --- |\n",
    );
    for (root, schema) in SELECTED {
        let root = if root.starts_with('<') {
            format!("`{}", root.replacen('>', ">`", 1))
        } else {
            (*root).to_owned()
        };
        writeln!(out, "| {root} | {schema} |").unwrap();
    }
    out
}

fn render(page: &Page) -> String {
    let mut out = format!("# {}\n\n", page.title);
    out.push_str("| name | what it is | endings |\n| --- | --- | --- |\n");
    for format in page.formats() {
        let endings: Vec<_> = format.extensions.iter().map(|e| format!("`.{e}`")).collect();
        let endings = if format.shape == Shape::Folder { "a folder".to_owned() } else { endings.join(" ") };
        writeln!(out, "| `{}` | {} | {endings} |", format.name, format.about).unwrap();
    }
    let samples: Vec<_> = page
        .formats()
        .iter()
        .map(|f| f.name)
        .filter(|name| top("seeds/formats").join(name).exists())
        .map(|name| format!("[`{name}`](../../seeds/formats/{name})"))
        .collect();
    if !samples.is_empty() {
        writeln!(out, "\nSamples: {}.", samples.join(", ")).unwrap();
    }
    for file in page.words {
        out.push('\n');
        out.push_str(&words(&top("src/format").join(file)));
    }
    if page.name == "terms" {
        out.push_str(
            "\n## The columns of the long term table\n\n| column | also read from |\n| --- | --- |\n",
        );
        for (name, others) in term_table_columns() {
            let others: Vec<_> = others.iter().map(|o| format!("`{o}`")).collect();
            writeln!(out, "| `{name}` | {} |", others.join(", ")).unwrap();
        }
        out.push_str("\nCase, blanks, hyphens and underscores do not count in a header; `--map OURS=THEIRS` names any other.\n");
    }
    for (what, kind) in [("concept", Kind::Concept), ("unit", Kind::Unit)] {
        let formats: Vec<_> = page.formats().into_iter().filter(|f| kind.carried_by(f)).collect();
        if !formats.is_empty() {
            writeln!(out, "\n## What becomes of a {what}\n").unwrap();
            table(&mut out, kind, &formats);
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Concept,
    Unit,
}

impl Kind {
    fn carried_by(self, format: &Format) -> bool {
        let holds = if self == Self::Concept { format.concepts } else { format.units };
        holds && format.write.is_some()
    }

    fn example(self) -> Value {
        let text = match self {
            Self::Concept => include_str!("full.json"),
            Self::Unit => include_str!("full-unit.json"),
        };
        let example: Value = serde_json::from_str(text).unwrap();
        // A field with a slip in its name would be passed over.
        let mut known = match self {
            Self::Concept => serde_json::to_value(serde_json::from_str::<Concept>(text).unwrap()),
            Self::Unit => serde_json::to_value(serde_json::from_str::<Unit>(text).unwrap()),
        }
        .unwrap();
        known.as_object_mut().unwrap().remove("id");
        assert_eq!(known, example);
        example
    }
}

fn table(out: &mut String, kind: Kind, formats: &[&'static Format]) {
    let reports: Vec<Vec<Loss>> = formats.iter().map(|f| losses(kind, f)).collect();
    let mut whys: Vec<String> = vec![];
    let rows = rows(&kind.example()).into_iter().map(|(label, pointers)| {
        let cells = reports.iter().map(|report| cell(report, &pointers, &mut whys)).collect();
        (label, cells)
    });
    let mut rows: Vec<(Vec<String>, Vec<String>)> = rows.collect();
    gather(&mut rows);
    let head: Vec<_> = formats.iter().map(|f| format!("`{}`", f.name)).collect();
    writeln!(out, "| field | {} |", head.join(" | ")).unwrap();
    writeln!(out, "| --- |{}", " --- |".repeat(formats.len())).unwrap();
    for (label, cells) in &rows {
        writeln!(out, "| {} | {} |", label.join(" › "), cells.join(" | ")).unwrap();
    }
    if whys.is_empty() {
        out.push_str("\nEverything is carried.\n");
        return;
    }
    out.push_str(
        "\n*yes*: as data of the format. *note*: for other programs no more than a note, or a coarser value beside one; \
         wicterm reads it back. *lost*: not in the file. The loss report of an export says all this entry by entry.\n\n",
    );
    for (n, why) in whys.iter().enumerate() {
        writeln!(out, "{}. {why}", n + 1).unwrap();
    }
}

/// What becomes of a field in one format, with the numbers of the reasons.
fn cell(report: &[Loss], pointers: &[String], whys: &mut Vec<String>) -> String {
    let told = report.iter().filter(|loss| pointers.iter().any(|p| touches(&loss.field, p)));
    let mut word = "yes";
    let mut reasons = vec![];
    for loss in told {
        word = if loss.class == LossClass::Lost { "lost" } else { "note" };
        let at = whys.iter().position(|why| *why == loss.why).unwrap_or_else(|| {
            whys.push(loss.why.clone());
            whys.len() - 1
        });
        if !reasons.contains(&(at + 1)) {
            reasons.push(at + 1);
        }
    }
    let reasons: Vec<_> = reasons.iter().map(|n| format!(" ({n})")).collect();
    format!("{word}{}", reasons.concat())
}

/// Makes one row of all that is in a thing, where the same becomes of it all.
fn gather(rows: &mut Vec<(Vec<String>, Vec<String>)>) {
    let deepest = rows.iter().map(|(label, _)| label.len()).max().unwrap_or_default();
    for depth in (1..deepest).rev() {
        let mut gathered: Vec<(Vec<String>, Vec<String>)> = vec![];
        for (label, cells) in rows.iter() {
            let Some(parent) = label.get(..depth).filter(|_| label.len() == depth + 1) else {
                gathered.push((label.clone(), cells.clone()));
                continue;
            };
            let mut siblings = rows.iter().filter(|(l, _)| l.len() > depth && l[..depth] == *parent);
            let told_apart = ["language", "term", "variant", "relations", "references", "status"];
            let alike = !told_apart.contains(&&*parent[depth - 1]) && siblings.all(|(_, c)| c == cells);
            let row = (if alike { parent.to_vec() } else { label.clone() }, cells.clone());
            if !gathered.contains(&row) {
                gathered.push(row);
            }
        }
        *rows = gathered;
    }
}

/// Whether a loss concerns what a pointer names.
fn touches(lost: &str, pointer: &str) -> bool {
    let inside = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    inside(lost, pointer) || inside(pointer, lost)
}

/// The rows of a table: what a person calls a field, and the pointers to it.
fn rows(example: &Value) -> Vec<(Vec<String>, Vec<String>)> {
    let mut rows: Vec<(Vec<String>, Vec<String>)> = vec![];
    walk(example, "", &[], &mut |label, pointer| match rows.iter_mut().find(|(known, _)| known == label) {
        Some((_, pointers)) => pointers.push(pointer.to_owned()),
        None => rows.push((label.to_owned(), vec![pointer.to_owned()])),
    });
    // From the whole to its parts.
    let level = |label: &[String]| match &*label[0] {
        "language" | "variant" => 1,
        "term" => 2,
        _ => 0,
    };
    rows.sort_by_key(|(label, _)| level(label));
    rows
}

fn walk(value: &Value, pointer: &str, label: &[String], row: &mut dyn FnMut(&[String], &str)) {
    match value {
        Value::Object(fields) => {
            // A link is one thing, by its kind.
            if let (Some(Value::String(kind)), Some(_)) = (fields.get("kind"), fields.get("target")) {
                return row(&[label, std::slice::from_ref(kind)].concat(), pointer);
            }
            // The first term shows everything, the others how terms stand to each other.
            let other = label == ["term"] && !pointer.ends_with("/0");
            let shown = |key: &str| !other || matches!(key, "status" | "forbidden" | "of");
            let forbidden = fields.contains_key("forbidden");
            for (key, value) in
                fields.iter().filter(|(key, _)| shown(key) && (!forbidden || *key == "forbidden"))
            {
                if let ("status", Some(status)) = (&**key, value.as_str()) {
                    row(
                        &[label, &["status".to_owned(), status.to_owned()]].concat(),
                        &format!("{pointer}/status"),
                    );
                    continue;
                }
                let label = match (label, &**key) {
                    ([], "languages") => vec!["language".to_owned()],
                    ([], "variants") => vec!["variant".to_owned()],
                    ([one], "terms") if one == "language" => vec!["term".to_owned()],
                    (label, key) => [label, &[key.replace('_', " ")]].concat(),
                };
                walk(value, &format!("{pointer}/{key}"), &label, row);
            }
        }
        Value::Array(items) if items.iter().all(Value::is_object) => {
            for (n, item) in items.iter().enumerate() {
                walk(item, &format!("{pointer}/{n}"), label, row);
            }
        }
        _ => row(label, pointer),
    }
}

/// What an export of the example reports.
fn losses(kind: Kind, format: &'static Format) -> Vec<Loss> {
    let dir = tempfile::tempdir().unwrap();
    let lines = dir.path().join("example.jsonl");
    let mut text = "{\"schema_version\":1,\"format\":\"wicterm\"}\n".to_owned();
    match kind {
        Kind::Concept => {
            writeln!(text, "{}", serde_json::json!({"concept": kind.example()})).unwrap();
            text.push_str(
                "{\"concept\":{\"slug\":\"cyber-power\",\"languages\":[{\"lang\":\"en\",\"terms\":[{\"text\":\"cyber power\"}]}]}}\n",
            );
        }
        Kind::Unit => writeln!(text, "{}", serde_json::json!({"unit": kind.example()})).unwrap(),
    }
    fs::write(&lines, text).unwrap();
    let mut base = Base::memory().unwrap();
    let options = ImportOptions { read: ReadOptions::default(), ..ImportOptions::default() };
    let (reports, _) = base.import(vec![Source::Path(lines)], options, Who::default()).unwrap();
    assert_eq!((reports[0].findings, reports[0].conflicts), (0, 0), "{:?}", reports[0].details);
    let path = dir.path().join(match format.shape {
        Shape::Folder => "out".to_owned(),
        Shape::File => format!("out.{}", format.extensions.first().unwrap_or(&"txt")),
    });
    let langs = if format.bilingual { PAIR.map(|tag| tag.parse().unwrap()).to_vec() } else { vec![] };
    let options = ExportOptions {
        selection: Selection { langs, ..Selection::default() },
        source_lang: "en".parse().ok(),
        now: "2026-11-22T10:00:00Z".to_owned(),
        ..ExportOptions::default()
    };
    let report = base.export(&path, format, &options).unwrap();
    report.losses.into_iter().filter(|loss| loss.entry != "cyber-power").collect()
}

/// The documentation at the head of a source file, as a page says it.
fn words(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut out = String::new();
    for line in text.lines().map_while(|line| line.strip_prefix("//!")) {
        let line = line.strip_prefix(' ').unwrap_or(line);
        // What a heading is in a module is one below the page's title here.
        let line = if line.starts_with('#') { format!("#{line}") } else { line.to_owned() };
        out.push_str(&unlinked(&line));
        out.push('\n');
    }
    out
}

/// Takes the links to other items of the code out of a line.
fn unlinked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("[`") {
        let Some(end) = rest[at..].find("`]") else { break };
        out.push_str(&rest[..at]);
        out.push_str(&rest[at + 1..at + end + 1]);
        rest = &rest[at + end + 2..];
        if rest.starts_with('(') {
            rest = rest.find(')').map_or(rest, |end| &rest[end + 1..]);
        }
    }
    out + rest
}

fn top(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
