//! Tesseract, a program on this machine that reads print: no page leaves, and none is written to a file.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::process::Child;
use tokio::process::Command;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::model::entry::CharRange;
use crate::providers::ocr::Photo;
use crate::providers::ocr::Reading;
use crate::providers::spans::length;

const PROGRAM: &str = "tesseract";
/// Its language data.
pub(super) const LANGUAGE: &str = "eng";
/// Percent below which it is not sure of a word. Words it gets right are mostly above 80, noise is below 50.
const SURE: f64 = 60.0;
/// Most bytes that are read of what it prints; a dense page is 200 KB.
const MAX_OUTPUT: u64 = 16 << 20;
/// Most bytes that are read of what it complains about.
const MAX_COMPLAINTS: u64 = 16 << 10;

pub(super) struct Tesseract {
    program: PathBuf,
    timeout: Duration,
}

impl Tesseract {
    pub(super) fn new(timeout: Duration) -> Self {
        Self { program: PROGRAM.into(), timeout }
    }

    pub(super) async fn read(&self, page: &Photo) -> Result<Reading> {
        let mut child = self.start()?;
        let table = tokio::time::timeout(self.timeout, talk(&mut child, &page.bytes)).await.map_err(|_| {
            Error::new(Kind::Upstream, format!("tesseract did not read the page within {} s", self.timeout.as_secs()))
                .hint("set JOURNAL_PROVIDER_TIMEOUT higher, or send a smaller photograph")
        })??;
        Ok(laid_out(&table))
    }

    fn start(&self) -> Result<Child> {
        Command::new(&self.program)
            .args(["stdin", "stdout", "-l", LANGUAGE, "tsv"])
            // Its threads get in each other's way, and jobs are many already.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| {
                Error::conflict("tesseract is to read pages, but it cannot be started")
                    .hint("install the packages tesseract-ocr and tesseract-ocr-eng, or set OCR_PROVIDER to somebody else")
                    .caused_by(error)
            })
    }
}

/// Gives the page in while taking the text out: a pipe holds less than either.
async fn talk(child: &mut Child, page: &[u8]) -> Result<String> {
    let broken = |error| Error::internal("speaking to tesseract", error);
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
        return Err(Error::new(Kind::Internal, "tesseract has no pipes"));
    };
    let give = async move {
        // A program that knows enough early stops reading; its exit code tells whether that was well.
        let _unread = stdin.write_all(page).await;
    };
    let (mut table, mut complaints) = (Vec::new(), Vec::new());
    let (mut stdout, mut stderr) = (stdout.take(MAX_OUTPUT), stderr.take(MAX_COMPLAINTS));
    let ((), printed, _) = tokio::join!(give, stdout.read_to_end(&mut table), stderr.read_to_end(&mut complaints));
    printed.map_err(broken)?;
    // Whatever it would still say would keep it from ending.
    drop((stdout, stderr));
    let status = child.wait().await.map_err(broken)?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&table).into_owned());
    }
    let complaints = String::from_utf8_lossy(&complaints);
    if complaints.contains("opening data file") || complaints.contains("load any languages") {
        return Err(Error::conflict("tesseract has no data for English")
            .hint("install the package tesseract-ocr-eng, or set OCR_PROVIDER to somebody else"));
    }
    Err(Error::invalid("tesseract cannot read the photograph").hint("send it as JPEG or PNG"))
}

/// Where a word stands: its page, block and paragraph, which make the paragraph.
type Place = [String; 3];

/// Lays a table of words out as text: a space between words and lines, an empty line between paragraphs.
fn laid_out(table: &str) -> Reading {
    let mut reading = Reading::default();
    let mut last: Option<Place> = None;
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
        let start = length(&reading.text);
        reading.text.push_str(text);
        if confidence.parse::<f64>().is_ok_and(|percent| percent < SURE) {
            reading.spans.push(CharRange { char_start: start, char_end: start + length(text) });
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

    fn laid(rows: &[(&str, &str, &str)]) -> Reading {
        let rows =
            rows.iter().map(|(place, confidence, text)| format!("{place}\t1\t1\t0\t0\t9\t9\t{confidence}\t{text}\n"));
        laid_out(&(HEAD.to_owned() + &rows.collect::<String>()))
    }

    #[test]
    fn words_become_paragraphs_and_doubts() {
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
    fn any_table_can_be_laid_out() {
        for table in ["", HEAD, "5\t1\t1", "5\t1\t1\t1\t1\t1\t0\t0\t9\t9\tx\tword", "\t\t\t\t\t\t\t\t\t\t\t", "\0"] {
            let reading = laid_out(table);
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
            let photo = Photo { bytes: page(words, kind), media_type };

            let reading = Tesseract::new(Duration::from_mins(1)).read(&photo).await.unwrap();

            assert_eq!(reading.text.split_whitespace().collect::<Vec<_>>().join(" "), words);
            assert!(reading.spans.len() <= 2, "{reading:?}");
        }
    }

    #[tokio::test]
    async fn what_is_no_page_is_named() {
        let garbage = Photo { bytes: b"no image at all".repeat(9000), media_type: "image/jpeg" };
        if !missing(PROGRAM) {
            let refused = Tesseract::new(Duration::from_mins(1)).read(&garbage).await.unwrap_err();
            assert_eq!((refused.kind(), refused.is_passing()), (Kind::Invalid, false), "{refused}");
        }

        let absent = Tesseract { program: "no-such-tesseract".into(), timeout: Duration::from_secs(1) };
        let refused = absent.read(&garbage).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::Conflict);
        assert!(refused.next_step().unwrap().contains("tesseract-ocr"), "{refused}");
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let (program, pid) = (folder.path().join("hanging"), folder.path().join("pid"));
        std::fs::write(&program, format!("#!/bin/sh\necho $$ > {}\nexec sleep 600\n", pid.display())).unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o700)).unwrap();
        let hanging = Tesseract { program, timeout: Duration::from_secs(1) };

        let refused = hanging.read(&Photo { bytes: Vec::new(), media_type: "image/png" }).await.unwrap_err();

        assert!(refused.to_string().contains("within 1 s"), "{refused}");
        let stat = format!("/proc/{}/stat", std::fs::read_to_string(pid).unwrap().trim());
        while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
            tokio::task::yield_now().await;
        }
    }
}
