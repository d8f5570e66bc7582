#![doc = include_str!("tag-nesting.md")]

use super::scan::Kind;
use super::tag_order::belongs;
use super::{Tag, tags};
use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `tag-nesting`
pub struct TagNesting;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "tag-missing", "tag-extra", "tag-order"],
    ..super::about("tag-nesting", Severity::Error, include_str!("tag-nesting.md"))
};

impl Check for TagNesting {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let theirs = tags(target);
        if theirs.len() < 4 {
            return Facts::default();
        }
        let excused = crossing(&tags(source)).len();
        for (tag, over) in crossing(&theirs).into_iter().skip(excused) {
            let message = format!("The tag {} ends while {} is still open.", tag.shown(), over.shown());
            let out = Found::in_target(tag.range.clone(), message).help("end the inner one first");
            // TMX lets its own codes cross.
            found.push(if tag.inline { out.severity(Severity::Info) } else { out });
        }
        Facts::default()
    }
}

/// Returns the ends that cross a pair that is still open, and its beginning.
fn crossing(tags: &[Tag]) -> Vec<(&Tag, &Tag)> {
    let closed: Vec<&str> = tags.iter().filter(|t| t.kind == Kind::Close).map(|t| t.name.as_str()).collect();
    let mut open: Vec<&Tag> = vec![];
    let mut out = vec![];
    for tag in tags {
        match tag.kind {
            // <li> and <p> need no end in HTML.
            Kind::Open if tag.inline || closed.contains(&tag.name.as_str()) => open.push(tag),
            Kind::Close => {
                if let Some(at) = open.iter().rposition(|o| belongs(o, tag)) {
                    if let Some(over) = open.get(at + 1) {
                        out.push((tag, *over));
                    }
                    open.remove(at);
                }
            }
            _ => {}
        }
    }
    out
}
