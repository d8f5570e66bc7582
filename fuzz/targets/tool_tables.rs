#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["omegat-glossary", "deepl-tsv", "deepl-csv"] {
        wicterm_fuzz::file(name, bytes);
    }
});
