#![doc = include_str!("url-changed.md")]

use std::ops::Range;

use super::scan::{self, Kind};
use crate::check::{About, Check, Facts, Found, Seen, Text};
use crate::model::Severity;
use crate::text::languages;

/// `url-changed`
pub struct UrlChanged;

const ABOUT: About = super::about("url-changed", Severity::Warning, include_str!("url-changed.md"));

impl Check for UrlChanged {
    fn about(&self) -> &About {
        &ABOUT
    }

    fn look(&self, seen: &Seen<'_>, found: &mut Vec<Found>) -> Facts {
        let Some((source, target)) = seen.pair() else { return Facts::default() };
        let mut wanted = addresses(source);
        if wanted.is_empty() {
            return Facts::default();
        }
        let mut got = addresses(target);
        let (from, to) = (source.text(), target.text());
        wanted.retain(|w| match got.iter().position(|g| plain(&from[w.clone()]) == plain(&to[g.clone()])) {
            Some(at) => {
                got.remove(at);
                false
            }
            None => true,
        });
        for range in wanted {
            let was = &from[range.clone()];
            // What only names a language leads to the same page in that language.
            let near = got.iter().position(|g| without_language(was) == without_language(&to[g.clone()]));
            if let Some(at) = near {
                let is = got.remove(at);
                let message = format!("The address {was} leads to another language: {}.", &to[is.clone()]);
                found.push(Found::in_target(is, message).severity(Severity::Info).help("see that it exists"));
            } else if !got.is_empty() {
                let is = got.remove(0);
                let message = format!("The address {was} became {}.", &to[is.clone()]);
                found.push(
                    Found::in_target(is, message).help("keep addresses letter by letter").fix(was.to_owned()),
                );
            } else {
                // A bare name such as example.org may be said in words.
                let bare = !was.contains(['/', '@']);
                let message = format!("The address {was} of the source is not in the target.");
                let out = Found::in_source(range, message).help("put it where it belongs");
                found.push(if bare { out.severity(Severity::Info) } else { out });
            }
        }
        Facts::default()
    }
}

/// Returns the addresses of a text, those in tags too.
fn addresses(text: &Text<'_>) -> Vec<Range<usize>> {
    let mut out = vec![];
    for code in text.codes() {
        if code.kind == Kind::Address {
            out.push(code.range.clone());
        } else if code.is_tag() && code.range.len() > 10 {
            let start = code.range.start + 1;
            let inner = scan::codes(&text.text()[start..code.range.end]);
            let inner = inner.into_iter().filter(|c| c.kind == Kind::Address);
            out.extend(inner.map(|c| start + c.range.start..start + c.range.end));
        }
    }
    out
}

/// Returns an address without what leads nowhere else: the last slash, the case of the host, http for https.
fn plain(address: &str) -> String {
    let address = address.trim_end_matches('/');
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let host = rest.find('/').unwrap_or(rest.len());
    let scheme = if scheme.eq_ignore_ascii_case("http") { "https" } else { scheme };
    format!("{}:{}{}", scheme.to_ascii_lowercase(), rest[..host].to_ascii_lowercase(), &rest[host..])
}

/// Returns the parts of an address that name no language.
fn without_language(address: &str) -> Vec<String> {
    let address = plain(address);
    let parts = address.split(['/', '.', '?', '=', '&', '-', '_', '#']).filter(|p| !p.is_empty());
    let language = |p: &str| {
        matches!(p, "www" | "us" | "gb" | "hans" | "hant")
            || (p.len() <= 7 && languages::by_name(p).is_some())
    };
    parts.filter(|p| !language(p)).map(str::to_owned).collect()
}
