//! Reads what begins with a word: number words, months, names, Roman numerals.

use super::super::scan::{Role, Word, roman};
use super::super::tables::{CODES, SIGNS, Sense};
use super::super::value::Value;
use super::super::{Kind, Written};
use super::{Amount, Reader};

impl<'t> Reader<'t> {
    pub(super) fn at_word(&mut self, at: usize, word: Word) -> usize {
        let text = self.slice(at);
        if let Some(next) = self.name_or_code(at, text) {
            return next;
        }
        if word.month > 0
            && let Some(next) = self.month_first(at, &word)
        {
            return next;
        }
        if word.decade > 0 {
            let amount = Amount {
                written: Written::Words,
                ..self.amount(at, at + 1, Value::whole(u64::from(word.decade)))
            };
            let next = self.give(&amount, at + 1, Kind::Decade(word.decade));
            self.last = None;
            return next;
        }
        if word.role.is_some() {
            return self.number_words(at);
        }
        self.roman_numeral(at, text).unwrap_or(at + 1)
    }

    pub(super) fn name_or_code(&mut self, at: usize, text: &'t str) -> Option<usize> {
        // US$5, HK$5, RMB 5
        let code = CODES.iter().find(|(code, _)| *code == text).map(|(_, code)| *code);
        let dollar = self.sign(at + 1).is_some_and(|c| "$＄¥￥".contains(c)) && self.glued(at + 1);
        if let Some(code) = code
            && (dollar || text.len() == 3)
        {
            let number = at + 1 + usize::from(dollar);
            if self.number(number).is_some() {
                return self.money(at, number, code);
            }
        }
        self.number(at + 1)?;
        let latin =
            text.starts_with(|c: char| c.is_ascii_alphabetic() || ('\u{400}'..'\u{500}').contains(&c));
        let capital = text.chars().any(char::is_uppercase);
        let is_name = self.glued(at + 1) && latin && (capital || text.len() <= 3);
        if !is_name && !NAMES.contains(&text) {
            return None;
        }
        Some(self.name(at, self.name_end(at + 2)))
    }

    pub(super) fn name_end(&self, mut next: usize) -> usize {
        while self.glued(next) && (self.word(next).is_some() || self.number(next).is_some())
            || (self.between(next, "-‑:") && self.number(next + 1).is_some())
        {
            next += 1;
        }
        next
    }

    pub(super) fn money(&mut self, from: usize, number: usize, code: &'static str) -> Option<usize> {
        let digits = self.number(number)?;
        let mut amount = self.digits_amount(number, &digits, digits.value?);
        amount.from = from;
        let mut next = amount.next;
        // $5m, $5b; and the name again: US$5 million dollars, RMB 5 billion yuan
        if self.glued(next) && amount.scale == 0 {
            let power = match self.slice(next) {
                "m" | "M" => 6,
                "b" | "B" => 9,
                "t" | "T" => 12,
                _ => 0,
            };
            if power > 0 {
                self.scale_by(&mut amount, power, next + 1);
                next += 1;
            }
        }
        if let Some((Sense::Money(_), end)) = self.sense(next) {
            next = end;
        }
        Some(self.give(&amount, next, Kind::Money { value: amount.value, currency: code }))
    }

    pub(super) fn at_sign(&mut self, at: usize, c: char) -> usize {
        let hyphen_name = matches!(c, '-' | '‑')
            && self.glued(at)
            && self.glued(at + 1)
            && self.number(at + 1).is_some()
            && at > 0
            && self.word(at - 1).is_some_and(|w| w.role.is_none() && w.month == 0);
        if hyphen_name {
            let text = self.slice(at - 1);
            let latin =
                text.starts_with(|c: char| c.is_ascii_alphabetic() || ('\u{400}'..'\u{500}').contains(&c));
            let prefix = matches!(text, "Mid" | "Pre" | "Post" | "mid" | "pre" | "post");
            if latin && !prefix && text.chars().any(char::is_uppercase) {
                return self.name(at - 1, self.name_end(at + 2));
            }
        }
        let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == c) else { return at + 1 };
        let code = if *code == "CNY" && self.lexicon.code == "ja" { "JPY" } else { code };
        let next = self.money(at, at + 1, code).unwrap_or(at + 1);
        if next > at + 1
            && code == "CNY"
            && let Some(quantity) = self.out.last_mut()
            && let Kind::Money { value, .. } = quantity.kind
        {
            quantity.also.push(Kind::Money { value, currency: "JPY" });
        }
        next
    }

    /// *Nov. 8, 2023*, *November 2023*, *November*.
    pub(super) fn month_first(&mut self, at: usize, word: &Word) -> Option<usize> {
        let (month, mut next) = self.month(at)?;
        let text = self.slice(at);
        let en = self.lexicon.code == "en";
        if en && word.doubtful && !text.starts_with(char::is_uppercase) {
            return None;
        }
        let mut day = None;
        let mut year = self.year_after(next);
        if year.is_none()
            && let Some(number) = self.number(next)
            && number.plain
            && number.len <= 2
            && !matches!(self.sense(next + 1), Some((Sense::Percent | Sense::Money(_), _)))
            && en
        {
            day = number.value.and_then(Value::as_u64).filter(|d| (1..=31).contains(d)).map(|d| d as u8);
            if day.is_some() {
                next += 1;
                if self.glued(next) && self.lexicon.suffixes.iter().any(|s| s == self.slice(next)) {
                    next += 1;
                }
                year = self.year_after(next);
            }
        }
        if day.is_none() && year.is_none() && word.doubtful {
            let led = at > 0
                && en
                && matches!(text, "May" | "March" | "August")
                && matches!(
                    self.slice(at - 1),
                    "in" | "In"
                        | "by"
                        | "By"
                        | "since"
                        | "Since"
                        | "of"
                        | "last"
                        | "early"
                        | "late"
                        | "mid"
                        | "until"
                        | "from"
                        | "From"
                        | "this"
                        | "next"
                        | "between"
                        | "every"
                        | "each"
                );
            if !led {
                return None;
            }
        }
        if let Some((_, end)) = year {
            next = end;
        }
        let written = if day.is_none() && year.is_none() { Written::Words } else { Written::Mixed };
        let amount = Amount { ordinal: true, written, ..self.amount(at, next, Value::whole(0)) };
        let year = year.map(|(y, _)| y);
        self.give(&amount, next, Kind::Date { year, month: Some(month), day });
        self.last = None;
        // November 8-10
        if day.is_some()
            && year.is_none()
            && (self.between(next, "-–—") || self.word(next).is_some_and(|w| w.to))
            && let Some(number) = self.number(next + 1).filter(|d| d.plain && d.len <= 2)
            && let Some(second) = number.value.and_then(Value::as_u64).filter(|d| (1..=31).contains(d))
            && (self.between(next, "-–—") || self.sense(next + 2).is_none() && self.word(next + 2).is_none())
        {
            let from = next + 1;
            let mut next = next + 2;
            let year = self.year_after(next).map(|(y, end)| {
                next = end;
                y
            });
            let amount = Amount { ordinal: true, ..self.amount(from, next, Value::whole(second)) };
            self.give(&amount, next, Kind::Date { year, month: Some(month), day: Some(second as u8) });
            self.last = None;
            return Some(next);
        }
        Some(next)
    }

    pub(super) fn roman_numeral(&mut self, at: usize, text: &str) -> Option<usize> {
        if self.lexicon.words.is_empty() {
            return None;
        }
        let stem = match self.lexicon.code {
            "fr" => {
                ["ème", "e", "è", "er", "re", "ᵉ"].iter().find_map(|s| text.strip_suffix(s)).unwrap_or(text)
            }
            _ => text,
        };
        let n = roman(stem)?;
        let mut next = at + 1;
        if self.between(next, "-‑")
            && self.word(next + 1).is_some()
            && self.slice(next + 1).chars().count() <= 3
        {
            next += 2;
        }
        let short = matches!(self.slice(next), "в" | "вв")
            && self.sign(next + 1) == Some('.')
            && self.glued(next + 1);
        let after = self.word(next).is_some_and(|w| w.century) || short;
        let before = at > 0 && self.word(at - 1).is_some_and(|w| w.century);
        let amount =
            Amount { ordinal: true, written: Written::Words, ..self.amount(at, next, Value::whole(n)) };
        if after || before {
            let next = next + usize::from(after) + usize::from(short);
            let next = self.give(&amount, next, Kind::Century(n as u8));
            self.last = None;
            return Some(next);
        }
        // A single letter is more often a letter.
        if stem.chars().count() < 2 {
            return None;
        }
        let next = self.give(&amount, next, Kind::Ordinal(n));
        self.last = None;
        Some(next)
    }

    pub(super) fn number_words(&mut self, at: usize) -> usize {
        let Some(word) = self.word(at) else { return at + 1 };
        let words = |next: usize, value: Value, vague: bool| Amount {
            written: Written::Words,
            vague,
            ..self.amount(at, next, value)
        };
        match word.role {
            Some(Role::Multiple(n)) => {
                let amount = words(at + 1, Value::whole(n), false);
                self.give(&amount, at + 1, Kind::Multiple(amount.value))
            }
            Some(Role::Vague) => {
                let mut power = 2;
                let mut next = at + 1;
                for _ in 0..2 {
                    let of = usize::from(self.word(next).is_some_and(|w| w.of));
                    match self.word(next + of).and_then(|w| w.role) {
                        Some(Role::Scale(p, _)) => {
                            power += i32::from(p);
                            next += of + 1;
                        }
                        _ => break,
                    }
                }
                let amount = words(next, Value::decimal(1, power), true);
                self.give(&amount, next, Kind::Number(amount.value))
            }
            Some(Role::Fraction(d)) => {
                let one_and_a_half =
                    ["полтор", "полутор"].iter().any(|w| self.slice(at).to_lowercase().starts_with(w));
                let (n, d) = if one_and_a_half { (3, 2) } else { (1, d) };
                let Some(mut value) = Value::fraction(n, d) else { return at + 1 };
                let mut next = at + 1;
                let skip = usize::from(matches!(self.slice(next), "a" | "de" | "d"));
                let skip =
                    skip + usize::from(skip == 1 && self.sign(next + 1).is_some_and(|c| "'’".contains(c)));
                let mut scale = 0;
                if let Some(Role::Scale(p, _)) = self.word(next + skip).and_then(|w| w.role) {
                    value = value.shifted(i32::from(p));
                    scale = i32::from(p);
                    next += skip + 1;
                }
                let amount = Amount { scale, ..words(next, value, false) };
                if scale > 0 {
                    return self.tail(amount);
                }
                self.give(&amount, next, Kind::Number(value))
            }
            Some(Role::Ordinal(n)) => {
                let (mut n, mut next) = (n, at + 1);
                let following = self.word(next);
                match following.and_then(|w| w.role) {
                    Some(Role::Ordinal(m)) if n >= 20 && n.is_multiple_of(10) && m < 10 => {
                        n += m;
                        next += 1;
                    }
                    Some(Role::Ordinal(m))
                        if n == 10 && m < 10 && matches!(self.lexicon.code, "es" | "pt") =>
                    {
                        n += m;
                        next += 1;
                    }
                    Some(Role::Cardinal(10)) if n < 10 && self.lexicon.code == "ar" => {
                        n += 10;
                        next += 1;
                    }
                    Some(Role::Cardinal(m))
                        if n < 10 && (20..100).contains(&m) && following.is_some_and(|w| w.joined) =>
                    {
                        n += m;
                        next += 1;
                    }
                    _ => {}
                }
                let amount = Amount { ordinal: true, ..words(next, Value::whole(n), false) };
                self.tail(amount)
            }
            Some(Role::Cardinal(_) | Role::Scale(..) | Role::Dual(_)) => self.cardinal(at),
            None => at + 1,
        }
    }

    /// Puts number words together: *two hundred and five million*, *soixante et onze*, *واحد وعشرون*.
    pub(super) fn cardinal(&mut self, at: usize) -> usize {
        let code = self.lexicon.code;
        let (mut total, mut current) = (0u128, 0u128);
        let mut next = at;
        let mut place = at;
        let mut ordinal = None;
        let mut fraction = None;
        let mut lone = false;
        let mut top = 0u8;
        let mut count = 0;
        while let Some(word) = self.word(place) {
            let Some(role) = word.role else { break };
            let fresh = count == 0;
            match role {
                Role::Cardinal(n) => {
                    let n = u128::from(n);
                    if code == "fr" && n == 20 && current % 100 == 4 {
                        current += 76;
                    } else if code == "ar" && n == 10 && (1..10).contains(&(current % 100)) && !word.joined {
                        current += 10;
                    } else if code == "ar" && n == 100 && (3..10).contains(&current) && !word.joined {
                        current *= 100;
                    } else if n == 12
                        && (1..10).contains(&current)
                        && total == 0
                        && is_dozen(self.slice(place))
                    {
                        current *= 12;
                    } else if fresh || fits(code, current, n, &word, count, total) {
                        current += n;
                    } else {
                        break;
                    }
                }
                Role::Ordinal(n) => {
                    let n = u128::from(n);
                    if code == "en" && current == 1 && total == 0 && n > 2 {
                        fraction = Some(n);
                    } else if (current > 0 || total > 0) && fits(code, current, n, &word, count, total) {
                        ordinal = Some(total + current + n);
                    }
                    if fraction.is_some() || ordinal.is_some() {
                        next = place + 1;
                    }
                    break;
                }
                Role::Fraction(d) => {
                    if current > 0 && total == 0 && current < 100 {
                        fraction = Some(u128::from(d));
                        next = place + 1;
                    }
                    break;
                }
                Role::Dual(power) => {
                    if !fresh && power >= top && top > 0 {
                        break;
                    }
                    total += 2 * 10u128.pow(u32::from(power));
                    top = power;
                }
                Role::Scale(2, _) => {
                    lone |= fresh;
                    if current == 0 && !fresh && total == 0 || current >= 100 {
                        break;
                    }
                    current = current.max(1) * 100;
                    top = top.max(2);
                }
                Role::Scale(power, alone) => {
                    if power > 30 || (matches!(self.slice(place), "k" | "md" | "mm")) {
                        break;
                    }
                    let unit = 10u128.pow(u32::from(power));
                    lone |= fresh || (lone && current == 100 && count == 1);
                    let low = total % unit;
                    let many = low + current;
                    if fresh && !alone {
                        // Millions without a number.
                        total = unit;
                        next = place + 1;
                        count += 1;
                        break;
                    }
                    if many == 0 && !fresh && total >= unit {
                        break;
                    }
                    let Some(part) = many.max(1).checked_mul(unit) else { break };
                    if total > u128::MAX / 4 || part > u128::MAX / 4 {
                        break;
                    }
                    total = total - low + part;
                    current = 0;
                    top = power;
                }
                Role::Vague | Role::Multiple(_) => break,
            }
            lone &= count < 2;
            count += 1;
            next = place + 1;
            place = next;
            if self.between(place, "-‑") {
                place += 1;
            }
            if self.word(place).is_some_and(|w| w.and)
                && let Some(after) = self.word(place + 1 + usize::from(self.between(place + 1, "-‑")))
            {
                let ok = match (code, after.role) {
                    ("en", Some(Role::Cardinal(_) | Role::Ordinal(_))) => current.is_multiple_of(100),
                    ("es" | "pt", Some(Role::Cardinal(n))) => {
                        (current % 100 >= 20 && n < 10) || (code == "pt" && current.is_multiple_of(100))
                    }
                    ("fr", Some(Role::Cardinal(1 | 11) | Role::Ordinal(1 | 11))) => current % 100 >= 20,
                    _ => false,
                };
                if !ok {
                    break;
                }
                place += 1 + usize::from(self.between(place + 1, "-‑"));
            }
        }
        if next == at {
            return at + 1;
        }
        let sum = total.saturating_add(current);
        let lone = (lone && count == 1)
            || (count == 1
                && top > 2
                && current == 0
                && !matches!(self.word(at).and_then(|w| w.role), Some(Role::Dual(_))));
        let base = self.amount(at, next, Value::decimal(sum, 0));
        let scale = if top > 2 { i32::from(top) } else { 0 };
        let mut amount = Amount { written: Written::Words, vague: lone, top: scale, ..base };
        // مليون و250 ألف
        if top > 2
            && self.slice(next) == "و"
            && self.glued(next + 1)
            && let Some(digits) = self.number(next + 1)
            && let Some(value) = digits.value
        {
            let part = self.digits_amount(next + 1, &digits, value);
            if part.scale > 0
                && part.scale < i32::from(top)
                && let Some(value) = part.value.plus(amount.value)
            {
                amount = Amount { value, next: part.next, written: Written::Mixed, vague: false, ..amount };
                return self.tail(amount);
            }
        }
        // one and a half million
        if code == "en"
            && top < 3
            && current > 0
            && self.word(next).is_some_and(|w| w.and)
            && self.slice(next + 1) == "a"
            && self.word(next + 2).is_some_and(|w| w.role == Some(Role::Fraction(2)))
            && let Some(value) = amount.value.plus(Value::decimal(5, -1))
        {
            amount = Amount { value, next: next + 3, vague: false, ..amount };
            self.scales(&mut amount);
            amount.scale = 0;
            return self.tail(amount);
        }
        if let Some(d) = fraction
            && let (Ok(n), Ok(d)) = (u64::try_from(sum), u64::try_from(d))
            && let Some(value) = Value::fraction(n, d)
        {
            // un demi-million
            let mut part = Amount { value, ..amount };
            self.scales(&mut part);
            if part.scale > 0 {
                part.scale = 0;
                return self.tail(part);
            }
            return self.give(&part, next, Kind::Number(value));
        }
        if let Some(n) = ordinal {
            return self.tail(Amount { value: Value::decimal(n, 0), ordinal: true, ..amount });
        }
        self.tail(amount)
    }
}

/// Standards and generations that are called by a number behind a space.
const NAMES: &[&str] = &["ISO", "IEC", "IEEE", "RFC", "Web", "HTTP", "TLS", "UTF", "Windows", "EN", "GB"];

/// Whether a word may go on with a number: *twenty* with *one*, *hundred* with *five*.
fn fits(code: &str, current: u128, n: u128, word: &Word, count: u32, total: u128) -> bool {
    if count == 0 {
        return true;
    }
    if code == "ar" {
        if !word.joined && (current > 0 || total == 0) {
            return false;
        }
        return match n {
            20..100 => current % 100 < 10,
            _ => n < 100 && current.is_multiple_of(100) || n >= 100 && current == 0,
        };
    }
    match n {
        1..=9 => {
            let teen = code == "fr" && matches!(current % 100, 10 | 70 | 90) && n >= 7;
            // Seventy-seven in French is sixty and ten and seven.
            teen || (current.is_multiple_of(10) && current % 100 != 10 && (current > 0 || total > 0))
                || (code == "es" && current.is_multiple_of(100))
        }
        10..=19 => {
            (current.is_multiple_of(100) && (current > 0 || total > 0))
                || (code == "fr" && matches!(current % 100, 60 | 80))
        }
        20..100 => current.is_multiple_of(100) && (current > 0 || total > 0),
        100.. => current == 0 && total > 0,
        _ => false,
    }
}

fn is_dozen(word: &str) -> bool {
    ["dozen", "douzaine", "docena", "dutzend", "Dutzend", "дюжин", "dozzin", "dúzia"]
        .iter()
        .any(|d| word.starts_with(d))
}
