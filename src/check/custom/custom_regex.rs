#![doc = include_str!("custom-regex.md")]

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{found_on, one_or_many, sentence, texts};
use crate::check::{About, Check, Facts, Family, LooksAt, Seen};
use crate::model::{LanguageTag, Severity, Side};

/// A pattern to look for: `[[check.regex]]` in `wicterm.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Pattern {
    /// The pattern, in the syntax of Rust's `regex`.
    pub regex: Compiled,
    /// What to say where it matches.
    #[serde(default)]
    pub message: Option<String>,
    /// What to put there instead; `$1` is what the first group matched.
    #[serde(default)]
    pub replace: Option<String>,
    /// The languages in which it is looked for; all if none is named.
    #[serde(default, deserialize_with = "one_or_many")]
    pub lang: Vec<LanguageTag>,
    /// On which side it is looked for; the target, if nothing is said.
    #[serde(default)]
    pub side: Option<Side>,
    /// How much it matters.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// A pattern that can be used: it compiled, and within bounds.
#[derive(Debug, Clone, Default)]
pub struct Compiled(Option<Regex>);

/// How large a pattern may grow when it is compiled, in bytes. Matching takes time in proportion to this times
/// the text, whatever the pattern is, so a pattern from a stranger's `wicterm.toml` cannot hang a run.
const LARGEST: usize = 1 << 20;
/// How many findings one pattern makes in one text; also what keeps the search for all matches linear.
const MOST_FOUND: usize = 100;

impl Compiled {
    fn new(pattern: &str) -> Result<Self, String> {
        if pattern.is_empty() {
            return Err("there is nothing to look for in an empty pattern".to_owned());
        }
        let compiled =
            RegexBuilder::new(pattern).size_limit(LARGEST).dfa_size_limit(LARGEST).nest_limit(50).build();
        match compiled {
            Ok(regex) => Ok(Self(Some(regex))),
            Err(regex::Error::CompiledTooBig(_)) => Err(format!(
                "the pattern is too large; what it repeats many times makes it so: {}",
                crate::text::clip(pattern, 60)
            )),
            // The library shows the place in several lines; the last one says what is wrong.
            Err(e) => {
                let said = e.to_string();
                let last = said.lines().last().unwrap_or_default().trim();
                Err(format!("{pattern}: {}", last.strip_prefix("error: ").unwrap_or(last)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Compiled {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Compiled {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.as_ref().map_or("", Regex::as_str))
    }
}

/// `custom-regex`
pub struct CustomRegex;

const ABOUT: About = About {
    code: "custom-regex",
    family: Family::Custom,
    severity: Severity::Warning,
    looks_at: LooksAt::Texts,
    yields_to: &[],
    page: include_str!("custom-regex.md"),
};

impl Check for CustomRegex {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<crate::check::Found>) -> Facts {
        for pattern in &seen.options.regex {
            let Some(regex) = &pattern.regex.0 else { continue };
            for (side, text) in texts(seen, pattern.side, &pattern.lang) {
                let text = text.text();
                for groups in regex.captures_iter(text).take(MOST_FOUND) {
                    let all = groups.get_match();
                    let fix = pattern.replace.as_ref().map(|replace| {
                        let mut fix = String::new();
                        groups.expand(replace, &mut fix);
                        fix
                    });
                    // What stands there already as it should is no finding, and nor is nothing at all.
                    if all.is_empty() || fix.as_deref() == Some(all.as_str()) {
                        continue;
                    }
                    let message = match &pattern.message {
                        Some(message) => sentence(message),
                        None => format!("\"{}\" matches the pattern {}.", all.as_str(), regex.as_str()),
                    };
                    let mut one = found_on(side, all.range(), message);
                    one.severity = pattern.severity;
                    if let Some(fix) = fix {
                        one = match &*fix {
                            "" => one.help("take it out"),
                            _ => one.help(format!("write \"{fix}\"")),
                        };
                        if mends(regex, text, all.range(), &fix) {
                            one = one.fix(fix);
                        }
                    }
                    found.push(one);
                }
            }
        }
        Facts::default()
    }
}

/// Tells whether the pattern no longer matches where the fix was put.
fn mends(regex: &Regex, text: &str, range: std::ops::Range<usize>, fix: &str) -> bool {
    let mended = [&text[..range.start], fix, &text[range.end..]].concat();
    let put = range.start..range.start + fix.len();
    !regex.find_iter(&mended).take(MOST_FOUND).any(|m| m.start() <= put.end && m.end() >= put.start)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_pattern_that_makes_no_sense_is_told_in_a_line() {
        for (pattern, said) in [("(a", "unclosed group"), ("[z-a]", "range"), ("", "empty")] {
            let error = Compiled::new(pattern).unwrap_err();
            assert!(error.contains(said) && !error.contains('\n'), "{pattern}: {error}");
        }
        let error = Compiled::new("((a{100}){100}){100}").unwrap_err();
        assert!(error.contains("too large"), "{error}");
        assert!(Compiled::new(&"(".repeat(200)).is_err());
    }

    #[test]
    fn no_pattern_hangs() {
        // What takes exponential time elsewhere.
        let text = "a".repeat(50_000) + "!";
        for pattern in ["(a+)+$", "(a|a)*b", "(.*)*=(.*)", "(\\w+\\s?)*#", "a*a*a*a*a*b", ".*[^a]{1,60}x"] {
            let regex = Compiled::new(pattern).unwrap().0.unwrap();
            let begun = Instant::now();
            let _ = regex.captures_iter(&text).take(MOST_FOUND).count();
            // A debug build on a busy machine; an exponential search would not come back at all.
            assert!(begun.elapsed().as_secs() < 20, "{pattern}: {:?}", begun.elapsed());
        }
    }
}
