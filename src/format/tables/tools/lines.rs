//! Writes delimited lines as a program wants them that is no spreadsheet: every text as it is, nothing guarded.

use std::io::Write;

/// How lines are laid out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// What stands between cells.
    pub delimiter: char,
    /// Whether a cell may stand in quotation marks (RFC 4180).
    pub quoting: bool,
    /// Whether a byte order mark comes first.
    pub mark: bool,
    /// What ends a line.
    pub end: &'static str,
}

/// Writes lines and counts their bytes.
pub(super) struct Lines<'w> {
    out: &'w mut dyn Write,
    layout: Layout,
    row: String,
    written: u64,
}

impl<'w> Lines<'w> {
    /// Begins a file, with what stands before the first row.
    pub fn begin(out: &'w mut dyn Write, layout: Layout, head: &str) -> std::io::Result<Self> {
        let mut lines = Self { out, layout, row: String::new(), written: 0 };
        if layout.mark {
            lines.put("\u{feff}")?;
        }
        lines.put(head)?;
        Ok(lines)
    }

    /// Returns how many bytes there are.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Returns how many bytes a row takes, at most.
    pub fn room(&self, cells: &[&str]) -> u64 {
        let marks = |cell: &str| 3 + cell.len() + cell.bytes().filter(|b| *b == b'"').count();
        cells.iter().map(|cell| marks(cell) as u64).sum::<u64>() + self.layout.end.len() as u64
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[&str]) -> std::io::Result<()> {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                row.push(self.layout.delimiter);
            }
            if self.layout.quoting && self.needs_marks(at, cell) {
                row.push('"');
                row.push_str(&cell.replace('"', "\"\""));
                row.push('"');
            } else {
                row.push_str(cell);
            }
        }
        row.push_str(self.layout.end);
        self.put(&row)?;
        self.row = row;
        Ok(())
    }

    fn needs_marks(&self, at: usize, cell: &str) -> bool {
        cell.contains([self.layout.delimiter, '"', '\n', '\r'])
            || cell.trim() != cell
            // A remark, or Excel's line about the delimiter, to other readers.
            || (at == 0 && (cell.starts_with('#') || cell.starts_with("sep=")))
    }

    fn put(&mut self, text: &str) -> std::io::Result<()> {
        self.written += text.len() as u64;
        self.out.write_all(text.as_bytes())
    }
}
