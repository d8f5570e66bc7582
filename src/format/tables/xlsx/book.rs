//! A workbook: its sheets by name, its shared strings, and which of its number formats are dates.

use std::io::{BufReader, Read};

use rustc_hash::FxHashSet;

use super::dates::{Shown, shown};
use super::sheet::Sheet;
use crate::bytes::inflate::{Damage, Expansion, is_too_large};
use crate::bytes::xml::{self, Event, Reader};
use crate::bytes::zip::{self, Archive, Bounds, MemberReader};
use crate::format::{Limits, ReadError};
use crate::model::Place;

/// The most bytes of a workbook, which is held in memory as it is packed.
const PACKED: u64 = 512 << 20;
/// The most bytes that its shared strings may come to.
const STRINGS: usize = 512 << 20;
/// The most bytes of a sheet that is changed in place, which is held in memory.
const TEXT: u64 = 256 << 20;
/// The most sheets that are listed.
const SHEETS: usize = 1_000;
/// What a sheet may unpack to: a million rows of a few dozen columns. It is read as it is unpacked.
const EXPANSION: Expansion = Expansion { total: 4 << 30, ratio: 300 };

/// The XML of a member, unpacked as it is read.
pub(super) type Packed<'b> = BufReader<MemberReader<&'b [u8]>>;

/// A workbook in memory.
pub(super) struct Book<'b> {
    archive: Archive<'b>,
    name: String,
    /// Its sheets, in the order of their tabs.
    pub sheets: Vec<SheetName>,
    pub strings: Strings,
    /// How cells of each style show numbers.
    pub styles: Vec<Shown>,
    /// Whether days are counted from 1904, as they were on old Macs.
    pub since_1904: bool,
    /// Whether it holds programs.
    pub has_macros: bool,
    limits: Limits,
    damages: Vec<Damage>,
}

/// A sheet as the workbook names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetName {
    pub name: String,
    /// The member of the archive that holds it.
    pub member: String,
    pub hidden: bool,
}

/// The strings that cells share, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<u32>,
    /// The numbers of those that are formatted in parts.
    rich: FxHashSet<u32>,
}

impl Strings {
    pub fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }

    /// Tells whether a string is formatted in parts.
    pub fn is_rich(&self, at: usize) -> bool {
        u32::try_from(at).is_ok_and(|at| self.rich.contains(&at))
    }

    fn end(&mut self, rich: bool) {
        if rich {
            self.rich.insert(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        }
        // The text is bounded far below.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}

/// Reads a workbook whole, as it is packed.
pub(super) fn bytes_of(stream: &mut dyn Read, name: &str) -> Result<Vec<u8>, ReadError> {
    let mut bytes = vec![];
    stream.take(PACKED + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > PACKED {
        let what = format!("the workbook is longer than {PACKED} bytes");
        return Err(ReadError::Limit(Place::file(name), what));
    }
    Ok(bytes)
}

impl<'b> Book<'b> {
    /// Reads what a workbook says of itself.
    pub fn open(bytes: &'b [u8], name: &str, limits: Limits) -> Result<Self, ReadError> {
        let broken = |what: &str| ReadError::Broken(Place::file(name), what.to_owned());
        if let Some(why) = foreign(bytes) {
            return Err(broken(why));
        }
        let archive = Archive::open(bytes, Bounds::default()).map_err(|e| of_zip(&e, name))?;
        let mut book = Self {
            archive,
            name: name.to_owned(),
            sheets: vec![],
            strings: Strings::default(),
            styles: vec![],
            since_1904: false,
            has_macros: false,
            limits,
            damages: vec![],
        };
        book.has_macros = book.archive.names().any(|member| member.ends_with("vbaProject.bin"));
        let main = book.main_member()?;
        let relations = book.relations_of(&main)?;
        book.read_sheets(&main, &relations)?;
        for relation in &relations {
            match relation.kind.as_str() {
                "sharedStrings" => book.read_strings(&relation.target)?,
                "styles" => book.read_styles(&relation.target)?,
                _ => {}
            }
        }
        Ok(book)
    }

    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens a sheet, to be read row by row.
    pub fn sheet(&self, at: usize) -> Result<Sheet<'_, 'b, Packed<'b>>, ReadError> {
        let member = &self.sheets[at].member;
        let Some(opened) = self.opened(member)? else {
            let what = format!("the workbook has no member {}", xml::quotable(member));
            return Err(ReadError::Broken(Place::file(&self.name), what));
        };
        let damage = opened.damage();
        let xml = Reader::new(BufReader::with_capacity(64 << 10, opened), None, self.limits);
        Ok(Sheet::new(self, xml, damage))
    }

    /// Returns the XML of a sheet.
    pub fn text_of(&self, at: usize) -> Result<Vec<u8>, ReadError> {
        let mut text = vec![];
        if let Some(opened) = self.opened(&self.sheets[at].member)? {
            opened
                .take(TEXT + 1)
                .read_to_end(&mut text)
                .map_err(|e| of_xml(xml::Error::Io(e), &self.name))?;
        }
        if text.len() as u64 > TEXT {
            let what = format!("the sheet is longer than {TEXT} bytes");
            return Err(ReadError::Limit(Place::file(&self.name), what));
        }
        Ok(text)
    }

    /// Reads a sheet whose XML is there.
    pub fn sheet_in<'k, 't>(&'k self, text: &'t str) -> Sheet<'k, 'b, &'t [u8]> {
        Sheet::new(self, Reader::new(text.as_bytes(), None, self.limits), Damage::default())
    }

    /// Tells whether a member other than the sheets is damaged.
    pub fn is_damaged(&self) -> bool {
        self.archive.cut_off || self.damages.iter().any(Damage::is_there)
    }

    fn opened(&self, member: &str) -> Result<Option<MemberReader<&'b [u8]>>, ReadError> {
        self.archive.reader(member, EXPANSION).transpose().map_err(|e| of_zip(&e, &self.name))
    }

    fn xml_of(&mut self, member: &str) -> Result<Option<Reader<Packed<'b>>>, ReadError> {
        let Some(opened) = self.opened(member)? else { return Ok(None) };
        self.damages.push(opened.damage());
        Ok(Some(Reader::new(BufReader::new(opened), None, self.limits)))
    }

    /// Finds the member that lists the sheets.
    fn main_member(&mut self) -> Result<String, ReadError> {
        let relations = self.relations("_rels/.rels", "")?;
        let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
        let main = main.map_or("xl/workbook.xml".to_owned(), |relation| relation.target);
        if main.ends_with(".bin") {
            let what =
                "it is a binary Excel workbook (.xlsb), which is not read; save it as .xlsx".to_owned();
            return Err(ReadError::Broken(Place::file(&self.name), what));
        }
        if self.archive.names().any(|member| member.eq_ignore_ascii_case(&main)) {
            return Ok(main);
        }
        let office = self.archive.names().any(|m| m == "content.xml" || m == "mimetype");
        let what = match office {
            true => "it is no Excel workbook but looks like OpenDocument (.ods); save it as .xlsx",
            false => "it is a zip archive without a workbook in it",
        };
        Err(ReadError::Broken(Place::file(&self.name), what.to_owned()))
    }

    fn relations_of(&mut self, member: &str) -> Result<Vec<Relation>, ReadError> {
        let (folder, file) = member.rsplit_once('/').unwrap_or(("", member));
        let rels = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        self.relations(&rels, folder)
    }

    fn relations(&mut self, member: &str, folder: &str) -> Result<Vec<Relation>, ReadError> {
        let mut relations = vec![];
        let name = self.name.clone();
        let Some(mut xml) = self.xml_of(member)? else { return Ok(relations) };
        each_start(&mut xml, &name, |xml| {
            if xml.local() != "Relationship" || relations.len() >= 10 * SHEETS {
                return Ok(());
            }
            let get = |wanted: &str| xml.attribute(wanted).unwrap_or_default().to_owned();
            // What lies outside the file is nobody's business here.
            if get("TargetMode") != "External" {
                let kind = get("Type").rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id: get("Id"), kind, target: joined(folder, &get("Target")) });
            }
            Ok(())
        })?;
        Ok(relations)
    }

    fn read_sheets(&mut self, main: &str, relations: &[Relation]) -> Result<(), ReadError> {
        let name = self.name.clone();
        let Some(mut xml) = self.xml_of(main)? else { return Ok(()) };
        let (mut sheets, mut since_1904) = (vec![], false);
        each_start(&mut xml, &name, |xml| {
            match xml.local() {
                "workbookPr" => since_1904 = matches!(xml.attribute("date1904"), Some("1" | "true")),
                "sheet" if sheets.len() < SHEETS => {
                    let id = xml.attributes().find(|(n, _)| n.ends_with(":id")).map(|(_, v)| v.to_owned());
                    let found = relations.iter().find(|r| Some(&r.id) == id.as_ref());
                    // Charts and dialogs are sheets too, and hold no cells.
                    if let Some(relation) = found.filter(|r| r.kind == "worksheet") {
                        sheets.push(SheetName {
                            name: xml.attribute("name").unwrap_or_default().to_owned(),
                            member: relation.target.clone(),
                            hidden: matches!(xml.attribute("state"), Some("hidden" | "veryHidden")),
                        });
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        (self.sheets, self.since_1904) = (sheets, since_1904);
        Ok(())
    }

    fn read_strings(&mut self, member: &str) -> Result<(), ReadError> {
        let name = self.name.clone();
        let Some(mut xml) = self.xml_of(member)? else { return Ok(()) };
        let mut strings = Strings::default();
        let mut piece = String::new();
        each_start(&mut xml, &name, |xml| {
            if xml.local() == "si" {
                let rich = rich_text(xml, &mut piece, &mut strings.text)?;
                strings.end(rich);
                if strings.text.len() > STRINGS {
                    let what = format!("the strings of the workbook are longer than {STRINGS} bytes");
                    return Err(xml::Error::Limit(xml.position(), what));
                }
            }
            Ok(())
        })?;
        self.strings = strings;
        Ok(())
    }

    fn read_styles(&mut self, member: &str) -> Result<(), ReadError> {
        let name = self.name.clone();
        let Some(mut xml) = self.xml_of(member)? else { return Ok(()) };
        let mut own: Vec<(u32, Shown)> = vec![];
        let (mut styles, mut of_cells) = (vec![], false);
        each_start(&mut xml, &name, |xml| {
            let number = |wanted: &str| xml.attribute(wanted).and_then(|id| id.parse::<u32>().ok());
            match xml.local() {
                "numFmt" if own.len() < 10_000 => {
                    if let (Some(id), Some(code)) = (number("numFmtId"), xml.attribute("formatCode")) {
                        own.push((id, shown(code)));
                    }
                }
                "cellXfs" => of_cells = true,
                "cellStyleXfs" | "cellStyles" | "dxfs" => of_cells = false,
                "xf" if of_cells && styles.len() < 1 << 16 => {
                    let id = number("numFmtId").unwrap_or(0);
                    let known = own.iter().find(|(known, _)| *known == id).map(|(_, shown)| *shown);
                    styles.push(known.unwrap_or_else(|| Shown::built_in(id)));
                }
                _ => {}
            }
            Ok(())
        })?;
        self.styles = styles;
        Ok(())
    }
}

/// Where one part of a workbook points to another.
#[derive(Debug)]
struct Relation {
    id: String,
    kind: String,
    target: String,
}

/// Appends the text of a string item: runs of rich text joined, readings of Japanese left out. Tells whether
/// there are runs.
pub(super) fn rich_text<R: Read>(
    xml: &mut Reader<R>,
    piece: &mut String,
    into: &mut String,
) -> Result<bool, xml::Error> {
    let depth = xml.depth();
    let mut rich = false;
    loop {
        match xml.next()? {
            Event::Start if xml.local() == "r" => rich = true,
            Event::Start if xml.local() == "t" => {
                piece.clear();
                xml.text_to_end(piece)?;
                unescape(piece, into);
            }
            Event::Start if xml.local() == "rPh" => xml.skip()?,
            Event::End if xml.depth() < depth => return Ok(rich),
            Event::Eof => return Ok(rich),
            _ => {}
        }
    }
}

/// Appends a text as it is meant: what XML cannot carry stands there as `_x0007_` (ECMA-376, ST_Xstring).
pub(super) fn unescape(text: &str, into: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let hex = rest.get(at + 2..at + 6).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = hex.filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let c = code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        into.push_str(&rest[..at]);
        match c {
            Some(c) => {
                into.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                into.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    into.push_str(rest);
}

fn each_start<R: Read>(
    xml: &mut Reader<R>,
    name: &str,
    mut take: impl FnMut(&mut Reader<R>) -> Result<(), xml::Error>,
) -> Result<(), ReadError> {
    loop {
        match xml.next().map_err(|e| of_xml(e, name))? {
            Event::Start => take(xml).map_err(|e| of_xml(e, name))?,
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Puts the target of a relation into the folder of its part.
fn joined(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.starts_with('/') {
        true => vec![],
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Says what bytes are that are no workbook of this kind.
fn foreign(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        return Some(match memchr::memmem::find(bytes, &name) {
            Some(_) => {
                "the workbook is protected by a password; open it in a spreadsheet program and save it without"
            }
            None => "it is an old Excel workbook (.xls), which is not read; save it as .xlsx",
        });
    }
    (!zip::is_zip(bytes)).then_some("it is no Excel workbook (.xlsx): it does not begin like one")
}

fn of_zip(error: &zip::Error, name: &str) -> ReadError {
    let place = Place::file(name);
    match error {
        zip::Error::Limit(what) => ReadError::Limit(place, what.clone()),
        zip::Error::NotZip => {
            ReadError::Broken(place, "the workbook is damaged: nothing is found in it".into())
        }
        other => ReadError::Broken(place, format!("the workbook cannot be unpacked: {other}")),
    }
}

/// Turns an error of XML into one about the workbook. Lines and columns inside a packed member would mislead.
pub(super) fn of_xml(error: xml::Error, name: &str) -> ReadError {
    match error {
        xml::Error::Io(e) if is_too_large(&e) => {
            ReadError::Limit(Place::file(name), format!("a part of the workbook is too large: {e}"))
        }
        xml::Error::Io(e) => ReadError::Io(e),
        xml::Error::Broken(_, what) => {
            ReadError::Broken(Place::file(name), format!("a part of the workbook is damaged: {what}"))
        }
        xml::Error::Limit(_, what) => ReadError::Limit(Place::file(name), what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_is_read_as_it_is_meant() {
        for (written, meant) in [
            ("a_x0007_b", "a\u{7}b"),
            ("_x000D_\n", "\r\n"),
            ("_x005F_x0041_", "_x0041_"),
            ("_x00zz_ _x", "_x00zz_ _x"),
            ("_xD800_", "_xD800_"),
            ("_x网络主权_", "_x网络主权_"),
            ("_xFFFE__x0041_", "\u{fffe}A"),
        ] {
            let mut out = String::new();
            unescape(written, &mut out);
            assert_eq!(out, meant, "{written}");
        }
    }

    #[test]
    fn parts_are_found_from_their_folder() {
        for (folder, target, member) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
        ] {
            assert_eq!(joined(folder, target), member);
        }
    }
}
