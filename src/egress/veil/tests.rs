use proptest::collection::vec;
use proptest::prelude::*;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;
use proptest::sample::select;

use super::*;

/// Texts that have to be held back; nothing else in the tests has them.
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
/// Published specimens, or made up with right check digits.
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

fn veil(redact: &[Redaction], words: &[&str]) -> Veil {
    Veil::new(redact.to_vec(), &words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
}

#[track_caller]
fn held(veil: &Veil, text: &str, canary: &str) {
    let line = format!("Called {text}, then slept.");
    let veiled = veil.veil(&line);
    assert!(!veiled.contains(canary), "{canary} leaves: {veiled}");
    assert!(veiled.starts_with("Called [") && veiled.ends_with("], then slept."), "{veiled}");
    assert_eq!(veil.unveil(&veiled), line);
}

#[test]
fn every_kind_of_phone_is_held_back() {
    let veil = veil(&[Redaction::Phones], &[]);

    for phone in PHONES {
        held(&veil, phone, phone);
        held(&veil, &format!("_{phone}_").replace(['_'], ""), phone);
    }
    assert!(!veil.veil("Call _4155550132_.").contains("4155550132"), "also in Markdown");
}

#[test]
fn dates_times_and_small_numbers_stay() {
    let veil = veil(&[Redaction::Phones, Redaction::NationalIds], &[]);

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
        assert_eq!(veil.veil(text), text);
    }
    let beside = veil.veil("01.05.2024 030 9018204");
    assert!(beside.starts_with("01.05.2024 [PHONE_"), "{beside}");
}

#[test]
fn every_kind_of_email_is_held_back() {
    let veil = veil(&[Redaction::Emails], &[]);

    for email in EMAILS {
        held(&veil, email, email);
    }
    assert_eq!(veil.veil("@home at 5 @ noon"), "@home at 5 @ noon");
}

#[test]
fn national_ids_are_known_by_form_and_check_digit() {
    let veil = veil(&[Redaction::NationalIds], &[]);

    for id in IDS {
        held(&veil, id, id);
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
        assert_eq!(veil.veil(wrong), wrong);
    }
}

#[test]
fn words_are_found_whatever_their_case_accents_and_blanks() {
    let veil = veil(&[], &WORDS);

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
        held(&veil, text, text);
    }
    assert_eq!(veil.veil("我在北京住"), "我在[WORD_12]住", "a script without blanks has no edges");
    for text in ["Kowalskis", "xKowalski", "Annamaria", "Straßen", "Kowalski\u{301}"] {
        assert_eq!(veil.veil(text), text, "a word is a whole one");
    }
    assert!(!veil.veil("**Kowalski** _Kowalski_ Kowalski's").contains("Kowalski"));
}

#[test]
fn the_same_text_gets_the_same_placeholder_and_another_another() {
    let veil = veil(&[Redaction::Emails], &["Kowalski"]);

    assert_eq!(veil.veil("a@b.example c@d.example a@b.example"), "[EMAIL_1] [EMAIL_2] [EMAIL_1]");
    assert_eq!(veil.veil("c@d.example Kowalski kowalski"), "[EMAIL_2] [WORD_1] [WORD_2]");
}

#[test]
fn what_overlaps_is_held_back_as_a_whole() {
    let veil = veil(&Redaction::ALL, &["Anna Maria", "Maria Kowalski", "kowalski"]);

    assert_eq!(veil.veil("jan.kowalski@home.example"), "[EMAIL_1]");
    assert_eq!(veil.veil("Anna Maria Kowalski"), "[WORD_1]");
}

#[test]
fn a_model_may_change_case_and_spacing() {
    let veil = veil(&[Redaction::Phones], &[]);
    veil.veil("415-555-0132");

    for changed in ["[PHONE_1]", "[phone_1]", "[Phone 1]", "[ PHONE_1 ]", "[PHONE1]", "[PHONE-1]", "[PHONE\\_1]"] {
        assert_eq!(veil.unveil(&format!("Call {changed}!")), "Call 415-555-0132!", "{changed}");
    }
    for other in ["[PHONE_2]", "[PHONE_0]", "PHONE_1", "[PHONE_x]", "[EMAIL_1]", "[PHONE_9999999]"] {
        assert_eq!(veil.unveil(other), other, "nothing is made up");
    }
}

#[test]
fn a_text_that_looks_like_a_placeholder_is_not_confused_with_one() {
    let veil = veil(&[Redaction::Phones], &[]);
    let text = "I wrote [PHONE_1] and [phone 2] and [MARK_1]; call 415-555-0132.";

    let veiled = veil.veil(text);

    assert_eq!(veiled, "I wrote [MARK_1] and [MARK_2] and [MARK_3]; call [PHONE_1].");
    assert_eq!(veil.unveil(&veiled), text);
}

#[test]
fn without_anything_to_hold_back_a_text_is_left_alone() {
    let veil = veil(&[], &[]);

    assert_eq!(veil.counted("415-555-0132 [PHONE_1]"), ("415-555-0132 [PHONE_1]".to_owned(), 0));
    assert_eq!(veil.unveil("[PHONE_1]"), "[PHONE_1]");
}

#[test]
fn placeholders_are_counted_in_what_leaves() {
    let veil = veil(&[Redaction::Emails], &[]);
    let veiled = veil.veil("a@b.example and a@b.example");

    assert_eq!(veil.count_in(veiled.as_bytes()), 2);
    assert_eq!(veil.count_in(b"[EMAIL_7] \xff [PHONE_1]"), 0);
}

/// Pieces of text: anything, what looks like a placeholder, and what has to be held back.
fn piece() -> impl Strategy<Value = String> {
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
    fn what_was_veiled_comes_back_byte_for_byte(texts in vec(vec(piece(), 0..12), 1..4)) {
        let veil = veil(&Redaction::ALL, &WORDS);

        let texts: Vec<String> = texts.into_iter().map(|pieces| pieces.concat()).collect();
        let veiled: Vec<String> = texts.iter().map(|text| veil.veil(text)).collect();

        for (text, veiled) in texts.iter().zip(&veiled) {
            prop_assert_eq!(&veil.unveil(veiled), text);
        }
    }

    #[test]
    fn no_planted_text_leaves(before in "[a-z ,.!?\n]{0,20}", after in "[a-z ,.!?\n]{0,20}", at in any::<proptest::sample::Index>()) {
        let canaries: Vec<&str> = PHONES.iter().chain(&EMAILS).chain(&IDS).chain(&WORDS).copied().collect();
        let canary = canaries[at.index(canaries.len())];
        let veil = veil(&Redaction::ALL, &WORDS);

        let veiled = veil.veil(&format!("{before} {canary} {after}"));

        prop_assert!(!veiled.contains(canary), "{} leaves: {}", canary, veiled);
    }
}
