//! Multipart forms with files.

use super::server::{Client, Reply};

const BOUNDARY: &str = "----seldom-seen-boundary";

/// Builder of a multipart form.
#[derive(Clone, Default)]
pub struct Form(Vec<u8>);

impl Form {
    pub fn file(mut self, field: &str, name: &str, media_type: &str, bytes: &[u8]) -> Self {
        self.0.extend(Self::file_header(field, name, media_type));
        self.0.extend(bytes);
        self.0.extend(b"\r\n");
        self
    }

    pub fn text(mut self, field: &str, value: &str) -> Self {
        self.0.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes(),
        );
        self
    }

    /// Returns the delimiter and the part headers that precede the bytes of a file.
    pub fn file_header(field: &str, name: &str, media_type: &str) -> Vec<u8> {
        format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: {media_type}\r\n\r\n"
        )
        .into_bytes()
    }

    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    /// Returns the complete body.
    pub fn body(mut self) -> Vec<u8> {
        self.0.extend(format!("--{BOUNDARY}--\r\n").bytes());
        self.0
    }

    #[track_caller]
    pub fn send(self, client: &Client, path: &str) -> Reply {
        client.send("POST", path, &Self::content_type(), self.body())
    }
}
