//! What the benches of readers and writers share: quick-xml on the same bytes, and rounds in turn.
//!
//! Each figure is the best of the rounds, and the rounds go in turn, so that a busy machine slows all of
//! them alike. Where the system tells it, time is the processor's, not the clock's. A row's ratio is to the
//! row of quick-xml that it has to be compared with.

use std::io::Write;
use std::time::{Duration, Instant};

/// The program's allocator; bare quick-xml asks it for nothing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Does something and tells what it made, and in which time.
pub type Task<'a> = &'a dyn Fn() -> (u64, Duration);

/// Runs the tasks whose names hold `only`, and prints their best times: those that write beside `writer`,
/// the others beside the first of all.
pub fn rounds(
    rounds: usize,
    only: &str,
    size: usize,
    writes: &str,
    writer: &str,
    tasks: &[(&str, Task<'_>)],
) {
    let mut best = vec![(f64::MAX, 0); tasks.len()];
    for _ in 0..rounds {
        for ((name, task), best) in tasks.iter().zip(&mut best) {
            if !name.contains(only) {
                continue;
            }
            let (made, time) = task();
            best.0 = best.0.min(time.as_secs_f64());
            best.1 = made;
        }
    }
    println!("{:.0} MB, best of {rounds}", size as f64 / 1e6);
    let time_of = |wanted: &str| {
        tasks.iter().zip(&best).find(|((name, _), _)| *name == wanted).map_or(f64::MAX, |(_, b)| b.0)
    };
    let (bare, writer) = (best.first().map_or(f64::MAX, |b| b.0), time_of(writer));
    for ((name, _), (seconds, made)) in tasks.iter().zip(best).filter(|(_, best)| best.0 < f64::MAX) {
        // A writer's megabytes are those it wrote.
        let written = name.contains(writes);
        let size = if written { made } else { size as u64 };
        let beside = if written { writer } else { bare };
        let (speed, ratio) = match name.starts_with("cloning") {
            true => (String::new(), String::new()),
            false => (
                format!("{:7.0} MB/s", size as f64 / 1e6 / seconds),
                if beside < f64::MAX { format!("{:5.2} ×", seconds / beside) } else { String::new() },
            ),
        };
        println!("{name:34} {seconds:7.3} s {speed:12} {ratio:8} ({made})");
    }
}

/// Measures a task.
pub fn timed(task: impl FnOnce() -> u64) -> (u64, Duration) {
    let start = spent();
    let made = task();
    (made, spent() - start)
}

/// Returns the processor time of this thread, or the clock where the system does not tell it.
fn spent() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

/// quick-xml doing the least it can: its events, and nothing made of them.
pub fn bare(bytes: &[u8]) -> u64 {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut buf = vec![];
    let mut count = 0;
    loop {
        buf.clear();
        match reader.read_event_into(&mut buf).expect("it is well-formed") {
            quick_xml::events::Event::Eof => return count,
            _ => count += 1,
        }
    }
}

/// Takes what is written to it and only counts.
pub struct Nowhere(pub u64);

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
