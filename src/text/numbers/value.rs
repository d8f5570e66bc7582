//! Exact values: decimals and fractions without rounding.

use std::cmp::Ordering;
use std::fmt;

/// An exact number: a fraction times a power of ten, in one form, so that `==` compares what is meant.
///
/// ```
/// use wicterm::text::numbers::Value;
/// assert_eq!(Value::decimal(358, 11), Value::decimal(35_800, 9));
/// assert_eq!(Value::fraction(1, 2), Some(Value::decimal(5, -1)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value {
    /// Without common factors with the denominator, and not divisible by ten.
    numerator: u128,
    /// Without the factors two and five: those are in the power.
    denominator: u64,
    power: i32,
}

/// Beyond this nobody counts, and sums would overflow.
const POWERS: i32 = 60;

impl Value {
    /// Makes a whole number.
    pub fn whole(n: u64) -> Self {
        Self::decimal(u128::from(n), 0)
    }

    /// Makes `mantissa` × 10^`power`.
    pub fn decimal(mantissa: u128, power: i32) -> Self {
        Self { numerator: mantissa, denominator: 1, power }.normal()
    }

    /// Makes a fraction; `None` if the denominator is zero or the fraction cannot be held exactly.
    pub fn fraction(numerator: u64, denominator: u64) -> Option<Self> {
        if denominator == 0 {
            return None;
        }
        let common = gcd(u128::from(numerator), u128::from(denominator)) as u64;
        let (mut n, mut d) = (u128::from(numerator / common), denominator / common);
        let mut power = 0;
        // A factor two below is a factor five above and one place less; and the other way round.
        for (factor, other) in [(10, 1), (2, 5), (5, 2)] {
            while d.is_multiple_of(factor) {
                d /= factor;
                n = n.checked_mul(other)?;
                power -= 1;
            }
        }
        Some(Self { numerator: n, denominator: d, power }.normal())
    }

    /// Returns the value times 10^`power`.
    #[must_use]
    pub fn shifted(self, power: i32) -> Self {
        Self { power: self.power.saturating_add(power), ..self }.normal()
    }

    /// Returns the product, if it can be held.
    pub fn times(self, other: Self) -> Option<Self> {
        let a = gcd(self.numerator, u128::from(other.denominator));
        let b = gcd(other.numerator, u128::from(self.denominator));
        let numerator = (self.numerator / a).checked_mul(other.numerator / b)?;
        let denominator = (self.denominator / b as u64).checked_mul(other.denominator / a as u64)?;
        Some(Self { numerator, denominator, power: self.power.checked_add(other.power)? }.normal())
    }

    /// Returns the quotient, if it can be held.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        let n = u64::try_from(other.numerator).ok().filter(|&n| n > 0)?;
        let inverse = Self::fraction(other.denominator, n)?;
        self.times(inverse.shifted(other.power.checked_neg()?))
    }

    /// Returns the sum, if it can be held.
    pub fn plus(self, other: Self) -> Option<Self> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other } else { self });
        }
        let power = self.power.min(other.power);
        let (a, b) = (self.raised(power)?, other.raised(power)?);
        let left = a.checked_mul(u128::from(other.denominator))?;
        let right = b.checked_mul(u128::from(self.denominator))?;
        let numerator = left.checked_add(right)?;
        let denominator = self.denominator.checked_mul(other.denominator)?;
        let common = gcd(numerator, u128::from(denominator));
        let (numerator, denominator) = (numerator / common, denominator / common as u64);
        Some(Self { numerator, denominator, power }.normal())
    }

    /// Returns the value as a whole number, if it is one.
    pub fn as_u64(self) -> Option<u64> {
        if self.denominator != 1 || self.power < 0 {
            return None;
        }
        self.raised(0).and_then(|n| u64::try_from(n).ok())
    }

    /// Returns whether the value is zero.
    pub fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Tells whether two values have the same digits and differ only in the place of the point.
    pub fn same_digits(self, other: Self) -> bool {
        self.numerator == other.numerator && self.denominator == other.denominator
    }

    /// Returns the significant digits.
    pub(super) fn digits(self) -> u128 {
        self.numerator
    }

    /// Returns roughly how many times ten one value is away from another; for choosing, not for comparing.
    pub(super) fn distance(self, other: Self) -> f64 {
        (self.magnitude() - other.magnitude()).abs()
    }

    fn magnitude(self) -> f64 {
        if self.is_zero() {
            return -9.0;
        }
        (self.numerator as f64).log10() - (self.denominator as f64).log10() + f64::from(self.power)
    }

    /// Compares by size.
    pub(super) fn order(self, other: Self) -> Ordering {
        if self == other { Ordering::Equal } else { self.magnitude().total_cmp(&other.magnitude()) }
    }

    fn raised(self, power: i32) -> Option<u128> {
        let by = u32::try_from(self.power - power).ok()?;
        self.numerator.checked_mul(10u128.checked_pow(by)?)
    }

    fn normal(mut self) -> Self {
        if self.numerator == 0 {
            return Self { numerator: 0, denominator: 1, power: 0 };
        }
        while self.numerator.is_multiple_of(10) {
            self.numerator /= 10;
            self.power = self.power.saturating_add(1);
        }
        self.power = self.power.clamp(-POWERS, POWERS);
        self
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.numerator.to_string();
        if self.power >= 0 {
            write!(f, "{digits}{}", "0".repeat(self.power as usize))?;
        } else {
            let places = self.power.unsigned_abs() as usize;
            let padded = format!("{digits:0>width$}", width = places + 1);
            let (whole, part) = padded.split_at(padded.len() - places);
            write!(f, "{whole}.{part}")?;
        }
        if self.denominator > 1 {
            write!(f, "/{}", self.denominator)?;
        }
        Ok(())
    }
}

fn gcd(a: u128, b: u128) -> u128 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}
