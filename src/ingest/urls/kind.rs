//! What a fetched body is: as its caller says, else as its site says, else by its first bytes.

use crate::error::Error;
use crate::error::Result;
use crate::ingest::uploads;

/// What is made of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text of this type, which is kept as it is.
    Text(&'static str),
    /// A page, of which the words are kept.
    Page,
    /// Photographs or recordings, with the type that they are said to have.
    Upload(uploads::Kind, String),
}

/// Types that say nothing.
const UNKNOWN: [&str; 5] =
    ["", "application/octet-stream", "binary/octet-stream", "application/binary", "application/x-download"];

/// Decides what a body is; both types may carry parameters.
///
/// # Errors
/// `Invalid` for what no entry can be made of.
pub(super) fn decide(wanted: Option<&str>, said: Option<&str>, body: &[u8]) -> Result<Kind> {
    let essence = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = |text: &Option<String>| text.as_ref().is_some_and(|text| !UNKNOWN.contains(&text.as_str()));
    let named = [wanted.map(essence), said.map(essence)].into_iter().find(known).flatten();
    let media_type = named.unwrap_or_else(|| sniffed(body).to_owned());
    match media_type.as_str() {
        "text/plain" => Ok(Kind::Text("text/plain")),
        "text/markdown" | "text/x-markdown" => Ok(Kind::Text("text/markdown")),
        "text/html" | "application/xhtml+xml" => Ok(Kind::Page),
        "application/ogg" => Ok(Kind::Upload(uploads::Kind::Recordings, "audio/ogg".to_owned())),
        _ if media_type.starts_with("image/") => Ok(Kind::Upload(uploads::Kind::Images, media_type)),
        _ if media_type.starts_with("audio/") => Ok(Kind::Upload(uploads::Kind::Recordings, media_type)),
        _ => Err(Error::invalid("the address leads to nothing that an entry can be made of")
            .code("invalid_body")
            .hint("texts, web pages, photographs and recordings are taken")),
    }
}

/// Returns the parameter of a type that names its characters.
pub(super) fn charset(media_type: Option<&str>) -> Option<&str> {
    let mut parameters = media_type?.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(value.trim().trim_matches(['"', '\''])).filter(|value| !value.is_empty())
}

fn sniffed(body: &[u8]) -> &'static str {
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
    fn the_caller_knows_best_then_the_site_then_the_bytes() {
        let kind = |wanted, said, body: &[u8]| decide(wanted, said, body).unwrap();
        let image = |media_type: &str| Kind::Upload(uploads::Kind::Images, media_type.to_owned());
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

        assert_eq!(kind(Some("text/markdown"), Some("text/html"), b"a"), Kind::Text("text/markdown"));
        assert_eq!(kind(None, Some("Text/HTML; charset=utf-8"), b"a"), Kind::Page);
        assert_eq!(kind(None, Some("image/png;x=y"), b""), image("image/png"));
        assert_eq!(kind(None, Some("application/octet-stream"), png), image("image/png"));
        assert_eq!(kind(Some(""), None, png), image("image/png"));
        assert_eq!(kind(None, None, b" <!DOCTYPE html><p>a"), Kind::Page);
        assert_eq!(kind(None, None, "Grüße".as_bytes()), Kind::Text("text/plain"));
        for (said, body) in
            [(Some("application/pdf"), b"%PDF".as_slice()), (None, b"%PDF-1.7"), (None, b"a\0b"), (None, b"\xff\xfe")]
        {
            assert_eq!(decide(None, said, body).unwrap_err().kind(), crate::error::Kind::Invalid, "{said:?}");
        }
    }

    #[test]
    fn the_charset_is_found_among_the_parameters() {
        assert_eq!(charset(Some("text/html; a=b; Charset=\"ISO-8859-1\"")), Some("ISO-8859-1"));
        assert_eq!(charset(Some("text/html; charset=")), None);
        assert_eq!(charset(Some("text/html")), None);
    }
}
