//! Where the text of a segment stands in the XML that it was read from.

use std::io::Read;
use std::ops::Range;

use super::{Cell, Form};
use crate::bytes::Way;
use crate::bytes::xml::Reader;
use crate::model::Segment;

/// Where the text of a segment stands in the text of its file.
#[derive(Debug, Clone, Default)]
pub(in crate::format) struct Trail {
    way: Way,
    /// The stretches of it that stand in sections of CDATA.
    sections: Vec<Range<u32>>,
}

impl Trail {
    /// Takes the piece of text that is the last event.
    pub(in crate::format) fn text<R: Read>(&mut self, xml: &Reader<R>) {
        let Some((start, written)) = xml.written() else { return };
        let (text, way) = (xml.text(), &mut self.way);
        if let Some(section) = written.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")) {
            let from = way.len() as u32;
            follow(way, section, start + "<![CDATA[".len() as u64, text);
            self.sections.push(from..way.len() as u32);
        } else if written.starts_with('&') && written.ends_with(';') {
            way.push_atom(text.len(), start..start + written.len() as u64);
        } else {
            follow(way, written, start, text);
        }
    }

    /// Makes the cell of a segment that this leads back from.
    pub(in crate::format) fn cell(self, segment: Segment) -> Cell {
        let known = self.way.len() == segment.text.len();
        let form = if known { Form::Xml(self.sections) } else { Form::Lost };
        let way = if known { self.way } else { Way::default() };
        Cell { segment, way, form, file: 0 }
    }
}

/// Follows text that differs from what is written in its ends of line and its control characters at most.
fn follow(way: &mut Way, written: &str, start: u64, text: &str) {
    if written.len() == text.len() && !written.contains('\r') {
        way.push_same(text.len(), start);
        return;
    }
    let mut at = start;
    let mut rest = written.chars().peekable();
    while let Some(c) = rest.next() {
        let len = c.len_utf8() as u64;
        match c {
            '\r' if rest.next_if_eq(&'\n').is_some() => {
                way.push_atom(1, at..at + 2);
                at += 1;
            }
            // These are nothing to XML.
            '\0'..='\u{8}' | '\u{E}'..='\u{1F}' => {}
            _ => way.push_same(c.len_utf8(), at),
        }
        at += len;
    }
}
