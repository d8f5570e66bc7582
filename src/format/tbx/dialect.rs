//! What each TBX dialect can say: its data categories, at which level, with which values.
//!
//! One table for ten dialects. The writer asks it before every element and the reader uses it
//! to know the class of a DCT element; neither holds a list of its own. The facts come from
//! the Schematron of each version 3 dialect, the rules inside the version 2 Basic schema,
//! and the constraint specification (XCS) of version 2.

/// The public dialects, as a set of bits.
pub(super) type Dialects = u8;
pub(super) const CORE: Dialects = 1;
pub(super) const MIN: Dialects = 2;
pub(super) const BASIC: Dialects = 4;
pub(super) const LINGUIST: Dialects = 8;
pub(super) const V2_BASIC: Dialects = 16;
pub(super) const V2_DEFAULT: Dialects = 32;

const V2: Dialects = V2_BASIC | V2_DEFAULT;
/// Where the module *min* is in force, and version 2.
const FROM_MIN: Dialects = MIN | BASIC | LINGUIST | V2;
/// Where the module *basic* is in force, and version 2.
const FROM_BASIC: Dialects = BASIC | LINGUIST | V2;

/// Where in an entry a category may stand, as a set of bits.
pub(super) type Levels = u8;
pub(super) const CONCEPT: Levels = 1;
pub(super) const LANGUAGE: Levels = 2;
pub(super) const TERM: Levels = 4;
/// Inside the group of a definition, a context or a transaction.
pub(super) const GROUP: Levels = 8;
const ANY: Levels = CONCEPT | LANGUAGE | TERM;

/// How data categories are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Version 3, category as attribute: `<descrip type="subjectField">`.
    Dca,
    /// Version 3, category as tag: `<min:subjectField>`.
    Dct,
    /// Version 2 (`martif`), category as attribute.
    V2,
}

/// A dialect in one of its styles.
#[derive(Debug)]
pub(super) struct Dialect {
    /// Which of the public dialects it is: one bit.
    pub bit: Dialects,
    pub style: Style,
    /// The `type` of the root element.
    pub root_type: &'static str,
    /// The schemas to name in front of the root: (address, kind).
    pub models: &'static [(&'static str, Model)],
}

/// The schema languages of `xml-model`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Model {
    RelaxNg,
    Schematron,
    Nvdl,
}

impl Model {
    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::RelaxNg => "http://relaxng.org/ns/structure/1.0",
            Self::Schematron => "http://purl.oclc.org/dsdl/schematron",
            Self::Nvdl => "http://purl.oclc.org/dsdl/nvdl/ns/structure/1.0",
        }
    }
}

const CORE_RNG: (&str, Model) = (
    "https://raw.githubusercontent.com/LTAC-Global/TBX_Core_RNG/master/TBXcoreStructV03.rng",
    Model::RelaxNg,
);

/// Every dialect that is written, in the order of the format list: the one that `.tbx` means first.
pub(super) static DIALECTS: [Dialect; 10] = [
    Dialect {
        bit: BASIC,
        style: Style::Dca,
        root_type: "TBX-Basic",
        models: &[
            CORE_RNG,
            (
                "https://raw.githubusercontent.com/LTAC-Global/TBX-Basic_dialect/master/DCA/TBX-Basic_DCA.sch",
                Model::Schematron,
            ),
        ],
    },
    Dialect {
        bit: BASIC,
        style: Style::Dct,
        root_type: "TBX-Basic",
        models: &[(
            "https://raw.githubusercontent.com/LTAC-Global/TBX-Basic_dialect/master/DCT/TBX-Basic.nvdl",
            Model::Nvdl,
        )],
    },
    Dialect {
        bit: LINGUIST,
        style: Style::Dca,
        root_type: "TBX-Linguist",
        models: &[
            CORE_RNG,
            (
                "https://raw.githubusercontent.com/LTAC-Global/TBX-Linguist_dialect/master/DCA/TBX-Linguist_DCA.sch",
                Model::Schematron,
            ),
        ],
    },
    Dialect {
        bit: LINGUIST,
        style: Style::Dct,
        root_type: "TBX-Linguist",
        models: &[(
            "https://raw.githubusercontent.com/LTAC-Global/TBX-Linguist_dialect/master/DCT/TBX-Linguist.nvdl",
            Model::Nvdl,
        )],
    },
    Dialect {
        bit: MIN,
        style: Style::Dca,
        root_type: "TBX-Min",
        models: &[
            CORE_RNG,
            (
                "https://raw.githubusercontent.com/LTAC-Global/TBX-Min_dialect/master/DCA/TBX-Min_DCA.sch",
                Model::Schematron,
            ),
        ],
    },
    Dialect {
        bit: MIN,
        style: Style::Dct,
        root_type: "TBX-Min",
        models: &[(
            "https://raw.githubusercontent.com/LTAC-Global/TBX-Min_dialect/master/DCT/TBX-Min.nvdl",
            Model::Nvdl,
        )],
    },
    Dialect { bit: CORE, style: Style::Dca, root_type: "TBX-Core", models: &[CORE_RNG] },
    Dialect { bit: CORE, style: Style::Dct, root_type: "TBX-Core", models: &[CORE_RNG] },
    Dialect { bit: V2_BASIC, style: Style::V2, root_type: "TBX-Basic", models: &[] },
    Dialect { bit: V2_DEFAULT, style: Style::V2, root_type: "TBX", models: &[] },
];

impl Dialect {
    /// Tells whether the category may stand at this level.
    pub(super) fn allows(&self, category: &Category, level: Levels) -> bool {
        category.at.iter().any(|(dialects, levels)| dialects & self.bit != 0 && levels & level != 0)
    }

    /// Tells whether the category may have this value.
    pub(super) fn accepts(&self, category: &Category, value: &str) -> bool {
        match category.values.iter().find(|(dialects, _)| dialects & self.bit != 0) {
            Some((_, values)) => values.contains(&value),
            None => true,
        }
    }

    pub(super) fn is_v2(&self) -> bool {
        self.style == Style::V2
    }

    /// Tells whether a note may stand in the group of a definition, a context or a transaction;
    /// version 2 Basic allows only sources there.
    pub(super) fn notes_in_groups(&self) -> bool {
        self.bit != V2_BASIC
    }
}

/// The element classes of ISO 30042.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) enum Class {
    Descrip,
    DescripNote,
    Admin,
    AdminNote,
    TermNote,
    Ref,
    Xref,
    Transac,
    TransacNote,
}

impl Class {
    pub(super) fn element(self) -> &'static str {
        match self {
            Self::Descrip => "descrip",
            Self::DescripNote => "descripNote",
            Self::Admin => "admin",
            Self::AdminNote => "adminNote",
            Self::TermNote => "termNote",
            Self::Ref => "ref",
            Self::Xref => "xref",
            Self::Transac => "transac",
            Self::TransacNote => "transacNote",
        }
    }

    pub(super) fn of_element(name: &str) -> Option<Self> {
        Some(match name {
            "descrip" => Self::Descrip,
            "descripNote" => Self::DescripNote,
            "admin" => Self::Admin,
            "adminNote" => Self::AdminNote,
            "termNote" => Self::TermNote,
            "ref" => Self::Ref,
            "xref" => Self::Xref,
            "transac" => Self::Transac,
            "transacNote" => Self::TransacNote,
            _ => return None,
        })
    }
}

/// The modules of version 3, which give DCT elements their namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Module {
    Min,
    Basic,
    Linguist,
    /// Only in version 2.
    None,
}

impl Module {
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Min | Self::None => "min",
            Self::Basic => "basic",
            Self::Linguist => "ling",
        }
    }
}

/// A data category.
#[derive(Debug)]
pub(super) struct Category {
    pub name: &'static str,
    pub class: Class,
    pub module: Module,
    /// In which dialects it may stand at which levels.
    pub at: &'static [(Dialects, Levels)],
    /// The values it may have, by dialect; text where a dialect is not named.
    pub values: &'static [(Dialects, &'static [&'static str])],
}

const fn category(
    name: &'static str,
    class: Class,
    module: Module,
    at: &'static [(Dialects, Levels)],
    values: &'static [(Dialects, &'static [&'static str])],
) -> Category {
    Category { name, class, module, at, values }
}

pub(super) static SUBJECT_FIELD: Category =
    category("subjectField", Class::Descrip, Module::Min, &[(FROM_MIN, CONCEPT)], &[]);
pub(super) static CUSTOMER: Category = category(
    "customerSubset",
    Class::Admin,
    Module::Min,
    // The rule inside the version 2 Basic schema: at the term only.
    &[(MIN | BASIC | LINGUIST | V2_DEFAULT, CONCEPT | TERM), (V2_BASIC, TERM)],
    &[],
);
pub(super) static STATUS: Category = category(
    "administrativeStatus",
    Class::TermNote,
    Module::Min,
    &[(FROM_MIN, TERM)],
    &[
        (
            V2_DEFAULT,
            &[
                "preferredTerm-admn-sts",
                "admittedTerm-admn-sts",
                "deprecatedTerm-admn-sts",
                "supersededTerm-admn-sts",
                "standardizedTerm-admn-sts",
                "regulatedTerm-admn-sts",
            ],
        ),
        (
            FROM_MIN,
            &[
                "preferredTerm-admn-sts",
                "admittedTerm-admn-sts",
                "deprecatedTerm-admn-sts",
                "supersededTerm-admn-sts",
            ],
        ),
    ],
);
pub(super) static PART_OF_SPEECH: Category = category(
    "partOfSpeech",
    Class::TermNote,
    Module::Min,
    &[(FROM_MIN, TERM)],
    &[
        (MIN | BASIC | LINGUIST, &["noun", "verb", "adjective", "adverb", "other"]),
        (V2_BASIC, &["noun", "verb", "adjective", "adverb", "properNoun", "other"]),
    ],
);
pub(super) static PAGE: Category = category(
    "externalCrossReference",
    Class::Xref,
    Module::Min,
    &[(MIN | BASIC | V2_DEFAULT, ANY), (LINGUIST | V2_BASIC, CONCEPT | TERM)],
    &[],
);
pub(super) static DEFINITION: Category = category(
    "definition",
    Class::Descrip,
    Module::Basic,
    &[(FROM_BASIC, CONCEPT | LANGUAGE), (V2_DEFAULT, TERM)],
    &[],
);
pub(super) static CONTEXT: Category =
    category("context", Class::Descrip, Module::Basic, &[(FROM_BASIC, TERM)], &[]);
pub(super) static SOURCE: Category =
    category("source", Class::Admin, Module::Basic, &[(FROM_BASIC, ANY | GROUP)], &[]);
pub(super) static PROJECT: Category = category(
    "projectSubset",
    Class::Admin,
    Module::Basic,
    &[(BASIC | LINGUIST | V2_DEFAULT, CONCEPT | TERM), (V2_BASIC, TERM)],
    &[],
);
pub(super) static CROSS_REFERENCE: Category =
    category("crossReference", Class::Ref, Module::Basic, &[(FROM_BASIC, CONCEPT | TERM)], &[]);
pub(super) static GRAPHIC: Category = category(
    "xGraphic",
    Class::Xref,
    Module::Basic,
    &[(BASIC | LINGUIST, CONCEPT | LANGUAGE), (V2_BASIC, CONCEPT), (V2_DEFAULT, ANY)],
    &[],
);
pub(super) static AUDIO: Category = category("xAudio", Class::Xref, Module::None, &[(V2_DEFAULT, ANY)], &[]);
pub(super) static VIDEO: Category = category("xVideo", Class::Xref, Module::None, &[(V2_DEFAULT, ANY)], &[]);
pub(super) static TERM_TYPE: Category = category(
    "termType",
    Class::TermNote,
    Module::Basic,
    &[(FROM_BASIC, TERM)],
    &[
        (
            V2_DEFAULT,
            &[
                "abbreviation",
                "acronym",
                "clippedTerm",
                "commonName",
                "entryTerm",
                "equation",
                "formula",
                "fullForm",
                "initialism",
                "internationalScientificTerm",
                "internationalism",
                "logicalExpression",
                "phraseologicalUnit",
                "partNumber",
                "shortForm",
                "shortcut",
                "sku",
                "symbol",
                "synonym",
                "synonymousPhrase",
                "standardText",
                "string",
                "transliteratedForm",
                "transcribedForm",
                "variant",
            ],
        ),
        (FROM_BASIC, &["fullForm", "acronym", "abbreviation", "shortForm", "variant", "phrase"]),
    ],
);
pub(super) static GENDER: Category = category(
    "grammaticalGender",
    Class::TermNote,
    Module::Basic,
    &[(FROM_BASIC, TERM)],
    &[
        (V2_DEFAULT, &["masculine", "feminine", "neuter", "otherGender"]),
        (FROM_BASIC, &["masculine", "feminine", "neuter", "other"]),
    ],
);
pub(super) static REGION: Category =
    category("geographicalUsage", Class::TermNote, Module::Basic, &[(FROM_BASIC, TERM)], &[]);
pub(super) static TRANSACTION: Category = category(
    "transactionType",
    Class::Transac,
    Module::Basic,
    &[(FROM_BASIC, ANY)],
    &[
        (
            V2_DEFAULT,
            &[
                "origination",
                "input",
                "modification",
                "check",
                "approval",
                "withdrawal",
                "standardization",
                "exportation",
                "importation",
                "proposal",
                "userAccess",
            ],
        ),
        (FROM_BASIC, &["origination", "modification"]),
    ],
);
pub(super) static RESPONSIBILITY: Category =
    category("responsibility", Class::TransacNote, Module::Basic, &[(FROM_BASIC, GROUP)], &[]);
pub(super) static NUMBER: Category = category(
    "grammaticalNumber",
    Class::TermNote,
    Module::Linguist,
    &[(LINGUIST | V2_DEFAULT, TERM)],
    &[(LINGUIST | V2_DEFAULT, &["singular", "plural", "dual", "mass", "otherNumber"])],
);
pub(super) static REGISTER: Category = category(
    "register",
    Class::TermNote,
    Module::Linguist,
    &[(LINGUIST | V2_DEFAULT, TERM)],
    &[(
        LINGUIST | V2_DEFAULT,
        &[
            "colloquialRegister",
            "neutralRegister",
            "technicalRegister",
            "in-houseRegister",
            "bench-levelRegister",
            "slangRegister",
            "vulgarRegister",
        ],
    )],
);
pub(super) static READING: Category =
    category("reading", Class::Admin, Module::Linguist, &[(LINGUIST, TERM)], &[]);
pub(super) static PLANNING: Category = category(
    "language-planningQualifier",
    Class::TermNote,
    Module::None,
    &[(V2_DEFAULT, TERM)],
    &[(V2_DEFAULT, &["recommendedTerm", "nonstandardizedTerm", "proposedTerm", "newTerm"])],
);
pub(super) static ABBREVIATED_FORM_FOR: Category =
    category("abbreviatedFormFor", Class::TermNote, Module::None, &[(V2_DEFAULT, TERM)], &[]);
pub(super) static SHORT_FORM_FOR: Category =
    category("shortFormFor", Class::TermNote, Module::None, &[(V2_DEFAULT, TERM)], &[]);
pub(super) static RELIABILITY: Category = category(
    "reliabilityCode",
    Class::Descrip,
    Module::None,
    &[(V2_DEFAULT, ANY)],
    &[(V2_DEFAULT, &["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"])],
);
pub(super) static CONTEXT_TYPE: Category = category(
    "contextType",
    Class::DescripNote,
    Module::None,
    &[(V2_DEFAULT, GROUP)],
    &[(
        V2_DEFAULT,
        &[
            "definingContext",
            "explanatoryContext",
            "associativeContext",
            "linguisticContext",
            "metalinguisticContext",
            "translatedContext",
        ],
    )],
);
pub(super) static DEFINITION_TYPE: Category = category(
    "definitionType",
    Class::DescripNote,
    Module::None,
    &[(V2_DEFAULT, GROUP)],
    &[(
        V2_DEFAULT,
        &["intensionalDefinition", "extensionalDefinition", "partitiveDefinition", "translatedDefinition"],
    )],
);
const CONCEPT_RELATION: &[(Dialects, Levels)] = &[(V2_DEFAULT, CONCEPT | LANGUAGE)];
pub(super) static BROADER: Category =
    category("broaderConceptGeneric", Class::Descrip, Module::None, CONCEPT_RELATION, &[]);
pub(super) static NARROWER: Category =
    category("subordinateConceptGeneric", Class::Descrip, Module::None, CONCEPT_RELATION, &[]);
pub(super) static PART_OF: Category =
    category("broaderConceptPartitive", Class::Descrip, Module::None, CONCEPT_RELATION, &[]);
pub(super) static HAS_PART: Category =
    category("subordinateConceptPartitive", Class::Descrip, Module::None, CONCEPT_RELATION, &[]);
pub(super) static RELATED: Category =
    category("relatedConcept", Class::Descrip, Module::None, CONCEPT_RELATION, &[]);
pub(super) static ANTONYM: Category =
    category("antonymConcept", Class::Descrip, Module::None, &[(V2_DEFAULT, CONCEPT)], &[]);

/// The categories that the model has a field for.
static KNOWN: [&Category; 34] = [
    &SUBJECT_FIELD,
    &CUSTOMER,
    &STATUS,
    &PART_OF_SPEECH,
    &PAGE,
    &DEFINITION,
    &CONTEXT,
    &SOURCE,
    &PROJECT,
    &CROSS_REFERENCE,
    &GRAPHIC,
    &AUDIO,
    &VIDEO,
    &TERM_TYPE,
    &GENDER,
    &REGION,
    &TRANSACTION,
    &RESPONSIBILITY,
    &NUMBER,
    &REGISTER,
    &READING,
    &PLANNING,
    &ABBREVIATED_FORM_FOR,
    &SHORT_FORM_FOR,
    &RELIABILITY,
    &CONTEXT_TYPE,
    &DEFINITION_TYPE,
    &BROADER,
    &NARROWER,
    &PART_OF,
    &HAS_PART,
    &RELATED,
    &ANTONYM,
    &TERM_LOCATION,
];

static TERM_LOCATION: Category = category(
    "termLocation",
    Class::TermNote,
    Module::Basic,
    &[(FROM_BASIC, TERM)],
    &[(
        BASIC | LINGUIST,
        &[
            "checkBox",
            "comboBox",
            "comboBoxElement",
            "dialogBox",
            "groupBox",
            "informativeMessage",
            "interactiveMessage",
            "menuItem",
            "progressBar",
            "pushButton",
            "radioButton",
            "slider",
            "spinBox",
            "tab",
            "tableText",
            "textBox",
            "toolTip",
            "user-definedType",
        ],
    )],
);

const ONLY_V2: Module = Module::None;
const AT_TERM: &[(Dialects, Levels)] = &[(V2_DEFAULT, TERM)];
const ANYWHERE: &[(Dialects, Levels)] = &[(V2_DEFAULT, ANY)];

/// The categories that the model has no field for, so that they pass through as they came.
static PASSING: [Category; 46] = [
    category("transferComment", Class::TermNote, Module::Linguist, &[(LINGUIST | V2_DEFAULT, TERM)], &[]),
    category("readingNote", Class::AdminNote, Module::Linguist, &[], &[]),
    category(
        "processStatus",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(V2_DEFAULT, &["unprocessed", "provisionallyProcessed", "finalized"])],
    ),
    category(
        "animacy",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(V2_DEFAULT, &["animate", "inanimate", "otherAnimacy"])],
    ),
    category("antonymTerm", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category(
        "directionality",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(V2_DEFAULT, &["monodirectional", "bidirectional", "incommensurate", "undetermined"])],
    ),
    category("etymology", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("falseFriend", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category(
        "frequency",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(V2_DEFAULT, &["commonlyUsed", "infrequentlyUsed", "rarelyUsed"])],
    ),
    category("grammaticalValency", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("homograph", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("lionHotkey", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("pronunciation", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category(
        "proprietaryRestriction",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(V2_DEFAULT, &["trademark", "serviceMark", "tradeName"])],
    ),
    category(
        "temporalQualifier",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(V2_DEFAULT, &["archaicTerm", "outdatedTerm", "obsoleteTerm"])],
    ),
    category(
        "termProvenance",
        Class::TermNote,
        ONLY_V2,
        AT_TERM,
        &[(
            V2_DEFAULT,
            &["transdisciplinaryBorrowing", "translingualBorrowing", "loanTranslation", "neologism"],
        )],
    ),
    category("termStructure", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("timeRestriction", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("usageNote", Class::TermNote, ONLY_V2, AT_TERM, &[]),
    category("annotatedNote", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("applicationSubset", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("businessUnitSubset", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("conceptOrigin", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("databaseType", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("domainExpert", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category(
        "elementWorkingStatus",
        Class::Admin,
        ONLY_V2,
        ANYWHERE,
        &[(
            V2_DEFAULT,
            &[
                "starterElement",
                "workingElement",
                "consolidatedElement",
                "archiveElement",
                "importedElement",
                "exportedElement",
            ],
        )],
    ),
    category("entrySource", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("environmentSubset", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("indexHeading", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("keyword", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("originatingDatabase", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("originatingInstitution", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("originatingPerson", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("productSubset", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("searchTerm", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("securitySubset", Class::Admin, ONLY_V2, ANYWHERE, &[(V2_DEFAULT, &["public", "confidential"])]),
    category("sortKey", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("sourceIdentifier", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("subsetOwner", Class::Admin, ONLY_V2, ANYWHERE, &[]),
    category("characteristic", Class::Descrip, ONLY_V2, AT_TERM, &[]),
    category("example", Class::Descrip, ONLY_V2, ANYWHERE, &[]),
    category("explanation", Class::Descrip, ONLY_V2, ANYWHERE, &[]),
    category("quantity", Class::Descrip, ONLY_V2, AT_TERM, &[]),
    category("range", Class::Descrip, ONLY_V2, AT_TERM, &[]),
    category("sampleSentence", Class::Descrip, ONLY_V2, AT_TERM, &[]),
    category("unit", Class::Descrip, ONLY_V2, AT_TERM, &[]),
];

/// Iterates over every category.
pub(super) fn all() -> impl Iterator<Item = &'static Category> {
    KNOWN.iter().copied().chain(&PASSING)
}

/// Finds a category by its name, spelled exactly.
pub(super) fn by_name(name: &str) -> Option<&'static Category> {
    all().find(|c| c.name == name)
}

/// Tells whether an element of this category leads to another entry or term.
pub(super) fn is_link(category: &Category) -> bool {
    let links = [
        &BROADER,
        &NARROWER,
        &PART_OF,
        &HAS_PART,
        &RELATED,
        &ANTONYM,
        &ABBREVIATED_FORM_FOR,
        &SHORT_FORM_FOR,
    ];
    links.iter().any(|c| c.name == category.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_stands_once_in_the_table() {
        let mut names: Vec<_> = KNOWN.iter().map(|c| c.name).chain(PASSING.iter().map(|c| c.name)).collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_dialect_allows_what_its_schema_allows() {
        let dialect = |bit| DIALECTS.iter().find(|d| d.bit == bit).unwrap();
        for (bit, category, level, allowed) in [
            (CORE, &SUBJECT_FIELD, CONCEPT, false),
            (MIN, &SUBJECT_FIELD, CONCEPT, true),
            (MIN, &DEFINITION, CONCEPT, false),
            (BASIC, &DEFINITION, LANGUAGE, true),
            (BASIC, &DEFINITION, TERM, false),
            (V2_DEFAULT, &DEFINITION, TERM, true),
            (BASIC, &GRAPHIC, TERM, false),
            (BASIC, &CUSTOMER, CONCEPT, true),
            (V2_BASIC, &CUSTOMER, CONCEPT, false),
            (V2_BASIC, &CUSTOMER, TERM, true),
            (BASIC, &NUMBER, TERM, false),
            (LINGUIST, &NUMBER, TERM, true),
            (V2_DEFAULT, &READING, TERM, false),
        ] {
            assert_eq!(dialect(bit).allows(category, level), allowed, "{bit} {} {level}", category.name);
        }
        for (bit, category, value, accepted) in [
            (BASIC, &PART_OF_SPEECH, "properNoun", false),
            (V2_BASIC, &PART_OF_SPEECH, "properNoun", true),
            (V2_DEFAULT, &PART_OF_SPEECH, "whatever", true),
            (V2_DEFAULT, &TERM_TYPE, "phrase", false),
            (BASIC, &TERM_TYPE, "phrase", true),
            (BASIC, &TRANSACTION, "input", false),
            (V2_DEFAULT, &TRANSACTION, "input", true),
        ] {
            assert_eq!(dialect(bit).accepts(category, value), accepted, "{bit} {} {value}", category.name);
        }
    }
}
