//! Charset detection and decoding of fetched texts.

use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use regex::bytes::Regex;

use crate::error::{Error, ErrorKind, Result};

/// Bytes searched for a page's charset declaration (WHATWG HTML §13.2.3.2).
const PRESCAN: usize = 1024;

static META: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)<meta[^>]*?charset\s*=\s*["']?\s*([a-z0-9_:.+-]+)"#).expect("the pattern is a valid constant")
});

/// Decodes a text by its byte order mark, else the site's `Content-Type`, else the page's own declaration, else as
/// UTF-8. A page without a declaration that is not valid UTF-8 is decoded as windows-1252, as browsers do.
///
/// # Errors
/// `Upstream` for an unknown encoding, or bytes that are invalid in it.
pub(super) fn decode(bytes: &[u8], said: Option<&str>, is_page: bool) -> Result<String> {
    let of_page = || META.captures(&bytes[..bytes.len().min(PRESCAN)]).map(|found| found[1].to_vec());
    let label = said.map(|label| label.as_bytes().to_vec()).or_else(|| is_page.then(of_page).flatten());
    let encoding = match label {
        Some(label) => {
            Encoding::for_label_no_replacement(&label).ok_or_else(|| encoding_error("an unknown encoding"))?
        }
        None if is_page && std::str::from_utf8(bytes).is_err() => WINDOWS_1252,
        None => UTF_8,
    };
    let (text, _, is_damaged) = encoding.decode(bytes);
    if is_damaged { Err(encoding_error("a different encoding than declared")) } else { Ok(text.into_owned()) }
}

fn encoding_error(what: &str) -> Error {
    Error::new(ErrorKind::Upstream, format!("the site's text is in {what}"))
        .hint("save it as UTF-8 text and ingest the file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charset_comes_from_bom_content_type_or_meta_tag() {
        let page = |text: &[u8]| decode(text, None, true).unwrap();

        assert_eq!(decode("Grüße".as_bytes(), None, false).unwrap(), "Grüße");
        assert_eq!(decode(b"Gr\xfc\xdfe", Some("ISO-8859-1"), false).unwrap(), "Grüße");
        assert_eq!(decode(b"\xef\xbb\xbfa", Some("windows-1252"), false).unwrap(), "a");
        assert_eq!(decode(b"\xff\xfea\0", None, false).unwrap(), "a");
        assert_eq!(decode(b"\x82\xa0", Some("shift_jis"), false).unwrap(), "あ");
        assert_eq!(page(b"<meta charset=\"latin1\">Gr\xfc\xdfe"), "<meta charset=\"latin1\">Grüße");
        let long = b"<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>\xcf";
        assert!(page(long).ends_with('П'));
        assert!(page(b"Gr\xfc\xdfe").ends_with("Grüße"), "a page that says nothing");
    }

    #[test]
    fn invalid_bytes_and_unknown_charsets_are_errors() {
        for (bytes, said) in [
            (b"Gr\xfc\xdfe".as_slice(), None),
            (b"Gr\xfc\xdfe", Some("utf-8")),
            (b"a", Some("klingon")),
            (b"a", Some("iso-2022-kr")),
        ] {
            assert_eq!(decode(bytes, said, false).unwrap_err().kind(), ErrorKind::Upstream, "{said:?}");
        }
    }
}
