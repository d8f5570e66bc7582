//! Reads numerals written with Han characters, and what stands behind a number in Chinese and Japanese.

use super::super::tables::{CLASSIFIERS, HAN_WORDS, Sense, han_digit, han_scale};
use super::super::value::Value;
use super::super::{Kind, Written};
use super::{Amount, Reader};

impl Reader<'_> {
    pub(super) fn at_han(&mut self, at: usize, c: char) -> usize {
        if let Some(word) = HAN_WORDS.iter().filter(|w| self.is_han_text(at, w)).max_by_key(|w| w.len()) {
            return at + word.chars().count();
        }
        match c {
            '第' => {
                // 第73/27号: the symbol is read as one.
                if self.between(at + 2, "/") && self.number(at + 3).is_some() {
                    return at + 1;
                }
                let amount = match self.number(at + 1) {
                    Some(digits) => {
                        digits.value.map(|v| Amount { plain: digits.plain, ..self.amount(at, at + 2, v) })
                    }
                    None => self.han_amount(at + 1).map(|a| Amount { from: at, ..a }),
                };
                let Some(amount) = amount.filter(|a| !a.vague) else { return at + 1 };
                if self.is_han_text(amount.next, "世纪") {
                    return self.tail(amount);
                }
                let Some(n) = amount.value.as_u64() else { return at + 1 };
                self.give(&Amount { ordinal: true, ..amount }, amount.next, Kind::Ordinal(n))
            }
            '百' | '千' | '万' if self.is_han_text(at + 1, "分之") => {
                let amount = match self.number(at + 3) {
                    Some(digits) => digits.value.map(|v| self.digits_amount(at + 3, &digits, v)),
                    None => self.han_amount(at + 3),
                };
                let Some(amount) = amount else { return at + 3 };
                let places = match c {
                    '百' => 0,
                    '千' => -1,
                    _ => -2,
                };
                let value = amount.value.shifted(places);
                self.give(&Amount { from: at, value, ..amount }, amount.next, Kind::Percent(value))
            }
            '数' | '几' | '上' | '成' | '好' => {
                let scales = (1..5).take_while(|n| self.han(at + n).and_then(han_scale).is_some()).count();
                if scales == 0 || (c == '上' || c == '成') && self.han(at + 1) == Some('十') {
                    return at + 1;
                }
                let power: u8 = (1..=scales).filter_map(|n| self.han(at + n).and_then(han_scale)).sum();
                let value = Value::decimal(1, i32::from(power));
                let amount = Amount {
                    written: Written::Words,
                    vague: true,
                    ..self.amount(at, at + 1 + scales, value)
                };
                self.tail(amount)
            }
            '翻' => {
                let (n, next) = match (self.han(at + 1), self.han(at + 2)) {
                    (Some('番'), _) => (2, at + 2),
                    (Some('一' | '了'), Some('番')) => (2, at + 3),
                    (Some('两'), Some('番')) => (4, at + 3),
                    (Some('了'), Some('一' | '两')) if self.han(at + 3) == Some('番') => {
                        (if self.han(at + 2) == Some('两') { 4 } else { 2 }, at + 4)
                    }
                    _ => return at + 1,
                };
                let amount = Amount { written: Written::Words, ..self.amount(at, next, Value::whole(n)) };
                self.give(&amount, next, Kind::Multiple(amount.value))
            }
            '半' if self.han(at + 1) == Some('数')
                || self.han_before(at, "一")
                || self.han_before(at, "过") =>
            {
                let half = Value::decimal(5, -1);
                let amount = Amount { written: Written::Words, ..self.amount(at, at + 1, half) };
                self.give(&amount, at + 1, Kind::Number(half))
            }
            _ if han_digit(c).is_some() || han_scale(c).is_some() => {
                let weekday = ["星期", "周", "礼拜"].iter().any(|w| self.han_before(at, w));
                match self.han_amount(at).filter(|_| !weekday) {
                    Some(amount) => self.tail(amount),
                    None => at + 1,
                }
            }
            _ => at + 1,
        }
    }

    pub(super) fn han_amount(&self, at: usize) -> Option<Amount> {
        let run: Vec<u64> = (at..at + 12).map_while(|n| self.han(n).and_then(han_digit)).collect();
        let after = at + run.len();
        let base = Amount { written: Written::Words, ..self.amount(at, after, Value::whole(0)) };
        let scaled = self.han(after).and_then(han_scale).is_some() && !self.unit_begins(after);
        let zero = run.iter().skip(1).any(|&d| d == 0);
        if run.len() >= 2 && !(zero && scaled) {
            let number = run.iter().fold(0u64, |sum, d| sum * 10 + d);
            if !scaled && (run.len() > 2 || zero) {
                return Some(Amount {
                    value: Value::whole(number),
                    plain: true,
                    len: run.len() as u8,
                    ..base
                });
            }
            // 三四百: three or four hundred
            if run.len() == 2 && (scaled || run[1] == run[0] + 1) {
                let power: u8 = (after..after + 4).map_while(|n| self.han(n).and_then(han_scale)).sum();
                let steps =
                    (after..after + 4).take_while(|&n| self.han(n).and_then(han_scale).is_some()).count();
                let value = Value::decimal(u128::from(run[0]), i32::from(power));
                return Some(Amount { value, next: after + steps, vague: true, ..base });
            }
        }
        let (mut total, mut section) = (0u128, 0u128);
        let mut digit: Option<u128> = None;
        let (mut next, mut last, mut zero, mut lone) = (at, 0u8, false, false);
        let mut written = 0u8;
        while let Some(c) = self.han(next) {
            if let Some(d) = han_digit(c) {
                if d == 0 && written > 0 {
                    zero = true;
                } else if digit.is_some() {
                    break;
                } else {
                    digit = Some(u128::from(d));
                }
            } else if let Some(power) = han_scale(c) {
                if self.unit_begins(next) {
                    break;
                }
                let unit = 10u128.pow(u32::from(power));
                if power < 4 {
                    if !section.is_multiple_of(unit * 10)
                        || (digit.is_none() && (section > 0 || last >= 4) && power > 1)
                        || digit == Some(0)
                    {
                        break;
                    }
                    lone |= digit.is_none() && written == 0 && power > 1;
                    section += digit.unwrap_or(1) * unit;
                    digit = None;
                } else {
                    let low = section + digit.unwrap_or(0);
                    if low == 0 && total == 0 {
                        lone = true;
                        total = unit;
                    } else if total > 10u128.pow(20) {
                        break;
                    } else if low == 0 {
                        total *= unit;
                    } else {
                        total = total / unit * unit + (total % unit + low) * unit;
                    }
                    (section, digit) = (0, None);
                }
                last = power;
                zero = false;
            } else {
                break;
            }
            written = written.saturating_add(1);
            next += 1;
        }
        if next == at {
            return None;
        }
        let colloquial = last >= 2
            && !zero
            && digit.is_some()
            && !lone
            && self.han(next - 1).and_then(han_digit).is_some();
        let rest = digit.unwrap_or(0) * if colloquial { 10u128.pow(u32::from(last) - 1) } else { 1 };
        let mut amount = Amount {
            value: Value::decimal(total + section + rest, 0),
            next,
            vague: lone,
            len: written,
            scale: 0,
            ..base
        };
        // 三点五
        if self.han(next) == Some('点') {
            let places: Vec<u64> =
                (next + 1..next + 13).map_while(|n| self.han(n).and_then(han_digit)).collect();
            let end = next + 1 + places.len();
            let clock = self.han(end) == Some('分') && !self.is_han_text(end, "分之");
            if !places.is_empty() && !clock {
                let part = places.iter().fold(0u128, |sum, d| sum * 10 + u128::from(*d));
                amount.value = amount.value.plus(Value::decimal(part, -(places.len() as i32)))?;
                amount.next = end;
                amount.len += places.len() as u8 + 1;
            }
        }
        if self.han(amount.next) == Some('几') {
            amount.vague = true;
        }
        self.scales(&mut amount);
        amount.scale = 0;
        Some(amount)
    }

    /// What stands behind a number in Chinese and Japanese.
    pub(super) fn han_tail(&mut self, amount: &Amount) -> Option<usize> {
        let at = amount.next;
        let c = self.han(at);
        let words = amount.written == Written::Words;
        let nth = |n: u64| n;
        if self.is_han_text(at, "分之") {
            let part = match self.number(at + 2) {
                Some(digits) => digits.value.map(|v| self.digits_amount(at + 2, &digits, v)),
                None => self.han_amount(at + 2),
            };
            let part = part?;
            let (n, d) = (part.value.as_u64()?, amount.value.as_u64()?);
            let value = Value::fraction(n, d)?;
            return Some(self.give(&Amount { value, ..*amount }, part.next, Kind::Number(value)));
        }
        match c {
            Some('成')
                if amount.value.as_u64().is_some_and(|n| (1..10).contains(&n)) && amount.scale == 0 =>
            {
                if self.han(at + 1).is_some_and(|c| "为立员功果长都本就效因分交败品年绩语员套".contains(c))
                {
                    return self.bare_han(amount);
                }
                let mut value = amount.value.shifted(1);
                let mut next = at + 1;
                let more = match self.han(next) {
                    Some('半') => Some(5),
                    Some(c)
                        if han_digit(c).is_some()
                            && self.han(next + 1).is_none_or(|c| !CLASSIFIERS.contains(c)) =>
                    {
                        han_digit(c)
                    }
                    _ => None,
                };
                if let Some(more) = more {
                    value = value.plus(Value::whole(more))?;
                    next += 1;
                }
                Some(self.give(&Amount { value, ..*amount }, next, Kind::Percent(value)))
            }
            Some('年') if !self.is_han_text(at, "年代") => {
                let Some(year) = amount.year() else { return self.bare_han(amount) };
                let mut next = at + 1;
                let (mut month, mut day) = (None, None);
                if let Some((n, after)) = self.han_part(next, '月', 12) {
                    (month, next) = (Some(n), after);
                    if let Some((n, after)) =
                        self.han_part(next, '日', 31).or_else(|| self.han_part(next, '号', 31))
                    {
                        (day, next) = (Some(n), after);
                    }
                }
                let dated = Amount { ordinal: month.is_some(), ..*amount };
                Some(self.give(&dated, next, Kind::Date { year: Some(year), month, day }))
            }
            Some('月') if amount.small(1..=12).is_some() && amount.scale == 0 => {
                let month = amount.value.as_u64().map(nth)? as u8;
                let mut next = at + 1;
                let mut day = None;
                if let Some((n, after)) =
                    self.han_part(next, '日', 31).or_else(|| self.han_part(next, '号', 31))
                {
                    (day, next) = (Some(n), after);
                }
                let dated = Amount { ordinal: true, ..*amount };
                Some(self.give(&dated, next, Kind::Date { year: None, month: Some(month), day }))
            }
            Some('日' | '号') if !words && amount.small(1..=31).is_some() && amount.scale == 0 => {
                let day = amount.value.as_u64()? as u8;
                let word = self.han(at + 1).is_some_and(|c| "元圆本召称线".contains(c));
                if word {
                    return None;
                }
                let next = self.give(amount, at + 1, Kind::Date { year: None, month: None, day: Some(day) });
                if let Some(quantity) = self.out.last_mut() {
                    quantity.also.push(Kind::Number(amount.value));
                }
                Some(next)
            }
            Some('世') if self.is_han_text(at, "世纪") => {
                let century = amount.small(1..=40)?;
                // 20世纪90年代
                let decade = match self.number(at + 2) {
                    Some(d) => d.value.map(|v| (v, at + 3)),
                    None => self.han_amount(at + 2).map(|a| (a.value, a.next)),
                };
                if let Some((value, next)) = decade
                    && self.is_han_text(next, "年代")
                    && let Some(ten) = value.as_u64().filter(|t| t.is_multiple_of(10) && *t < 100)
                {
                    let decade = ((century - 1) * 100 + ten) as u16;
                    return Some(self.give(amount, next + 2, Kind::Decade(decade)));
                }
                Some(self.give(amount, at + 2, Kind::Century(century as u8)))
            }
            _ if words => {
                if self.sense(at).is_some() && amount.value != Value::whole(1)
                    || matches!(
                        self.sense(at),
                        Some((Sense::Money(_) | Sense::Measure(..) | Sense::Points | Sense::Century, _))
                    )
                {
                    return None;
                }
                self.bare_han(amount)
            }
            _ => None,
        }
    }

    /// A Han numeral with nothing but a counter behind it, or not even that: then it is part of a word, if it
    /// is only one character.
    pub(super) fn bare_han(&mut self, amount: &Amount) -> Option<usize> {
        let at = amount.next;
        if amount.written != Written::Words {
            return None;
        }
        let counted = self.han(at).is_some_and(|c| CLASSIFIERS.contains(c) || "年月天".contains(c));
        let one = amount.value == Value::whole(1);
        if one || (amount.len <= 1 && amount.next == amount.from + 1 && !counted) {
            return Some(at);
        }
        Some(self.give(amount, at, Kind::Number(amount.value)))
    }

    pub(super) fn han_part(&self, at: usize, mark: char, most: u64) -> Option<(u8, usize)> {
        let (value, next) = match self.number(at) {
            Some(digits) => (digits.value.filter(|_| digits.plain)?, at + 1),
            None => self.han_amount(at).map(|a| (a.value, a.next))?,
        };
        let n = value.as_u64().filter(|n| (1..=most).contains(n))?;
        (self.han(next) == Some(mark)).then_some((n as u8, next + 1))
    }
}
