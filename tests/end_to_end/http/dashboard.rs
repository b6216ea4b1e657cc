//! Dashboard charts and totals.

use serde_json::{Value, json};

use crate::http::entries::{ada, bob, store_entry};
use crate::support::World;
use crate::support::server::Client;

fn store_entries(client: &Client) {
    for (text, date) in
        [("one two", "2024-01-01"), ("three four five", "2024-01-07"), ("six", "2024-01-08"), ("seven", "2024-05-20")]
    {
        store_entry(client, text, date);
    }
}

#[test]
fn words_are_counted_by_week_month_quarter_and_year() {
    let world = World::new();
    let server = world.serve();
    let (ada, bob) = (ada(&world, &server), bob(&world, &server));
    store_entries(&ada);
    store_entry(&bob, "not hers", "2024-01-01");
    let bins = |query: &str| {
        let body = ada.get(&format!("/api/dashboard/writing-stats?{query}")).ok().json();
        let bins = body["bins"].as_array().unwrap().iter();
        bins.map(|bin| json!([bin["bin_start"], bin["entry_count"], bin["total_words"]])).collect::<Value>()
    };

    assert_eq!(bins(""), json!([["2024-01-01", 2, 5], ["2024-01-08", 1, 1], ["2024-05-20", 1, 1]]));
    assert_eq!(bins("bin=month"), json!([["2024-01-01", 3, 6], ["2024-05-01", 1, 1]]));
    assert_eq!(bins("bin=quarter"), json!([["2024-01-01", 3, 6], ["2024-04-01", 1, 1]]));
    assert_eq!(bins("bin=year&from=2024-01-08"), json!([["2024-01-01", 2, 2]]));
    let echoed = ada.get("/api/dashboard/writing-stats?from=2024-01-01&to=").ok().json();
    assert_eq!((&echoed["from"], &echoed["to"], &echoed["bin"]), (&json!("2024-01-01"), &json!(null), &json!("week")));
    for bin in ["day", "", "WEEK", "x"] {
        ada.get(&format!("/api/dashboard/writing-stats?bin={bin}")).refused(400, "invalid_bin");
    }
}

#[test]
fn the_heatmap_and_word_counts_include_every_entry() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    let empty = ada.get("/api/dashboard/word-count-distribution").ok().json();
    store_entries(&ada);

    let days = ada.get("/api/dashboard/calendar-heatmap?to=2024-01-07").ok().json();
    let lengths = ada.get("/api/dashboard/word-count-distribution?bucket_size=-3").ok().json();

    assert_eq!(empty["stats"], json!({ "min": 0, "max": 0, "avg": 0.0, "median": 0.0, "total_entries": 0 }));
    let day = |date: &str, words: i64| json!({ "date": date, "entry_count": 1, "total_words": words });
    assert_eq!(days, json!({ "from": null, "to": "2024-01-07", "days": [day("2024-01-01", 2), day("2024-01-07", 3)] }));
    assert_eq!(lengths["bucket_size"], 10);
    assert_eq!(lengths["buckets"], json!([{ "range_start": 0, "range_end": 10, "count": 4 }]));
    assert_eq!(lengths["stats"], json!({ "min": 1, "max": 3, "avg": 1.8, "median": 1.5, "total_entries": 4 }));
}

#[test]
fn stats_count_months_that_have_an_entry() {
    let world = World::new();
    let server = world.serve();
    let ada = ada(&world, &server);
    assert_eq!(ada.get("/api/stats").ok().json()["entries_per_month"], 0.0);
    store_entries(&ada);

    let stats = ada.get("/api/stats?start_date=&end_date=").ok().json();

    assert_eq!((&stats["total_entries"], &stats["total_words"]), (&json!(4), &json!(7)));
    assert_eq!((&stats["date_range_start"], &stats["date_range_end"]), (&json!("2024-01-01"), &json!("2024-05-20")));
    assert_eq!((&stats["avg_words_per_entry"], &stats["entries_per_month"]), (&json!(1.75), &json!(2.0)));
    assert_eq!(ada.get("/api/stats?start_date=2024-02-01").ok().json()["total_entries"], 1);
}
