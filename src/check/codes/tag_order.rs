#![doc = include_str!("tag-order.md")]

use super::scan::Kind;
use super::{Tag, tags, without_counterpart};
use crate::check::{About, Check, Facts, Found, Seen};
use crate::model::Severity;

/// `tag-order`
pub struct TagOrder;

const ABOUT: About = About {
    yields_to: &["untranslated", "empty-target", "tag-missing", "tag-extra"],
    ..super::about("tag-order", Severity::Error, include_str!("tag-order.md"))
};

impl Check for TagOrder {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let theirs = tags(target);
        if theirs.len() < 2 || !without_counterpart(source, target).is_empty() {
            return Facts::default();
        }
        let ours = tags(source);
        let excused = closed_early(&ours).len();
        for tag in closed_early(&theirs).into_iter().skip(excused) {
            let message = format!("The tag {} ends what has not begun.", tag.shown());
            found.push(
                Found::in_target(tag.range.clone(), message)
                    .help("put the beginning before the words, the end behind them"),
            );
        }
        if found.is_empty() && parents(&ours) != parents(&theirs) {
            let end = theirs.last().map_or(0, |t| t.range.end);
            found.push(
                Found::in_target(
                    theirs[0].range.start..end,
                    "The tags are nested in another order than in the source.",
                )
                .severity(Severity::Info)
                .help("see whether each still marks the words it should"),
            );
        }
        Facts::default()
    }
}

/// Tells whether an end belongs to a beginning.
pub(super) fn belongs(open: &Tag, close: &Tag) -> bool {
    open.inline == close.inline
        && match (&open.pair, &close.pair) {
            (Some(a), Some(b)) => a == b,
            _ => open.inline || open.name == close.name,
        }
}

/// Returns the ends that stand before their beginnings.
fn closed_early(tags: &[Tag]) -> Vec<&Tag> {
    let mut open: Vec<&Tag> = vec![];
    let mut out = vec![];
    for tag in tags {
        match tag.kind {
            Kind::Open => open.push(tag),
            Kind::Close => match open.iter().rposition(|o| belongs(o, tag)) {
                Some(at) => drop(open.remove(at)),
                None => out.push(tag),
            },
            _ => {}
        }
    }
    out
}

/// Returns every tag with the one it stands in, sorted.
fn parents(tags: &[Tag]) -> Vec<(String, String)> {
    let mut open: Vec<&Tag> = vec![];
    let mut out = vec![];
    for tag in tags.iter().filter(|t| !t.inline) {
        match tag.kind {
            Kind::Open => {
                out.push((tag.name.clone(), open.last().map_or(String::new(), |o| o.name.clone())));
                open.push(tag);
            }
            Kind::Close => {
                if let Some(at) = open.iter().rposition(|o| belongs(o, tag)) {
                    open.remove(at);
                }
            }
            _ => {}
        }
    }
    out.sort();
    out
}
