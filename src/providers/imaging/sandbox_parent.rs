//! Parent side of the decoder sandbox: starts the child, streams the photograph, reads the result, enforces a timeout.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, Command};

use crate::blocking::run_blocking;
use crate::error::{Error, ErrorKind, Result};
use crate::providers::imaging::decode_error::PhotoDecodeError;
use crate::providers::imaging::heif;
use crate::providers::imaging::sandbox_child::{COMMAND, DecodePurpose};
use crate::providers::imaging::transform::MAX_PHOTO_BYTES;

/// Timeout of decoding one photograph.
const DECODE_TIMEOUT: Duration = Duration::from_secs(30);

/// Bytes of a chunk written to the child.
const CHUNK_BYTES: u64 = 64 * 1024;

/// Decodes a photograph in a child process.
pub(super) async fn decode_in_child(purpose: DecodePurpose, photograph: Box<dyn Read + Send>) -> Result<Vec<u8>> {
    let mut worker = DecoderProcess::start(purpose)?;
    match tokio::time::timeout(DECODE_TIMEOUT, worker.exchange(photograph)).await {
        Ok(done) => {
            let (status, picture) = done?;
            worker.has_exited = true;
            check_result(purpose, status, picture)
        }
        Err(_) => Err(PhotoDecodeError::TimedOut.into()),
    }
}

/// Child process; dropping it kills its whole process group.
struct DecoderProcess {
    child: Child,
    id: u32,
    has_exited: bool,
}

impl DecoderProcess {
    fn start(purpose: DecodePurpose) -> Result<Self> {
        let child = Command::new(current_executable()?)
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
        let id = child.id().ok_or_else(|| Error::new(ErrorKind::Internal, "the decoder exited immediately"))?;
        Ok(Self { child, id, has_exited: false })
    }

    async fn exchange(&mut self, photograph: Box<dyn Read + Send>) -> Result<(ExitStatus, Vec<u8>)> {
        let failed = |error| Error::internal("communicating with the decoder", error);
        let (stdin, stdout) = (self.child.stdin.take(), self.child.stdout.take());
        let take = async move {
            let mut picture = Vec::new();
            if let Some(stdout) = stdout {
                stdout.take(MAX_PHOTO_BYTES as u64 + 1).read_to_end(&mut picture).await.map_err(failed)?;
            }
            Ok::<_, Error>(picture)
        };
        let (fed, picture, status) = tokio::join!(write_photograph(stdin, photograph), take, self.child.wait());
        fed?;
        Ok((status.map_err(failed)?, picture?))
    }
}

impl Drop for DecoderProcess {
    fn drop(&mut self) {
        if !self.has_exited
            && let Some(group) = i32::try_from(self.id).ok().and_then(Pid::from_raw)
        {
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
        heif::remove_link_dir(self.id);
    }
}

/// Streams a photograph to the child. The child may stop reading early; its exit code gives the reason.
async fn write_photograph(stdin: Option<ChildStdin>, mut photograph: Box<dyn Read + Send>) -> Result<()> {
    let Some(mut stdin) = stdin else { return Ok(()) };
    loop {
        let (rest, chunk) = run_blocking(move || {
            let mut chunk = Vec::new();
            let read = (&mut photograph).take(CHUNK_BYTES).read_to_end(&mut chunk);
            read.map_err(|error| {
                Error::conflict("the photograph is damaged or missing")
                    .hint("restore its media file from a backup")
                    .caused_by(error)
            })?;
            Ok((photograph, chunk))
        })
        .await?;
        if chunk.is_empty() || stdin.write_all(&chunk).await.is_err() {
            return Ok(());
        }
        photograph = rest;
    }
}

/// Returns the path of the running executable, valid even if the file was replaced.
fn current_executable() -> Result<PathBuf> {
    let own = Path::new("/proc/self/exe");
    if own.exists() {
        return Ok(own.to_owned());
    }
    std::env::current_exe().map_err(|error| Error::internal("finding the running executable", error))
}

fn check_result(purpose: DecodePurpose, status: ExitStatus, picture: Vec<u8>) -> Result<Vec<u8>> {
    let is_jpeg =
        picture.starts_with(&[0xff, 0xd8]) && picture.ends_with(&[0xff, 0xd9]) && picture.len() <= MAX_PHOTO_BYTES;
    match (status.code(), status.signal()) {
        (Some(0), _) if is_jpeg || (purpose == DecodePurpose::Check && picture.is_empty()) => Ok(picture),
        (Some(0), _) => Err(Error::new(ErrorKind::Internal, "the decoder returned no image")),
        (Some(code), _) => match PhotoDecodeError::from_exit_code(code) {
            Some(failure) => Err(failure.into()),
            // A panic of the decoder means invalid image data.
            None if code == 101 => Err(PhotoDecodeError::Damaged.into()),
            None => Err(Error::new(ErrorKind::Internal, format!("the decoder exited with code {code}"))),
        },
        (None, Some(signal)) if signal == Signal::XCPU.as_raw() => Err(PhotoDecodeError::TimedOut.into()),
        // Rust aborts with SIGABRT on a failed allocation.
        (None, Some(signal)) if [Signal::ABORT, Signal::SEGV].iter().any(|known| known.as_raw() == signal) => {
            Err(PhotoDecodeError::OutOfMemory.into())
        }
        (None, _) => Err(Error::new(ErrorKind::Internal, "the decoder was killed by another process").transient()),
    }
}
