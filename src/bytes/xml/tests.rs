use std::io::{self, Read};

use proptest::prelude::*;

use super::*;

/// Reads a document into a line of notes, and its troubles.
fn notes(xml: impl Read) -> (String, Vec<Trouble>, Option<Error>) {
    notes_within(xml, Limits::default())
}

fn notes_within(xml: impl Read, limits: Limits) -> (String, Vec<Trouble>, Option<Error>) {
    let mut reader = Reader::new(xml, None, limits);
    let (mut out, mut troubles) = (String::new(), vec![]);
    let mut in_text = false;
    let error = loop {
        let event = match reader.next() {
            Ok(event) => event,
            Err(e) => break Some(e),
        };
        troubles.append(&mut reader.take_troubles());
        if event != Event::Text && std::mem::take(&mut in_text) {
            out.push('"');
        }
        match event {
            Event::Start => {
                out.push_str(&format!("<{}", reader.name()));
                for (name, value) in reader.attributes() {
                    out.push_str(&format!(" {name}={value:?}"));
                }
                out.push('>');
            }
            Event::End => out.push_str(&format!("</{}>", reader.name())),
            Event::Text => {
                if !std::mem::replace(&mut in_text, true) {
                    out.push('"');
                }
                out.push_str(reader.text());
            }
            Event::Comment => out.push_str(&format!("!{}!", reader.text())),
            Event::Instruction => out.push_str(&format!("?{}?", reader.text())),
            Event::Eof => break None,
        }
    };
    troubles.append(&mut reader.take_troubles());
    (out, troubles, error)
}

#[test]
fn documents_are_read_as_xml_says() {
    for (xml, expected) in [
        ("<a/>", "<a></a>"),
        ("<?xml version='1.0'?>\n<a />\n", "<a></a>"),
        ("<a\n b = 'x\"y'  c=\"1\"\t>t</a >", "<a b=\"x\\\"y\" c=\"1\">\"t\"</a>"),
        ("<a b='&lt;&#65;&#x42;&amp;&quot;&apos;&gt;'/>", "<a b=\"<AB&\\\"'>\"></a>"),
        ("<a b='1\n2\t3\r\n4'/>", "<a b=\"1 2 3 4\"></a>"),
        ("<a b='1&#10;2'/>", "<a b=\"1\\n2\"></a>"),
        ("<a>x&amp;y<![CDATA[<&z]]>w</a>", "<a>\"x&y<&zw\"</a>"),
        ("<a>1\r\n2\r3\n</a>", "<a>\"1\n2\n3\n\"</a>"),
        ("<a>1&#13;2</a>", "<a>\"1\r2\"</a>"),
        ("<a><!-- c - > --><?p i?><b/></a><!--z-->", "<a>! c - > !?p i?<b></b></a>!z!"),
        ("<a b='>'>x</a>", "<a b=\">\">\"x\"</a>"),
        (
            "<!DOCTYPE a SYSTEM \"x]>.dtd\" [<!ENTITY e 'v>'><!-- ]> --><!ENTITY f \"&e;&e;\">]><a>&f;</a>",
            "<a>\"v>v>\"</a>",
        ),
        (
            "<!DOCTYPE a [<!ENTITY lt \"&#38;#60;\"><!ENTITY n \"&#38;lt;\">]><a b='&n;'>&lt;&n;</a>",
            "<a b=\"<\">\"<<\"</a>",
        ),
        (
            "<!DOCTYPE a [<!ELEMENT a ANY><!ATTLIST a b CDATA '>'><!ENTITY e 'one'><!ENTITY e 'two'>]><a>&e;</a>",
            "<a>\"one\"</a>",
        ),
        ("<a xmlns='u' xmlns:p='v' p:q='1'><p:b/></a>", "<a p:q=\"1\"><p:b></p:b></a>"),
        ("<网 络='主'>权</网>", "<网 络=\"主\">\"权\"</网>"),
        ("\u{FEFF}<a/>", "<a></a>"),
    ] {
        let (read, troubles, error) = notes(xml.as_bytes());
        assert!(error.is_none(), "{xml}: {error:?}");
        assert_eq!(read, expected, "{xml}");
        assert_eq!(troubles, [], "{xml}");
    }
}

#[test]
fn what_xml_forbids_is_gone_past_and_told() {
    for (xml, expected, kind, place) in [
        ("<a b='1' b='2'/>", "<a b=\"1\"></a>", TroubleKind::Syntax, (1, 10)),
        ("<a b/>", "<a></a>", TroubleKind::Syntax, (1, 4)),
        ("<a b=1 />", "<a b=\"1\"></a>", TroubleKind::Syntax, (1, 4)),
        ("<a b='1'c='2'/>", "<a b=\"1\" c=\"2\"></a>", TroubleKind::Syntax, (1, 9)),
        ("<a>AT & T</a>", "<a>\"AT & T\"</a>", TroubleKind::Syntax, (1, 7)),
        ("<a>\n网\u{1}x</a>", "<a>\"\n网x\"</a>", TroubleKind::Control, (2, 2)),
        ("<a>x\0y</a>", "<a>\"xy\"</a>", TroubleKind::Control, (1, 5)),
        ("<a>x\u{B}y</a>", "<a>\"x y\"</a>", TroubleKind::Control, (1, 5)),
        ("<a b='x&#1;y'/>", "<a b=\"xy\"></a>", TroubleKind::Control, (1, 9)),
        ("<a>&#xD800;&#xFFFF;</a>", "<a>\"\"</a>", TroubleKind::Control, (1, 5)),
        ("<a>&nbsp;</a>", "<a>\"&nbsp;\"</a>", TroubleKind::Entity, (1, 5)),
        ("<a>&#;</a>", "<a>\"&#;\"</a>", TroubleKind::Entity, (1, 5)),
        (
            "<!DOCTYPE a [<!ENTITY e SYSTEM '/etc/passwd'>]><a>x&e;y</a>",
            "<a>\"xy\"</a>",
            TroubleKind::Entity,
            (1, 53),
        ),
        ("<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://x'> %p; ]><a/>", "<a></a>", TroubleKind::Entity, (1, 1)),
        ("<!DOCTYPE a [<!ENTITY e '<b/>'>]><a>&e;</a>", "<a>\"<b/>\"</a>", TroubleKind::Entity, (1, 38)),
    ] {
        let (read, troubles, error) = notes(xml.as_bytes());
        assert!(error.is_none(), "{xml}: {error:?}");
        assert_eq!(read, expected, "{xml}");
        let first = troubles.first().unwrap_or_else(|| panic!("{xml}: no trouble"));
        assert_eq!((first.kind, (first.position.line, first.position.column)), (kind, place), "{xml}");
    }
}

#[test]
fn broken_nesting_is_an_error_with_its_place_and_the_rest_was_delivered() {
    for (xml, before, line, column) in [
        ("", "", 1, 1),
        ("text", "", 1, 1),
        ("<a>\n<b></a>", "<a>\"\n\"<b>", 2, 4),
        ("<a><b>x</b>\n", "<a><b>\"x\"</b>\"\n", 2, 1),
        ("<a><b>x</b><c d='", "<a><b>\"x\"</b>", 1, 12),
        ("<a></a>\n<b/>", "<a></a>", 2, 1),
        ("<a></a></b>", "<a></a>", 1, 8),
        ("<a/>x", "<a></a>", 1, 5),
        ("<a>1 < 2</a>", "<a>\"1 ", 1, 6),
        ("<a><!-- ", "<a>", 1, 4),
        ("<a><![CDATA[ ", "<a>", 1, 4),
    ] {
        let (read, _, error) = notes(xml.as_bytes());
        assert_eq!(read, before, "{xml}");
        match error {
            Some(Error::Broken(at, what)) => {
                assert_eq!((at.line, at.column), (line, column), "{xml}: {what}")
            }
            other => panic!("{xml}: {other:?}"),
        }
    }
}

#[test]
fn names_have_their_namespaces() {
    let xml = "<a xmlns='u' xmlns:p='v'><b xmlns=''><p:c/><q:d/></b><p:e xmlns:p='w'/><p:f/></a>";
    let mut reader = Reader::new(xml.as_bytes(), None, Limits::default());
    let mut seen = vec![];
    loop {
        match reader.next().unwrap() {
            Event::Start => seen.push((reader.local().to_owned(), reader.namespace().map(str::to_owned))),
            Event::Eof => break,
            _ => {}
        }
    }
    let seen: Vec<_> = seen.iter().map(|(n, u)| (n.as_str(), u.as_deref())).collect();
    assert_eq!(
        seen,
        [("a", Some("u")), ("b", None), ("c", Some("v")), ("d", None), ("e", Some("w")), ("f", Some("v"))]
    );
}

/// Gives one text, then another again and again, for so many bytes.
struct Flood(&'static [u8], &'static [u8], u64);

impl Read for Flood {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.0.is_empty() {
            let n = self.0.len().min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            return Ok(n);
        }
        let n = into.len().min(usize::try_from(self.2).unwrap_or(usize::MAX)) / self.1.len() * self.1.len();
        for chunk in into[..n].chunks_mut(self.1.len()) {
            chunk.copy_from_slice(self.1);
        }
        self.2 -= n as u64;
        Ok(n)
    }
}

#[test]
fn a_gigabyte_without_an_end_is_refused_before_it_is_held() {
    let limits = Limits { text: 1 << 20, ..Limits::default() };
    for (start, again) in [
        (&b"<a>"[..], &b"x"[..]),
        (b"<a b='", b"x"),
        (b"<a", b" b='1'"),
        (b"<", b"x"),
        (b"<a><!--", b"x"),
        (b"<a><![CDATA[", b"x"),
        (b"<!DOCTYPE a [", b"<!ENTITY a 'b'>"),
        (b"<a>&", b"x"),
        (b"<a>", b"&lt;"),
        (b"<a>", b"<b>"),
    ] {
        let (_, _, error) = notes_within(Flood(start, again, 1 << 30), limits);
        assert!(matches!(error, Some(Error::Limit(..))), "{:?}: {error:?}", String::from_utf8_lossy(start));
    }
}

#[test]
fn entities_do_not_explode() {
    let laughs = (1..12).fold(String::from("<!ENTITY e0 'ha'>"), |s, i| {
        s + &format!("<!ENTITY e{i} '{}'>", format!("&e{};", i - 1).repeat(10))
    });
    let nothing = laughs.replace("'ha'", "''");
    let circle = "<!ENTITY e11 '&e10;'><!ENTITY e10 '&e11;'>".to_owned();
    for subset in [laughs, nothing, circle] {
        for body in ["<a>&e11;</a>", "<a b='&e11;'/>"] {
            let (_, _, error) = notes(format!("<!DOCTYPE a [{subset}]>{body}").as_bytes());
            assert!(matches!(error, Some(Error::Limit(..))), "{error:?}");
        }
    }
}

#[test]
fn a_flood_of_troubles_is_told_a_hundred_times_and_counted() {
    let xml = format!("<a>{}</a>", "\u{1}".repeat(100_000));
    let mut reader = Reader::new(xml.as_bytes(), None, Limits::default());
    while reader.next().unwrap() != Event::Eof {}
    assert_eq!(reader.take_troubles().len(), 100);
    assert_eq!(reader.troubles_of(TroubleKind::Control), 100_000);
}

#[test]
fn text_to_the_end_of_an_element_passes_over_what_stands_inside() {
    let mut reader = Reader::new(&b"<a><b>x<c>y<d/></c>&amp;z</b><e/></a>"[..], None, Limits::default());
    reader.next().unwrap();
    reader.next().unwrap();
    let mut text = String::new();
    assert_eq!(reader.text_to_end(&mut text).unwrap(), 2);
    assert_eq!(text, "xy&z");
    assert_eq!((reader.next().unwrap(), reader.name()), (Event::Start, "e"));
}

#[test]
fn positions_are_those_of_the_file_in_every_encoding() {
    let xml = "<?xml version=\"1.0\"?>\n<a>网络\n  <b/>😀<c/></a>";
    let wide: Vec<u8> = format!("\u{FEFF}{xml}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, b, c) in [(xml.as_bytes(), 34, 42), (&wide[..], 62, 74)] {
        let mut reader = Reader::new(bytes, None, Limits::default());
        let mut seen = vec![];
        loop {
            match reader.next().unwrap() {
                Event::Start => seen.push((reader.name().to_owned(), reader.position())),
                Event::Eof => break,
                _ => {}
            }
        }
        let place = |i: usize| (seen[i].1.line, seen[i].1.column, seen[i].1.offset.unwrap());
        assert_eq!(place(1), (3, 3, b));
        assert_eq!(place(2), (3, 8, c));
    }
}

#[test]
fn trouble_beside_malformed_bytes_points_into_the_file() {
    let xml = b"<a><b\xFF\xFF\xFF\xFF c='1'd='2' c='3'/></a>";
    let (_, troubles, _) = notes(&xml[..]);
    assert!(!troubles.is_empty());
    for trouble in troubles {
        assert!(trouble.position.offset.is_some_and(|o| o <= xml.len() as u64), "{trouble:?}");
    }
}

/// Gives a few bytes at a time, so that hardly an event lies ready as a whole.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.1.min(into.len()).min(self.0.len());
        into[..n].copy_from_slice(&self.0[..n]);
        self.0 = &self.0[n..];
        Ok(n)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// What lies ready as a whole is read here, and the rest by quick-xml: nobody may see the difference.
    #[test]
    fn how_the_bytes_come_makes_no_difference(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "<a>", "<a>", "</a>", "</a>", "<b x='>' y=\"'\">", "</b >", "<b/>", "<c />", "<d x='/'/>", "</a x='>'>",
            "</", "<a", "<", ">", "< ", "<>", "</>", "<//>", "'", "\"", "&amp;", "&", "&;", "&#65;", "&w;", "&a&amp;",
            "]]>", "text", "\u{e9} \u{7f51}", " ", "\r\n", "\n", "\u{b}", "<!-- - -->", "<!--", "<![CDATA[<a>]]>", "<?p q?>",
            "<!x>", "<p:a xmlns:p='u'>", "</p:a>", "<a x x='1'x=2>",
        ]), 0..24),
        drop in 1..9_usize,
    ) {
        // The decoder waits for so many bytes before it gives any.
        let head = format!("<!DOCTYPE r [<!ENTITY w 'wicterm'>]><!--{}--><r>", " ".repeat(1100));
        let text = format!("{head}{}</r>", pieces.concat());
        let (whole, whole_troubles, whole_error) = notes(text.as_bytes());
        let (drops, drops_troubles, drops_error) = notes(Drops(text.as_bytes(), drop));
        prop_assert_eq!(whole, drops, "{}", &text[head.len()..]);
        prop_assert_eq!(whole_troubles, drops_troubles);
        prop_assert_eq!(whole_error.map(|e| e.to_string()), drops_error.map(|e| e.to_string()));
    }
}

#[test]
fn the_content_of_an_element_is_the_same_however_the_bytes_come() {
    for step in 1..50 {
        let file = Drops(b"<r><e>1</ee>2<!--</e>-->3</e ><e>4</e></r>", step);
        let mut reader = Reader::new(file, None, Limits::default());
        let mut content = vec![];
        reader.next().unwrap();
        reader.next().unwrap();
        reader.content("e", &mut content).unwrap();
        assert_eq!(String::from_utf8_lossy(&content), "1</ee>2<!--", "{step}");
        reader.content("e", &mut content).unwrap();
        assert_eq!(String::from_utf8_lossy(&content), "1</ee>2<!--</e>-->3", "{step}");
        assert_eq!((reader.next().unwrap(), reader.name()), (Event::End, "e"), "{step}");
        assert_eq!((reader.next().unwrap(), reader.name()), (Event::Start, "e"), "{step}");
        content.clear();
        reader.content("e", &mut content).unwrap();
        assert_eq!(String::from_utf8_lossy(&content), "4", "{step}");
        assert_eq!(reader.next().unwrap(), Event::End, "{step}");
    }
}
