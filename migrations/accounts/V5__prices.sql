-- What is asked where texts go to OpenAI and a setting names another provider's model; the price is that of its release.
INSERT OR IGNORE INTO pricing (model, category, input_cost_per_mtok, output_cost_per_mtok, cost_per_minute, last_verified)
VALUES ('gpt-4o-mini', 'llm', 0.15, 0.6, NULL, '2024-07-18');
