//! The tools that we write for, by name.
//!
//! Each tool reads a dialect of its own. A [`Profile`] says which of our formats is written for it, and what somebody
//! who sits before the tool does with the file. What the tool will not see is what the format's loss report says.
//! To add a tool, write its format if it needs one, and add one line to [`PROFILES`].

use super::Format;
use super::{multiterm, publication, skos, tables, tbx, tmx};

/// A tool, and what is written for it.
#[derive(Debug)]
pub struct Profile {
    /// The name for `--for` and `--from`: `omegat`.
    pub name: &'static str,
    /// What the tool calls itself.
    pub tool: &'static str,
    /// What concepts are written in.
    pub concepts: &'static Format,
    /// What the translation memory is written in, where the tool takes one.
    pub units: Option<&'static Format>,
    /// What to do with the file in the tool: a sentence.
    pub advice: &'static str,
    /// How we know that the tool takes it: `true` where the tool itself, or the library that it reads with, opens our
    /// file in our tests; else it was read in its documentation.
    pub tried: bool,
}

/// Every tool, in the order of their names.
pub static PROFILES: &[Profile] = &[
    Profile {
        name: "amazon",
        tool: "Amazon Translate",
        concepts: &tables::tools::AMAZON,
        units: Some(&tmx::FORMAT),
        advice: "create a custom terminology of it, with the directionality UNI",
        tried: false,
    },
    Profile {
        name: "azure",
        tool: "Azure Document Translation",
        concepts: &tables::tools::AZURE,
        units: None,
        advice: "name it as the glossary of a translation of these two languages",
        tried: false,
    },
    Profile {
        name: "crowdin",
        tool: "Crowdin",
        concepts: &tables::tools::CROWDIN,
        units: Some(&tmx::FORMAT),
        advice: "upload it as a glossary whose first line is a header, and map each column to the word that heads it",
        tried: false,
    },
    Profile {
        name: "deepl",
        tool: "DeepL",
        concepts: &tables::tools::DEEPL_CSV,
        units: None,
        advice: "upload it as a glossary of these two languages",
        tried: false,
    },
    Profile {
        name: "excel",
        tool: "Excel",
        concepts: &tables::TERMS_XLSX,
        units: Some(&tables::BITEXT_XLSX),
        advice: "open it with a double click; --as terms-wide-xlsx writes a row for a concept instead of one for a term",
        tried: false,
    },
    Profile {
        name: "google",
        tool: "Google Cloud Translation",
        concepts: &tables::tools::GOOGLE_CSV,
        units: Some(&tmx::FORMAT),
        advice: "put it into a bucket and create a glossary of an equivalent term set of it",
        tried: false,
    },
    Profile {
        name: "llm",
        tool: "a language model",
        concepts: &publication::LLM,
        units: None,
        advice: "put it before the text in the prompt; with --text FILE it holds only what occurs in that file",
        tried: false,
    },
    Profile {
        name: "memoq",
        tool: "memoQ",
        concepts: &tables::tools::MEMOQ,
        units: Some(&tmx::FORMAT),
        advice: "import it into a term base as CSV with semicolons whose first row has the names of the fields",
        tried: false,
    },
    Profile {
        name: "omegat",
        tool: "OmegaT",
        concepts: &tables::tools::OMEGAT,
        units: Some(&tmx::FORMAT),
        advice: "put a glossary into the project's folder glossary, a memory into tm",
        tried: true,
    },
    Profile {
        name: "phrase",
        tool: "Phrase Strings",
        concepts: &tables::tools::PHRASE,
        units: None,
        advice: "upload it to a term base as CSV; Phrase TMS takes --as tbx-v2-basic",
        tried: false,
    },
    Profile {
        name: "skos",
        tool: "the semantic web (SKOS)",
        concepts: &skos::TURTLE,
        units: None,
        advice: "publish it where its address is to be; --as skos-jsonld writes JSON-LD",
        tried: true,
    },
    Profile {
        name: "trados",
        tool: "Trados (MultiTerm)",
        concepts: &multiterm::MULTITERM,
        units: Some(&tmx::FORMAT),
        advice: "define the fields and languages of the file in a termbase, then import it with the default import definition",
        tried: false,
    },
    Profile {
        name: "utx",
        tool: "what reads UTX",
        concepts: &tables::tools::UTX,
        units: None,
        advice: "name it as the user dictionary of these two languages",
        tried: false,
    },
    Profile {
        name: "weblate",
        tool: "Weblate",
        concepts: &tbx::weblate::WEBLATE,
        units: None,
        advice: "call it after the target language, as the file mask of the glossary component says",
        tried: true,
    },
];

impl Profile {
    /// Returns what is written in for it: concepts, or units of the memory.
    pub fn format(&self, units: bool) -> Option<&'static Format> {
        if units { self.units } else { Some(self.concepts) }
    }

    /// Returns what a file that comes from it is read as, by the ending of its name.
    pub fn read_as(&self, extension: Option<&str>) -> &'static Format {
        let own = |f: &&Format| extension.is_some_and(|e| f.extensions.contains(&e));
        match self.units.filter(|f| own(f) && !own(&self.concepts)) {
            Some(units) => units,
            None => self.concepts,
        }
    }
}

/// Finds a tool by its name.
pub fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|p| p.name == name)
}
