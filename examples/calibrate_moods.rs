//! Trains the built-in mood scorer on calibration texts:
//! `calibrate_moods tests/fixtures/mood/calibration.toml assets/mood/heads.json`.
//!
//! Fits a ridge regression on the pooled vector of each text, per dimension. Ten-fold cross-validation on the entries
//! measures its accuracy and calibrates the scale and confidence of the scores. The output is reproducible.

use std::collections::BTreeMap;
use std::error::Error;

use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use journal::providers::minilm::{DIMENSION, ID, MiniLm};
use journal::services::mood::local_scorer::extract_features;

/// Ridge penalty; of 0.5 to 8 the value that ordered held-out entries best over all dimensions.
const RIDGE: f64 = 2.0;
/// Number of cross-validation folds.
const FOLDS: usize = 10;
/// Columns of the normal equations: the vector and a constant.
const COLUMNS: usize = DIMENSION + 1;

#[derive(Deserialize)]
struct CalibrationTexts {
    text: Vec<CalibrationEntry>,
    sentences: Vec<CalibrationSentences>,
}

#[derive(Deserialize)]
struct CalibrationEntry {
    scores: BTreeMap<String, f64>,
    text: String,
}

#[derive(Deserialize)]
struct CalibrationSentences {
    scores: BTreeMap<String, f64>,
    texts: Vec<String>,
}

/// Training example.
struct TrainingExample {
    vector: Vec<f64>,
    scores: BTreeMap<String, f64>,
    /// True for an entry; single sentences are never held out.
    is_entry: bool,
}

#[expect(clippy::print_stdout, reason = "prints the accuracy per dimension")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(texts), Some(asset)) = (arguments.next(), arguments.next()) else {
        return Err("usage: calibrate_moods <texts> <asset>".into());
    };
    let toml = std::fs::read_to_string(texts)?;
    let rows = training_examples(&toml::from_str(&toml)?)?;
    let mut names: Vec<_> = rows.iter().flat_map(|row| row.scores.keys().cloned()).collect();
    names.sort_unstable();
    names.dedup();

    let mut heads = Vec::new();
    for name in names {
        let rows: Vec<_> = rows.iter().filter_map(|row| Some((row, *row.scores.get(&name)?))).collect();
        let (head, right) = fit_dimension(&name, &rows);
        println!("{name}: {:.1} % of the pairs of held-out entries ordered correctly", right * 100.0);
        heads.push(head.to_string());
    }
    let made_from = data_encoding::HEXLOWER.encode(&Sha256::digest(&toml));
    let heads = heads.join(",\n");
    std::fs::write(
        asset,
        format!("{{\"embedder\":\"{ID}\",\"made_from\":\"{made_from}\",\"heads\":[\n{heads}\n]}}\n"),
    )?;
    Ok(())
}

fn training_examples(texts: &CalibrationTexts) -> Result<Vec<TrainingExample>, Box<dyn Error>> {
    let embedder = MiniLm::load();
    let entries = texts.text.iter().map(|one| (&one.text, &one.scores, true));
    let sentences = texts.sentences.iter().flat_map(|some| some.texts.iter().map(|text| (text, &some.scores, false)));
    let row = |(text, scores, is_entry): (&String, &BTreeMap<String, f64>, bool)| {
        let gist = extract_features(&embedder, text)?.ok_or("a text without words")?;
        let vector = gist.pooled.into_iter().map(f64::from).chain([1.0]).collect();
        Ok(TrainingExample { vector, scores: scores.clone(), is_entry })
    };
    entries.chain(sentences).map(row).collect()
}

/// Fits one dimension; also returns the fraction of held-out pairs that are ordered correctly.
fn fit_dimension(name: &str, rows: &[(&TrainingExample, f64)]) -> (serde_json::Value, f64) {
    let mut all = NormalEquations::new();
    for (row, score) in rows {
        all.add(&row.vector, *score, 1.0);
    }
    let entries: Vec<_> = rows.iter().filter(|(row, _)| row.is_entry).collect();
    let mut guesses = vec![0.0; entries.len()];
    for fold in 0..FOLDS {
        let mut equations = all.clone();
        for (row, score) in entries.iter().skip(fold).step_by(FOLDS) {
            equations.add(&row.vector, *score, -1.0);
        }
        let solution = equations.solve();
        for (at, (row, _)) in entries.iter().enumerate().skip(fold).step_by(FOLDS) {
            guesses[at] = dot_product(&solution, &row.vector);
        }
    }
    let scores: Vec<f64> = entries.iter().map(|(_, score)| *score).collect();
    let (slope, offset, middle) = fit_line(&guesses, &scores);
    let placed: Vec<f64> = guesses.iter().map(|guess| offset + slope * guess).collect();

    let mut solution = all.solve();
    let constant = solution.pop().unwrap_or_default();
    let weights: Vec<_> = solution.iter().map(|weight| round_to_four(weight * slope)).collect();
    let head = json!({
        "dimension": name, "bias": round_to_four(offset + slope * constant), "middle": round_to_four(middle),
        "steepness": round_to_four(fit_steepness(&placed, &scores, middle)), "weights": weights,
    });
    let is_bipolar = scores.iter().any(|score| *score < 0.0);
    (head, ordered_fraction(&guesses, &scores, if is_bipolar { 0.8 } else { 0.4 }))
}

/// Normal equations of a ridge regression without a penalty on the constant.
#[derive(Clone)]
struct NormalEquations {
    matrix: Vec<Vec<f64>>,
    right: Vec<f64>,
}

impl NormalEquations {
    fn new() -> Self {
        let mut matrix = vec![vec![0.0; COLUMNS]; COLUMNS];
        for (at, row) in matrix.iter_mut().enumerate().take(DIMENSION) {
            row[at] = RIDGE;
        }
        Self { matrix, right: vec![0.0; COLUMNS] }
    }

    /// Adds a row, or removes it with a weight of -1. Only the lower triangle is stored.
    fn add(&mut self, vector: &[f64], score: f64, weight: f64) {
        for (at, fit_line) in self.matrix.iter_mut().enumerate() {
            let factor = weight * vector[at];
            for (cell, component) in fit_line[..=at].iter_mut().zip(vector) {
                *cell += factor * component;
            }
            self.right[at] += factor * score;
        }
    }

    /// Solves the equations by Cholesky decomposition.
    fn solve(&self) -> Vec<f64> {
        let mut lower = self.matrix.clone();
        for row in 0..COLUMNS {
            for column in 0..=row {
                let (above, below) = lower.split_at(row);
                let other = if column == row { &below[0] } else { &above[column] };
                let rest = below[0][column] - dot_product(&below[0][..column], &other[..column]);
                lower[row][column] = if column == row { rest.sqrt() } else { rest / lower[column][column] };
            }
        }
        let mut solution = self.right.clone();
        for (row, fit_line) in lower.iter().enumerate() {
            solution[row] = (solution[row] - dot_product(&fit_line[..row], &solution[..row])) / fit_line[row];
        }
        for row in (0..COLUMNS).rev() {
            let known: f64 = (row + 1..COLUMNS).map(|below| lower[below][row] * solution[below]).sum();
            solution[row] = (solution[row] - known) / lower[row][row];
        }
        solution
    }
}

/// Least-squares line from guesses to scores: returns slope, offset and the mean score.
fn fit_line(guesses: &[f64], scores: &[f64]) -> (f64, f64, f64) {
    let count = scores.len() as f64;
    let (guess, score) = (guesses.iter().sum::<f64>() / count, scores.iter().sum::<f64>() / count);
    let both: f64 = guesses.iter().zip(scores).map(|(g, s)| (g - guess) * (s - score)).sum();
    let slope = both / guesses.iter().map(|g| (g - guess).powi(2)).sum::<f64>();
    (slope, score - slope * guess, score)
}

/// Returns the maximum-likelihood steepness of a logistic model for predictions on the correct side of `middle`.
fn fit_steepness(placed: &[f64], scores: &[f64], middle: f64) -> f64 {
    let likelihood = |steepness: f64| -> f64 {
        let sides = placed.iter().zip(scores).map(|(placed, score)| (placed - middle) * (score - middle).signum());
        sides.map(|side| -(-steepness * side).exp().ln_1p()).sum()
    };
    let candidates = (1..=400).map(|step| f64::from(step) / 20.0);
    candidates.max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b))).unwrap_or_default()
}

/// Returns the fraction of correctly ordered pairs among those whose scores differ by at least `apart`.
fn ordered_fraction(guesses: &[f64], scores: &[f64], apart: f64) -> f64 {
    let (mut right, mut all) = (0.0, 0.0);
    for (high, high_score) in guesses.iter().zip(scores) {
        for (low, low_score) in guesses.iter().zip(scores) {
            if high_score - low_score > apart - 1e-9 {
                all += 1.0;
                right += f64::from(u8::from(high > low));
            }
        }
    }
    right / all
}

fn dot_product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Rounds to four decimals, so that the asset does not depend on the machine's order of additions.
fn round_to_four(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
