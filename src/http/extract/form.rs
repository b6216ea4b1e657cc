//! Forms with files, and fields of bodies that tell `null` from nothing.

use axum::extract::DefaultBodyLimit;
use axum::extract::FromRequest;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::extract::multipart::MultipartError;
use http_body_util::LengthLimitError;
use serde::Deserialize;
use serde::Deserializer;

use crate::error::Error;
use crate::error::Result;
use crate::http::middleware::body::too_large;
use crate::http::shared::Shared;

/// Parts of a form that are read.
const MAX_PARTS: usize = 100;

/// A form, read whole: the pipeline has put the cap on it.
pub(crate) struct Form {
    files: Vec<File>,
    texts: Vec<(String, String)>,
}

/// A file of a form.
pub(crate) struct File {
    field: String,
    /// As the client named it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl FromRequest<Shared> for Form {
    type Rejection = Error;

    async fn from_request(mut request: Request, shared: &Shared) -> Result<Self> {
        DefaultBodyLimit::disable().apply(&mut request);
        let mut parts =
            Multipart::from_request(request, shared).await.map_err(|rejection| unreadable(&rejection.body_text()))?;
        let mut form = Self { files: Vec::new(), texts: Vec::new() };
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            if form.files.len() + form.texts.len() == MAX_PARTS {
                return Err(unreadable(&format!("it has more than {MAX_PARTS} parts")));
            }
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(refused)?.to_vec();
            if let Some(name) = name {
                form.files.push(File { field, name, bytes });
            } else {
                let text = String::from_utf8(bytes).map_err(|_| unreadable("a text field is not UTF-8"))?;
                form.texts.push((field, text));
            }
        }
        Ok(form)
    }
}

impl Form {
    /// Takes the one file there has to be, under this name.
    ///
    /// # Errors
    /// `Invalid` for none, several, or another field.
    pub(crate) fn one_file(&mut self, field: &str) -> Result<File> {
        match (self.files.pop(), self.files.is_empty()) {
            (Some(file), true) if file.field == field => Ok(file),
            _ => Err(Error::invalid(format!("Exactly one file is required in the '{field}' field"))
                .code("invalid_body")
                .hint("send one file at a time")),
        }
    }

    /// Takes the text fields, each at most once; one that is empty counts as not sent.
    ///
    /// # Errors
    /// `Invalid` for a field with another name, or twice the same.
    pub(crate) fn texts<const N: usize>(self, known: [&str; N]) -> Result<[Option<String>; N]> {
        let mut found = [const { None }; N];
        for (field, text) in self.texts {
            let place = known.iter().position(|name| *name == field).and_then(|place| found.get_mut(place));
            match place {
                Some(place @ None) => *place = Some(text),
                _ => {
                    return Err(Error::invalid("the form has a field too many")
                        .code("invalid_field")
                        .hint("`GET /api/openapi.json` lists the fields"));
                }
            }
        }
        Ok(found.map(|text| text.filter(|text| !text.trim().is_empty())))
    }
}

pub(super) fn unreadable(why: &str) -> Error {
    Error::invalid(format!("Failed to parse multipart request: {why}"))
        .code("invalid_body")
        .hint("send multipart/form-data")
}

/// Finds out whether it was the form that was wrong, or the body that was too large or stood still.
pub(super) fn refused(error: MultipartError) -> Error {
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
    unreadable("a part of it is broken").caused_by(error)
}

/// Reads a field that is there, for `#[serde(default, deserialize_with = …)]`: `null` is read as a value, not as nothing.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
