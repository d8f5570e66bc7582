//! The page of a term base, in a browser: it searches, nothing overflows, and it can be looked at.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::door::{Desk, Ran, hermetic};
use crate::needs::{Need, met};

#[test]
fn the_page_searches_and_nothing_overflows() {
    if !met(&[Need::Chromium]) {
        return;
    }
    let desk = Desk::new();
    desk.ok(["import", concat!(env!("CARGO_MANIFEST_DIR"), "/glossary")]);
    desk.ok(["export", "page.html"]);
    let page = desk.folder().join("page.html");
    let rows = fs::read_to_string(&page).unwrap().matches("<tr id=").count();
    assert!(rows > 100, "{rows}");
    for (asked, expected) in [
        ("", None),
        // Neither case nor accents, nor vowel signs.
        ("q=SOUVERAINETE%20cyberespace", Some("cyber-sovereignty")),
        ("q=%D8%A7%D9%84%D8%B3%D9%90%D9%8A%D8%A7%D8%AF%D8%A9", Some("cyber-sovereignty")),
        ("q=%E7%BD%91%E7%BB%9C%E4%B8%BB%E6%9D%83", Some("cyber-sovereignty")),
        ("q=nobody-says-this", None),
    ] {
        let shown = chromium(&desk, &page, asked, &["--dump-dom"]);
        assert!(shown.code == Some(0) && !shown.err.contains("CONSOLE"), "{shown}");
        assert!(shown.out.contains("data-script=\"ready\""), "the script should have run");
        let seen: Vec<&str> = shown
            .out
            .split("<tr id=\"c-")
            .skip(1)
            .map(|row| row.split('>').next().unwrap())
            .filter(|tag| !tag.contains("hidden"))
            .collect();
        assert!(shown.out.contains(&format!(">{} of {rows}</output>", seen.len())), "{asked}");
        match (asked, expected) {
            ("", _) => assert_eq!(seen.len(), rows),
            (_, None) => assert!(seen.is_empty(), "{seen:?}"),
            (_, Some(slug)) => {
                assert!(seen.len() < rows / 2 && seen.iter().any(|tag| tag.starts_with(slug)), "{seen:?}");
            }
        }
    }
    // A page that measures itself in a frame of each width: what it holds is no wider than it.
    for (width, narrow) in [(1280, false), (390, true)] {
        let probe = desk.write(
            "probe.html",
            format!(
                "<!DOCTYPE html><body><iframe id=\"f\" src=\"page.html\" style=\"width:{width}px;height:800px;border:0\"></iframe>\
                 <script>document.getElementById('f').onload = (e) => {{ const d = e.target.contentDocument; \
                 d.querySelectorAll('details').forEach((x) => {{ x.open = true; }}); \
                 const wide = [...d.querySelectorAll('th, td, td *, th *, header, header *')].filter((x) => x.scrollWidth > x.clientWidth + 1 \
                 && x.clientWidth > 0 && getComputedStyle(x).display !== 'inline').map((x) => x.outerHTML.slice(0, 120)); \
                 const root = d.documentElement; \
                 document.body.dataset.said = root.scrollWidth <= {width} && !wide.length ? 'fits' : root.scrollWidth + wide.join(); \
                 document.body.dataset.layout = getComputedStyle(d.querySelector('thead')).display; }};</script>"
            ),
        );
        let shown = chromium(&desk, &probe, "", &["--dump-dom", "--allow-file-access-from-files"]);
        assert!(shown.out.contains("data-said=\"fits\""), "{width}: {}", shown.out);
        assert_eq!(shown.out.contains("data-layout=\"none\""), narrow, "{width}");
    }
}

#[test]
fn what_is_published_says_what_it_does_not_show() {
    let desk = Desk::new();
    desk.ok(["add", "data embassy", "--equivalent", "fr=ambassade de données", "--subject", "data"]);
    let ran = desk.run(["export", "a.md"]);
    assert!(ran.code == Some(0), "{ran}");
    let text = fs::read_to_string(desk.folder().join("a.md")).unwrap();
    assert!(text.contains("## <a id=\"c-data-embassy\"></a>data embassy"), "{text}");
    let ran = desk.run(["export", "-", "--as", "llm", "--lang", "en,fr"]);
    assert!(ran.out.ends_with("- data embassy → ambassade de données (data)\n"), "{ran}");
    let ran = desk.run(["import", "a.md"]);
    assert!(ran.code != Some(0), "nobody reads it back: {ran}");
}

fn chromium(desk: &Desk, page: &Path, asked: &str, how: &[&str]) -> Ran {
    let mut chromium = hermetic(Command::new("chromium"), desk.folder());
    chromium.args([
        "--headless",
        "--disable-gpu",
        // In a container its own sandbox cannot be built; the page is ours.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--enable-logging=stderr",
        "--virtual-time-budget=5000",
    ]);
    chromium.args(how).arg(format!("--user-data-dir={}", desk.folder().join("profile").display()));
    let fragment = if asked.is_empty() { String::new() } else { format!("#{asked}") };
    chromium.arg(format!("file://{}{fragment}", page.display()));
    Ran::of(chromium.output().expect("Chromium was looked for"))
}
