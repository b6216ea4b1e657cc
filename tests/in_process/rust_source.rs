//! Reads Rust files: code without comments, string contents and test modules; string literals; functions; imports.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use ra_ap_rustc_lexer::{FrontmatterAllowed, LiteralKind, TokenKind, tokenize};
use regex::Regex;

/// A Rust file; `code` and the literals keep the byte offsets of its text.
pub struct SourceFile {
    /// Path from the root of the repository.
    pub path: String,
    /// The text with comments, literals and test modules blanked.
    pub code: String,
    pub literals: Vec<StringLiteral>,
    /// Files that hold test modules of this one.
    pub test_files: Vec<String>,
    /// Length of the file in lines.
    pub lines: usize,
}

/// A string literal as it is written.
pub struct StringLiteral {
    pub offset: usize,
    pub text: String,
}

/// A function with a body.
pub struct FunctionSpan {
    pub name: String,
    pub offset: usize,
    pub lines: usize,
}

static TEST_MODULE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"#\[cfg\(test\)\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([a-z]+\))?\s+)?mod\s+(\w+)\s*(;|\{)").unwrap()
});
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bfn\s+(\w+)").unwrap());
static REEXPORT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bpub(?:\([a-z]+\))?\s+use\s+([^;]+);").unwrap());
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\w+|::|\S").unwrap());

impl SourceFile {
    /// Reads the file at `path`, relative to the root of the repository.
    pub fn read(root: &Path, path: &str) -> Self {
        Self::parse(path, &std::fs::read_to_string(root.join(path)).unwrap())
    }

    pub fn parse(path: &str, text: &str) -> Self {
        let (mut code, mut literals) = blank(text);
        let mut test_files = Vec::new();
        let mut test_modules = Vec::new();
        for found in TEST_MODULE.captures_iter(&code) {
            let head = found.get(0).expect("the whole match");
            if &found[2] == ";" {
                test_files.push(child_file(path, &found[1]));
            } else {
                test_modules.push(head.start()..closing(&code, head.end() - 1));
            }
        }
        for range in test_modules {
            literals.retain(|literal| !range.contains(&literal.offset));
            code.replace_range(range.clone(), &blanks(&text[range]));
        }
        Self { path: path.to_owned(), code, literals, test_files, lines: text.lines().count() }
    }

    /// Returns the module path from the crate's root: `src/search/fusion.rs` is `search::fusion`.
    pub fn module(&self) -> Vec<&str> {
        module_path(&self.path)
    }

    /// Names the line of an offset.
    pub fn location(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.code[..offset].matches('\n').count() + 1)
    }

    /// Returns the string literals between two offsets.
    pub fn literals_in(&self, range: &Range<usize>) -> impl Iterator<Item = &StringLiteral> {
        self.literals.iter().filter(|literal| range.contains(&literal.offset))
    }

    /// Returns the functions that have a body.
    pub fn functions(&self) -> Vec<FunctionSpan> {
        let functions = FUNCTION.captures_iter(&self.code).filter_map(|found| {
            let offset = found.get(0)?.start();
            let open = body(&self.code, found.get(0)?.end())?;
            let lines = self.code[offset..closing(&self.code, open)].matches('\n').count() + 1;
            Some(FunctionSpan { name: found[1].to_owned(), offset, lines })
        });
        functions.collect()
    }

    /// Returns every path of the code with the offset of its first segment; `use` trees are flattened.
    pub fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let words: Vec<(usize, &str)> =
            WORD.find_iter(&self.code).map(|found| (found.start(), found.as_str())).collect();
        let mut paths = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let (offset, word) = words[at];
            if word == "use" {
                let end = (at..words.len()).find(|&end| words[end].1 == ";").unwrap_or(words.len());
                flatten(&words[at + 1..end], &mut Vec::new(), &mut |path| paths.push((offset, path)));
                at = end;
            } else if is_identifier(word) && (at == 0 || !matches!(words[at - 1].1, "." | "::" | "mod" | "fn")) {
                let mut path = vec![word.to_owned()];
                while words.get(at + 1).is_some_and(|next| next.1 == "::")
                    && words.get(at + 2).is_some_and(|next| is_identifier(next.1))
                {
                    path.push(words[at + 2].1.to_owned());
                    at += 2;
                }
                if path.len() > 1 {
                    paths.push((offset, path));
                }
            }
            at += 1;
        }
        paths
    }
}

impl SourceFile {
    /// Returns the paths that the file re-exports, as written.
    pub fn reexports(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for statement in REEXPORT.captures_iter(&self.code) {
            let words: Vec<(usize, &str)> =
                WORD.find_iter(statement.get(1).unwrap().as_str()).map(|word| (word.start(), word.as_str())).collect();
            flatten(&words, &mut Vec::new(), &mut |path| found.push(path));
        }
        found
    }
}

/// Returns the module path of a file of `src/` or `commands/`.
pub fn module_path(path: &str) -> Vec<&str> {
    let path = path.strip_prefix("src/").or_else(|| path.strip_prefix("commands/")).unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).collect()
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

/// Groups of files that import each other, directly or through others of the group.
pub fn cycles(imports: &BTreeMap<String, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        imports.keys().map(|start| (start, reachable(imports, start))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (start, targets) in &reach {
        if found.iter().any(|cycle| cycle.contains(*start)) || !targets.contains(*start) {
            continue;
        }
        let back = |other: &&&String| reach.get(**other).is_some_and(|others| others.contains(*start));
        found.push(targets.iter().filter(back).map(|other| (*other).clone()).collect());
    }
    found
}

fn reachable<'a>(imports: &'a BTreeMap<String, BTreeSet<String>>, start: &'a String) -> BTreeSet<&'a String> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&String> = imports[start].iter().collect();
    while let Some(next) = open.pop() {
        if seen.insert(next) {
            open.extend(imports.get(next).into_iter().flatten());
        }
    }
    seen
}

/// Splits a text into code with everything else blanked, and its string literals.
fn blank(text: &str) -> (String, Vec<StringLiteral>) {
    let mut code = String::with_capacity(text.len());
    let mut literals = Vec::new();
    for token in tokenize(text, FrontmatterAllowed::No) {
        let offset = code.len();
        let token_text = &text[offset..offset + token.len as usize];
        match token.kind {
            TokenKind::LineComment { .. } | TokenKind::BlockComment { .. } => code.push_str(&blanks(token_text)),
            TokenKind::Literal { kind: LiteralKind::Int { .. } | LiteralKind::Float { .. }, .. } => {
                code.push_str(token_text);
            }
            TokenKind::Literal { kind, .. } => {
                if !matches!(kind, LiteralKind::Char { .. } | LiteralKind::Byte { .. }) {
                    literals.push(StringLiteral { offset, text: token_text.to_owned() });
                }
                code.push_str(&blanks(token_text));
            }
            _ => code.push_str(token_text),
        }
    }
    (code, literals)
}

/// Returns blanks for each byte of a text, keeping its line ends.
fn blanks(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// Returns the offset of the brace that opens the body of the function whose name ends at `from`.
fn body(code: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match *code.as_bytes().get(at)? {
            b'{' => return Some(at),
            b';' => return None,
            b'(' | b'[' => at = closing(code, at),
            _ => at += 1,
        }
    }
}

fn child_file(path: &str, module: &str) -> String {
    let path = Path::new(path);
    let folder = match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib" | "main") => path.parent().unwrap().to_owned(),
        _ => path.with_extension(""),
    };
    folder.join(module).with_extension("rs").to_str().unwrap().to_owned()
}

fn is_identifier(word: &str) -> bool {
    word.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Calls `each` with every path of a `use` tree.
fn flatten(words: &[(usize, &str)], prefix: &mut Vec<String>, each: &mut impl FnMut(Vec<String>)) {
    let length = prefix.len();
    for (at, (_, word)) in words.iter().enumerate() {
        match *word {
            "{" => {
                let mut depth = 0_usize;
                let mut start = at + 1;
                for end in at..words.len() {
                    match words[end].1 {
                        "{" => depth += 1,
                        "}" => depth -= 1,
                        _ => {}
                    }
                    if depth == 0 || (depth == 1 && words[end].1 == ",") {
                        if start < end {
                            flatten(&words[start..end], prefix, each);
                        }
                        start = end + 1;
                    }
                    if depth == 0 {
                        break;
                    }
                }
                prefix.truncate(length);
                return;
            }
            "as" => break,
            "::" => {}
            "self" if !prefix.is_empty() => {}
            word => prefix.push(word.to_owned()),
        }
    }
    each(prefix.clone());
    prefix.truncate(length);
}
