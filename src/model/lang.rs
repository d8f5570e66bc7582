//! Language tags: BCP 47, canonical, with the habits of older tools mended.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text is not a language tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageTagError(String);

impl fmt::Display for LanguageTagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not a language tag such as en, zh-Hans or pt-BR", self.0)
    }
}

impl std::error::Error for LanguageTagError {}

/// A canonical BCP 47 language tag: `en`, `zh-Hans`, `zh-Hant-TW`, `pt-BR`.
///
/// Parsing mends what tools write: case, underscores, retired codes (`iw`, `in`, `no`) and
/// Chinese by country instead of script (`zh-CN` is `zh-Hans`, `zh-TW` is `zh-Hant-TW`).
///
/// ```
/// use wicterm::model::LanguageTag;
/// let tag = |t: &str| t.parse::<LanguageTag>().unwrap().to_string();
/// assert_eq!(tag("zh_CN"), "zh-Hans");
/// assert_eq!(tag("ZH-tw"), "zh-Hant-TW");
/// assert_eq!(tag("EN-us"), "en-US");
/// assert_eq!(tag("iw"), "he");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LanguageTag(Box<str>);

impl LanguageTag {
    /// Returns `en`.
    pub fn english() -> Self {
        Self("en".into())
    }

    /// Returns the whole tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the primary language subtag, as in `zh`.
    pub fn language(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Returns the script subtag, as in `Hans`.
    pub fn script(&self) -> Option<&str> {
        self.subtags().find(|s| s.len() == 4 && s.as_bytes()[0].is_ascii_alphabetic())
    }

    /// Returns the region subtag, as in `TW` or `419`.
    pub fn region(&self) -> Option<&str> {
        self.subtags().find(|s| s.len() == 2 || (s.len() == 3 && s.as_bytes()[0].is_ascii_digit()))
    }

    fn subtags(&self) -> impl Iterator<Item = &str> {
        // Behind a singleton (-x-, -u-) nothing is a script or a region any more.
        self.0.split('-').skip(1).take_while(|s| s.len() > 1)
    }

    /// Returns the tags to try for this one, most exact first: itself, language and script,
    /// language alone.
    pub fn fallbacks(&self) -> impl Iterator<Item = LanguageTag> {
        let script = self.script().map(|s| format!("{}-{s}", self.language()));
        let mut out = vec![self.clone()];
        for candidate in script.into_iter().chain([self.language().to_owned()]) {
            let candidate = LanguageTag(candidate.into());
            if !out.contains(&candidate) {
                out.push(candidate);
            }
        }
        out.into_iter()
    }

    /// Tells whether a text in this language may stand for one in `other`: one of the two tags is the other's or more
    /// special (`en` and `en-US`, but not `en-GB` and `en-US`, nor `zh-Hans` and `zh-Hant`).
    pub fn meets(&self, other: &Self) -> bool {
        self.serves(other) || other.serves(self)
    }

    /// Tells whether a request for `wanted` is served by this tag: equal, or more special
    /// (`zh` is served by `zh-Hans`, `zh-Hant` by `zh-Hant-TW`).
    pub fn serves(&self, wanted: &LanguageTag) -> bool {
        self.0.strip_prefix(&*wanted.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LanguageTag({})", self.0)
    }
}

impl FromStr for LanguageTag {
    type Err = LanguageTagError;
    fn from_str(text: &str) -> Result<Self, LanguageTagError> {
        let refuse = || LanguageTagError(text.chars().take(60).collect());
        let trimmed = text.trim();
        if trimmed.len() > 64 {
            return Err(refuse());
        }
        let parts: Vec<&str> = trimmed.split(['-', '_']).collect();
        let alnum = |p: &&str| !p.is_empty() && p.len() <= 8 && p.bytes().all(|b| b.is_ascii_alphanumeric());
        if !parts.iter().all(alnum) {
            return Err(refuse());
        }
        let primary = parts[0].to_ascii_lowercase();
        let private = primary == "x" || primary == "i";
        let code = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        if !private && !code {
            return Err(refuse());
        }
        if (private || parts.last().is_some_and(|p| p.len() == 1)) && parts.len() < 2 {
            return Err(refuse());
        }
        let mut out: Vec<String> = vec![match RETIRED.iter().find(|(old, _)| *old == primary) {
            Some((_, new)) => (*new).to_owned(),
            None => primary,
        }];
        let (mut script, mut region, mut singleton) = (None, None, private);
        for part in &parts[1..] {
            let lower = part.to_ascii_lowercase();
            if singleton || part.len() == 1 {
                singleton = true;
                out.push(lower);
            } else if part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic()) && script.is_none() {
                let mut s = lower;
                s[..1].make_ascii_uppercase();
                script = Some(out.len());
                out.push(s);
            } else if region.is_none()
                && ((part.len() == 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
                    || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit())))
            {
                region = Some(out.len());
                out.push(part.to_ascii_uppercase());
            } else {
                out.push(lower);
            }
        }
        if parts.last().is_some_and(|p| p.len() == 1) {
            return Err(refuse());
        }
        if out[0] == "zh" {
            mend_chinese(&mut out, script, region);
        }
        Ok(Self(out.join("-").into()))
    }
}

/// Retired primary subtags and what they are called now (IANA registry).
const RETIRED: [(&str, &str); 6] =
    [("iw", "he"), ("in", "id"), ("ji", "yi"), ("jw", "jv"), ("mo", "ro"), ("no", "nb")];

/// Chinese is told apart by script; a country alone implies it.
fn mend_chinese(out: &mut Vec<String>, script: Option<usize>, region: Option<usize>) {
    let implied = match (script.map(|i| out[i].as_str()), region.map(|i| out[i].as_str())) {
        (None, Some("CN" | "SG" | "MY")) => Some("Hans"),
        (None, Some("TW" | "HK" | "MO")) => Some("Hant"),
        _ => None,
    };
    if let Some(implied) = implied {
        out.insert(1, implied.to_owned());
    }
    // The mainland is what zh-Hans says already.
    if out.len() == 3 && out[1] == "Hans" && out[2] == "CN" {
        out.truncate(2);
    }
}

impl Serialize for LanguageTag {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LanguageTag {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_canonical_and_stay_so() {
        for (written, canonical) in [
            ("en", "en"),
            ("EN_us", "en-US"),
            ("zh-CN", "zh-Hans"),
            ("zh-TW", "zh-Hant-TW"),
            ("zh_HK", "zh-Hant-HK"),
            ("zh-hans-cn", "zh-Hans"),
            ("zh", "zh"),
            ("sr-latn", "sr-Latn"),
            ("iw", "he"),
            ("no", "nb"),
            ("es-419", "es-419"),
            ("de-CH-1996", "de-CH-1996"),
            ("x-klingon", "x-klingon"),
            ("en-x-Private-US", "en-x-private-us"),
            ("zh-SG", "zh-Hans-SG"),
        ] {
            let tag: LanguageTag = written.parse().unwrap();
            assert_eq!(tag.as_str(), canonical, "{written}");
            assert_eq!(canonical.parse::<LanguageTag>().unwrap(), tag);
        }
        for written in ["", "e", "english", "en us", "en--us", "12", "x", "en-", "中文", "en-x"] {
            assert!(written.parse::<LanguageTag>().is_err(), "{written}");
        }
    }

    #[test]
    fn a_wider_request_is_served_by_a_narrower_tag_only() {
        let tag = |t: &str| t.parse::<LanguageTag>().unwrap();
        assert!(tag("zh-Hant-TW").serves(&tag("zh-Hant")));
        assert!(!tag("zh-Hans").serves(&tag("zh-Hant")));
        assert!(!tag("en").serves(&tag("en-US")));
        let steps: Vec<_> = tag("zh-Hant-TW").fallbacks().map(|t| t.to_string()).collect();
        assert_eq!(steps, ["zh-Hant-TW", "zh-Hant", "zh"]);
    }
}
