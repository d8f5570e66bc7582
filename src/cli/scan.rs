//! `wicterm scan`

use std::fs::File;
use std::io::Read;
use std::path::Path;

use clap::Args;
use serde_json::json;

use super::{Common, Failure, Outcome, ReportFormat, Session, files, place};
use crate::base;
use crate::document::{self, Block, Document};
use crate::find::recognise::{Hit, Recogniser};
use crate::find::terms::Terms;
use crate::model::{Date, LanguageTag, Status};
use crate::report::{self, Scanned};
use crate::text::{guess_language, languages};

/// Find the terms of the base in documents
///
/// Reads plain text, Markdown, HTML and DOCX, in any encoding, and recognises terms in whatever form they stand:
/// inflected, with clitics, broken over a line. As text it shows the document with its terms coloured by status;
/// --format jsonl gives a line for each hit, --format html a page. In a bilingual file (XLIFF, PO, TMX, a table, a
/// workbook) sources and targets are searched, each in its language; with --lang those in that language only.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wicterm scan speech.docx\n  \
                        wicterm scan --lang zh-Hans --format jsonl *.txt | jq -r .concept | sort | uniq -c\n  \
                        wicterm scan --format html article.html > terms.html")]
pub struct Scan {
    /// Files, patterns, folders (their .txt, .md, .html, .docx, .po, .xlsx and XLIFF), or - for standard input
    #[arg(required = true)]
    files: Vec<String>,
    /// The language of the documents [default: what they say, else a guess]
    #[arg(long, value_name = "LANG")]
    lang: Option<LanguageTag>,
    /// The date of the documents, against which the validity of terms is held [default: what they say]
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
}

/// What a folder is looked through for.
const EXTENSIONS: &[&str] = &[
    "txt", "md", "markdown", "html", "htm", "docx", "xlf", "xliff", "sdlxliff", "mqxliff", "mxliff", "po",
    "xlsx",
];

/// A block of a document with what was found in it.
struct Found {
    block: usize,
    lang: LanguageTag,
    hits: Vec<Hit>,
}

impl Scan {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let html = common.format == ReportFormat::Html;
        let terms = place::open(common, session)?.terms()?;
        let mut recognisers: Vec<(LanguageTag, Recogniser)> = vec![];
        let mut stream = match common.format {
            ReportFormat::Jsonl => Some(report::Stream::lines("scan", session.out())?),
            ReportFormat::Json => Some(report::Stream::document("scan")),
            _ => None,
        };
        let mut page = String::new();
        let mut kept: Vec<(String, Document, Vec<Found>)> = vec![];
        let mut unread: Vec<Failure> = vec![];
        for file in files::meant(&self.files, EXTENSIONS, &mut unread) {
            let document = match read(&file, self.lang.as_ref(), session) {
                Ok(document) => document,
                Err(failure) => {
                    unread.push(failure);
                    continue;
                }
            };
            for finding in &document.findings {
                session.warn(report::finding(finding).trim_end());
            }
            let found = self.scan(&file, &document, &terms, &mut recognisers, session);
            match &mut stream {
                Some(stream) => {
                    for found in &found {
                        let block = &document.blocks[found.block];
                        for hit in &found.hits {
                            stream.item(
                                self.json(&file, &document, block, hit, found, &terms),
                                session.out(),
                            )?;
                        }
                    }
                }
                None if html => kept.push((file, document, found)),
                None => self.tell(&file, &document, &found, &terms, session)?,
            }
        }
        if let Some(stream) = stream {
            stream.end(session.out())?;
        } else if html {
            let mut texts = vec![];
            for (file, document, found) in &kept {
                texts.extend(found.iter().map(|f| self.scanned(file, document, f)));
            }
            page = report::html_of_scan(&texts, &terms);
        }
        write!(session.out(), "{page}")?;
        if let Some(last) = unread.pop() {
            for failure in unread {
                session.warn(failure.message());
            }
            return Err(last);
        }
        Ok(Outcome::Done)
    }

    /// Recognises the terms of every block in the block's language.
    fn scan(
        &self,
        file: &str,
        document: &Document,
        terms: &Terms,
        recognisers: &mut Vec<(LanguageTag, Recogniser)>,
        session: &mut Session,
    ) -> Vec<Found> {
        let said = self.lang.clone().or_else(|| document.language.clone());
        let lang = said.clone().or_else(|| guess(document));
        let Some(lang) = lang else { return vec![] };
        if said.is_none() {
            let name = languages::of(&lang).english_name();
            session.say(format!("{file}: taken for {name} ({lang}); --lang says otherwise"));
        }
        let mut out = vec![];
        for (at, block) in document.blocks.iter().enumerate() {
            let lang = match (&self.lang, &block.lang) {
                (None, Some(lang)) => lang,
                _ => &lang,
            };
            if !recognisers.iter().any(|(known, _)| known == lang) {
                recognisers.push((lang.clone(), Recogniser::new(terms, lang)));
            }
            let Some((_, recogniser)) = recognisers.iter().find(|(known, _)| known == lang) else { continue };
            let mut hits = recogniser.recognise(&block.text);
            if self.lang.is_none() {
                // What the markup says is in another language is not in this one.
                let serves = |l: &LanguageTag| l.language() == lang.language();
                hits.retain(|h| block.lang_at(h.range.start).is_none_or(serves));
            }
            out.push(Found { block: at, lang: lang.clone(), hits });
        }
        out
    }

    fn scanned<'a>(&self, file: &'a str, document: &'a Document, found: &'a Found) -> Scanned<'a> {
        Scanned {
            file,
            lang: &found.lang,
            text: &document.blocks[found.block].text,
            hits: &found.hits,
            date: self.date.or(document.date),
        }
    }

    fn json(
        &self,
        file: &str,
        document: &Document,
        block: &Block,
        hit: &Hit,
        found: &Found,
        terms: &Terms,
    ) -> serde_json::Value {
        let term = hit.of(terms);
        let bytes = block.original(hit.range.clone());
        json!({
            "file": file,
            "start": bytes.as_ref().map(|b| b.start),
            "end": bytes.as_ref().map(|b| b.end),
            "line": block.line_of(hit.range.start).line,
            "surface": &block.text[hit.range.clone()],
            "lang": found.lang,
            "concept": terms.concept(hit.concept).name,
            "term": term.text,
            "status": term.status.unwrap_or(Status::Admitted),
            "forbidden": term.forbidden,
            "judgement": report::judgement_word(term, self.date.or(document.date).as_ref()),
            "method": hit.method,
            "score": hit.score,
            "nested": hit.nested,
        })
    }

    fn tell(
        &self,
        file: &str,
        document: &Document,
        found: &[Found],
        terms: &Terms,
        session: &mut Session,
    ) -> Result<(), Failure> {
        let count: usize = found.iter().map(|f| f.hits.len()).sum();
        let out = session.out();
        if self.files.len() > 1 {
            writeln!(out, "{}", report::styled(report::look::STRONG, file))?;
        }
        for (number, found) in found.iter().enumerate() {
            if number > 0 {
                writeln!(out)?;
            }
            writeln!(out, "{}", report::scanned(&self.scanned(file, document, found), terms))?;
        }
        let concepts: std::collections::BTreeSet<u32> =
            found.iter().flat_map(|f| f.hits.iter().map(|h| h.concept)).collect();
        let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
        let sum = format!("{} of {}", many(count, "hit"), many(concepts.len(), "concept"));
        session.say(format!("{sum}  {}", report::legend().trim_end()));
        Ok(())
    }
}

/// Guesses the language of a document that does not say it.
pub(super) fn guess(document: &Document) -> Option<LanguageTag> {
    let head: Vec<&str> = document.blocks.iter().take(50).map(|b| b.text.as_str()).collect();
    guess_language(&head.join("\n"))
}

pub(super) fn read(file: &str, lang: Option<&LanguageTag>, session: &Session) -> Result<Document, Failure> {
    let failed = |e| files::unreadable(file, &e);
    let mut bytes = vec![];
    match file {
        "-" => session.stdin().read_to_end(&mut bytes).map_err(failed)?,
        path => File::open(path).and_then(|mut f| f.read_to_end(&mut bytes)).map_err(failed)?,
    };
    let name = Path::new(file).file_name().map_or(file.into(), |n| n.to_string_lossy());
    if let Some(rows) = base::texts_of_rows(&bytes, &name, lang) {
        return Ok(rows);
    }
    document::read(&bytes, &name, &document::Options::default()).map_err(|e| {
        let cause = std::error::Error::source(&e).map_or(String::new(), |c| format!(": {c}"));
        Failure::unable("read", format!("{file}: {e}{cause}"))
    })
}
