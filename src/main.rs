//! The `wicterm` program.

/// Units are made on one thread and let go on another; glibc's allocator makes the two wait for each
/// other, this one does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    wicterm::cli::main()
}
