//! Recovery kit: the root key in printable form, as numbered lines with a checksum each.
//!
//! A line is `3: ABCD EFGH JKMN PQRS  T7X2`: sixteen characters of the key and four of a checksum over them and the
//! line number. The alphabet is Crockford's base32, without I, L, O and U; a typed I or L is read as 1, an O as 0.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use data_encoding::{BitOrder, Encoding, Specification};
use zeroize::Zeroizing;

use crate::crypto::key_derivation::KeyHierarchy;
use crate::error::{Error, Result};
use crate::secret::Secret;

/// Key characters per line; the last line may have fewer.
const WIDTH: usize = 16;
/// Checksum characters per line: 20 bits of a CRC-32.
const CHECK: usize = 4;
/// Characters per group.
const GROUP: usize = 4;
/// Maximum number of lines: root and data key take 103 characters.
const MOST: usize = 7;

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str(ALPHABET);
    specification.bit_order = BitOrder::MostSignificantFirst;
    specification.encoding().expect("32 different symbols are an alphabet")
});

/// Formats the keys as numbered lines.
pub(crate) fn format_lines(root: &KeyHierarchy) -> Secret<String> {
    let text = Zeroizing::new(BASE32.encode(&root.without_next_data_key().to_bytes()));
    let mut lines = Zeroizing::new(String::with_capacity(MOST * 40));
    for (at, line) in text.as_bytes().chunks(WIDTH).enumerate() {
        let line: Zeroizing<String> = Zeroizing::new(line.iter().copied().map(char::from).collect());
        let groups: Zeroizing<String> = Zeroizing::new(group_characters(&line));
        lines.push_str(&(at + 1).to_string());
        lines.push_str(": ");
        lines.push_str(&groups);
        // The checksums are aligned in one column.
        lines.extend(std::iter::repeat_n(' ', WIDTH + WIDTH / GROUP + 1 - groups.len()));
        lines.push_str(&line_checksum(at + 1, &line));
        lines.push('\n');
    }
    Secret::new(std::mem::take(&mut *lines))
}

/// Parses the numbered lines of a typed sheet; other lines are ignored.
///
/// # Errors
/// `Invalid` naming the line that is mistyped, missing or duplicated, without repeating it.
pub(crate) fn parse_sheet(sheet: &str) -> Result<KeyHierarchy> {
    let retype = "type it again from the sheet; spaces and letter case do not matter";
    let mut found: BTreeMap<usize, Zeroizing<String>> = BTreeMap::new();
    for line in sheet.lines() {
        let Some((number, typed)) = line.split_once(':') else { continue };
        let Ok(number) = number.trim().parse::<usize>() else { continue };
        if number == 0 || number > MOST {
            return Err(Error::invalid(format!("a kit has no line {number}")).hint(retype));
        }
        let typed = normalize_typed(typed);
        let wrong = || Error::invalid(format!("line {number} of the kit is mistyped")).hint(retype);
        let (key, sum) = typed.split_at_checked(typed.len().saturating_sub(CHECK)).ok_or_else(wrong)?;
        if key.is_empty() || key.len() > WIDTH || line_checksum(number, key) != sum {
            return Err(wrong());
        }
        if found.insert(number, Zeroizing::new(key.to_owned())).is_some() {
            return Err(Error::invalid(format!("line {number} of the kit is duplicated")).hint(retype));
        }
    }
    let missing = |number| Error::invalid(format!("line {number} of the kit is missing")).hint(retype);
    if found.is_empty() {
        return Err(Error::invalid("not a recovery kit: it has no numbered lines")
            .hint("type the lines that begin with `1:`, `2:` and so on, each with its number"));
    }
    let mut text = Zeroizing::new(String::with_capacity(MOST * WIDTH));
    for (at, (number, key)) in found.iter().enumerate() {
        let ended = text.len() < at * WIDTH;
        if *number != at + 1 || ended {
            return Err(missing(at + 1));
        }
        text.push_str(key);
    }
    let bytes = BASE32.decode(text.as_bytes()).map(Zeroizing::new);
    bytes.ok().and_then(|bytes| KeyHierarchy::from_bytes(&bytes).ok()).ok_or_else(|| missing(found.len() + 1))
}

fn group_characters(text: &str) -> String {
    let mut groups = String::with_capacity(text.len() + text.len() / GROUP);
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            groups.push(' ');
        }
        groups.push(c);
    }
    groups
}

fn normalize_typed(typed: &str) -> Zeroizing<String> {
    let meant = |c: char| match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    };
    Zeroizing::new(typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(meant).collect())
}

fn line_checksum(number: usize, key: &str) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&[u8::try_from(number).unwrap_or(u8::MAX)]);
    hasher.update(key.as_bytes());
    let sum = hasher.finalize();
    let symbols = ALPHABET.as_bytes();
    (0..CHECK).map(|at| char::from(symbols[(sum >> (27 - 5 * at)) as usize % symbols.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::SymmetricKey;

    fn roots() -> [KeyHierarchy; 2] {
        let plain =
            KeyHierarchy::new(SymmetricKey::from_array(std::array::from_fn(|at| u8::try_from(at * 7).unwrap())));
        let rekeyed = plain.with_next_data_key(SymmetricKey::from_array([0xa5; 32])).with_rekeying_completed().unwrap();
        [plain, rekeyed]
    }

    #[test]
    fn a_typed_sheet_is_parsed_despite_spacing_and_case() {
        for root in roots() {
            let lines = format_lines(&root);
            let text = lines.expose();
            let sloppy = format!("Dear reader: hello\n{}", text.to_lowercase().replace(' ', "").replace(':', " :-"));

            for typed in [text.as_str(), &sloppy, &text.replace('0', "O").replace('1', "l").replace("l:", "1:")] {
                assert_eq!(*parse_sheet(typed).unwrap().to_bytes(), *root.to_bytes(), "{typed}");
            }
            assert!(text.lines().all(|line| line.len() <= 72));
        }
    }

    #[test]
    fn a_wrong_character_is_reported_with_its_line() {
        for root in roots() {
            let lines = format_lines(&root);
            let lines: Vec<&str> = lines.expose().lines().collect();
            for (at, line) in lines.iter().enumerate() {
                for (position, c) in line.char_indices().skip(3).filter(|(_, c)| !c.is_whitespace()) {
                    let other = if c == '7' { 'K' } else { '7' };
                    let mut wrong = (*line).to_owned();
                    wrong.replace_range(position..=position, &other.to_string());
                    let mut typed = lines.clone();
                    typed[at] = &wrong;

                    let refused = parse_sheet(&typed.join("\n")).unwrap_err().to_string();

                    assert_eq!(refused, format!("line {} of the kit is mistyped", at + 1));
                }
            }
        }
    }

    #[test]
    fn a_missing_swapped_or_duplicated_line_is_reported() {
        for root in roots() {
            let lines = format_lines(&root);
            let lines: Vec<&str> = lines.expose().lines().collect();
            for missing in 0..lines.len() {
                let rest: Vec<&str> =
                    lines.iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, l)| *l).collect();
                let refused = parse_sheet(&rest.join("\n")).unwrap_err().to_string();
                let reported = rest.is_empty() || refused == format!("line {} of the kit is missing", missing + 1);
                assert!(reported, "{refused}");
            }
            let twice = format!("{}\n{}", lines.join("\n"), lines[0]);
            assert!(parse_sheet(&twice).unwrap_err().to_string().contains("line 1 of the kit is duplicated"));
            let swapped = lines.join("\n").replace("1:", "9:").replace("2:", "1:").replace("9:", "2:");
            assert!(parse_sheet(&swapped).unwrap_err().to_string().contains("line 2 of the kit is mistyped"));
        }
        assert!(
            parse_sheet("").is_err()
                && parse_sheet("nothing").is_err()
                && parse_sheet("12: ABCD").is_err()
                && parse_sheet("1:").is_err()
        );
    }
}
