//! Content type of a fetched body: as declared by the caller, else by the site, else sniffed.

use crate::error::{Error, Result};
use crate::services::ingest::uploads;

/// Processing of a fetched body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ContentKind {
    /// A text of this media type, stored unchanged.
    Text(&'static str),
    /// An HTML page, converted to text.
    Page,
    /// Photos or recordings, with their declared media type.
    Upload(uploads::UploadKind, String),
}

/// Media types that carry no information.
const UNKNOWN: [&str; 5] =
    ["", "application/octet-stream", "binary/octet-stream", "application/binary", "application/x-download"];

/// Determines the kind of a body; both media types may carry parameters.
///
/// # Errors
/// `Invalid` for content that cannot become an entry.
pub(super) fn content_kind(wanted: Option<&str>, said: Option<&str>, body: &[u8]) -> Result<ContentKind> {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = |text: &Option<String>| text.as_ref().is_some_and(|text| !UNKNOWN.contains(&text.as_str()));
    let named = [wanted.map(essence), said.map(essence)].into_iter().find(known).flatten();
    let media_type = named.unwrap_or_else(|| sniff_type(body).to_owned());
    match media_type.as_str() {
        "text/plain" => Ok(ContentKind::Text("text/plain")),
        "text/markdown" | "text/x-markdown" => Ok(ContentKind::Text("text/markdown")),
        "text/html" | "application/xhtml+xml" => Ok(ContentKind::Page),
        "application/ogg" => Ok(ContentKind::Upload(uploads::UploadKind::Recordings, "audio/ogg".to_owned())),
        _ if media_type.starts_with("image/") => Ok(ContentKind::Upload(uploads::UploadKind::Images, media_type)),
        _ if media_type.starts_with("audio/") => Ok(ContentKind::Upload(uploads::UploadKind::Recordings, media_type)),
        _ => Err(Error::invalid("the content at the address cannot be ingested")
            .code("invalid_body")
            .hint("supported are texts, web pages, photos and recordings")),
    }
}

/// Returns the charset parameter of a media type.
pub(super) fn charset(media_type: Option<&str>) -> Option<&str> {
    let mut parameters = media_type?.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}

fn sniff_type(body: &[u8]) -> &'static str {
    if let Some(found) = infer::get(body) {
        return found.mime_type();
    }
    let head: String = String::from_utf8_lossy(&body[..body.len().min(512)]).trim_start().to_ascii_lowercase();
    if head.starts_with("<!doctype html") || head.starts_with("<html") {
        "text/html"
    } else if !body.contains(&0) && std::str::from_utf8(body).is_ok() {
        "text/plain"
    } else {
        "application/octet-stream"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_comes_from_the_caller_the_site_or_the_bytes() {
        let kind = |wanted, said, body: &[u8]| content_kind(wanted, said, body).unwrap();
        let image = |media_type: &str| ContentKind::Upload(uploads::UploadKind::Images, media_type.to_owned());
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

        assert_eq!(kind(Some("text/markdown"), Some("text/html"), b"a"), ContentKind::Text("text/markdown"));
        assert_eq!(kind(None, Some("Text/HTML; charset=utf-8"), b"a"), ContentKind::Page);
        assert_eq!(kind(None, Some("image/png;x=y"), b""), image("image/png"));
        assert_eq!(kind(None, Some("application/octet-stream"), png), image("image/png"));
        assert_eq!(kind(Some(""), None, png), image("image/png"));
        assert_eq!(kind(None, None, b" <!DOCTYPE html><p>a"), ContentKind::Page);
        assert_eq!(kind(None, None, "Grüße".as_bytes()), ContentKind::Text("text/plain"));
        for (said, body) in
            [(Some("application/pdf"), b"%PDF".as_slice()), (None, b"%PDF-1.7"), (None, b"a\0b"), (None, b"\xff\xfe")]
        {
            assert_eq!(
                content_kind(None, said, body).unwrap_err().kind(),
                crate::error::ErrorKind::Invalid,
                "{said:?}"
            );
        }
    }

    #[test]
    fn charset_is_found_among_the_parameters() {
        assert_eq!(charset(Some("text/html; a=b; Charset=\"ISO-8859-1\"")), Some("ISO-8859-1"));
        assert_eq!(charset(Some("text/html; charset=")), None);
        assert_eq!(charset(Some("text/html")), None);
    }
}
