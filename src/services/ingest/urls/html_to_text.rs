//! HTML to text conversion: removes scripts, styles, hidden parts and markup.
//!
//! A browser-grade parser takes quadratic time and memory on adversarial pages: unclosed elements, formatting reopened
//! in every paragraph, attributes by the hundred thousand. So the page is first rewritten in linear time with a bounded
//! number of plain tags, no attributes and no formatting. Only the rewritten page is sanitized, parsed and rendered.

use std::collections::HashSet;
use std::sync::LazyLock;

use ammonia::Builder;
use html2text::config;
use regex::{Captures, Regex};

use crate::domain::text;
use crate::error::{Error, Result};

/// Maximum number of tags of a page; the longest articles have some ten thousand.
const MAX_TAGS: usize = 100_000;
/// Maximum nesting depth; deeper elements are read as plain text.
const MAX_DEPTH: usize = 200;
/// Wrap width in columns, so large that lines are never wrapped.
const WIDTH: usize = 1 << 20;

/// Elements removed with their content.
const DROPPED: [&str; 14] = [
    "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "canvas", "video", "audio", "select",
    "textarea", "button",
];
/// Void elements.
const VOID: [&str; 14] =
    ["area", "base", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "frame"];
/// Elements kept because they shape the text.
const KEPT: [&str; 26] = [
    "p",
    "div",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "td",
    "th",
    "span",
];
/// Block elements rewritten to `div`.
const BLOCKS: [&str; 17] = [
    "address",
    "article",
    "aside",
    "body",
    "center",
    "details",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "main",
    "nav",
    "section",
    "summary",
    "hgroup",
];

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the pattern is a valid constant")
}

/// Everything but text: comments, titles, dropped elements, declarations, tags. An unclosed construct extends to the
/// end of the page, as in a browser; `\z` in each alternative keeps the search linear.
static MARKUP: LazyLock<Regex> = LazyLock::new(|| {
    let dropped = DROPPED.map(|name| format!(r"<{name}(?:[\s/][^>]*)?>.*?(?:</{name}(?:[\s/][^>]*)?>|\z)")).join("|");
    pattern(&format!(
        r#"(?is)<!--.*?(?:-->|\z)|<title(?:[\s/][^>]*)?>(?<title>.*?)(?:</title[^>]*>|\z)|{dropped}|<[!?][^>]*(?:>|\z)|<(?<end>/?)(?<name>[a-z][^\s/>]*)(?<attributes>(?:=\s*"[^"]*"|=\s*'[^']*'|[^>])*)>|</?[a-z][^>]*\z"#
    ))
});
static VALUE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]*)"#));
static HIDDEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:^|[\s/])hidden(?:[\s/]|$)"));
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)\bstyle\s*=\s*(?:"[^"]*|'[^']*|[^\s"'>]*)(?:display\s*:\s*none|visibility\s*:\s*hidden)"#)
});
static BLANK_LINES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\n(?:[ \t]*\n){2,}"));

/// Text and title of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExtractedPage {
    pub(super) title: Option<String>,
    pub(super) text: String,
}

/// Converts a page to text.
///
/// # Errors
/// `Invalid` for a page with too many elements; `Internal` if it cannot be rendered as text.
pub(super) fn html_to_text(html: &str) -> Result<ExtractedPage> {
    let (plain, title) = sanitize(html)?;
    let clean = Builder::default()
        .tags(HashSet::from(KEPT))
        .tag_attributes(std::collections::HashMap::new())
        .generic_attributes(HashSet::from(["hidden"]))
        .clean(&plain)
        .to_string();
    let unwritten = |error: html2text::Error| Error::internal("rendering a page as text", error);
    let written = config::plain_no_decorate()
        .raw_mode(true)
        .add_css("[hidden] { display: none; }")
        .map_err(unwritten)?
        .string_from_read(clean.as_bytes(), WIDTH)
        .map_err(unwritten)?;
    let lines: Vec<&str> = written.lines().map(str::trim_end).collect();
    let text = BLANK_LINES.replace_all(&lines.join("\n"), "\n\n").trim().to_owned();
    Ok(ExtractedPage { title, text })
}

/// Rewrites a page with plain tags only, and finds its title.
fn sanitize(html: &str) -> Result<(String, Option<String>)> {
    let mut plain = SanitizedHtml { html: String::with_capacity(html.len()), open: Vec::new() };
    let (mut title, mut tags, mut from) = (None, 0, 0);
    for found in MARKUP.captures_iter(html) {
        let whole = found.get(0).expect("the whole match");
        plain.push_text(&html[from..whole.start()]);
        from = whole.end();
        if let Some(words) = found.name("title") {
            title = title.or_else(|| text::title(&html_escape::decode_html_entities(words.as_str())));
        } else if found.name("name").is_some() {
            tags += 1;
            plain.push_tag(&found);
        }
        if tags > MAX_TAGS {
            return Err(Error::invalid("the page has too many elements to be converted to text")
                .hint("copy the relevant part and add it as text"));
        }
    }
    plain.push_text(&html[from..]);
    Ok((plain.html, title))
}

/// Output of the rewrite; every element is closed inside its parent.
struct SanitizedHtml {
    html: String,
    open: Vec<&'static str>,
}

impl SanitizedHtml {
    /// Writes a tag without its attributes. Formatting becomes `span`, which parsers do not reopen elsewhere.
    fn push_tag(&mut self, tag: &Captures<'_>) {
        let name = tag["name"].to_ascii_lowercase();
        if VOID.contains(&name.as_str()) {
            return;
        }
        let name = match KEPT.iter().find(|kept| **kept == name) {
            Some(kept) => kept,
            None if BLOCKS.contains(&name.as_str()) => "div",
            None => "span",
        };
        if name == "br" {
            self.html.push_str("<br>");
        } else if tag["end"].is_empty() {
            self.open_element(name, is_hidden(&tag["attributes"]));
        } else if let Some(at) = self.open.iter().rposition(|open| *open == name) {
            self.close_to_depth(at);
        }
    }

    fn open_element(&mut self, name: &'static str, is_hidden: bool) {
        while self.open.last().is_some_and(|open| closes_implicitly(open, name)) {
            self.close_to_depth(self.open.len() - 1);
        }
        if self.open.len() < MAX_DEPTH {
            self.open.push(name);
            self.html.push('<');
            self.html.push_str(name);
            self.html.push_str(if is_hidden { " hidden>" } else { ">" });
        }
    }

    fn close_to_depth(&mut self, depth: usize) {
        for name in self.open.drain(depth..).rev() {
            self.html.push_str("</");
            self.html.push_str(name);
            self.html.push('>');
        }
    }

    /// Writes text between tags, escaping `<` so that no tag can begin in it.
    fn push_text(&mut self, text: &str) {
        for (at, part) in text.split('<').enumerate() {
            if at > 0 {
                self.html.push_str("&lt;");
            }
            self.html.push_str(part);
        }
    }
}

/// Returns whether an unclosed element ends where another begins (WHATWG HTML §13.1.2.4).
fn closes_implicitly(open: &str, next: &str) -> bool {
    match open {
        "p" => !matches!(next, "span" | "br"),
        "li" => next == "li",
        "dt" | "dd" => matches!(next, "dt" | "dd"),
        "td" | "th" => matches!(next, "td" | "th" | "tr" | "tbody" | "tfoot"),
        "tr" => matches!(next, "tr" | "tbody" | "tfoot"),
        _ => false,
    }
}

fn is_hidden(attributes: &str) -> bool {
    UNSEEN.is_match(attributes) || HIDDEN.is_match(&VALUE.replace_all(attributes, " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        html_to_text(html).unwrap().text
    }

    #[test]
    fn a_page_is_converted_to_text() {
        let page = "<!DOCTYPE html><html><head><title> A &amp; B\n walk </title><meta charset=utf-8><style>p{}</style>
            <script>if (a < b) alert('plum')</script></head><body class='x'><!-- plum --><h1>By the <b>sea</b></h1>
            <p>Rain &lt;all&gt; <a href='https://site.example/?plum'>day</a>.<br>Then sun.</p><ul><li>one<li>two</ul>
            <table><tr><td>left</td><td>right</td></tr></table><noscript>plum</noscript><img alt=plum><hr></body></html>";

        let read = html_to_text(page).unwrap();

        assert_eq!(read.title.as_deref(), Some("A & B walk"));
        for words in ["# By the sea", "Rain <all> day.\nThen sun.", "* one\n* two", "left", "right"] {
            assert!(read.text.contains(words), "{words}: {}", read.text);
        }
        assert!(!read.text.contains("plum") && !read.text.contains('─'), "{}", read.text);
    }

    #[test]
    fn hidden_content_is_removed() {
        for hidden in [
            "<p hidden>plum</p>",
            "<div HIDDEN=''><p>a <i>plum</i></p></div>",
            "<p style='color: red; display:none'>plum</p>",
            "<p style=\"DISPLAY : none\">plum</p>",
            "<b style=display:none>plum</b>",
            "<section style=\"visibility: hidden\">plum</section>",
            "<template>plum</template>",
            "<svg><title>plum</title><text>plum</text></svg>",
            "<script type='a>b'>plum</script >",
            "<SCRIPT>plum</sCrIpT\n>",
            "<style>plum</style>",
            "<script>plum",
            "<!-- plum --",
            "<img onerror='plum'",
            "<div hidden><table><tr><td>plum</div>",
            "<ul><li hidden>plum</ul>",
        ] {
            assert_eq!(text(&format!("<p>seen</p>{hidden}")).replace("plum", "PLUM"), "seen", "{hidden}");
        }
        for seen in
            ["<p class='hidden'>plum</p>", "<p data-a=\"not hidden at all\">plum</p>", "<p title='a>b'>plum</p>"]
        {
            assert_eq!(text(seen), "plum", "{seen}");
        }
    }

    #[test]
    fn scripts_and_active_markup_are_removed() {
        for attack in [
            "<scr<script>a</script>ipt>alert(1)</script>",
            "<<script>script>alert(1)</script>",
            "<a href=javascript:alert(1)>x</a>",
            "<p onclick=\"alert(1)\">x</p>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        ] {
            let (plain, _) = sanitize(attack).unwrap();
            assert!(!plain.contains("<script") && !plain.contains("onclick") && !plain.contains("href"), "{plain}");
        }
    }

    #[test]
    fn adversarial_pages_are_converted_or_rejected_quickly() {
        let many = |part: &str, times: usize| part.repeat(times);
        let numbered = |times: usize, part: fn(usize) -> String| (0..times).map(part).collect::<Vec<_>>().concat();
        let formatting = numbered(40_000, |at| format!("<b id={at}>"));

        for page in [
            many("<div>", 49_000),
            many("<span>", 49_000) + &many("</x>", 49_000),
            many("<table><tr><td>", 16_000),
            many("<ul><li>", 24_000),
            many("<blockquote>", 40_000),
            formatting + &many("<p>", 40_000),
            format!("<p {}>seen", numbered(400_000, |at| format!("a{at} "))),
            many("<", 4_000_000),
            many("<a ", 1_000_000),
            many("<!--", 1_000_000),
            many("<title>", 500_000),
        ] {
            assert!(html_to_text(&page).is_ok() || sanitize(&page).is_err());
        }
        assert!(html_to_text(&many("<p>", MAX_TAGS + 1)).is_err());
    }
}
