//! Reports as one HTML page each: nothing is fetched, it reads without its script, and in the dark.
//!
//! The script only filters and sorts what already stands there. Every text of the user's is escaped, carries its
//! language and direction, and what cannot be seen in it stands there by its number.

mod concordance;

use std::ops::Range;

use super::excerpt::show;
use super::scan::{JUDGEMENTS, Scanned, Step, look_of, steps};
use super::told::{Checked, Told};
use crate::check::{CHECKS, Page};
use crate::find::recognise::Hit;
use crate::find::terms::Terms;
use crate::model::{LanguageTag, Severity};
use crate::text::graphemes;
use crate::text::markup::{direction, escaped, push};

pub use concordance::html_of_concordance;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// How much of a long text is shown on either side of what was found, in characters.
const AROUND: usize = 160;

/// Returns a page with everything that a run of a command found and nobody accepted.
pub fn html(checked: &Checked, command: &str) -> String {
    let mut main = format!("<h1>Findings</h1>\n<p>{}</p>\n", escaped(&checked.in_a_sentence()));
    for failure in &checked.failures {
        push(&mut main, format_args!("<p class=\"error\">Not looked into: {}</p>\n", seen(failure)));
    }
    let told: Vec<&Told> = checked.new_ones().collect();
    if !told.is_empty() {
        by_check(&mut main, checked);
        filters(&mut main, &told);
        main.push_str(
            "<div class=\"wide\" role=\"region\" aria-label=\"Findings\" tabindex=\"0\">\n<table id=\"findings\">\n\
             <thead><tr>",
        );
        for (key, name) in
            [("severity", "Severity"), ("check", "Check"), ("place", "Where"), ("text", "What was found")]
        {
            // A button only where the script makes one of it: without it, sorting would promise what does not happen.
            push(&mut main, format_args!("<th scope=\"col\" data-sort=\"{key}\">{name}</th>"));
        }
        main.push_str("</tr></thead>\n<tbody>\n");
        told.iter().enumerate().for_each(|(at, told)| row(&mut main, at, told));
        main.push_str("</tbody>\n</table>\n</div>\n");
    }
    page(&format!("Findings of wicterm {command}"), &main, !told.is_empty())
}

fn by_check(out: &mut String, checked: &Checked) {
    out.push_str("<details><summary>By check</summary>\n<ul class=\"counts\">\n");
    for (code, severity, n) in checked.by_check() {
        let about = CHECKS.iter().map(|c| c.about()).find(|about| about.code == code);
        let summary = about.and_then(|about| Page::read(about.page).ok()).map(|page| page.summary);
        let summary = summary.map(|s| format!(" {}", escaped(&plain(&s)))).unwrap_or_default();
        push(out, format_args!("<li><b class=\"{severity}\">{}</b> {n}.{summary}</li>\n", escaped(code)));
    }
    out.push_str("</ul></details>\n");
}

/// A page's summary without the marks of Markdown.
fn plain(markdown: &str) -> String {
    markdown.replace(['*', '`'], "")
}

fn filters(out: &mut String, told: &[&Told]) {
    let mut checks: Vec<&str> = told.iter().map(|t| t.finding.check.as_str()).collect();
    let mut files: Vec<&str> = told.iter().filter_map(|t| t.finding.place.file.as_deref()).collect();
    checks.sort_unstable();
    checks.dedup();
    files.sort_unstable();
    files.dedup();
    let severities = [Severity::Error, Severity::Warning, Severity::Info].map(|s| s.to_string());
    out.push_str("<form id=\"filters\" role=\"search\" aria-label=\"Filter findings\" hidden>\n");
    let lists: [(&str, &str, Vec<&str>); 3] = [
        ("severity", "Severity", severities.iter().map(String::as_str).collect()),
        ("check", "Check", checks),
        ("file", "File", files),
    ];
    for (key, name, values) in lists {
        push(out, format_args!("<label>{name} <select name=\"{key}\"><option value=\"\">all</option>"));
        for value in values {
            push(out, format_args!("<option>{}</option>", escaped(value)));
        }
        out.push_str("</select></label>\n");
    }
    out.push_str(
        "<label>Text <input type=\"search\" name=\"text\" autocomplete=\"off\"></label>\n\
         <button type=\"reset\">Show all</button>\n\
         <output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n",
    );
}

fn row(out: &mut String, at: usize, told: &Told) {
    let finding = &told.finding;
    let place = &finding.place;
    let file = place.file.as_deref().unwrap_or_default();
    push(
        out,
        format_args!(
            "<tr id=\"f-{at}\" data-severity=\"{}\" data-check=\"{}\" data-file=\"{}\" data-line=\"{}\">",
            finding.severity,
            escaped(&finding.check),
            escaped(file),
            place.line.unwrap_or_default()
        ),
    );
    push(out, format_args!("<td><span class=\"{0}\">{0}</span></td>", finding.severity));
    push(out, format_args!("<td><code>{}</code></td><td>", escaped(&finding.check)));
    let mut at = escaped(file);
    for number in [place.line, place.column].into_iter().flatten() {
        at.push_str(&format!(":{number}"));
    }
    if !at.is_empty() {
        push(out, format_args!("<bdi class=\"place\">{at}</bdi>"));
    }
    if let Some(unit) = &place.unit {
        push(out, format_args!(" <span class=\"unit\">unit <bdi>{}</bdi></span>", escaped(unit)));
    }
    push(out, format_args!("</td><td><p class=\"message\">{}</p>", seen(&finding.message)));
    for (lang, text, range) in told.shown() {
        excerpt(out, lang, text, range);
    }
    if let Some(help) = &finding.help {
        push(out, format_args!("<p class=\"help\">To do: {}</p>", seen(help)));
    }
    if let Some(fix) = &finding.fix {
        let from = marked(finding.surface.as_deref().unwrap_or_default());
        let to = marked(fix);
        let cure = match (from.is_empty(), to.is_empty()) {
            (true, _) => format!("put in <ins><bdi>{to}</bdi></ins>"),
            (_, true) => format!("take out <del><bdi>{from}</bdi></del>"),
            _ => format!("replace <del><bdi>{from}</bdi></del> with <ins><bdi>{to}</bdi></ins>"),
        };
        push(out, format_args!("<p class=\"fix\">Fix: {cure}</p>"));
    }
    push(out, format_args!("<p class=\"fingerprint\">{}</p></td></tr>\n", escaped(&finding.fingerprint)));
}

/// A text with its range marked, and of a long one what lies around.
fn excerpt(out: &mut String, lang: &LanguageTag, text: &str, range: Option<Range<usize>>) {
    let whole = range.is_none();
    let range = range.unwrap_or(0..0);
    let marks: Vec<(usize, &str)> = graphemes(text).collect();
    let first = marks.partition_point(|(at, g)| at + g.len() <= range.start);
    let last = marks.partition_point(|(at, _)| *at < range.end).max(first);
    let from = if whole { 0 } else { first.saturating_sub(AROUND) };
    let to = (last + if whole { 2 * AROUND } else { AROUND }).min(marks.len());
    push(
        out,
        format_args!(
            "<p class=\"text\"><span class=\"lang\">{0}</span> <bdi lang=\"{0}\" dir=\"{1}\">",
            escaped(lang.as_str()),
            direction(lang)
        ),
    );
    let shown = |from: usize, to: usize, marked: bool| {
        marks[from..to].iter().map(|(_, g)| seen_one(g, marked)).collect::<String>()
    };
    out.push_str(if from > 0 { "…" } else { "" });
    out.push_str(&shown(from, first.max(from), false));
    if !whole {
        push(out, format_args!("<mark>{}</mark>", shown(first, last, true)));
    }
    out.push_str(&shown(last.max(from), to, false));
    out.push_str(if to < marks.len() { "…" } else { "" });
    out.push_str("</bdi></p>");
}

/// Returns a page with texts whose terms are marked by what is thought of them.
pub fn html_of_scan(texts: &[Scanned<'_>], terms: &Terms) -> String {
    let mut main = "<h1>Terms</h1>\n<ul class=\"legend\">\n".to_owned();
    for (_, word, meaning, _) in JUDGEMENTS {
        push(&mut main, format_args!("<li><span class=\"hit {word}\">{word}</span> {meaning}</li>\n"));
    }
    main.push_str("</ul>\n");
    for of_file in texts.chunk_by(|one, other| one.file == other.file) {
        let hits: usize = of_file.iter().map(|one| one.hits.len()).sum();
        let counted = if hits == 1 { "1 term".to_owned() } else { format!("{hits} terms") };
        let name = of_file.first().map_or("", |one| one.file);
        push(&mut main, format_args!("<section>\n<h2><bdi>{}</bdi></h2>\n<p>{counted}</p>\n", escaped(name)));
        of_file.iter().for_each(|one| marked_up(&mut main, one, terms));
        main.push_str("</section>\n");
    }
    page("Terms found by wicterm scan", &main, false)
}

/// A text with its hits, each inside the one it lies in.
fn marked_up(out: &mut String, one: &Scanned<'_>, terms: &Terms) {
    push(
        out,
        format_args!(
            "<div class=\"running\" lang=\"{}\" dir=\"{}\">",
            escaped(one.lang.as_str()),
            direction(one.lang)
        ),
    );
    let mut at = 0;
    for step in steps(one) {
        let (to, tag) = match step {
            Step::Open(to, hit) => (to, opened(one, hit, terms)),
            Step::Close(to) => (to, "</span>".to_owned()),
        };
        out.push_str(&running(&one.text[at..to]));
        out.push_str(&tag);
        at = to;
    }
    out.push_str(&running(&one.text[at..]));
    out.push_str("</div>\n");
}

/// The tag of a hit: its concept, what is thought of the form, how it was recognised, and what to write.
fn opened(one: &Scanned<'_>, hit: &Hit, terms: &Terms) -> String {
    let concept = terms.concept(hit.concept);
    let term = hit.of(terms);
    let word = look_of(term.judged(one.date.as_ref())).1;
    let best = concept.best(one.lang, one.date.as_ref()).filter(|best| best.text != term.text);
    let mut about = format!("{}: {word}, {}", concept.name, hit.method);
    if term.text != one.text[hit.range.clone()] {
        about.push_str(&format!(", of \"{}\"", term.text));
    }
    if let Some(best) = best {
        about.push_str(&format!("; preferred: {}", best.text));
    }
    // Reachable by keyboard, and read aloud, since hovering is not for everybody.
    format!(
        "<span class=\"hit {word}\" data-concept=\"{}\" title=\"{1}\" tabindex=\"0\" role=\"mark\" aria-description=\"{1}\">",
        escaped(&concept.name),
        escaped(&about)
    )
}

/// Running text keeps its lines.
fn running(text: &str) -> String {
    graphemes(text)
        .map(|(_, g)| match g {
            "\n" | "\r\n" => "\n".to_owned(),
            "\t" => "\t".to_owned(),
            g => seen_one(g, false),
        })
        .collect()
}

fn page(title: &str, main: &str, script: bool) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
         script-src 'unsafe-inline'; img-src data:\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{main}"
    );
    push(&mut out, format_args!("</main>\n<footer>wicterm {}</footer>\n", env!("CARGO_PKG_VERSION")));
    if script {
        push(&mut out, format_args!("<script>\n{SCRIPT}</script>\n"));
    }
    out.push_str("</body>\n</html>\n");
    out
}

/// A sentence of ours with words of the user's in it.
fn seen(text: &str) -> String {
    graphemes(text).map(|(_, g)| seen_one(g, false)).collect()
}

fn marked(text: &str) -> String {
    graphemes(text).map(|(_, g)| seen_one(g, true)).collect()
}

fn seen_one(grapheme: &str, marked: bool) -> String {
    let shown = show(grapheme, marked);
    match shown == grapheme || shown == " " {
        true => escaped(&shown),
        false => format!("<span class=\"unseen\">{}</span>", escaped(&shown)),
    }
}
