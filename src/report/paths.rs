//! Names of files in reports that travel: with `/`, and without what belongs to one machine.

use std::path::Path;

/// Returns a file's name with `/` between folders.
pub fn forward(file: &str) -> String {
    crate::check::baseline::file_name(file)
}

/// Returns a file's name as seen from a folder; only the last part of it if it stands elsewhere.
pub fn below(file: &str, folder: Option<&Path>) -> String {
    let path = Path::new(file);
    let absolute = path.has_root() || file.as_bytes().get(1) == Some(&b':') || file.starts_with("\\\\");
    if !absolute {
        return forward(file);
    }
    let inside = folder.and_then(|folder| path.strip_prefix(folder).ok());
    let name = inside.map(|inside| inside.display().to_string());
    forward(&name.unwrap_or_else(|| file.rsplit(['/', '\\']).next().unwrap_or(file).to_owned()))
}

/// Returns a name as a relative URI: everything but unreserved characters and `/` by its bytes.
pub fn uri(file: &str) -> String {
    let mut out = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_tell_where_they_were() {
        let root = Some(Path::new("/home/ana/work"));
        for (file, seen) in [
            ("a.tsv", "a.tsv"),
            ("./d/a.tsv", "d/a.tsv"),
            ("d\\a.tsv", "d/a.tsv"),
            ("../b.tmx", "../b.tmx"),
            ("/home/ana/work/d/a.tsv", "d/a.tsv"),
            ("/home/bo/secret/a.tsv", "a.tsv"),
            ("C:\\Users\\ana\\a.tsv", "a.tsv"),
        ] {
            assert_eq!(below(file, root), seen);
        }
        assert_eq!(uri("d/a b#网.tsv"), "d/a%20b%23%E7%BD%91.tsv");
        assert_eq!(uri("100%.tsv"), "100%25.tsv");
    }
}
