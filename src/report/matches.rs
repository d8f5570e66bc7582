//! What the translation memory proposes, as a person and as a script read it.

use anstyle::Style;
use serde_json::{Value, json};

use super::{look, padded, styled};
use crate::find::leverage::{
    Arithmetic, Match, Method, PenaltyReason, PieceKind, Provenance, Substitution, diff,
};
use crate::model::LanguageTag;
use crate::text;

/// How much of a match to show.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchDetail {
    /// Whether the arithmetic and every provenance are shown.
    pub explain: bool,
    /// The columns there are; 0 means no limit.
    pub columns: usize,
}

/// How many provenances are shown where nobody asks for more.
const SHOWN: usize = 3;

/// Returns a match with what differs, what it proposes and where it comes from; many lines.
pub fn matched(query: &str, found: &Match, detail: MatchDetail) -> String {
    let mut out = headline(found);
    let langs = [&found.source_lang, &found.target_lang];
    let tags = langs.iter().map(|lang| lang.as_str().len()).max().unwrap_or(2);
    let indent = 4 + tags + 2;
    let lead = |lang: &LanguageTag| format!("    {}  ", styled(look::FAINT, padded(lang.as_str(), tags)));
    flow(
        &mut out,
        &lead(&found.source_lang),
        indent,
        &diffed(query, found),
        &found.source_lang,
        detail.columns,
    );
    flow(&mut out, &lead(&found.target_lang), indent, &proposed(found), &found.target_lang, detail.columns);
    let pad = " ".repeat(indent);
    if !found.substituted.is_empty() {
        let put: Vec<String> = found.substituted.iter().map(exchanged).collect();
        let spans = [(look::FAINT, put.join(", "))];
        flow(&mut out, &pad, indent, &spans, &LanguageTag::english(), detail.columns);
    }
    let shown = if detail.explain { found.provenances.len() } else { SHOWN.min(found.provenances.len()) };
    for one in &found.provenances[..shown] {
        let spans = [(look::FAINT, provenance(one))];
        flow(&mut out, &pad, indent, &spans, &LanguageTag::english(), detail.columns);
    }
    if found.count > shown {
        out.push_str(&format!("{pad}{}\n", styled(look::FAINT, format!("and {} more", found.count - shown))));
    }
    if detail.explain {
        for line in arithmetic(&found.arithmetic) {
            flow(&mut out, &pad, indent, &[(Style::new(), line)], &LanguageTag::english(), detail.columns);
        }
    }
    out
}

fn headline(found: &Match) -> String {
    let style = match found.score {
        95.. => look::GOOD.bold(),
        75.. => look::DOUBT.bold(),
        _ => look::BAD.bold(),
    };
    let context = found.arithmetic.context;
    let how = match (found.method, context.neighbours, context.id) {
        (Method::Context, true, true) => "context: the neighbours and the id agree",
        (Method::Context, true, false) => "context: the neighbours agree",
        (Method::Context, ..) => "context: the id agrees",
        (Method::Exact, ..) => "exact",
        (Method::Numbers, ..) => "only numbers or codes differ",
        (Method::Fuzzy, ..) => "fuzzy",
    };
    let mut line = format!("{}  {how}", styled(style, format!("{:>3}", found.score)));
    let taken: Vec<String> =
        found.arithmetic.penalties.iter().map(|p| format!("-{} {}", p.points, reason(p.reason))).collect();
    if !taken.is_empty() {
        line.push_str(&format!("  {}", styled(look::DOUBT, taken.join(", "))));
    }
    line.push('\n');
    line
}

fn reason(reason: PenaltyReason) -> &'static str {
    match reason {
        PenaltyReason::Memory => "memory",
        PenaltyReason::Age => "age",
        PenaltyReason::Origin => "origin",
        PenaltyReason::Unapproved => "not approved",
    }
}

/// The source, with what only it has and what only the query has.
fn diffed(query: &str, found: &Match) -> Vec<(Style, String)> {
    let (gone, new) = (look::BAD.strikethrough(), look::GOOD);
    let mut spans = vec![];
    for piece in diff(query, &found.source.text) {
        if piece.kind == PieceKind::Same {
            spans.push((Style::new(), piece.source));
            continue;
        }
        let (old, own) = (piece.source.trim(), piece.query.trim());
        if !old.is_empty() {
            spans.push((gone, format!("[-{old}-]")));
        }
        if !own.is_empty() {
            spans.push((new, format!("{{+{own}+}}")));
        }
        let longer = if piece.source.is_empty() { &piece.query } else { &piece.source };
        spans.push((Style::new(), longer[longer.trim_end().len()..].to_owned()));
    }
    spans
}

/// The target, with what was exchanged in it marked.
fn proposed(found: &Match) -> Vec<(Style, String)> {
    let text = &found.target.text;
    let mut spans = vec![];
    let mut at = 0;
    let mut put: Vec<&Substitution> = found.substituted.iter().filter(|s| s.end > s.start).collect();
    put.sort_by_key(|s| s.start);
    for one in put {
        spans.push((look::STRONG, text[at..one.start].to_owned()));
        spans.push((look::DOUBT.bold().underline(), text[one.start..one.end].to_owned()));
        at = one.end;
    }
    spans.push((look::STRONG, text[at..].to_owned()));
    spans
}

fn exchanged(one: &Substitution) -> String {
    format!("{} put in for {}", one.to, one.from)
}

fn provenance(one: &Provenance) -> String {
    let mut parts = vec![one.memory.clone(), one.file.clone()];
    parts.extend(one.tuid.clone());
    parts.extend(one.who.clone());
    parts.extend(one.date.clone());
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

/// The arithmetic, a line for each step of it.
fn arithmetic(sum: &Arithmetic) -> Vec<String> {
    let terms = &sum.terms;
    let many = |count: usize, one: &str, more: &str| match count {
        1 => format!("1 {one}"),
        n => format!("{n} {more}"),
    };
    let longer = terms.longer();
    let mut lines = vec![format!(
        "{} here and {} there; {}, {}",
        many(terms.query_words, "word", "words"),
        terms.source_words,
        many(terms.edits, "edit", "edits"),
        many(terms.numbers, "number that differs", "numbers that differ"),
    )];
    let tenths: Vec<String> = [
        (terms.replaced, 1, "number replaced", "numbers replaced"),
        (terms.written, 1, "word written otherwise", "words written otherwise"),
        (terms.punctuation, 1, "sign", "signs"),
        (terms.codes, 2, "code", "codes"),
        (terms.code_contents, 1, "content of a code", "contents of codes"),
        (usize::from(terms.spaces), 1, "difference in spaces", ""),
        (usize::from(terms.order), 1, "difference in places", ""),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, each, one, more)| match each {
        1 => many(count, one, more),
        _ => format!("{each} × {}", many(count, one, more)),
    })
    .collect();
    if !tenths.is_empty() {
        lines.push(format!("tenths of a word: {} ({})", terms.tenths(), tenths.join(", ")));
    }
    lines.push(format!(
        "(100·({longer} - {} - {}) - min(5·{longer}, 10·{})) / {longer} = {}",
        terms.edits,
        terms.numbers,
        terms.tenths(),
        sum.points
    ));
    for (agrees, what) in
        [(sum.context.neighbours, "the neighbours agree"), (sum.context.id, "the id agrees")]
    {
        if agrees {
            lines.push(format!("+1 {what}"));
        }
    }
    for penalty in &sum.penalties {
        lines.push(format!("-{} {}: {}", penalty.points, reason(penalty.reason), penalty.about));
    }
    if sum.score != sum.points {
        lines.push(format!("= {}", sum.score));
    }
    lines
}

/// Writes spans as a paragraph; lines after the first stand under the text.
fn flow(
    out: &mut String,
    lead: &str,
    indent: usize,
    spans: &[(Style, String)],
    lang: &LanguageTag,
    columns: usize,
) {
    let room = match columns {
        0 => usize::MAX,
        n => n.saturating_sub(indent).max(20),
    };
    let mut lines: Vec<Vec<(Style, String)>> = vec![];
    let mut line: Vec<(Style, String)> = vec![];
    let mut used = 0;
    for (style, span) in spans {
        let span = text::visible(span).replace(['\n', '\r', '\t'], " ");
        for piece in pieces(&span) {
            if used > 0 && used + text::width(piece.trim_end()) > room {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            used += text::width(piece);
            match line.last_mut() {
                Some((last, text)) if last == style => text.push_str(piece),
                _ => line.push((*style, piece.to_owned())),
            }
        }
    }
    lines.push(line);
    for (number, line) in lines.iter().enumerate() {
        match number {
            0 => out.push_str(lead),
            _ => out.push_str(&" ".repeat(indent)),
        }
        let whole: String = line.iter().map(|(_, text)| text.as_str()).collect();
        let isolated = text::isolate(&whole, lang);
        let around =
            (isolated.len() > whole.len()).then(|| (isolated.chars().next(), isolated.chars().last()));
        out.extend(around.and_then(|(open, _)| open));
        for (at, (style, text)) in line.iter().enumerate() {
            let text = if at + 1 == line.len() { text.trim_end() } else { text };
            if *style == Style::new() {
                out.push_str(text);
            } else {
                out.push_str(&styled(*style, text));
            }
        }
        out.extend(around.and_then(|(_, close)| close));
        out.push('\n');
    }
}

/// Cuts a text where a line may end: behind spaces, and in scripts without them behind each character, unless a mark
/// follows that never begins a line.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let closes = |c: char| CLOSING.contains(c) || matches!(c, '…' | '”' | '’') || c.is_whitespace();
            let bound = chars.peek().is_some_and(|(_, next)| closes(*next));
            if (c.is_whitespace() || text::is_unspaced(c) || CLOSING.contains(c)) && !bound {
                let (piece, behind) = rest.split_at(at + c.len_utf8());
                rest = behind;
                return Some(piece);
            }
        }
        let piece = std::mem::take(&mut rest);
        (!piece.is_empty()).then_some(piece)
    })
}

/// Marks of East Asian texts that never begin a line.
const CLOSING: &str = "，。、；：！？）》」』】〉";

/// Returns a match as scripts see it; `number` is the line of the query.
pub fn match_json(number: usize, query: &str, found: &Match, explain: bool) -> Value {
    // The first provenance is the unit that is shown.
    let best = found.provenances.first();
    let mut value = json!({
        "query": number,
        "score": found.score,
        "method": found.method,
        "source_lang": found.source_lang,
        "source": found.source.text,
        "target_lang": found.target_lang,
        "target": found.target.text,
        "substituted": found.substituted,
        "unit": found.unit,
        "memory": best.map(|p| &p.memory),
        "file": best.map(|p| &p.file),
        "tuid": best.and_then(|p| p.tuid.as_ref()),
        "who": best.and_then(|p| p.who.as_ref()),
        "date": best.and_then(|p| p.date.as_ref()),
        "count": found.count,
        "provenances": found.provenances,
        "diff": diff(query, &found.source.text),
    });
    if explain {
        value["arithmetic"] = json!(found.arithmetic);
    }
    value
}
