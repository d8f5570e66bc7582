//! Which plural form a number takes: the `Plural-Forms` of a header, a formula as in C.

/// How deep parentheses and operators may stand in one another.
const DEEPEST: u32 = 40;
/// The longest formula that is read. That of Arabic has 90 characters.
const LONGEST: usize = 1_000;

/// What a header says of plural forms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plurals {
    /// How many there are.
    pub forms: Option<u32>,
    /// The one for a single thing.
    pub singular: Option<u32>,
}

impl Plurals {
    /// Reads `nplurals=2; plural=(n != 1);`.
    pub fn read(said: &str) -> Self {
        let value = |name: &str| {
            let mut parts = said.split(';').filter_map(|part| part.split_once('='));
            parts.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
        };
        let forms = value("nplurals").and_then(|forms| forms.parse().ok());
        let formula = value("plural").filter(|formula| formula.len() <= LONGEST);
        let singular =
            formula.and_then(|formula| evaluate(formula, 1)).and_then(|form| u32::try_from(form).ok());
        Self { forms, singular }
    }

    /// Tells whether a form goes with the msgid; every other goes with the msgid_plural.
    pub fn is_singular(&self, form: u32, of: usize) -> bool {
        let forms = self.forms.unwrap_or(u32::try_from(of).unwrap_or(u32::MAX));
        // What has one form for all numbers says it of many things nearly always.
        forms > 1 && form == self.singular.unwrap_or(0)
    }
}

/// Computes a formula for a number.
fn evaluate(formula: &str, n: u64) -> Option<u64> {
    let signs: Vec<u8> = formula.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let mut reading = Reading { rest: &signs, n };
    let value = reading.choice(0)?;
    reading.rest.is_empty().then_some(value)
}

struct Reading<'f> {
    rest: &'f [u8],
    n: u64,
}

/// The operators of two sides, those that bind least first.
const LEVELS: &[&[&str]] =
    &[&["||"], &["&&"], &["==", "!="], &["<=", ">=", "<", ">"], &["+", "-"], &["*", "/", "%"]];

impl Reading<'_> {
    fn choice(&mut self, depth: u32) -> Option<u64> {
        if depth > DEEPEST {
            return None;
        }
        let asked = self.level(0, depth)?;
        if !self.take("?") {
            return Some(asked);
        }
        let then = self.choice(depth + 1)?;
        if !self.take(":") {
            return None;
        }
        let otherwise = self.choice(depth + 1)?;
        Some(if asked != 0 { then } else { otherwise })
    }

    fn level(&mut self, level: usize, depth: u32) -> Option<u64> {
        let Some(operators) = LEVELS.get(level) else { return self.operand(depth) };
        let mut left = self.level(level + 1, depth)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.level(level + 1, depth)?;
            left = match *operator {
                "||" => u64::from(left != 0 || right != 0),
                "&&" => u64::from(left != 0 && right != 0),
                "==" => u64::from(left == right),
                "!=" => u64::from(left != right),
                "<=" => u64::from(left <= right),
                ">=" => u64::from(left >= right),
                "<" => u64::from(left < right),
                ">" => u64::from(left > right),
                "+" => left.wrapping_add(right),
                "-" => left.wrapping_sub(right),
                "*" => left.wrapping_mul(right),
                "/" => left.checked_div(right)?,
                _ => left.checked_rem(right)?,
            };
        }
        Some(left)
    }

    fn operand(&mut self, depth: u32) -> Option<u64> {
        if depth > DEEPEST {
            return None;
        }
        if self.take("!") {
            return Some(u64::from(self.operand(depth + 1)? == 0));
        }
        if self.take("n") {
            return Some(self.n);
        }
        if self.take("(") {
            let value = self.choice(depth + 1)?;
            return self.take(")").then_some(value);
        }
        let digits = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }

    fn take(&mut self, sign: &str) -> bool {
        let taken = self.rest.strip_prefix(sign.as_bytes());
        self.rest = taken.unwrap_or(self.rest);
        taken.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_says_which_form_is_of_one_thing() {
        // (what the header says, forms, singular)
        let rows = [
            ("nplurals=2; plural=(n != 1);", Some(2), Some(0)),
            ("nplurals=2; plural=n>1;", Some(2), Some(0)),
            ("nplurals=1; plural=0;", Some(1), Some(0)),
            (
                "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
                Some(3),
                Some(0),
            ),
            (
                "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;",
                Some(6),
                Some(1),
            ),
            (
                "nplurals=4; plural=(n%100==1 ? 1 : n%100==2 ? 2 : n%100==3 || n%100==4 ? 3 : 0);",
                Some(4),
                Some(1),
            ),
            ("nplurals=2; plural=!(n==1);", Some(2), Some(0)),
            ("nplurals=INTEGER; plural=EXPRESSION;", None, None),
            ("nplurals=2; plural=n/0;", Some(2), None),
            ("nplurals=2; plural=(n;", Some(2), None),
            ("", None, None),
        ];
        for (said, forms, singular) in rows {
            assert_eq!(Plurals::read(said), Plurals { forms, singular }, "{said}");
        }
        let deep = format!("nplurals=2; plural={}n{};", "(".repeat(400), ")".repeat(400));
        assert_eq!(Plurals::read(&deep).singular, None);
    }

    #[test]
    fn the_form_of_one_thing_goes_with_the_msgid() {
        let of = |said: &str, forms: u32| -> Vec<bool> {
            (0..forms).map(|form| Plurals::read(said).is_singular(form, forms as usize)).collect()
        };
        assert_eq!(of("nplurals=2; plural=(n != 1);", 2), [true, false]);
        assert_eq!(of("nplurals=1; plural=0;", 1), [false]);
        assert_eq!(of("", 1), [false]);
        assert_eq!(of("", 2), [true, false]);
    }
}
