//! Finders: pure, over what they are handed.
