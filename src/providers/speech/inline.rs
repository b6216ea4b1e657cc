//! A recording inside a JSON document, without either being held in memory.

use std::io;
use std::io::Cursor;
use std::io::Read;
use std::sync::Arc;

use data_encoding::BASE64;

use crate::net::wire::Stream;

/// Bytes that are encoded at once, a multiple of three, so that no padding gets between the pieces.
const PIECE: usize = 48 << 10;

/// Returns what is between two texts as base64.
pub(super) fn between(before: &str, stream: &Stream, after: &str) -> Stream {
    let bytes = before.len() as u64 + stream.bytes.div_ceil(3) * 4 + after.len() as u64;
    let (open, before, after) = (stream.open.clone(), before.to_owned(), after.to_owned());
    Stream {
        bytes,
        open: Arc::new(move || {
            let encoded = Encoded { inner: open()?, ready: Cursor::new(Vec::new()) };
            let (before, after) = (Cursor::new(before.clone()), Cursor::new(after.clone()));
            Ok(Box::new(before.chain(encoded).chain(after)))
        }),
    }
}

struct Encoded {
    inner: Box<dyn Read + Send>,
    ready: Cursor<Vec<u8>>,
}

impl Read for Encoded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.ready.read(out)?;
        if read > 0 || out.is_empty() {
            return Ok(read);
        }
        let mut piece = Vec::with_capacity(PIECE);
        self.inner.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        self.ready = Cursor::new(BASE64.encode(&piece).into_bytes());
        self.ready.read(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_one_encoding() {
        for length in [0, 1, 2, 3, 100, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 2] {
            let bytes: Vec<u8> = (0..length).map(|number| u8::try_from(number % 251).unwrap()).collect();
            let whole = format!("<{}>", BASE64.encode(&bytes));
            let stream =
                Stream { bytes: length as u64, open: Arc::new(move || Ok(Box::new(Cursor::new(bytes.clone())))) };

            let between = between("<", &stream, ">");

            for _again in 0..2 {
                let mut read = String::new();
                (between.open)().unwrap().read_to_string(&mut read).unwrap();
                assert_eq!((read.len() as u64, &read), (between.bytes, &whole));
            }
        }
    }
}
