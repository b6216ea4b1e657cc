//! Table of queries with what they are parsed to, and comparisons of literal terms.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;

/// Reads the few dates of the table: a day, a year, `yesterday` and `5 March 2024`.
fn read_days(text: &str) -> Option<QueryDays> {
    let one = |day: Date| Some(QueryDays { first: day, last: day });
    match text {
        "yesterday" | "5 March 2024" => one(date(2024, 3, 5)),
        "2024" => Some(QueryDays { first: date(2024, 1, 1), last: date(2024, 12, 31) }),
        _ if text.len() == 10 => one(text.parse().ok()?),
        _ => None,
    }
}

fn parsed(text: &str) -> ParsedQuery {
    ParsedQuery::parse(text, &read_days)
}

fn render_term(term: &SearchTerm) -> String {
    match term {
        SearchTerm::Word(text) => text.clone(),
        SearchTerm::Phrase { text, is_prefix: false } => format!("\"{text}\""),
        SearchTerm::Phrase { text, is_prefix: true } => format!("\"{text}\"*"),
        SearchTerm::Symbols(text) => format!("{{{text}}}"),
    }
}

/// Renders a parsed query: words as they are, `"phrases"`, `"prefixes"*`, `{symbols}`, then what narrows it.
fn render(text: &str) -> String {
    let query = parsed(text);
    let mut parts: Vec<String> = query.terms.iter().map(render_term).collect();
    parts.extend(query.excluded.iter().map(|term| format!("-{}", render_term(term))));
    parts.extend(query.tagged.tags.iter().map(|tag| format!("tag={tag}")));
    parts.extend(query.tagged.without_tags.iter().map(|tag| format!("-tag={tag}")));
    parts.extend(query.persons.iter().map(|name| format!("person={name}")));
    parts.extend(query.excluded_persons.iter().map(|name| format!("-person={name}")));
    parts.extend(query.from.map(|day| format!("from={day}")));
    parts.extend(query.to.map(|day| format!("to={day}")));
    parts.extend(query.days.map(|days| format!("days={}..{}", days.first, days.last)));
    parts.extend(query.unread_dates.iter().map(|operator| format!("unread={operator}")));
    parts.join(" ")
}

#[test]
fn words_phrases_and_exclusions_are_distinguished() {
    for (query, wanted) in [
        // Plain words stay as they are typed, punctuation included.
        ("plum brandy", "plum brandy"),
        ("when was I tired?", "when was I tired?"),
        ("it's well-known", "it's well-known"),
        ("NEAR(a b) AND c", "NEAR(a b) AND c"),
        ("rain - and - snow", "rain and snow"),
        ("say 5\" nails", "say 5\" nails"),
        ("a\0b\nc", "a b c"),
        ("東京 散歩", "東京 散歩"),
        // Phrases.
        ("\"red house\"", "\"red house\""),
        ("“red house”", "\"red house\""),
        ("„red house“", "\"red house\""),
        ("«red house»", "\"red house\""),
        ("»red house«", "\"red house\""),
        ("»red house»", "\"red house\""),
        ("＂red house＂", "\"red house\""),
        ("「東京 駅」", "\"東京 駅\""),
        ("\"red house“ mill", "\"red house\" mill"),
        ("\"one\"", "\"one\""),
        ("\" red house \"", "\"red house\""),
        ("\"red house\"mill", "\"red house\" mill"),
        ("\"\" rain", "rain"),
        ("\"rain dog", "rain dog"),
        ("rain \"", "rain"),
        ("\"red hou*\"", "\"red hou\"*"),
        ("+wine rain", "\"wine\" rain"),
        // Exclusions.
        ("sushi -wine", "sushi -wine"),
        ("sushi −wine", "sushi -wine"),
        ("-wine sushi", "sushi -wine"),
        ("sushi -wine, -beer.", "sushi -wine -beer"),
        ("sushi -\"green tea\"", "sushi -\"green tea\""),
        ("sushi -“green tea”", "sushi -\"green tea\""),
        ("sushi -win*", "sushi -\"win\"*"),
        ("sushi -🎉", "sushi -{🎉}"),
        ("-wine", "-wine"),
        ("sushi - wine", "sushi wine"),
        ("sushi --wine", "sushi --wine"),
        ("well-wine", "well-wine"),
        ("-", "{-}"),
        ("->", "{->}"),
        // Prefixes.
        ("wal*", "\"wal\"*"),
        ("wal*, rain", "\"wal\"* rain"),
        ("*wal*", "\"wal\"*"),
        ("wal**", "\"wal\"*"),
        ("w*l", "w*l"),
        ("*", ""),
        ("***", ""),
        ("* rain", "rain"),
    ] {
        assert_eq!(render(query), wanted, "{query}");
    }
}

#[test]
fn symbols_stay_literal_and_punctuation_does_not() {
    for (query, wanted) in [
        ("🎉", "{🎉}"),
        ("🎉 party", "{🎉} party"),
        ("❤️", "{❤}"),
        ("👩‍👩‍👧", "{👩‍👩‍👧}"),
        ("🇩🇪", "{🇩🇪}"),
        ("1️⃣", "{1️⃣}"),
        ("C++", "{C++}"),
        ("c#,", "{c#}"),
        ("50%", "{50%}"),
        ("($20)", "{$20}"),
        ("€", "{€}"),
        ("21°", "{21°}"),
        ("<3", "{<3}"),
        ("R&D", "{R&D}"),
        ("me@home.example", "{me@home.example}"),
        ("#garden", "{#garden}"),
        ("-#garden", "-{#garden}"),
        ("\"50%\"", "{50%}"),
        ("\"!\"", "{!}"),
        ("&", "{&}"),
        (":-)", "{:-)}"),
        ("?", "{?}"),
        ("rock & roll", "rock roll"),
        ("2 + 2", "2 2"),
        ("really ?!", "really"),
        ("rain → snow", "rain {→} snow"),
    ] {
        assert_eq!(render(query), wanted, "{query}");
    }
}

#[test]
fn keys_narrow_the_query() {
    for (query, wanted) in [
        ("tag:garden", "tag=garden"),
        ("TAG:Garden", "tag=garden"),
        ("tags:a,b", "tag=a tag=b"),
        ("tag:#garden seeds", "seeds tag=garden"),
        ("tag:\"sea side\" sand", "sand tag=sea side"),
        ("tag:travel/japan", "tag=travel/japan"),
        ("-tag:work rain", "rain -tag=work"),
        ("tag:a -tag:b", "tag=a -tag=b"),
        ("person:Anna", "person=Anna"),
        ("person:\"Anna Weber\" tea", "tea person=Anna Weber"),
        ("-person:Anna", "-person=Anna"),
        ("on:2024-03-05", "from=2024-03-05 to=2024-03-05"),
        ("date:2024-03-05 rain", "rain from=2024-03-05 to=2024-03-05"),
        ("on: yesterday", "from=2024-03-05 to=2024-03-05"),
        ("on:5 March 2024 rain", "rain from=2024-03-05 to=2024-03-05"),
        ("on:\"5 March 2024\"", "from=2024-03-05 to=2024-03-05"),
        ("before:2024-03-05", "to=2024-03-04"),
        ("after:2024-03-05", "from=2024-03-06"),
        ("before:2024", "to=2023-12-31"),
        ("after:2024", "from=2025-01-01"),
        ("after:2024-01-01 before:2024-02-01 rain", "rain from=2024-01-02 to=2024-01-31"),
        ("after:2024-01-01 after:2024-02-01", "from=2024-02-02"),
        ("(on:2024-03-05)", "(on:2024-03-05)"),
        // What is no key or no date is searched as words.
        ("tag:", "tag:"),
        ("person: who", "person: who"),
        ("on:time", "on:time unread=on:time"),
        ("before:2024-13-45", "before:2024-13-45 unread=before:2024-13-45"),
        ("after: the rain", "after: the rain"),
        ("-on:2024-03-05", "-on:2024-03-05"),
        ("note:garden", "note:garden"),
        ("10:30 train", "10:30 train"),
        ("\"tag:garden\"", "\"tag:garden\""),
    ] {
        assert_eq!(render(query), wanted, "{query}");
    }
}

#[test]
fn a_query_that_is_a_date_names_its_days() {
    for (query, wanted) in [
        ("2024-03-05", Some("2024-03-05..2024-03-05")),
        (" 2024-03-05 ", Some("2024-03-05..2024-03-05")),
        ("5 March 2024", Some("2024-03-05..2024-03-05")),
        ("2024", Some("2024-01-01..2024-12-31")),
        ("yesterday", Some("2024-03-05..2024-03-05")),
        ("2024-03-05 rain", None),
        ("\"2024-03-05\"", None),
        ("-2024", None),
        ("on:2024-03-05", None),
    ] {
        let days = parsed(query).days.map(|days| format!("{}..{}", days.first, days.last));
        assert_eq!(days.as_deref(), wanted, "{query}");
    }
}

#[test]
fn only_words_are_embedded() {
    for (query, wanted) in [
        ("when was I tired?", "when was I tired?"),
        ("sushi -wine tag:food", "sushi"),
        ("\"red house\" mill", "red house mill"),
        ("wal*", "wal"),
        ("tag:garden", ""),
        ("🎉", ""),
        ("2024-03-05", ""),
        ("5 March 2024", "5 March 2024"),
        ("?!", ""),
    ] {
        assert_eq!(parsed(query).meaning, wanted, "{query}");
    }
    assert!(parsed("tag:garden -wine").is_filter_only() && parsed("-wine").is_filter_only());
    assert!(!parsed("*").is_filter_only() && !parsed("rain tag:a").is_filter_only());
}

fn matches(query: &str, text: &str) -> bool {
    LiteralMatcher::new(&parsed(query).terms).matches(&[text])
}

#[test]
fn phrases_and_prefixes_match_whole_words() {
    for (query, text, wanted) in [
        ("\"red house\"", "The Red House by the mill.", true),
        ("\"red house\"", "red,\nhouse", true),
        ("\"red house\"", "The old house had a red mill.", false),
        ("\"red house\"", "red houses", false),
        ("\"red house\"", "hundred house", false),
        ("\"cafe\"", "The Café at noon", true),
        ("\"Cafe\u{301}\"", "CAFÉ", true),
        ("\"don't\"", "I don’t know", true),
        ("\"well-known\"", "a well known face", true),
        ("\"red hou*\"", "a red houseboat", true),
        ("wal*", "Walnuts", true),
        ("wal*", "a small wall", true),
        ("wal*", "a small one", false),
        ("bus*", "but", false),
        ("ΚΑΛ*", "καλημέρα", true),
    ] {
        assert_eq!(matches(query, text), wanted, "{query} in {text}");
    }
}

#[test]
fn symbols_match_themselves() {
    for (query, text, wanted) in [
        ("🎉", "What a day 🎉🎉", true),
        ("🎉", "What a day 🎊", false),
        ("❤", "love ❤️", true),
        ("❤️", "love ❤", true),
        ("👍", "fine 👍🏽", true),
        ("👍🏽", "fine 👍", false),
        ("🇩🇪", "in 🇩🇪 again", true),
        ("1️⃣", "1️⃣ milk", true),
        ("1️⃣", "1 milk", false),
        ("C++", "I learn c++.", true),
        ("C++", "I learn C", false),
        ("C++", "I learn Objective-C++", true),
        ("c#", "c#minor", true),
        ("50%", "50% off", true),
        ("50%", "150% off", false),
        ("$20", "paid $200", false),
        ("#garden", "#gardening", false),
        ("#travel", "#travel/japan", true),
        (":-)", "fine :-) now", true),
        ("<3", "I <3 you", true),
        ("€", "20€", true),
    ] {
        assert_eq!(matches(query, text), wanted, "{query} in {text}");
    }
}

#[test]
fn a_match_is_found_in_the_original_text() {
    let matcher = LiteralMatcher::new(&parsed("❤").terms);
    let text = "Äpfel, ❤️ und Rüben";

    assert_eq!(&text[matcher.find(text).unwrap()], "❤");
    assert_eq!(matcher.find("Äpfel"), None);
}

#[test]
fn symbols_are_indexed_once_each() {
    assert_eq!(symbol_words("🎉 C++ & 🎉, a-b. “x” 東京!"), ["x26", "x2b", "x1f389"]);
    assert!(symbol_words("Plain words; with (punctuation) – and 'quotes'… 東京。").is_empty());
}

proptest! {
    #[test]
    fn every_text_is_a_query(text in "\\PC{0,60}", from in 0usize..8) {
        let openings = ["", "\"", "-", "tag:", "on:", "-\"", "person:\"", "before: "];
        let query = parsed(&format!("{}{text}", openings[from]));
        let terms = query.terms.iter().chain(&query.excluded);
        prop_assert!(terms.clone().all(|term| !term.text().trim().is_empty()), "{query:?}");
        let matcher = LiteralMatcher::new(&query.terms);
        if let Some(place) = matcher.find(&text) {
            prop_assert!(text.get(place).is_some());
        }
    }
}
