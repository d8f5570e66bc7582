//! Identities: random 128-bit ids that last for ever, and slugs that people can type.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text is not an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdError(String);

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not an id of 32 hexadecimal digits", self.0)
    }
}

impl std::error::Error for IdError {}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
        pub struct $name(u128);

        impl $name {
            /// Makes an id from 16 bytes, random ones as a rule.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// Returns the 16 bytes of the id.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// Tells whether no id was given yet; the desk gives one when the entity is stored.
            pub const fn is_nil(&self) -> bool {
                self.0 == 0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(IdError(text.to_owned()));
                }
                u128::from_str_radix(text, 16).map(Self).map_err(|_| IdError(text.to_owned()))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                if to.is_human_readable() { to.collect_str(self) } else { to.serialize_bytes(&self.to_bytes()) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an id of 32 hexadecimal digits, or 16 bytes")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<$name, E> {
                        bytes.try_into().map($name::from_bytes).map_err(|_| E::custom("an id has 16 bytes"))
                    }
                }
                if from.is_human_readable() {
                    from.deserialize_str(Visitor)
                } else {
                    from.deserialize_bytes(Visitor)
                }
            }
        }
    };
}

id! {
    /// The identity of a concept.
    ConceptId
}
id! {
    /// The identity of a translation unit.
    UnitId
}
id! {
    /// The identity of a document.
    DocumentId
}

/// A text is not a slug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugError(String);

impl fmt::Display for SlugError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is not a slug: a small letter, then up to 59 small letters, digits and hyphens",
            self.0
        )
    }
}

impl std::error::Error for SlugError {}

/// A concept's unique, renameable name: `[a-z][a-z0-9-]{0,59}`, as in `cyber-sovereignty`.
///
/// ```
/// use wicterm::model::Slug;
/// let slug: Slug = "cyber-sovereignty".parse().unwrap();
/// assert_eq!(slug.as_str(), "cyber-sovereignty");
/// assert!("2cool".parse::<Slug>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// The longest slug, in bytes.
    pub const MAX_LEN: usize = 60;

    /// Returns the slug's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Makes a slug of Latin text: letters folded to ASCII by the caller, everything else a
    /// hyphen, cut at a word edge. Returns `None` when nothing usable is left, as with Chinese.
    pub fn from_ascii_words(text: &str) -> Option<Self> {
        let mut slug = String::new();
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
            if slug.is_empty() && !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
                slug.push_str("c-");
            } else if !slug.is_empty() {
                if slug.len() + 1 + word.len() > Self::MAX_LEN {
                    break;
                }
                slug.push('-');
            }
            slug.extend(word.chars().take(Self::MAX_LEN - slug.len()).map(|c| c.to_ascii_lowercase()));
        }
        (!slug.is_empty()).then_some(Self(slug))
    }

    /// Makes the slug of a concept that has no term to name it by.
    pub fn of_id(id: ConceptId) -> Self {
        Self(format!("c-{}", &id.to_string()[..8]))
    }

    /// Returns this slug with a suffix (from a hash) that sets it apart from one that is taken.
    pub fn with_suffix(&self, suffix: &str) -> Self {
        let room = Self::MAX_LEN.saturating_sub(suffix.len() + 1);
        let stem = self.0[..self.0.len().min(room)].trim_end_matches('-');
        Self(format!("{stem}-{suffix}"))
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Slug {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;
    fn from_str(text: &str) -> Result<Self, SlugError> {
        let well = text.len() <= Self::MAX_LEN
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if well { Ok(Self(text.to_owned())) } else { Err(SlugError(text.to_owned())) }
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_comes_from_words_and_is_cut_at_a_word_edge() {
        let slug = |text| Slug::from_ascii_words(text).map(|s| s.to_string());
        assert_eq!(slug("Cyber sovereignty").as_deref(), Some("cyber-sovereignty"));
        assert_eq!(slug("5G network").as_deref(), Some("c-5g-network"));
        assert_eq!(slug("网络主权"), None);
        let long = "community with a shared future for mankind in the age of digital networks";
        let cut = slug(long).unwrap();
        assert!(cut.len() <= 60 && long.replace(' ', "-").starts_with(&cut), "{cut}");
    }

    #[test]
    fn ids_read_back_in_text_and_in_bytes() {
        let id = ConceptId::from_bytes([7; 16]);
        assert_eq!(id.to_string().parse::<ConceptId>().unwrap(), id);
        let packed = rmp_serde::to_vec(&id).unwrap();
        assert_eq!(rmp_serde::from_slice::<ConceptId>(&packed).unwrap(), id);
        assert_eq!(serde_json::from_str::<ConceptId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }
}
