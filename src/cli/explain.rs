//! `wicterm explain`

use clap::Args;
use serde_json::json;

use super::{Common, Failure, Outcome, ReportFormat, Session};
use crate::check::{CHECKS, Check, Page};
use crate::report::{self, look, styled};
use crate::text::distance;

/// Say what a check looks for, why, and what to do
///
/// The page of a check: what was found, why it matters, how it is cured, and examples of what it reports and of
/// what it leaves alone. Every example is a test.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm explain repeated-word\n  wicterm check --list")]
pub struct Explain {
    /// The code of the check, as findings have it
    code: String,
}

impl Explain {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let code = self.code.trim().to_lowercase();
        let Some(check) = CHECKS.iter().find(|check| check.about().code == code) else {
            return Err(unknown(&code));
        };
        let about = check.about();
        if common.format != ReportFormat::Text {
            let mut page = about_json(*check)?;
            page["page"] = json!(about.page);
            report::one("explain", page, common.format == ReportFormat::Jsonl, session.out())?;
            return Ok(Outcome::Done);
        }
        let kind = format!("{}, {}", about.family.as_str(), about.severity);
        writeln!(session.out(), "{}  {}", styled(look::STRONG, about.code), styled(look::FAINT, kind))?;
        write!(session.out(), "{}", rendered(about.page))?;
        Ok(Outcome::Done)
    }
}

/// Returns what there is to know about a check as scripts see it.
pub(super) fn about_json(check: &dyn Check) -> Result<serde_json::Value, Failure> {
    let about = check.about();
    let page = Page::read(about.page).map_err(|what| Failure::unable("page", what))?;
    Ok(json!({
        "code": about.code,
        "family": about.family.as_str(),
        "severity": about.severity,
        "summary": page.summary,
    }))
}

/// There is no such check, but perhaps one that is nearly called so.
pub(super) fn unknown(code: &str) -> Failure {
    let codes = CHECKS.iter().map(|check| check.about().code);
    let mut near: Vec<(usize, &str)> = codes
        .filter_map(|known| {
            let slips = distance(code, known, 3);
            let part = || known.split('-').any(|word| code.split('-').any(|asked| asked == word));
            slips.or_else(|| part().then_some(4)).map(|far| (far, known))
        })
        .collect();
    near.sort_unstable();
    let failure = Failure::usage(format!("there is no check \"{code}\""));
    match &near[..] {
        [] => failure.hint("`wicterm check --list` shows what there is"),
        near => {
            let names: Vec<&str> = near.iter().take(5).map(|(_, name)| *name).collect();
            failure.hint(format!("did you mean {}?", names.join(", ")))
        }
    }
}

/// Returns a page as a terminal shows it: headings stand out, examples are set off.
fn rendered(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines().skip_while(|line| line.starts_with("# ")).peekable();
    while let Some(line) = lines.next() {
        if let Some(heading) =
            line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))
        {
            out.push_str(&format!("{}\n", styled(look::STRONG, heading)));
        } else if let Some(kind) = line.strip_prefix("```") {
            let (style, said) = match kind {
                "fires" => (look::BAD, "reported"),
                "quiet" => (look::GOOD, "left alone"),
                other => (look::FAINT, other),
            };
            out.push_str(&format!("{}\n", styled(style, said)));
            for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                out.push_str(&format!("  {line}\n"));
            }
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}
