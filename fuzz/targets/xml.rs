#![no_main]

use wicterm::bytes::Limits;
use wicterm::bytes::xml::{Error, Event, Reader};
use wicterm_fuzz::InPieces;

/// Small bounds, so that a small file can reach them.
const LIMITS: Limits = Limits { text: 4096, depth: 16, expansion: 2048 };

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let whole = told(Reader::new(bytes, None, LIMITS));
    // How the bytes arrive is no part of what they say.
    let pieces = told(Reader::new(InPieces::new(bytes), None, LIMITS));
    // Except that a bound on what is held at once may be met a little earlier or later.
    if let (Some(whole), Some(pieces)) = (whole, pieces) {
        assert_eq!(whole, pieces);
    }
});

/// Reads to the end or to the first error and tells what there was, text joined into runs; `None`
/// where a bound was met.
fn told(mut xml: Reader<impl std::io::Read>) -> Option<Vec<String>> {
    let mut story = vec![];
    let mut text = String::new();
    let mut depth = 0_usize;
    loop {
        let event = match xml.next() {
            Ok(event) => event,
            Err(Error::Limit(..)) => return None,
            Err(_) => {
                story.push("broken".to_owned());
                return Some(story);
            }
        };
        if event == Event::Text {
            text.push_str(xml.text());
            assert!(text.len() <= LIMITS.text + LIMITS.expansion, "text beyond the limit");
            continue;
        }
        if !text.is_empty() {
            story.push(format!("text {}", std::mem::take(&mut text)));
        }
        match event {
            Event::Start => {
                depth += 1;
                assert!(depth <= LIMITS.depth, "deeper than the limit");
                story.push(format!("start {} {:?}", xml.name(), xml.attributes().collect::<Vec<_>>()));
            }
            Event::End => {
                depth = depth.checked_sub(1).expect("an end has its start");
                story.push(format!("end {}", xml.name()));
            }
            Event::Comment => story.push(format!("comment {}", xml.text())),
            Event::Instruction => story.push(format!("instruction {}", xml.text())),
            Event::Text => {}
            Event::Eof => {
                assert_eq!(depth, 0, "a document that is over is closed");
                return Some(story);
            }
        }
    }
}
