//! Words that tables use for statuses, kinds and yes, in the spellings of many tools.

use crate::model::{Status, TermKind};

/// Leaves the letters and digits of a word, small, so that spelling habits do not matter.
pub(in crate::format) fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What a status word means: the status, and whether it rules the term out.
pub(in crate::format) fn status(word: &str) -> Option<(Status, bool)> {
    if let Ok(status) = word.parse() {
        return Some((status, false));
    }
    let bare = bare(word);
    let stem = bare.strip_suffix("admnsts").unwrap_or(&bare);
    let stem = stem.strip_suffix("term").unwrap_or(stem);
    Some(match stem {
        "preferred" | "standardized" | "recommended" | "approved" | "main" => (Status::Preferred, false),
        "admitted" | "accepted" | "allowed" | "alternative" => (Status::Admitted, false),
        "proposed" | "draft" | "provisional" | "new" | "candidate" => (Status::Proposed, false),
        "superseded" | "obsolete" => (Status::Superseded, false),
        "deprecated" | "notrecommended" | "rejected" | "discouraged" | "avoid" => (Status::Deprecated, false),
        "forbidden" | "prohibited" | "donotuse" => (Status::Deprecated, true),
        _ => return None,
    })
}

/// What a word for the kind of a term means.
pub(in crate::format) fn kind(word: &str) -> Option<TermKind> {
    if let Ok(kind) = word.parse() {
        return Some(kind);
    }
    let bare = bare(word);
    if let Some(kind) = TermKind::ALL.iter().copied().find(|k| self::bare(k.as_str()) == bare) {
        return Some(kind);
    }
    Some(match bare.as_str() {
        "term" | "fullterm" | "entryterm" | "mainentryterm" => TermKind::FullForm,
        "abbr" | "abbrev" | "abbreviatedform" => TermKind::Abbreviation,
        "shortened" | "shortterm" | "clippedterm" => TermKind::ShortForm,
        "synonym" => TermKind::LexicalVariant,
        "spellingvariant" | "orthographicvariant" => TermKind::OrthographicVariant,
        "lexicalvariant" => TermKind::LexicalVariant,
        "syntacticvariant" => TermKind::SyntacticVariant,
        "regionalvariant" | "geographicalvariant" => TermKind::RegionalVariant,
        "headlinevariant" => TermKind::HeadlineVariant,
        "phraseologicalunit" | "collocation" => TermKind::Phrase,
        "standardtext" => TermKind::SetPhrase,
        "name" | "propernoun" | "appellation" => TermKind::ProperName,
        "transliteratedform" => TermKind::Transliteration,
        _ => return None,
    })
}

/// What a word for yes or no means; spreadsheets write their Booleans in their user's language.
pub(in crate::format) fn yes(word: &str) -> Option<bool> {
    Some(match bare(word).as_str() {
        "yes" | "y" | "true" | "t" | "1" | "x" | "forbidden" | "wahr" | "ja" | "vrai" | "oui"
        | "verdadero" | "si" | "sí" | "verdadeiro" | "sim" | "vero" | "sì" | "истина" | "да" | "是"
        | "真" => true,
        "no" | "n" | "false" | "f" | "0" | "falsch" | "nein" | "faux" | "non" | "falso" | "não" | "ложь"
        | "нет" | "否" | "假" => false,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_tools_are_understood() {
        for (word, means) in [
            ("preferred", Some((Status::Preferred, false))),
            ("preferredTerm-admn-sts", Some((Status::Preferred, false))),
            ("Not recommended", Some((Status::Deprecated, false))),
            ("Obsolete", Some((Status::Superseded, false))),
            ("FORBIDDEN", Some((Status::Deprecated, true))),
            ("so-so", None),
        ] {
            assert_eq!(status(word), means, "{word}");
        }
        for (word, means) in [
            ("full form", Some(TermKind::FullForm)),
            ("fullForm", Some(TermKind::FullForm)),
            ("variant:lexical", Some(TermKind::LexicalVariant)),
            ("Set Phrase", Some(TermKind::SetPhrase)),
            ("phraseologicalUnit", Some(TermKind::Phrase)),
            ("noise", None),
        ] {
            assert_eq!(kind(word), means, "{word}");
        }
        assert_eq!((yes("WAHR"), yes("0"), yes("perhaps")), (Some(true), Some(false), None));
    }

    #[test]
    fn every_word_of_ours_is_understood() {
        for s in Status::ALL {
            assert_eq!(status(s.as_str()), Some((*s, false)));
        }
        for k in TermKind::ALL {
            assert_eq!(kind(k.as_str()), Some(*k));
        }
    }
}
