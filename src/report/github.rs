//! Findings as annotations of a GitHub workflow: lines that its runner takes off the log.

use super::told::{Checked, Told};
use crate::model::Severity;

/// Returns a line for each finding that nobody accepted.
pub fn github(checked: &Checked) -> String {
    checked.new_ones().map(|told| format!("{}\n", annotation(told))).collect()
}

fn annotation(told: &Told) -> String {
    let finding = &told.finding;
    let place = &finding.place;
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties: Vec<(&str, String)> = vec![];
    if let Some(file) = place.file.as_ref().filter(|f| *f != "-") {
        properties.push(("file", super::paths::forward(file)));
    }
    if let Some(line) = place.line {
        properties.push(("line", line.to_string()));
        // Columns are only taken together with a line.
        if let Some(column) = place.column {
            properties.push(("col", column.to_string()));
            if let Some(surface) = finding.surface.as_ref().filter(|s| !s.contains('\n')) {
                properties.push(("endColumn", (column as usize + surface.chars().count()).to_string()));
            }
        }
    }
    let unit = place.unit.as_ref().map(|unit| format!(" ({unit})")).unwrap_or_default();
    properties.push(("title", format!("{}{unit}", finding.check)));
    let properties: Vec<String> =
        properties.into_iter().map(|(name, value)| format!("{name}={}", escaped_property(&value))).collect();
    let mut message = finding.message.clone();
    if let Some(surface) = finding.surface.as_ref().filter(|s| !s.is_empty() && !message.contains(s.as_str()))
    {
        message.push_str(&format!("\nfound: {surface}"));
    }
    for (name, value) in [("help", &finding.help), ("replace with", &finding.fix)] {
        if let Some(value) = value.as_ref().filter(|v| !v.is_empty()) {
            message.push_str(&format!("\n{name}: {value}"));
        }
    }
    format!("::{command} {}::{}", properties.join(","), escaped(&message))
}

/// Escapes a message as the runner's toolkit does: a raw line break would end the annotation, and what follows
/// it could be a command of its own.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn escaped_property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Finding, Place};

    #[test]
    fn nothing_in_a_finding_ends_its_annotation_or_begins_another() {
        let mut finding = Finding::new(
            "punct-end",
            Severity::Warning,
            Place {
                column: Some(5),
                unit: Some("a,b:c".to_owned()),
                ..Place::file("d\\x, 100%.tsv").at_line(3)
            },
            "100 % is\r\n::error::not a command.",
        )
        .help("write a full stop");
        finding.surface = Some("网络".to_owned());
        assert_eq!(
            annotation(&Told::of(finding)),
            "::warning file=d/x%2C 100%25.tsv,line=3,col=5,endColumn=7,title=punct-end (a%2Cb%3Ac)::\
             100 %25 is%0D%0A::error::not a command.%0Afound: 网络%0Ahelp: write a full stop"
        );
        let bare = Finding::new("no-context", Severity::Info, Place::default(), "It has none.");
        assert_eq!(annotation(&Told::of(bare)), "::notice title=no-context::It has none.");
    }
}
