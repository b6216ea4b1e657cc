//! Searches files, file names and logs for planted phrases.

use std::path::Path;

/// A planted phrase in one encoding.
pub struct Needle {
    pub phrase: String,
    encoding: &'static str,
    bytes: Vec<u8>,
}

/// Returns each phrase unchanged, in lower case, as UTF-16LE, in base64 at each alignment, in hex and percent-encoded.
pub fn needles(phrases: &[&str]) -> Vec<Needle> {
    let mut needles: Vec<Needle> = Vec::new();
    for &phrase in phrases {
        assert!(phrase.len() >= 10, "{phrase} is too short: a match could be a coincidence");
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let lower = phrase.to_lowercase();
        let hex = data_encoding::HEXLOWER.encode(phrase.as_bytes()).into_bytes();
        let mut encodings = vec![
            ("unchanged", phrase.as_bytes().to_vec()),
            ("lower case", lower.as_bytes().to_vec()),
            ("UTF-16LE", utf16(phrase)),
            ("hex", hex),
            ("percent-encoded", phrase.replace(' ', "%20").into_bytes()),
        ];
        for skipped in 0..3 {
            let whole = &phrase.as_bytes()[skipped..];
            let whole = &whole[..whole.len() / 3 * 3];
            encodings.push(("base64", data_encoding::BASE64_NOPAD.encode(whole).into_bytes()));
        }
        for (encoding, bytes) in encodings {
            if needles.iter().all(|needle| needle.bytes != bytes) {
                needles.push(Needle { phrase: phrase.to_owned(), encoding, bytes });
            }
        }
    }
    needles
}

/// Returns the needles that occur in `bytes`.
pub fn find_in<'n>(bytes: &[u8], needles: &'n [Needle]) -> Vec<&'n Needle> {
    let mut first = [false; 256];
    for needle in needles {
        first[usize::from(needle.bytes[0])] = true;
    }
    let mut seen = vec![false; needles.len()];
    for (at, &byte) in bytes.iter().enumerate() {
        if first[usize::from(byte)] {
            for (needle, seen) in needles.iter().zip(&mut seen) {
                *seen |= bytes[at..].starts_with(&needle.bytes);
            }
        }
    }
    needles.iter().zip(seen).filter(|(_, seen)| *seen).map(|(needle, _)| needle).collect()
}

/// Scans all files and file names below a folder; returns a line for each match, and the number of files read.
pub fn scan(folder: &Path, needles: &[Needle]) -> (Vec<String>, usize) {
    let (mut matches, mut files) = (Vec::new(), 0);
    for item in walkdir::WalkDir::new(folder) {
        // Write-ahead logs may disappear while a process runs.
        let Ok(item) = item else { continue };
        let name = item.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        let mut search = |what: &str, bytes: &[u8]| {
            matches.extend(find_in(bytes, needles).into_iter().map(|needle| {
                format!("{:?} ({}) in the {what} of {}", needle.phrase, needle.encoding, item.path().display())
            }));
        };
        search("name", name.as_bytes());
        if item.file_type().is_file()
            && let Ok(bytes) = std::fs::read(item.path())
        {
            files += 1;
            search("bytes", &bytes);
        }
    }
    (matches, files)
}

/// Returns true if a line of stderr is a log record, in either format, and not a message to the user.
pub fn is_log(line: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_timestamp =
        line.len() > 20 && line.is_char_boundary(4) && digits(&line[..4]) && line.as_bytes()[10] == b'T';
    has_timestamp || line.starts_with("{\"timestamp\"")
}
