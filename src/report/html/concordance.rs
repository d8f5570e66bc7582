//! A concordance as a page.

use super::{page, seen};
use crate::base::{Occurrence, Origin};
use crate::model::LanguageTag;
use crate::report::concordance::{Around, contexts, counterparts};
use crate::text::markup::{direction, escaped, push};

/// Returns a page with every place where a pattern was found, what was found under one another.
pub fn html_of_concordance(
    pattern: &str,
    found: &[Occurrence],
    around: Around,
    to: &[LanguageTag],
) -> String {
    let counted = if found.len() == 1 { "1 place".to_owned() } else { format!("{} places", found.len()) };
    let mut main = format!("<h1>Concordance</h1>\n<p><bdi>{}</bdi>: {counted}</p>\n", seen(pattern));
    for together in found.chunk_by(|one, other| heading(one) == heading(other)) {
        let heading = together.first().map(heading).unwrap_or_default();
        push(&mut main, format_args!("<section>\n<h2>{heading}</h2>\n"));
        for (number, one) in together.iter().enumerate() {
            line(&mut main, one, around);
            let next = together.get(number + 1);
            if next.is_none_or(|next| next.text() != one.text() || next.origin != one.origin) {
                sides(&mut main, one, to);
            }
        }
        main.push_str("</section>\n");
    }
    page("Concordance of wicterm", &main, false)
}

fn heading(one: &Occurrence) -> String {
    let (name, about) = match &*one.origin {
        Origin::Unit(unit) => (unit.origin.memory.clone(), unit.origin.file.clone()),
        Origin::Document(document) => {
            let about = [document.outlet.clone(), document.date.map(|d| d.to_string())];
            (document.title.clone(), about.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
    };
    let name = if name.is_empty() { "memory" } else { &name };
    match about.is_empty() {
        true => format!("<bdi>{}</bdi>", seen(name)),
        false => {
            format!("<bdi>{}</bdi> <small class=\"unit\"><bdi>{}</bdi></small>", seen(name), seen(&about))
        }
    }
}

fn line(out: &mut String, one: &Occurrence, around: Around) {
    let contexts = contexts(one, around);
    let (before, behind) =
        (if contexts.cut_before { "…" } else { "" }, if contexts.cut_behind { "…" } else { "" });
    push(
        out,
        format_args!(
            "<p class=\"kwic\" lang=\"{}\" dir=\"{}\"><span>{before}{}</span><mark>{}</mark><span>{}{behind}</span></p>\n",
            escaped(one.lang.as_str()),
            direction(&one.lang),
            one_line(contexts.left),
            one_line(contexts.surface),
            one_line(contexts.right),
        ),
    );
}

fn sides(out: &mut String, one: &Occurrence, to: &[LanguageTag]) {
    for variant in counterparts(one, to) {
        push(
            out,
            format_args!(
                "<p class=\"text\"><span class=\"lang\">{0}</span> <bdi lang=\"{0}\" dir=\"{1}\">{2}</bdi></p>\n",
                escaped(variant.lang.as_str()),
                direction(&variant.lang),
                one_line(&variant.segment.text),
            ),
        );
    }
}

fn one_line(text: &str) -> String {
    seen(&text.replace(['\n', '\r', '\t'], " "))
}
