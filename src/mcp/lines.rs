//! One JSON-RPC message a line, as the standard streams carry them.
//!
//! The protocol library has a transport of its own, which passes over in silence what it cannot read: a client would wait
//! for ever.

use std::io;
use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::RoleServer;
use rmcp::model::ClientJsonRpcMessage;
use rmcp::model::JsonRpcMessage;
use rmcp::model::RequestId;
use rmcp::model::ServerJsonRpcMessage;
use rmcp::transport::Transport;
use tokio::io::AsyncBufReadExt;
use tokio::io::AsyncRead;
use tokio::io::AsyncWrite;
use tokio::io::AsyncWriteExt;
use tokio::io::BufReader;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::mcp::endpoint::MAX_BODY;
use crate::mcp::peek::Peek;

/// Refusals that wait to be written, before further lines are read.
const MAX_REFUSALS: usize = 16;
/// Bytes of a line's memory that are kept for the next.
const KEPT: usize = 1024 * 1024;

/// The two streams.
pub(crate) struct Lines<R, W> {
    input: BufReader<R>,
    output: Arc<Mutex<W>>,
    line: Vec<u8>,
    /// The rest of a line that was too long is thrown away.
    skipping: bool,
    /// Nothing counts before the first request.
    began: bool,
    refusals: JoinSet<()>,
}

enum Read {
    Line,
    TooLong,
    End,
}

impl<R: AsyncRead + Unpin + Send, W: AsyncWrite + Unpin + Send + 'static> Lines<R, W> {
    pub(crate) fn new(input: R, output: W) -> Self {
        Self {
            input: BufReader::new(input),
            output: Arc::new(Mutex::new(output)),
            line: Vec::new(),
            skipping: false,
            began: false,
            refusals: JoinSet::new(),
        }
    }

    /// Reads a line, without its end. Whoever stops waiting loses nothing: what was read so far is kept.
    async fn read(&mut self) -> io::Result<Read> {
        loop {
            let available = self.input.fill_buf().await?;
            if available.is_empty() {
                return Ok(Read::End);
            }
            let end = available.iter().position(|&byte| byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let taken = part.len() + usize::from(end.is_some());
            let too_long = !self.skipping && self.line.len() + part.len() > MAX_BODY;
            if too_long {
                self.line = Vec::new();
            } else if !self.skipping {
                self.line.extend_from_slice(part);
            }
            self.input.consume(taken);
            let was_skipping = self.skipping;
            self.skipping = (was_skipping || too_long) && end.is_none();
            if too_long {
                return Ok(Read::TooLong);
            }
            if end.is_some() && !was_skipping {
                return Ok(Read::Line);
            }
        }
    }

    /// Returns the message of a line, if there is one for the journal. What cannot be read is refused, unless nobody
    /// waits for an answer.
    fn parse(&mut self) -> Option<ClientJsonRpcMessage> {
        let line = std::mem::take(&mut self.line);
        let mut message = None;
        if !line.trim_ascii().is_empty() {
            match serde_json::from_slice(&line) {
                Ok(read) => message = Some(read),
                Err(_) => match Peek::of(&line) {
                    Ok(peek) if peek.is_notification() => {}
                    Ok(peek) => {
                        self.refuse(peek.id(), ErrorData::invalid_request("this is no message of the protocol", None));
                    }
                    Err(error) => self.refuse(None, error),
                },
            }
        }
        self.line = line;
        self.line.clear();
        self.line.shrink_to(KEPT);
        self.began |= matches!(message, Some(JsonRpcMessage::Request(_)));
        message.filter(|_| self.began)
    }

    /// Has a refusal written, also when whoever reads stops waiting meanwhile.
    fn refuse(&mut self, id: Option<RequestId>, error: ErrorData) {
        let output = self.output.clone();
        self.refusals.spawn(async move {
            // A client that does not read any more is found out by the end of its input.
            let _ = write(&output, &ServerJsonRpcMessage::error(error, id)).await;
        });
    }
}

impl<R: AsyncRead + Unpin + Send, W: AsyncWrite + Unpin + Send + 'static> Transport<RoleServer> for Lines<R, W> {
    type Error = io::Error;

    fn send(&mut self, message: ServerJsonRpcMessage) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let output = self.output.clone();
        async move { write(&output, &message).await }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            while self.refusals.len() >= MAX_REFUSALS {
                self.refusals.join_next().await;
            }
            match self.read().await {
                Ok(Read::Line) => {
                    if let Some(message) = self.parse() {
                        return Some(message);
                    }
                }
                Ok(Read::TooLong) => {
                    let why = format!("a message has {MAX_BODY} bytes at most");
                    self.refuse(None, ErrorData::invalid_request(why, None));
                }
                // What came without the end of its line is no message.
                Ok(Read::End) => break,
                Err(error) => {
                    tracing::error!("reading standard input: {error}");
                    break;
                }
            }
        }
        while self.refusals.join_next().await.is_some() {}
        None
    }

    async fn close(&mut self) -> io::Result<()> {
        self.output.lock().await.flush().await
    }
}

async fn write<W: AsyncWrite + Unpin>(output: &Mutex<W>, message: &ServerJsonRpcMessage) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut output = output.lock().await;
    output.write_all(&line).await?;
    output.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds input to the transport; returns how many messages came through, and what was refused.
    async fn fed(input: Vec<u8>) -> (usize, Vec<serde_json::Value>) {
        let (mut client, server) = tokio::io::duplex(1 << 16);
        let mut lines = Lines::new(io::Cursor::new(input), server);
        let mut messages = 0;
        while lines.receive().await.is_some() {
            messages += 1;
        }
        drop(lines);
        let mut written = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut client, &mut written).await.unwrap();
        (messages, written.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    const PING: &str = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";

    #[tokio::test]
    async fn a_line_over_the_limit_is_refused_and_the_next_one_read() {
        let mut input = vec![b'a'; MAX_BODY + 1];
        input.extend(format!("\n{PING}").bytes());

        let (messages, refused) = fed(input).await;

        assert_eq!((messages, refused.len()), (1, 1));
        assert_eq!((&refused[0]["error"]["code"], refused[0].get("id")), (&(-32600).into(), None));
    }

    #[tokio::test]
    async fn what_is_no_message_is_refused_and_what_nobody_waits_for_is_passed_over() {
        let answered = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n";
        let odd = "{\"jsonrpc\":\"1.0\",\"id\":\"x\",\"method\":\"ping\"}\n";
        let input = [answered, "\n", "plum\n", "[]\n", odd, "{\"method\":\"$/setTrace\"}\n", PING, PING, "{\"half"];

        let (messages, refused) = fed(input.concat().into()).await;

        let codes: Vec<_> =
            refused.iter().map(|refusal| (refusal["error"]["code"].clone(), refusal.get("id"))).collect();
        assert_eq!(messages, 2, "before the first request nothing counts");
        assert_eq!(codes, [((-32700).into(), None), ((-32600).into(), None), ((-32600).into(), Some(&"x".into()))]);
    }

    #[tokio::test]
    async fn a_flood_of_rubbish_is_answered_line_by_line() {
        let (messages, refused) = fed("{\n".repeat(200).into()).await;

        assert_eq!((messages, refused.len()), (0, 200));
    }
}
