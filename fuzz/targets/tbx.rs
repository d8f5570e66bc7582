#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    wicterm_fuzz::file("tbx-basic-dca", bytes);
    wicterm_fuzz::file("tbx-v2-basic", bytes);
});
