//! Compressed files: what is in them is imported as if it lay there, and bombs are stopped.

use std::fs;

use miniz_oxide::deflate::compress_to_vec;

use crate::door::Desk;

const TABLE: &str = "concept,lang,term\nc1,en,one\nc1,fr,un\n";
const TMX: &str = "<tmx version=\"1.4\"><header srclang=\"en\" segtype=\"sentence\" datatype=\"plaintext\" o-tmf=\"x\" \
     adminlang=\"en\" creationtool=\"x\" creationtoolversion=\"1\"/><body><tu tuid=\"1\"><tuv xml:lang=\"en\">\
     <seg>One.</seg></tuv><tuv xml:lang=\"fr\"><seg>Un.</seg></tuv></tu></body></tmx>";

/// Packs as gzip does.
fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(compress_to_vec(bytes, 6));
    out.extend(crc32fast::hash(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// Packs an archive as simply as may be.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (vec![], vec![]);
    for (name, bytes) in members {
        let data = compress_to_vec(bytes, 6);
        let mut common = vec![];
        for value in [20_u16, 0, 8, 0, 0] {
            common.extend(value.to_le_bytes());
        }
        for value in [crc32fast::hash(bytes), data.len() as u32, bytes.len() as u32] {
            common.extend(value.to_le_bytes());
        }
        common.extend((name.len() as u16).to_le_bytes());
        common.extend(0_u16.to_le_bytes());
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend((out.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(data);
    }
    let (at, len, count) = (out.len() as u32, directory.len() as u32, members.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(len.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

#[test]
fn a_compressed_file_is_the_file_that_is_in_it() {
    let desk = Desk::new();
    desk.write("t.csv.gz", gz(TABLE.as_bytes()));
    desk.write("m.tmx.gz", gz(TMX.as_bytes()));
    let report = desk.ok(["import", "t.csv.gz", "m.tmx.gz"]);
    assert!(report.contains("t.csv.gz (terms-csv): 1 read, 1 added"), "{report}");
    assert!(report.contains("m.tmx.gz (tmx): 1 read, 1 added"), "{report}");
    // Its ids are those of the file, compressed or not.
    desk.write("t.csv", TABLE);
    desk.write("m.tmx", TMX);
    desk.write("both.zip", zip(&[("a/t.csv", TABLE.as_bytes()), ("a/", b""), ("m.tmx", TMX.as_bytes())]));
    for files in [&["t.csv", "m.tmx"][..], &["both.zip"]] {
        let report = desk.ok(["import"].iter().chain(files));
        assert_eq!(report.matches("1 unchanged").count(), 2, "{report}");
    }
    let report = desk.ok(["import", "both.zip"]);
    assert!(report.contains("both.zip/a/t.csv (terms-csv)"), "{report}");
}

#[test]
fn what_is_cut_off_is_read_as_far_as_it_goes_and_said() {
    let desk = Desk::new();
    let mut table = "concept,lang,term\n".to_owned();
    (0..20_000).for_each(|n| table.push_str(&format!("c{n},en,term {}\n", n * 7919 % 100_003)));
    let packed = gz(table.as_bytes());
    desk.write("t.csv.gz", &packed[..packed.len() / 2]);
    let ran = desk.run(["import", "t.csv.gz"]);
    assert!(ran.code == Some(1) && ran.err.contains("cut off or damaged"), "{ran}");
    let read: u64 = ran.out.split(": ").nth(1).and_then(|r| r.split(' ').next()).unwrap().parse().unwrap();
    assert!((5_000..15_000).contains(&read), "{ran}");
    desk.write("t.tmx.gz", &gz(TMX.as_bytes())[..100]);
    desk.run(["import", "t.tmx.gz"]).refused();
}

#[test]
fn places_in_compressed_files_have_lines_and_no_bytes() {
    let desk = Desk::new();
    desk.write("t.csv.gz", gz(format!("{TABLE}c2,,nobody\n").as_bytes()));
    let ran = desk.run(["import", "t.csv.gz", "--format", "jsonl"]);
    let report: serde_json::Value = serde_json::from_str(ran.out.lines().last().unwrap()).unwrap();
    let finding = &report["details"][0];
    assert_eq!((&finding["line"], &finding["start"]), (&4.into(), &serde_json::Value::Null), "{finding}");
}

#[test]
fn validate_and_analyse_look_into_gzip() {
    let desk = Desk::new();
    desk.write("m.tmx.gz", gz(TMX.as_bytes()));
    let ran = desk.run(["validate", "m.tmx.gz"]);
    assert!(ran.code == Some(0) && ran.out.contains("m.tmx.gz: valid (TMX 1.4)"), "{ran}");
    desk.ok(["import", "m.tmx.gz"]);
    let ran = desk.run(["analyse", "m.tmx.gz"]);
    assert!(ran.code == Some(0) && ran.out.contains("en"), "{ran}");
}

#[test]
fn bombs_and_archives_in_archives_do_no_harm() {
    let desk = Desk::new();
    desk.ok(["add", "standing thing", "--lang", "en"]);
    let before = desk.ok(["dump"]);
    let blank = [b"concept,lang,term\n".to_vec(), vec![b' '; 64 << 20]].concat();
    desk.write("b.csv.gz", gz(&blank));
    desk.write("b.zip", zip(&[("b.csv", &blank)]));
    for bomb in ["b.csv.gz", "b.zip"] {
        let ran = desk.run(["import", bomb]);
        ran.refused();
        assert!(ran.err.contains("300 times"), "{ran}");
    }
    let inner = zip(&[("t.csv", TABLE.as_bytes())]);
    desk.write("n.zip", zip(&[("inner.zip", &inner), ("x.bin", b"\0\x01\x02")]));
    let ran = desk.run(["import", "n.zip"]);
    assert!(ran.err.contains("archive in an archive") && ran.err.contains("format of this file"), "{ran}");
    desk.write("u.zip", zip(&[("../../escaped.csv", b"nothing\n")]));
    desk.run(["import", "u.zip"]);
    assert!(!fs::exists(desk.folder().join("../../escaped.csv")).unwrap());
    assert_eq!(desk.ok(["dump"]), before);
}
