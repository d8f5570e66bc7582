//! Brings a file up to date without touching what did not change: its remarks, its blank lines,
//! the order and the spelling of its keys.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value};

use super::{keys, render};
use crate::model::Concept;

/// Changes the text of a file, which says `was`, so that it says `now`.
///
/// `reads` tells what a text says. Were the careful way ever to miss, the file is written anew:
/// remarks are dear, the data are dearer.
pub(super) fn update(
    text: &str,
    was: &Concept,
    now: &Concept,
    slug: bool,
    reads: impl Fn(&str) -> Option<Concept>,
) -> String {
    let (old, new) = (render::document(was, slug), render::document(now, slug));
    if let Ok(mut document) = text.parse::<DocumentMut>() {
        patch(document.as_table_mut(), old.as_table(), new.as_table());
        let careful = document.to_string();
        if reads(&careful).as_ref() == Some(now) {
            return careful;
        }
        // The languages or terms stand in another order now.
        render::number(document.as_table_mut(), now);
        let ordered = document.to_string();
        if reads(&ordered).as_ref() == Some(now) {
            return ordered;
        }
    }
    new.to_string()
}

/// Changes in `table`, which says the same as `was` in whatever spelling, what is different in `now`.
fn patch(table: &mut Table, was: &Table, now: &Table) {
    let rank = |key: &str| now.iter().position(|(k, _)| keys::alike(k, key));
    let ranks: Vec<usize> = values(table).filter_map(|(key, _)| rank(key)).collect();
    let in_order = ranks.is_sorted();

    let mut all: Vec<&str> = was.iter().map(|(key, _)| key).collect();
    all.extend(now.iter().map(|(key, _)| key).filter(|key| !was.contains_key(key)));
    let mut done: Vec<&str> = vec![];
    for key in all {
        if done.iter().any(|d| keys::alike(d, key)) {
            continue;
        }
        done.push(key);
        let find = |table: &Table| -> Option<Item> {
            table.iter().find(|(k, _)| keys::alike(k, key)).map(|(_, item)| item.clone())
        };
        let (before, after) = (find(was), find(now));
        if same_option(before.as_ref(), after.as_ref()) {
            continue;
        }
        let spelled: Vec<String> =
            table.iter().map(|(k, _)| k.to_owned()).filter(|k| keys::alike(k, key)).collect();
        let Some(after) = after else {
            for key in &spelled {
                table.remove(key);
            }
            continue;
        };
        let name = now.iter().map(|(k, _)| k).find(|k| keys::alike(k, key)).unwrap_or(key).to_owned();
        if let ([only], Some(before)) = (&spelled[..], &before)
            && let Some(item) = table.get_mut(only)
            && (*only == name || keys::is_language(only))
            && patch_item(item, before, &after)
        {
            continue;
        }
        for key in &spelled {
            table.remove(key);
        }
        table.insert(&name, after);
    }

    let sorted = values(table).filter_map(|(key, _)| rank(key)).is_sorted();
    if in_order && !sorted {
        table.sort_values_by(|a, _, b, _| {
            rank(a.get()).unwrap_or(usize::MAX).cmp(&rank(b.get()).unwrap_or(usize::MAX))
        });
    }
}

fn values(table: &Table) -> impl Iterator<Item = (&str, &Item)> {
    table.iter().filter(|(_, item)| item.is_value())
}

/// Changes an item in place, if it has the same shape still.
fn patch_item(item: &mut Item, was: &Item, now: &Item) -> bool {
    match (item, was, now) {
        (Item::Table(item), Item::Table(was), Item::Table(now)) => {
            patch(item, was, now);
            true
        }
        (Item::ArrayOfTables(item), Item::ArrayOfTables(was), Item::ArrayOfTables(now))
            if item.len() == was.len() =>
        {
            patch_tables(item, was, now);
            true
        }
        (Item::Value(Value::Array(item)), Item::Value(Value::Array(was)), Item::Value(Value::Array(now)))
            if item.len() == was.len() =>
        {
            patch_array(item, was, now);
            true
        }
        (Item::Value(item), Item::Value(_), Item::Value(now)) => {
            let decor = item.decor().clone();
            *item = now.clone();
            *item.decor_mut() = decor;
            true
        }
        _ => false,
    }
}

/// Every table of the new list comes from the old one that says the same, else from the one of the
/// same name, else it is new.
fn patch_tables(tables: &mut ArrayOfTables, was: &ArrayOfTables, now: &ArrayOfTables) {
    let before: Vec<&Table> = was.iter().collect();
    let mut free: Vec<Option<Table>> = tables.iter().cloned().map(Some).collect();
    let mut out: Vec<Option<Table>> = now
        .iter()
        .map(|table| {
            let at = (0..before.len()).find(|at| free[*at].is_some() && same_table(before[*at], table))?;
            free[at].take()
        })
        .collect();
    let name =
        |table: &Table| table.get("term").or(table.get("text")).and_then(Item::as_str).map(str::to_owned);
    for (at, table) in now.iter().enumerate().filter(|(at, _)| out[*at].is_none()).collect::<Vec<_>>() {
        let named = (0..before.len()).find(|b| free[*b].is_some() && name(before[*b]) == name(table));
        // A term that got another spelling stands where the old one stood.
        let found = named.or_else(|| (at < before.len() && free[at].is_some()).then_some(at));
        let mut made = match found {
            Some(found) => free[found].take().map(|mut old| {
                patch(&mut old, before[found], table);
                old
            }),
            None => None,
        };
        if made.is_none() {
            let mut new = table.clone();
            unplace(&mut new);
            made = Some(new);
        }
        out[at] = made;
    }
    *tables = out.into_iter().flatten().collect();
}

/// Lets a new table stand behind the one before it, wherever that stands.
fn unplace(table: &mut Table) {
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => unplace(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(unplace),
            _ => {}
        }
    }
}

/// Keeps the elements that are still there as they were written, remarks and all.
fn patch_array(array: &mut Array, was: &Array, now: &Array) {
    let mut free: Vec<Option<Value>> = array.iter().cloned().map(Some).collect();
    let before: Vec<&Value> = was.iter().collect();
    let elements: Vec<Value> = now
        .iter()
        .enumerate()
        .map(|(at, value)| {
            let kept = (0..before.len()).find(|b| free[*b].is_some() && same(before[*b], value));
            if let Some(old) = kept.and_then(|b| free[b].take()) {
                return old;
            }
            let mut new = value.clone();
            if let Some(old) = array.get(at.min(array.len().saturating_sub(1))) {
                *new.decor_mut() = old.decor().clone();
            }
            new
        })
        .collect();
    let (comma, trailing) = (array.trailing_comma(), array.trailing().clone());
    array.clear();
    for element in elements {
        array.push_formatted(element);
    }
    array.set_trailing_comma(comma);
    array.set_trailing(trailing);
}

fn same_option(a: Option<&Item>, b: Option<&Item>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_item(a, b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn same_item(a: &Item, b: &Item) -> bool {
    match (a, b) {
        (Item::None, Item::None) => true,
        (Item::Value(a), Item::Value(b)) => same(a, b),
        (Item::Table(a), Item::Table(b)) => same_table(a, b),
        (Item::ArrayOfTables(a), Item::ArrayOfTables(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_table(a, b))
        }
        _ => false,
    }
}

fn same_table(a: &Table, b: &Table) -> bool {
    a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && same_item(a, b))
}

/// Both are canonical, so that they say the same only when they are written the same.
fn same(a: &Value, b: &Value) -> bool {
    a.to_string().trim() == b.to_string().trim()
}
