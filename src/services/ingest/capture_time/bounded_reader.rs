//! Readers with limits for untrusted files.

use std::io::{self, Read, Seek, SeekFrom};

use crate::net::transport::StreamFactory;

/// Most times that a stream is opened again to go back in it.
const MAX_REWINDS: u32 = 16;

/// Reader that ends after a number of bytes, wherever in the file they are.
pub(super) struct BoundedReader<R> {
    inner: R,
    left: u64,
}

impl<R> BoundedReader<R> {
    pub(super) fn new(inner: R, limit: u64) -> Self {
        Self { inner, left: limit }
    }
}

impl<R: Read> Read for BoundedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..length])?;
        self.left -= read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for BoundedReader<R> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// Sequential stream of known length with a position: forward by reading, back by opening it again.
pub(super) struct RewindableStream {
    open: StreamFactory,
    length: u64,
    stream: Option<Box<dyn Read + Send>>,
    /// Bytes read of `stream`.
    read: u64,
    /// Position of the next read.
    position: u64,
    rewinds: u32,
}

impl RewindableStream {
    pub(super) fn new(open: StreamFactory, length: u64) -> Self {
        Self { open, length, stream: None, read: 0, position: 0, rewinds: 0 }
    }

    /// Returns the stream at the position.
    fn stream(&mut self) -> io::Result<&mut Box<dyn Read + Send>> {
        if self.stream.is_none() || self.read > self.position {
            if self.rewinds > MAX_REWINDS {
                return Err(io::Error::other("the file is read back and forth too often"));
            }
            self.rewinds += 1;
            let stream = (self.open)().map_err(|error| io::Error::other(error.to_string()))?;
            (self.stream, self.read) = (Some(stream), 0);
        }
        let stream = self.stream.as_mut().expect("the stream was opened above");
        self.read += io::copy(&mut stream.take(self.position - self.read), &mut io::sink())?;
        Ok(stream)
    }
}

impl Read for RewindableStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position >= self.length {
            return Ok(0);
        }
        let read = self.stream()?.read(buffer)?;
        self.read += read as u64;
        self.position = self.read;
        Ok(read)
    }
}

impl Seek for RewindableStream {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let target = match position {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
        };
        self.position = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_stream_is_read_forward_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        let copy = bytes.clone();
        let mut stream = RewindableStream::new(Arc::new(move || Ok(Box::new(io::Cursor::new(copy.clone())))), 256);
        let mut byte = |at: SeekFrom| {
            stream.seek(at).unwrap();
            let mut buffer = [0; 2];
            stream.read_exact(&mut buffer).map(|()| buffer[0])
        };

        assert_eq!(byte(SeekFrom::Start(100)).unwrap(), 100);
        assert_eq!(byte(SeekFrom::Current(8)).unwrap(), 110);
        assert_eq!(byte(SeekFrom::End(-10)).unwrap(), 246);
        assert_eq!(byte(SeekFrom::Start(3)).unwrap(), 3);
        assert!(byte(SeekFrom::Start(300)).is_err());
        assert!((0..40).any(|_| byte(SeekFrom::Start(0)).is_err()), "going back is limited");
    }

    #[test]
    fn a_reader_ends_at_its_limit() {
        let mut reader = BoundedReader::new(io::Cursor::new(vec![7; 100]), 30);

        reader.seek(SeekFrom::Start(50)).unwrap();

        let mut read = Vec::new();
        assert_eq!(reader.read_to_end(&mut read).unwrap(), 30);
    }
}
