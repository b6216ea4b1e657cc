//! Extracts embedded files from a note.

use std::sync::LazyLock;

use regex::Regex;

/// `CommonMark` images `![words](target "title")` and `![words](<target>)`, and wiki embeds `![[target|width]]`.
static EMBED: LazyLock<Regex> = LazyLock::new(|| {
    let marked = r#"!\[[^\]\n]*\]\((?:<([^>\n]+)>|([^\s)]+))(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'))?\)"#;
    let wiki = r"!\[\[([^\]|#\n]+)(?:[|#][^\]\n]*)?\]\]";
    Regex::new(&format!("{marked}|{wiki}")).expect("the constant pattern is valid")
});

/// Returns the embedded targets in order, without URLs.
pub(super) fn embedded_targets(text: &str) -> Vec<String> {
    let targets = EMBED.captures_iter(text).filter_map(|found| {
        let (target, is_marked) = match (found.get(1).or_else(|| found.get(2)), found.get(3)) {
            (Some(target), _) => (target.as_str(), true),
            (None, target) => (target?.as_str().trim(), false),
        };
        let is_address = target.split_once(':').is_some_and(|(scheme, _)| scheme.len() > 1 && !scheme.contains('/'));
        (!is_address).then(|| if is_marked { percent_decode(target) } else { target.to_owned() })
    });
    targets.collect()
}

/// Decodes percent-encoding; keeps invalid sequences unchanged.
fn percent_decode(target: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(target.len()), target.as_bytes());
    while let [first, behind @ ..] = rest {
        let digits = (*first == b'%').then(|| behind.get(..2)).flatten();
        let byte = digits.and_then(|digits| data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok());
        rest = if byte.is_some() { &behind[2..] } else { behind };
        bytes.push(byte.map_or(*first, |byte| byte[0]));
    }
    String::from_utf8(bytes).unwrap_or_else(|_| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_files_are_found_in_every_link_form() {
        let text = "![](a.jpg) ![the sea](sub/my%20sea.png \"Sea\") ![x](<two words.webp>) ![[b.heic]] ![[c.m4a|200]] \
                    ![[d.png#part]] [no](e.jpg) ![](https://example.org/f.jpg) ![](data:image/png;base64,xyz) ![](100%.gif)";

        assert_eq!(
            embedded_targets(text),
            ["a.jpg", "sub/my sea.png", "two words.webp", "b.heic", "c.m4a", "d.png", "100%.gif"]
        );
    }
}
