//! Numbers as values: whether the figures of the source stand in the target, in whatever notation and scale.

pub mod currency_mismatch;
pub mod date_mismatch;
pub mod figure_mismatch;
pub mod number_mismatch;
pub mod percent_mismatch;
pub mod unit_mismatch;

use super::{Found, Seen};
use crate::model::{Severity, Side};
use crate::text::numbers::{Difference, Discord, Kind, Quantity, compare, quantities};

/// The quantities of both sides, and what does not go together.
#[derive(Debug, Default)]
pub struct Figures {
    source: Vec<Quantity>,
    target: Vec<Quantity>,
    discords: Vec<Discord>,
}

impl Figures {
    /// Reads the figures of a pair and compares them.
    pub fn of(seen: &Seen<'_>) -> Self {
        let Some((source, target)) = seen.pair() else { return Self::default() };
        let (one, other) = (quantities(source.lang, source.text()), quantities(target.lang, target.text()));
        let discords = compare(&one, &other);
        Self { source: one, target: other, discords }
    }
}

/// Tells the discords that belong to a check.
fn tell(seen: &Seen<'_>, code: &str, found: &mut Vec<Found>) {
    let figures = seen.figures();
    let Some(source) = &seen.source else { return };
    for discord in &figures.discords {
        let one = discord.source.map(|at| &figures.source[at]);
        let other = discord.target.map(|at| &figures.target[at]);
        if belongs(discord.difference, one, other) != code {
            continue;
        }
        let (said, there) = (
            one.map_or("", |q| &source.text()[q.range.clone()]),
            other.map_or("", |q| &seen.target.text()[q.range.clone()]),
        );
        let message = match (one, other, discord.difference) {
            (Some(_), Some(_), Difference::Scale) => {
                format!("\"{said}\" became \"{there}\": the same figures on another scale.")
            }
            (Some(_), Some(_), Difference::Currency) => {
                format!("\"{said}\" became \"{there}\": another currency.")
            }
            (Some(_), Some(_), Difference::Unit) => {
                format!("\"{said}\" became \"{there}\": another unit, and the number was not converted.")
            }
            (Some(_), Some(_), Difference::Percent) => {
                format!("\"{said}\" became \"{there}\": percent and percentage points are not the same.")
            }
            (Some(_), Some(_), _) => format!("\"{said}\" became \"{there}\", which is another value."),
            (Some(_), None, _) => format!("Nothing in the target has the value of \"{said}\"."),
            (None, Some(_), _) => format!("\"{there}\" has no counterpart in the source."),
            (None, None, _) => continue,
        };
        let mut finding = match (one, other) {
            (_, Some(other)) => Found::in_target(other.range.clone(), message),
            (Some(one), None) => Found::in_source(one.range.clone(), message),
            (None, None) => continue,
        };
        if finding.side == Side::Target && one.is_some() {
            finding = finding.help(format!("write the value of \"{said}\" in the way of the language"));
        } else if finding.side == Side::Target {
            finding = finding.help("take it out, or put it in brackets if it explains something");
        } else {
            finding = finding.help("give the figure, in the way of the language");
        }
        if !discord.sure {
            finding.severity = Some(Severity::Info);
        }
        found.push(finding);
    }
}

/// Returns the code of the check that a discord belongs to.
fn belongs(difference: Difference, one: Option<&Quantity>, other: Option<&Quantity>) -> &'static str {
    let any = |of: fn(&Kind) -> bool| [one, other].into_iter().flatten().any(|q| q.readings().any(of));
    match difference {
        Difference::Currency => "currency-mismatch",
        Difference::Unit => "unit-mismatch",
        Difference::Percent => "percent-mismatch",
        Difference::Date | Difference::Time => "date-mismatch",
        Difference::Name => "figure-mismatch",
        _ if any(|k| matches!(k, Kind::Name(_))) => "figure-mismatch",
        _ if any(|k| matches!(k, Kind::Percent(_) | Kind::PercentagePoints(_))) => "percent-mismatch",
        _ if any(|k| {
            matches!(k, Kind::Date { .. } | Kind::Decade(_) | Kind::Century(_) | Kind::Time { .. })
        }) =>
        {
            "date-mismatch"
        }
        // A year stands without a sign of being one.
        _ if !any(|k| !is_year(k)) => "date-mismatch",
        _ => "number-mismatch",
    }
}

fn is_year(kind: &Kind) -> bool {
    matches!(kind, Kind::Number(value) if value.as_u64().is_some_and(|n| (1800..2100).contains(&n)))
}
