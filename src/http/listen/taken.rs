//! A connection whose other end has to take what is written: one that asks and never reads is closed.
//!
//! It ends gently: what a client still sends after it was refused is read for a moment and thrown away. A connection that
//! is closed with something unread is reset, and the refusal is lost with it (RFC 9112, 9.6).

use std::io;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::ReadBuf;
use tokio::time::Sleep;

/// Time that a client has to stop sending after the last reply.
const LINGER: Duration = Duration::from_secs(1);
/// Bytes that are thrown away in that time.
const LINGER_BYTES: usize = 1024 * 1024;

/// The connection; time runs while a write waits.
pub(super) struct Taken<W> {
    inner: W,
    stall: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
    lingering: Option<Lingering>,
}

/// What is left of the end.
struct Lingering {
    until: Pin<Box<Sleep>>,
    bytes: usize,
}

impl<W> Taken<W> {
    pub(super) fn new(inner: W, stall: Duration) -> Self {
        Self { inner, stall, waiting: None, lingering: None }
    }

    fn in_time<T>(&mut self, cx: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
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

impl<W: AsyncRead + Unpin> Taken<W> {
    /// Reads on until the client has stopped, its time is over, or it has sent too much.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let lingering = self
            .lingering
            .get_or_insert_with(|| Lingering { until: Box::pin(tokio::time::sleep(LINGER)), bytes: LINGER_BYTES });
        let mut thrown_away = [0; 4096];
        while lingering.bytes > 0 {
            let mut buffer = ReadBuf::new(&mut thrown_away);
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

impl<W: AsyncRead + Unpin> AsyncRead for Taken<W> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buffer)
    }
}

impl<W: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Taken<W> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.in_time(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.in_time(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let outcome = Pin::new(&mut self.inner).poll_flush(cx);
        self.in_time(cx, outcome)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingering.is_none() {
            let outcome = Pin::new(&mut self.inner).poll_shutdown(cx);
            ready!(self.in_time(cx, outcome))?;
        }
        self.poll_linger(cx).map(Ok)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::io::AsyncWriteExt;

    use super::*;

    const STALL: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let mut taken = Taken::new(ours, STALL);

        let error = taken.write_all(&[0; 100]).await.unwrap_err();

        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn what_comes_after_the_end_is_thrown_away_for_a_moment() {
        let begun = tokio::time::Instant::now();
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut taken = Taken::new(ours, STALL);
        let sending = tokio::spawn(async move { while theirs.write_all(b"more").await.is_ok() {} });

        taken.shutdown().await.unwrap();

        drop(taken);
        sending.await.unwrap();
        assert!(begun.elapsed() <= LINGER, "{:?}", begun.elapsed());

        let (ours, _silent) = tokio::io::duplex(16);
        Taken::new(ours, STALL).shutdown().await.unwrap();
        assert!(begun.elapsed() <= LINGER * 2, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_its_time_is_served() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut taken = Taken::new(ours, STALL);
        let slowly = tokio::spawn(async move {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(20)).await;
                theirs.read_exact(&mut [0; 10]).await.unwrap();
            }
        });

        taken.write_all(&[0; 100]).await.unwrap();

        slowly.await.unwrap();
    }
}
