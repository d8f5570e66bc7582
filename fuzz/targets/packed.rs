#![no_main]

use std::io::Read;

use wicterm::bytes::inflate::{Expansion, Gunzip};
use wicterm::bytes::zip::{Archive, Bounds, replaced};

const BOUNDS: Expansion = Expansion { total: 4 << 20, ratio: 300 };

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let unpacked = |mut reader: Box<dyn Read + '_>| {
        let mut out = vec![];
        let _ = reader.read_to_end(&mut out);
        // One piece more may have been taken before the bound is seen.
        assert!(out.len() as u64 <= BOUNDS.total + (1 << 20));
    };
    unpacked(Box::new(Gunzip::new(bytes, BOUNDS)));
    let Ok(archive) = Archive::open(bytes, Bounds::default()) else { return };
    let names: Vec<String> = archive.names().take(8).map(str::to_owned).collect();
    for name in names {
        if let Some(Ok(reader)) = archive.reader(&name, BOUNDS) {
            unpacked(Box::new(reader));
        }
        if let Some(made) = replaced(bytes, &name, b"new") {
            let mut made = Archive::open(&made, Bounds::default()).expect("it was an archive");
            assert_eq!(made.unpack(&name).expect("it has the member").expect("it unpacks").bytes, b"new");
        }
    }
});
