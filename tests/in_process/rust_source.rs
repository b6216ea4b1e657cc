//! Reads Rust files as tokens: code without comments and test modules, string literals, and imports.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// A Rust file without its comments and test modules.
pub struct SourceFile {
    /// Path from the root of the repository.
    pub path: String,
    /// Tokens separated by blanks, string literals emptied.
    pub code: String,
    /// String literals with the offset in `code` at which they were.
    pub literals: Vec<StringLiteral>,
    /// Files that hold test modules of this one.
    pub test_files: Vec<String>,
    /// Length of the file in lines.
    pub lines: usize,
    /// Longest functions: name, line, length in lines.
    pub functions: Vec<FunctionSpan>,
    /// Line of each token, by its offset in `code`.
    lines_by_offset: BTreeMap<usize, usize>,
}

/// A string literal as it is written.
pub struct StringLiteral {
    pub offset: usize,
    pub text: String,
}

/// A function with a body.
pub struct FunctionSpan {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

impl SourceFile {
    /// Reads the file at `path`, relative to the root of the repository.
    pub fn read(root: &Path, path: &str) -> Self {
        Self::parse(path, &std::fs::read_to_string(root.join(path)).unwrap())
    }

    pub fn parse(path: &str, text: &str) -> Self {
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut source = Self {
            path: path.to_owned(),
            code: String::with_capacity(text.len()),
            literals: Vec::new(),
            test_files: Vec::new(),
            lines: text.lines().count(),
            functions: Vec::new(),
            lines_by_offset: BTreeMap::new(),
        };
        source.add(tokens);
        source
    }

    /// Returns the module path from the crate's root: `src/search/fusion.rs` is `search::fusion`.
    pub fn module(&self) -> Vec<&str> {
        module_path(&self.path)
    }

    /// Names the line of an offset of `code`.
    pub fn location(&self, offset: usize) -> String {
        let line = self.lines_by_offset.range(..=offset).next_back().map_or(1, |(_, line)| *line);
        format!("{}:{line}", self.path)
    }

    /// Returns the string literals between two offsets of `code`.
    pub fn literals_in(&self, range: &Range<usize>) -> impl Iterator<Item = &StringLiteral> {
        self.literals.iter().filter(|literal| range.contains(&literal.offset))
    }

    /// Returns every path of the code with the offset of its first segment; `use` trees are flattened.
    pub fn paths(&self) -> Vec<(usize, Vec<String>)> {
        let words = words(&self.code);
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

    fn add(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                // Attributes: documentation is no code, `#[cfg(test)]` hides the module after it.
                TokenTree::Punct(hash) if hash.as_char() == '#' => {
                    let inner = matches!(tokens.get(at + 1), Some(TokenTree::Punct(mark)) if mark.as_char() == '!');
                    let Some(TokenTree::Group(attribute)) = tokens.get(at + 1 + usize::from(inner)) else {
                        at += 1;
                        continue;
                    };
                    let text = attribute.stream().to_string();
                    at += 2 + usize::from(inner);
                    if text.replace(' ', "") == "cfg(test)" {
                        at = self.skip_test_item(&tokens, at);
                    } else if !text.starts_with("doc") && !text.starts_with("allow") && !text.starts_with("expect") {
                        self.word("#", hash.span().start().line);
                        self.group(attribute);
                    }
                }
                TokenTree::Group(group) => {
                    self.group(group);
                    at += 1;
                }
                TokenTree::Ident(word) => {
                    if word == "fn" {
                        self.measure(&tokens[at..]);
                    }
                    self.word(&word.to_string(), word.span().start().line);
                    at += 1;
                }
                TokenTree::Punct(mark) => {
                    self.lines_by_offset.insert(self.code.len(), mark.span().start().line);
                    self.code.push(mark.as_char());
                    if mark.spacing() == Spacing::Alone {
                        self.code.push(' ');
                    }
                    at += 1;
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let line = literal.span().start().line;
                    if text.contains('"') {
                        self.literals.push(StringLiteral { offset: self.code.len(), text });
                        self.word("\"\"", line);
                    } else {
                        self.word(&text, line);
                    }
                    at += 1;
                }
            }
        }
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        self.word(open, group.span_open().start().line);
        self.add(group.stream());
        self.word(close, group.span_close().start().line);
    }

    fn word(&mut self, word: &str, line: usize) {
        self.lines_by_offset.insert(self.code.len(), line);
        self.code.push_str(word);
        self.code.push(' ');
    }

    /// Records the length of a function that has a body.
    fn measure(&mut self, tokens: &[TokenTree]) {
        let Some(TokenTree::Ident(name)) = tokens.get(1) else { return };
        for token in &tokens[2..] {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == ';' => return,
                TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                    let line = tokens[0].span().start().line;
                    let lines = body.span_close().end().line - line + 1;
                    self.functions.push(FunctionSpan { name: name.to_string(), line, lines });
                    return;
                }
                _ => {}
            }
        }
    }

    /// Skips the item after `#[cfg(test)]` and returns the index after it.
    fn skip_test_item(&mut self, tokens: &[TokenTree], mut at: usize) -> usize {
        let mut module = None;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Ident(word) if word == "mod" => module = tokens.get(at).map(ToString::to_string),
                TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => return at,
                TokenTree::Punct(mark) if mark.as_char() == ';' => {
                    self.test_files.extend(module.map(|module| child_file(&self.path, &module)));
                    return at;
                }
                _ => {}
            }
        }
        at
    }
}

/// Returns the module path of a file of `src/` or `commands/`.
pub fn module_path(path: &str) -> Vec<&str> {
    let path = path.strip_prefix("src/").unwrap_or(path);
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

/// Splits code at its blanks, and keeps `::` together.
fn words(code: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut offset = 0;
    for part in code.split(' ') {
        if !part.is_empty() {
            words.push((offset, part));
        }
        offset += part.len() + 1;
    }
    words
}

/// Calls `each` with every path of a `use` tree.
fn flatten(words: &[(usize, &str)], prefix: &mut Vec<String>, each: &mut impl FnMut(Vec<String>)) {
    let length = prefix.len();
    let mut at = 0;
    while at < words.len() {
        match words[at].1 {
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
        at += 1;
    }
    each(prefix.clone());
    prefix.truncate(length);
}
