//! The integration tests: the program as its users meet it, and the house as its builders must keep it.
//!
//! [`door`] starts the program and reads its answer; [`needs`] knows what other programs the tests
//! want, and says in one line what is missing. The rest are stories.

mod door;
mod needs;

mod accounting;
mod accounting_tables;
mod accounting_tmx;
mod accounting_xliff;
mod analyse;
mod back_again;
mod check;
mod cli;
mod concordance;
mod crash;
mod docs;
mod exact;
mod floors;
mod formats;
mod glossary;
mod hostile;
mod imports;
mod in_place;
mod judged;
mod judges;
mod lisa_kit;
mod memory;
mod omegat;
mod packed;
mod pages;
mod po;
mod pretranslate;
mod publication;
mod recognition;
mod reports;
mod scan;
mod sheets;
mod shelf;
mod tools;
mod units;
mod verdicts;
mod weblate;
mod xliff;
