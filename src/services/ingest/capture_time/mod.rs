//! Creation time of photographs and recordings, as their files state it.
//!
//! Files are untrusted: each reader stops after a number of bytes, and a value that is implausible is no value.

mod bounded_reader;
mod capture_stamp;
mod exif_fields;
mod format_detection;
mod id3;
mod iso_media;
mod matroska;
mod original;
mod stamp;
mod vorbis_comment;
mod wave;

pub(crate) use crate::services::ingest::capture_time::original::read_original;

#[cfg(test)]
mod tests;
