//! Whether a TBX or TMX file is valid, and what is wrong with it if it is not.
//!
//! A file is judged by the schema that its root, type and style select ([`SELECTED`]); what the schemas
//! say stands in this program, so nothing is fetched and nothing has to be installed. The verdict is that
//! of the official judges: jing with the RELAX NG of the core and of the modules, the dialects' Schematron
//! by a real XSLT 2 processor (jing passes over its rules on attributes), xmllint with the DTDs of TMX.
//! What the standards ask beyond their schemas is told as a warning and does not make a file invalid.
//!
//! ```
//! use wicterm::check::validate::validate;
//! let verdict = validate(&b"<martif type='TBX' xml:lang='en'><martifHeader/></martif>"[..]).unwrap();
//! assert_eq!((verdict.format.as_str(), verdict.valid()), ("tbx-v2-default", false));
//! let first = &verdict.findings[0];
//! assert_eq!((first.check.as_str(), first.place.line), ("tbx-missing", Some(1)));
//! assert!(first.message.contains("martifHeader"), "{}", first.message);
//! ```

mod advice;
mod dialects;
mod grammars;
mod judge;
mod prolog;
mod schema;

use std::io::{self, Read};

use crate::model::{Finding, Severity};

/// What was found about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The format it was judged as, by the name that `import --list` gives it; `unknown` for what is neither
    /// TBX nor TMX.
    pub format: String,
    /// The schema it was judged by, for people.
    pub schema: String,
    /// What is wrong, in the order in which the judges tell it: the structure from top to bottom,
    /// references to nothing, then the rules of the dialect.
    pub findings: Vec<Finding>,
    /// How many findings more there were than are told.
    pub untold: u64,
}

impl Verdict {
    /// Whether the file is valid by its schema.
    pub fn valid(&self) -> bool {
        self.findings.iter().all(|f| f.severity != Severity::Error)
    }
}

/// How a schema is selected: what stands in the root, what judges the file.
pub const SELECTED: &[(&str, &str)] = &[
    ("<tbx type=\"TBX-Core\">", "TBX 3 core, no categories of other namespaces"),
    ("<tbx type=\"TBX-Min\" style=\"dca\">", "TBX 3 core, rules of TBX-Min for types"),
    ("<tbx type=\"TBX-Basic\" style=\"dca\">", "TBX 3 core, rules of TBX-Basic for types"),
    ("<tbx type=\"TBX-Linguist\" style=\"dca\">", "TBX 3 core, rules of TBX-Linguist for types"),
    ("<tbx type=\"TBX-Min\" style=\"dct\">", "TBX 3 core with the module Min"),
    ("<tbx type=\"TBX-Basic\" style=\"dct\">", "TBX 3 core with the modules Min and Basic"),
    ("<tbx type=\"TBX-Linguist\" style=\"dct\">", "TBX 3 core with the modules Min, Basic and Linguist"),
    ("<tbx> of any other type", "TBX 3 core alone"),
    ("<martif type=\"TBX-Basic\">", "TBX-Basic 2"),
    ("<martif> of any other type", "TBX 2 core"),
    ("<tmx version=\"1.1\">", "TMX 1.1"),
    ("<tmx version=\"1.2\">", "TMX 1.2"),
    ("<tmx version=\"1.3\">", "TMX 1.3"),
    ("<tmx> of any other version, or of none", "TMX 1.4"),
    ("any other root", "nothing: it is neither TBX nor TMX"),
];

/// Judges a document.
///
/// # Errors
///
/// Only what the source gives: a document that cannot be read as XML is invalid.
pub fn validate(source: impl Read) -> io::Result<Verdict> {
    judge::judge(source)
}
