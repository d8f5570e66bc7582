//! The table `[check]` of `wicterm.toml`: the options of the checks, and what a run makes of findings.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use super::custom::{Pattern, Word};
use super::{CHECKS, Options};
use crate::bytes::read_toml as read;
use crate::model::Severity;
use crate::text::nearest;

/// What `[check]` says.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What the checks are told.
    pub options: Options,
    /// From which severity on a run fails.
    pub fail_on: Option<Severity>,
    /// The file of accepted findings, as it is written there.
    pub baseline: Option<PathBuf>,
    /// What nobody knows in it: a sentence each, with what may be meant.
    pub complaints: Vec<String>,
}

/// What stands in the table beside the options.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Beside {
    fail_on: Option<Severity>,
    baseline: Option<PathBuf>,
}

/// The keys of [`Beside`].
const BESIDE: &[&str] = &["baseline", "fail-on"];

impl Settings {
    /// Reads the table out of a whole `wicterm.toml`; nothing said if it has none.
    ///
    /// # Errors
    ///
    /// A sentence, with the line where it is known: what is no TOML, or a value that its key cannot have.
    pub fn of_file(toml: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Whole<T> {
            check: Option<T>,
        }
        let mut unknown = vec![];
        let options: Whole<Options> = read(toml, &mut unknown)?;
        let beside: Whole<Beside> = read(toml, &mut vec![])?;
        let ours = unknown.iter().filter_map(|path| path.strip_prefix("check.").map(str::to_owned));
        Ok(Self::of(options.check.unwrap_or_default(), beside.check.unwrap_or_default(), ours.collect()))
    }

    /// Reads what stands below `[check]`.
    ///
    /// # Errors
    ///
    /// As [`Settings::of_file`].
    pub fn of_table(toml: &str) -> Result<Self, String> {
        let mut unknown = vec![];
        let options = read(toml, &mut unknown)?;
        Ok(Self::of(options, read(toml, &mut vec![])?, unknown))
    }

    fn of(options: Options, beside: Beside, unknown: Vec<String>) -> Self {
        let mut complaints: Vec<String> =
            unknown.iter().filter(|path| !BESIDE.contains(&&***path)).map(|path| unknown_key(path)).collect();
        for (list, names) in [("only", &options.only), ("skip", &options.skip)] {
            complaints
                .extend(names.iter().filter_map(|name| Some(format!("{list}: {}", unknown_name(name)?))));
        }
        // A reader's findings and those of `validate` may be regraded too; they are in no list.
        let known = |code: &str| ["read-", "tbx-", "tmx-"].iter().any(|family| code.starts_with(family));
        let regraded = options.severities.keys().filter(|code| !known(code));
        complaints.extend(regraded.filter_map(|code| Some(format!("severities: {}", unknown_code(code)?))));
        Self { options, fail_on: beside.fail_on, baseline: beside.baseline, complaints }
    }
}

/// Returns what to say of a name in `only` or `skip` that is neither a check nor a family.
pub fn unknown_name(name: &str) -> Option<String> {
    let families: BTreeSet<&str> = CHECKS.iter().map(|c| c.about().family.as_str()).collect();
    let known: Vec<&str> = CHECKS.iter().map(|c| c.about().code).chain(families).collect();
    complaint("check or family", name, &known)
}

fn unknown_code(code: &str) -> Option<String> {
    complaint("check", code, &CHECKS.iter().map(|c| c.about().code).collect::<Vec<_>>())
}

fn complaint(what: &str, name: &str, known: &[&str]) -> Option<String> {
    if known.contains(&name) {
        return None;
    }
    let help = nearest(name, known.iter().copied()).map_or_else(
        || "`wicterm check --list` shows what there is".to_owned(),
        |near| format!("perhaps \"{near}\" is meant"),
    );
    Some(format!("there is no {what} \"{name}\"; {help}"))
}

fn unknown_key(path: &str) -> String {
    // Of `word.0.replace` the last name is unknown, and the ones before it say where.
    let key = path.rsplit('.').next().unwrap_or(path);
    let keys: Vec<String> = match path.split('.').next() {
        Some("word") if path.contains('.') => keys_of(&Word::default()),
        Some("regex") if path.contains('.') => keys_of(&Pattern::default()),
        _ => keys_of(&Options::default()).into_iter().chain(BESIDE.iter().map(|k| (*k).to_owned())).collect(),
    };
    let help = match nearest(key, keys.iter().map(String::as_str)) {
        Some(near) => format!("perhaps \"{near}\" is meant"),
        None => format!("keys are {}", keys.join(", ")),
    };
    format!("nobody knows the key \"{key}\"; {help}")
}

/// A type's keys are what it is written with.
fn keys_of(of: &impl serde::Serialize) -> Vec<String> {
    match serde_json::to_value(of) {
        Ok(Value::Object(fields)) => fields.into_iter().map(|(key, _)| key).collect(),
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read() {
        let settings = Settings::of_file(
            "base = \"b\"\n[check]\nskip = [\"text\"]\nfail-on = \"warning\"\nbaseline = \"accepted.jsonl\"\n\
             date = \"2016\"\n[check.severities]\nrepeated-word = \"info\"\n\
             [[check.word]]\nword = \"utilise\"\nuse = \"use\"\n[[check.regex]]\nregex = '\\s!'\nmessage = \"m\"\n",
        )
        .unwrap();
        assert_eq!(settings.complaints, [""; 0]);
        assert_eq!(settings.fail_on, Some(Severity::Warning));
        assert_eq!(settings.baseline, Some(PathBuf::from("accepted.jsonl")));
        assert_eq!(settings.options.skip, ["text"]);
        assert_eq!(settings.options.severities["repeated-word"], Severity::Info);
        assert_eq!((settings.options.word.len(), settings.options.regex.len()), (1, 1));
        let nothing = Settings::of_file("base = \"b\"\n").unwrap();
        assert!(nothing.options.only.is_empty() && nothing.complaints.is_empty());
    }

    #[test]
    fn what_nobody_knows_is_said_with_what_may_be_meant() {
        for (toml, said) in [
            ("[check]\nskp = []", "nobody knows the key \"skp\"; perhaps \"skip\" is meant"),
            ("[check]\nfail_on = \"info\"", "nobody knows the key \"fail_on\"; perhaps \"fail-on\" is meant"),
            (
                "[check]\nonly = [\"repeated-words\"]",
                "only: there is no check or family \"repeated-words\"; perhaps \"repeated-word\" is meant",
            ),
            (
                "[check]\nskip = [\"weather\"]",
                "skip: there is no check or family \"weather\"; `wicterm check --list` shows what there is",
            ),
            (
                "[check.severities]\nrepeated-wrod = \"info\"",
                "severities: there is no check \"repeated-wrod\"; perhaps \"repeated-word\" is meant",
            ),
            (
                "[[check.word]]\nword = \"a\"\nlnag = \"en\"",
                "nobody knows the key \"lnag\"; perhaps \"lang\" is meant",
            ),
        ] {
            assert_eq!(Settings::of_file(toml).unwrap().complaints, [said], "{toml}");
        }
        let read = Settings::of_file("[check.severities]\nread-encoding = \"error\"\n").unwrap();
        assert!(read.complaints.is_empty());
    }

    #[test]
    fn a_value_that_its_key_cannot_have_is_told_with_its_line() {
        for toml in [
            "[check]\nfail-on = \"loud\"",
            "[check]\nonly = 3",
            "[[check.regex]]\nregex = \"(\"",
            "[[check.regex]]\nmessage = \"\"",
            "[[check.word]]\nword = \"  \"",
            "[check",
        ] {
            let error = Settings::of_file(toml).unwrap_err();
            assert!(error.contains("line "), "{toml}: {error}");
        }
    }
}
