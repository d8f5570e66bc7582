#![no_main]

use std::io::Read;

use wicterm::bytes::Decoder;
use wicterm_fuzz::InPieces;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses what the caller believes; the rest is the file.
    let Some((first, file)) = bytes.split_first() else { return };
    let hint = [None, Some("windows-1251"), Some("utf-16le"), Some("gb18030"), Some("no such label")];
    let hint = hint[usize::from(*first) % hint.len()];
    let whole = decoded(Decoder::new(file, hint));
    let pieces = decoded(Decoder::new(InPieces::new(file), hint));
    assert_eq!(whole, pieces);
    if let Ok(head) = wicterm::bytes::head(file, hint) {
        wicterm_fuzz::sniff(&head);
    }
});

/// Returns the text, the encoding and how many malformed sequences there were.
fn decoded(mut decoder: Decoder<impl Read>) -> (String, &'static str, u64) {
    let mut text = String::new();
    decoder.read_to_string(&mut text).expect("what is decoded is UTF-8, and memory does not fail to read");
    (text, decoder.encoding().name, decoder.encoding().malformed)
}
