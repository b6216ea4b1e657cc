//! The parent's side: starts the child, feeds it, takes what it gives, and ends it when it takes too long.

use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::process::Stdio;
use std::time::Duration;

use std::os::unix::process::ExitStatusExt;

use rustix::process::Pid;
use rustix::process::Signal;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::process::Child;
use tokio::process::ChildStdin;
use tokio::process::Command;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;
use crate::providers::imaging::MAX_BYTES;
use crate::providers::imaging::blocking;
use crate::providers::imaging::child::COMMAND;
use crate::providers::imaging::child::Purpose;
use crate::providers::imaging::failure::Failure;
use crate::providers::imaging::heif;

/// Longest that a photograph is worked on.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes that are passed on at once.
const PIECE: u64 = 64 * 1024;

/// Decodes in a process of its own.
pub(super) async fn work(purpose: Purpose, photograph: Box<dyn Read + Send>) -> Result<Vec<u8>> {
    let mut worker = Worker::start(purpose)?;
    match tokio::time::timeout(PATIENCE, worker.work(photograph)).await {
        Ok(done) => {
            let (status, picture) = done?;
            worker.ended = true;
            judged(purpose, status, picture)
        }
        Err(_) => Err(Failure::Slow.into()),
    }
}

/// A child, ended with all that it started when this is dropped.
struct Worker {
    child: Child,
    id: u32,
    ended: bool,
}

impl Worker {
    fn start(purpose: Purpose) -> Result<Self> {
        let child = Command::new(program()?)
            .args([COMMAND, purpose.name()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| Error::internal("starting the decoder", error))?;
        let id = child.id().ok_or_else(|| Error::new(Kind::Internal, "the decoder ended at once"))?;
        Ok(Self { child, id, ended: false })
    }

    async fn work(&mut self, photograph: Box<dyn Read + Send>) -> Result<(ExitStatus, Vec<u8>)> {
        let failed = |error| Error::internal("working with the decoder", error);
        let (stdin, stdout) = (self.child.stdin.take(), self.child.stdout.take());
        let take = async move {
            let mut picture = Vec::new();
            if let Some(stdout) = stdout {
                stdout.take(MAX_BYTES as u64 + 1).read_to_end(&mut picture).await.map_err(failed)?;
            }
            Ok::<_, Error>(picture)
        };
        let (fed, picture, status) = tokio::join!(feed(stdin, photograph), take, self.child.wait());
        fed?;
        Ok((status.map_err(failed)?, picture?))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.ended
            && let Some(group) = i32::try_from(self.id).ok().and_then(Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
        heif::clear(self.id);
    }
}

/// Passes a photograph on. A child that has seen enough does not read to the end; its exit code says why.
async fn feed(stdin: Option<ChildStdin>, mut photograph: Box<dyn Read + Send>) -> Result<()> {
    let Some(mut stdin) = stdin else { return Ok(()) };
    loop {
        let (rest, piece) = blocking(move || {
            let mut piece = Vec::new();
            let read = (&mut photograph).take(PIECE).read_to_end(&mut piece);
            read.map_err(|error| {
                Error::conflict("the photograph is damaged or missing")
                    .hint("put its media file back from a backup")
                    .caused_by(error)
            })?;
            Ok((photograph, piece))
        })
        .await?;
        if piece.is_empty() || stdin.write_all(&piece).await.is_err() {
            return Ok(());
        }
        photograph = rest;
    }
}

/// Returns this program's own file: as it was started, even if it was replaced since.
fn program() -> Result<PathBuf> {
    let own = Path::new("/proc/self/exe");
    if own.exists() {
        return Ok(own.to_owned());
    }
    std::env::current_exe().map_err(|error| Error::internal("finding the program's own file", error))
}

fn judged(purpose: Purpose, status: ExitStatus, picture: Vec<u8>) -> Result<Vec<u8>> {
    let is_jpeg = picture.starts_with(&[0xff, 0xd8]) && picture.ends_with(&[0xff, 0xd9]) && picture.len() <= MAX_BYTES;
    match (status.code(), status.signal()) {
        (Some(0), _) if is_jpeg || (purpose == Purpose::Check && picture.is_empty()) => Ok(picture),
        (Some(0), _) => Err(Error::new(Kind::Internal, "the decoder gave no picture")),
        (Some(code), _) => match Failure::of_code(code) {
            Some(failure) => Err(failure.into()),
            // A decoder that panicked met something that no picture has.
            None if code == 101 => Err(Failure::Broken.into()),
            None => Err(Error::new(Kind::Internal, format!("the decoder ended with code {code}"))),
        },
        (None, Some(signal)) if signal == Signal::XCPU.as_raw() => Err(Failure::Slow.into()),
        // Rust ends a process that gets no memory with SIGABRT.
        (None, Some(signal)) if [Signal::ABORT, Signal::SEGV].iter().any(|known| known.as_raw() == signal) => {
            Err(Failure::Memory.into())
        }
        (None, _) => Err(Error::new(Kind::Internal, "the decoder was ended from outside").passing()),
    }
}
