//! Newline-delimited JSON-RPC over standard streams.
//!
//! The protocol library's own transport silently skips input it cannot parse, so that a client would wait for ever.

use std::io;
use std::sync::Arc;

use rmcp::model::{ClientJsonRpcMessage, JsonRpcMessage, RequestId, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::{ErrorData, RoleServer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use crate::mcp::message_header::{MAX_BODY, MessageHeader};

/// Maximum number of error responses waiting to be written; no further input is read until one is.
const MAX_PENDING_ERRORS: usize = 16;
/// Capacity of the line buffer kept between messages, in bytes.
const MAX_KEPT_CAPACITY: usize = 1024 * 1024;

/// Transport over an input and an output stream.
pub(crate) struct StdioTransport<R, W> {
    input: BufReader<R>,
    output: Arc<Mutex<W>>,
    line: Vec<u8>,
    /// True while the rest of an oversized line is discarded.
    is_skipping: bool,
    /// True after the first request; messages before it are ignored.
    is_initialized: bool,
    pending_errors: JoinSet<()>,
}

enum LineRead {
    Line,
    TooLong,
    End,
}

impl<R: AsyncRead + Unpin + Send, W: AsyncWrite + Unpin + Send + 'static> StdioTransport<R, W> {
    pub(crate) fn new(input: R, output: W) -> Self {
        Self {
            input: BufReader::new(input),
            output: Arc::new(Mutex::new(output)),
            line: Vec::new(),
            is_skipping: false,
            is_initialized: false,
            pending_errors: JoinSet::new(),
        }
    }

    /// Reads a line without its end. Cancel-safe: input read so far is kept.
    async fn read_line(&mut self) -> io::Result<LineRead> {
        loop {
            let available = self.input.fill_buf().await?;
            if available.is_empty() {
                return Ok(LineRead::End);
            }
            let end = available.iter().position(|&byte| byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            let taken = part.len() + usize::from(end.is_some());
            let too_long = !self.is_skipping && self.line.len() + part.len() > MAX_BODY;
            if too_long {
                self.line = Vec::new();
            } else if !self.is_skipping {
                self.line.extend_from_slice(part);
            }
            self.input.consume(taken);
            let was_skipping = self.is_skipping;
            self.is_skipping = (was_skipping || too_long) && end.is_none();
            if too_long {
                return Ok(LineRead::TooLong);
            }
            if end.is_some() && !was_skipping {
                return Ok(LineRead::Line);
            }
        }
    }

    /// Parses the line into a message. Invalid input gets an error response, unless it is a notification.
    fn parse(&mut self) -> Option<ClientJsonRpcMessage> {
        let line = std::mem::take(&mut self.line);
        let mut message = None;
        if !line.trim_ascii().is_empty() {
            match serde_json::from_slice(&line) {
                Ok(read) => message = Some(read),
                Err(_) => match MessageHeader::parse(&line) {
                    Ok(peek) if peek.is_notification() => {}
                    Ok(peek) => {
                        self.send_error(peek.id(), ErrorData::invalid_request("invalid protocol message", None));
                    }
                    Err(error) => self.send_error(None, error),
                },
            }
        }
        self.line = line;
        self.line.clear();
        self.line.shrink_to(MAX_KEPT_CAPACITY);
        self.is_initialized |= matches!(message, Some(JsonRpcMessage::Request(_)));
        message.filter(|_| self.is_initialized)
    }

    /// Queues an error response; it is written even if the reading future is dropped.
    fn send_error(&mut self, id: Option<RequestId>, error: ErrorData) {
        let output = self.output.clone();
        self.pending_errors.spawn(async move {
            // A client that no longer reads is detected by the end of its input.
            let _ = write_message(&output, &ServerJsonRpcMessage::error(error, id)).await;
        });
    }
}

impl<R: AsyncRead + Unpin + Send, W: AsyncWrite + Unpin + Send + 'static> Transport<RoleServer>
    for StdioTransport<R, W>
{
    type Error = io::Error;

    fn send(&mut self, message: ServerJsonRpcMessage) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let output = self.output.clone();
        async move { write_message(&output, &message).await }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            while self.pending_errors.len() >= MAX_PENDING_ERRORS {
                self.pending_errors.join_next().await;
            }
            match self.read_line().await {
                Ok(LineRead::Line) => {
                    if let Some(message) = self.parse() {
                        return Some(message);
                    }
                }
                Ok(LineRead::TooLong) => {
                    let why = format!("message exceeds {MAX_BODY} bytes");
                    self.send_error(None, ErrorData::invalid_request(why, None));
                }
                // Input without a final newline is not a message.
                Ok(LineRead::End) => break,
                Err(error) => {
                    tracing::error!("cannot read standard input: {error}");
                    break;
                }
            }
        }
        while self.pending_errors.join_next().await.is_some() {}
        None
    }

    async fn close(&mut self) -> io::Result<()> {
        self.output.lock().await.flush().await
    }
}

async fn write_message<W: AsyncWrite + Unpin>(output: &Mutex<W>, message: &ServerJsonRpcMessage) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut output = output.lock().await;
    output.write_all(&line).await?;
    output.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds input to the transport; returns the number of messages received and the error responses.
    async fn run_transport(input: Vec<u8>) -> (usize, Vec<serde_json::Value>) {
        let (mut client, server) = tokio::io::duplex(1 << 16);
        let mut transport = StdioTransport::new(io::Cursor::new(input), server);
        let mut messages = 0;
        while transport.receive().await.is_some() {
            messages += 1;
        }
        drop(transport);
        let mut written = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut client, &mut written).await.unwrap();
        (messages, written.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    const PING: &str = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";

    #[tokio::test]
    async fn an_oversized_line_is_an_error_and_the_next_is_read() {
        let mut input = vec![b'a'; MAX_BODY + 1];
        input.extend(format!("\n{PING}").bytes());

        let (messages, refused) = run_transport(input).await;

        assert_eq!((messages, refused.len()), (1, 1));
        assert_eq!((&refused[0]["error"]["code"], refused[0].get("id")), (&(-32600).into(), None));
    }

    #[tokio::test]
    async fn invalid_messages_are_errors_and_notifications_are_skipped() {
        let response = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n";
        let odd = "{\"jsonrpc\":\"1.0\",\"id\":\"x\",\"method\":\"ping\"}\n";
        let input = [response, "\n", "plum\n", "[]\n", odd, "{\"method\":\"$/setTrace\"}\n", PING, PING, "{\"half"];

        let (messages, refused) = run_transport(input.concat().into()).await;

        let codes: Vec<_> =
            refused.iter().map(|refusal| (refusal["error"]["code"].clone(), refusal.get("id"))).collect();
        assert_eq!(messages, 2, "messages before the first request are ignored");
        assert_eq!(codes, [((-32700).into(), None), ((-32600).into(), None), ((-32600).into(), Some(&"x".into()))]);
    }

    #[tokio::test]
    async fn every_invalid_line_gets_an_error() {
        let (messages, refused) = run_transport("{\n".repeat(200).into()).await;

        assert_eq!((messages, refused.len()), (0, 200));
    }
}
