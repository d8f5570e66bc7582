//! Bytes from strangers: encodings, bounded XML, safe files.
