use std::ops::Range;

use crate::check::{CHECKS, Options, Rows, run};
use crate::find::terms::Terms;
use crate::model::{LanguageTag, Place, Segment, Side};

/// Pairs of a table, or paragraphs of a text.
pub(in crate::check) struct Table {
    pub langs: (Option<LanguageTag>, LanguageTag),
    pub rows: Vec<(Option<Segment>, Segment)>,
}

impl Rows for Table {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn source(&self, row: usize) -> Option<&Segment> {
        self.rows[row].0.as_ref()
    }

    fn target(&self, row: usize) -> &Segment {
        &self.rows[row].1
    }

    fn languages(&self) -> (Option<&LanguageTag>, &LanguageTag) {
        (self.langs.0.as_ref(), &self.langs.1)
    }

    fn place(&self, row: usize, side: Side, range: Range<usize>) -> Place {
        let segment = Some((range.start as u32, range.end as u32));
        Place { unit: Some(row.to_string()), side: Some(side), segment, ..Place::default() }
    }
}

/// Prints how long the checks take on a pair of a hundred characters:
/// `cargo test --release --lib text::tests::how_fast -- --ignored --nocapture`
#[test]
#[ignore = "prints figures and judges nothing"]
fn how_fast() {
    for (lang, source, target) in [
        (
            "fr",
            "The parties agree to deepen their cooperation on cybersecurity and to exchange experience in 2023.",
            "Les parties conviennent d’approfondir leur coopération en matière de cybersécurité et d’échanger en 2023.",
        ),
        (
            "zh-Hans",
            "The parties agree to deepen their cooperation on cybersecurity and to exchange experience in 2023.",
            "各方同意深化网络安全领域的合作，并于2023年就维护网络空间和平、安全、开放、合作、有序交流经验。",
        ),
        (
            "ru",
            "The parties agree to deepen their cooperation on cybersecurity and to exchange experience in 2023.",
            "Стороны договорились углублять сотрудничество в области кибербезопасности и обмениваться опытом в 2023 году.",
        ),
    ] {
        let row = (Some(Segment::plain(source)), Segment::plain(target));
        let rows = vec![row; 2_000];
        let table = Table { langs: (Some("en".parse().unwrap()), lang.parse().unwrap()), rows };
        let micros = |only: &[String], skip: &[String]| {
            let options = Options { only: only.to_vec(), skip: skip.to_vec(), ..Options::default() };
            (0..20).fold(f64::MAX, |best, _| {
                let from = std::time::Instant::now();
                std::hint::black_box(run(&table, &Terms::default(), &options));
                best.min(from.elapsed().as_secs_f64() * 1e6 / 2_000.0)
            })
        };
        let none = micros(&["no-such-check".to_owned()], &[]);
        println!("{lang}: all {:.2} µs, nothing {none:.2} µs", micros(&[], &[]));
        for check in CHECKS {
            let code = check.about().code.to_owned();
            println!("  {code}: {:.2} µs", micros(std::slice::from_ref(&code), &[]) - none);
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 600, ..Default::default() })]

    #[test]
    fn whatever_the_text_findings_lie_in_it(
        lang in proptest::sample::select(vec!["fr", "es", "ru", "ar", "zh-Hans", "zh-Hant", "de", "ja", "th", "tr", "fr-CA"]),
        source in "[a-zA-Z ,.;:!?\"'()<>/{}%$&\\[\\]0-9é«»“”网络的。，\u{200b}\u{202e}\n]{0,40}",
        target in "[a-c ,.;:!?\"'()<>/{}%s$&#\\[\\]0-2éÃ©Р°С«»“”‘’„网的和了。，（）《》１Ａشи؟،¿¡\u{200b}\u{200f}\u{202e}\u{2069}\u{7}\u{a0}\u{fffd}\u{301}…-]{0,40}|\\PC{0,30}",
    ) {
        let rows = vec![
            (Some(Segment::plain(source.clone())), Segment::plain(target.clone())),
            (Some(Segment::plain(target.clone())), Segment::plain(source)),
        ];
        let table = Table { langs: (Some("en".parse().unwrap()), lang.parse().unwrap()), rows };
        for finding in run(&table, &Terms::default(), &Options::default()) {
            let row: usize = finding.place.unit.as_ref().unwrap().parse().unwrap();
            let (start, end) = finding.place.segment.unwrap();
            let text = match finding.place.side {
                Some(Side::Source) => &table.source(row).unwrap().text,
                _ => &table.target(row).text,
            };
            proptest::prop_assert!(text.get(start as usize..end as usize).is_some(), "{} {:?}", finding.check, finding.place);
        }
        let alone = Table { langs: (None, lang.parse().unwrap()), rows: vec![(None, Segment::plain(target)); 2] };
        run(&alone, &Terms::default(), &Options::default());
    }
}
