//! Which characters the bytes of a fetched text are.

use std::sync::LazyLock;

use encoding_rs::Encoding;
use encoding_rs::UTF_8;
use encoding_rs::WINDOWS_1252;
use regex::bytes::Regex;

use crate::error::Error;
use crate::error::Kind;
use crate::error::Result;

/// Bytes in which a page says its encoding (WHATWG HTML §13.2.3.2).
const PRESCAN: usize = 1024;

static META: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)<meta[^>]*?charset\s*=\s*["']?\s*([a-z0-9_:.+-]+)"#).expect("the pattern is well formed")
});

/// Decodes a text by its byte order mark, else by what its site says, else by what a page says of itself, else as UTF-8.
/// A page that says nothing and is no UTF-8 is taken for windows-1252, as browsers do.
///
/// # Errors
/// `Upstream` for an unknown encoding, or bytes that are not in it.
pub(super) fn decode(bytes: &[u8], said: Option<&str>, is_page: bool) -> Result<String> {
    let of_page = || META.captures(&bytes[..bytes.len().min(PRESCAN)]).map(|found| found[1].to_vec());
    let label = said.map(|label| label.as_bytes().to_vec()).or_else(|| is_page.then(of_page).flatten());
    let encoding = match label {
        Some(label) => {
            Encoding::for_label_no_replacement(&label).ok_or_else(|| wrong("an encoding that nobody knows"))?
        }
        None if is_page && std::str::from_utf8(bytes).is_err() => WINDOWS_1252,
        None => UTF_8,
    };
    let (text, _, is_damaged) = encoding.decode(bytes);
    if is_damaged { Err(wrong("another encoding than it says")) } else { Ok(text.into_owned()) }
}

fn wrong(what: &str) -> Error {
    Error::new(Kind::Upstream, format!("the site's text is in {what}"))
        .hint("save it as UTF-8 text and take the file in")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_by_its_mark_its_label_or_its_page() {
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
    fn what_is_not_in_its_encoding_is_named() {
        for (bytes, said) in [
            (b"Gr\xfc\xdfe".as_slice(), None),
            (b"Gr\xfc\xdfe", Some("utf-8")),
            (b"a", Some("klingon")),
            (b"a", Some("iso-2022-kr")),
        ] {
            assert_eq!(decode(bytes, said, false).unwrap_err().kind(), Kind::Upstream, "{said:?}");
        }
    }
}
