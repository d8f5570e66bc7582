//! What becomes of other people's TBX: nothing goes without a word, and the reader's own account of that is true.
//!
//! A script of a few lines ([`SCRIPT`], expat and nothing of ours) counts the elements and attributes of every
//! file and lists everything said in its entries. The reader's account must add up to the same number, and
//! whatever was said must stand in the concepts that were read, or be named by a finding, or be one of the
//! words that [`TRANSLATED`] and [`FIELDS`] list: the reader has its own for them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wicterm::format::{Account, Entry, Input, ReadOptions, Sink, detect};
use wicterm::model::{Finding, Place};

use crate::needs::{Need, met, python, shared};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/count_tbx.py");

/// Words of TBX that the reader turns into ours, and the field in which ours stands.
const TRANSLATED: &[(&str, &str, &str)] = &[
    ("preferredTerm-admn-sts", "status", "preferred"),
    ("admittedTerm-admn-sts", "status", "admitted"),
    ("deprecatedTerm-admn-sts", "status", "deprecated"),
    ("supersededTerm-admn-sts", "status", "superseded"),
    ("properNoun", "part_of_speech", "proper-noun"),
    ("fullForm", "kind", "full-form"),
    ("shortForm", "kind", "short-form"),
    ("synonym", "kind", "variant:lexical"),
    ("phraseologicalUnit", "kind", "phrase"),
    ("standardText", "kind", "set-phrase"),
    ("transliteratedForm", "kind", "transliteration"),
    ("otherGender", "gender", "other"),
    ("otherNumber", "number", "other"),
    ("neutralRegister", "register", "neutral"),
    ("technicalRegister", "register", "technical"),
    ("colloquialRegister", "register", "colloquial"),
    ("associativeContext", "kind", "associative"),
    ("linguisticContext", "kind", "linguistic"),
    ("definingContext", "kind", "defining"),
    ("explanatoryContext", "kind", "explanatory"),
];

/// Names of data categories, and the field into which the reader puts what they say.
const FIELDS: &[(&str, &str)] = &[
    ("administrativeStatus", "status"),
    ("normativeAuthorization", "status"),
    ("partOfSpeech", "part_of_speech"),
    ("termType", "kind"),
    ("grammaticalGender", "gender"),
    ("grammaticalNumber", "number"),
    ("geographicalUsage", "region"),
    ("register", "register"),
    ("reading", "reading"),
    ("subjectField", "subject_fields"),
    ("definition", "definitions"),
    ("Definition", "definitions"),
    ("definitionType", "kind"),
    ("context", "contexts"),
    ("contextType", "kind"),
    ("source", "sources"),
    ("source", "source"),
    ("customerSubset", "customers"),
    ("projectSubset", "projects"),
    ("reliabilityCode", "reliability"),
    ("processStatus", "process_status"),
    ("transactionType", "transactions"),
    ("responsibility", "by"),
    ("responsiblePerson", "by"),
    ("crossReference", "relations"),
    ("broaderConceptGeneric", "relations"),
    ("externalCrossReference", "references"),
    ("xGraphic", "references"),
    ("abbreviatedFormFor", "of"),
];

#[derive(Default)]
struct Collected {
    concepts: Vec<Value>,
    findings: Vec<Finding>,
    account: Account,
}

impl Sink for Collected {
    fn entry(&mut self, entry: Entry, _: Place) -> ControlFlow<()> {
        if let Entry::Concept(concept) = entry {
            self.concepts.push(serde_json::to_value(concept).expect("concepts serialise"));
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

#[test]
fn every_element_and_attribute_of_other_peoples_tbx_is_accounted_for() {
    if !met(&[Need::Shared, Need::Python]) {
        return;
    }
    let files = files();
    let mut table = String::from(
        "Nodes are elements and attributes: mapped to a field or to structure, kept as they stood, or told in a finding.\n\n\
         file: concepts, terms, nodes = mapped + kept + told; findings\n",
    );
    for (path, counted) in files.iter().zip(count(&files)) {
        let name = path.strip_prefix(shared("")).expect("it is in there").display().to_string();
        writeln!(table, "{name}: {}", judge(path, &counted)).ok();
    }
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/suite"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("tbx-accounting", table);
    });
}

/// What nobody in the shared folder has written, but somebody will.
const ODD: &[(&str, &str, &str)] = &[
    (
        "min-2013",
        "<TBX dialect='TBX-Min'><header><id>S</id><description>d</description><languages source='de' target='en'/>
         </header><body><entry id='C002'><subjectField>biology</subjectField><langGroup xml:lang='de'><termGroup>
         <term>hund</term><partOfSpeech>noun</partOfSpeech><customer>SAP</customer><termStatus>obsolete</termStatus>
         <noteGrp><note><noteKey>k</noteKey><noteValue>v</noteValue></note></noteGrp></termGroup></langGroup></entry>
         </body></TBX>",
        "1, 1, 23 = 12 + 11 + 0; none",
    ),
    (
        "everywhere-an-attribute",
        "<martif xmlns:q='urn:q' q:a='1'><martifHeader q:b='2'><fileDesc q:c='3'><sourceDesc><p q:d='4'>x</p></sourceDesc>
         </fileDesc></martifHeader><text q:e='5'><body><termEntry q:f='6'><descripGrp q:g='7'>
         <descrip type='definition' q:h='8'>d <hi q:hh='x'>e</hi> f</descrip><note q:i='9'>n</note></descripGrp>
         <transacGrp><transac type='transactionType' q:j='10'>input</transac><date q:k='11'>2015-01-02</date></transacGrp>
         <langSet xml:lang='en' q:l='12'><tig q:m='13'><term q:n='14'>t</term><termNote type='register' q:o='15'>slang</termNote>
         <xref type='xGraphic' target='a.png' q:p='16'/></tig></langSet></termEntry></body></text></martif>",
        "1, 1, 44 = 21 + 20 + 3; read-dropped 2",
    ),
    (
        "nobody-knows-these",
        "<martif><text><body><termEntry>stray <strange><deep a='1'>x</deep>y</strange><langSet xml:lang='en'><ntig>
         <termGrp><term>t</term><term>u</term><termCompList type='syllable'><termComp>a</termComp></termCompList></termGrp>
         </ntig><tig/></langSet></termEntry><foreign/></body>
         <back><refObjectList><refObject id='p'><item>Jo</item></refObject></refObjectList></back></text></martif>",
        "1, 1, 23 = 11 + 7 + 5; read-dropped 3, read-empty-term 1, read-second-term 1",
    ),
];

#[test]
fn every_element_and_attribute_of_odd_tbx_is_accounted_for() {
    if !met(&[Need::Python]) {
        return;
    }
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let write = |(name, text, _): &(&str, &str, &str)| {
        let path = folder.path().join(format!("{name}.tbx"));
        std::fs::write(&path, text).expect("there is room for a file");
        path
    };
    let files: Vec<PathBuf> = ODD.iter().map(write).collect();
    for ((name, _, expected), (path, counted)) in ODD.iter().zip(files.iter().zip(count(&files))) {
        assert_eq!(judge(path, &counted), *expected, "{name}");
    }
}

/// Reads a file and holds what came of it against what the script counted; returns it in a line.
fn judge(path: &Path, counted: &Value) -> String {
    let name = path.display();
    let bytes = std::fs::read(path).expect("it can be read");
    let mut read = Collected::default();
    let format = detect(&String::from_utf8_lossy(&bytes[..bytes.len().min(8192)]), path);
    let door = format.and_then(|f| f.read).unwrap_or_else(|| panic!("{name} is no format of ours"));
    let result = door(Input::Stream(&mut &bytes[..], "other.tbx"), &ReadOptions::default(), &mut read);
    if let Some(error) = counted["error"].as_str() {
        let what = if result.is_ok() { "read all the same" } else { "refused" };
        return format!("not well-formed ({error}); {what}");
    }
    assert!(result.is_ok(), "{name}: {result:?}");
    let Account { mapped, kept, told } = read.account;
    let nodes = counted["elements"].as_u64().zip(counted["attributes"].as_u64()).map(|(e, a)| e + a);
    assert_eq!(Some(mapped + kept + told), nodes, "{name}: {mapped} + {kept} + {told}");
    let entries = counted["entries"].as_array().expect("the script lists the entries");
    assert_eq!(read.concepts.len(), entries.len(), "concepts of {name}");
    // By the line of the entry: how many terms are missing, which as many findings there must tell.
    let mut missing: BTreeMap<u64, i64> = BTreeMap::new();
    let mut terms = 0;
    for (concept, entry) in read.concepts.iter().zip(entries) {
        let all = concept["languages"].as_array().into_iter().flatten();
        let here: usize = all.map(|s| s["terms"].as_array().map_or(0, Vec::len)).sum();
        terms += here;
        *missing.entry(entry["line"].as_u64().unwrap_or(0)).or_default() +=
            entry["terms"].as_i64().unwrap_or(0) - here as i64;
        if let Some(lost) = unheard(concept, entry, &read.findings) {
            panic!("{name}, line {}: {lost}\nis not in {concept:#}", entry["line"]);
        }
    }
    for finding in read.findings.iter().filter(|f| f.check == "read-empty-term") {
        *missing.entry(finding.place.line.unwrap_or(0).into()).or_default() -= 1;
    }
    missing.retain(|_, n| *n != 0);
    assert!(missing.is_empty(), "{name}: lines, and how many terms are missing there: {missing:?}");
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    read.findings.iter().for_each(|f| *codes.entry(&f.check).or_default() += 1);
    let codes: Vec<String> = codes.iter().map(|(code, n)| format!("{code} {n}")).collect();
    let codes = if codes.is_empty() { "none".to_owned() } else { codes.join(", ") };
    format!(
        "{}, {terms}, {} = {mapped} + {kept} + {told}; {codes}",
        read.concepts.len(),
        mapped + kept + told
    )
}

/// Returns something said in an entry that is neither in the concept nor told.
fn unheard(concept: &Value, entry: &Value, findings: &[Finding]) -> Option<String> {
    let mut known = Known::default();
    known.learn(concept, "");
    let said = entry["said"].as_array().into_iter().flatten();
    said.filter_map(|s| {
        let text = |i: usize| s[i].as_str().unwrap_or_default();
        let (element, attribute, kind, value) = (text(0), text(1), text(2), text(3));
        let mixed = s[4].as_bool().unwrap_or(false);
        let found = match attribute {
            "" => {
                known.has(value)
                    || (mixed && known.values.iter().any(|v| v.contains(value)))
                    || TRANSLATED.iter().any(|(word, field, ours)| *word == value && known.field(field, ours))
                    // The next edition's word; and the date of a context, which TBX has no place for.
                    || value.strip_prefix("date: ").is_some_and(|d| known.field("date", d))
                    || (value == "input" && element == "transac")
            }
            "type" => {
                known.has(value)
                    || FIELDS.iter().any(|(name, field)| *name == kind && known.fields.contains(*field))
            }
            "metaType" => true,
            _ => known.has(value),
        };
        let told = || {
            findings.iter().any(|f| {
                let names = |what: &str| f.check == "read-dropped" && f.message.contains(what);
                match attribute {
                    "" => names(&format!("the text among the elements of <{element}>")),
                    _ => {
                        names(&format!("the attribute {attribute} of <{element}>"))
                            || names(&format!("the markup <{element}>"))
                    }
                }
            }) || findings.iter().any(|f| {
                f.check == "read-empty-term" && f.place.line.map(u64::from) == entry["line"].as_u64()
            })
        };
        (!found && !told()).then(|| format!("<{element}> {attribute} {kind}: {value:?}"))
    })
    .next()
}

/// Everything that a concept says in its JSON form.
#[derive(Default)]
struct Known {
    values: Vec<String>,
    fields: std::collections::BTreeSet<String>,
    pairs: std::collections::BTreeSet<(String, String)>,
}

impl Known {
    fn learn(&mut self, value: &Value, field: &str) {
        let said = match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.fields.insert(name.clone());
                    self.learn(value, name);
                }
                // Files of ours have a source in one line.
                let part = |name: &str| fields.get(name).and_then(Value::as_str);
                let outlet = part("outlet").map(|o| format!("in: {o}"));
                let parts = [part("title"), outlet.as_deref(), part("url")];
                let line = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
                let date = part("date").map(|d| format!("[{d}]"));
                self.values.push([Some(line), date].into_iter().flatten().collect::<Vec<_>>().join(" "));
                return;
            }
            Value::Array(items) => return items.iter().for_each(|item| self.learn(item, field)),
            Value::String(text) => text.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "),
            other => other.to_string(),
        };
        self.pairs.insert((field.to_owned(), said.clone()));
        self.values.push(said);
    }

    fn has(&self, value: &str) -> bool {
        self.values.iter().any(|v| v == value)
    }

    fn field(&self, field: &str, value: &str) -> bool {
        self.pairs.contains(&(field.to_owned(), value.to_owned()))
    }
}

/// Every TBX of other tools, and our own of the schemas' examples.
fn files() -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|e| e == "tbx") {
                files.push(path);
            }
        }
    }
    let mut files = vec![];
    for folder in ["real/tbx", "real/glossary", "tbx"] {
        walk(&shared(folder), &mut files);
    }
    files.sort();
    files
}

/// What the script says of the files.
fn count(files: &[PathBuf]) -> Vec<Value> {
    let output = python().arg(SCRIPT).args(files).output().expect("Python was there a moment ago");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}
