//! Dates as precise as they are known: a year, a month or a day.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text is not a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError(String);

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\" is not a date: write 2015, 2015-12 or 2015-12-16", self.0)
    }
}

impl std::error::Error for DateError {}

/// A year, a month or a day: `2016`, `2016-11`, `2016-11-16`.
///
/// A coarse date is an interval: [`Date::first_day`] to [`Date::last_day`].
///
/// ```
/// use wicterm::model::Date;
/// let date: Date = "2016-02".parse().unwrap();
/// assert_eq!(date.last_day().to_string(), "2016-02-29");
/// assert!("2016-13".parse::<Date>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Makes a date of a year, and of a month and a day where they are known.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let (month, day) = (month.unwrap_or(0), day.unwrap_or(0));
        let well = (1..=9999).contains(&year)
            && month <= 12
            && (day == 0 || (month > 0 && day <= days_in(year, month)));
        well.then_some(Self { year, month, day })
    }

    /// Returns the year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// Returns the month, if it is known.
    pub fn month(&self) -> Option<u8> {
        (self.month > 0).then_some(self.month)
    }

    /// Returns the day of the month, if it is known.
    pub fn day(&self) -> Option<u8> {
        (self.day > 0).then_some(self.day)
    }

    /// Tells whether the day is known.
    pub fn is_full(&self) -> bool {
        self.day > 0
    }

    /// Returns the first day of the interval that this date is.
    pub fn first_day(&self) -> Self {
        Self { year: self.year, month: self.month.max(1), day: self.day.max(1) }
    }

    /// Returns the last day of the interval that this date is.
    pub fn last_day(&self) -> Self {
        let month = if self.month == 0 { 12 } else { self.month };
        let day = if self.day == 0 { days_in(self.year, month) } else { self.day };
        Self { year: self.year, month, day }
    }
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month > 0 {
            write!(f, "-{:02}", self.month)?;
        }
        if self.day > 0 {
            write!(f, "-{:02}", self.day)?;
        }
        Ok(())
    }
}

impl FromStr for Date {
    type Err = DateError;
    fn from_str(text: &str) -> Result<Self, DateError> {
        let refuse = || DateError(text.to_owned());
        let mut parts = text.split('-');
        let mut part = |digits: usize| -> Result<Option<u16>, DateError> {
            match parts.next() {
                None => Ok(None),
                Some(p) if p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()) => {
                    p.parse().map(Some).map_err(|_| refuse())
                }
                Some(_) => Err(refuse()),
            }
        };
        let year = part(4)?.ok_or_else(refuse)?;
        let (month, day) = (part(2)?, part(2)?);
        if parts.next().is_some() || month == Some(0) || day == Some(0) {
            return Err(refuse());
        }
        Self::new(year, month.map(|m| m as u8), day.map(|d| d as u8)).ok_or_else(refuse)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back_as_precise_as_it_was_written() {
        for text in ["2015", "2015-12", "2015-12-16", "2016-02-29"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in ["", "15", "2015-", "2015-0", "2015-00", "2015-02-29", "2015-12-16T00", "2015/12"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
