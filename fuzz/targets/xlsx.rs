#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["xlsx", "terms-xlsx", "terms-wide-xlsx", "bitext-xlsx"] {
        wicterm_fuzz::file(name, bytes);
    }
});
