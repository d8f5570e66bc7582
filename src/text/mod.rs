//! Unicode: folding with a way back, words, sentences, stems, lookup keys; and the one table of language facts.
//!
//! Texts are compared in one normal form, chosen here and nowhere else ([`fold()`]); offsets lead back to what
//! was written ([`Folded`]). What differs from language to language stands in [`languages`]. Nothing here
//! needs preparation: the tables are part of the program, and the first call is as fast as the next.

mod arabic;
mod count;
mod display;
mod distance;
mod fold;
mod guess;
mod han;
mod han_words;
pub mod inflect;
mod inflections;
mod keys;
pub mod languages;
pub mod markup;
pub mod numbers;
mod pinyin;
pub mod segmentation;
mod sentences;
mod slug;
mod stem;
mod tokens;
mod words;
pub mod writing;

pub use arabic::bare as arabic_bare;
pub use count::{Count, count};
pub use display::{clip, graphemes, hides, isolate, unturned, visible, width};
pub use distance::{distance, nearest, signature};
pub use fold::{Folded, fold};
pub use guess::guess_language;
pub use han::to_simplified;
pub(crate) use han_words::{crosses as han_word_crosses, may_join as may_join_han};
pub use keys::{KeyClass, QueryKey, folded_key, query_keys, term_keys};
pub use pinyin::pinyin_toned;
pub use sentences::sentences;
pub use slug::slug_words;
pub use stem::{Stem, stem_key, stems};
pub use tokens::{MOST_TOKENS, NUMBER, Token, index_tokens, tokens};
pub use words::{is_unspaced, words};

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::time::Instant;

    use super::*;

    /// Prints figures for PERFORMANCE.md (the best of many short runs, so that neighbours disturb little):
    /// `cargo test --release --lib text::tests::how_fast -- --ignored --nocapture`
    #[test]
    #[ignore = "prints figures and judges nothing"]
    fn how_fast_text_is() {
        let first = Instant::now();
        let langs: Vec<crate::model::LanguageTag> =
            ["en", "zh-Hans", "zh-Hant", "ru", "fr", "es", "ar"].map(|l| l.parse().unwrap()).to_vec();
        black_box(query_keys("wǎngluò zhǔquán", &langs));
        black_box(term_keys(&langs[1], "网络空间命运共同体"));
        println!("first query_keys and term_keys of the process: {:?}", first.elapsed());
        for (name, sample) in [
            (
                "en",
                "The Global Initiative on Data Security was put forward in September 2020. It calls on states to handle data security in a comprehensive, objective and evidence-based manner; China's proposal has drawn wide attention.\n",
            ),
            (
                "fr",
                "L’Initiative mondiale sur la sécurité des données a été présentée en septembre 2020 : elle appelle les États à traiter la sécurité des données de manière objective et fondée sur des preuves.\n",
            ),
            (
                "ru",
                "Глобальная инициатива по безопасности данных была выдвинута в сентябре 2020 года; она призывает государства к объективному подходу к безопасности данных.\n",
            ),
            (
                "ar",
                "طرحت الصين المبادرة العالمية لأمن البيانات في سبتمبر ٢٠٢٠، وهي تدعو الدول إلى التعامل مع أمن البيانات بشكل موضوعي.\n",
            ),
            (
                "zh-Hans",
                "中方提出《全球数据安全倡议》，呼吁各国以事实为依据全面客观看待数据安全问题，共同构建网络空间命运共同体。",
            ),
            (
                "zh-Hant",
                "中方提出《全球數據安全倡議》，呼籲各國以事實為依據全面客觀看待數據安全問題，共同構建網絡空間命運共同體。",
            ),
            ("th", "ข้อริเริ่มระดับโลกว่าด้วยความมั่นคงปลอดภัยของข้อมูล "),
        ] {
            let text = sample.repeat(400_000 / sample.len());
            let rate = |bytes: usize, from: Instant| bytes as f64 / from.elapsed().as_secs_f64() / 1e6;
            let best = |run: &dyn Fn()| {
                (0..100).fold(0.0f64, |best, _| {
                    let from = Instant::now();
                    run();
                    best.max(rate(text.len(), from))
                })
            };
            let fold_rate = best(&|| drop(black_box(fold(&text))));
            let folded_rate = best(&|| drop(black_box(Folded::new(&text))));
            let folded = fold(&text).into_owned();
            let word_rate = best(&|| {
                black_box(words(&folded).count());
            });
            let lang = name.parse().unwrap();
            let stem_rate = best(&|| drop(black_box(stems(&lang, &folded))));
            println!(
                "{name}: fold {fold_rate:.0} MB/s, Folded {folded_rate:.0}, words {word_rate:.0}, stems {stem_rate:.0}"
            );
        }
        let time = |name: &str, run: &dyn Fn()| {
            let best = (0..100).fold(f64::MAX, |best, _| {
                let from = Instant::now();
                (0..100).for_each(|_| run());
                best.min(from.elapsed().as_secs_f64() * 1e4)
            });
            println!("{name}: {best:.2} µs");
        };
        time("term_keys en", &|| {
            drop(black_box(term_keys(&langs[0], "community with a shared future in cyberspace")))
        });
        time("term_keys zh-Hans", &|| drop(black_box(term_keys(&langs[1], "网络空间命运共同体"))));
        time("term_keys ar", &|| {
            drop(black_box(term_keys(&langs[6], "مجتمع ذو مستقبل مشترك في الفضاء السيبراني")))
        });
        time("query_keys", &|| drop(black_box(query_keys("wang3luo4 zhu3quan2", &langs))));
        time("by_name", &|| drop(black_box(languages::by_name("Chinese (Traditional, Taiwan)"))));
        time("distance", &|| {
            black_box(distance("community with a shared future", "comunity with the shared futrue", 4));
        });
        time("signature", &|| {
            black_box(signature("community with a shared future"));
        });
        time("slug_words zh", &|| drop(black_box(slug_words("网络空间命运共同体", &langs[1]))));
    }
}
