//! Nothing in a TMX is lost in silence: what a stranger counts in a file is what the reader accounts for.
//!
//! `count_tmx.py` counts elements, attributes, units and variants with Python's own parser. Each of them
//! must be in an entry or told of, and a unit or variant that is missing must have a finding on its line.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wicterm::format::{self, Account, Entry, Input, ReadOptions, Sink};
use wicterm::model::{Finding, Place};

use crate::needs::{Need, met, python, shared};

#[test]
fn every_node_of_the_lisa_kit_is_accounted_for() {
    if met(&[Need::Python]) {
        let kit = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats/tmx/lisa-kit");
        accounted("accounting-tmx-lisa-kit", &[kit]);
    }
}

#[test]
fn every_node_of_real_files_is_accounted_for() {
    if met(&[Need::Python, Need::Shared]) {
        accounted("accounting-tmx-real", &[shared("real/tmx"), shared("tmx")]);
    }
}

/// Files in which much stands that no entry has a place for.
const ODD: &[(&str, &str)] = &[
    (
        "namespaces.tmx",
        "<tmx version='1.4' xmlns='http://www.lisa.org/tmx14' xmlns:tei='urn:tei' xml:space='default'>
<header><ude name='a' base='b' c='d'>x<map unicode='#xF8FF' code='1'>y<z/></map><z/></ude><z/></header>
<header/><body id='b'>
<tu><tuv xml:lang='en' lang='en'><seg lang='x' a='b'>a <tei:hi rend='i' xmlns:q='urn:q'>b</tei:hi></seg></tuv></tu>
</body></tmx>",
    ),
    (
        "left-out.tmx",
        "<tmx version='1.4'><header srclang='en'><prop type='p'>a<b c='d'>e</b></prop></header><body>
<tu tuid='1' x='y'><note>n</note></tu>
<tu srclang='no such language at all'><tuv xml:lang='en'>a <ph x='1'/><seg>b</seg></tuv></tu>
<tu><tuv xml:lang='en'><seg>a</seg><seg>b</seg></tuv></tu>
<tu><tuv xml:lang='en'>no <hi type='t'>seg</hi></tuv></tu>
<tu><prop type='wicterm:unit' x='y'>{}</prop><tuv xml:lang='en'><seg>a</seg></tuv></tu>
<tu><tuv xml:lang='en'><seg><it pos='middle'>a</it><ph>b<c d='e'><f/></c><sub type='g'>h</sub></ph></seg></tuv></tu>
<g><tu><tuv xml:lang='en'><seg>a</seg></tuv></tu></g>
</body></tmx>",
    ),
    (
        "torn.tmx",
        "<tmx version='1.4'><header srclang='en'/><body>
<tu><tuv xml:lang='en'><seg>a</seg></tuv></tu>
<tu><tuv xml:lang='en'><seg>b</tuv></tu>
</body></tmx>",
    ),
    (
        "twice.tmx",
        "<tmx version='1.4'><header srclang='en'/><body>
<tu x='1' x='2'><tuv xml:lang='en'><seg>a</seg></tuv></tu>
</body></tmx>",
    ),
];

#[test]
fn every_node_of_odd_files_is_accounted_for() {
    if !met(&[Need::Python]) {
        return;
    }
    let folder = tempfile::tempdir().expect("the system has a folder for temporary files");
    for (name, text) in ODD {
        fs::write(folder.path().join(name), text).expect("a temporary file can be written");
    }
    accounted("accounting-tmx-odd", &[folder.path().to_owned()]);
}

/// Reads every TMX of some folders and compares with what was counted.
fn accounted(name: &str, folders: &[PathBuf]) {
    let mut table = format!(
        "Nodes are elements and attributes: mapped to a field or to structure, kept as they stood, or told in a\n\
         finding. Where a file breaks off, either side counts what it read.\n\n\
         {:<36} {:>5} {:>8} {:>6} {:>6} {:>6} {:>5}  findings\n",
        "file", "units", "variants", "nodes", "mapped", "kept", "told"
    );
    let mut complaints = vec![];
    for counted in count(&folders.iter().flat_map(|f| files(f)).collect::<Vec<_>>()) {
        let read = Read::of(&counted.file);
        complaints.extend(compare(&counted, &read));
        table.push_str(&row(&counted, &read));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, table);
    });
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let paths = entries.map(|e| e.expect("the folder can be listed").path());
    let mut files: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "tmx")).collect();
    files.sort();
    files
}

/// What the script says of a file.
#[derive(Deserialize)]
struct Counted {
    file: PathBuf,
    elements: u64,
    attributes: u64,
    /// The line of each unit, and those of its variants.
    units: Vec<(u32, Vec<u32>)>,
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    line: u32,
    what: String,
}

fn count(files: &[PathBuf]) -> Vec<Counted> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/count_tmx.py");
    let output = python().arg(script).args(files).output().expect("it started when it was looked for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints JSON")).collect()
}

/// What the reader says of a file.
#[derive(Default)]
struct Read {
    /// The line of each unit, and how many variants it has.
    units: Vec<(u32, usize)>,
    account: Account,
    findings: Vec<Finding>,
    error: Option<String>,
}

impl Read {
    fn of(path: &Path) -> Self {
        let mut read = Self::default();
        let door = format::by_name("tmx").and_then(|f| f.read).expect("TMX is read");
        let mut file = fs::File::open(path).expect("it was listed");
        let outcome = door(Input::Stream(&mut file, "it"), &ReadOptions::default(), &mut read);
        read.error = outcome.err().map(|e| e.to_string());
        read
    }

    fn lines_told(&self) -> BTreeSet<u32> {
        self.findings.iter().filter_map(|f| f.place.line).collect()
    }
}

impl Sink for Read {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        if let Entry::Unit(unit) = entry {
            self.units.push((place.line.expect("a unit has a place"), unit.variants.len()));
        }
        ControlFlow::Continue(())
    }

    fn finding(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn account(&mut self, account: Account) {
        self.account = account;
    }
}

fn compare(counted: &Counted, read: &Read) -> Vec<String> {
    // What is not well-formed has no number of nodes; how far both got stands in the table.
    if counted.error.is_some() {
        return vec![];
    }
    let mut complaints = vec![];
    let file = counted.file.display();
    if let Some(error) = &read.error {
        complaints.push(format!("{file}: it is well-formed, and the reader says: {error}"));
    }
    let Account { mapped, kept, told } = read.account;
    let nodes = counted.elements + counted.attributes;
    if nodes != mapped + kept + told {
        complaints.push(format!("{file}: {nodes} nodes are not {mapped} + {kept} + {told}"));
    }
    if told > 0 && read.findings.is_empty() {
        complaints.push(format!("{file}: {told} nodes are not kept, and no finding says so"));
    }
    let lines = read.lines_told();
    let mut units = read.units.iter().peekable();
    for (line, variants) in &counted.units {
        let said = || lines.contains(line) || variants.iter().any(|v| lines.contains(v));
        match units.next_if(|(at, _)| at == line) {
            Some((_, found)) if *found == variants.len() || said() => {}
            Some((_, found)) => complaints.push(format!(
                "{file}:{line}: {found} variants of {}, and no finding says so",
                variants.len()
            )),
            None if lines.contains(line) => {}
            None => complaints.push(format!("{file}:{line}: a unit is missing, and no finding says so")),
        }
    }
    complaints.extend(units.map(|(line, _)| format!("{file}:{line}: a unit that is not there")));
    complaints
}

fn row(counted: &Counted, read: &Read) -> String {
    let Account { mapped, kept, told } = read.account;
    let name = counted.file.file_name().unwrap_or_default().to_string_lossy();
    let variants: usize = read.units.iter().map(|(_, variants)| variants).sum();
    let mut row = format!(
        "{name:<36} {:>5} {variants:>8} {:>6} {mapped:>6} {kept:>6} {told:>5}  {}\n",
        read.units.len(),
        counted.elements + counted.attributes,
        read.findings.len(),
    );
    let mut told: Vec<_> = read.findings.iter().map(|f| (f.place.line, &f.check)).collect();
    told.sort();
    for (line, check) in told {
        writeln!(row, "  line {}: {check}", line.unwrap_or_default()).ok();
    }
    if let Some(Fault { line, what }) = &counted.error {
        let units = counted.units.len();
        writeln!(row, "  not well-formed: {what}, line {line}; {units} units begin before it").ok();
        let said = read.error.as_deref().unwrap_or("read to the end");
        writeln!(row, "  the reader: {said}").ok();
    }
    row
}
