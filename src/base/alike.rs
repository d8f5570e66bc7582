//! Whether two entries can be the same thing at all.
//!
//! A file calls an entry `1`, and so does every other file; two files of one name are not one file. Whoever
//! goes by ids alone puts *tax law* in the place of *hello cat*.

use crate::model::{Concept, LanguageTag, Term, Unit};
use crate::text;

/// Tells whether two texts have words in common, or are a slip of the finger apart.
pub(super) fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (text::fold(a), text::fold(b));
    if a == b {
        return true;
    }
    let mut ours: Vec<&str> = text::words(&a).map(|word| &a[word]).collect();
    ours.sort_unstable();
    let theirs: Vec<&str> = text::words(&b).map(|word| &b[word]).collect();
    let shared = theirs.iter().filter(|word| ours.binary_search(word).is_ok()).count();
    let slips = a.chars().count().min(b.chars().count()) / 3;
    shared * 3 >= ours.len().max(theirs.len()).max(1) || text::distance(&a, &b, slips).is_some()
}

/// Tells whether two concepts have a term in common or one like it; `true` where they have no language in
/// common, because then nothing speaks against it.
pub(super) fn concepts_alike(a: &Concept, b: &Concept) -> bool {
    let mut compared = false;
    for (lang, ours) in a.terms() {
        for (other, theirs) in b.terms() {
            if lang.language() != other.language() {
                continue;
            }
            if alike(&ours.text, &theirs.text) {
                return true;
            }
            compared = true;
        }
    }
    !compared
}

/// Tells whether two concepts have the same term, but for its spelling, in one language.
pub(super) fn have_a_term_in_common(a: &Concept, b: &Concept) -> bool {
    let same = |lang: &LanguageTag, term: &Term| {
        b.terms().any(|(other, theirs)| lang == other && text::fold(&term.text) == text::fold(&theirs.text))
    };
    a.terms().any(|(lang, term)| same(lang, term))
}

/// Tells whether two units translate texts that are alike.
pub(super) fn units_alike(a: &Unit, b: &Unit) -> bool {
    let [a, b] = [a, b].map(|unit| unit.source().map_or("", |variant| &variant.segment.text));
    alike(a, b)
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn what_was_corrected_is_alike_and_what_has_nothing_in_common_is_not() {
        for (a, b, same) in [
            ("cyber sovereignity", "Cyber sovereignty", true),
            ("data security", "data security law", true),
            ("网络主权", "网络空间主权", true),
            ("Hello cat", "Hello dog", true),
            ("Hello cat", "Tax law", false),
            ("cat", "tax", false),
            ("chat", "impôt", false),
            ("网络主权", "数据安全", false),
            ("", "", true),
        ] {
            assert_eq!(alike(a, b), same, "{a} / {b}");
        }
    }
}
