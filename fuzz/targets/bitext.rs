#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    wicterm_fuzz::file("bitext-csv", bytes);
    wicterm_fuzz::file("bitext-tsv", bytes);
});
