//! What arrives in OmegaT, the translator's workbench that most people can have.
//!
//! A file that a schema likes may still come in empty. So a project is laid out as a translator would lay
//! it out, our TBX in `glossary/`, our TMX in `tm/`; OmegaT 3.6 opens it without its window, and a script
//! of ours (`omegat/arrive.groovy`) writes down which terms and matches it would show for each segment.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;

use crate::door::{Desk, hermetic, wait_bounded};
use crate::needs::{Need, met};

/// For a project of a few lines, on a machine that is busy with everything else.
const TIME: Duration = Duration::from_secs(120);

/// A segment each: without an empty line between them, lines are one paragraph.
const ENGLISH: &[&str] = &[
    "All states respect cyber sovereignty.",
    "All the states respect cyber sovereignty today.",
    "Read People's Daily & the B&R papers.",
    "Cyber sovereignty",
    "Nobody knows this line.",
];

const CHINESE: &[&str] = &["各国尊重网络主权。", "互联网治理"];

#[test]
fn the_terms_of_both_dialects_of_tbx_2_arrive() {
    if !met(&[Need::Omegat]) {
        return;
    }
    let desk = base();
    for dialect in ["tbx-v2-basic", "tbx-v2-default"] {
        let project = Project::new(&desk, dialect, "en", "zh-CN", ENGLISH);
        project.export("glossary/terms.tbx", &["--as", dialect]);
        let segments = project.opened();
        for index in [0, 1, 3] {
            let term = segments[index].term();
            assert_eq!(term.source, "cyber sovereignty", "{dialect}");
            // OmegaT minds the language, neither script nor region nor status.
            assert_eq!(term.targets, ["網路主權", "网络主权", "赛博主权"], "{dialect}");
            // All that is said of a concept is one comment: that a term is deprecated, but not which.
            for said in [
                "subjectField: sovereignty",
                "definition: A state's say over its networks.",
                "context: 会议讨论网络主权。",
                "met in machine translations",
                "preferredTerm-admn-sts",
                "deprecatedTerm-admn-sts",
            ] {
                assert!(term.comments.iter().all(|c| c.contains(said)), "{dialect}: {said} in {term:?}");
            }
        }
        let both: Vec<_> =
            segments[2].terms.iter().map(|t| (t.source.as_str(), t.targets.concat())).collect();
        assert_eq!(both, [("People's Daily", "人民日报".into()), ("B&R", "一带一路".into())], "{dialect}");
        assert!(segments[2].terms.iter().all(|t| t.comments == ["preferredTerm-admn-sts"]), "{dialect}");
        assert!(segments[4].terms.is_empty(), "{dialect}: {:?}", segments[4]);
    }
}

#[test]
fn a_glossary_offers_what_may_be_used_and_warns_of_the_rest() {
    if !met(&[Need::Omegat]) {
        return;
    }
    let desk = base();
    let project = Project::new(&desk, "project", "en", "zh-CN", ENGLISH);
    project.export("glossary/terms.utf8", &["--for", "omegat", "--lang", "en,zh-Hans"]);
    let segments = project.opened();
    let term = segments[0].term();
    assert_eq!(
        (term.source.as_str(), &term.targets[..]),
        ("cyber sovereignty", &["网络主权".to_owned()][..])
    );
    assert_eq!(term.comments, ["definition: A state's say over its networks. • avoid: 赛博主权"]);
    let both: Vec<_> = segments[2].terms.iter().map(|t| (t.source.as_str(), t.targets.concat())).collect();
    assert_eq!(both, [("People's Daily", "人民日报".into()), ("B&R", "一带一路".into())]);
    assert!(segments[4].terms.is_empty(), "{:?}", segments[4]);
}

#[test]
fn the_units_of_a_memory_and_of_concepts_arrive() {
    if !met(&[Need::Omegat]) {
        return;
    }
    let desk = base();
    let project = Project::new(&desk, "project", "en", "zh-CN", ENGLISH);
    // What lies in `auto` goes into the translation without being asked for.
    project.export("tm/auto/memory.tmx", &["--memory"]);
    // Of several scripts OmegaT would take whichever comes last.
    project.export("tm/concepts.tmx", &["--lang", "en,zh-Hans"]);
    let segments = project.opened();
    assert_eq!(segments[0].best(), ("各国尊重网络主权。", 100));
    let (target, score) = segments[1].best();
    assert!(target == "各国尊重网络主权。" && (50..100).contains(&score), "{:?}", segments[1]);
    // Of inline codes OmegaT takes the text between, in files that are not its own.
    assert_eq!(segments[2].best(), ("阅读人民日报和一带一路文件。", 100));
    assert_eq!(segments[3].best(), ("网络主权", 100));
    assert!(segments[4].matches.is_empty(), "{:?}", segments[4]);
    assert_eq!(
        fs::read_to_string(project.folder().join("target/text.txt")).expect("OmegaT translated the project"),
        ["各国尊重网络主权。", ENGLISH[1], "阅读人民日报和一带一路文件。", ENGLISH[3], ENGLISH[4]]
            .join("\n\n")
    );
}

#[test]
fn a_project_may_go_from_any_language_to_any() {
    if !met(&[Need::Omegat]) {
        return;
    }
    let desk = base();
    let project = Project::new(&desk, "project", "zh-CN", "fr", CHINESE);
    project.export("glossary/terms.tbx", &["--as", "tbx-v2-basic"]);
    project.export("tm/memory.tmx", &["--memory"]);
    let segments = project.opened();
    let term = segments[0].term();
    assert_eq!(
        (term.source.as_str(), &term.targets[..]),
        ("网络主权", &["cybersouveraineté".to_owned()][..])
    );
    assert_eq!(segments[0].best(), ("Tous les États respectent la cybersouveraineté.", 100));
    assert_eq!(segments[1].term().targets, ["gouvernance de l’Internet"]);
}

#[test]
fn what_would_only_disturb_a_translator_can_stay_behind() {
    if !met(&[Need::Omegat]) {
        return;
    }
    let desk = base();
    let project = Project::new(&desk, "project", "en", "zh-CN", ENGLISH);
    // Deprecated terms among the suggestions, and in the comments what is said in and for other languages.
    let usable = ["--lang", "en,zh-Hans", "--status", "preferred,admitted", "--notes", "none"];
    project.export("glossary/terms.tbx", &[&["--as", "tbx-v2-basic"][..], &usable].concat());
    let segments = project.opened();
    let term = segments[0].term();
    assert_eq!(term.targets, ["网络主权"]);
    assert!(term.comments[0].contains("会议讨论"), "{term:?}");
    for disturbing in ["deprecated", "machine translations", "wicterm:", "réunion"] {
        assert!(!term.comments[0].contains(disturbing), "{disturbing} in {term:?}");
    }
}

#[test]
fn omegat_can_say_no() {
    if !met(&[Need::Omegat]) {
        return;
    }
    let desk = base();
    let project = Project::new(&desk, "project", "en", "zh-CN", ENGLISH);
    // Good files, but TBX 3, which OmegaT does not read, and a memory without the language it starts from.
    project.export("glossary/terms.tbx", &["--as", "tbx-basic-dca"]);
    project.export("tm/memory.tmx", &["--memory", "--lang", "zh-CN,fr-FR"]);
    for segment in project.opened() {
        assert!(segment.terms.is_empty() && segment.matches.is_empty(), "{segment:?}");
    }
}

/// Makes a base with what goes wrong first: Han, an apostrophe, an ampersand, codes, a deprecated term.
fn base() -> Desk {
    let desk = Desk::new();
    desk.write(
        "terms/cyber-sovereignty.toml",
        r#"
subject = ["sovereignty"]
[[definitions]]
text = "A state's say over its networks."
lang = "en"
[[en]]
term = "cyber sovereignty"
status = "preferred"
[[zh-Hans]]
term = "网络主权"
status = "preferred"
[[zh-Hans.contexts]]
text = "会议讨论网络主权。"
kind = "constructed"
[[zh-Hans]]
term = "赛博主权"
status = "deprecated"
kind = "variant:lexical"
note = "met in machine translations"
[[zh-Hant-TW]]
term = "網路主權"
status = "preferred"
[[fr]]
term = "cybersouveraineté"
status = "preferred"
[[fr.contexts]]
text = "La réunion a parlé de cybersouveraineté."
kind = "constructed"
"#,
    );
    desk.write(
        "terms/peoples-daily.toml",
        "[[en]]\nterm = \"People's Daily\"\nstatus = \"preferred\"\n\
         [[zh-Hans]]\nterm = \"人民日报\"\nstatus = \"preferred\"\n",
    );
    desk.write(
        "terms/belt-and-road.toml",
        "[[en]]\nterm = \"B&R\"\nstatus = \"preferred\"\n\
         [[zh-Hans]]\nterm = \"一带一路\"\nstatus = \"preferred\"\n",
    );
    desk.write(
        "terms/internet-governance.toml",
        "[[zh-Hans]]\nterm = \"互联网治理\"\n[[fr]]\nterm = \"gouvernance de l’Internet\"\n",
    );
    desk.write(
        "memory.tmx",
        "<tmx version=\"1.4\"><header creationtool=\"t\" creationtoolversion=\"1\" segtype=\"sentence\" \
         o-tmf=\"t\" adminlang=\"en\" srclang=\"en\" datatype=\"html\"/><body>\
         <tu><tuv xml:lang=\"en\"><seg>All states respect cyber sovereignty.</seg></tuv>\
         <tuv xml:lang=\"zh-CN\"><seg>各国尊重网络主权。</seg></tuv>\
         <tuv xml:lang=\"fr-FR\"><seg>Tous les États respectent la cybersouveraineté.</seg></tuv></tu>\
         <tu><tuv xml:lang=\"en\"><seg>Read <bpt i=\"1\">&lt;b></bpt>People's Daily<ept i=\"1\">&lt;/b></ept> \
         &amp; the B&amp;R papers.<ph>&lt;br/></ph></seg></tuv>\
         <tuv xml:lang=\"zh-CN\"><seg>阅读<bpt i=\"1\">&lt;b></bpt>人民日报<ept i=\"1\">&lt;/b></ept>\
         和一带一路文件。<ph>&lt;br/></ph></seg></tuv></tu></body></tmx>",
    );
    desk.ok(["import", "terms", "memory.tmx"]);
    desk
}

/// A translator's project beside a base.
struct Project<'a> {
    desk: &'a Desk,
    name: &'a str,
}

impl<'a> Project<'a> {
    fn new(desk: &'a Desk, name: &'a str, from: &str, to: &str, text: &[&str]) -> Self {
        let project = Self { desk, name };
        desk.write(&format!("{name}/source/text.txt"), text.join("\n\n"));
        for folder in ["target", "tm/auto", "glossary", "dictionary", "omegat"] {
            fs::create_dir_all(project.folder().join(folder)).expect("a temporary folder can be made");
        }
        let places: String = ["source", "target", "tm", "glossary", "dictionary"]
            .map(|place| format!("<{place}_dir>__DEFAULT__</{place}_dir>"))
            .concat();
        desk.write(
            &format!("{name}/omegat.project"),
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><omegat><project version=\"1.0\">{places}\
                 <source_lang>{from}</source_lang><target_lang>{to}</target_lang>\
                 <sentence_seg>true</sentence_seg></project></omegat>"
            ),
        );
        project
    }

    fn folder(&self) -> PathBuf {
        self.desk.folder().join(self.name)
    }

    /// Exports the base to a file of the project.
    fn export(&self, file: &str, args: &[&str]) {
        let file = self.folder().join(file);
        self.desk.ok(["export".as_ref(), file.as_os_str()].into_iter().chain(args.iter().map(AsRef::as_ref)));
    }

    /// Lets OmegaT open and translate the project; returns what it found for each segment.
    fn opened(&self) -> Vec<Segment> {
        let desk = self.desk.folder();
        self.desk.write("arrive.groovy", include_str!("omegat/arrive.groovy"));
        let log = desk.join("omegat.log");
        let said = fs::File::create(&log).expect("a temporary file can be made");
        // Relative paths: its starter would break others at their spaces. A script has to lie in some folder.
        let mut child = omegat(desk)
            .args(["--mode=console-translate", "--config-dir=config", "--script=./arrive.groovy"])
            .args(["--no-team", "--quiet", self.name])
            .stdout(said.try_clone().expect("an open file can be shared"))
            .stderr(said)
            .spawn()
            .expect("it started when it was looked for");
        let (status, _) = wait_bounded(&mut child, TIME, "OmegaT");
        let log = fs::read_to_string(log).expect("OmegaT's words are UTF-8");
        let log: String =
            log.lines().filter(|l| !l.contains("PLUGIN_LOAD_OK")).collect::<Vec<_>>().join("\n");
        assert!(status.success(), "OmegaT should open {}: {status}\n{log}", self.name);
        // A script that fails is a line in the log and nothing else.
        let arrived = fs::read_to_string(self.folder().join("arrived.jsonl"));
        let arrived = arrived.unwrap_or_else(|e| panic!("the script should have run: {e}\n{log}"));
        arrived.lines().map(|line| serde_json::from_str(line).expect("the script writes JSON")).collect()
    }
}

/// Prepares OmegaT without a window, a home or a network.
fn omegat(folder: &Path) -> Command {
    let mut omegat = hermetic(Command::new("omegat"), folder);
    omegat.env(
        "JAVA_TOOL_OPTIONS",
        [
            "-Djava.awt.headless=true",
            // Java asks the system where home is, not the environment.
            "-Duser.home=.",
            // Until Java 18 this is the locale's, and text files are read in it.
            "-Dfile.encoding=UTF-8",
            // Whoever wants to connect anywhere meets a proxy that is not there.
            "-DsocksProxyHost=127.0.0.1 -DsocksProxyPort=9",
            // It runs for two seconds: compiling well does not pay.
            "-XX:TieredStopAtLevel=1",
        ]
        .join(" "),
    );
    omegat
}

/// A segment of a project and what OmegaT found for it.
#[derive(Debug, Deserialize)]
struct Segment {
    terms: Vec<Term>,
    matches: Vec<Match>,
}

/// An entry of its glossary pane: a source term with all that was found for it.
#[derive(Debug, Deserialize)]
struct Term {
    source: String,
    targets: Vec<String>,
    /// One for each target.
    comments: Vec<String>,
}

/// An entry of its pane of matches.
#[derive(Debug, Deserialize)]
struct Match {
    target: String,
    score: u32,
}

impl Segment {
    /// Returns the only term.
    fn term(&self) -> &Term {
        assert_eq!(self.terms.len(), 1, "one term should be found: {self:?}");
        &self.terms[0]
    }

    /// Returns the best match and its score.
    fn best(&self) -> (&str, u32) {
        let best = self.matches.first().unwrap_or_else(|| panic!("a match should be found: {self:?}"));
        (&best.target, best.score)
    }
}
