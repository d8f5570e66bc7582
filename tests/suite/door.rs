//! The program behind its door: a folder of its own, a command line, and what came out.
//!
//! A [`Desk`] is a temporary folder with a base in it and room for files beside it. Nothing of the
//! person who runs the tests reaches the program: no base, no home, no editor, no colours.
//! Whatever a test does, a panic inside the program fails it ([`Ran::of`]).

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// A base, and a folder to work in.
pub struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    /// Makes an empty folder; the base in it is made by the first write.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("the system's folder for temporary files takes a folder") }
    }

    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the base's folder.
    pub fn base(&self) -> PathBuf {
        self.folder().join("base")
    }

    /// Writes a file beside the base.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        fs::create_dir_all(path.parent().unwrap_or(&path)).expect("a temporary folder can be made");
        fs::write(&path, content).expect("a temporary file can be written");
        path
    }

    /// Prepares `wicterm --base … ARGS`.
    pub fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        self.command_on(&self.base(), args)
    }

    /// Prepares `wicterm --base BASE ARGS` for another base.
    pub fn command_on<A: AsRef<OsStr>>(&self, base: &Path, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = wicterm(self.folder());
        command.arg("--base").arg(base).args(args);
        command
    }

    /// Runs `wicterm ARGS` on the base.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Ran {
        Ran::of(self.command(args).output().expect("the program starts"))
    }

    /// Runs `wicterm ARGS`, which must succeed, and returns what it printed.
    pub fn ok<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> String {
        let args: Vec<_> = args.into_iter().map(|a| a.as_ref().to_owned()).collect();
        let ran = self.run(&args);
        assert!(ran.code == Some(0), "wicterm {args:?} should succeed: {ran}");
        ran.out
    }
}

/// Prepares the program with nothing of this machine in its environment.
pub fn wicterm(folder: &Path) -> Command {
    hermetic(Command::new(env!("CARGO_BIN_EXE_wicterm")), folder)
}

/// Takes what belongs to this machine and this person out of a command's environment.
pub fn hermetic(mut command: Command, folder: &Path) -> Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WICTERM_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("LOCALAPPDATA", folder.join("data"))
        .env("EDITOR", "false")
        .env("VISUAL", "false")
        .env("NO_COLOR", "1")
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null());
    command
}

/// Connects a command's outputs to us.
pub fn piped(command: &mut Command) -> &mut Command {
    command.stdout(Stdio::piped()).stderr(Stdio::piped())
}

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Ran {
    /// Takes a finished run, which must not have panicked.
    pub fn of(output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        assert!(ran.code != Some(101) && !ran.err.contains("panicked at"), "the program panicked: {ran}");
        ran
    }

    /// Fails unless it refused with exit code 3 and a sentence.
    pub fn refused(&self) -> &Self {
        self.refused_as(3)
    }

    /// Fails unless it refused with this exit code and a sentence.
    pub fn refused_as(&self, code: i32) -> &Self {
        assert!(self.code == Some(code), "should be refused with exit code {code}: {self}");
        assert!(!self.err.trim().is_empty(), "a refusal says why: {self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let short = |text: &str| -> String { text.chars().take(4000).collect() };
        match self.code {
            Some(code) => write!(f, "exit {code}")?,
            None => f.write_str("ended by a signal")?,
        }
        write!(f, "\n--- stdout\n{}\n--- stderr\n{}", short(&self.out), short(&self.err))
    }
}

/// Waits for a child at most this long; kills it and fails when it takes longer.
///
/// Returns its status and the most memory it held (kB), where the system tells.
pub fn wait_bounded(child: &mut Child, longest: Duration, what: &str) -> (ExitStatus, Option<u64>) {
    let began = Instant::now();
    let mut peak = None;
    loop {
        // The high-water mark only rises, so the last look before the end is the peak.
        peak = high_water(child.id()).or(peak);
        if let Some(status) = child.try_wait().expect("our own child can be waited for") {
            return (status, peak);
        }
        if began.elapsed() > longest {
            child.kill().ok();
            child.wait().ok();
            panic!("{what} was not done after {longest:?}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Returns the most memory a process has held so far, in kB (Linux only).
fn high_water(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok())
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a temporary folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a file has a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// Lists every file below a folder, sorted, relative to it.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() { walk(&path, files) } else { files.push(path) }
        }
    }
    let mut files = vec![];
    walk(folder, &mut files);
    files.sort();
    for file in &mut files {
        *file = file.strip_prefix(folder).expect("it was found there").to_owned();
    }
    files
}

/// Pseudo-random numbers (xorshift64*) from a seed that a failing test shows.
pub struct Dice(u64);

impl Dice {
    /// Starts from `WICTERM_SEED`, else from the clock, and prints the seed for whoever must repeat it.
    pub fn new() -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Self::seeded(now.map_or(1, |d| d.as_nanos() as u64))
    }

    /// Starts from `WICTERM_SEED`, else from a seed that stays the same.
    pub fn seeded(seed: u64) -> Self {
        let seed = std::env::var("WICTERM_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(seed);
        println!("WICTERM_SEED={seed}");
        Self(seed | 1)
    }

    /// Returns a number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % end
    }
}

/// Whether the long versions of the tests are wanted: `WICTERM_LONG=1`.
pub fn long() -> bool {
    std::env::var_os("WICTERM_LONG").is_some_and(|v| !v.is_empty() && v != "0")
}
