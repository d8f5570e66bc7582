#![no_main]

// Both have one reader, which goes by the root; what they hand on differs in what they may carry.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    wicterm_fuzz::file(if bytes.len().is_multiple_of(2) { "xliff" } else { "xliff-2" }, bytes);
});
