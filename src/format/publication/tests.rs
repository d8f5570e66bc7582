//! What is published, looked at as its readers do.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{HTML, LLM, MARKDOWN};
use crate::format::testing::{self, write};
use crate::format::{Format, LossReport};
use crate::model::{Concept, Context, Definition, LanguageTag, MatchRule, Source, Status, Term};

fn lang(tag: &str) -> LanguageTag {
    tag.parse().unwrap()
}

fn term(text: &str, status: Status) -> Term {
    Term { status: Some(status), ..Term::new(text) }
}

/// A concept with something of everything that is to be seen.
fn sovereignty() -> Concept {
    let mut concept = Concept {
        slug: "cyber-sovereignty".parse().ok(),
        subject_fields: vec!["cyber policy".into()],
        definitions: vec![Definition::new("the claim of a state to rule its part of cyberspace")],
        process_status: Some("finalized".into()),
        ..Concept::default()
    };
    let mut preferred = term("cyber sovereignty", Status::Preferred);
    preferred.contexts.push(Context {
        source: Source {
            title: Some("A speech".into()),
            url: Some("https://example.org/a?b&c".into()),
            date: "2015-12-16".parse().ok(),
            ..Source::default()
        },
        ..Context::new("We should respect cyber sovereignty.")
    });
    concept
        .section_mut(&lang("en"))
        .terms
        .extend([preferred, term("internet sovereignty", Status::Deprecated)]);
    let forbidden = Term { forbidden: true, ..Term::new("souveraineté d'Internet") };
    let terms = [
        term("souveraineté du cyberespace", Status::Preferred),
        term("cybersouveraineté", Status::Admitted),
        forbidden,
    ];
    concept.section_mut(&lang("fr")).terms.extend(terms);
    concept.section_mut(&lang("ar")).terms.push(term("السيادة السيبرانية", Status::Preferred));
    concept
}

fn text_of(format: &Format, concepts: &[Concept]) -> (String, LossReport) {
    let (bytes, report) = write(format, concepts, true);
    (String::from_utf8(bytes).unwrap(), report)
}

/// The rows of a page, without what every page has.
fn rows(page: &str) -> &str {
    page.split("<tbody role=\"rowgroup\">\n").nth(1).unwrap().split("</tbody>").next().unwrap()
}

#[test]
fn a_page_shows_terms_by_language_and_what_may_not_be_written() {
    let (page, report) = text_of(&HTML, &[sovereignty()]);
    let rows = rows(&page).replace("</p>", "</p>\n").replace("<td", "\n<td");
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("page", rows);
    });
    let lost: Vec<&str> = report.losses.iter().map(|l| &*l.field).collect();
    assert_eq!((lost, report.concepts, report.terms), (vec!["/process_status"], 1, 6));
    assert!(!page.contains("src="), "nothing is fetched");
}

#[test]
fn nothing_of_the_users_is_markup_and_only_addresses_of_pages_are_links() {
    let mut concept = Concept { subject_fields: vec!["<b>\"'&".into()], ..Concept::default() };
    let mut hostile = Term::new("</style><script>alert(1)</script>\u{0}");
    for url in
        ["javascript:alert(1)", "data:text/html,x", "https://a.example/\"onclick=\"", "HTTP://ok.example"]
    {
        hostile.sources.push(Source { url: Some(url.into()), ..Source::default() });
    }
    concept.section_mut(&lang("en")).terms.push(hostile);
    let (page, _) = text_of(&HTML, &[concept]);
    let rows = rows(&page);
    assert!(
        !rows.contains("<script") && !rows.contains("<b>\"") && rows.contains("&lt;b&gt;&quot;&#39;&amp;"),
        "{rows}"
    );
    let links: Vec<&str> =
        rows.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(links, ["https://a.example/&quot;onclick=&quot;", "HTTP://ok.example"]);
}

#[test]
fn a_document_has_a_section_for_each_concept() {
    let (text, _) = text_of(&MARKDOWN, &[sovereignty()]);
    insta::with_settings!({
        snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/format"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("document", text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
    });
}

#[test]
fn a_prompt_has_a_line_for_each_concept() {
    let mut kept = Concept { slug: "wto".parse().ok(), ..Concept::default() };
    let rule = MatchRule { do_not_translate: true, ..MatchRule::default() };
    kept.section_mut(&lang("en")).terms.push(Term { match_rule: rule, ..Term::new("WTO") });
    let mut unusable = Concept { slug: "gone".parse().ok(), ..Concept::default() };
    unusable.section_mut(&lang("en")).terms.push(Term::new("a\nterm"));
    unusable.section_mut(&lang("fr")).terms.push(term("un terme", Status::Deprecated));
    let mut proposed = Concept { slug: "new".parse().ok(), ..Concept::default() };
    proposed.section_mut(&lang("en")).terms.push(Term::new("new word"));
    let both = [term("mot nouveau", Status::Proposed), term("autre mot", Status::Proposed)];
    proposed.section_mut(&lang("fr")).terms.extend(both);
    let mut first = sovereignty();
    first.languages.retain(|section| section.lang != lang("ar"));
    let (text, report) = text_of(&LLM, &[first, kept, unusable, proposed]);
    let lines: Vec<&str> = text.lines().skip(2).collect();
    assert_eq!(
        lines,
        [
            "- cyber sovereignty / internet sovereignty → souveraineté du cyberespace; also: cybersouveraineté \
             [avoid: souveraineté d'Internet] (cyber policy)",
            "- WTO → WTO [do not translate]",
            "- new word → mot nouveau [proposed]",
        ]
    );
    assert!(text.starts_with("Glossary, English (en) to French (fr). "), "{text}");
    assert_eq!(report.concepts, 3);
    let lost: Vec<(&str, &str)> = report.losses.iter().map(|l| (&*l.entry, &*l.field)).collect();
    assert_eq!(
        lost,
        [
            ("cyber-sovereignty", "/definitions"),
            ("cyber-sovereignty", "/languages/0/terms/0/contexts"),
            ("cyber-sovereignty", "/process_status"),
            ("cyber-sovereignty", "/slug"),
            ("wto", "/slug"),
            ("gone", ""),
            ("new", "/slug"),
            ("new", "/languages/1/terms/1"),
        ]
    );
}

/// A text as Markdown shows it: in one line.
fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn every_term_reads_back_from_its_cell(concept in testing::arbitrary_concept()) {
        let (text, _) = text_of(&MARKDOWN, std::slice::from_ref(&concept));
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let (mut cells, mut row, mut depth, mut headings) = (vec![], vec![], 0, 0);
        for event in Parser::new_ext(&text, options) {
            match event {
                Event::Start(Tag::TableCell) => { depth = 1; row.push(String::new()); }
                Event::End(TagEnd::TableCell) => depth = 0,
                Event::End(TagEnd::TableRow) => cells.push(std::mem::take(&mut row)),
                Event::Start(Tag::TableHead) => row.clear(),
                Event::End(TagEnd::TableHead) => row.clear(),
                Event::End(TagEnd::Heading(_)) => headings += 1,
                Event::Text(text) | Event::Code(text) if depth > 0 => row.last_mut().unwrap().push_str(&text),
                Event::Html(html) => prop_assert!(false, "{html}"),
                Event::InlineHtml(html) => prop_assert!(html.starts_with("<a id=\"c-") || &*html == "</a>", "{html}"),
                _ => {}
            }
        }
        prop_assert_eq!(headings, 2);
        let read: Vec<(&str, &str)> = cells.iter().map(|row| (&*row[0], &*row[1])).collect();
        let terms: Vec<(String, String)> =
            concept.terms().map(|(lang, term)| (lang.to_string(), one_line(&term.text))).collect();
        let terms: Vec<(&str, &str)> = terms.iter().map(|(lang, text)| (&**lang, &**text)).collect();
        prop_assert_eq!(read, terms, "{}", text);
    }

    #[test]
    fn a_page_is_well_formed_whatever_is_said(concept in testing::arbitrary_concept()) {
        let (page, _) = text_of(&HTML, std::slice::from_ref(&concept));
        let rows = rows(&page);
        let mut open: Vec<&str> = vec![];
        for tag in rows.split('<').skip(1) {
            let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap();
            if tag.starts_with('/') {
                prop_assert_eq!(open.pop(), Some(name), "{}", rows);
            } else {
                open.push(name);
            }
        }
        prop_assert!(open.is_empty());
        for (_, term) in concept.terms() {
            prop_assert!(rows.contains(&super::html::escaped(&term.text)));
        }
        let (prompt, _) = text_of(&LLM, std::slice::from_ref(&concept));
        prop_assert!(prompt.lines().count() <= 3, "{}", prompt);
    }
}
