//! Numbers, dates and amounts as values, whatever language and script they are written in.
//!
//! [`quantities`] reads a text; [`compare()`] tells where the quantities of a source and of its translation
//! disagree. Values are exact ([`Value`]); where a way of writing has two legitimate readings (1.600 may be
//! sixteen hundred or one and six tenths), a [`Quantity`] holds both and the comparison tries them all.
//!
//! What is written in digits or with words of scale is read strictly. Small number words are read too, but
//! they only serve as counterparts: languages add and drop them (*both*, 一个), and a name may hold one.
//! Addresses, file names, placeholders and tags hold no numbers. Signs are not read: whether something rose
//! or fell is said in words.
//!
//! What languages call things is in `tables`; this room knows nothing of segments, findings or terms.

mod compare;
mod figures;
mod read;
mod scan;
mod spans;
mod tables;
mod value;

#[cfg(test)]
mod tests;

use std::ops::Range;

pub use compare::{Difference, Discord, compare};
pub use figures::{Figure, figures};
pub use tables::Base;
pub use value::Value;

use crate::model::LanguageTag;

/// Something countable that a text says, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Where it stands, in bytes of the text as given; with its unit, currency or month.
    pub range: Range<usize>,
    /// What it is, in the reading that is usual in the language.
    pub kind: Kind,
    /// The other legitimate readings.
    pub also: Vec<Kind>,
    /// The number as it was written, without unit, currency or percent.
    pub bare: Option<Value>,
    /// How it was written.
    pub written: Written,
    /// Whether it only tells a size: *hundreds of*, 数百, *миллионы*.
    pub vague: bool,
    /// Whether it stands inside brackets.
    pub bracketed: bool,
}

impl Quantity {
    /// Returns every reading, the usual one first.
    pub fn readings(&self) -> impl Iterator<Item = &Kind> {
        std::iter::once(&self.kind).chain(&self.also)
    }
}

/// How a quantity was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// `1,600`
    Digits,
    /// *three hundred*, 三百; Roman numerals too.
    Words,
    /// `35.8 trillion`, `8 November`
    Mixed,
}

/// What a quantity is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A plain number or a fraction.
    Number(Value),
    /// A place in a row: *14th*, 第十四.
    Ordinal(u64),
    /// Hundredths, as the number before the sign.
    Percent(Value),
    /// A difference of two percentages.
    PercentagePoints(Value),
    /// An amount of money.
    Money {
        /// How much.
        value: Value,
        /// The code of ISO 4217; `XXX` if the text leaves open whose dollars they are.
        currency: &'static str,
    },
    /// An amount with a unit, in the base unit, so that 5 km are 5000 m.
    Measure {
        /// How much, in base units.
        value: Value,
        /// What is measured.
        base: Base,
    },
    /// A date with the parts that are told.
    Date {
        /// The year.
        year: Option<u16>,
        /// The month, from 1.
        month: Option<u8>,
        /// The day of the month.
        day: Option<u8>,
    },
    /// The first year of a decade; below a hundred if the century is not told.
    Decade(u16),
    /// A century by its number.
    Century(u8),
    /// A time of day.
    Time {
        /// The hour, 0 to 24.
        hour: u8,
        /// The minute.
        minute: u8,
    },
    /// How many times: *doubled*, 三倍.
    Multiple(Value),
    /// A name with digits, folded, without spaces and hyphens: `covid19`, `g20`, `2.0.1`.
    Name(String),
}

/// Returns the quantities of a text, in order.
///
/// ```
/// use wicterm::text::numbers::{Kind, Value, quantities};
/// let money = |lang: &str, text| quantities(&lang.parse().unwrap(), text)[0].kind.clone();
/// let yuan = Kind::Money { value: Value::decimal(358, 11), currency: "CNY" };
/// assert_eq!(money("en", "35.8 trillion yuan"), yuan);
/// assert_eq!(money("zh-Hans", "35.8万亿元"), yuan);
/// assert_eq!(money("fr", "35 800 milliards de yuans"), yuan);
/// ```
pub fn quantities(lang: &LanguageTag, text: &str) -> Vec<Quantity> {
    let lexicon = scan::lexicon(lang.language());
    let mut all =
        scan::pieces(lexicon, text).map_or_else(Vec::new, |pieces| read::read(lexicon, text, &pieces));
    spans::settle(text, &mut all);
    all
}
