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

fn required() -> bool {
    std::env::var("WICTERM_TEST_REQUIRE").is_ok_and(|v| v == "all")
}

/// Whether a program can be started at all, whatever it then says.
fn runs(mut command: Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

fn imports(module: &str) -> bool {
    let mut python = python();
    python.args(["-c", &format!("import {module}")]);
    python
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
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
