//! Query language of `journal search`: phrases, exclusions, prefixes, symbols, tags, persons and days.

use serde_json::{Value, json};

use crate::support::{World, people};

/// Returns the days of the hits, in their order.
fn days(world: &World, query: &str) -> Vec<String> {
    let found = world.json(&["search", "--limit", "50", query]);
    days_of(&found, |_| true)
}

/// Returns the days of the exact hits, sorted.
fn exact(world: &World, query: &str) -> Vec<String> {
    let found = world.json(&["search", "--limit", "50", query]);
    let mut days = days_of(&found, |hit| hit["exact"] == true);
    days.sort();
    days
}

fn days_of(found: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let hits = found["items"].as_array().unwrap().iter().filter(|hit| wanted(hit));
    hits.map(|hit| hit["entry_date"].as_str().unwrap().to_owned()).collect()
}

/// Creates a journal with one entry per day of March 2024.
fn world(texts: &[&str]) -> World {
    let world = World::new();
    for (position, text) in texts.iter().enumerate() {
        world.ada().write(text, &day(position + 1));
    }
    world
}

fn day(number: usize) -> String {
    format!("2024-03-{number:02}")
}

fn numbered(numbers: &[usize]) -> Vec<String> {
    numbers.iter().map(|number| day(*number)).collect()
}

#[test]
fn excluded_words_are_in_no_hit() {
    let world = world(&[
        "Sushi with Kari, and plenty of wine.",
        "Sushi with Kari, and green tea.",
        "Wines of the valley, tasted at noon.",
        "Green tea and a long walk.",
        "A café where they sing.",
    ]);

    for (query, wanted) in [
        ("sushi -wine", vec![2]),
        ("sushi −wine", vec![2]),
        ("sushi -\"green tea\"", vec![1]),
        ("sushi -“green tea”", vec![1]),
        ("sushi -win*", vec![2]),
        ("-sushi tea", vec![4]),
        ("tea -sushi -walk", vec![]),
        ("-sushi", vec![3, 4, 5]),
        ("-sushi -tea -cafe", vec![3]),
    ] {
        assert_eq!(exact(&world, query), numbered(&wanted), "{query}");
    }
    // By meaning neither: an entry with the excluded word comes back in no way.
    for query in ["sushi -wine", "drinking with friends -wine", "alcohol -\"plenty of\" -win*"] {
        let found = days(&world, query);
        assert!(!found.contains(&day(1)), "{query}: {found:?}");
    }
    assert_eq!(days(&world, "-wine").len(), 3, "the other entries, newest first");
    assert_eq!(days(&world, "-wine")[0], day(5));
}

#[test]
fn quotes_are_a_phrase() {
    let world = world(&[
        "The old house had a red mill door.",
        "The red house by the old mill.",
        "Red.\nHouse of cards, she said.",
        "The red houses of the harbour.",
        "Déjà vu: I don’t know the red-house sign.",
    ]);

    for (query, wanted) in [
        ("\"red house\"", vec![2, 3, 5]),
        ("“red house”", vec![2, 3, 5]),
        ("„red house“", vec![2, 3, 5]),
        ("«red house»", vec![2, 3, 5]),
        ("\"RED  House\"", vec![2, 3, 5]),
        ("\"red hous*\"", vec![2, 3, 4, 5]),
        ("\"red house\" mill", vec![2]),
        ("\"deja vu\"", vec![5]),
        ("\"don't know\"", vec![5]),
        ("\"house red\"", vec![]),
        ("\"red house", vec![1, 2, 3, 4, 5]),
    ] {
        assert_eq!(exact(&world, query), numbered(&wanted), "{query}");
        if query.ends_with(['"', '”', '“', '»']) {
            assert_eq!(
                days(&world, query).len(),
                wanted.len(),
                "a phrase is also required of hits by meaning: {query}"
            );
        }
    }
}

#[test]
fn a_star_finds_words_by_their_beginning() {
    let world = world(&[
        "Walnuts and a wallet.",
        "We walked along the wall.",
        "The university of the universe.",
        "Happiness comes in daytime.",
        "The bus was late, but we built a fire.",
    ]);

    for (query, wanted) in [
        ("wal*", vec![1, 2]),
        ("WALN*", vec![1]),
        ("walke*", vec![2]),
        ("universi*", vec![3]),
        ("happine*", vec![4]),
        ("day*", vec![4]),
        ("bus*", vec![5]),
        ("bu*", vec![5]),
        ("wal* along", vec![2]),
        ("zz*", vec![]),
    ] {
        assert_eq!(exact(&world, query), numbered(&wanted), "{query}");
    }
}

#[test]
fn emoji_and_symbols_match_themselves() {
    let world = world(&[
        "Party all night 🎉🎉",
        "Love ❤️ and a thumb 👍🏽",
        "Learning C++ this week, 50% done.",
        "Learning C, paid 20€ → too much.",
        "Fine :-) with #garden and 🇩🇪",
    ]);

    for (query, wanted) in [
        ("🎉", vec![1]),
        ("🎊", vec![]),
        ("❤", vec![2]),
        ("❤️", vec![2]),
        ("👍", vec![2]),
        ("🇩🇪", vec![5]),
        ("c++", vec![3]),
        ("50%", vec![3]),
        ("€", vec![4]),
        ("20€", vec![4]),
        ("→", vec![4]),
        (":-)", vec![5]),
        ("#garden", vec![5]),
        ("learning -c++", vec![4]),
        ("🎉 party", vec![1]),
        ("🎉 learning", vec![]),
    ] {
        assert_eq!(exact(&world, query), numbered(&wanted), "{query}");
    }
    let marked = &world.json(&["search", "🎉"])["items"][0]["snippet"];
    assert_eq!(marked, "Party all night \u{2}🎉\u{3}🎉");
    world.ok(&["edit", "1", "--title", "Plain ☂"]);
    assert_eq!(exact(&world, "☂"), numbered(&[1]), "an edit changes the symbols");
}

#[test]
fn a_query_that_is_a_day_shows_that_day_first() {
    let world = world(&["First.", "Second, about 2024-03-04.", "Third.", "Walked along the quay.", "Slept."]);
    world.ada().write("Swam.", "2023-07-01");
    world.ada().write("Also on the fourth.", &day(4));

    let found = days(&world, "2024-03-04");
    assert_eq!(found[..3], [day(4), day(4), day(2)], "the day, then the entries with the words");
    let texts = world.json(&["search", "2024-03-04"]);
    assert_eq!(texts["items"][0]["text"], "Walked along the quay.", "in the order of writing");
    for query in ["4 March 2024", "on:2024-03-04", "date:2024-03-04", "on:\"4 March 2024\"", "on: 4 March 2024"] {
        assert_eq!(days(&world, query)[0], day(4), "{query}");
    }
    assert_eq!(days(&world, "on:2024-03-04").len(), 2);
    assert_eq!(days(&world, "2023"), ["2023-07-01"]);
    assert_eq!(days(&world, "2023-07")[0], "2023-07-01");
    assert_eq!(days(&world, "before:2024"), ["2023-07-01"]);
    assert_eq!(days(&world, "after:2024-03-03 before:2024-03-05").len(), 2);
    assert_eq!(days(&world, "after:2024-03-03 slept -walked"), numbered(&[5]));
    world.ok(&["write", "Today's words."]);
    assert_eq!(world.json(&["search", "today"])["items"][0]["text"], "Today's words.");
    let run = world.run(&["search", "before:lunch"]).ok();
    assert!(run.stderr.contains("`before:lunch` is no date"), "{run:#?}");
}

#[test]
fn a_person_is_found_by_name_and_alias() {
    let world = World::new();
    let ada = world.ada();
    let mut document = json!({
        "entries": [
            people::entry(1, "2024-03-01", "Tea with Annie."), people::entry(2, "2024-03-02", "Joanna called."),
            people::entry(3, "2024-03-03", "Anna Weber and I swam."), people::entry(4, "2024-03-04", "Nobody here."),
        ],
        "entities": [
            people::entity(1, "person", "Anna Weber", &["annie"]), people::entity(2, "person", "Joanna", &[]),
            people::entity(3, "place", "Nobody", &[]),
        ],
        "mentions": [
            people::mention(1, 1, 1, "Annie"), people::mention(2, 2, 2, "Joanna"), people::mention(3, 1, 3, "Anna Weber"),
        ],
    });
    document = people::document(&document);
    people::import_document(ada, &document);

    for (query, wanted) in [
        ("person:Anna", vec![1, 3]),
        ("person:annie", vec![1, 3]),
        ("person:\"Anna Weber\"", vec![1, 3]),
        ("person:Joanna", vec![2]),
        ("person:Anna swam", vec![3]),
        ("-person:Anna", vec![2, 4]),
        // Without such a person, the name is searched in the texts.
        ("person:Nobody", vec![4]),
        ("person:Zebulon", vec![]),
    ] {
        assert_eq!(exact(&world, query), numbered(&wanted), "{query}");
    }
}

#[test]
fn weak_hits_are_separated() {
    let world = world(&["Aunt Vera passed away in her sleep.", "We drove north for the funeral.", "Planted radishes."]);

    let near = world.ok(&["search", "who died in my family"]);
    assert!(near.starts_with("nothing matches exactly; nearest:\n"), "{near}");
    let both = world.ok(&["search", "funeral"]);
    assert!(both.starts_with("  1. 2024-03-02"), "{both}");
    if both.lines().count() > 2 {
        assert!(both.contains("\nnear in meaning:\n"), "{both}");
    }
    let tagged = world.ok(&["search", "tag:none"]);
    assert!(tagged.is_empty(), "{tagged}");
    let items = world.json(&["search", "funeral"]);
    assert_eq!(items["items"][0]["exact"], true);
    assert!(items["items"].as_array().unwrap().iter().skip(1).all(|hit| hit["exact"] == false), "{items}");
}

#[test]
fn an_old_journal_finds_symbols_before_it_is_reindexed() {
    let world = world(&["Party 🎉", "No party."]);

    assert_eq!(exact(&world, "🎉"), numbered(&[1]));
    world.ok(&["reindex", "--fts"]);
    assert_eq!(exact(&world, "🎉"), numbered(&[1]));
    assert_eq!(exact(&world, "party -🎉"), numbered(&[2]));
}
