//! A bilingual file as a document: what is looked for in texts is looked for in its sources and targets.

use std::path::Path;

use super::check::of_pairs;
use crate::document::{Block, Document, Kind};
use crate::format::{Job, JobOptions};
use crate::model::LanguageTag;

/// Returns the sources and targets of a bilingual file, each a block in its language, with the way to their bytes; of
/// those in one language only, if that is wanted. Nothing where the file is none, or has no row.
pub fn texts_of_rows(bytes: &[u8], name: &str, lang: Option<&LanguageTag>) -> Option<Document> {
    let options = JobOptions::default();
    let format = of_pairs(bytes, Path::new(name), &options).ok()??;
    let open = |options: &JobOptions| Job::open(format, bytes.to_vec(), name, options).ok();
    let mut job = open(&options)?;
    if job.segments() == 0 && job.unsettled > 0 {
        // Sources are to be searched too where nobody says what they will be translated into.
        job = open(&JobOptions { target: "und".parse().ok(), ..options })?;
    }
    let wanted = |of: &LanguageTag| lang.is_none_or(|lang| of.language() == lang.language());
    let segments = job.with_languages();
    if segments.is_empty() {
        return None;
    }
    let block = |(segment, lang): &(usize, &LanguageTag)| {
        let text = &job.segment(*segment).text;
        let behind_codes = job.segment(*segment).inlines.iter().map(|code| code.at as usize);
        let start = text.len() - text.trim_start().len();
        let points = std::iter::once(start).chain(behind_codes.filter(|at| *at > start));
        let points = points.filter_map(|at| {
            let (line, column) = job.position(*segment, at)?;
            Some((at, line, column))
        });
        Block::of_text(text, lang, job.way(*segment).as_ref(), points)
    };
    Some(Document {
        kind: Kind::Plain,
        title: None,
        outlet: None,
        date: None,
        language: lang.cloned().or_else(|| segments.first().map(|(_, lang)| (*lang).clone())),
        note: None,
        encoding: job.files().first().map(|(_, file)| file.encoding().clone()),
        blocks: segments.iter().filter(|(_, lang)| wanted(lang)).filter_map(block).collect(),
        findings: job.findings.clone(),
    })
}
