//! What the dialects of TBX 3 allow beyond the core: which categories, on which level, with which values.
//!
//! These are the rules of the dialects' Schematron, told as tables. They are taken as they are, with
//! their gaps: a category that one dialect binds to a level may stand anywhere in another.

use std::sync::LazyLock;

use super::grammars::{BASIC, LINGUIST, MIN};
use super::schema::{Content, Schema, Value};

/// What a dialect allows in one of the two styles.
pub(super) struct Dialect {
    pub name: &'static str,
    /// Whether categories are elements of their own (DCT) instead of types (DCA).
    pub dct: bool,
    /// The modules whose elements may stand, in style DCT.
    pub modules: &'static [Module],
    /// The types that an element of the core may have; a core element that is not named may have any.
    pub types: &'static [(&'static str, &'static [&'static str])],
    /// Where a category may stand: the element of the core (none in DCT), the category, the places.
    places: &'static [(&'static str, &'static str, &'static str)],
    /// The categories of `termNote` and `transac` whose values are fixed in style DCA.
    picks: &'static [(&'static str, &'static str)],
    /// Whether a start of a code and its end have to match.
    pub codes: bool,
}

/// Some categories as elements of one namespace.
pub(super) struct Module {
    pub namespace: &'static str,
    pub schema: &'static LazyLock<Schema>,
}

const MIN_ELEMENTS: Module = Module { namespace: "http://www.tbxinfo.net/ns/min", schema: &MIN };
const BASIC_ELEMENTS: Module = Module { namespace: "http://www.tbxinfo.net/ns/basic", schema: &BASIC };
const LINGUIST_ELEMENTS: Module =
    Module { namespace: "http://www.tbxinfo.net/ns/linguist", schema: &LINGUIST };

impl Dialect {
    /// Returns the rules of a dialect in a style; `None` where it is not one of ISO 30042's public ones.
    pub fn of(name: &str, dct: bool) -> Option<&'static Self> {
        ALL.iter().find(|d| d.name == name && d.dct == dct).or_else(|| (name == CORE.name).then_some(&CORE))
    }

    /// Tells where a category may stand, if it may not stand where it does.
    pub fn misplaced(
        &self,
        class: &str,
        category: &str,
        parent: &str,
        grandparent: &str,
    ) -> Option<&'static str> {
        let (_, _, places) = self.places.iter().find(|(c, n, _)| *c == class && *n == category)?;
        let stands = places.split(' ').any(|place| match place.split_once('/') {
            None => place == parent,
            Some((holder, level)) => {
                level == grandparent
                    && match holder {
                        "*" => true,
                        "Grp" => parent.contains("Grp"),
                        "grp" => parent.contains("Grp") && parent != "transacGrp",
                        holder => holder == parent,
                    }
            }
        });
        (!stands).then_some(places)
    }

    /// Returns the values that a category may have in style DCA, if they are fixed.
    pub fn values(&self, class: &str, category: &str) -> Option<&'static [&'static str]> {
        if self.dct || !self.picks.contains(&(class, category)) {
            return None;
        }
        [&MIN, &BASIC, &LINGUIST].into_iter().find_map(|module| match &module.element(category)?.content {
            Content::Text(Value::OneOf(values)) => Some(&**values),
            _ => None,
        })
    }
}

const CORE: Dialect =
    Dialect { name: "TBX-Core", dct: false, modules: &[], types: &[], places: &[], picks: &[], codes: true };

const IN_CONCEPT_OR_TERM: &str = "conceptEntry termSec grp/conceptEntry grp/termSec";
const ON_ANY_LEVEL: &str = "conceptEntry langSec termSec";
const IN_TRANSACTION: &str =
    "conceptEntry langSec termSec transacGrp/conceptEntry transacGrp/langSec transacGrp/termSec";
const DEFINITION: &str = "conceptEntry langSec descripGrp/conceptEntry descripGrp/langSec";
const SOURCE: &str =
    "conceptEntry langSec termSec descripGrp/conceptEntry descripGrp/langSec descripGrp/termSec";
const TERM_NOTE: &str = "termSec termNoteGrp/termSec";
const REFERENCE: &str = "conceptEntry termSec */conceptEntry */termSec";

const ALL: &[Dialect] = &[
    Dialect {
        name: "TBX-Min",
        dct: false,
        modules: &[],
        types: &[
            ("admin", &["customerSubset"]),
            ("descrip", &["subjectField"]),
            ("termNote", &["administrativeStatus", "partOfSpeech"]),
            ("xref", &["externalCrossReference"]),
        ],
        places: &[
            ("admin", "customerSubset", IN_CONCEPT_OR_TERM),
            ("descrip", "subjectField", "conceptEntry descripGrp/conceptEntry"),
            ("xref", "externalCrossReference", ON_ANY_LEVEL),
        ],
        picks: &[("termNote", "administrativeStatus"), ("termNote", "partOfSpeech")],
        codes: false,
    },
    Dialect {
        name: "TBX-Basic",
        dct: false,
        modules: &[],
        types: &[
            ("admin", &["customerSubset", "projectSubset", "source"]),
            ("descrip", &["subjectField", "context", "definition"]),
            ("ref", &["crossReference"]),
            (
                "termNote",
                &[
                    "administrativeStatus",
                    "partOfSpeech",
                    "geographicalUsage",
                    "grammaticalGender",
                    "termLocation",
                    "termType",
                ],
            ),
            ("transac", &["transactionType"]),
            ("transacNote", &["responsibility"]),
            ("xref", &["externalCrossReference", "xGraphic"]),
        ],
        places: &[
            ("admin", "customerSubset", IN_CONCEPT_OR_TERM),
            ("admin", "projectSubset", IN_CONCEPT_OR_TERM),
            ("admin", "source", "conceptEntry langSec termSec grp/conceptEntry grp/langSec grp/termSec"),
            ("descrip", "subjectField", "conceptEntry descripGrp/conceptEntry"),
            ("descrip", "context", "termSec descripGrp/termSec"),
            ("descrip", "definition", DEFINITION),
            ("ref", "crossReference", "conceptEntry termSec Grp/conceptEntry Grp/termSec"),
            ("transac", "transactionType", IN_TRANSACTION),
            ("transacNote", "responsibility", IN_TRANSACTION),
            ("xref", "externalCrossReference", ON_ANY_LEVEL),
            ("xref", "xGraphic", "conceptEntry langSec"),
        ],
        // The official rule for transactionType stands behind another for the same element, where it
        // never comes to be asked.
        picks: &[
            ("termNote", "administrativeStatus"),
            ("termNote", "partOfSpeech"),
            ("termNote", "grammaticalGender"),
            ("termNote", "termLocation"),
            ("termNote", "termType"),
        ],
        codes: true,
    },
    Dialect {
        name: "TBX-Linguist",
        dct: false,
        modules: &[],
        types: &[],
        places: &[
            ("admin", "customerSubset", "conceptEntry termSec adminGrp/termSec"),
            ("admin", "projectSubset", "conceptEntry termSec"),
            ("admin", "source", SOURCE),
            ("admin", "reading", "termSec adminGrp/termSec"),
            ("adminNote", "readingNote", "adminGrp/termSec"),
            ("descrip", "subjectField", "conceptEntry descripGrp/conceptEntry"),
            ("descrip", "context", "termSec descripGrp/termSec"),
            ("descrip", "definition", DEFINITION),
            ("ref", "crossReference", REFERENCE),
            ("xref", "externalCrossReference", REFERENCE),
            ("xref", "xGraphic", "conceptEntry langSec"),
        ],
        picks: &[
            ("termNote", "administrativeStatus"),
            ("termNote", "partOfSpeech"),
            ("termNote", "grammaticalGender"),
            ("termNote", "termLocation"),
            ("termNote", "termType"),
            ("termNote", "grammaticalNumber"),
            ("termNote", "register"),
            ("transac", "transactionType"),
        ],
        codes: true,
    },
    Dialect {
        name: "TBX-Min",
        dct: true,
        modules: &[MIN_ELEMENTS],
        types: &[],
        places: MIN_PLACES,
        picks: &[],
        codes: true,
    },
    Dialect {
        name: "TBX-Basic",
        dct: true,
        modules: &[MIN_ELEMENTS, BASIC_ELEMENTS],
        types: &[],
        places: MODULE_PLACES,
        picks: &[],
        codes: true,
    },
    Dialect {
        name: "TBX-Linguist",
        dct: true,
        modules: &[MIN_ELEMENTS, BASIC_ELEMENTS, LINGUIST_ELEMENTS],
        types: &[],
        places: MODULE_PLACES,
        picks: &[],
        codes: true,
    },
];

const MIN_PLACES: &[(&str, &str, &str)] = &[
    ("", "customerSubset", "conceptEntry termSec adminGrp/termSec"),
    ("", "subjectField", "conceptEntry descripGrp/conceptEntry"),
    ("", "administrativeStatus", "termSec"),
    ("", "partOfSpeech", "termSec"),
];

const MODULE_PLACES: &[(&str, &str, &str)] = &[
    MIN_PLACES[0],
    MIN_PLACES[1],
    MIN_PLACES[2],
    MIN_PLACES[3],
    ("", "projectSubset", "conceptEntry termSec adminGrp/conceptEntry adminGrp/termSec"),
    ("", "source", SOURCE),
    ("", "context", "termSec descripGrp/termSec"),
    ("", "definition", DEFINITION),
    ("", "grammaticalGender", TERM_NOTE),
    ("", "termLocation", TERM_NOTE),
    ("", "termType", TERM_NOTE),
    ("", "transactionType", IN_TRANSACTION),
    ("", "responsibility", "transacGrp/conceptEntry transacGrp/langSec transacGrp/termSec"),
    ("", "crossReference", REFERENCE),
    ("", "xGraphic", "conceptEntry langSec"),
    ("", "reading", "termSec adminGrp/termSec"),
    ("", "readingNote", "adminGrp/termSec"),
    ("", "grammaticalNumber", TERM_NOTE),
    ("", "register", TERM_NOTE),
    ("", "transferComment", TERM_NOTE),
];
