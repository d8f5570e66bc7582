//! A finding as a person reads it: where, what, why, what to do.

use super::told::{Checked, Told};
use super::{excerpt, look, styled};
use crate::model::{Finding, Severity};

/// Returns a finding, two or three lines.
pub fn finding(finding: &Finding) -> String {
    let mut out = format!("{}\n  {}\n", head(finding), finding.message);
    if let Some(help) = &finding.help {
        out.push_str(&format!("  {}\n", styled(look::FAINT, help)));
    }
    if let Some(fix) = &finding.fix {
        out.push_str(&format!("  replace with: {fix}\n"));
    }
    out
}

/// Returns a finding with the texts it was found in, in lines of at most so many columns (0: as long as they are).
///
/// Both sides of a pair are shown; what was found is coloured, and marked below.
pub fn finding_in_text(told: &Told, columns: usize) -> String {
    let finding = &told.finding;
    let mut out = format!("{}\n  {}\n", head(finding), crate::text::visible(&finding.message));
    let shown = told.shown();
    let label = shown.iter().map(|(lang, ..)| lang.as_str().len()).max().unwrap_or_default();
    let room = match columns {
        0 => 0,
        n => n.saturating_sub(label + 4).max(20),
    };
    for (lang, text, range) in shown {
        let (line, below) = excerpt::excerpt(lang, text, range, room, severity(finding.severity));
        let name = styled(look::FAINT, super::padded(lang.as_str(), label));
        out.push_str(&format!("  {name}  {line}\n"));
        if let Some(below) = below {
            out.push_str(&format!("  {}  {below}\n", " ".repeat(label)));
        }
    }
    if let Some(help) = &finding.help {
        out.push_str(&format!("  {} {}\n", styled(look::NAME, "help:"), crate::text::visible(help)));
    }
    if let Some(cure) = cure(finding) {
        out.push_str(&format!("  {}  {cure}\n", styled(look::GOOD, "fix:")));
    }
    out
}

/// Returns what a fix does, in words.
fn cure(finding: &Finding) -> Option<String> {
    let fix = finding.fix.as_ref()?;
    let show =
        |text: &str| crate::text::graphemes(text).map(|(_, g)| excerpt::show(g, true)).collect::<String>();
    let surface = finding.surface.as_deref().unwrap_or_default();
    Some(match (surface, &**fix) {
        ("", fix) => format!("put in \"{}\"", show(fix)),
        (surface, "") => format!("take out \"{}\"", show(surface)),
        (surface, fix) => format!("replace \"{}\" with \"{}\"", show(surface), show(fix)),
    })
}

/// Returns what a run found in all, by check.
pub fn summary(checked: &Checked) -> String {
    let mut out = String::new();
    let by_check = checked.by_check();
    let wide = by_check.iter().map(|(check, ..)| check.len()).max().unwrap_or_default();
    for (check, worst, n) in by_check {
        out.push_str(&format!("{} {n:>5}\n", styled(severity(worst), super::padded(check, wide))));
    }
    // What counts stands where the eye rests when everything has gone by.
    let style = checked.worst().map_or(look::GOOD, severity);
    out.push_str(&format!("{}\n", styled(style, checked.in_a_sentence())));
    out
}

fn head(finding: &Finding) -> String {
    let place = &finding.place;
    let mut at = place.file.clone().unwrap_or_default();
    for number in [place.line, place.column].into_iter().flatten() {
        at.push_str(&format!(":{number}"));
    }
    if let Some(unit) = &place.unit {
        at = if at.is_empty() { unit.clone() } else { format!("{at} ({unit})") };
    }
    let head = [at, styled(severity(finding.severity), format!("{}: {}", finding.severity, finding.check))];
    let head: Vec<String> = head.into_iter().filter(|p| !p.is_empty()).collect();
    head.join("  ")
}

/// Returns something to be said in one line, after how much it matters.
pub fn severe(of: Severity, what: impl std::fmt::Display) -> String {
    format!("{} {what}", styled(severity(of), format!("{of}:")))
}

fn severity(of: Severity) -> anstyle::Style {
    match of {
        Severity::Error => look::BAD,
        Severity::Warning => look::DOUBT,
        Severity::Info => look::FAINT,
    }
}
