#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    wicterm_fuzz::file("po", bytes);
});
