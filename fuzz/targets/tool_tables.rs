#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in [
        "omegat-glossary",
        "deepl-tsv",
        "deepl-csv",
        "weblate-tbx",
        "memoq-csv",
        "crowdin-csv",
        "phrase-csv",
        "google-csv",
        "google-tsv",
        "amazon-csv",
        "azure-tsv",
        "utx",
    ] {
        wicterm_fuzz::file(name, bytes);
    }
});
