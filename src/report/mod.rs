//! Findings, terms and matches as text, JSON and JSON Lines.
