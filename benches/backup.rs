//! Benchmarks `backup create` on a journal of 1 GB (20 recordings, 200 photographs, 10,000 entries) against `tar | age`
//! of the same files, then a second backup without new data, and the peak memory.
//!
//! `cargo bench --bench backup`; needs 5 GB of disk space.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark prints, and ends where anything fails")]

mod support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant as Clock};

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

use journal::domain::scope::Scope;
use journal::jobs;
use support::{BenchJournal, InstantEmbedder};

const RECORDINGS: usize = 20;
const RECORDING: usize = 45_000_000;
const PHOTOS: usize = 200;
const PHOTO: usize = 500_000;
const ENTRIES: usize = 10_000;
const ROUNDS: usize = 3;

fn main() {
    let journal = support::runtime().block_on(create_journal());
    let home = journal.folder.path();
    let data = home.join("data");
    let identity = age::x25519::Identity::generate();
    let recipient = identity.to_public().to_string();
    println!("data directory: {:.0} MB", megabytes(folder_size(&data)));
    let stock = Command::new("age").arg("--version").stdout(Stdio::null()).status().is_ok();
    if !stock {
        println!("`age` is not installed, so the comparison is skipped: apt install age");
    }
    let (mut tar, mut first, mut second, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for round in 0..=ROUNDS {
        let to = home.join("backups");
        let whole = create_backup(home, &to, &recipient, &mut peak);
        let again = create_backup(home, &to, &recipient, &mut peak);
        std::fs::remove_dir_all(&to).unwrap();
        let packed = stock.then(|| [true, false].map(|durable| tar_and_age(home, &recipient, durable)));
        // The first round fills the page cache.
        if round > 0 {
            first.push(whole);
            second.push(again);
            tar.extend(packed);
        }
    }
    let (first, second) = (median(first), median(second));
    println!("backup create                  {:>8.2} s", first.as_secs_f64());
    println!(
        "backup create, nothing new     {:>8.2} s  {:.1} % of the first",
        second.as_secs_f64(),
        100.0 * second.as_secs_f64() / first.as_secs_f64()
    );
    if stock {
        for (position, what) in ["tar | age, on the disk", "tar | age, in memory"].into_iter().enumerate() {
            let tar = median(tar.iter().map(|both: &[Duration; 2]| both[position]).collect()).as_secs_f64();
            println!("{what:<31}{tar:>8.2} s  relative speed of create {:.2}", tar / first.as_secs_f64());
        }
    }
    println!("peak memory of create          {:>8.1} MB", megabytes(peak));
}

/// Creates a journal of texts with vectors, and originals whose jobs are queued.
async fn create_journal() -> BenchJournal {
    let journal = BenchJournal::new(&[], Some(Arc::new(InstantEmbedder))).await;
    journal.store(&support::generate_entries(ENTRIES), 256).await;
    jobs::drain(&journal.ctx, Scope::Ingest, &|_, _| {}).await.unwrap();
    let home = journal.folder.path();
    let inbox = home.join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let mut noise = NoiseGenerator(2026);
    for number in 0..RECORDINGS {
        ingest(home, &noise.file(&inbox, &format!("{number}.wav"), &wav_header(RECORDING), RECORDING));
    }
    let photo = jpeg();
    for number in 0..PHOTOS {
        ingest(home, &noise.file(&inbox, &format!("{number}.jpg"), &photo, PHOTO));
    }
    journal
}

fn ingest(home: &Path, file: &Path) {
    run(journal(home).args(["ingest", "--no-wait", "-q"]).arg(file));
    std::fs::remove_file(file).unwrap();
}

fn journal(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_journal"));
    command.env_clear().env("HOME", home).env("TMPDIR", home).arg("--config").arg(home.join("config/config.toml"));
    command.arg("--data-dir").arg(home.join("data"));
    command
}

fn run(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Runs `backup create` and updates its peak memory in bytes.
fn create_backup(home: &Path, to: &Path, recipient: &str, peak: &mut u64) -> Duration {
    let started = Clock::now();
    let mut command = journal(home);
    command.args(["backup", "create", "-q", "-r", recipient, "--to"]).arg(to);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let done = loop {
        if let Some(done) = child.try_wait().unwrap() {
            break done;
        }
        *peak = (*peak).max(peak_memory(&status).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    };
    assert!(done.success());
    started.elapsed()
}

fn peak_memory(status: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Runs `tar | age`; `durable` also syncs the file, as a backup does before its rename.
fn tar_and_age(home: &Path, recipient: &str, durable: bool) -> Duration {
    let file = home.join("data.tar.age");
    let started = Clock::now();
    let durable = if durable { "; sync \"$3\"" } else { "" };
    let script = format!("set -eo pipefail; tar c -C \"$1\" data | age -r \"$2\" > \"$3\"{durable}");
    run(Command::new("bash").args(["-c", script.as_str(), "bash"]).arg(home).arg(recipient).arg(&file));
    let took = started.elapsed();
    std::fs::remove_file(file).unwrap();
    took
}

/// Incompressible, reproducible bytes by splitmix64 (Steele, Lea and Flood 2014).
struct NoiseGenerator(u64);

impl NoiseGenerator {
    fn file(&mut self, folder: &Path, name: &str, head: &[u8], size: usize) -> PathBuf {
        let path = folder.join(name);
        let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
        file.write_all(head).unwrap();
        for _ in 0..(size - head.len()) / 8 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            file.write_all(&(word ^ (word >> 31)).to_le_bytes()).unwrap();
        }
        file.flush().unwrap();
        path
    }
}

/// Returns the WAV header of a recording of `size` bytes: mono, 16 bits, 16 kHz.
fn wav_header(size: usize) -> Vec<u8> {
    let (rest, data) = (u32::try_from(size - 8).unwrap(), u32::try_from(size - 44).unwrap());
    let mut head = Vec::with_capacity(44);
    head.extend(b"RIFF");
    head.extend(rest.to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(16u32.to_le_bytes());
    head.extend([1, 0, 1, 0]);
    head.extend(16_000u32.to_le_bytes());
    head.extend(32_000u32.to_le_bytes());
    head.extend([2, 0, 16, 0]);
    head.extend(b"data");
    head.extend(data.to_le_bytes());
    head
}

fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new(&mut bytes).encode_image(&RgbImage::new(64, 64)).unwrap();
    bytes
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn folder_size(folder: &Path) -> u64 {
    let items = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    items.filter(|item| item.file_type().is_file()).map(|item| item.metadata().unwrap().len()).sum()
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
