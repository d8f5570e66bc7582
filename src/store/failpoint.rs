//! Places in a write where a test can stop the process.
//!
//! With the feature `failpoints`, the process aborts when it passes the point that the
//! environment variable `WICTERM_FAILPOINT` names (`name`, or `name:3` for the third time).
//! Without the feature, [`failpoint`] is nothing.

/// Every point that a write passes, in the order in which a commit passes them.
pub const FAILPOINTS: &[&str] = &[
    "begin-locked",
    "begin-republished",
    "begin-cleaned",
    "block-append-before",
    "block-append-after",
    "part-write-before",
    "part-write-after",
    "checkpoint-before",
    "checkpoint-after",
    "commit-sealed",
    "segment-write-before",
    "segment-write-after",
    "segment-fsync-after",
    "segment-rename-after",
    "segment-dir-fsync-after",
    "ledger-batch-before",
    "ledger-batch-after",
    "ledger-flush-after",
    "head-write-before",
    "head-write-after",
    "head-fsync-after",
    "head-rename-after",
    "head-dir-fsync-after",
    "commit-acknowledged",
    "cleanup-before",
    "cleanup-after",
];

/// Stops the process here if a test asked for it.
#[cfg(feature = "failpoints")]
pub fn failpoint(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSED: AtomicU32 = AtomicU32::new(0);
    debug_assert!(FAILPOINTS.contains(&name), "{name} is not in the list");
    let Ok(wanted) = std::env::var("WICTERM_FAILPOINT") else { return };
    let (wanted, nth) = wanted.split_once(':').unwrap_or((&wanted, "1"));
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == nth.parse().unwrap_or(1) {
        std::process::abort();
    }
}

/// Does nothing: the feature `failpoints` is off.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub fn failpoint(_name: &str) {}
