//! What changes in a text, line by line, in the form that `patch` and people read.

use std::fmt::Write;
use std::ops::Range;

/// How many lines are shown around a change.
const AROUND: usize = 3;
/// How far one looks for where two texts agree again.
const WINDOW: usize = 400;

/// Returns the difference between two states of a file as a unified diff; nothing where there is none.
pub fn unified(file: &str, old: &str, new: &str) -> String {
    let (old, new) = (lines(old), lines(new));
    let changes = changes(&old, &new);
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("--- a/{file}\n+++ b/{file}\n");
    let mut at = 0;
    while at < changes.len() {
        let mut to = at + 1;
        while to < changes.len() && changes[to].0.start - changes[to - 1].0.end <= 2 * AROUND {
            to += 1;
        }
        hunk(&mut out, &old, &new, &changes[at..to]);
        at = to;
    }
    out
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

type Change = (Range<usize>, Range<usize>);

/// Finds the lines that differ. It is right for any two texts, and short where changes are small.
fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut found: Vec<Change> = vec![];
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (skip, put) = agreement(&old[i..], &new[j..]);
        match found.last_mut() {
            Some((was, is)) if was.end == i && is.end == j => (was.end, is.end) = (i + skip, j + put),
            _ => found.push((i..i + skip, j..j + put)),
        }
        (i, j) = (i + skip, j + put);
    }
    found
}

/// Returns how many lines of each to pass until both go on alike.
fn agreement(old: &[&str], new: &[&str]) -> (usize, usize) {
    for sum in 1..WINDOW.min(old.len() + new.len() + 1) {
        // A line in place of a line is what a cure does.
        let mut split: Vec<usize> = (0..=sum).collect();
        split.sort_by_key(|skip| skip.abs_diff(sum - skip));
        for skip in split {
            let put = sum - skip;
            if skip > old.len() || put > new.len() {
                continue;
            }
            let (rest, other) = (&old[skip..], &new[put..]);
            let ends = rest.is_empty() && other.is_empty();
            let alike = |n: usize| rest.get(n).is_some() && rest.get(n) == other.get(n);
            if ends || (alike(0) && (alike(1) || rest.len() == 1 || other.len() == 1)) {
                return (skip, put);
            }
        }
    }
    (old.len(), new.len())
}

fn hunk(out: &mut String, old: &[&str], new: &[&str], changes: &[Change]) {
    let (first, last) = (&changes[0], &changes[changes.len() - 1]);
    let lead = first.0.start.min(AROUND);
    let tail = (old.len() - last.0.end).min(AROUND);
    let was = first.0.start - lead..last.0.end + tail;
    let is = first.1.start - lead..last.1.end + tail;
    let span = |range: &Range<usize>| match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        many => format!("{},{many}", range.start + 1),
    };
    let _ = writeln!(out, "@@ -{} +{} @@", span(&was), span(&is));
    let mut put = |sign: char, line: &str| {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    };
    let mut at = was.start;
    for (gone, come) in changes {
        old[at..gone.start].iter().for_each(|line| put(' ', line));
        old[gone.clone()].iter().for_each(|line| put('-', line));
        new[come.clone()].iter().for_each(|line| put('+', line));
        at = gone.end;
    }
    old[at..was.end].iter().for_each(|line| put(' ', line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_line_is_shown_with_its_neighbours() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14";
        let new = old.replace("5\n", "five\n").replace("14", "fourteen");
        assert_eq!(
            unified("a.txt", old, &new),
            "--- a/a.txt\n+++ b/a.txt\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n\
             @@ -11,4 +11,4 @@\n 11\n 12\n 13\n-14\n\\ No newline at end of file\n+fourteen\n\
             \\ No newline at end of file\n"
        );
        assert_eq!(unified("a", old, old), "");
        assert_eq!(unified("a", "", "x\n"), "--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+x\n");
    }

    #[test]
    fn the_lines_it_names_make_the_new_text_of_the_old() {
        let texts =
            ["", "a\n", "a\nb\nc\n", "a\nx\ny\nc\n", "b\nc\na\nb\n", "c\n\n\nc\na", "a\nb\nc\nd\ne\nf\ng\nh"];
        for old in texts {
            for new in texts {
                let (old, new) = (lines(old), lines(new));
                let mut made: Vec<&str> = vec![];
                let mut at = 0;
                for (gone, come) in changes(&old, &new) {
                    made.extend(&old[at..gone.start]);
                    made.extend(&new[come]);
                    at = gone.end;
                }
                made.extend(&old[at..]);
                assert_eq!(made, new);
            }
        }
    }
}
