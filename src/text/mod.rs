//! Unicode: folding with a way back, words, stems, keys; and the one table of language facts.
