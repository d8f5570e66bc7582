//! Walks the house and names whoever looked upstairs, and whoever opened a window.
//!
//! A room may use the rooms on lower floors; neighbours on one floor stay strangers. Below the command
//! line nobody prints, reads the environment, asks the clock or takes the terminal. Both are read off the
//! source as a row of words and signs, without comments and strings; that is enough, because a path says
//! where it leads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::door::files_below;

/// Every room and its floor, from the ground up.
const FLOORS: &[(&str, u32)] = &[
    ("model", 0),
    ("text", 1),
    ("bytes", 1),
    ("index", 1),
    ("format", 2),
    ("document", 2),
    ("store", 2),
    ("find", 2),
    ("check", 3),
    ("study", 3),
    ("base", 4),
    ("report", 5),
    ("serve", 6),
    ("cli", 6),
];

/// Ways out of the house, as rows of words and signs.
const WINDOWS: &[(&str, &[&str])] = &[
    ("prints", &["println", "!"]),
    ("prints", &["print", "!"]),
    ("prints", &["eprintln", "!"]),
    ("prints", &["eprint", "!"]),
    ("takes the terminal", &["io", "::", "stdin"]),
    ("takes the terminal", &["io", "::", "stdout"]),
    ("takes the terminal", &["io", "::", "stderr"]),
    ("reads the environment", &["std", "::", "env"]),
    ("reads the environment", &["env", "::", "var"]),
    ("reads the environment", &["env", "::", "var_os"]),
    ("reads the environment", &["env", "::", "args"]),
    ("reads the environment", &["env", "::", "args_os"]),
    ("reads the environment", &["env", "::", "current_dir"]),
    ("asks the clock", &["SystemTime", "::", "now"]),
    ("asks the clock", &["Instant", "::", "now"]),
    ("ends the process", &["process", "::", "exit"]),
];

/// Who may open one all the same: file (or folder, with `/` at its end), what, and why.
const PERMITS: &[(&str, &str, &str)] = &[(
    "store/failpoint.rs",
    "reads the environment",
    "with the feature `failpoints` a test says where a write dies",
)];

#[test]
fn no_room_uses_a_higher_floor_or_a_neighbour() {
    let mut wrong = BTreeSet::new();
    for (file, source) in house() {
        let Some(room) = room_of(&file) else { continue };
        for used in rooms_used(&source, &file) {
            if let Some(complaint) = complaint(&file, &room, &used) {
                wrong.insert(complaint);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", Vec::from_iter(wrong).join("\n"));
}

#[test]
fn only_the_command_line_prints_or_asks_the_world() {
    let mut wrong = BTreeSet::new();
    let mut unused: BTreeSet<_> = PERMITS.iter().map(|(file, what, _)| (*file, *what)).collect();
    for (file, source) in house() {
        // `mod tests;` may keep its tests in a file or a folder of their own.
        let tests = file.ends_with("/tests.rs") || file.contains("/tests/");
        if file == "main.rs" || file == "cli/session.rs" || tests {
            continue;
        }
        for what in windows_opened(&source) {
            let permit = PERMITS.iter().find(|(place, permitted, _)| {
                *permitted == what && (file == *place || (place.ends_with('/') && file.starts_with(place)))
            });
            match permit {
                Some((place, permitted, _)) => drop(unused.remove(&(*place, *permitted))),
                None => drop(wrong.insert(format!("{file} {what}"))),
            }
        }
    }
    assert!(wrong.is_empty(), "only cli/session.rs does that:\n{}", Vec::from_iter(wrong).join("\n"));
    assert!(unused.is_empty(), "permits that nobody needs any more: {unused:?}");
}

#[test]
fn every_room_has_its_floor() {
    for (file, _) in house() {
        if let Some(room) = room_of(&file) {
            assert!(floor(&room).is_some(), "src/{file}: give the room {room} a floor in FLOORS");
        }
    }
}

/// Returns every source file: its path below `src` with `/`, and its text.
fn house() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    files_below(&src)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|e| e == "rs"))
        .map(|file| {
            let name = file.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
            let source = fs::read_to_string(src.join(&file)).expect("a source file is UTF-8");
            (name, source)
        })
        .collect()
}

fn floor(room: &str) -> Option<u32> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// Returns the room a file belongs to; the front door and `main` belong to none.
fn room_of(file: &str) -> Option<String> {
    let first = file.split('/').next()?;
    let room = first.strip_suffix(".rs").unwrap_or(first);
    (room != "lib" && room != "main").then(|| room.to_owned())
}

fn complaint(file: &str, room: &str, used: &str) -> Option<String> {
    if used == room {
        return None;
    }
    match (floor(room), floor(used)) {
        (_, None) => Some(format!("{file} uses crate::{used}, which is no room")),
        (Some(own), Some(other)) if other < own => None,
        _ => Some(format!("{file} uses {used}")),
    }
}

/// Returns what a file's paths name directly under the crate's root.
fn rooms_used(source: &str, file: &str) -> BTreeSet<String> {
    let words = words(source);
    let mut rooms = BTreeSet::new();
    // How deep in modules we are: the file's own depth, and a mark per `mod x {` still open.
    let depth = file_depth(file);
    let mut braces = 0;
    let mut inner: Vec<i32> = vec![];
    let mut at = 0;
    while at < words.len() {
        match words[at] {
            "{" => {
                if at >= 2 && words[at - 2] == "mod" {
                    inner.push(braces);
                }
                braces += 1;
            }
            "}" => {
                braces -= 1;
                if inner.last() == Some(&braces) {
                    inner.pop();
                }
            }
            // `wicterm` is the crate's name as tests and examples know it.
            "crate" | "wicterm" if words.get(at + 1) == Some(&"::") => {
                under_root(&words[at + 2..], &mut rooms)
            }
            "super" if at == 0 || words[at - 1] != "::" => {
                let mut steps = 1;
                while words.get(at + 1) == Some(&"::") && words.get(at + 2) == Some(&"super") {
                    steps += 1;
                    at += 2;
                }
                if steps == depth + inner.len() && words.get(at + 1) == Some(&"::") {
                    under_root(&words[at + 2..], &mut rooms);
                }
            }
            _ => {}
        }
        at += 1;
    }
    // Macros that the crate exports stand at its root too, and are nobody's room.
    rooms.remove("");
    rooms
}

/// How many `super` lead from a file's own items to the crate's root.
fn file_depth(file: &str) -> usize {
    let parts = file.split('/').count();
    if file.ends_with("/mod.rs") { parts - 1 } else { parts }
}

/// Collects the first names of a path, or of each branch of a group `{a::b, c}`.
fn under_root(words: &[&str], rooms: &mut BTreeSet<String>) {
    if words.first() != Some(&"{") {
        rooms.extend(words.first().map(|w| (*w).to_owned()));
        return;
    }
    let mut depth = 0;
    let mut first = false;
    for word in words {
        match *word {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ if depth == 1 && first => drop(rooms.insert((*word).to_owned())),
            _ => {}
        }
        if depth == 0 {
            return;
        }
        first = depth == 1 && matches!(*word, "{" | ",");
    }
}

/// Returns the ways out that a file takes, its test modules left aside: a test may print why it skips.
fn windows_opened(source: &str) -> Vec<&'static str> {
    let words = words(source);
    let mut found = vec![];
    let mut at = 0;
    while at < words.len() {
        if words[at..].starts_with(&["#", "[", "cfg", "(", "test", ")", "]", "mod"]) {
            at = after_block(&words, at);
            continue;
        }
        found.extend(WINDOWS.iter().filter(|(_, row)| words[at..].starts_with(row)).map(|(what, _)| *what));
        at += 1;
    }
    found
}

/// Returns where the next block after `at` ends; the end when it has none.
fn after_block(words: &[&str], at: usize) -> usize {
    let mut depth = 0;
    for (i, word) in words.iter().enumerate().skip(at) {
        match *word {
            "{" => depth += 1,
            "}" if depth == 1 => return i + 1,
            "}" => depth -= 1,
            // `mod tests;` is a file of its own.
            ";" if depth == 0 => return i + 1,
            _ => {}
        }
    }
    words.len()
}

/// Splits source into words and signs; comments, strings, characters and lifetimes are left out.
fn words(source: &str) -> Vec<&str> {
    let bytes = source.as_bytes();
    let mut words = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let first = bytes[at];
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = string(rest) {
            length
        } else if first == b'\'' {
            character(rest)
        } else if first.is_ascii_alphabetic() || first == b'_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            words.push(&rest[..end]);
            end
        } else if rest.starts_with("::") {
            words.push("::");
            2
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            if !first.is_ascii_whitespace() {
                words.push(&rest[..length]);
            }
            length
        };
    }
    words
}

/// Returns the length of a block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Returns the length of a string literal of any kind that begins here.
fn string(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c: char| !matches!(c, 'b' | 'c' | 'r')).filter(|n| *n <= 2)?;
    let raw = rest[..prefix].contains('r');
    let hashes = if raw { rest[prefix..].bytes().take_while(|b| *b == b'#').count() } else { 0 };
    let body = rest[prefix + hashes..].strip_prefix('"')?;
    let begun = prefix + hashes + 1;
    if raw {
        let close = format!("\"{}", "#".repeat(hashes));
        return Some(body.find(&close).map_or(rest.len(), |end| begun + end + close.len()));
    }
    let mut escaped = false;
    for (i, byte) in body.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return Some(begun + i + 1),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    Some(rest.len())
}

/// Returns the length of a character literal, or of the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let after = chars.next().map_or(rest.len(), |(i, c)| i + c.len_utf8());
            rest[after..].find('\'').map_or(rest.len(), |end| after + end + 1)
        }
        Some((i, c)) if rest[i + c.len_utf8()..].starts_with('\'') => i + c.len_utf8() + 1,
        _ => 1,
    }
}

#[test]
fn paths_are_found_wherever_they_stand() {
    // (file, source, the rooms it uses)
    let facts: &[(&str, &str, &[&str])] = &[
        ("model/concept.rs", "use crate::check::Seen;", &["check"]),
        ("text/fold.rs", "use crate::{model::{Concept, Term}, bytes};", &["bytes", "model"]),
        ("text/fold.rs", "fn f() { crate::store::open(); }", &["store"]),
        ("text/fold.rs", "// use crate::check::Seen;\n/* crate::store /* crate::base */ */", &[]),
        (
            "text/fold.rs",
            r##"let a = "crate::check"; let b = r#"crate::"store"#; let c = b"crate::base\"";"##,
            &[],
        ),
        ("text/fold.rs", "let quote = '\"'; crate::model::x(); let other = '\\'';", &["model"]),
        ("text/fold.rs", "fn f<'a>(x: &'a str) -> crate::model::Slug {}", &["model"]),
        ("text/fold.rs", "use super::words;", &[]),
        ("text/fold.rs", "use super::super::store::Ledger;", &["store"]),
        ("base.rs", "use super::cli::main;", &["cli"]),
        (
            "base.rs",
            "mod tests { use super::*; use super::super::report::x; } use super::serve::y;",
            &["report", "serve"],
        ),
        ("text/mod.rs", "use super::check::x;", &["check"]),
        ("cli/mod.rs", "pub(crate) fn f() {} pub(in crate::cli) fn g() {}", &["cli"]),
        ("store/tests.rs", "use wicterm::base::Base;", &["base"]),
    ];
    for (file, source, expected) in facts {
        assert_eq!(
            rooms_used(source, file).iter().map(String::as_str).collect::<Vec<_>>(),
            *expected,
            "{source}"
        );
    }
}

#[test]
fn looking_upstairs_is_named() {
    let facts = [
        (("model/concept.rs", "check"), Some("model/concept.rs uses check")),
        (("text/fold.rs", "bytes"), Some("text/fold.rs uses bytes")),
        (("text/fold.rs", "text"), None),
        (("text/fold.rs", "model"), None),
        (("format/tmx.rs", "store"), Some("format/tmx.rs uses store")),
        (("report/json.rs", "base"), None),
        (("report/json.rs", "cli"), Some("report/json.rs uses cli")),
        (("report/json.rs", "utils"), Some("report/json.rs uses crate::utils, which is no room")),
    ];
    for ((file, used), expected) in facts {
        let room = room_of(file).expect("a file in a room");
        assert_eq!(complaint(file, &room, used).as_deref(), expected);
    }
}

#[test]
fn windows_are_seen_but_not_in_tests() {
    let facts: &[(&str, &[&str])] = &[
        ("fn f() { println!(\"x\"); }", &["prints"]),
        ("let now = std::time::SystemTime::now();", &["asks the clock"]),
        ("let a = std::env::var(\"A\");", &["reads the environment", "reads the environment"]),
        ("let a = env!(\"CARGO_PKG_VERSION\");", &[]),
        ("// println!(\"x\")\nwriteln!(out, \"println!\")", &[]),
        (
            "#[cfg(test)] mod tests { fn f() { println!(\"skipped\"); } } fn g() { eprint!(\"x\") }",
            &["prints"],
        ),
        ("let input = std::io::stdin().lock();", &["takes the terminal"]),
    ];
    for (source, expected) in facts {
        assert_eq!(windows_opened(source), *expected, "{source}");
    }
}
