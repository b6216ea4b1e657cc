//! Reads a Rust file as its code and its string literals, without comments and test modules.

use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// A file; `code` and `literals` keep the byte offsets of the text.
pub struct Source {
    /// Path from the root of the repository.
    pub path: String,
    /// The text with comments, contents of strings and test modules blanked.
    pub code: String,
    pub literals: Vec<Literal>,
    /// Files that hold test modules of this one.
    pub tests: Vec<String>,
    pub lines: usize,
}

/// A string literal, as it is written.
pub struct Literal {
    pub at: usize,
    pub text: String,
}

static RAW: LazyLock<Regex> = LazyLock::new(|| Regex::new(r#"^(b|c)?r(#*)""#).unwrap());
static TEST_MODULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub\(crate\)\s+)?mod\s+(\w+)\s*(;|\{)").unwrap()
});

impl Source {
    pub fn read(path: &str, text: &str) -> Self {
        let (mut code, mut literals) = split(text);
        let mut tests = Vec::new();
        let mut blank = Vec::new();
        for found in TEST_MODULE.captures_iter(&code) {
            let head = found.get(0).expect("the whole match");
            if &found[2] == ";" {
                tests.push(inside(path, &found[1]));
            } else {
                blank.push(head.start()..closing(&code, head.end() - 1));
            }
        }
        for range in blank {
            literals.retain(|literal| !range.contains(&literal.at));
            code.replace_range(range.clone(), &" ".repeat(range.len()));
        }
        Self { path: path.to_owned(), code, literals, tests, lines: text.lines().count() }
    }

    /// Names the module that a file is, from the top: `src/search/fusion.rs` is `search`, `fusion`.
    pub fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        path.split('/').filter(|part| *part != "mod").collect()
    }

    /// Says where an offset is, for people.
    pub fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, self.code[..at].matches('\n').count() + 1)
    }

    /// Returns the string literals between two offsets.
    pub fn literals_in(&self, range: &Range<usize>) -> impl Iterator<Item = &Literal> {
        self.literals.iter().filter(|literal| range.contains(&literal.at))
    }
}

/// Returns the offset after the bracket that closes the one at `open`.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

fn inside(path: &str, module: &str) -> String {
    let path = Path::new(path);
    let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib" | "main") => path.parent().unwrap().to_owned(),
        _ => path.with_extension(""),
    };
    folder.join(module).with_extension("rs").to_str().unwrap().to_owned()
}

fn split(text: &str) -> (String, Vec<Literal>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    while code.len() < text.len() {
        let at = code.len();
        let rest = &text[at..];
        let glued = code.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            comment(rest)
        } else if let Some(raw) = RAW.captures(rest).filter(|_| !glued) {
            let end = format!("\"{}", &raw[2]);
            let begin = raw[0].len();
            let length = rest[begin..].find(&end).map_or(rest.len(), |found| begin + found + end.len());
            literals.push(Literal { at, text: rest[begin..length - end.len()].to_owned() });
            length
        } else if rest.starts_with('"') {
            let length = string(rest);
            literals.push(Literal { at, text: rest[1..length - 1].to_owned() });
            length
        } else if rest.starts_with('\'') {
            character(rest)
        } else {
            let next = rest.chars().next().expect("there is a rest");
            code.push(next);
            continue;
        };
        // Byte for byte, so that offsets stay.
        code.extend(rest[..length].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    (code, literals)
}

fn comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (at, pair) in rest.as_bytes().windows(2).enumerate() {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => continue,
        }
        if depth == 0 {
            return at + 2;
        }
    }
    rest.len()
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of a character literal, or 1 for the quote of a lifetime.
fn character(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match (characters.next(), characters.next()) {
        (Some((_, '\\')), Some((after, _))) => rest[after + 1..].find('\'').map_or(1, |end| after + 1 + end + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}
