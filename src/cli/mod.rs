//! Arguments, exit codes, hints; one file per subcommand.
