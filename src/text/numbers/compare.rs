//! Compares the quantities of a text with those of its translation.
//!
//! What is equal is matched first, then what languages write differently (a year as a number, an ordinal as a
//! cardinal, half as 50%), in any order. Only what is left is a discord, and of that only what was written
//! with digits, with a scale or with a unit: *one*, *both* and *first* come and go between languages.

use rustc_hash::FxHashMap;

use super::value::Value;
use super::{Kind, Quantity, Written};

/// A place where the quantities of two texts disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Discord {
    /// Which quantity of the source it is about.
    pub source: Option<usize>,
    /// Which quantity of the target it is about.
    pub target: Option<usize>,
    /// What differs.
    pub difference: Difference,
    /// Whether both were written plainly; where only number words disagree, a person should look first.
    pub sure: bool,
}

/// What differs between two quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Difference {
    /// The target lacks what the source has.
    Missing,
    /// The target has what the source has not.
    Extra,
    /// The values.
    Value,
    /// The digits are the same, the size is not: 35.8 trillion and 3.58万亿.
    Scale,
    /// The currencies, of equal amounts.
    Currency,
    /// The units, of equal numbers.
    Unit,
    /// Percent, percentage points or neither, with equal numbers.
    Percent,
    /// A part of a date.
    Date,
    /// The times of day.
    Time,
    /// The number in a name: G20 and G7.
    Name,
}

/// Beyond this many unmatched quantities on a side two texts are not translations of each other.
const LEFT_OVER: usize = 500;

/// Returns where the quantities of a source and of its translation disagree, in the order of the source.
///
/// Quantities that the target adds in brackets are explanations and no discord.
///
/// ```
/// use wicterm::text::numbers::{Difference, compare, quantities};
/// let source = quantities(&"en".parse().unwrap(), "In 2019 it reached 35.8 trillion yuan.");
/// let target = quantities(&"zh-Hans".parse().unwrap(), "2019年达到3.58万亿元。");
/// let discords = compare(&source, &target);
/// assert_eq!(discords.len(), 1);
/// assert_eq!(discords[0].difference, Difference::Scale);
/// ```
pub fn compare(source: &[Quantity], target: &[Quantity]) -> Vec<Discord> {
    let mut sides = Sides { source, target, s: vec![None; source.len()], t: vec![None; target.len()] };
    sides.match_equal();
    sides.match_by(|a, b| tried(a, b, |x, y| x == y));
    sides.match_by(alike);
    sides.match_by(nearly);
    sides.discords()
}

struct Sides<'q> {
    source: &'q [Quantity],
    target: &'q [Quantity],
    /// The counterpart of each.
    s: Vec<Option<usize>>,
    t: Vec<Option<usize>>,
}

impl Sides<'_> {
    fn pair(&mut self, s: usize, t: usize) {
        self.s[s] = Some(t);
        self.t[t] = Some(s);
    }

    fn match_equal(&mut self) {
        let mut places: FxHashMap<&Kind, Vec<usize>> = FxHashMap::default();
        for (t, quantity) in self.target.iter().enumerate().rev() {
            places.entry(&quantity.kind).or_default().push(t);
        }
        for s in 0..self.source.len() {
            if let Some(t) = places.get_mut(&self.source[s].kind).and_then(Vec::pop) {
                self.pair(s, t);
            }
        }
    }

    fn match_by(&mut self, same: fn(&Quantity, &Quantity) -> bool) {
        let free: Vec<usize> = open(&self.t);
        for s in open(&self.s) {
            let found = free.iter().find(|&&t| self.t[t].is_none() && same(&self.source[s], &self.target[t]));
            if let Some(&t) = found {
                self.pair(s, t);
            }
        }
    }

    fn discords(&mut self) -> Vec<Discord> {
        let mut out = Vec::new();
        let (left, right) = (open(&self.s), open(&self.t));
        let mut pairs = Vec::new();
        for &s in &left {
            for &t in &right {
                let (a, b) = (&self.source[s], &self.target[t]);
                if (b.bracketed && !a.bracketed) || a.vague || b.vague {
                    continue;
                }
                if let Some((score, difference)) = likeness(a, b) {
                    pairs.push((score, s, t, difference));
                }
            }
        }
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, s, t, difference) in pairs {
            if self.s[s].is_some() || self.t[t].is_some() {
                continue;
            }
            let (a, b) = (&self.source[s], &self.target[t]);
            if !loud(a) && !loud(b) && difference != Difference::Name {
                // Two number words that found nobody: only if there is no doubt that they belong together.
                let alone = |all: &[Quantity], open: &[usize]| {
                    open.iter().filter(|&&i| small_word(&all[i])).count() == 1
                };
                if !(alone(self.source, &left) && alone(self.target, &right)) {
                    continue;
                }
            }
            let words = |q: &Quantity| q.written == Written::Words;
            let sure = !words(a) && !words(b) || is_slip(a, b) && !is_fortnight(a, b);
            out.push(Discord { source: Some(s), target: Some(t), difference, sure });
            self.pair(s, t);
        }
        for s in left {
            let quantity = &self.source[s];
            if self.s[s].is_none() && loud(quantity) && !self.said_before(quantity, self.target, &self.t) {
                let sure = quantity.written != Written::Words && !matches!(quantity.kind, Kind::Decade(_));
                out.push(Discord { source: Some(s), target: None, difference: Difference::Missing, sure });
            }
        }
        for t in right {
            let quantity = &self.target[t];
            let explains = quantity.bracketed || self.said_before(quantity, self.source, &self.s);
            if self.t[t].is_none() && loud(quantity) && !explains {
                let sure = quantity.written != Written::Words && !matches!(quantity.kind, Kind::Decade(_));
                out.push(Discord { source: None, target: Some(t), difference: Difference::Extra, sure });
            }
        }
        out.sort_by_key(|d| (d.source.is_none(), d.source, d.target));
        out
    }

    /// Whether the other side says the same once less often, or as a part of a date.
    fn said_before(&self, quantity: &Quantity, others: &[Quantity], pairs: &[Option<usize>]) -> bool {
        others.iter().zip(pairs).take(LEFT_OVER).any(|(other, pair)| {
            pair.is_some()
                && (other.kind == quantity.kind || alike(quantity, other) || part_of(quantity, other))
        })
    }
}

fn open(pairs: &[Option<usize>]) -> Vec<usize> {
    (0..pairs.len()).filter(|&i| pairs[i].is_none()).take(LEFT_OVER).collect()
}

/// Whether a quantity may not get lost.
fn loud(quantity: &Quantity) -> bool {
    if quantity.vague {
        return false;
    }
    let words = quantity.written == Written::Words;
    match &quantity.kind {
        Kind::Number(value) if words => {
            let small = value.as_u64().is_some_and(|n| n <= 20 || (n <= 1000 && value.digits() < 10));
            let fraction = value.as_u64().is_none() && value.order(Value::whole(10)).is_lt();
            !small && !fraction
        }
        Kind::Number(value) => *value != Value::whole(1),
        Kind::Ordinal(n) => !words && *n > 1,
        Kind::Percent(_)
        | Kind::PercentagePoints(_)
        | Kind::Money { .. }
        | Kind::Measure { .. }
        | Kind::Time { .. } => true,
        Kind::Date { .. } | Kind::Decade(_) | Kind::Century(_) | Kind::Multiple(_) => !words,
        Kind::Name(_) => false,
    }
}

/// A number word that may be compared with another one.
fn small_word(quantity: &Quantity) -> bool {
    !loud(quantity) && is_plain(quantity) && quantity.written == Written::Words
}

/// A number, a fraction or a place in a row that nobody leaves out by habit.
fn is_plain(quantity: &Quantity) -> bool {
    let counts = match &quantity.kind {
        Kind::Number(v) => *v != Value::whole(1) && !v.is_zero(),
        Kind::Ordinal(n) => *n > 1,
        _ => false,
    };
    counts && !quantity.vague
}

/// Whether two number words, or a word and figures, that are alone on their sides are plainly a slip: both whole or
/// both a simple part, and small enough for their words to be read without fail in every language.
fn is_slip(a: &Quantity, b: &Quantity) -> bool {
    let part = |q: &Quantity| {
        let known =
            [Value::fraction(1, 2), Value::fraction(1, 3), Value::fraction(1, 4), Value::fraction(3, 4)];
        matches!(&q.kind, Kind::Number(v) if known.contains(&Some(*v)))
    };
    let kinds = std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind);
    match (whole(a), whole(b)) {
        _ if !kinds || !is_plain(a) || !is_plain(b) => false,
        (Some(x), Some(y)) => match a.written == b.written {
            true => x.max(y) <= if matches!(a.kind, Kind::Ordinal(_)) { 10 } else { 99 },
            false => x.min(y) > 10 && x.max(y) < 100,
        },
        _ => part(a) && part(b),
    }
}

fn whole(quantity: &Quantity) -> Option<u64> {
    match &quantity.kind {
        Kind::Number(v) => v.as_u64(),
        Kind::Ordinal(n) => Some(*n),
        _ => None,
    }
}

/// Two weeks are *quinze jours* and fourteen days, one is *huit jours*.
fn is_fortnight(a: &Quantity, b: &Quantity) -> bool {
    let number = |q: &Quantity| match &q.kind {
        Kind::Number(v) => v.as_u64(),
        _ => None,
    };
    let pair = (number(a), number(b));
    [(2, 14), (2, 15), (1, 7), (1, 8), (12, 1), (24, 2), (3, 90)]
        .iter()
        .any(|&(x, y)| pair == (Some(x), Some(y)) || pair == (Some(y), Some(x)))
}

/// Whether two quantities say the same where languages have different habits.
fn alike(a: &Quantity, b: &Quantity) -> bool {
    let numbers = matches!(a.kind, Kind::Number(_)) || matches!(b.kind, Kind::Number(_));
    let counted = |q: &Quantity| {
        matches!(
            q.kind,
            Kind::Number(_)
                | Kind::Money { .. }
                | Kind::Measure { .. }
                | Kind::PercentagePoints(_)
                | Kind::Multiple(_)
        )
    };
    if numbers && counted(a) && counted(b) && a.bare.is_some() && a.bare == b.bare {
        return true;
    }
    tried(a, b, |x, y| same(x, y) || same(y, x))
}

/// Tries the readings of two quantities; one of the two must be the usual reading, because two unusual ones
/// that meet have met by chance.
fn tried(a: &Quantity, b: &Quantity, same: impl Fn(&Kind, &Kind) -> bool) -> bool {
    b.readings().any(|y| same(&a.kind, y)) || a.also.iter().any(|x| same(x, &b.kind))
}

fn same(x: &Kind, y: &Kind) -> bool {
    let whole = |n: u64| Value::whole(n);
    match (x, y) {
        (Kind::Number(v), Kind::Ordinal(n)) => *v == whole(*n),
        (Kind::Number(v), Kind::Century(n)) => *v == whole(u64::from(*n)),
        (Kind::Ordinal(m), Kind::Century(n)) => *m == u64::from(*n),
        (Kind::Number(v), Kind::Date { year: Some(n), month: None, day: None }) => *v == whole(u64::from(*n)),
        (Kind::Number(v), Kind::Date { year: None, month: Some(n), day: None }) => *v == whole(u64::from(*n)),
        (Kind::Number(v), Kind::Date { year: None, month: None, day: Some(n) }) => *v == whole(u64::from(*n)),
        (Kind::Ordinal(m), Kind::Date { year: None, day: Some(n), month: None }) => *m == u64::from(*n),
        (Kind::Number(v), Kind::Decade(n)) => v.as_u64().is_some_and(|v| same_decade(v, u64::from(*n))),
        (Kind::Decade(m), Kind::Decade(n)) => same_decade(u64::from(*m), u64::from(*n)),
        (Kind::Decade(m), Kind::Date { year: Some(n), month: None, day: None }) => m == n,
        (Kind::Number(v), Kind::Time { hour, minute: 0 }) => {
            v.as_u64().is_some_and(|v| v <= 24 && v % 12 == u64::from(*hour) % 12)
        }
        (Kind::Time { hour: a, minute: m }, Kind::Time { hour: b, minute: n }) => a % 12 == b % 12 && m == n,
        (Kind::Money { value: v, currency: "XXX" }, Kind::Money { value: w, .. }) => v == w,
        (Kind::Number(v) | Kind::Multiple(v), Kind::Multiple(w)) => {
            let next = |v: &Value| v.plus(whole(1));
            v == w || next(v) == Some(*w) || next(w) == Some(*v)
        }
        // Doubled is twice, and is 100% more.
        (Kind::Multiple(v), Kind::Percent(p)) => {
            v.shifted(2) == *p || p.plus(whole(100)) == Some(v.shifted(2))
        }
        (Kind::Number(v), Kind::Percent(p)) => v.shifted(2) == *p && v.order(whole(1)).is_lt(),
        (Kind::Name(name), Kind::Number(v)) => name_number(name) == Some(*v),
        (Kind::Name(name), Kind::Ordinal(n)) => name_number(name) == Some(whole(*n)),
        (Kind::Date { year: y, month: m, day: d }, Kind::Date { year: y2, month: m2, day: d2 }) => {
            let apart = matches!((y, y2), (Some(a), Some(b)) if a != b)
                || matches!((m, m2), (Some(a), Some(b)) if a != b)
                || matches!((d, d2), (Some(a), Some(b)) if a != b);
            let shared = (y.is_some() && y2.is_some())
                || (m.is_some() && m2.is_some())
                || (d.is_some() && d2.is_some());
            // A whole day and only its year are not the same statement; a day without its year is.
            !apart && shared && (d.is_some() == d2.is_some() || y.is_none() || y2.is_none())
        }
        _ => false,
    }
}

fn same_decade(a: u64, b: u64) -> bool {
    a == b || ((a < 100 || b < 100) && a % 100 == b % 100)
}

/// The last resort before a discord: units that were converted, and a day that stands alone.
fn nearly(a: &Quantity, b: &Quantity) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Measure { value: v, base: m }, Kind::Measure { value: w, base: n }) => {
            m == n
                && a.bare != b.bare
                && v.distance(*w) < 0.0087
                && !a.bare.zip(b.bare).is_some_and(|(x, y)| x.distance(y) < 0.0087)
        }
        (Kind::Number(v), Kind::Date { day: Some(d), .. })
        | (Kind::Date { day: Some(d), .. }, Kind::Number(v)) => *v == Value::whole(u64::from(*d)),
        // The mid-2010s, and around 2015; the 2000s, and the first years of the century.
        (Kind::Decade(d), Kind::Date { year: Some(y), .. })
        | (Kind::Date { year: Some(y), .. }, Kind::Decade(d)) => *d >= 100 && y / 10 == d / 10,
        (Kind::Decade(d), Kind::Century(c)) | (Kind::Century(c), Kind::Decade(d)) => {
            d.is_multiple_of(100) && d / 100 + 1 == u16::from(*c)
        }
        _ => a.vague && b.vague,
    }
}

/// Whether a number or date is said in a whole date on the other side: the year of a day.
fn part_of(part: &Quantity, whole: &Quantity) -> bool {
    let Kind::Date { year, month, day } = &whole.kind else { return false };
    match &part.kind {
        Kind::Number(v) => year.is_some_and(|y| *v == Value::whole(u64::from(y))),
        Kind::Date { year: y, month: m, day: d } => {
            (y.is_none() || y == year) && (m.is_none() || m == month) && (d.is_none() || d == day)
        }
        _ => false,
    }
}

fn name_number(name: &str) -> Option<Value> {
    let at = name.find(|c: char| c.is_ascii_digit())?;
    let digits: String = name[at..].chars().take_while(char::is_ascii_digit).collect();
    let zeros =
        name[at + digits.len()..].trim_start_matches('.').chars().all(|c| c == '0' || !c.is_ascii_digit());
    digits.parse().ok().filter(|_| zeros).map(Value::whole)
}

/// Tells whether two quantities that found no counterpart belong together (the less, the rather), and what
/// differs then.
fn likeness(a: &Quantity, b: &Quantity) -> Option<(f64, Difference)> {
    use Difference as D;
    if let (Kind::Name(x), Kind::Name(y)) = (&a.kind, &b.kind) {
        let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
        // 2.0.1 and 2.1 are versions of nobody knows what; 73/27 is the number of a resolution.
        let telling = letters(x).chars().any(|c| c.is_alphabetic() || c == '/');
        let alike = letters(x) == letters(y) && x != y && telling;
        return alike.then_some((1.0, D::Name));
    }
    if let (Kind::Date { .. }, Kind::Date { .. }) = (&a.kind, &b.kind) {
        return Some((2.0, D::Date));
    }
    if let (Kind::Time { .. }, Kind::Time { .. }) = (&a.kind, &b.kind) {
        return Some((2.0, D::Time));
    }
    if matches!(a.kind, Kind::Name(_)) || matches!(b.kind, Kind::Name(_)) {
        return None;
    }
    let (x, y) = (size(a)?, size(b)?);
    if !loud(a) && !loud(b) {
        let both =
            small_word(a) && small_word(b) && (is_slip(a, b) || whole(a).is_some() && whole(b).is_some());
        let same_kind = std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind);
        return (both && same_kind).then(|| (20.0 + x.distance(y), D::Value));
    }
    let rate = |k: &Kind| matches!(k, Kind::Percent(_) | Kind::PercentagePoints(_));
    let same_kind = std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind);
    if a.bare.is_some() && a.bare == b.bare {
        let difference = match (&a.kind, &b.kind) {
            _ if rate(&a.kind) || rate(&b.kind) => D::Percent,
            (Kind::Money { .. }, Kind::Money { .. }) => D::Currency,
            (Kind::Money { .. } | Kind::Measure { .. }, _)
            | (_, Kind::Money { .. } | Kind::Measure { .. }) => D::Unit,
            (Kind::Date { .. }, _) | (_, Kind::Date { .. }) => D::Date,
            _ => D::Value,
        };
        return Some((0.0, difference));
    }
    let date = matches!(a.kind, Kind::Date { .. }) || matches!(b.kind, Kind::Date { .. });
    let kinds = if same_kind { 0.0 } else { 3.0 };
    // A word that is read leniently is a poor counterpart of digits.
    let quiet = if loud(a) && loud(b) { 0.0 } else { 6.0 };
    let counts = |k: &Kind| matches!(k, Kind::Number(_) | Kind::Ordinal(_));
    if quiet > 0.0
        && !((same_kind || counts(&a.kind) && counts(&b.kind))
            && x != Value::whole(1)
            && y != Value::whole(1))
    {
        return None;
    }
    if x.same_digits(y) {
        let difference = if date { D::Date } else { D::Scale };
        return Some((1.0 + kinds + quiet, difference));
    }
    let difference = if date { D::Date } else { D::Value };
    if !x.is_zero() && sorted(x.digits()) == sorted(y.digits()) {
        return Some((2.0 + kinds + quiet, difference));
    }
    let distance = x.distance(y);
    if !same_kind && distance > 2.0 {
        return None;
    }
    Some((3.0 + kinds + quiet + distance.min(8.0), difference))
}

fn sorted(digits: u128) -> Vec<u8> {
    let mut digits = digits.to_string().into_bytes();
    digits.sort_unstable();
    digits
}

/// The one number by which a quantity can be laid beside another.
fn size(quantity: &Quantity) -> Option<Value> {
    Some(match &quantity.kind {
        Kind::Number(v) | Kind::Percent(v) | Kind::PercentagePoints(v) | Kind::Multiple(v) => *v,
        Kind::Money { value, .. } => *value,
        Kind::Measure { .. } => quantity.bare?,
        Kind::Ordinal(n) => Value::whole(*n),
        Kind::Date { year, month, day } => {
            let part = year.map(u64::from).or(day.map(u64::from)).or(month.map(u64::from))?;
            Value::whole(part)
        }
        Kind::Decade(n) => Value::whole(u64::from(*n)),
        Kind::Century(n) => Value::whole(u64::from(*n)),
        Kind::Time { hour, .. } => Value::whole(u64::from(*hour)),
        Kind::Name(_) => return None,
    })
}
