//! Connection wrapper with a write timeout: a client that never reads its response is disconnected.
//!
//! Shutdown lingers: input that arrives after the last response is read and discarded for a moment. Closing a
//! connection with unread input resets it, and the response is lost with it (RFC 9112, 9.6).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

/// Time limit for a client to stop sending after the last response.
const LINGER_TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum number of bytes discarded while lingering.
const MAX_LINGER_BYTES: usize = 1024 * 1024;

/// Connection whose timeout runs while a write is pending.
pub(super) struct StallTimeout<W> {
    inner: W,
    stall: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    lingering: Option<LingerState>,
}

/// Remaining budget of a lingering close.
struct LingerState {
    until: Pin<Box<Sleep>>,
    bytes: usize,
}

impl<W> StallTimeout<W> {
    pub(super) fn new(inner: W, stall: Duration) -> Self {
        Self { inner, stall, waiting: None, lingering: None }
    }

    fn with_stall_timeout<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let stall = self.stall;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(tokio::time::sleep(stall)));
        ready!(waiting.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<W: AsyncRead + Unpin> StallTimeout<W> {
    /// Discards input until the client stops, the timeout expires or the byte limit is reached.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let lingering = self.lingering.get_or_insert_with(|| LingerState {
            until: Box::pin(tokio::time::sleep(LINGER_TIMEOUT)),
            bytes: MAX_LINGER_BYTES,
        });
        let mut discarded = [0; 4096];
        while lingering.bytes > 0 {
            let mut buffer = ReadBuf::new(&mut discarded);
            match Pin::new(&mut self.inner).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    lingering.bytes = lingering.bytes.saturating_sub(buffer.filled().len());
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return lingering.until.as_mut().poll(cx),
            }
        }
        Poll::Ready(())
    }
}

impl<W: AsyncRead + Unpin> AsyncRead for StallTimeout<W> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<W: AsyncRead + AsyncWrite + Unpin> AsyncWrite for StallTimeout<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.with_stall_timeout(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.with_stall_timeout(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_flush(cx);
        self.with_stall_timeout(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            let outcome = Pin::new(&mut self.inner).poll_shutdown(cx);
            ready!(self.with_stall_timeout(cx, outcome))?;
        }
        self.poll_linger(cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const STALL: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_nothing_times_out() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let mut stream = StallTimeout::new(ours, STALL);

        let error = stream.write_all(&[0; 100]).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn input_after_shutdown_is_discarded_briefly() {
        let start = tokio::time::Instant::now();
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut stream = StallTimeout::new(ours, STALL);
        let sending = tokio::spawn(async move { while theirs.write_all(b"more").await.is_ok() {} });

        stream.shutdown().await.unwrap();

        drop(stream);
        sending.await.unwrap();
        assert!(start.elapsed() <= LINGER_TIMEOUT, "{:?}", start.elapsed());

        let (ours, _silent) = tokio::io::duplex(16);
        StallTimeout::new(ours, STALL).shutdown().await.unwrap();
        assert!(start.elapsed() <= LINGER_TIMEOUT * 2, "{:?}", start.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_served() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut stream = StallTimeout::new(ours, STALL);
        let reading = tokio::spawn(async move {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(20)).await;
                theirs.read_exact(&mut [0; 10]).await.unwrap();
            }
        });

        stream.write_all(&[0; 100]).await.unwrap();

        reading.await.unwrap();
    }
}
