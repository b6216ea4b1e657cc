//! Detection of national identification numbers by format and, where they have them, check digits, so that false
//! positives are rare. A mistyped number is not detected.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::egress::redaction::pattern::{compile_pattern, replace_underscores};

/// Pattern of a number, and its validation without separators, in upper case.
type NationalIdFormat = (&'static str, fn(&str) -> bool);

const FORMATS: [NationalIdFormat; 19] = [
    // United States, Social Security (SSA, POMS RM 10201.035) and ITIN (IRS, Publication 1915).
    (r"[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}", united_states),
    // United Kingdom, National Insurance (HMRC, NIM39110).
    (r"[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]", united_kingdom),
    // Ireland, PPSN (Department of Social Protection): weights 8 to 2, the second letter 9, modulo 23.
    (r"[0-9]{7}[A-Wa-w][A-IWa-iw]?", ireland),
    // Germany, Identifikationsnummer (BZSt): ISO/IEC 7064 MOD 11,10.
    (r"[1-9][0-9][ ]?[0-9]{3}[ ]?[0-9]{3}[ ]?[0-9]{3}", germany),
    // France, NIR (INSEE): the key is 97 less the number modulo 97.
    (r"[1-8] ?[0-9]{2} ?[0-9]{2} ?(?:[0-9]{2}|2[ABab]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", france),
    // Spain, DNI and NIE (Ministerio del Interior): modulo 23.
    (r"[0-9XYZxyz][0-9]{7}[- ]?[A-Za-z]", spain),
    // Italy, codice fiscale (D.M. 23 December 1976).
    (r"[A-Za-z]{6}[0-9A-Za-z]{2}[A-Za-z][0-9A-Za-z]{2}[A-Za-z][0-9A-Za-z]{3}[A-Za-z]", italy),
    // Switzerland, AHV (ZAS): EAN-13.
    (r"756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}", switzerland),
    // Netherlands, BSN (Rijksdienst voor Identiteitsgegevens): the test of eleven.
    (r"[0-9]{4}[. ]?[0-9]{2}[. ]?[0-9]{3}", netherlands),
    // Belgium, national register: 97 less the number modulo 97, prefixed with a 2 from 2000 on.
    (r"[0-9]{2}[. ]?[0-9]{2}[. ]?[0-9]{2}[- ]?[0-9]{3}[. ]?[0-9]{2}", belgium),
    // Poland, PESEL: weights 1, 3, 7, 9.
    (r"[0-9]{11}", poland),
    // Sweden, personnummer (Skatteverket): Luhn.
    (r"(?:19|20)?[0-9]{6}[-+]?[0-9]{4}", sweden),
    // Finland, henkilötunnus (DVV): modulo 31.
    (r"[0-9]{6}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-Ya-y]", finland),
    // Denmark, CPR: a day and four digits; no check digits since 2007.
    (r"[0-9]{6}-[0-9]{4}", denmark),
    // Norway, fødselsnummer (Skatteetaten): two check digits modulo 11.
    (r"[0-9]{6} ?[0-9]{5}", norway),
    // Brazil, CPF (Receita Federal): two check digits modulo 11.
    (r"[0-9]{3}[. ]?[0-9]{3}[. ]?[0-9]{3}[- ]?[0-9]{2}", brazil),
    // Canada, SIN (Service Canada): Luhn.
    (r"[0-9]{3}[- ][0-9]{3}[- ][0-9]{3}", luhn),
    // India, Aadhaar (UIDAI): Verhoeff.
    (r"[2-9][0-9]{3}[- ]?[0-9]{4}[- ]?[0-9]{4}", india),
    // China, resident identity (GB 11643-1999): ISO/IEC 7064 MOD 11-2.
    (r"[1-9][0-9]{16}[0-9Xx]", china),
];

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let whole = |pattern: &str| compile_pattern(&format!(r"\b{{start-half}}(?:{pattern})\b{{end-half}}"));
    FORMATS.iter().map(|(pattern, _)| whole(pattern)).collect()
});

/// Returns the byte ranges of the numbers in a text.
pub(super) fn find_ranges(text: &str) -> Vec<Range<usize>> {
    let text = replace_underscores(text);
    let mut ranges = Vec::new();
    for ((_, is_valid), pattern) in FORMATS.iter().zip(PATTERNS.iter()) {
        for found in pattern.find_iter(&text) {
            let bare: String = found.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
            if is_valid(&bare.to_ascii_uppercase()) {
                ranges.push(found.range());
            }
        }
    }
    ranges
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|character| character.to_digit(10)).collect()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

fn weighted_sum(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

fn is_day(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

fn united_states(text: &str) -> bool {
    let (area, group, serial) = (number(&text[..3]), number(&text[3..5]), number(&text[5..]));
    let taxpayer = matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99);
    area != 0 && area != 666 && group != 0 && serial != 0 && (area < 900 || taxpayer)
}

fn united_kingdom(text: &str) -> bool {
    let prefix = &text[..2];
    !prefix.contains(['D', 'F', 'I', 'Q', 'U', 'V'])
        && !prefix.ends_with('O')
        && !["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"].contains(&prefix)
}

fn ireland(text: &str) -> bool {
    let second = match text.as_bytes().get(8) {
        None | Some(b'W') => 0,
        Some(letter) => u32::from(letter - b'A' + 1),
    };
    let sum = weighted_sum(&digits(&text[..7]), &[8, 7, 6, 5, 4, 3, 2]) + 9 * second;
    check_letter("WABCDEFGHIJKLMNOPQRSTUV", sum % 23) == text[7..8].chars().next()
}

fn check_letter(letters: &str, place: u32) -> Option<char> {
    letters.chars().nth(place as usize)
}

fn germany(text: &str) -> bool {
    let digits = digits(text);
    let mut product = 10;
    for digit in &digits[..10] {
        let sum = match (digit + product) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    (11 - product) % 10 == digits[10]
}

fn france(text: &str) -> bool {
    // Corsica's departments 2A and 2B count as 19 and 18.
    let counted = text[..13].replace("2A", "19").replace("2B", "18");
    97 - number(&counted) % 97 == number(&text[13..])
}

fn spain(text: &str) -> bool {
    let counted = text[..8].replace('X', "0").replace('Y', "1").replace('Z', "2");
    let place = u32::try_from(number(&counted) % 23).unwrap_or(0);
    check_letter("TRWAGMYFPDXBNJZSQVHLCKE", place) == text[8..].chars().next()
}

fn italy(text: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |byte: u8| u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let (signs, check) = text.as_bytes().split_at(15);
    let values = signs.iter().enumerate().map(|(at, sign)| match at % 2 {
        0 => ODD[value(*sign) as usize],
        _ => value(*sign),
    });
    values.sum::<u32>() % 26 == value(check[0])
}

fn switzerland(text: &str) -> bool {
    let digits = digits(text);
    let sum = weighted_sum(&digits, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
    (10 - sum % 10) % 10 == digits[12]
}

fn netherlands(text: &str) -> bool {
    let digits = digits(text);
    let sum = weighted_sum(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum > 0 && sum % 11 == digits[8] % 11
}

fn belgium(text: &str) -> bool {
    let (counted, check) = (number(&text[..9]), number(&text[9..]));
    let month = number(&text[2..4]);
    month <= 12 && [counted, 2_000_000_000 + counted].iter().any(|counted| 97 - counted % 97 == check)
}

fn poland(text: &str) -> bool {
    let digits = digits(text);
    let sum = weighted_sum(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
    // The month encodes the century.
    is_day(digits[4] * 10 + digits[5], (digits[2] % 2) * 10 + digits[3]) && (10 - sum % 10) % 10 == digits[10]
}

fn sweden(text: &str) -> bool {
    let short = &text[text.len() - 10..];
    let digits = digits(short);
    // Coordination numbers have 60 added to the day.
    is_day((digits[4] * 10 + digits[5]) % 60, digits[2] * 10 + digits[3]) && luhn(short)
}

fn finland(text: &str) -> bool {
    // A hyphen was already removed; a letter for the century was not.
    let rest = text[6..].trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let (Some(individual), Some(check)) = (rest.get(..3), rest.get(3..)) else { return false };
    let all = digits(&text[..6]);
    let counted = number(&text[..6]) * 1000 + number(individual);
    let place = u32::try_from(counted % 31).unwrap_or(0);
    is_day(all[0] * 10 + all[1], all[2] * 10 + all[3])
        && check_letter("0123456789ABCDEFHJKLMNPRSTUVWXY", place) == check.chars().next()
}

fn denmark(text: &str) -> bool {
    let digits = digits(text);
    is_day(digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
}

fn norway(text: &str) -> bool {
    let digits = digits(text);
    let first = weighted_sum(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    let second = weighted_sum(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    first.is_multiple_of(11) && second.is_multiple_of(11)
}

fn brazil(text: &str) -> bool {
    let digits = digits(text);
    let check = |count: usize| {
        let weights: Vec<u32> = (2..=u32::try_from(count).unwrap_or(0) + 1).rev().collect();
        let rest = weighted_sum(&digits[..count], &weights) * 10 % 11;
        rest % 10 == digits[count]
    };
    digits.iter().any(|digit| *digit != digits[0]) && check(9) && check(10)
}

/// ISO/IEC 7812-1, annex B.
fn luhn(text: &str) -> bool {
    let doubled = |(at, digit): (usize, u32)| match (at % 2, digit) {
        (0, digit) => digit,
        (_, digit) if digit > 4 => digit * 2 - 9,
        (_, digit) => digit * 2,
    };
    digits(text).into_iter().rev().enumerate().map(doubled).sum::<u32>() % 10 == 0
}

/// J. Verhoeff, Error Detecting Decimal Codes (1969): checksum over the dihedral group of order ten.
fn india(text: &str) -> bool {
    const TURNED: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let times = |a: usize, b: usize| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let mut check = 0;
    for (at, digit) in digits(text).into_iter().rev().enumerate() {
        let mut turned = digit as usize;
        for _ in 0..at % 8 {
            turned = TURNED[turned];
        }
        check = times(check, turned);
    }
    check == 0
}

fn china(text: &str) -> bool {
    let digits = digits(&text[..17]);
    let sum = weighted_sum(&digits, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    check_letter("10X98765432", sum % 11) == text[17..].chars().next()
}
