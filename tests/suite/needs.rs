//! What the tests want from outside, and what to do without it.
//!
//! A plain `cargo test` passes everything that needs no other program and says in one line what it
//! left out and why. With `WICTERM_TEST_REQUIRE=all` nothing may be left out: a missing need fails
//! the test that wants it. CI installs everything and sets that.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Something from outside that a test wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The folder of schemas and samples beside the repository.
    Shared,
    /// jing, which judges by RELAX NG.
    Jing,
    /// xmllint, which judges by DTD.
    Xmllint,
    /// Python with its own library.
    Python,
    /// Python with saxonche, which judges by Schematron.
    Saxonche,
    /// Python with translate-toolkit, which reads what CAT tools read.
    TranslateToolkit,
    /// Python with polib, which reads what gettext reads.
    Polib,
    /// Python with rdflib, which reads the semantic web.
    Rdflib,
    /// OmegaT, which opens a translator's project.
    Omegat,
    /// The schema of SARIF, with Python's jsonschema, which judges by it.
    SarifSchema,
    /// Chromium, which shows our pages.
    Chromium,
    /// Python with pre-commit, which runs our hooks.
    PreCommit,
    /// Python with openpyxl, which reads workbooks.
    Openpyxl,
    /// LibreOffice, which opens workbooks.
    LibreOffice,
    /// script of util-linux, which starts a program at a terminal.
    Script,
}

/// Everything, with what is not tested without it.
const NEEDS: &[(Need, &str)] = &[
    (Need::Shared, "official schemas"),
    (Need::Jing, "TBX by RELAX NG"),
    (Need::Xmllint, "TMX and TBX 2 by DTD"),
    (Need::Python, "the account of other people's files"),
    (Need::Saxonche, "TBX by Schematron"),
    (Need::TranslateToolkit, "our files in another program"),
    (Need::Polib, "PO in another program"),
    (Need::Rdflib, "SKOS in another program"),
    (Need::Omegat, "what arrives in OmegaT"),
    (Need::SarifSchema, "SARIF by its schema"),
    (Need::Chromium, "our pages in a browser"),
    (Need::PreCommit, "the hooks before a commit"),
    (Need::Openpyxl, "workbooks in another program"),
    (Need::LibreOffice, "workbooks as an office shows them"),
    (Need::Script, "questions at a terminal"),
];

impl Need {
    /// Says why it is not there; `None` when it is.
    fn missing(self) -> Option<String> {
        match self {
            Self::Shared => (!shared("").is_dir())
                .then(|| "no folder ../shared with schemas beside the repository".to_owned()),
            Self::Jing => (!runs(Command::new("jing"))).then(|| "jing is not installed".to_owned()),
            Self::Xmllint => {
                let mut xmllint = Command::new("xmllint");
                xmllint.arg("--version");
                (!runs(xmllint)).then(|| "xmllint is not installed".to_owned())
            }
            Self::Python => (!imports("xml.parsers.expat")).then(|| "Python is not installed".to_owned()),
            Self::Saxonche => (!imports("saxonche")).then(|| "Python has no module saxonche".to_owned()),
            Self::TranslateToolkit => (!imports("translate.storage.tmx"))
                .then(|| "Python has no module translate, the translate-toolkit".to_owned()),
            Self::Polib => (!imports("polib")).then(|| "Python has no module polib".to_owned()),
            Self::Rdflib => (!imports("rdflib")).then(|| "Python has no module rdflib".to_owned()),
            Self::Omegat => {
                let mut omegat = Command::new("omegat");
                omegat.arg("--help");
                (!succeeds(omegat)).then(|| "omegat is not installed, or has no Java to run on".to_owned())
            }
            Self::SarifSchema => match sarif_schema() {
                None => Some("WICTERM_SARIF_SCHEMA names no file: the schema of SARIF 2.1.0".to_owned()),
                Some(_) => (!imports("jsonschema")).then(|| "Python has no module jsonschema".to_owned()),
            },
            Self::Chromium => {
                let mut chromium = Command::new("chromium");
                chromium.arg("--version");
                (!runs(chromium)).then(|| "chromium is not installed".to_owned())
            }
            Self::PreCommit => (!imports("pre_commit")).then(|| "Python has no module pre_commit".to_owned()),
            Self::Openpyxl => (!imports("openpyxl")).then(|| "Python has no module openpyxl".to_owned()),
            Self::LibreOffice => {
                let mut office = Command::new("soffice");
                office.arg("--version");
                (!succeeds(office)).then(|| "LibreOffice (soffice) is not installed".to_owned())
            }
            Self::Script => {
                let mut script = Command::new("script");
                script.arg("--version");
                (!runs(script)).then(|| "script (of util-linux) is not installed".to_owned())
            }
        }
    }

    /// The same, asked of the system only once.
    fn missing_once(self) -> Option<&'static str> {
        static ASKED: [OnceLock<Option<String>>; NEEDS.len()] = [const { OnceLock::new() }; NEEDS.len()];
        ASKED[self as usize].get_or_init(|| self.missing()).as_deref()
    }
}

/// Whether all of these are there; panics when one is not and `WICTERM_TEST_REQUIRE=all` wants it.
#[must_use]
pub fn met(needs: &[Need]) -> bool {
    for need in needs {
        if let Some(why) = need.missing_once() {
            assert!(!required(), "WICTERM_TEST_REQUIRE=all, but {why}");
            return false;
        }
    }
    true
}

/// Returns a path in the folder of schemas and samples.
pub fn shared(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path)
}

/// Prepares the Python that has the judges' modules: `WICTERM_JUDGE_PYTHON`, else `python3`.
pub fn python() -> Command {
    Command::new(std::env::var_os("WICTERM_JUDGE_PYTHON").unwrap_or_else(|| "python3".into()))
}

/// Returns the schema of SARIF, which the crate `serde-sarif` carries: `WICTERM_SARIF_SCHEMA` says where.
pub fn sarif_schema() -> Option<PathBuf> {
    std::env::var_os("WICTERM_SARIF_SCHEMA").map(PathBuf::from).filter(|schema| schema.is_file())
}

fn required() -> bool {
    std::env::var("WICTERM_TEST_REQUIRE").is_ok_and(|v| v == "all")
}

/// Whether a program can be started at all, whatever it then says.
fn runs(mut command: Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn succeeds(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

fn imports(module: &str) -> bool {
    let mut python = python();
    python.args(["-c", &format!("import {module}")]);
    succeeds(python)
}

#[test]
fn what_is_skipped_is_said_in_one_line() {
    let skipped: Vec<String> = NEEDS
        .iter()
        .filter_map(|(need, what)| Some(format!("{what} ({})", need.missing_once()?)))
        .chain(
            (!cfg!(feature = "failpoints"))
                .then(|| "kills at failpoints (built without --features failpoints)".into()),
        )
        .collect();
    if !skipped.is_empty() {
        // Past the harness, which keeps what passing tests print to itself.
        writeln!(std::io::stderr(), "skipped: {}", skipped.join("; ")).ok();
    }
    assert!(
        !required() || NEEDS.iter().all(|(need, _)| need.missing_once().is_none()),
        "{}",
        skipped.join("; ")
    );
}
