//! A finding as a person reads it: where, what, why, what to do.

use super::{look, styled};
use crate::model::{Finding, Severity};

/// Returns a finding, two or three lines.
pub fn finding(finding: &Finding) -> String {
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
    let mut out = format!("{}\n  {}\n", head.join("  "), finding.message);
    if let Some(help) = &finding.help {
        out.push_str(&format!("  {}\n", styled(look::FAINT, help)));
    }
    if let Some(fix) = &finding.fix {
        out.push_str(&format!("  replace with: {fix}\n"));
    }
    out
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
