//! Media ingest with the real binary: pages by local Tesseract, recordings by a scripted provider.

mod pages;
mod recordings;
