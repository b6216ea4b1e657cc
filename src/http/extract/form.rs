//! Multipart forms held in memory, and JSON fields that distinguish `null` from absent.

use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use http_body_util::LengthLimitError;
use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::http::body::{invalid_field, too_large};
use crate::http::state::HttpState;

/// Maximum number of parts in a form.
const MAX_PARTS: usize = 100;

/// Multipart form, read whole; middleware limits its size.
pub(crate) struct MultipartForm {
    files: Vec<FormFile>,
    texts: Vec<(String, String)>,
}

/// File of a form.
pub(crate) struct FormFile {
    field: String,
    /// Name given by the client.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<HttpState> for MultipartForm {
    type Rejection = Error;

    async fn from_request(request: Request, shared: &HttpState) -> Result<Self> {
        let mut parts = open_form(request, shared).await?;
        let mut form = Self { files: Vec::new(), texts: Vec::new() };
        while let Some(part) = parts.next_field().await.map_err(multipart_error)? {
            if form.files.len() + form.texts.len() == MAX_PARTS {
                return Err(malformed_form(&format!("it has more than {MAX_PARTS} parts")));
            }
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(multipart_error)?.to_vec();
            if let Some(name) = name {
                form.files.push(FormFile { field, name, bytes });
            } else {
                let text = String::from_utf8(bytes).map_err(|_| malformed_form("a text field is not UTF-8"))?;
                form.texts.push((field, text));
            }
        }
        Ok(form)
    }
}

impl MultipartForm {
    /// Removes and returns the one file, which must be in `field`.
    ///
    /// # Errors
    /// `Invalid` if there is no file, more than one, or one in another field.
    pub(crate) fn take_single_file(&mut self, field: &str) -> Result<FormFile> {
        match (self.files.pop(), self.files.is_empty()) {
            (Some(file), true) if file.field == field => Ok(file),
            _ => Err(Error::invalid(format!("Exactly one file is required in the '{field}' field"))
                .code("invalid_body")
                .hint("send one file at a time")),
        }
    }

    /// Returns the text fields in the order of `known`; an empty field counts as absent.
    ///
    /// # Errors
    /// `Invalid` for an unknown or repeated field.
    pub(crate) fn into_text_fields<const N: usize>(self, known: [&str; N]) -> Result<[Option<String>; N]> {
        let mut found = [const { None }; N];
        for (field, text) in self.texts {
            let place = known.iter().position(|name| *name == field).and_then(|place| found.get_mut(place));
            match place {
                Some(place @ None) => *place = Some(text),
                _ => {
                    return Err(invalid_field("the form has an unknown or repeated field"));
                }
            }
        }
        Ok(found.map(|text| text.filter(|text| !text.trim().is_empty())))
    }
}

/// Opens a multipart body; middleware limits its size.
pub(super) async fn open_form(mut request: Request, shared: &HttpState) -> Result<Multipart> {
    DefaultBodyLimit::disable().apply(&mut request);
    Multipart::from_request(request, shared).await.map_err(|rejection| malformed_form(&rejection.body_text()))
}

pub(super) fn malformed_form(why: &str) -> Error {
    Error::invalid(format!("Failed to parse multipart request: {why}"))
        .code("invalid_body")
        .hint("send multipart/form-data")
}

/// Maps a multipart error to its cause: size limit, stalled body or malformed form.
pub(super) fn multipart_error(error: MultipartError) -> Error {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<LengthLimitError>() {
            return too_large();
        }
        if let Some(known) = inner.downcast_ref::<Error>() {
            return Error::new(known.kind(), known.to_string()).code(known.wire_code()).with_status(known.status());
        }
        cause = inner.source();
    }
    malformed_form("a part is malformed").caused_by(error)
}

/// Deserializes a present field to `Some`, for `#[serde(default, deserialize_with = …)]`: `null` goes to `T`.
pub(crate) fn present_or_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
