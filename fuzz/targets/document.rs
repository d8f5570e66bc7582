#![no_main]

use wicterm::document::Kind;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses what the caller believes; the rest is the file.
    let Some((first, file)) = bytes.split_first() else { return };
    let kind = [Kind::Plain, Kind::Markdown, Kind::Html, Kind::Docx][usize::from(*first) % 4];
    let encoding =
        [None, Some("gb18030"), Some("utf-16le"), Some("iso-2022-jp")][usize::from(*first) / 4 % 4];
    wicterm_fuzz::document(kind, encoding, file);
});
