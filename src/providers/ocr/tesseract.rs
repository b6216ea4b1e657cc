//! Tesseract, a local OCR program for print. Pages are piped to it, never sent out or written to a file.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::domain::entry::CharRange;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::ocr::page::{PagePhoto, PageText};
use crate::providers::uncertain_spans::char_count;

const PROGRAM: &str = "tesseract";
/// Language data to use.
pub(super) const LANGUAGE: &str = "eng";
/// Minimum confidence of a word in per cent. Correct words are mostly above 80, noise is below 50.
const MIN_CONFIDENCE: f64 = 60.0;
/// Maximum bytes read of its output; a dense page has 200 KB.
const MAX_STDOUT_BYTES: u64 = 16 << 20;
/// Maximum bytes read of its error output.
const MAX_STDERR_BYTES: u64 = 16 << 10;

pub(super) struct TesseractOcr {
    program: PathBuf,
    timeout: Duration,
}

impl TesseractOcr {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { program: PROGRAM.into(), timeout }
    }

    pub(super) async fn recognise(&self, page: &PagePhoto) -> Result<PageText> {
        let mut child = self.spawn()?;
        let table = tokio::time::timeout(self.timeout, run_ocr(&mut child, &page.bytes)).await.map_err(|_| {
            Error::new(
                ErrorKind::Upstream,
                format!("tesseract did not read the page within {} s", self.timeout.as_secs()),
            )
            .hint("set JOURNAL_PROVIDER_TIMEOUT higher, or send a smaller photograph")
        })??;
        Ok(parse_tsv(&table))
    }

    fn spawn(&self) -> Result<Child> {
        Command::new(&self.program)
            .args(["stdin", "stdout", "-l", LANGUAGE, "tsv"])
            // Its threads slow each other down, and jobs run in parallel already.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                Error::conflict("tesseract cannot be started")
                    .hint("install tesseract-ocr and tesseract-ocr-eng, or set OCR_PROVIDER to another provider")
                    .caused_by(error)
            })
    }
}

/// Writes the page and reads the text concurrently: a pipe buffers less than either.
async fn run_ocr(child: &mut Child, page: &[u8]) -> Result<String> {
    let broken = |error| Error::internal("communicating with tesseract", error);
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
        return Err(Error::new(ErrorKind::Internal, "tesseract has no pipes"));
    };
    let give = async move {
        // The program may stop reading early; its exit code reports success or failure.
        let _unread = stdin.write_all(page).await;
    };
    let (mut table, mut errors) = (Vec::new(), Vec::new());
    let (mut stdout, mut stderr) = (stdout.take(MAX_STDOUT_BYTES), stderr.take(MAX_STDERR_BYTES));
    let ((), printed, _) = tokio::join!(give, stdout.read_to_end(&mut table), stderr.read_to_end(&mut errors));
    printed.map_err(broken)?;
    // A full pipe would keep the program from exiting.
    drop((stdout, stderr));
    let status = child.wait().await.map_err(broken)?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&table).into_owned());
    }
    let errors = String::from_utf8_lossy(&errors);
    if errors.contains("opening data file") || errors.contains("load any languages") {
        return Err(Error::conflict("tesseract has no data for English")
            .hint("install the package tesseract-ocr-eng, or set OCR_PROVIDER to another provider"));
    }
    Err(Error::invalid("tesseract cannot read the photograph").hint("send it as JPEG or PNG"))
}

/// Page, block and paragraph of a word, which together identify the paragraph.
type WordPosition = [String; 3];

/// Converts a TSV table of words to text: a space between words and lines, an empty line between paragraphs.
fn parse_tsv(table: &str) -> PageText {
    let mut reading = PageText::default();
    let mut last: Option<WordPosition> = None;
    for row in table.lines() {
        let columns: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, page, block, paragraph, .., confidence, text] = columns.as_slice() else { continue };
        let text = text.trim();
        if *level != "5" || text.is_empty() {
            continue;
        }
        let place = [page, block, paragraph].map(ToString::to_string);
        if let Some(last) = &last {
            reading.text.push_str(if *last == place { " " } else { "\n\n" });
        }
        last = Some(place);
        let start = char_count(&reading.text);
        reading.text.push_str(text);
        if confidence.parse::<f64>().is_ok_and(|percent| percent < MIN_CONFIDENCE) {
            reading.spans.push(CharRange { char_start: start, char_end: start + char_count(text) });
        }
    }
    reading
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;
    use std::process;

    use super::*;

    const HEAD: &str =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n";

    fn laid(rows: &[(&str, &str, &str)]) -> PageText {
        let rows =
            rows.iter().map(|(place, confidence, text)| format!("{place}\t1\t1\t0\t0\t9\t9\t{confidence}\t{text}\n"));
        parse_tsv(&(HEAD.to_owned() + &rows.collect::<String>()))
    }

    #[test]
    fn words_become_paragraphs_with_uncertain_spans() {
        let reading = laid(&[
            ("4\t1\t1\t1", "-1", ""),
            ("5\t1\t1\t1", "96.2", "Zoë"),
            ("5\t1\t1\t1", "31.5", "wem"),
            ("5\t1\t1\t1", "91", "home."),
            ("5\t1\t1\t2", "59.9", "Then"),
            ("5\t1\t1\t2", "95", " "),
            ("5\t1\t2\t1", "60", "rain"),
        ]);

        let spans: Vec<_> = reading.spans.iter().map(|span| (span.char_start, span.char_end)).collect();
        assert_eq!(reading.text, "Zoë wem home.\n\nThen\n\nrain");
        assert_eq!(spans, [(4, 7), (15, 19)]);
    }

    #[test]
    fn any_table_is_parsed() {
        for table in ["", HEAD, "5\t1\t1", "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\tx\tword", "\t\t\t\t\t\t\t\t\t\t\t", "\0"] {
            let reading = parse_tsv(table);
            assert!(reading.spans.is_empty() && reading.text.len() <= 4, "{table:?}");
        }
    }

    fn missing(program: &str) -> bool {
        let missing = process::Command::new(program).arg("-version").output().is_err();
        if missing {
            println!("skipped: {program} is not installed");
        }
        missing
    }

    /// Renders lines as a page.
    fn page(lines: &str, kind: &str) -> Vec<u8> {
        let args =
            ["-background", "white", "-fill", "black", "-pointsize", "40", "-size", "1400x", "-bordercolor", "white"];
        let output = process::Command::new("convert")
            .args(args)
            .args(["-font", "DejaVu-Serif", &format!("caption:{lines}"), "-border", "60", &format!("{kind}:-")])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    #[tokio::test]
    async fn the_real_program_reads_a_printed_page() {
        if missing(PROGRAM) || missing("convert") {
            return;
        }
        let words =
            "The ferry left at nine and the sea was calm. We ate bread and cheese on the deck, and nobody spoke.";
        for (kind, media_type) in [("jpg", "image/jpeg"), ("png", "image/png")] {
            let photo = PagePhoto { bytes: page(words, kind), media_type };

            let reading = TesseractOcr::new(Duration::from_mins(1)).recognise(&photo).await.unwrap();

            assert_eq!(reading.text.split_whitespace().collect::<Vec<_>>().join(" "), words);
            assert!(reading.spans.len() <= 2, "{reading:?}");
        }
    }

    #[tokio::test]
    async fn a_file_that_is_no_image_and_a_missing_program_fail() {
        let garbage = PagePhoto { bytes: b"no image at all".repeat(9000), media_type: "image/jpeg" };
        if !missing(PROGRAM) {
            let refused = TesseractOcr::new(Duration::from_mins(1)).recognise(&garbage).await.unwrap_err();
            assert_eq!((refused.kind(), refused.is_transient()), (ErrorKind::Invalid, false), "{refused}");
        }

        let absent = TesseractOcr { program: "no-such-tesseract".into(), timeout: Duration::from_secs(1) };
        let refused = absent.recognise(&garbage).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Conflict);
        assert!(refused.hint_text().unwrap().contains("tesseract-ocr"), "{refused}");
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_killed() {
        let folder = tempfile::tempdir().unwrap();
        let (program, pid) = (folder.path().join("hanging"), folder.path().join("pid"));
        std::fs::write(&program, format!("#!/bin/sh\necho $$ > {}\nexec sleep 600\n", pid.display())).unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o700)).unwrap();
        let hanging = TesseractOcr { program, timeout: Duration::from_secs(1) };

        let refused = hanging.recognise(&PagePhoto { bytes: Vec::new(), media_type: "image/png" }).await.unwrap_err();

        assert!(refused.to_string().contains("within 1 s"), "{refused}");
        let stat = format!("/proc/{}/stat", std::fs::read_to_string(pid).unwrap().trim());
        while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
            tokio::task::yield_now().await;
        }
    }
}
