//! Pages and recordings come in through the real binary: read by Tesseract on this machine, heard by a scripted provider.

#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stdout, reason = "what is skipped is said")]

#[path = "../support/mod.rs"]
mod support;

mod made;
mod pages;
mod recordings;
