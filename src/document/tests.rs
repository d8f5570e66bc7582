use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn read_as(kind: Kind, text: &str) -> Document {
    let options = Options { kind: Some(kind), ..Options::default() };
    let document = read(text.as_bytes(), "", &options).unwrap();
    holds_together(&document, text.as_bytes());
    document
}

/// What blocks are called in these tables.
fn told(block: &Block) -> String {
    let kind = match block.kind {
        BlockKind::Paragraph => "p".to_owned(),
        BlockKind::Heading(level) => format!("h{level}"),
        BlockKind::ListItem => "li".into(),
        BlockKind::TableCell => "td".into(),
        BlockKind::Caption => "caption".into(),
        BlockKind::Preformatted => "pre".into(),
        BlockKind::Note => "note".into(),
        BlockKind::Margin => "margin".into(),
        BlockKind::Comment => "comment".into(),
        BlockKind::Alternative => "alt".into(),
        BlockKind::Hint => "hint".into(),
    };
    let lang = block.lang.as_ref().map(|l| format!("@{l}")).unwrap_or_default();
    let mut text = block.text.replace(MASK, "#").replace('\n', "/");
    for (range, lang) in &block.foreign {
        write!(text, " ({lang}: {})", &block.text[range.clone()]).unwrap();
    }
    format!("{kind}{lang} {text}")
}

/// What every document promises, whatever it was made of.
fn holds_together(document: &Document, bytes: &[u8]) {
    for block in &document.blocks {
        assert!(!block.text.is_empty() && block.text.trim() == block.text, "{block:?}");
        assert!(block.line >= 1);
        let lines = 1 + bytes.iter().filter(|b| **b == b'\n').count() as u32;
        let mut last = 0;
        for (at, c) in block.text.char_indices() {
            let place = block.line_of(at);
            assert!(place.line >= 1 && place.column >= 1);
            if document.kind == Kind::Docx {
                assert_eq!(block.original(at..at + c.len_utf8()), None);
                continue;
            }
            let original = block.original(at..at + c.len_utf8()).unwrap();
            assert!(place.line <= lines, "{place:?} of {lines}");
            assert_eq!(place.offset, Some(original.start));
            assert!(
                original.start < original.end && original.end <= bytes.len() as u64,
                "{original:?} {block:?}"
            );
            assert!(original.start >= last, "{original:?} {block:?}");
            last = original.start;
        }
        for (range, _) in &block.foreign {
            assert!(range.start < range.end && block.text.get(range.clone()).is_some(), "{block:?}");
        }
    }
    for finding in &document.findings {
        assert!(
            finding.place.bytes.is_none_or(|(from, to)| from <= to && to <= bytes.len() as u64),
            "{finding:?}"
        );
        assert!(finding.check.starts_with("read-") && !finding.message.is_empty());
    }
}

#[test]
fn plain_text_is_parted_at_blank_lines() {
    for (name, text, expected) in [
        ("two", "one\ntwo\n\nthree\n", "p one/two|p three"),
        ("crlf", "one\r\ntwo\r\n \t\r\nthree\r\n", "p one/two|p three"),
        ("old ends", "one\rtwo\r\rthree", "p one/two|p three"),
        ("blank", " \n\n\t\n", ""),
        ("indented", "  one\n  two", "p one/  two"),
        ("markup is text", "a <b>& *c*", "p a <b>& *c*"),
        ("ideographic spaces", "一\n　\n　　二", "p 一|p 二"),
        ("pages", "one\u{C}\n\u{C}\ntwo", "p one|p two"),
        ("head", "title: A: b\ndate: 2020-11\nnote: n\n\ntext: x", "p text: x"),
        ("no head", "title: A\nand more\n\nx", "p title: A/and more|p x"),
        ("a note", "note: well\n\nx", "p note: well|p x"),
    ] {
        let document = read_as(Kind::Plain, text);
        assert_eq!(document.blocks.iter().map(told).collect::<Vec<_>>().join("|"), expected, "{name}");
    }
}

#[test]
fn markdown_is_read_without_its_markup() {
    for (name, text, expected) in [
        ("emphasis", "the **cyber** _sovereignty_ of\n`code` x", "p the cyber sovereignty of/# x"),
        ("inside a word", "cyber**space**", "p cyberspace"),
        (
            "links",
            "see [cyber [x] *norms*](http://a.b/c \"t\") and <http://x.y> [r]\n\n[r]: /u",
            "p see cyber [x] norms and http://x.y r",
        ),
        ("images", "a ![cyber *norms* &amp;](i.png) b", "alt cyber norms &|p a # b"),
        ("headings", "# One #\n\nTwo\n===\n\n### Three {#id}", "h1 One|h1 Two|h3 Three"),
        ("lists", "- one\n- two\n  more\n\n1. three\n   - four", "li one|li two/more|li three|li four"),
        ("loose lists", "- one\n\n  two\n\n- three", "li one|li two|li three"),
        ("tasks", "- [x] done", "li done"),
        ("quotes", "> one\n> two\nlazy", "p one/two/lazy"),
        ("code", "a\n\n    code\n\n```rust\ncode\n```\nb", "p a|p b"),
        ("tables", "| a | *b* |\n|---|---|\n| c \\| d | `e` |", "td a|td b|td c | d"),
        ("footnotes", "word[^1] on\n\n[^1]: The note.", "p word on|note The note."),
        ("escapes", "a\\*b\\* &eacute;&#x7f51; \\&", "p a*b* é网 &"),
        ("hard breaks", "one  \ntwo\\\nthree<br>four", "p one/two/three/four"),
        ("inline html", "the <b>cyber</b> <!-- no --> norms", "p the cyber  norms"),
        ("html blocks", "<div align=x>\n<p>one &amp; <i>two</i></p>\n</div>\n\nthree", "p one & two|p three"),
        ("comments", "<!-- a\n\nb -->\n\nx", "p x"),
        ("strikes", "~~old~~ new", "p old new"),
        ("rules", "one\n\n---\n\ntwo", "p one|p two"),
        ("front matter", "---\ntitle: \"T: u\"\nlang: fr\ntags: [a]\n---\n# H", "h1 H"),
        ("toml", "+++\ntitle = \"T: u\"\nlanguage = \"fr\"\n+++\nx", "p x"),
        ("rule, not front matter", "---\n\ntitle", "p title"),
        ("head", "title: T\nlanguage: fr\n\n*x*", "p x"),
        ("alerts", "> [!NOTE]\n> text", "p text"),
    ] {
        let document = read_as(Kind::Markdown, text);
        assert_eq!(document.blocks.iter().map(told).collect::<Vec<_>>().join("|"), expected, "{name}");
        if text.contains("T: u") {
            assert_eq!(
                (document.title.as_deref(), document.language.as_ref().unwrap().as_str()),
                (Some("T: u"), "fr")
            );
        }
    }
}

#[test]
fn html_is_read_as_leniently_as_browsers_do() {
    for (name, text, expected) in [
        ("inline", "<p>the <b>cyber</b> <i class=x>sovereign</i>ty", "p the cyber sovereignty"),
        ("unclosed", "<P>one<P>two<UL><LI>three<LI>four</UL>five", "p one|p two|li three|li four|p five"),
        ("white space", "<p> a \n <b> b </b>\tc </p>", "p a b c"),
        ("han lines", "<p>网络\n  主权<b>\n</b>原则 x\ny", "p 网络主权原则 x y"),
        ("br", "a<br>b<BR/>c</br>d", "p a/b/c/d"),
        ("pre", "<pre>\na  b\r\n c &lt;</pre>", "pre a  b/ c <"),
        ("entities", "AT&T &copy &eacute;&eacute &lt;b&gt; &nbsp;x&#8211;y", "p AT&T © éé <b> \u{A0}x–y"),
        (
            "hidden",
            "<head><title>T &amp; u</title><style>p{}</style></head><script>if(a<b)</script><template>t</template>x<!-- <p>c -->y",
            "p xy",
        ),
        (
            "attributes",
            "<p>a<img src=x alt='the alt &amp; text' title=\"hint\">b<input placeholder=ask>",
            "alt the alt & text|hint hint|hint ask|p a#b#",
        ),
        (
            "translate",
            "<p>a <span translate=no>Name</span> b <span class='x notranslate'>N</span></p><p translate=NO>x",
            "p a # b #",
        ),
        ("code", "<p>run <code>ls -l</code> now", "p run # now"),
        (
            "tables",
            "<table><caption>cap<tr><th>a<td>b<tr><td>c<p>d</table>e",
            "caption cap|td a|td b|td c|td d|p e",
        ),
        ("headings", "<h1>a</h2><h2>b</h2>c", "h1 a|h2 b|p c"),
        ("definitions", "<dl><dt>a<dd>b<dt>c</dl>", "li a|li b|li c"),
        (
            "lang",
            "<html lang=en><p lang=fr>un <i lang=zh-CN>网络</i> deux</p><p>x <q lang=de>drei</q>",
            "p@fr un 网络 deux (zh-Hans: 网络)|p x drei (de: drei)",
        ),
        ("all of it", "<p><span lang=ru>сеть</span></p>", "p@ru сеть"),
        ("lang over blocks", "<div lang=es>a<p>b</p></div>c", "p@es a|p@es b|p c"),
        ("ruby", "<ruby>主<rp>(</rp><rt>しゅ</rt><rp>)</rp>権<rt>けん</ruby>", "p 主権"),
        (
            "note marks",
            "sovereignty<sup><a href=#1>[1]</a></sup> the 2<sup>nd</sup> CO<sub>2</sub>",
            "p sovereignty# the 2nd CO2",
        ),
        ("not tags", "a < b <3 c</> d", "p a < b <3 c d"),
        ("attributes with signs", "<p title='a > b' data-x=\"<p>\">x", "hint a > b|p x"),
        ("svg", "a <svg><title>t</title><text>x</text></svg> b", "p a # b"),
        ("select", "<select><option>one<option>two</select>", "li one|li two"),
        ("textarea", "<textarea>a <b>\n c</textarea>", "pre a <b>/ c"),
        ("b over p", "<b>a<p>b</b>c</p>d", "p a|p bc|p d"),
        ("nested lists", "<ol><li>a<ul><li>b</ul>c<li>d</ol>", "li a|li b|li c|li d"),
        ("a link over blocks", "<a href=x><div>a</div></a>", "p a"),
        ("soft", "cyber&shy;space <wbr>x", "p cyber\u{AD}space x"),
        ("figure", "<figure><img alt=i><figcaption>cap</figcaption></figure>", "alt i|caption cap"),
        ("end of file in a tag", "<p>a<b class=\"x", "p a"),
        ("end of file in a comment", "<p>a<!-- b", "p a"),
        ("end of file in a script", "<p>a<script>b", "p a"),
        ("doctype", "<!DOCTYPE html><?php x ?><p>a", "p a"),
        ("xhtml", "<?xml version='1.0'?><html><p/>a<span/>b", "p ab"),
    ] {
        let document = read_as(Kind::Html, text);
        assert_eq!(document.blocks.iter().map(told).collect::<Vec<_>>().join("|"), expected, "{name}");
        assert_eq!(
            document.findings.len(),
            usize::from(name.starts_with("end of file")),
            "{name}: {:?}",
            document.findings
        );
    }
}

#[test]
fn a_page_says_what_it_is() {
    let page = "<!doctype html><html lang=zh-TW><meta property='og:site_name' content='報 &amp; 紙'>\
        <meta name=date content=2020-11-25T10:00Z><title>題\n目</title><p>文";
    let document = read(page.as_bytes(), "x", &Options::default()).unwrap();
    assert_eq!(document.kind, Kind::Html);
    assert_eq!(document.title.as_deref(), Some("題 目"));
    assert_eq!(document.outlet.as_deref(), Some("報 & 紙"));
    assert_eq!(document.date.map(|d| d.to_string()).as_deref(), Some("2020-11-25"));
    assert_eq!(document.language.unwrap().as_str(), "zh-Hant-TW");
    let page = encoding_rs::GB18030.encode("<meta http-equiv=x content='text/html; charset=GB2312'>网络").0;
    let document = read(&page, "x.htm", &Options::default()).unwrap();
    assert_eq!((&*document.blocks[0].text, document.encoding.unwrap().name), ("网络", "GBK"));
    assert_eq!(document.findings.len(), 0);
}

/// Where the term of a text stands in its file, whatever is inside it there.
#[test]
fn a_term_is_found_where_it_stands_in_the_file() {
    for (kind, file, term, there, line, column) in [
        (Kind::Plain, "a\r\nthe cyber\r\nnorms x", "cyber\nnorms", "cyber\r\nnorms", 2, 5),
        (Kind::Plain, "一\n\n二 网络主权", "网络主权", "网络主权", 3, 3),
        (Kind::Markdown, "x\n\n- a **cyber** norm", "cyber norm", "cyber** norm", 3, 7),
        (Kind::Markdown, "> a\n> cyber\n> norm", "cyber\nnorm", "cyber\n> norm", 2, 3),
        (Kind::Markdown, "a &eacute;t\\*b x", "ét*b", "&eacute;t\\*b", 1, 3),
        (Kind::Markdown, "title: x\ndate: 2020\n\nthe *norm*", "norm", "norm", 4, 6),
        (Kind::Markdown, "<p>\nthe <b>norm</b>\n</p>", "norm", "norm", 2, 8),
        (Kind::Html, "<p>é\n <b>caf&eacute;</b>\n norm", "café norm", "caf&eacute;</b>\n norm", 2, 5),
        (Kind::Html, "<p>\n网络\n<b>主权</b>", "网络主权", "网络\n<b>主权", 2, 1),
        (Kind::Html, "<img\n alt='a norm'>", "norm", "norm", 2, 9),
        (Kind::Html, "<pre>\na\r\nb</pre>", "a\nb", "a\r\nb", 2, 1),
    ] {
        for encoding in ["utf-8", "utf-8 with mark", "utf-16le", "utf-16be"] {
            let wide = |bytes: fn(u16) -> [u8; 2], text: &str| {
                text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
            };
            let encoded = |text: &str| match encoding {
                "utf-16le" => wide(u16::to_le_bytes, text),
                "utf-16be" => wide(u16::to_be_bytes, text),
                _ => text.as_bytes().to_vec(),
            };
            let mark = if encoding == "utf-8" { "" } else { "\u{FEFF}" };
            let bytes = encoded(&format!("{mark}{file}"));
            let document = read(&bytes, "", &Options { kind: Some(kind), ..Options::default() }).unwrap();
            holds_together(&document, &bytes);
            let block =
                document.blocks.iter().find(|b| b.text.contains(term)).unwrap_or_else(|| panic!("{file}"));
            let at = block.text.find(term).unwrap();
            let original = block.original(at..at + term.len()).unwrap();
            assert_eq!(
                &bytes[original.start as usize..original.end as usize],
                encoded(there),
                "{file}, {encoding}"
            );
            let place = block.line_of(at);
            assert_eq!(
                (place.line, place.column, place.offset),
                (line, column, Some(original.start)),
                "{file}"
            );
        }
    }
}

#[test]
fn what_is_no_text_is_refused_in_a_sentence() {
    for (name, bytes, expected) in [
        ("x.txt", &b"%PDF-1.7"[..], "the file is a PDF, not text"),
        ("x.txt", b"\x1f\x8b\x08", "the file is packed with gzip, not text"),
        ("x.docx", b"\xd0\xcf\x11\xe0", "the file is an old or an encrypted Office document, not text"),
        ("x.docx", b"PK\x03\x04", "the archive cannot be read"),
        ("x.png", b"\x89PNG\r\n", "the file is an image, not text"),
    ] {
        assert_eq!(read(bytes, name, &Options::default()).unwrap_err().to_string(), expected);
    }
    let limits = Limits { plain: 10, blocks: 2, ..Limits::default() };
    let options = Options { limits, ..Options::default() };
    assert!(matches!(read(b"12345678901", "", &options), Err(Error::TooLong { bytes: 11, most: 10 })));
    assert!(matches!(read(b"1\n\n2\n\n3", "", &options), Err(Error::TooFine)));
}

#[test]
fn damage_is_told_and_the_rest_is_read() {
    let document = read(b"one\xFF\n\ntwo\x01", "a.txt", &Options::default()).unwrap();
    let codes: Vec<_> = document.findings.iter().map(|f| (f.check.as_str(), f.place.line)).collect();
    assert_eq!(codes, [("read-encoding", None), ("read-control-char", Some(3))]);
    let document = read_as(Kind::Plain, "title: x\ndate: soon\nlanguage: ?\n\ntext");
    assert_eq!(document.findings.iter().map(|f| f.place.line).collect::<Vec<_>>(), [Some(2), Some(3)]);
}

/// Whole documents of `seeds/`, as a reader would see them.
#[test]
fn the_seeds_are_read_as_they_always_were() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    for shelf in ["documents", "broken/document"] {
        let mut files: Vec<_> =
            fs::read_dir(top.join("seeds").join(shelf)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        let mut out = String::new();
        for file in files {
            let name = file.file_name().unwrap().to_str().unwrap();
            if name.ends_with(".py") || name == "README.md" {
                continue;
            }
            let bytes = fs::read(&file).unwrap();
            let encoding = name.contains("gb18030").then(|| "gb18030".to_owned());
            writeln!(out, "== {name}").unwrap();
            match read(&bytes, name, &Options { encoding, ..Options::default() }) {
                Err(error) => {
                    let cause =
                        std::error::Error::source(&error).map(|c| format!(": {c}")).unwrap_or_default();
                    writeln!(out, "refused: {error}{cause}").unwrap();
                }
                Ok(document) => {
                    holds_together(&document, &bytes);
                    out.push_str(&shown(&document));
                }
            }
        }
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/document"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(shelf.replace('/', "-"), out);
        });
    }
}

fn shown(document: &Document) -> String {
    let mut out = String::new();
    let encoding = document.encoding.as_ref().map_or("-", |e| e.name);
    writeln!(out, "{} in {encoding}", document.kind.name()).unwrap();
    let facts = [
        ("title", document.title.clone()),
        ("outlet", document.outlet.clone()),
        ("date", document.date.map(|d| d.to_string())),
        ("language", document.language.as_ref().map(ToString::to_string)),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            writeln!(out, "{name}: {value}").unwrap();
        }
    }
    for block in &document.blocks {
        let text = told(block);
        let text: String = text.chars().take(400).collect();
        let original = block.original(0..block.text.len());
        let original = original.map(|o| format!(" {}..{}", o.start, o.end)).unwrap_or_default();
        writeln!(out, "{}{original} {text}", block.line).unwrap();
    }
    for finding in &document.findings {
        let line = finding.place.line.map(|l| format!(" {l}")).unwrap_or_default();
        writeln!(out, "! {}{line} {}", finding.check, finding.message).unwrap();
    }
    out
}

/// Every document of `seeds/prose` says in its head what it is.
#[test]
fn the_prose_of_the_seeds_is_dated_and_has_a_language() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/prose");
    let mut count = 0;
    for folder in fs::read_dir(top).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()) {
        for file in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            let bytes = fs::read(&file).unwrap();
            let document = read(&bytes, file.to_str().unwrap(), &Options::default()).unwrap();
            holds_together(&document, &bytes);
            assert!(document.findings.is_empty(), "{}: {:?}", file.display(), document.findings);
            let said =
                (&document.title, &document.outlet, &document.date, &document.language, &document.note);
            assert!(matches!(said, (Some(_), Some(_), Some(_), Some(_), Some(_))), "{}", file.display());
            assert!(document.blocks.len() > 2, "{}", file.display());
            count += 1;
        }
    }
    assert!(count > 20);
}

/// The text that bytes of the original say by themselves must be in the block.
fn says_the_same(document: &Document, text: &str) {
    for block in &document.blocks {
        for (at, c) in block.text.char_indices() {
            let original = block.original(at..at + c.len_utf8()).unwrap();
            let there = &text[original.start as usize..original.end as usize];
            let same = there == c.to_string()
                || there.starts_with(['&', '\\', '<', '`', '!', '[', '|'])
                || (c.is_whitespace() && there.trim_matches(|c: char| c.is_whitespace() || c == '\\').is_empty())
                || c == MASK
                || (c == '\n' && there.contains('\n'))
                // A NUL is no character of Markdown.
                || c == char::REPLACEMENT_CHARACTER;
            assert!(same, "{c:?} is {there:?} in {text:?}");
        }
    }
}

const SCRAPS: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<LI>",
    "<ul>",
    "</ul>",
    "<td>",
    "<table>",
    "</table>",
    "<tr>",
    "<br>",
    "<h1>",
    "</h2>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<span lang=fr>",
    "</span>",
    "<p translate=no>",
    "<img alt='x y' title=z>",
    "<textarea>",
    "</textarea>",
    "<title>",
    "</title>",
    "<svg>",
    "</svg>",
    "<pre>",
    "</pre>",
    "<sup>",
    "<a href=\"",
    "\"",
    "&amp;",
    "&eacute",
    "&#x",
    "&#65;",
    "&",
    "<",
    ">",
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "# ",
    "- ",
    "> ",
    "1. ",
    "| a | b |\n|--|--|\n",
    "![",
    "[^1]",
    "[^1]: ",
    "](x)",
    "\\",
    "\n",
    "\n\n",
    "\r\n",
    "  ",
    "\t",
    "网络",
    "é",
    "ة",
    "😀",
    "word",
    "---\n",
    "title: x\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_scraps_every_character_leads_back(
        scraps in prop::collection::vec(prop::sample::select(SCRAPS), 0..25),
        kind in prop::sample::select(vec![Kind::Plain, Kind::Markdown, Kind::Html]),
    ) {
        let text = scraps.concat();
        let document = read_as(kind, &text);
        says_the_same(&document, &text);
        // In another encoding it says the same and leads to the same places.
        let wide: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let other = read(&wide, "", &Options { kind: Some(kind), ..Options::default() }).unwrap();
        holds_together(&other, &wide);
        let texts = |d: &Document| d.blocks.iter().map(|b| (b.text.clone(), b.line, b.kind)).collect::<Vec<_>>();
        prop_assert_eq!(texts(&document), texts(&other));
    }

    #[test]
    fn no_bytes_make_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        kind in prop::sample::select(vec![Kind::Plain, Kind::Markdown, Kind::Html, Kind::Docx]),
        encoding in prop::sample::select(vec![None, Some("gb18030"), Some("utf-16be"), Some("iso-2022-jp")]),
    ) {
        let options = Options { kind: Some(kind), encoding: encoding.map(str::to_owned), ..Options::default() };
        if let Ok(document) = read(&bytes, "", &options) {
            holds_together(&document, &bytes);
        }
    }
}

/// Prints figures for PERFORMANCE.md: `cargo test --release --lib document::tests::how_fast -- --ignored --nocapture`
#[test]
#[ignore = "prints figures and judges nothing"]
fn how_fast_documents_are_read() {
    let sample = "The Global Initiative on Data Security was put forward in September 2020. It calls on states to handle \
        data security\nin a comprehensive, objective and evidence-based manner; the proposal has drawn attention.\n\n";
    let zh = "中方提出《全球数据安全倡议》，呼吁各国以事实为依据全面客观看待数据安全问题，共同构建网络空间命运共同体。\n\n";
    for (name, kind, text) in [
        ("plain en", Kind::Plain, sample.repeat((100 << 20) / sample.len())),
        ("plain en crlf", Kind::Plain, sample.replace('\n', "\r\n").repeat((100 << 20) / sample.len())),
        ("plain zh", Kind::Plain, zh.repeat((100 << 20) / zh.len())),
        ("markdown", Kind::Markdown, sample.replace("data", "**data**").repeat((20 << 20) / sample.len())),
        (
            "html",
            Kind::Html,
            sample
                .replace("data", "<b>data</b> &amp;")
                .replace("\n\n", "<p>")
                .repeat((20 << 20) / sample.len()),
        ),
    ] {
        let from = std::time::Instant::now();
        let document =
            read(text.as_bytes(), "", &Options { kind: Some(kind), ..Options::default() }).unwrap();
        let seconds = from.elapsed().as_secs_f64();
        println!("{name}: {} blocks, {:.0} MB/s", document.blocks.len(), text.len() as f64 / seconds / 1e6);
    }
}
