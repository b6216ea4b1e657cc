//! Sink of an export.

use crate::error::Result;

/// Receives the files of an export one after the other.
pub(super) trait ExportSink {
    /// Starts a file of this many bytes.
    fn begin_file(&mut self, name: &str, bytes: u64) -> Result<()>;

    /// Appends bytes to the current file.
    fn write_chunk(&mut self, piece: &[u8]) -> Result<()>;

    /// Finishes the current file.
    fn finish_file(&mut self) -> Result<()>;

    /// Writes a small file at once.
    fn write_file(&mut self, name: &str, content: &[u8]) -> Result<()> {
        self.begin_file(name, content.len() as u64)?;
        self.write_chunk(content)?;
        self.finish_file()
    }
}
