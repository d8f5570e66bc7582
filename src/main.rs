//! The `wicterm` program.

fn main() -> std::process::ExitCode {
    wicterm::cli::main()
}
