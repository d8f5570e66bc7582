//! Reads quantities from the pieces of a text.

mod han;
mod words;

use super::scan::{Digits, Lexicon, Piece, Pieces, Role, Token, Word};
use super::tables::{CODES, HAN_SENSES, SIGNS, SYMBOLS, Sense, han_scale};
use super::value::Value;
use super::{Kind, Quantity, Written};
use crate::text::fold;

/// Reads what is in the pieces, in order.
pub(super) fn read(lexicon: &Lexicon, text: &str, pieces: &Pieces) -> Vec<Quantity> {
    let mut reader =
        Reader { text, lexicon, tokens: &pieces.tokens, digits: &pieces.digits, out: Vec::new(), last: None };
    let mut at = 0;
    while at < reader.tokens.len() {
        let next = match reader.tokens[at].piece {
            Piece::Digits(_) => reader.at_digits(at),
            Piece::Word(word) => reader.at_word(at, word),
            Piece::Han(c) => reader.at_han(at, c),
            Piece::Sign(c) => reader.at_sign(at, c),
        };
        at = next.max(at + 1);
    }
    reader.out
}

struct Reader<'t> {
    text: &'t str,
    lexicon: &'t Lexicon,
    tokens: &'t [Token],
    digits: &'t [Digits],
    out: Vec<Quantity>,
    /// Behind which piece the last quantity ended, if it may be the first half of a range.
    last: Option<usize>,
}

/// A number, before it is known what it counts.
#[derive(Debug, Clone, Copy)]
struct Amount {
    /// The first piece and the one behind the last.
    from: usize,
    next: usize,
    value: Value,
    other: Option<Value>,
    /// The power of ten that words gave to it.
    scale: i32,
    /// The last power of ten, also of a number in words.
    top: i32,
    written: Written,
    vague: bool,
    ordinal: bool,
    /// Digits without points: may be a year, a day, an hour.
    plain: bool,
    /// How many digits or Han numerals.
    len: u8,
}

impl Amount {
    fn small(&self, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        self.value.as_u64().filter(|n| range.contains(n))
    }

    fn year(&self) -> Option<u16> {
        let fits = self.plain && self.len == 4 && self.scale == 0;
        self.small(1000..=2999).filter(|_| fits).and_then(|n| u16::try_from(n).ok())
    }
}

impl<'t> Reader<'t> {
    // What stands at a place.

    fn sign(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.piece {
            Piece::Sign(c) => Some(c),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<Word> {
        match self.tokens.get(at)?.piece {
            Piece::Word(word) => Some(word),
            _ => None,
        }
    }

    fn han(&self, at: usize) -> Option<char> {
        match self.tokens.get(at)?.piece {
            Piece::Han(c) => Some(c),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<Digits> {
        match self.tokens.get(at)?.piece {
            Piece::Digits(n) => self.digits.get(n as usize).copied(),
            _ => None,
        }
    }

    fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.glued)
    }

    fn slice(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |t| &self.text[t.from..t.to])
    }

    fn is_han_text(&self, at: usize, wanted: &str) -> bool {
        wanted.chars().enumerate().all(|(n, c)| self.han(at + n) == Some(c))
    }

    fn han_before(&self, at: usize, wanted: &str) -> bool {
        let len = wanted.chars().count();
        at >= len && self.is_han_text(at - len, wanted)
    }

    /// Whether a glued sign out of a list stands between two pieces.
    fn between(&self, at: usize, signs: &str) -> bool {
        self.sign(at).is_some_and(|c| signs.contains(c)) && self.glued(at) && self.glued(at + 1)
    }

    // Giving quantities.

    fn give(&mut self, amount: &Amount, next: usize, kind: Kind) -> usize {
        let from = self.tokens[amount.from].from;
        let to = self.tokens[next.max(amount.from + 1) - 1].to;
        let mut also = Vec::new();
        if let Some(other) = amount.other {
            also.extend(with_value(&kind, amount.value, other));
        }
        let quantity = Quantity {
            range: from..to,
            kind,
            also,
            bare: (!amount.ordinal).then_some(amount.value),
            written: amount.written,
            vague: amount.vague,
            bracketed: self.tokens[amount.from].bracketed,
        };
        self.range_with(amount, &quantity);
        self.out.push(quantity);
        self.last = Some(next);
        next
    }

    /// Lets the first half of a range share what stands only at the second: *5 to 7 million*, *2021–25*.
    fn range_with(&mut self, second: &Amount, quantity: &Quantity) {
        let Some(end) = self.last else { return };
        if second.from != end + 1 || self.out.is_empty() {
            return;
        }
        let dash = self.sign(end).is_some_and(|c| "-–—~～〜−‑‐".contains(c));
        let joint = dash
            || self.sign(end).is_some_and(|c| ",、，".contains(c))
            || self.word(end).is_some_and(|w| w.to)
            || self.han(end).is_some_and(|c| "至到和或与".contains(c));
        let Some(first) = self.out.last_mut() else { return };
        let (Kind::Number(value), true) = (&first.kind, joint) else { return };
        let value = *value;
        if first.bare != Some(value) {
            return;
        }
        if let Kind::Date { year, month: Some(month), day: Some(_) } = quantity.kind {
            if let Some(day) = value.as_u64().filter(|d| (1..=31).contains(d)) {
                first.also.push(Kind::Date { year, month: Some(month), day: Some(day as u8) });
            }
            return;
        }
        let scaled = value.shifted(second.scale);
        if second.scale != 0 && second.written != Written::Words {
            first.also.push(Kind::Number(scaled));
        }
        match &quantity.kind {
            Kind::Number(_) => {}
            kind => first.also.extend(with_value(kind, second.value, scaled)),
        }
    }

    fn name(&mut self, from: usize, next: usize) -> usize {
        let range = self.tokens[from].from..self.tokens[next - 1].to;
        let kind = Kind::Name(bare_name(&self.text[range.clone()]));
        let bracketed = self.tokens[from].bracketed;
        self.out.push(Quantity {
            range,
            kind,
            also: Vec::new(),
            bare: None,
            written: Written::Digits,
            vague: false,
            bracketed,
        });
        self.last = None;
        next
    }

    // Digits.

    fn at_digits(&mut self, at: usize) -> usize {
        let Some(first) = self.number(at) else { return at + 1 };
        if let Some(next) = self.numeric_date(at, &first) {
            return next;
        }
        let Some(value) = first.value else { return self.name(at, at + 1) };
        if let Some(next) = self.clock(at, &first) {
            return next;
        }
        if self.between(at + 1, "/")
            && let Some(second) = self.number(at + 2)
            && first.plain
            && second.plain
            && let (Some(a), Some(b)) = (value.as_u64(), second.value.and_then(Value::as_u64))
        {
            let ratio = Value::fraction(a, b).filter(|_| a < b && b <= 100);
            let Some(ratio) = ratio else {
                // 2023/24 and 24/7: what stands before and after is compared as it is.
                return self.name(at, at + 3);
            };
            let amount = Amount { value: ratio, ..self.amount(at, at + 3, ratio) };
            let next = self.give(&amount, at + 3, Kind::Number(ratio));
            self.last = None;
            let day_month =
                [(a, b), (b, a)].into_iter().filter(|(m, d)| (1..=12).contains(m) && (1..=31).contains(d));
            let also =
                day_month.map(|(m, d)| Kind::Date { year: None, month: Some(m as u8), day: Some(d as u8) });
            if let Some(quantity) = self.out.last_mut() {
                quantity.also.extend(also);
                quantity.also.push(Kind::Name(format!("{a}/{b}")));
            }
            return next;
        }
        let amount = self.digits_amount(at, &first, value);
        let next = self.tail(amount);
        if first.count == 2
            && let Some(quantity) = self.out.last_mut()
            && quantity.kind == Kind::Number(value)
            && matches!(self.lexicon.code, "zh" | "ja" | "de" | "ru")
        {
            let [a, b, _] = first.parts;
            let (month, day) = if self.lexicon.han { (a, b) } else { (b, a) };
            if (1..=12).contains(&month) && (1..=31).contains(&day) {
                quantity.also.push(Kind::Date { year: None, month: Some(month as u8), day: Some(day as u8) });
            }
        }
        next
    }

    fn amount(&self, from: usize, next: usize, value: Value) -> Amount {
        Amount {
            from,
            next,
            value,
            other: None,
            scale: 0,
            top: 0,
            written: Written::Digits,
            vague: false,
            ordinal: false,
            plain: false,
            len: 0,
        }
    }

    /// `2023-11-08`, `2023/11/8`, `08.11.2023`, `8/11/2023`.
    fn numeric_date(&mut self, at: usize, first: &Digits) -> Option<usize> {
        let (parts, next) = if first.count == 3 {
            (first.parts, at + 1)
        } else {
            let sign = self.sign(at + 1).filter(|c| "-/‑–".contains(*c))?;
            let signs = sign.to_string();
            if !first.plain || !self.between(at + 1, &signs) || !self.between(at + 3, &signs) {
                return None;
            }
            let (second, third) = (self.number(at + 2)?, self.number(at + 4)?);
            let part = |d: &Digits| {
                d.value.filter(|_| d.plain).and_then(Value::as_u64).map(|n| n.min(99_999) as u32)
            };
            ([part(first)?, part(&second)?, part(&third)?], at + 5)
        };
        let date = |y: u32, m: u32, d: u32| {
            let fits = (1000..=2999).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d);
            fits.then_some(Kind::Date { year: Some(y as u16), month: Some(m as u8), day: Some(d as u8) })
        };
        let [a, b, c] = parts;
        let readings = if a >= 1000 {
            [date(a, b, c), None]
        } else if first.count != 3 && self.lexicon.code == "en" {
            [date(c, a, b), date(c, b, a)]
        } else {
            [date(c, b, a), date(c, a, b)]
        };
        let mut readings = readings.into_iter().flatten();
        let kind = readings.next()?;
        let amount = Amount { ordinal: true, ..self.amount(at, next, Value::whole(0)) };
        self.give(&amount, next, kind);
        if let Some(quantity) = self.out.last_mut() {
            quantity.also.extend(readings.filter(|r| *r != quantity.kind));
        }
        self.last = None;
        Some(next)
    }

    /// `14:30`, `2:30 p.m.`, `14 h 30`, `下午2时30分`.
    fn clock(&mut self, at: usize, first: &Digits) -> Option<usize> {
        // 2.30 p.m.
        if first.count == 2
            && (1..=12).contains(&first.parts[0])
            && first.parts[1] < 60
            && self.slice(at).len() >= 4
            && let Some((sense @ (Sense::Afternoon | Sense::Forenoon), next)) = self.sense(at + 1)
        {
            let hour = half_day(u64::from(first.parts[0]), sense == Sense::Afternoon);
            let amount = Amount { ordinal: true, ..self.amount(at, next, Value::whole(hour)) };
            self.give(&amount, next, Kind::Time { hour: hour as u8, minute: first.parts[1] as u8 });
            self.last = None;
            return Some(next);
        }
        // 14.30 h
        if first.count == 2
            && first.parts[0] <= 24
            && first.parts[1] < 60
            && matches!(self.slice(at + 1), "h" | "H" | "hs" | "ч" | "Uhr" | "horas")
            && self.slice(at).len() >= 4
            && self.slice(at).as_bytes()[self.slice(at).len() - 3] == b'.'
        {
            let hour = u64::from(first.parts[0]);
            let amount = Amount { ordinal: true, ..self.amount(at, at + 2, Value::whole(hour)) };
            self.give(&amount, at + 2, Kind::Time { hour: hour as u8, minute: first.parts[1] as u8 });
            self.last = None;
            return Some(at + 2);
        }
        let hour = first.value?.as_u64().filter(|&h| h <= 24 && first.plain && first.len <= 2)?;
        let minute = |at: usize| {
            let number = self.number(at)?;
            number.value?.as_u64().filter(|&m| m < 60 && number.plain && number.len == 2)
        };
        let letter = matches!(self.slice(at + 1), "h" | "H" | "ч" | "Uhr");
        let mut next;
        let minutes;
        if self.between(at + 1, ":：") && minute(at + 2).is_some() {
            minutes = minute(at + 2)?;
            next = at + 3;
            if self.between(next, ":：") && minute(next + 1).is_some() {
                next += 2;
            }
        } else if letter {
            minutes = minute(at + 2).unwrap_or(0);
            next = if minute(at + 2).is_some() { at + 3 } else { at + 2 };
            if matches!(self.slice(next), "мин" | "min") {
                next += 1;
            }
        } else if let Some('时' | '点') = self.han(at + 1)
            && !(self.han(at + 1) == Some('点')
                && self.number(at + 2).is_none()
                && self.part_of_day(at).is_none())
        {
            let known = self.number(at + 2).filter(|_| self.han(at + 3) == Some('分'));
            minutes = known.and_then(|d| d.value?.as_u64()).filter(|&m| m < 60).unwrap_or(0);
            next = if known.is_some() { at + 4 } else { at + 2 };
            if known.is_none() && self.part_of_day(at).is_none() {
                return None;
            }
        } else {
            return None;
        }
        let mut hour = hour;
        if let Some((Sense::Afternoon | Sense::Forenoon, _)) = self.sense(next) {
            let (sense, after) = self.sense(next)?;
            hour = half_day(hour, sense == Sense::Afternoon);
            next = after;
        } else if let Some(late) = self.part_of_day(at) {
            hour = half_day(hour, late);
        }
        let amount = Amount { ordinal: true, ..self.amount(at, next, Value::whole(hour)) };
        self.give(&amount, next, Kind::Time { hour: hour as u8, minute: minutes as u8 });
        self.last = None;
        Some(next)
    }

    /// Tells whether Chinese says before a time that it is late in the day.
    fn part_of_day(&self, at: usize) -> Option<bool> {
        if ["下午", "晚上", "傍晚", "午后", "夜里"].iter().any(|p| self.han_before(at, p)) {
            return Some(true);
        }
        ["上午", "凌晨", "早上", "清晨", "早晨"].iter().any(|p| self.han_before(at, p)).then_some(false)
    }

    /// Takes the words of scale behind digits: *35.8 trillion*, *1亿2000万*.
    fn digits_amount(&self, at: usize, digits: &Digits, value: Value) -> Amount {
        let mut amount = Amount {
            other: digits.other,
            plain: digits.plain,
            len: digits.len,
            ..self.amount(at, at + 1, value)
        };
        // 2½
        if let Some(half) = self.number(at + 1)
            && self.glued(at + 1)
            && digits.plain
            && let Some(sum) = half.value.and_then(|h| h.plus(value))
        {
            amount.value = sum;
            amount.next += 1;
        }
        self.scales(&mut amount);
        // 1 млрд 200 млн: the second part must be smaller than the unit of the first.
        while amount.scale > 0 && amount.written == Written::Mixed {
            let joint = usize::from(self.slice(amount.next) == "و");
            let Some(value) = self.number(amount.next + joint).and_then(|more| more.value) else { break };
            let place = amount.next + joint;
            let mut part = Amount { other: None, ..self.amount(place, place + 1, value) };
            self.scales(&mut part);
            let (Some(sum), Some(total)) = (part.value.plus(amount.value), Some(part.scale)) else { break };
            let limit = Value::decimal(1, amount.scale);
            let fits = total < amount.scale && part.value.order(limit).is_lt();
            if !fits || (total == 0 && !self.lexicon.han) || (total == 0 && !self.glued(part.from)) {
                break;
            }
            amount = Amount { value: sum, next: part.next, scale: total, other: None, ..amount };
            if total == 0 {
                break;
            }
        }
        amount
    }

    fn scales(&self, amount: &mut Amount) {
        loop {
            let at = amount.next;
            if let Some(c) = self.han(at) {
                if "多余来几".contains(c)
                    && (amount.scale == 0 || self.han(at + 1).and_then(han_scale).is_some())
                {
                    let more = self.han(at + 1).and_then(han_scale).is_some_and(|p| p >= 4);
                    if more || self.sense(at + 1).is_some() || c != '来' {
                        amount.next += 1;
                        continue;
                    }
                    break;
                }
                let Some(power) = han_scale(c) else { break };
                if self.unit_begins(at) {
                    break;
                }
                self.scale_by(amount, power, at + 1);
                continue;
            }
            let hyphen = usize::from(self.between(at, "-‑"));
            let Some(word) = self.word(at + hyphen) else { break };
            // 5 M€, 5 Md€
            let power = match self.slice(at) {
                "k" | "K" => 3,
                "M" => 6,
                "Md" | "Mds" | "Mrd" => 9,
                _ => 0,
            };
            if power > 0
                && amount.scale == 0
                && self.glued(at + 1)
                && self.sign(at + 1).is_some_and(|c| "€$".contains(c))
            {
                self.scale_by(amount, power, at + 1);
                break;
            }
            let Some(Role::Scale(power, _)) = word.role else { break };
            let text = self.slice(at + hyphen);
            if (text == "k" && !self.glued(at))
                || (text == "mm" && amount.scale == 0)
                || text == "md" && amount.scale != 0
            {
                break;
            }
            self.scale_by(amount, power, at + hyphen + 1);
            // тыс. км
            if text.chars().count() <= 4
                && self.sign(amount.next) == Some('.')
                && self.glued(amount.next)
                && self.word(amount.next + 1).is_some()
                && (!self.slice(amount.next + 1).starts_with(char::is_uppercase)
                    || self.sense(amount.next + 1).is_some())
            {
                amount.next += 1;
            }
        }
    }

    fn scale_by(&self, amount: &mut Amount, power: u8, next: usize) {
        amount.value = amount.value.shifted(i32::from(power));
        amount.other = amount.other.map(|o| o.shifted(i32::from(power)));
        amount.scale += i32::from(power);
        amount.top = i32::from(power);
        amount.written = if amount.written == Written::Digits { Written::Mixed } else { amount.written };
        amount.next = next;
    }

    /// Whether 千 or 兆 begins a unit here and no number: 千瓦, 兆字节, and 百 in 百分点.
    fn unit_begins(&self, at: usize) -> bool {
        match self.han(at) {
            Some('千' | '兆') => self.han_sense(at).is_some(),
            Some('百') => self.is_han_text(at, "百分点") || self.is_han_text(at, "百分之"),
            _ => false,
        }
    }

    // What a number counts.

    fn tail(&mut self, mut amount: Amount) -> usize {
        self.and_a_half(&mut amount);
        let start = amount.next;
        if self.lexicon.han
            && let Some(next) = self.han_tail(&amount)
        {
            return next;
        }
        if amount.written == Written::Digits
            && !amount.ordinal
            && let Some(next) = self.suffix(&mut amount)
        {
            return next;
        }
        let mut at = amount.next;
        if let Some(next) = self.day_of_month(&amount) {
            return next;
        }
        let hyphen = usize::from(self.between(at, "-‑"));
        let stop = usize::from(self.lexicon.code == "de" && self.sign(at) == Some('.') && self.glued(at));
        let century = self.word(at + hyphen.max(stop)).is_some_and(|w| w.century);
        let before = amount.from.checked_sub(1).and_then(|b| self.word(b)).is_some_and(|w| w.century);
        if amount.scale == 0
            && (century || (before && matches!(self.lexicon.code, "ar" | "es" | "pt" | "it")))
            && let Some(n) = amount.small(1..=40)
        {
            let next = if century { at + hyphen.max(stop) + 1 } else { at };
            let counted = !amount.ordinal && amount.written == Written::Words && century;
            if !counted {
                return self.give(&amount, next, Kind::Century(n as u8));
            }
        }
        if amount.ordinal
            && let Some(n) = amount.value.as_u64()
        {
            return self.give(&amount, at, Kind::Ordinal(n));
        }
        if let Some((sense, next)) = self.sense(at) {
            if let Some(kind) = self.kind(&amount, sense) {
                at = next;
                // A billion yuan is an amount, billions of yuan are not.
                let alone =
                    |at: usize| matches!(self.word(at).and_then(|w| w.role), Some(Role::Scale(_, true)));
                let article = amount.from > 0 && matches!(self.slice(amount.from - 1), "a" | "A");
                amount.vague &= !alone(amount.from) && !article;
                let yen = matches!(kind, Kind::Money { currency: "CNY", .. })
                    && (next - amount.next) == 1
                    && self.sign(next - 1).is_some_and(|c| "¥￥".contains(c));
                self.give(&amount, at, kind);
                if yen && let Some(quantity) = self.out.last_mut() {
                    quantity.also.push(Kind::Money { value: amount.value, currency: "JPY" });
                }
                return at;
            }
        } else if amount.written == Written::Digits && self.word(start).is_some() && self.glued(start) {
            // 5G, 3D, 4K: capitals glued to digits are a name.
            let letters = self.slice(start);
            if letters.len() <= 4 && letters.starts_with(|c: char| c.is_uppercase()) && amount.len < 5 {
                return self.name(amount.from, start + 1);
            }
        }
        let one = amount.value == Value::whole(1) && amount.written == Written::Words;
        if one {
            return at;
        }
        self.give(&amount, at, Kind::Number(amount.value))
    }

    /// *un million et demi*, *un millón y medio*, مليار ونصف.
    fn and_a_half(&self, amount: &mut Amount) {
        let at = amount.next;
        let and = usize::from(self.word(at).is_some_and(|w| w.and));
        let Some(word) = self.word(at + and) else { return };
        let half =
            word.role == Some(Role::Fraction(2)) && (and == 1 || word.joined) && self.lexicon.code != "en";
        if !half || amount.top < 3 {
            return;
        }
        if let Some(sum) = amount.value.plus(Value::decimal(5, amount.top - 1)) {
            amount.value = sum;
            amount.other = None;
            amount.vague = false;
            amount.next = at + and + 1;
            let again = self.word(amount.next).and_then(|w| w.role);
            // مليار ونصف المليار
            if self.lexicon.code == "ar"
                && matches!(again, Some(Role::Scale(p, _)) if i32::from(p) == amount.top)
            {
                amount.next += 1;
            }
        }
    }

    /// What is glued to digits: *14th*, *14-й*, *1990s*, *90-е годы*, *30-процентный*.
    fn suffix(&mut self, amount: &mut Amount) -> Option<usize> {
        if amount.scale != 0 || !amount.plain {
            return None;
        }
        let at = amount.next;
        let tens =
            amount.value.as_u64().filter(|n| n.is_multiple_of(10) && (*n < 100 || (1000..3000).contains(n)));
        let apostrophe = usize::from(self.between(at, "'’"));
        if self.glued(at) && self.lexicon.code == "en" && self.slice(at + apostrophe) == "s" {
            let decade = u16::try_from(tens?).ok()?;
            return Some(self.give(amount, at + apostrophe + 1, Kind::Decade(decade)));
        }
        let dash = usize::from(self.between(at, "-‑"));
        let dot =
            usize::from(self.between(at, ".") && matches!(self.slice(at + 1), "º" | "ª" | "o" | "a" | "er"));
        let place = at + dash.max(dot);
        if self.sign(at) == Some('°')
            && self.glued(at)
            && matches!(self.lexicon.code, "es" | "it" | "pt" | "fr")
            && self.slice(at + 1) != "C"
        {
            amount.ordinal = true;
            amount.next = at + 1;
            return None;
        }
        if !self.glued(place) || self.word(place).is_none() {
            return None;
        }
        let text = self.slice(place);
        if self.lexicon.code == "ru" && dash == 1 {
            let years =
                self.word(place + 1).is_some() && self.slice(place + 1).to_lowercase().starts_with("год");
            if matches!(text, "е" | "х" | "м" | "ми" | "ые" | "ых")
                && let Some(decade) = tens
                && (decade >= 1000 || years)
            {
                return Some(self.give(amount, place + 1 + usize::from(years), Kind::Decade(decade as u16)));
            }
            if text.starts_with("процентн") {
                return Some(self.give(amount, place + 1, Kind::Percent(amount.value)));
            }
        }
        if self.lexicon.suffixes.iter().any(|s| s == text) {
            amount.ordinal = true;
            amount.next = place + 1;
        }
        None
    }

    /// *8 November 2023*, *8 de noviembre de 2023*, *8 ноября 2023 года*.
    fn day_of_month(&mut self, amount: &Amount) -> Option<usize> {
        let day = amount.small(1..=31).filter(|_| amount.scale == 0)?;
        let mut at = amount.next;
        if self.sign(at) == Some('.') && self.glued(at) && self.lexicon.code == "de" {
            at += 1;
        }
        while self.word(at).is_some_and(|w| w.of) {
            at += 1;
        }
        let (month, next) = self.month(at)?;
        if self.word(at).is_some_and(|w| w.doubtful)
            && self.lexicon.code == "en"
            && !self.slice(at).starts_with(char::is_uppercase)
        {
            return None;
        }
        let (year, next) = self.year_after(next).map_or((None, next), |(y, n)| (Some(y), n));
        let amount = Amount { ordinal: true, ..*amount };
        let kind = Kind::Date { year, month: Some(month), day: Some(day as u8) };
        Some(self.give(&amount, next, kind))
    }

    /// Reads a month name; in Arabic there may be a second name behind a slash.
    fn month(&self, at: usize) -> Option<(u8, usize)> {
        let (month, mut next) = self.month_name(at)?;
        if self.sign(next) == Some('.') && self.glued(next) && self.slice(at).chars().count() <= 5 {
            let goes_on = self.number(next + 1).is_some() || self.sign(next + 1) == Some(',');
            next += usize::from(goes_on);
        }
        if self.lexicon.code == "ar"
            && self.sign(next).is_some_and(|c| "/(".contains(c))
            && let Some((other, after)) = self.month_name(next + 1)
            && other == month
        {
            next = after + usize::from(self.sign(after) == Some(')'));
        }
        Some((month, next))
    }

    fn month_name(&self, at: usize) -> Option<(u8, usize)> {
        let month = self.word(at).filter(|w| w.month > 0)?.month;
        if month <= 12 {
            return Some((month, at + 1));
        }
        // تشرين and كانون are two months each.
        let second = matches!(self.word(at + 1)?.role?, Role::Ordinal(2));
        let month = match (month, second) {
            (13, false) => 10,
            (13, true) => 11,
            (_, false) => 12,
            (_, true) => 1,
        };
        Some((month, at + 2))
    }

    fn year_after(&self, mut at: usize) -> Option<(u16, usize)> {
        for _ in 0..3 {
            let comma = self.sign(at).is_some_and(|c| ",،".contains(c));
            let word = self.word(at).is_some_and(|w| w.of)
                || matches!(self.slice(at), "año" | "عام" | "سنة" | "لعام" | "year");
            if !comma && !word {
                break;
            }
            at += 1;
        }
        let number = self.number(at).filter(|d| d.plain && d.len == 4)?;
        let year = number.value?.as_u64().filter(|y| (1000..=2999).contains(y))?;
        let mut next = at + 1;
        if matches!(self.sense(next), Some((Sense::Year, _))) {
            next = self.sense(next)?.1;
            if self.sign(next) == Some('.') && self.glued(next) && self.slice(next - 1).chars().count() <= 2 {
                next += 1;
            }
        }
        Some((year as u16, next))
    }

    fn kind(&self, amount: &Amount, sense: Sense) -> Option<Kind> {
        let value = amount.value;
        Some(match sense {
            Sense::Percent => Kind::Percent(value),
            Sense::Points => Kind::PercentagePoints(value),
            Sense::Money(currency) => {
                Kind::Money { value, currency: self.named_before(amount).unwrap_or(currency) }
            }
            Sense::Measure(base, n, d, power) => {
                let factor = Value::fraction(u64::from(n), u64::from(d))?.shifted(i32::from(power));
                Kind::Measure { value: value.times(factor)?, base }
            }
            Sense::Multiple => Kind::Multiple(value),
            Sense::Decade => Kind::Decade(amount.small(0..=2990)? as u16),
            Sense::Century => Kind::Century(amount.small(1..=40)? as u8),
            Sense::Year => Kind::Date { year: Some(amount.year()?), month: None, day: None },
            Sense::Afternoon | Sense::Forenoon => {
                let hour = half_day(amount.small(1..=12)?, sense == Sense::Afternoon);
                Kind::Time { hour: hour as u8, minute: 0 }
            }
            Sense::Hour => return None,
        })
    }

    /// 港币5亿元 are Hong Kong dollars.
    fn named_before(&self, amount: &Amount) -> Option<&'static str> {
        let at = amount.from;
        [("港币", "HKD"), ("新台币", "TWD"), ("台币", "TWD"), ("美金", "USD")]
            .into_iter()
            .find(|(name, _)| self.han_before(at, name))
            .map(|(_, code)| code)
    }

    /// Reads what stands behind a number: a sign, a unit, a phrase.
    fn sense(&self, at: usize) -> Option<(Sense, usize)> {
        match self.tokens.get(at)?.piece {
            Piece::Sign('%' | '％' | '٪' | '﹪') => return Some((Sense::Percent, at + 1)),
            Piece::Sign('℃') => return Some((Sense::Measure(super::Base::Celsius, 1, 1, 0), at + 1)),
            Piece::Sign('°' | 'º') if self.slice(at + 1) == "C" => {
                return Some((Sense::Measure(super::Base::Celsius, 1, 1, 0), at + 2));
            }
            Piece::Sign(c) => {
                // A sign before the next number belongs to that one.
                if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == c) {
                    let before_next = self.number(at + 1).is_some() && self.glued(at + 1);
                    return (!before_next).then_some((Sense::Money(code), at + 1));
                }
                if (c == '-' || c == '‑')
                    && self.glued(at)
                    && self.glued(at + 1)
                    && self.word(at + 1).is_some()
                {
                    return self.sense_of_words(at + 1);
                }
                return None;
            }
            Piece::Han(_) => return self.han_sense(at),
            Piece::Digits(_) => return None,
            Piece::Word(_) => {}
        }
        if let Some(found) = self.sense_of_words(at) {
            return Some(found);
        }
        if self.word(at).is_some_and(|w| w.of) {
            let mut next = at + 1;
            if self.sign(next).is_some_and(|c| "'’".contains(c)) {
                next += 1;
            }
            let (sense, end) = self.sense_of_words(next)?;
            return matches!(sense, Sense::Money(_) | Sense::Measure(..)).then_some((sense, end));
        }
        // An adjective may stand before dollars, and then we do not know whose they are.
        let (sense, end) = self.word(at + 1).and_then(|_| self.sense_of_words(at + 1))?;
        let plain = self.word(at).is_some_and(|w| w == Word::default()) && self.slice(at).len() > 2;
        (plain && !self.lexicon.han && sense == Sense::Money("USD")).then_some((Sense::Money("XXX"), end))
    }

    fn sense_of_words(&self, at: usize) -> Option<(Sense, usize)> {
        self.word(at)?;
        let text = self.slice(at);
        if self.sign(at + 1) == Some('/') && self.glued(at + 1) && self.glued(at + 2) {
            let (from, to) = (self.tokens[at].from, self.tokens.get(at + 2)?.to);
            if let Some((_, sense)) = SYMBOLS.iter().find(|(s, _)| *s == &self.text[from..to]) {
                return Some((*sense, at + 3));
            }
        }
        let mut key = String::new();
        let mut best = None;
        let mut next = at;
        for _ in 0..4 {
            let Some(_) = self.word(next) else { break };
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(&fold(self.slice(next)));
            next += 1;
            if let Some(sense) = self.lexicon.phrases.get(key.as_str()) {
                best = Some((*sense, next));
            }
            // п. п., p.m., долл. США, kilowatt-hours
            if self.sign(next).is_some_and(|c| ".-‑'’".contains(c))
                && self.glued(next)
                && self.word(next + 1).is_some()
            {
                next += 1;
            }
        }
        if let Some((sense, mut next)) = best {
            if matches!(sense, Sense::Afternoon | Sense::Forenoon | Sense::Points)
                && self.sign(next) == Some('.')
                && self.glued(next)
                && self.slice(next - 1).chars().count() == 1
            {
                next += 1;
            }
            return Some((sense, next));
        }
        if text.len() <= 8
            && let Some((_, sense)) = SYMBOLS.iter().find(|(s, _)| *s == text)
        {
            return Some((*sense, at + 1));
        }
        CODES
            .iter()
            .find(|(s, _)| text.len() == 3 && *s == text)
            .map(|(_, code)| (Sense::Money(code), at + 1))
    }

    fn han_sense(&self, at: usize) -> Option<(Sense, usize)> {
        let fits = HAN_SENSES.iter().filter(|(unit, _)| self.is_han_text(at, unit));
        let (unit, sense) = fits.max_by_key(|(unit, _)| unit.len())?;
        // 克服, 元首, 升级, 米兰: a unit is not the beginning of a word.
        let next = at + unit.chars().count();
        let follows = self.han(next);
        let word = matches!(
            (*unit, follows),
            ("克", Some('服' | '隆' | '里' | '制'))
                | ("元", Some('首' | '素' | '宵' | '旦' | '年' | '老'))
                | ("升", Some('级' | '至' | '到' | '高' | '幅' | '值'))
                | ("米", Some('兰' | '饭'))
                | ("斤", Some('斤'))
        );
        (!word).then_some((*sense, next))
    }
}

fn half_day(hour: u64, late: bool) -> u64 {
    match (hour, late) {
        (12, false) => 0,
        (1..=11, true) => hour + 12,
        _ => hour,
    }
}

/// Returns the same kind with another value, where the value stands for a factor that is kept.
fn with_value(kind: &Kind, old: Value, new: Value) -> Option<Kind> {
    Some(match kind {
        Kind::Number(_) => Kind::Number(new),
        Kind::Percent(_) => Kind::Percent(new),
        Kind::PercentagePoints(_) => Kind::PercentagePoints(new),
        Kind::Multiple(_) => Kind::Multiple(new),
        Kind::Money { currency, .. } => Kind::Money { value: new, currency },
        Kind::Measure { value, base } => {
            // The factor is the measure by the old value.
            let factor = value.over(old)?;
            Kind::Measure { value: new.times(factor)?, base: *base }
        }
        _ => return None,
    })
}

/// Folds a name and leaves out what writers do not agree on: spaces and hyphens.
fn bare_name(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}
