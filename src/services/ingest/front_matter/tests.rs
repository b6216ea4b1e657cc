use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::error::ErrorKind;

/// Spellings of the tag `private`, one block each.
const PRIVATE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/private_tags.txt"));

fn head(block: &str) -> FrontMatter {
    split(&format!("---\n{block}\n---\nx")).unwrap().0
}

fn tags(block: &str) -> Vec<String> {
    head(block).tags
}

fn read(text: &str) -> (Option<Date>, Option<String>, &str) {
    let (found, body) = split(text).unwrap();
    (legacy_date(&found).unwrap(), found.title, body)
}

#[test]
fn date_and_title_are_read_and_removed_from_the_body() {
    let text = "---\ntitle: Rain\ndate: 2026-05-12\ntags: [a, b]\n---\n\nIt rained.\n";

    let found = read(text);

    assert_eq!(found, (Some(date(2026, 5, 12)), Some("Rain".into()), "\nIt rained.\n"));
}

#[test]
fn a_tag_is_read_in_every_spelling() {
    let blocks: Vec<&str> = PRIVATE.trim_end_matches('\n').split("\n%%%\n").collect();
    assert!(blocks.len() >= 40);
    for block in blocks {
        for ending in ["\n", "\r\n", "\r"] {
            let text = format!("---\n{block}\n---\nTold Kari.").replace('\n', ending);

            let (found, body) = split(&text).unwrap();

            assert!(found.tags.iter().any(|tag| tag == "private"), "{block:?}: {:?}", found.tags);
            assert!(body.ends_with("Told Kari.") && found.tags.len() <= 8, "{block:?}");
        }
    }
}

#[test]
fn a_tag_is_read_next_to_other_broken_lines() {
    let before = ["title: A: b\n", "aliases:\n\t- x\n", "x: \"unbalanced\n", "a: [1, 2\n", "no key\n", "\n# c\n\n"];
    let after = ["", "\nmood: a: b", "\nno key", "\nx: \"y", "\n- stray item", "\nlist:\n\t- z\n"];
    for block in PRIVATE.trim_end_matches('\n').split("\n%%%\n") {
        for (before, after) in before.iter().flat_map(|before| after.map(|after| (before, after))) {
            for end in ["---\n", "...\n", ""] {
                let text = format!("---\n{before}{block}{after}\n{end}\nTold Kari.");
                // Refused notes are not stored.
                let Ok((found, body)) = split(&text) else { continue };
                assert!(found.tags.iter().any(|tag| tag == "private"), "{text}: {:?}", found.tags);
                assert!(body.ends_with("Told Kari."), "{text}");
            }
        }
    }
}

#[test]
fn tags_are_a_list_or_a_line() {
    assert_eq!(tags("tags: [Work, private, work]"), ["private", "work"]);
    assert_eq!(tags("tags:\n  - Private\n  - sea side"), ["private", "sea side"]);
    assert_eq!(tags("Tags: Private, sea side"), ["private", "sea side"]);
    assert_eq!(tags("tags: sea side"), ["sea", "side"]);
    assert_eq!(tags("category: sea side"), ["sea", "sea side", "side"]);
    assert_eq!(tags("tags: [2024, 007, 1.50, ~]"), ["007", "1.50", "2024"]);
    assert_eq!(tags("tags: c++, c#, life/health"), ["c#", "c++", "life/health"]);
    assert_eq!(tags("tags: [\"#sea side#\"]"), ["sea side"]);
    for none in ["tags:", "tags: []", "tags: ''", "tags: ~", "tags: # none yet", "tags: {{tags}}", "title: x"] {
        assert!(tags(none).is_empty(), "{none}");
    }
    for none in ["tags: {private: no}", "note:\n  - tags: [a]", "tags:\n  - a\n  #- private\n"] {
        assert!(!tags(none).contains(&"private".to_owned()), "{none}");
    }
}

#[test]
fn nested_maps_give_nested_tags() {
    assert_eq!(tags("tags: {life: [health, work]}"), ["life/health", "life/work"]);
    assert_eq!(tags("tags:\n- life:\n  - health\n- sea"), ["life/health", "sea"]);
    assert_eq!(tags("title: a: b\ntags:\n\tlife:\n\t\t- health\n\tsea:"), ["life/health", "sea"]);
    assert_eq!(tags("tags: {life: [health}"), ["life/health"]);
    assert_eq!(tags("tags: {a: {b: c}}"), ["a/b/c"]);
}

#[test]
fn tags_that_cannot_be_read_refuse_the_note() {
    let (long, many) = ("x".repeat(51), (0..51).map(|n| n.to_string()).collect::<Vec<_>>().join(", "));
    let filler = "note: x\n".repeat(3000);
    for block in [
        format!("tags: [{long}]"),
        format!("title: a: b\ntags: {long}"),
        format!("tags: [{many}]"),
        "title: a: b\ntags: {work: no}".to_owned(),
        "title: a: b\nx: &a [private]\ntags: *a".to_owned(),
        "tags: [\"a\\u0007b\"]".to_owned(),
        format!("{filler}tags: [private]"),
    ] {
        let refused = split(&format!("---\n{block}\n---\nbody")).unwrap_err();

        assert_eq!((refused.kind(), refused.wire_code()), (ErrorKind::Invalid, "unreadable_tags"), "{block}");
        assert!(refused.hint_text().is_some() && !refused.to_string().contains("private"));
    }
    assert!(split(&format!("---\n{filler}tags: [private]\n\nnever closed")).is_err());
}

#[test]
fn an_unclosed_block_is_a_rule_unless_it_has_tags() {
    assert_eq!(read("---\ntitle: never closed\n\nIt rained."), (None, None, "---\ntitle: never closed\n\nIt rained."));
    let (found, body) = split("---\ntitle: Rain\ntags: [private]\n\nIt rained.").unwrap();
    assert_eq!((found.tags, body), (vec!["private".to_owned()], "It rained."));
    let text = "---\ntags: [private]\nIt rained.\nAll of the day.\n\nAnd more.";
    let (found, body) = split(text).unwrap();
    assert_eq!((found.tags, body), (vec!["private".to_owned()], text));
}

#[test]
fn dates_are_listed_by_precedence_as_written() {
    let block = "Date Created: 5 March 2024\npublished: 2024-03-07\ncreated_at: 2024-03-06T23:30:00Z\n\
        date: \"[[2024-03-05]]\"\ntime: 7:30 PM\nupdated: 2024-04-01";
    let found = head(block);

    let dates: Vec<_> = found.dates.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
    assert_eq!(
        dates,
        [
            ("date", "2024-03-05"),
            ("created_at", "2024-03-06T23:30:00Z"),
            ("Date Created", "5 March 2024"),
            ("published", "2024-03-07")
        ]
    );
    assert_eq!(found.time.as_deref(), Some("7:30 PM"));
    let kept: Vec<_> = found.properties.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(kept, ["updated", "created_at", "Date Created", "published"], "what does not date the entry is kept");
    for (written, text) in [
        ("date: 20240305", "20240305"),
        ("date: 2024/03/05", "2024/03/05"),
        ("date: 2024-03-05 7:30 PM", "2024-03-05 7:30 PM"),
        ("date: March 5, 2024", "March 5, 2024"),
        ("date: [[2024-03-05]]", "2024-03-05"),
        ("DATE: '05.03.2024'", "05.03.2024"),
        ("creation-date: 2024-3-5", "2024-3-5"),
        ("dateCreated: 05.03.24", "05.03.24"),
        ("journal-day: 2024-03-05", "2024-03-05"),
    ] {
        assert_eq!(head(written).dates[0].1, text, "{written}");
    }
    for none in ["date:", "date: {{date}}", "date: <% tp.date.now() %>", "date: {start: 2024-03-05}"] {
        assert!(head(none).dates.is_empty(), "{none}");
    }
}

#[test]
fn created_is_used_when_date_is_absent() {
    let day = |block: &str| legacy_date(&head(block)).unwrap();

    assert_eq!(day("created: 2026-05-12T10:00"), Some(date(2026, 5, 12)));
    assert_eq!(day("created: 2026-05-11\ndate: 2026-05-12"), Some(date(2026, 5, 12)));
    for none in ["created: once", "created:"] {
        assert_eq!(day(none), None, "{none}");
    }
    assert_eq!(legacy_date(&head("date: yesterday")).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn unknown_keys_are_kept_as_properties() {
    let found = head(
        "mood: 4\nrating: 1.50\nweather: {sky: grey, wind: 3}\naliases: [a, b]\nphone: 0123\ndone: true\nid: 7\n\
        source: book\nempty:\nweather: rain",
    );

    let expected = json!([
        ["mood", 4], ["rating", "1.50"], ["weather", [{"sky": "grey", "wind": 3}, "rain"]], ["aliases", ["a", "b"]],
        ["phone", "0123"], ["done", true], ["id", 7], ["source", "book"]
    ]);
    assert_eq!(json!(found.properties), expected);
    let lenient = head("title: a: b\nmood: 4\naliases:\n\t- a\n\t- b\nsummary: first\nand second");
    assert_eq!(
        json!(lenient.properties),
        json!([["mood", 4], ["aliases", ["a", "b"]], ["summary", "first\nand second"]])
    );
    let own = head("date: 2026-05-12\nsource: text_entry\nid: 7\noriginals: [\"../media/a.jpg\"]\nmood: 4");
    assert_eq!(json!(own.properties), json!([["mood", 4]]), "keys of an exported entry are not its properties");
}

#[test]
fn too_many_properties_refuse_the_note() {
    let many = (0..101).map(|n| format!("key{n}: x\n")).collect::<Vec<_>>().concat();
    let bomb = format!("a: &a {}\nb: [{}]", "x".repeat(8000), ["*a"; 20].join(", "));

    for block in [many, bomb] {
        let refused = split(&format!("---\n{block}\n---\nx")).unwrap_err();

        assert_eq!(refused.wire_code(), "too_many_properties");
    }
}

#[test]
fn toml_and_property_lines_are_read_the_same_way() {
    let text = "+++\ntitle = \"Rain\"\ndate = 2026-05-12T07:00:00Z\ntags = [\"private\"]\n[extra]\nmood = 4\n+++\nbody";
    let (found, body) = split(text).unwrap();
    assert_eq!((found.title.as_deref(), body), (Some("Rain"), "body"));
    assert_eq!((&*found.dates[0].1, &found.tags[..]), ("2026-05-12T07:00:00Z", &["private".to_owned()][..]));
    assert_eq!(json!(found.properties), json!([["extra", { "mood": 4 }]]));
    assert_eq!(split("+++\ntags = [private\n+++\nbody").unwrap().0.tags, ["private"]);

    for text in [
        "tags:: private, [[work]]\ntitle:: Rain\nmood:: 4\nbody",
        "- tags:: #private #work\n  title:: Rain\n  mood:: 4\nbody",
        "[tags:: private, work]\n**title**:: Rain\nmood:: 4\nbody",
        "---\ntitle: Rain\n---\n\ntags:: private, work\nmood:: 4\nbody",
    ] {
        let (found, body) = split(text).unwrap();
        assert_eq!((&found.tags[..], body), (&["private".to_owned(), "work".to_owned()][..], "body"), "{text}");
        assert_eq!((found.title.as_deref(), json!(found.properties)), (Some("Rain"), json!([["mood", 4]])), "{text}");
    }
    for body in ["std::mem::swap(a, b)", "So he said:: nothing:: x", "mood:: 4", "text\ntags:: private"] {
        assert_eq!(read(body), (None, None, body));
    }
}

#[test]
fn marker_lines_carriage_returns_and_bom_are_accepted() {
    for text in [
        "\u{feff}---\r\nDate: '2026-05-12'\r\n...\r\nIt rained.",
        "\n\n---\ndate: 2026-05-12\n---\nIt rained.",
        " ---\n date: 2026-05-12\n ---\nIt rained.",
        "---yaml\ndate: 2026-05-12\n---  \nIt rained.",
        "---\n# a comment\ndate: 2026-05-12\n---\nIt rained.",
        "---toml\ndate = 2026-05-12\n---\nIt rained.",
    ] {
        assert_eq!(read(text), (Some(date(2026, 5, 12)), None, "It rained."), "{text:?}");
    }
}

#[test]
fn a_text_that_starts_with_a_rule_is_all_body() {
    for text in [
        "",
        "---",
        "---\n",
        "---\n---\nnothing between",
        "---\nJust a paragraph.\n---\nAnother.",
        "---\nHe said: no: never.\nThen he left.\n---\nAnother.",
        "---\n- a list\n- of things\n---\n",
        "---\ntitle: never closed\n\nIt rained.",
        "----\ntitle: four dashes\n---\n",
        "Text\n---\ntitle: below\n---\n",
        "---\n: : :\n\t- x\n---\nbody",
        "---\na: *nowhere\n---\nbody",
        "---\na: 1\n--- b\n---\nbody",
        "+++\nnot toml\n+++\nbody",
    ] {
        assert_eq!(read(text), (None, None, text));
    }
}

#[test]
fn keys_without_a_value_count_as_absent() {
    assert_eq!(read("---\ndate:\ntitle: ~\n---\nx"), (None, None, "x"));
    assert_eq!(read("---\ntitle: '  '\n---\nx"), (None, None, "x"));
    assert_eq!(read("---\ntitle: {{title}}\n---\nx"), (None, None, "x"));
    assert_eq!(read("---\ntitle: 'null'\n---\nx").1.as_deref(), Some("null"));
}

#[test]
fn nested_dates_and_titles_are_ignored() {
    let text = "---\nsource: {date: never, title: Other}\nlist:\n  - title: Third\n<<: {title: Merged}\n\
        template: {{title}}\ntitle: Mine\n---\nx";

    assert_eq!(read(text), (None, Some("Mine".into()), "x"));
}

#[test]
fn a_title_is_one_line_of_200_code_points() {
    let long = "𝒂".repeat(300);

    assert_eq!(read("---\ntitle: \"a\\nb\\tc\\u0007d\"\n---\n").1.as_deref(), Some("a b c d"));
    for plain in ["2026", "1.50", "007", "No", "True", "0x1F", "1_000", "1e999", ".inf", "a: b: c", "[unbalanced"] {
        assert_eq!(read(&format!("---\ntitle: {plain}\nother: {plain}\n---\n")).1.as_deref(), Some(plain));
    }
    assert_eq!(read(&format!("---\ntitle: {long}\n---\n")).1.unwrap().chars().count(), 200);
}

#[test]
fn a_huge_block_without_tags_is_body() {
    let text = format!("---\nnote: {}\n---\nbody", "x".repeat(MAX_BLOCK));

    assert_eq!(read(&text).2, text);
}

#[test]
fn an_alias_bomb_and_deep_nesting_are_not_expanded() {
    let mut bomb = String::from("---\na: &a [x, x, x, x, x, x, x, x]\n");
    for (name, of) in ('b'..='z').zip('a'..) {
        let line = format!("{name}: &{name} [{}]\n", [format!("*{of}").as_str(); 8].join(", "));
        bomb.push_str(&line);
    }
    bomb += "title: Boom\n---\nbody";
    let deep = format!("---\na: {}{}\n---\nbody", "[".repeat(8000), "]".repeat(8000));

    assert_eq!(read(&bomb), (None, Some("Boom".into()), "body"));
    assert_eq!(read("---\na: &a Rain\nb: [*a, *a]\ntitle: *a\n---\nx"), (None, Some("Rain".into()), "x"));
    assert_eq!(read(&deep), (None, None, &*deep));
}

proptest! {
    #[test]
    fn any_text_is_split_at_its_end(text in "(---\n)?(tags: )?(\\PC|[\n:\\-\\[{&*'\"|>#%]){0,60}(\n---\n)?\\PC{0,20}") {
        if let Ok((found, body)) = split(&text) {
            prop_assert!(text.ends_with(body));
            prop_assert!(found.title.is_none_or(|title| !title.is_empty() && !title.contains('\n')));
        }
    }

    #[test]
    fn a_tag_is_read_whatever_else_is_broken(
        before in "[a-z]{1,8}: [^\n\r]{0,30}",
        after in "[a-z]{1,8}: [^\n\r]{0,30}",
    ) {
        let text = format!("---\n{before}\ntags: [private]\n{after}\n---\nbody");
        if let Ok((found, _)) = split(&text) {
            prop_assert!(found.tags.iter().any(|tag| tag == "private"), "{text}: {:?}", found.tags);
        }
    }
}
