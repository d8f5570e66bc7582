//! Nothing in an XLIFF is lost in silence: what a stranger counts in a file is what the reader accounts for.
//!
//! `count_xliff.py` counts with Python's own parser. Each element and attribute must be in an entry or told of, each
//! unit that no unit of ours was made of must have a finding on its line, and the text of each target must be there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use wicterm::format::{self, Account, Entry, Input, ReadOptions, Sink};
use wicterm::model::{Finding, Place};

use crate::needs::{Need, met, python};

/// Files in which much stands that no entry has a place for.
const ODD: &[(&str, &str)] = &[
    (
        "everything.xlf",
        "<xliff version='1.2' xmlns='urn:oasis:names:tc:xliff:document:1.2' xmlns:q='urn:q' q:a='1' xml:lang='en'>\
<file original='a' source-language='en' target-language='fr' datatype='x' tool-id='t' q:b='2' date='2026-11-23'>\
<header><skl><external-file href='a.skl'/></skl><phase-group><phase phase-name='p' process-name='q'/></phase-group></header>
<body q:c='3'><group id='g' resname='r'><count-group name='c'><count count-type='word'>3</count></count-group>
<trans-unit id='1' maxwidth='9' q:d='4'><source xml:lang='en' q:e='5'>a <g id='1' q:f='6'>b</g></source>
<target state='new' q:g='7' xml:lang='fr'>c <g id='1'><q:x q:y='1'>d</q:x></g><mrk mtype='x-term' q:h='8'>e</mrk></target>
<count-group name='w'><count count-type='word' unit='word'>2</count></count-group>
<prop-group name='pg'><prop prop-type='a' q:i='9'>v</prop></prop-group>
<context-group name='cg' crc='1'><context context-type='x' match-mandatory='no'>where</context></context-group>
<note annotates='source' q:j='10'>n <b>old</b></note><q:z><q:zz/></q:z>
<alt-trans><source>a</source><target>no</target></alt-trans></trans-unit></group>
<trans-unit id='2'><source>x</source><source>y</source><target>z</target><target>w</target></trans-unit>
<trans-unit id='3'><target>nothing</target></trans-unit>
<trans-unit id='4'><source/><target>nothing</target></trans-unit>
<trans-unit id='5'><source>seg</source><seg-source><mrk mtype='seg' mid='1' q:k='1'>seg</mrk></seg-source>
<target><mrk mtype='seg' mid='1'>s</mrk><mrk mtype='seg' mid='9'>t</mrk></target></trans-unit>
<bin-unit id='b' mime-type='x'><bin-source><internal-file>x</internal-file></bin-source><trans-unit id='6'><source>i</source><target>j</target></trans-unit></bin-unit>
text</body></file></xliff>",
    ),
    (
        "two.xlf",
        "<xliff version='2.1' xmlns='urn:oasis:names:tc:xliff:document:2.0' xmlns:mda='urn:oasis:names:tc:xliff:metadata:2.0' srcLang='en' trgLang='fr'>
<file id='f' canResegment='no'><notes><note>of the file</note></notes><mda:metadata><mda:metaGroup category='c'/></mda:metadata>
<group id='g' name='n'><unit id='1' fs:fs='p' xmlns:fs='urn:oasis:names:tc:xliff:fs:2.0'><mda:metadata><mda:metaGroup><mda:meta type='t'>m</mda:meta></mda:metaGroup></mda:metadata>
<notes><note id='n' appliesTo='source'>x</note></notes><originalData><data id='d' xml:space='preserve'>a<cp hex='0001'/></data></originalData>
<segment id='s' state='translated'><source xml:space='preserve'>a <ph id='1' dataRef='d' equiv='e'/><sm id='m' type='term'/>b<em startRef='m'/></source>
<target order='1'>c <ph id='1' dataRef='d' equiv='e'/>d</target></segment>
<ignorable id='i'><source> </source></ignorable></unit></group>
<unit id='2'><segment><target>no source</target></segment></unit></file></xliff>",
    ),
    (
        "torn.xlf",
        "<xliff version='1.2'><file original='a' source-language='en' target-language='fr' datatype='x'><body>
<trans-unit id='1'><source>a</source><target>b</target></trans-unit>
<trans-unit id='2'><source>a</source><target>b</trans-unit>",
    ),
];

#[test]
fn every_node_of_an_xliff_is_accounted_for() {
    if !met(&[Need::Python]) {
        return;
    }
    let folder = tempfile::tempdir().expect("the system has a folder for temporary files");
    let mut all: Vec<PathBuf> = vec![];
    for name in ["xliff", "xliff-2"] {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/formats").join(name);
        let mut found: Vec<_> = fs::read_dir(samples).unwrap().map(|entry| entry.unwrap().path()).collect();
        found.sort();
        // Python's parser knows few encodings.
        all.extend(found.into_iter().filter(|file| !file.ends_with("windows-1256.xlf")));
    }
    for (name, text) in ODD {
        let file = folder.path().join(name);
        fs::write(&file, text).expect("a temporary file can be written");
        all.push(file);
    }
    let mut table = String::from(
        "Nodes are elements and attributes: mapped to a field or to structure, kept as they stood, or told in a finding.\n\n",
    );
    let mut complaints = vec![];
    for counted in count(&all) {
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
        insta::assert_snapshot!("accounting-xliff", table);
    });
}

/// What the script says of a file.
#[derive(Deserialize)]
struct Counted {
    file: PathBuf,
    nodes: u64,
    /// The line of each unit.
    units: Vec<u32>,
    targets: Vec<String>,
    error: Option<String>,
}

fn count(files: &[PathBuf]) -> Vec<Counted> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/count_xliff.py");
    let output = python().arg(script).args(files).output().expect("it started when it was looked for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    lines.lines().map(|line| serde_json::from_str(line).expect("the script prints JSON")).collect()
}

/// What the reader says of a file.
#[derive(Default)]
struct Read {
    lines: BTreeSet<u32>,
    targets: Vec<String>,
    entries: usize,
    account: Account,
    findings: Vec<Finding>,
    error: Option<String>,
}

impl Read {
    fn of(path: &Path) -> Self {
        let mut read = Self::default();
        let door = format::by_name("xliff").and_then(|f| f.read).expect("XLIFF is read");
        let mut file = fs::File::open(path).expect("it was listed");
        let outcome = door(Input::Stream(&mut file, "it"), &ReadOptions::default(), &mut read);
        read.error = outcome.err().map(|e| e.to_string());
        read
    }
}

impl Sink for Read {
    fn entry(&mut self, entry: Entry, place: Place) -> ControlFlow<()> {
        self.entries += 1;
        self.lines.insert(place.line.expect("an entry has a place"));
        if let Entry::Unit(unit) = entry {
            self.targets.push(unit.variants[1].segment.text.clone());
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
    let file = counted.file.display();
    // What is not well-formed has no number of nodes.
    if counted.error.is_some() {
        return if read.error.is_some() { vec![] } else { vec![format!("{file}: read to the end")] };
    }
    let mut complaints = vec![];
    if let Some(error) = &read.error {
        complaints.push(format!("{file}: it is well-formed, and the reader says: {error}"));
    }
    let Account { mapped, kept, told } = read.account;
    if counted.nodes != mapped + kept + told {
        complaints.push(format!("{file}: {} nodes are not {mapped} + {kept} + {told}", counted.nodes));
    }
    let lines: BTreeSet<u32> = read.findings.iter().filter_map(|f| f.place.line).collect();
    for line in counted.units.iter().filter(|line| !read.lines.contains(line) && !lines.contains(line)) {
        complaints.push(format!("{file}:{line}: a unit is missing, and no finding says so"));
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let read_all = squeezed(&read.targets.concat());
    let strange =
        read.findings.iter().any(|f| f.check != "xliff-not-kept" && f.check != "xliff-untranslated");
    for target in
        counted.targets.iter().map(|text| squeezed(text)).filter(|t| !t.is_empty() && !read_all.contains(t))
    {
        // Segments of a target are apart, each in a unit of its own, in the same order.
        if !strange {
            complaints.push(format!("{file}: the target “{target}” is in no unit"));
        }
    }
    complaints
}

fn row(counted: &Counted, read: &Read) -> String {
    let Account { mapped, kept, told } = read.account;
    let name = counted.file.file_name().unwrap_or_default().to_string_lossy();
    let mut row = format!(
        "{name}: {} units, {} entries, {} nodes = {mapped} + {kept} + {told}\n",
        counted.units.len(),
        read.entries,
        counted.nodes
    );
    for finding in &read.findings {
        let line = finding.place.line.unwrap_or_default();
        writeln!(row, "  line {line}: {} {}", finding.check, finding.message).ok();
    }
    if let Some(error) = &read.error {
        writeln!(row, "  the reader: {error}").ok();
    }
    row
}
