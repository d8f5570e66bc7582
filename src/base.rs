//! The desk: ledger, snapshot and finders opened together.
