//! Tags: filters of lists, statistics and searches, the tag list, and renaming.

use serde_json::{Value, json};

use crate::support::World;

/// Creates a journal with an entry per day of May 2024 and tags.
fn world() -> World {
    let world = World::new();
    for (day, text, tags) in [
        (1, "Sowed seeds on the sill.", &["garden", "spring"][..]),
        (2, "Bread and a garden of cheese.", &[]),
        (3, "The gardener called.", &["garden", "work"]),
        (4, "Kyoto in the rain.", &["travel/japan"]),
        (5, "Packed for the trip.", &["Travel", "Café"]),
        (6, "Nothing new.", &["travels"]),
    ] {
        let id = world.ada().write(text, &format!("2024-05-{day:02}")).to_string();
        for tag in tags {
            world.ok(&["edit", &id, "--tag", tag]);
        }
    }
    world
}

fn days(page: &Value) -> Vec<u32> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["entry_date"].as_str().unwrap()[8..].parse().unwrap()).collect()
}

#[test]
fn lists_searches_and_totals_are_filtered_by_tag() {
    let world = world();

    for (flags, wanted) in [
        (&["--tag", "garden"][..], &[3, 1][..]),
        (&["--tag", "GARDEN"], &[3, 1]),
        (&["--tag", "#garden"], &[3, 1]),
        (&["--tag", "garden", "--tag", "work"], &[3]),
        (&["--tag", "garden", "--without-tag", "work"], &[1]),
        (&["--without-tag", "garden"], &[6, 5, 4, 2]),
        (&["--without-tag", "garden", "--without-tag", "travel"], &[6, 2]),
        (&["--tag", "travel"], &[5, 4]),
        (&["--tag", "travel/japan"], &[4]),
        (&["--tag", "cafe\u{301}"], &[5]),
        (&["--tag", "garden", "--from", "2024-05-02"], &[3]),
        (&["--tag", "none"], &[]),
    ] {
        let listed = world.json(&[&["list"], flags].concat());
        assert_eq!(days(&listed), wanted, "list {flags:?}");
        assert_eq!(listed["total"], wanted.len(), "{flags:?}");
        let stats = world.json(&[&["stats"], flags].concat());
        assert_eq!(stats["total_entries"], wanted.len(), "stats {flags:?}");
        let found = world.json(&[&["search", "--limit", "50", "after:2024"], flags].concat());
        let found = found["items"].as_array().unwrap().len();
        assert_eq!(found, 0, "no entry is after 2024");
        let found = world.json(&[&["search", "--limit", "50", "before:2030"], flags].concat());
        assert_eq!(days(&found), wanted, "search {flags:?}");
    }
    assert_eq!(world.json(&["list", "--tag", "garden", "--limit", "1"])["total"], 2);
    assert_eq!(days(&world.json(&["list", "--tag", "garden", "--limit", "1", "--offset", "1"])), [1]);
    assert_eq!(world.json(&["list"])["items"][1]["tags"], json!(["café", "travel"]));
    world.run(&["list", "--tag", "a,b"]).refused(2);
    world.run(&["list", "--tag", ""]).refused(2);
}

#[test]
fn a_search_by_tag_finds_the_tagged_entries_alone() {
    let world = world();
    let found = |query: &str| days(&world.json(&["search", "--limit", "50", query]));

    assert_eq!(found("tag:garden"), [3, 1]);
    assert_eq!(found("tag:garden -tag:work"), [1]);
    assert_eq!(found("tag:travel"), [5, 4]);
    assert_eq!(found("tag:garden seeds")[0], 1);
    assert!(found("tag:garden cheese").iter().all(|day| [1, 3].contains(day)), "by meaning neither");
    assert_eq!(found("#garden"), [3, 1]);
    assert_eq!(found("tag:none"), [0; 0]);
    let spring = world.json(&["search", "spring"]);
    assert_eq!((days(&spring)[0], &spring["items"][0]["exact"]), (1, &json!(true)), "a tag is searched as a word");
    world.ok(&["edit", "1", "--untag", "spring"]);
    assert_eq!(
        world.json(&["search", "spring"])["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|hit| hit["exact"] == true)
            .count(),
        0
    );
}

#[test]
fn tags_are_counted_and_renamed() {
    let world = world();
    let counts = || {
        let listed = world.json(&["tag", "list"]);
        let items = listed["items"].as_array().unwrap().iter();
        items.map(|one| format!("{} {}", one["tag"].as_str().unwrap(), one["entries"])).collect::<Vec<_>>()
    };
    assert_eq!(counts(), ["café 1", "garden 2", "spring 1", "travel 1", "travel/japan 1", "travels 1", "work 1"]);

    let planned = world.json(&["tag", "rename", "travel", "trips", "--dry-run"]);
    assert_eq!(planned, json!({ "tag": "travel", "renamed_to": "trips", "entries": 2, "merged": false }));
    assert_eq!(counts()[3], "travel 1", "a dry run changes nothing");
    let renamed = world.run(&["tag", "rename", "Travel", "trips"]).ok();
    assert_eq!(renamed.stdout, "Renamed travel to trips in 2 entries\n");
    assert_eq!(counts(), ["café 1", "garden 2", "spring 1", "travels 1", "trips 1", "trips/japan 1", "work 1"]);
    assert_eq!(days(&world.json(&["search", "tag:trips"])), [5, 4]);
    assert_eq!(days(&world.json(&["list", "--tag", "trips"])), [5, 4]);

    let merged = world.json(&["tag", "rename", "work", "garden"]);
    assert_eq!((&merged["entries"], &merged["merged"]), (&json!(1), &json!(true)));
    assert_eq!(world.json(&["show", "3"])["tags"], json!(["garden"]));
    let actions = world.json(&["activity"]).to_string();
    assert!(actions.contains("TAG_RENAMED") && !actions.contains("trips"), "{actions}");
    world.run(&["tag", "rename", "nosuch", "other"]).refused(3);
    world.run(&["tag", "rename", "garden", "garden"]).refused(2);
    world.run(&["tag", "rename", "garden", "a,b"]).refused(2);
}

#[test]
fn a_tag_that_a_key_excludes_is_renamed_only_with_the_key() {
    let world = world();
    let ada = world.ada();
    ada.json(&["key", "add", "assistant", "--read-only", "--without-tag", "travel"]);

    for (tag, to) in [("travel", "trips"), ("travel/japan", "japan")] {
        let run = world.run(&["tag", "rename", tag, to]).refused(4);
        assert!(run.stderr.contains("assistant") && run.stderr.contains("journal key revoke 1"), "{run:#?}");
    }
    world.ok(&["tag", "rename", "travel/japan", "travel/kyoto"]);
    world.ok(&["tag", "rename", "garden", "travel/garden"]);
    world.ok(&["key", "revoke", "1"]);
    world.ok(&["tag", "rename", "travel", "trips"]);
}

#[test]
fn a_key_that_excludes_a_tag_sees_nothing_below_it() {
    let world = world();
    let created = world.ada().json(&["key", "add", "assistant", "--read-only", "--without-tag", "#Travel"]);
    let key = created["key"].as_str().unwrap();
    let json = |args: &[&str]| {
        world.run_with(&[args, &["--json"]].concat(), &[("JOURNAL_API_KEY", key)], None).ok().document()
    };

    assert_eq!(days(&json(&["list"])), [6, 3, 2, 1]);
    assert_eq!(json(&["list", "--tag", "travel"])["total"], 0);
    assert_eq!(json(&["stats", "--tag", "travel/japan"])["total_entries"], 0);
    for query in [
        "kyoto",
        "tag:travel",
        "tag:travel/japan",
        "-tag:garden",
        "kyo*",
        "\"kyoto in the rain\"",
        "2024-05-04",
        "on:2024-05-05",
        "before:2030",
        "#travel",
        "person:Kyoto",
        "-zebra",
        "trip -zebra",
        "travel",
    ] {
        let found = days(&json(&["search", "--limit", "50", query]));
        assert!(!found.contains(&4) && !found.contains(&5), "{query}: {found:?}");
    }
    let tags = json(&["tag", "list"]).to_string();
    assert!(tags.contains("travels") && !tags.contains("\"travel\"") && !tags.contains("japan"), "{tags}");
    world.run_with(&["tag", "rename", "garden", "plot"], &[("JOURNAL_API_KEY", key)], None).refused(6);
}
