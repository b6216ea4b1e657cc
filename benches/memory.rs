//! Measures the memory of the server and its decoder processes during uploads: 500 MB of recordings in one request, and
//! 50 concurrent photographs of 10 MB. The clients generate the data while they send it.
//!
//! `cargo bench --bench memory`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

use support::BenchJournal;

const MIB: usize = 1 << 20;
const CLIENTS: u8 = 50;

fn main() {
    let journal = support::runtime().block_on(BenchJournal::new(&[], None));
    let server = UploadServer::start(journal.folder.path());
    println!("idle {:.1} MB", server.megabytes());
    let silence = vec![0; MIB];
    server.measure("500 MB of recordings in one upload", || {
        let files = (0..5).map(|number| UploadFile {
            field: "audio",
            name: format!("{number}.wav"),
            media_type: "audio/wav",
            head: wav_header(100 * MIB),
            rest: &silence,
        });
        server.upload("/api/entries/ingest/audio", &files.collect::<Vec<_>>(), 100 * MIB);
    });
    let photograph = photograph();
    server.measure("50 photographs of 10 MB, sent at once", || {
        std::thread::scope(|scope| {
            for number in 0..CLIENTS {
                let (server, photograph) = (&server, &photograph);
                scope.spawn(move || {
                    let name = format!("{number}.jpg");
                    let file = UploadFile {
                        field: "images",
                        name,
                        media_type: "image/jpeg",
                        head: photograph.clone(),
                        rest: &[number; 64],
                    };
                    server.upload("/api/entries/ingest/images", &[file], 10 * MIB);
                });
            }
        });
    });
}

/// File of an upload: `head`, then `rest` repeated up to the size.
struct UploadFile<'a> {
    field: &'static str,
    name: String,
    media_type: &'static str,
    head: Vec<u8>,
    rest: &'a [u8],
}

fn wav_header(bytes: usize) -> Vec<u8> {
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_le_bytes();
    let format = b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data";
    [b"RIFF".as_slice(), &length(bytes - 8), format, &length(bytes - 44)].concat()
}

/// Returns a JPEG of about 10 MB: noise of 12 megapixels.
fn photograph() -> Vec<u8> {
    let mut state = 1_u32;
    let noise = RgbImage::from_fn(4000, 3000, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [.., a, b] = state.to_be_bytes();
        image::Rgb([state.to_be_bytes()[0], a / 2 + 60, b / 4 + 90])
    });
    let sizes = (20..95).rev().step_by(5).map(|quality| {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&noise).unwrap();
        jpeg
    });
    sizes.into_iter().find(|jpeg| jpeg.len() <= 10 * MIB).unwrap()
}

struct UploadServer {
    child: Child,
    address: String,
    key: String,
}

impl UploadServer {
    fn start(folder: &Path) -> Self {
        let command = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_journal"));
            command.args(args).arg("--data-dir").arg(folder.join("data"));
            command.arg("--config").arg(folder.join("config/config.toml"));
            command
        };
        let made = command(&["key", "add", "bench", "--scope", "ingest", "--json"]).output().unwrap();
        let key =
            serde_json::from_slice::<serde_json::Value>(&made.stdout).unwrap()["key"].as_str().unwrap().to_owned();
        let limits = ["JOURNAL_RATE_ANONYMOUS", "JOURNAL_RATE_MEMBER", "JOURNAL_RATE_KEY", "JOURNAL_RATE_EXPENSIVE"];
        let mut serve = command(&["serve", "--port", "0"]);
        let mut child = serve.envs(limits.map(|name| (name, "0"))).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address =
            lines.find_map(|line| line.unwrap().strip_prefix("Serving on http://").map(str::to_owned)).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, key }
    }

    /// Uploads files of `bytes` bytes each and waits for the response.
    fn upload(&self, path: &str, files: &[UploadFile<'_>], bytes: usize) {
        let heads: Vec<String> = files
            .iter()
            .map(|file| {
                format!(
                    "--limit\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
                    file.field, file.name, file.media_type
                )
            })
            .collect();
        let end = "--limit--\r\n";
        let length = heads.iter().map(|head| head.len() + bytes + 2).sum::<usize>() + end.len();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, key) = (&self.address, &self.key);
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\
             Content-Type: multipart/form-data; boundary=limit\r\nContent-Length: {length}\r\n\r\n"
        )
        .unwrap();
        for (head, file) in heads.iter().zip(files) {
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&file.head).unwrap();
            let mut left = bytes - file.head.len();
            while left > 0 {
                let piece = left.min(file.rest.len());
                stream.write_all(&file.rest[..piece]).unwrap();
                left -= piece;
            }
            stream.write_all(b"\r\n").unwrap();
        }
        stream.write_all(end.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    }

    /// Runs `work` and prints the peak memory meanwhile.
    fn measure(&self, name: &str, work: impl FnOnce()) {
        let (done, before, begun) = (AtomicBool::new(false), self.megabytes(), Instant::now());
        let (server, all) = std::thread::scope(|scope| {
            let watch = scope.spawn(|| {
                let mut most = (0.0_f64, 0.0_f64);
                while !done.load(Ordering::Relaxed) {
                    let (server, children) = (self.megabytes(), self.children());
                    most = (most.0.max(server), most.1.max(server + children));
                    std::thread::sleep(Duration::from_millis(5));
                }
                most
            });
            work();
            done.store(true, Ordering::Relaxed);
            watch.join().unwrap()
        });
        let took = begun.elapsed().as_secs_f64();
        println!(
            "{name}: {before:.1} MB before, at most {server:.1} MB in the server and {all:.1} MB in all; {took:.1} s"
        );
    }

    fn megabytes(&self) -> f64 {
        resident_memory(self.child.id()).unwrap_or_default()
    }

    /// Memory of the server's descendant processes in MB.
    fn children(&self) -> f64 {
        // Between fork and exec a process reports the server's memory, which would count twice.
        let own = |process: &u32| {
            let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
            !line.split(|&byte| byte == 0).any(|word| word == b"serve")
        };
        descendants(self.child.id()).into_iter().filter(own).filter_map(resident_memory).sum()
    }
}

impl Drop for UploadServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn descendants(of: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    let children: Vec<u32> =
        children.flat_map(|list| list.split(' ').filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect();
    children.iter().copied().chain(children.iter().flat_map(|&child| descendants(child))).collect()
}

fn resident_memory(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1e3)
}
