//! Looks for planted phrases in files, in names of files, and in logs.

use std::path::Path;

/// A phrase in a form in which it could lie around.
pub struct Needle {
    pub phrase: String,
    form: &'static str,
    bytes: Vec<u8>,
}

/// Returns the phrases as they are, lower-cased, as UTF-16LE, in base64 at each alignment, in hex, and percent-encoded.
pub fn needles(phrases: &[&str]) -> Vec<Needle> {
    let mut needles: Vec<Needle> = Vec::new();
    for &phrase in phrases {
        assert!(phrase.len() >= 10, "{phrase} is too short to be no accident");
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let lower = phrase.to_lowercase();
        let hex = data_encoding::HEXLOWER.encode(phrase.as_bytes()).into_bytes();
        let mut forms = vec![
            ("as it is", phrase.as_bytes().to_vec()),
            ("lower-cased", lower.as_bytes().to_vec()),
            ("UTF-16LE", utf16(phrase)),
            ("hex", hex),
            ("percent-encoded", phrase.replace(' ', "%20").into_bytes()),
        ];
        for skipped in 0..3 {
            let whole = &phrase.as_bytes()[skipped..];
            let whole = &whole[..whole.len() / 3 * 3];
            forms.push(("base64", data_encoding::BASE64_NOPAD.encode(whole).into_bytes()));
        }
        for (form, bytes) in forms {
            if needles.iter().all(|needle| needle.bytes != bytes) {
                needles.push(Needle { phrase: phrase.to_owned(), form, bytes });
            }
        }
    }
    needles
}

/// Returns every needle that some bytes hold.
pub fn found<'n>(bytes: &[u8], needles: &'n [Needle]) -> Vec<&'n Needle> {
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

/// Scans every byte and every name below a folder; returns one line for each find, and how many files were read.
pub fn scan(folder: &Path, needles: &[Needle]) -> (Vec<String>, usize) {
    let (mut finds, mut files) = (Vec::new(), 0);
    for item in walkdir::WalkDir::new(folder) {
        // Write-ahead logs come and go while a process runs.
        let Ok(item) = item else { continue };
        let name = item.path().strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        let mut told = |what: &str, bytes: &[u8]| {
            finds.extend(found(bytes, needles).into_iter().map(|needle| {
                format!("{:?} ({}) in the {what} of {}", needle.phrase, needle.form, item.path().display())
            }));
        };
        told("name", name.as_bytes());
        if item.file_type().is_file()
            && let Ok(bytes) = std::fs::read(item.path())
        {
            files += 1;
            told("bytes", &bytes);
        }
    }
    (finds, files)
}

/// Tells whether a line of stderr is a line of the log, in either format, and not a word to a person.
pub fn is_log(line: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let stamped = line.len() > 20 && line.is_char_boundary(4) && digits(&line[..4]) && line.as_bytes()[10] == b'T';
    stamped || line.starts_with("{\"timestamp\"")
}
