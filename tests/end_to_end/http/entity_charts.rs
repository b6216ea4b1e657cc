//! Entity mention charts of the dashboard.

use serde_json::{Value, json};

use crate::http::entities::Harbour;

impl Harbour {
    #[track_caller]
    fn chart(&self, chart: &str) -> Value {
        self.ada.get(&format!("/api/dashboard/{chart}")).ok().json()
    }
}

#[test]
fn a_distribution_counts_mentions_and_returns_the_total() {
    let harbour = Harbour::new();
    let counts = |query: &str| {
        let body = harbour.chart(&format!("entity-distribution?{query}"));
        let items = body["items"].as_array().unwrap().iter();
        let items: Value =
            items.map(|one| json!([one["canonical_name"], one["entity_type"], one["mention_count"]])).collect();
        (items, body["total"].clone())
    };

    let (items, total) = counts("limit=2");
    assert_eq!((items, total), (json!([["Ilse", "person", 5], ["Robert", "person", 2]]), json!(5)));
    let (items, total) = counts("from=2024-06-01");
    assert_eq!(
        (items, total),
        (json!([["Bob", "person", 1], ["Ilse", "person", 1]]), json!(2)),
        "no quarantined entity"
    );
    assert_eq!(counts("type=topic").0, json!([["Quitzow", "topic", 1]]));
    harbour.ada.get("/api/dashboard/entity-distribution?type=ghost").refused(400, "invalid_type");
    harbour.ada.get("/api/dashboard/entity-distribution?from=yesterday").refused(400, "invalid_request");
}

#[test]
fn bug_11_namesakes_stay_apart_and_an_entry_counts_once() {
    let harbour = Harbour::new();

    let trends = harbour.chart("entity-trends?bin=month");
    let moods = harbour.chart("mood-entity-correlation?dimension=calm");

    assert_eq!(trends["entities"], json!(["Ilse", "Robert", "Bob", "Quitzow (place)", "Quitzow (topic)"]));
    let bins = trends["bins"].as_array().unwrap().iter();
    let bins: Value = bins.map(|one| json!([one["period"], one["entity"], one["mention_count"]])).collect();
    assert_eq!(
        bins,
        json!([
            ["2024-05-01", "Ilse", 4],
            ["2024-05-01", "Quitzow (place)", 1],
            ["2024-05-01", "Quitzow (topic)", 1],
            ["2024-05-01", "Robert", 2],
            ["2024-06-01", "Bob", 1],
            ["2024-06-01", "Ilse", 1],
        ])
    );
    assert_eq!(moods["overall_avg"], 0.1667, "the owner's score counts");
    let items = moods["items"].as_array().unwrap().iter();
    let items: Value =
        items.map(|one| json!([one["entity"], one["entity_type"], one["avg_score"], one["entry_count"]])).collect();
    assert_eq!(
        items,
        json!([
            ["Ilse", "person", 0.1667, 3],
            ["Robert", "person", 0.5, 2],
            ["Bob", "person", -0.5, 1],
            ["Quitzow", "place", 1.0, 1],
            ["Quitzow", "topic", 0.0, 1],
        ])
    );
    assert_eq!(harbour.chart("mood-entity-correlation?dimension=calm&type=place&limit=-1")["total"], 1);
    assert_eq!(harbour.chart("mood-entity-correlation?dimension=joy")["items"], json!([]));
    assert_eq!(harbour.chart("entity-trends?type=ghost")["entities"], json!([]), "an unknown type matches no entity");
    harbour.ada.get("/api/dashboard/entity-trends?bin=day").refused(400, "invalid_bin");
    harbour.ada.get("/api/dashboard/mood-entity-correlation").refused(400, "missing_dimension");
}
