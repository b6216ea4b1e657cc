//! Invalid entry dates in arguments, front matter, text and file names.

use crate::support::World;

/// Returns dates outside the allowed range: long ago, and at the end of next year.
fn out_of_range_dates(world: &World) -> [String; 2] {
    let id = world.ada().write("today", "2024-01-01").to_string();
    let stamp = world.json(&["show", &id])["created_at"].as_str().unwrap().to_owned();
    let year: i32 = stamp[..4].parse().unwrap();
    ["1400-06-15".to_owned(), format!("{}-12-31", year + 1)]
}

#[test]
fn an_out_of_range_date_is_refused_in_every_place() {
    let world = World::new();
    let days = out_of_range_dates(&world);

    for day in &days {
        world.run(&["write", "A day.", "--date", day]).refused(2).says(day).says("allowed range");
        let plain = world.file("plain.md", "Nothing about days.");
        world.run(&["ingest", plain.to_str().unwrap(), "--date", day]).refused(2).says(day);
        world.run(&["edit", "1", "--date", day]).refused(2).says(day);
        let places = [
            ("front.md".to_owned(), format!("---\ndate: {day}\n---\nA day.")),
            ("text.md".to_owned(), format!("{day}\n\nA day.")),
            (format!("{day} notes.md"), "A day.".to_owned()),
        ];
        for (name, text) in places {
            let path = world.file(&name, text);
            world.run(&["ingest", path.to_str().unwrap()]).refused(2).says(day).says(&name);
        }
    }

    assert_eq!(world.json(&["list"])["total"], 1);
}

#[test]
fn a_malformed_date_is_refused() {
    let world = World::new();
    let file = world.file("plain.md", "Nothing about days.");

    for wrong in ["2024-13-01", "2024-02-30", "20241301", "32.1.2024", "someday", "", "5 Marchtember 2024", "99:99"] {
        world.run(&["write", "A day.", "--date", wrong]).refused(2);
        world.run(&["ingest", file.to_str().unwrap(), "--date", wrong]).refused(2);
        world.run(&["search", "day", "--from", wrong]).refused(2);
        world.run(&["list", "--to", wrong]).refused(2);
        world.run(&["stats", "--from", wrong]).refused(2);
    }
    world.run(&["write", "A day.", "--date", "last month"]).refused(2).says("more than one day");
    world.run(&["list", "--from", "2024-02-02", "--to", "2024-02-01"]).refused(2).says("swap");

    assert_eq!(world.json(&["list"])["total"], 0);
}
