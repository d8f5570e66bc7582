//! The one door to the world: terminal, files, environment, clock and editor.
//!
//! Commands ask the session, never the operating system, so that a test can hand in its own.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anstream::AutoStream;
use anstream::stream::{AsLockedWrite, RawStream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Colour {
    /// When the output is a terminal, minding NO_COLOR and CLICOLOR_FORCE.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a command sees of the world.
pub struct Session {
    colour: Colour,
    quiet: bool,
    warned: Vec<String>,
    out: io::BufWriter<AutoStream<io::Stdout>>,
}

impl Session {
    /// Opens the real world.
    pub fn new(colour: Colour, quiet: bool) -> Self {
        Self { colour, quiet, warned: vec![], out: io::BufWriter::new(stream(io::stdout(), colour)) }
    }

    /// Standard output: data, and nothing else. It is buffered; [`Session::finish`] flushes it.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Hands everything written over to the reader.
    pub fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Says something on standard error, unless the user asked for quiet.
    pub fn say(&mut self, text: impl AsRef<str>) {
        if !self.quiet {
            self.warn(text);
        }
    }

    /// Says on standard error what must not be missed, and need not be said twice.
    pub fn warn_once(&mut self, text: String) {
        if !self.warned.contains(&text) {
            self.warn(&text);
            self.warned.push(text);
        }
    }

    /// Says on standard error what must not be missed.
    pub fn warn(&mut self, text: impl AsRef<str>) {
        // Quoted data must not turn the line around.
        self.tell(&crate::text::unturned(text.as_ref()));
    }

    /// Says something to a script on standard error.
    pub fn tell(&mut self, text: &str) {
        // What stands before it on standard output belongs before it on the terminal.
        let _ = self.out.flush();
        let _ = writeln!(stream(io::stderr(), self.colour), "{text}");
    }

    /// Returns a variable of the environment that is set and not empty.
    pub fn env(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|v| !v.is_empty())
    }

    /// Returns a path of the environment that is set and not empty.
    pub fn env_path(&self, name: &str) -> Option<PathBuf> {
        std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    /// Returns the folder that the user stands in.
    pub fn current_dir(&self) -> io::Result<PathBuf> {
        std::env::current_dir()
    }

    /// Returns the time, RFC 3339 in UTC.
    pub fn now(&self) -> String {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        rfc3339(since.as_secs())
    }

    /// Returns the name to write changes down under.
    pub fn user(&self) -> String {
        ["WICTERM_USER", "USER", "USERNAME"]
            .iter()
            .find_map(|name| self.env(name))
            .unwrap_or_else(|| "unknown".to_owned())
    }

    /// Tells whether somebody can be asked: both input and messages are a terminal.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks for one line; `None` when nobody answers.
    pub fn ask(&mut self, question: &str) -> Option<String> {
        if !self.can_ask() {
            return None;
        }
        let _ = self.out.flush();
        let _ = write!(io::stderr(), "{} ", crate::text::unturned(question));
        let _ = io::stderr().flush();
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).ok().filter(|n| *n > 0).map(|_| line.trim().to_owned())
    }

    /// Returns the width of the terminal that reads standard output, if one does.
    pub fn columns(&self) -> Option<usize> {
        if let Some(columns) = self.env("COLUMNS").and_then(|c| c.parse().ok()) {
            return Some(columns);
        }
        io::stdout()
            .is_terminal()
            .then(|| terminal_size::terminal_size().map_or(80, |(w, _)| usize::from(w.0)))
    }

    /// Opens standard input.
    pub fn stdin(&self) -> Box<dyn io::Read + Send> {
        Box::new(io::stdin())
    }

    /// Returns a bar for long work on `total` bytes (or steps); it shows itself only to eyes, and
    /// only when the work takes over a second.
    pub fn progress(&self, total: Option<u64>, what: &str) -> ProgressBar {
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        if self.quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        } else {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        }
        let style = match total {
            Some(_) => "{msg} {wide_bar} {bytes}/{total_bytes} {eta}",
            None => "{msg} {spinner} {bytes}",
        };
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar
    }

    /// Returns a bar for long work on so many things, as [`Session::progress`] is one for bytes.
    pub fn progress_of(&self, total: u64, what: &str) -> ProgressBar {
        let bar = self.progress(Some(total), what);
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {human_pos}/{human_len} {eta}") {
            bar.set_style(style);
        }
        bar
    }

    /// Opens a file in the user's editor and waits; `Err` when there is none or it fails.
    pub fn edit(&mut self, path: &Path) -> io::Result<()> {
        let _ = self.out.flush();
        let editor = ["WICTERM_EDITOR", "VISUAL", "EDITOR"].iter().find_map(|name| self.env(name));
        let fallback = if cfg!(windows) { "notepad" } else { "vi" };
        let editor = editor.unwrap_or_else(|| fallback.to_owned());
        EDITING.store(true, Ordering::SeqCst);
        let status = editor_of(&editor).arg(path).status();
        let status = status.map_err(|e| io::Error::new(e.kind(), format!("the editor ({editor}): {e}")))?;
        if status.success() {
            EDITING.store(false, Ordering::SeqCst);
            return Ok(());
        }
        // What ended the editor may be an interrupt that we are about to hear of; it is answered already.
        Err(io::Error::other(format!("the editor ({editor}) ended with {status}")))
    }

    /// Returns the folder for a base that belongs to the user rather than to a project.
    pub fn user_data_dir(&self) -> Option<PathBuf> {
        if cfg!(windows) {
            return self.env("APPDATA").map(|d| PathBuf::from(d).join("wicterm").join("base"));
        }
        if cfg!(target_os = "macos") {
            let home = self.env("HOME")?;
            return Some(PathBuf::from(home).join("Library/Application Support/wicterm/base"));
        }
        let data = self.env("XDG_DATA_HOME").map(PathBuf::from);
        data.or_else(|| self.env("HOME").map(|h| PathBuf::from(h).join(".local/share")))
            .map(|d| d.join("wicterm").join("base"))
    }
}

/// Returns what the program was called with.
pub fn arguments() -> impl Iterator<Item = std::ffi::OsString> {
    std::env::args_os()
}

/// Ends the process with 130 when the user interrupts it; every write is atomic, so nothing is
/// left half done.
pub fn end_when_interrupted() {
    // Where the handler cannot be set, the system's own way of ending serves as well.
    let _ = ctrlc::set_handler(|| {
        if !EDITING.load(Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
}

/// Whether the user sits in an editor. An interrupt typed there goes to both of us and is the editor's to
/// answer; it starts with the system's own handling, for a handler of ours does not outlive its `exec`.
static EDITING: AtomicBool = AtomicBool::new(false);

/// An editor may come with arguments (`code --wait`) or be a line of shell, as git and others allow.
fn editor_of(editor: &str) -> Command {
    if cfg!(windows) {
        let mut words = editor.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or(editor));
        command.args(words);
        return command;
    }
    let mut command = Command::new("sh");
    // The trap lets the shell outlive an interrupt, and does not reach the editor.
    command.arg("-c").arg(format!("trap : INT; {editor} \"$1\"")).arg("sh");
    command
}

/// Returns a text without its colours.
pub fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

fn stream<S: RawStream + AsLockedWrite>(raw: S, colour: Colour) -> AutoStream<S> {
    match colour {
        Colour::Auto => AutoStream::auto(raw),
        Colour::Always => AutoStream::always(raw),
        Colour::Never => AutoStream::never(raw),
    }
}

/// Seconds since 1970 as `2026-11-22T08:19:00Z`.
fn rfc3339(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Days to a civil date, with years that begin in March so that the leap day comes last.
    let z = days as i64 + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i64::from(month <= 2);
    let (h, m, s) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}Z")
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn seconds_become_dates() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_335_540, "2026-11-22T08:19:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(seconds), date);
        }
    }
}
