//! The ledger (the truth) and the snapshot (what everyone reads).
