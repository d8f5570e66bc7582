//! What other programs say of our files.
//!
//! A file that only we can read is worth nothing. The demo's TBX goes before jing (the core's RELAX NG)
//! and Saxon (the dialect's Schematron: jing passes over the very rules that limit data categories), its
//! TMX before xmllint with the official DTD, and translate-toolkit must read every unit. Each judge is
//! also shown something bad, since a judge that never says no proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::door::{Desk, Ran, hermetic};
use crate::needs::{Need, met, python, shared};

#[test]
fn the_demos_tbx_passes_jing_and_the_real_schematron() {
    if !met(&[Need::Shared, Need::Jing, Need::Saxonche]) {
        return;
    }
    let demo = Demo::new();
    passes(&jing("tbx/schemas-v3/TBXcoreStructV03.rng", &demo.file("policy.tbx")));
    passes(&schematron("tbx/schemas-v3/TBX-Basic_DCA.sch", &demo.file("policy.tbx")));
}

#[test]
fn the_demos_tmx_passes_the_dtd() {
    if !met(&[Need::Shared, Need::Xmllint]) {
        return;
    }
    let demo = Demo::new();
    passes(&dtd("tmx/dtd/tmx14.dtd", &demo.file("policy.tmx")));
}

#[test]
fn tbx_2_passes_its_schema_and_its_dtd() {
    if !met(&[Need::Shared, Need::Jing, Need::Xmllint]) {
        return;
    }
    let demo = Demo::new();
    let file = demo.exported("policy-v2.tbx", &["--as", "tbx-v2-basic"]).0;
    // The file names its DTD without a path, as other tools expect; both judges look for it beside the file.
    for schema in fs::read_dir(shared("tbx/schemas-v2")).expect("the folder of schemas can be listed") {
        let schema = schema.expect("the folder of schemas can be listed");
        fs::copy(schema.path(), demo.desk.folder().join(schema.file_name())).expect("a schema can be copied");
    }
    passes(&jing("tbx/schemas-v2/TBXBasicRNGV02.rng", &file));
    let mut xmllint = judge("xmllint");
    passes(&ran(xmllint.args(["--nonet", "--noout", "--valid"]).arg(&file).current_dir(demo.desk.folder())));
}

#[test]
fn the_xcs_beside_tbx_2_is_valid_and_declares_what_is_in_the_file() {
    if !met(&[Need::Shared, Need::Xmllint]) {
        return;
    }
    let demo = Demo::new();
    for (format, published) in [("tbx-v2-basic", "TBXBasicXCSV02.xcs"), ("tbx-v2-default", "TBXXCSV02.xcs")] {
        let file = demo.exported(&format!("{format}.tbx"), &["--as", format]).0;
        let xcs = file.with_extension("xcs");
        passes(&dtd("tbx/schemas-v2/tbxxcsdtd.dtd", &xcs));
        let read = |path: &Path| fs::read_to_string(path).expect("it was written");
        let (tbx, xcs) = (read(&file), read(&xcs));
        assert!(tbx.contains(&format!("<p type=\"XCSURI\">{format}.xcs</p>")), "the header names it");
        let declared = all_between(&xcs, "<langCode>", "</langCode>");
        let used = all_between(&tbx, "xml:lang=\"", "\"");
        assert!(used.iter().all(|l| declared.contains(l)) && used.len() > 9, "{used:?} in {declared:?}");
        // What we call a data category, and where and how it may be used, the published one says too.
        let (ours, theirs) = (categories(&xcs), categories(&read(&shared("tbx/schemas-v2").join(published))));
        for (name, (element, levels, values)) in &ours {
            let (their_element, their_levels, their_values) =
                theirs.get(name).unwrap_or_else(|| panic!("{format} has no category {name}"));
            assert_eq!(element, their_element, "{format}: {name}");
            assert!(levels.iter().all(|l| their_levels.contains(l)), "{format}: {name} at {levels:?}");
            assert!(values.iter().all(|v| their_values.contains(v)), "{format}: {name} is {values:?}");
            assert_eq!(values.is_empty(), their_values.is_empty(), "{format}: {name}");
        }
        let body =
            tbx.split("<body>").nth(1).and_then(|b| b.split("</body>").next()).expect("it has entries");
        for category in all_between(body, " type=\"", "\"") {
            assert!(ours.contains_key(&category), "{category} is used and not declared");
        }
    }
    fails(&dtd("tbx/schemas-v2/tbxxcsdtd.dtd", &demo.file("policy.tbx")));
}

/// Returns every stretch between two marks, once.
fn all_between(text: &str, from: &str, to: &str) -> BTreeSet<String> {
    text.split(from).skip(1).filter_map(|t| Some(t.split_once(to)?.0.to_owned())).collect()
}

/// The data categories of an XCS by name: element, levels, values.
fn categories(xcs: &str) -> BTreeMap<String, (String, Vec<String>, Vec<String>)> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let inside = |text: &str, name: &str| {
        let rest = text.split_once(&format!("<{name}")).map_or("", |(_, rest)| rest);
        let (tag, rest) = rest.split_once('>').unwrap_or_default();
        if tag.ends_with('/') { String::new() } else { rest.split('<').next().unwrap_or_default().to_owned() }
    };
    let specs = xcs.split("Spec name=\"").zip(xcs.split("Spec name=\"").skip(1));
    specs
        .map(|(before, after)| {
            let element = before.rsplit('<').next().unwrap_or_default().to_owned();
            let (name, rest) = after.split_once('"').expect("the name ends");
            let rest = rest.split(&format!("</{element}Spec>")).next().unwrap_or(rest);
            (name.to_owned(), (element, words(&inside(rest, "levels")), words(&inside(rest, "contents"))))
        })
        .collect()
}

#[test]
fn translate_toolkit_reads_every_concept_of_tbx_2_and_every_unit_of_tmx() {
    if !met(&[Need::TranslateToolkit]) {
        return;
    }
    let demo = Demo::new();
    let (tbx, report) = demo.exported("policy-v2.tbx", &["--as", "tbx-v2-basic"]);
    assert_eq!(toolkit_reads("tbx", &tbx), report["concepts"], "units of TBX 2 against our concepts");
    let (tmx, report) = demo.exported("again.tmx", &["--variants"]);
    assert_eq!(toolkit_reads("tmx", &tmx), report["units"], "units of TMX against ours");
}

#[test]
fn rdflib_reads_the_same_vocabulary_in_both_notations() {
    if !met(&[Need::Rdflib]) {
        return;
    }
    let demo = Demo::new();
    let turtle = demo.exported("policy.ttl", &[]).0;
    let json = demo.exported("policy.jsonld", &[]).0;
    let script = "import sys; from rdflib import Graph, Namespace; from rdflib.compare import isomorphic\n\
        skos = Namespace('http://www.w3.org/2004/02/skos/core#')\n\
        one = Graph().parse(sys.argv[1], format='turtle', publicID='https://example.org/policy')\n\
        other = Graph().parse(sys.argv[2], format='json-ld', publicID='https://example.org/policy')\n\
        assert isomorphic(one, other)\n\
        labels = {}\n\
        for concept, label in one.subject_objects(skos.prefLabel):\n\
        \x20   assert labels.setdefault((concept, label.language), label) == label, (concept, label)\n\
        for concept, broader in one.subject_objects(skos.broader):\n\
        \x20   assert (broader, None, None) in one, (concept, broader)\n\
        print(len(set(one.subjects(skos.inScheme, None))), len(labels))\n";
    let said = ran(python().args(["-c", script]).args([&turtle, &json]));
    passes(&said);
    let numbers: Vec<u64> = said.out.split_whitespace().map(|n| n.parse().unwrap()).collect();
    assert!(numbers[0] == 230 && numbers[1] > 1_500, "{numbers:?}");
}

#[test]
fn the_judges_can_say_no() {
    if !met(&[Need::Shared, Need::Jing, Need::Saxonche, Need::Xmllint]) {
        return;
    }
    let core = "tbx/schemas-v3/TBXcoreStructV03.rng";
    let dialect = "tbx/schemas-v3/TBX-Basic_DCA.sch";
    let good = shared("tbx/examples/basic-dca.tbx");
    passes(&jing(core, &good));
    passes(&schematron(dialect, &good));
    fails(&jing(core, &shared("tbx/examples-invalid/digitid-dca.tbx")));
    // A category that the dialect does not know: right by the core, wrong by the dialect.
    let broader = shared("tbx/examples-invalid/broader-dca.tbx");
    passes(&jing(core, &broader));
    fails(&schematron(dialect, &broader));
    passes(&dtd("tmx/dtd/tmx14.dtd", &shared("tmx/sample.tmx")));
    let desk = Desk::new();
    let unnamed = desk.write("bad.tmx", "<tmx version=\"1.4\"><body><tu/></body></tmx>");
    fails(&dtd("tmx/dtd/tmx14.dtd", &unnamed));
}

/// The demo's folder.
struct Demo {
    desk: Desk,
}

impl Demo {
    fn new() -> Self {
        let desk = Desk::new();
        let folder = desk.folder().join("demo");
        let ran = Ran::of(
            crate::door::wicterm(desk.folder())
                .arg("demo")
                .arg(&folder)
                .output()
                .expect("the program starts"),
        );
        assert!(ran.code == Some(0), "the demo should succeed: {ran}");
        Self { desk }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.desk.folder().join("demo").join(name)
    }

    /// Exports the demo's base; returns the file and the report.
    fn exported(&self, name: &str, args: &[&str]) -> (PathBuf, serde_json::Value) {
        let file = self.desk.folder().join(name);
        let report = self.desk.folder().join(format!("{name}.report.json"));
        let mut export = self.desk.command_on(&self.desk.folder().join("demo"), ["export"]);
        export.arg(&file).args(args).arg("--report").arg(&report);
        let ran = ran(&mut export);
        assert!(ran.code == Some(0), "the export should succeed: {ran}");
        let report = fs::read_to_string(&report).expect("the export wrote its report");
        (file, serde_json::from_str(&report).expect("the report is JSON"))
    }
}

/// Prepares a judge away from whatever this machine's environment says.
fn judge(program: &str) -> Command {
    hermetic(Command::new(program), Path::new(env!("CARGO_MANIFEST_DIR")))
}

fn jing(schema: &str, file: &Path) -> Ran {
    ran(judge("jing").arg(shared(schema)).arg(file))
}

fn schematron(schema: &str, file: &Path) -> Ran {
    ran(python().arg(shared("tools/schematron.py")).arg(shared(schema)).arg(file))
}

fn dtd(dtd: &str, file: &Path) -> Ran {
    ran(judge("xmllint").args(["--nonet", "--noout", "--dtdvalid"]).arg(shared(dtd)).arg(file))
}

/// Counts the units that translate-toolkit reads, each of which must have a source and a target.
fn toolkit_reads(kind: &str, file: &Path) -> u64 {
    const COUNT: &str = "
import sys
from translate.storage import tbx, tmx
store = {'tbx': tbx.tbxfile, 'tmx': tmx.tmxfile}[sys.argv[1]].parsefile(sys.argv[2])
empty = [u for u in store.units if not u.source or not u.target]
if empty:
    sys.exit(f'{len(empty)} units lack a source or a target; the first: {empty[0]}')
print(len(store.units))
";
    let ran = ran(python().args(["-c", COUNT, kind]).arg(file));
    assert!(ran.code == Some(0), "translate-toolkit on {}: {ran}", file.display());
    ran.out.trim().parse().expect("it prints a number")
}

fn ran(command: &mut Command) -> Ran {
    Ran::of(command.output().expect("it started when it was looked for"))
}

fn passes(ran: &Ran) {
    assert!(ran.code == Some(0), "the judge should be content: {ran}");
}

fn fails(ran: &Ran) {
    assert!(ran.code.is_some_and(|c| c != 0), "the judge should say no: {ran}");
}
