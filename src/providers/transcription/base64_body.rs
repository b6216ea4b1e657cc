//! Streaming base64 encoder for a recording inside a JSON body; neither is held in memory as a whole.

use std::io::{self, Cursor, Read};
use std::sync::Arc;

use data_encoding::BASE64;

use crate::net::transport::SizedStream;

/// Bytes encoded at once; a multiple of three, so that there is no padding between chunks.
const CHUNK_BYTES: usize = 48 << 10;

/// Returns a stream of `before`, the base64 of `stream`, and `after`.
pub(super) fn base64_between(before: &str, stream: &SizedStream, after: &str) -> SizedStream {
    let bytes = before.len() as u64 + stream.bytes.div_ceil(3) * 4 + after.len() as u64;
    let (open, before, after) = (stream.open.clone(), before.to_owned(), after.to_owned());
    SizedStream {
        bytes,
        open: Arc::new(move || {
            let encoded = Base64Reader { inner: open()?, ready: Cursor::new(Vec::new()) };
            let (before, after) = (Cursor::new(before.clone()), Cursor::new(after.clone()));
            Ok(Box::new(before.chain(encoded).chain(after)))
        }),
    }
}

struct Base64Reader {
    inner: Box<dyn Read + Send>,
    ready: Cursor<Vec<u8>>,
}

impl Read for Base64Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.ready.read(out)?;
        if read > 0 || out.is_empty() {
            return Ok(read);
        }
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        self.inner.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut chunk)?;
        self.ready = Cursor::new(BASE64.encode(&chunk).into_bytes());
        self.ready.read(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_form_one_base64_encoding() {
        for length in [0, 1, 2, 3, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 2] {
            let bytes: Vec<u8> = (0..length).map(|number| u8::try_from(number % 251).unwrap()).collect();
            let whole = format!("<{}>", BASE64.encode(&bytes));
            let stream =
                SizedStream { bytes: length as u64, open: Arc::new(move || Ok(Box::new(Cursor::new(bytes.clone())))) };

            let between = base64_between("<", &stream, ">");

            for _again in 0..2 {
                let mut read = String::new();
                (between.open)().unwrap().read_to_string(&mut read).unwrap();
                assert_eq!((read.len() as u64, &read), (between.bytes, &whole));
            }
        }
    }
}
