//! Numbers as a sheet shows them: dates from serial numbers, whole numbers without a fraction.

/// How a number format shows a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shown {
    /// As a number.
    #[default]
    Number,
    /// As a date, as fine as the format tells it, and perhaps the time.
    Date(Finest, bool),
    /// As a time of day.
    Time,
}

/// The finest part of a date that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finest {
    Year,
    Month,
    Day,
}

impl Shown {
    /// Returns what a format that every program has shows (ECMA-376, 18.8.30).
    pub fn built_in(id: u32) -> Self {
        match id {
            14..=16 | 27..=31 | 34..=36 | 50..=58 => Self::Date(Finest::Day, false),
            17 => Self::Date(Finest::Month, false),
            22 => Self::Date(Finest::Day, true),
            18..=21 | 32..=33 | 45..=47 => Self::Time,
            _ => Self::Number,
        }
    }

    /// Returns a number as it is shown.
    pub fn text(self, number: f64, since_1904: bool) -> Option<String> {
        let Self::Date(finest, timed) = self else {
            return (self == Self::Time && (0.0..1.0).contains(&number)).then(|| time(number));
        };
        let (year, month, day) = date(number, since_1904)?;
        Some(match finest {
            Finest::Year => format!("{year:04}"),
            Finest::Month => format!("{year:04}-{month:02}"),
            Finest::Day if timed && number.fract() > 0.0 => {
                format!("{year:04}-{month:02}-{day:02}T{}", time(number.fract()))
            }
            Finest::Day => format!("{year:04}-{month:02}-{day:02}"),
        })
    }
}

/// Returns what a format code shows: `yyyy-mm-dd`, `[$-407]d. mmm yy`, `0.00`.
pub(super) fn shown(code: &str) -> Shown {
    let (mut years, mut months, mut days, mut times) = (false, false, false, false);
    if code.eq_ignore_ascii_case("general") {
        return Shown::Number;
    }
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            // Positive numbers come first.
            ';' => break,
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                times |= ["h", "hh", "m", "mm", "s", "ss"].contains(&&*inside.to_ascii_lowercase());
            }
            'y' | 'Y' => years = true,
            'm' | 'M' => months = true,
            'd' | 'D' => days = true,
            'h' | 'H' | 's' | 'S' => times = true,
            _ => {}
        }
    }
    match (years, days, times) {
        (_, true, timed) => Shown::Date(Finest::Day, timed),
        // Months beside hours are minutes.
        (true, false, true) => Shown::Date(Finest::Day, true),
        (true, false, false) if months => Shown::Date(Finest::Month, false),
        (true, false, false) => Shown::Date(Finest::Year, false),
        (false, false, true) => Shown::Time,
        (false, false, false) if months => Shown::Date(Finest::Day, false),
        (false, false, false) => Shown::Number,
    }
}

/// Returns a number as people read it: 5 and not 5.0, 0.1 and not 0.10000000000000001.
pub(super) fn number(written: &str) -> Option<String> {
    let written = written.trim();
    if written.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: f64 = written.parse().ok().filter(|value: &f64| value.is_finite())?;
    // Beyond that a number has more digits than it knows.
    if value.abs() >= 1e15 || (value != 0.0 && value.abs() < 1e-9) {
        return None;
    }
    // Excel shows fifteen digits.
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    Some(if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") })
}

/// Returns the day that a serial number means. The year 1900 has a 29th of February there, for the sake of
/// programs before it.
fn date(serial: f64, since_1904: bool) -> Option<(i64, i64, i64)> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let days = serial.floor() as i64;
    let since_1970 = match (since_1904, days) {
        (true, _) => days - 24_107,
        (false, ..60) => days - 25_568,
        (false, _) => days - 25_569,
    };
    // Days of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
    let shifted = since_1970 + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    Some((year + era * 400 + i64::from(month <= 2), month, day))
}

fn time(fraction: f64) -> String {
    let seconds = ((fraction * 86_400.0).round() as i64).min(86_399);
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_show_dates_as_finely_as_they_say() {
        let day = Shown::Date(Finest::Day, false);
        for (code, expected) in [
            ("General", Shown::Number),
            ("0.00", Shown::Number),
            ("#,##0\\ \"days\"", Shown::Number),
            ("[Red]0;[Blue]-0", Shown::Number),
            ("_-* #,##0.00\\ _€_-", Shown::Number),
            ("yyyy\\-mm\\-dd", day),
            ("[$-F800]dddd, mmmm dd, yyyy", day),
            ("mmm-yy", Shown::Date(Finest::Month, false)),
            ("yyyy", Shown::Date(Finest::Year, false)),
            ("d/m/yy h:mm", Shown::Date(Finest::Day, true)),
            ("h:mm AM/PM", Shown::Time),
            ("[h]:mm:ss", Shown::Time),
            ("yyyy\"年\"m\"月\"d\"日\"", day),
        ] {
            assert_eq!(shown(code), expected, "{code}");
        }
    }

    #[test]
    fn serial_numbers_are_days() {
        let day = Shown::Date(Finest::Day, true);
        for (serial, since_1904, expected) in [
            (1.0, false, "1900-01-01"),
            (59.0, false, "1900-02-28"),
            (61.0, false, "1900-03-01"),
            (42354.0, false, "2015-12-16"),
            (42354.75, false, "2015-12-16T18:00:00"),
            (40892.0, true, "2015-12-16"),
            (2_958_465.0, false, "9999-12-31"),
        ] {
            assert_eq!(day.text(serial, since_1904).as_deref(), Some(expected), "{serial}");
        }
        assert_eq!(day.text(-1.0, false), None);
        assert_eq!(Shown::Time.text(0.5, false).as_deref(), Some("12:00:00"));
        assert_eq!(Shown::Date(Finest::Month, false).text(42339.0, false).as_deref(), Some("2015-12"));
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        for (written, expected) in [
            ("5", None),
            ("5.0", Some("5")),
            ("-5.0", Some("-5")),
            ("0.10000000000000001", Some("0.1")),
            ("1E3", Some("1000")),
            ("1e300", None),
            ("2015.5", Some("2015.5")),
            ("NaN", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(number(written).as_deref(), expected, "{written}");
        }
    }
}
