use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::*;

/// Personal data that must be redacted; not contained in other test texts.
const PHONES: [&str; 14] = [
    "+49 30 901820",
    "+1 (415) 555-0132",
    "0049 171 2345678",
    "(030) 9018-2044",
    "030/90182044",
    "0171 2345678",
    "415-555-0132",
    "(415) 555-0132",
    "415.555.0132",
    "1-800-555-0199",
    "4155550132",
    "01 42 68 53 00",
    "612 345 678",
    "+33 (0)1 42 68 53 00",
];
const EMAILS: [&str; 5] = [
    "ada.lovelace@home.example",
    "a+b_c@mail.co.example",
    "jürgen@müller.example",
    "\"ada l\"@home.example",
    "ada@[192.0.2.7]",
];
/// Published examples, or invented numbers with valid check digits.
const IDS: [&str; 24] = [
    "078-05-1120",
    "900-70-1234",
    "AB 12 34 56 C",
    "1234567FA",
    "86 095 742 719",
    "86095742719",
    "2 55 08 14 168 025 38",
    "12345678Z",
    "X1234567L",
    "RSSMRA85T10A562S",
    "756.9217.0769.85",
    "111222333",
    "85.07.30-033.28",
    "44051401359",
    "811228-9874",
    "131052-308T",
    "070761-4285",
    "01129910042",
    "529.982.247-25",
    "046 454 286",
    "2341 2341 2346",
    "11010519491231002X",
    "130208A987W",
    "19811228-9874",
];
const WORDS: [&str; 6] = ["Kowalski", "Anna Maria", "Café Müßig", "北京", "O'Neill", "Straße"];

fn redactor(redact: &[RedactionKind], words: &[&str]) -> Redactor {
    Redactor::new(redact.to_vec(), &words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
}

#[track_caller]
fn assert_redacted(redactor: &Redactor, text: &str, canary: &str) {
    let line = format!("Called {text}, then slept.");
    let redacted = redactor.redact(&line);
    assert!(!redacted.contains(canary), "{canary} is sent: {redacted}");
    assert!(redacted.starts_with("Called [") && redacted.ends_with("], then slept."), "{redacted}");
    assert_eq!(redactor.restore(&redacted), line);
}

#[test]
fn every_form_of_phone_number_is_redacted() {
    let redactor = redactor(&[RedactionKind::Phones], &[]);

    for phone in PHONES {
        assert_redacted(&redactor, phone, phone);
        assert_redacted(&redactor, &format!("_{phone}_").replace(['_'], ""), phone);
    }
    assert!(!redactor.redact("Call _4155550132_.").contains("4155550132"), "also in Markdown");
}

#[test]
fn dates_times_and_small_numbers_are_kept() {
    let redactor = redactor(&[RedactionKind::Phones, RedactionKind::NationalIds], &[]);

    for text in [
        "2024-05-01",
        "01.05.2024",
        "5/1/2024",
        "31.12.99",
        "12:30",
        "1914-1918",
        "1,234,567",
        "page 200",
        "3.14159265",
        "0.12345678",
        "on 2024-05-01 at 12:30",
        "COVID-19",
        "10000 steps",
        "1914 1918",
        "room 101-102",
    ] {
        assert_eq!(redactor.redact(text), text);
    }
    let mixed = redactor.redact("01.05.2024 030 9018204");
    assert!(mixed.starts_with("01.05.2024 [PHONE_"), "{mixed}");
}

#[test]
fn every_form_of_email_address_is_redacted() {
    let redactor = redactor(&[RedactionKind::Emails], &[]);

    for email in EMAILS {
        assert_redacted(&redactor, email, email);
    }
    assert_eq!(redactor.redact("@home at 5 @ noon"), "@home at 5 @ noon");
}

#[test]
fn national_ids_are_detected_by_format_and_check_digit() {
    let redactor = redactor(&[RedactionKind::NationalIds], &[]);

    for id in IDS {
        assert_redacted(&redactor, id, id);
    }
    for wrong in [
        "000-12-3456",
        "666-12-3456",
        "86 095 742 718",
        "12345678A",
        "756.9217.0769.84",
        "811228-9873",
        "131052-308U",
        "529.982.247-24",
        "2341 2341 2345",
        "110105194912310021",
        "111.111.111-11",
        "QQ 12 34 56 C",
    ] {
        assert_eq!(redactor.redact(wrong), wrong);
    }
}

#[test]
fn words_match_despite_case_accents_and_spacing() {
    let redactor = redactor(&[], &WORDS);

    for text in [
        "Kowalski",
        "KOWALSKI",
        "kowalski",
        "Ko\u{ad}walski",
        "Anna Maria",
        "anna\n  maria",
        "Cafe\u{301} Mu\u{308}ßig",
        "CAFÉ MÜSSIG",
        "O'Neill",
        "STRASSE",
        "Ｋowalski",
    ] {
        assert_redacted(&redactor, text, text);
    }
    assert_eq!(redactor.redact("我在北京住"), "我在[WORD_12]住", "a script without spaces has no word boundaries");
    for text in ["Kowalskis", "xKowalski", "Annamaria", "Straßen", "Kowalski\u{301}"] {
        assert_eq!(redactor.redact(text), text, "only whole words match");
    }
    assert!(!redactor.redact("**Kowalski** _Kowalski_ Kowalski's").contains("Kowalski"));
}

#[test]
fn equal_texts_get_equal_placeholders() {
    let redactor = redactor(&[RedactionKind::Emails], &["Kowalski"]);

    assert_eq!(redactor.redact("a@b.example c@d.example a@b.example"), "[EMAIL_1] [EMAIL_2] [EMAIL_1]");
    assert_eq!(redactor.redact("c@d.example Kowalski kowalski"), "[EMAIL_2] [WORD_1] [WORD_2]");
}

#[test]
fn overlapping_ranges_are_redacted_as_one() {
    let redactor = redactor(&RedactionKind::ALL, &["Anna Maria", "Maria Kowalski", "kowalski"]);

    assert_eq!(redactor.redact("jan.kowalski@home.example"), "[EMAIL_1]");
    assert_eq!(redactor.redact("Anna Maria Kowalski"), "[WORD_1]");
}

#[test]
fn placeholders_are_restored_despite_case_and_spacing() {
    let redactor = redactor(&[RedactionKind::Phones], &[]);
    redactor.redact("415-555-0132");

    for changed in ["[PHONE_1]", "[phone_1]", "[Phone 1]", "[ PHONE_1 ]", "[PHONE1]", "[PHONE-1]", "[PHONE\\_1]"] {
        assert_eq!(redactor.restore(&format!("Call {changed}!")), "Call 415-555-0132!", "{changed}");
    }
    for other in ["[PHONE_2]", "[PHONE_0]", "PHONE_1", "[PHONE_x]", "[EMAIL_1]", "[PHONE_9999999]"] {
        assert_eq!(redactor.restore(other), other, "unknown placeholders are kept");
    }
}

#[test]
fn text_that_looks_like_a_placeholder_round_trips() {
    let redactor = redactor(&[RedactionKind::Phones], &[]);
    let text = "I wrote [PHONE_1] and [phone 2] and [MARK_1]; call 415-555-0132.";

    let redacted = redactor.redact(text);

    assert_eq!(redacted, "I wrote [MARK_1] and [MARK_2] and [MARK_3]; call [PHONE_1].");
    assert_eq!(redactor.restore(&redacted), text);
}

#[test]
fn without_rules_the_text_is_unchanged() {
    let redactor = redactor(&[], &[]);

    assert_eq!(redactor.redact_and_count("415-555-0132 [PHONE_1]"), ("415-555-0132 [PHONE_1]".to_owned(), 0));
    assert_eq!(redactor.restore("[PHONE_1]"), "[PHONE_1]");
}

#[test]
fn placeholders_in_a_body_are_counted() {
    let redactor = redactor(&[RedactionKind::Emails], &[]);
    let redacted = redactor.redact("a@b.example and a@b.example");

    assert_eq!(redactor.count_placeholders(redacted.as_bytes()), 2);
    assert_eq!(redactor.count_placeholders(b"[EMAIL_7] \xff [PHONE_1]"), 0);
}

/// Generates text fragments: arbitrary, placeholder-like, or personal data.
fn text_fragment() -> impl Strategy<Value = String> {
    let canaries = PHONES.iter().chain(&EMAILS).chain(&IDS).chain(&WORDS).map(|&text| text.to_owned());
    let marks = ["[PHONE_1]", "[word 2]", "[", "]", "_", "[MARK_", "1]", "\\", "[ID", " 1 ]", "0171", "\u{301}"];
    prop_oneof![
        any::<String>(),
        "[a-z0-9 .@+()/_\\[\\]-]{0,12}",
        select(canaries.collect::<Vec<_>>()),
        select(marks.map(str::to_owned).to_vec()),
    ]
}

proptest! {
    #[test]
    fn redacted_text_is_restored_exactly(texts in vec(vec(text_fragment(), 0..12), 1..4)) {
        let redactor = redactor(&RedactionKind::ALL, &WORDS);

        let texts: Vec<String> = texts.into_iter().map(|pieces| pieces.concat()).collect();
        let redacted: Vec<String> = texts.iter().map(|text| redactor.redact(text)).collect();

        for (text, redacted) in texts.iter().zip(&redacted) {
            prop_assert_eq!(&redactor.restore(redacted), text);
        }
    }

    #[test]
    fn planted_personal_data_is_never_sent(before in "[a-z ,.!?\n]{0,20}", after in "[a-z ,.!?\n]{0,20}", at in any::<proptest::sample::Index>()) {
        let canaries: Vec<&str> = PHONES.iter().chain(&EMAILS).chain(&IDS).chain(&WORDS).copied().collect();
        let canary = canaries[at.index(canaries.len())];
        let redactor = redactor(&RedactionKind::ALL, &WORDS);

        let redacted = redactor.redact(&format!("{before} {canary} {after}"));

        prop_assert!(!redacted.contains(canary), "{} is sent: {}", canary, redacted);
    }
}
