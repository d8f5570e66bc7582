//! `wicterm lookup`

use clap::Args;

use super::values::at_least_one;
use super::{Common, Failure, Outcome, ReportFormat, Session, place};
use crate::base::{Answer, Answers};
use crate::find::lookup::{Method, Question};
use crate::model::LanguageTag;
use crate::report::{self, Detail, look, styled};
use crate::text::visible;

/// Look a phrase up, in any language
///
/// Finds it as typed, then folded (case, accents, width, Traditional or Simplified, quotes, hyphens),
/// inflected, as the beginning or a part of a term, with a typing slip, or, for Chinese, as pinyin
/// with or without tones or by its initials; and says which it was.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  wicterm lookup 网络主权 --to fr --plain\n  wicterm lookup \"wangluo zhuquan\"\n  \
                        wicterm lookup киберсуверенитета --to en,zh-Hans"
)]
pub struct Lookup {
    /// The phrase
    query: String,
    /// The language the phrase is in [default: any]
    #[arg(long, value_name = "LANG")]
    lang: Option<LanguageTag>,
    /// The languages to show
    #[arg(long, value_name = "LANG,LANG", value_delimiter = ',')]
    to: Vec<LanguageTag>,
    /// How many concepts to show at most
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = at_least_one)]
    limit: usize,
    /// Print just the best concept's term in each language of --to, for pasting
    #[arg(long, requires = "to")]
    plain: bool,
    /// Show sources, notes and all contexts
    #[arg(long)]
    full: bool,
}

impl Lookup {
    pub(super) fn run(self, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let base = place::open(common, session)?;
        let question = Question { query: self.query.clone(), lang: self.lang.clone(), limit: self.limit };
        let found = base.lookup(&question)?;
        for finding in base.snapshot().findings() {
            session.warn(report::finding(&finding).trim_end());
        }
        if self.plain {
            return self.plain(&found, session);
        }
        match common.format {
            ReportFormat::Text => self.text(&found, session),
            _ => self.json(&found, common, session),
        }
    }

    fn plain(&self, found: &Answers, session: &mut Session) -> Result<Outcome, Failure> {
        let best = found.answers.first().filter(|_| !found.near);
        let Some(best) = best else {
            self.nothing(found, session);
            return Ok(Outcome::Found);
        };
        let mut outcome = Outcome::Found;
        for wanted in &self.to {
            let mut steps = wanted.fallbacks();
            let Some((lang, term)) =
                steps.find_map(|lang| best.concept.best_term(&lang).map(|term| (lang.clone(), term)))
            else {
                session.warn(format!("{} has no term in {wanted}", best.concept.name()));
                continue;
            };
            if lang != *wanted {
                session.say(format!("no term in {wanted}; this is {lang}"));
            }
            if !term.is_usable() {
                session.say(format!("\"{}\" is {}", term.text, report::status_word(term).0));
            }
            writeln!(session.out(), "{}", term.text)?;
            outcome = Outcome::Done;
        }
        Ok(outcome)
    }

    fn json(&self, found: &Answers, common: &Common, session: &mut Session) -> Result<Outcome, Failure> {
        let lines = common.format == ReportFormat::Jsonl;
        let mut stream = match lines {
            true => report::Stream::lines("lookup", session.out())?,
            false => report::Stream::document("lookup"),
        };
        if !found.near {
            for answer in &found.answers {
                stream.item(report::lookup_json(answer, &self.to), session.out())?;
            }
        }
        stream.end(session.out())?;
        Ok(if found.near { Outcome::Found } else { Outcome::Done })
    }

    fn text(&self, found: &Answers, session: &mut Session) -> Result<Outcome, Failure> {
        if found.near || found.answers.is_empty() {
            self.nothing(found, session);
            return Ok(Outcome::Found);
        }
        let columns = session.columns().unwrap_or(0);
        let detail = Detail { langs: self.languages(found, session), full: self.full, columns };
        // What was meant is shown whole, what merely resembles it in a line.
        let best = found.answers[0].hit.score;
        let whole = |a: &Answer| a.hit.score == best && (best >= 90 || found.answers.len() == 1) || self.full;
        let (first, rest): (Vec<&Answer>, Vec<&Answer>) = found.answers.iter().partition(|a| whole(a));
        for answer in first {
            if answer.hit.method != Method::Exact {
                let line = format!(
                    "{} \"{}\" ({})",
                    answer.hit.method,
                    visible(&answer.matched),
                    answer.hit.candidate.lang
                );
                writeln!(session.out(), "{}", styled(look::FAINT, line))?;
            }
            writeln!(session.out(), "{}", report::concept(&answer.concept, &detail))?;
        }
        for answer in rest {
            self.line(answer, session)?;
        }
        Ok(Outcome::Done)
    }

    /// The languages to show: those asked for, with a fallback where the concept has none of one.
    fn languages(&self, found: &Answers, session: &mut Session) -> Vec<LanguageTag> {
        let mut langs = vec![];
        let concept = &found.answers[0].concept;
        for wanted in &self.to {
            match wanted.fallbacks().find(|lang| concept.terms_in(lang).next().is_some()) {
                Some(lang) => {
                    if lang != *wanted {
                        session.say(format!("{} has no term in {wanted}; this is {lang}", concept.name()));
                    }
                    langs.push(lang);
                }
                None => {
                    session.say(format!("{} has no term in {wanted}", concept.name()));
                    langs.push(wanted.clone());
                }
            }
        }
        langs
    }

    fn line(&self, answer: &Answer, session: &mut Session) -> Result<(), Failure> {
        let how = styled(look::FAINT, format!("{} {}", answer.hit.method, answer.hit.score));
        let matched = styled(look::STRONG, visible(&answer.matched));
        let mut line = format!("{}  {matched}  {how}", styled(look::NAME, answer.concept.name()));
        for wanted in &self.to {
            if let Some(term) = wanted.fallbacks().find_map(|lang| answer.concept.best_term(&lang)) {
                line.push_str(&format!("  {wanted}: {}", visible(&term.text)));
            }
        }
        writeln!(session.out(), "{line}")?;
        Ok(())
    }

    fn nothing(&self, found: &Answers, session: &mut Session) {
        session.warn(format!("nothing is called \"{}\"", self.query));
        if !found.answers.is_empty() {
            let near: Vec<String> = found
                .answers
                .iter()
                .take(5)
                .map(|a| format!("{} ({})", a.matched, a.concept.name()))
                .collect();
            session.warn(format!("{} did you mean {}?", styled(look::NAME, "hint:"), near.join(", ")));
        }
    }
}
