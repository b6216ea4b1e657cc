//! Fits the built-in scorer of moods to texts that were written for the purpose:
//! `calibrate_moods tests/fixtures/mood/calibration.toml assets/mood/heads.json`.
//!
//! For each dimension a ridge regression on the pooled vector of a text. How well that does is told from whole entries
//! that are left out in turn, a tenth at a time; their values also set how far apart the scores lie and how sure of
//! itself the scorer is. The same texts give the same asset.

use std::collections::BTreeMap;
use std::error::Error;

use journal::mood::built_in::gist;
use journal::providers::minilm::DIMENSION;
use journal::providers::minilm::ID;
use journal::providers::minilm::MiniLm;
use serde::Deserialize;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

/// Held against large weights; of 0.5 to 8 the one that ordered left-out entries best, over all dimensions.
const RIDGE: f64 = 2.0;
/// Parts of which one is left out at a time.
const FOLDS: usize = 10;
/// Columns of the equations: the vector and a constant.
const COLUMNS: usize = DIMENSION + 1;

#[derive(Deserialize)]
struct Texts {
    text: Vec<Text>,
    sentences: Vec<Sentences>,
}

#[derive(Deserialize)]
struct Text {
    scores: BTreeMap<String, f64>,
    text: String,
}

#[derive(Deserialize)]
struct Sentences {
    scores: BTreeMap<String, f64>,
    texts: Vec<String>,
}

/// A text as the equations take it.
struct Row {
    vector: Vec<f64>,
    scores: BTreeMap<String, f64>,
    /// Whether it is an entry; sentences are never left out.
    is_entry: bool,
}

#[expect(clippy::print_stdout, reason = "the figures it prints are what it is run for")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(texts), Some(asset)) = (arguments.next(), arguments.next()) else {
        return Err("usage: calibrate_moods <texts> <asset>".into());
    };
    let toml = std::fs::read_to_string(texts)?;
    let rows = rows(&toml::from_str(&toml)?)?;
    let mut names: Vec<_> = rows.iter().flat_map(|row| row.scores.keys().cloned()).collect();
    names.sort_unstable();
    names.dedup();

    let mut heads = Vec::new();
    for name in names {
        let rows: Vec<_> = rows.iter().filter_map(|row| Some((row, *row.scores.get(&name)?))).collect();
        let (head, right) = head(&name, &rows);
        println!("{name}: {:.1} % of the pairs of left-out entries", right * 100.0);
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

fn rows(texts: &Texts) -> Result<Vec<Row>, Box<dyn Error>> {
    let embedder = MiniLm::load();
    let entries = texts.text.iter().map(|one| (&one.text, &one.scores, true));
    let sentences = texts.sentences.iter().flat_map(|some| some.texts.iter().map(|text| (text, &some.scores, false)));
    let row = |(text, scores, is_entry): (&String, &BTreeMap<String, f64>, bool)| {
        let gist = gist(&embedder, text)?.ok_or("a text without words")?;
        let vector = gist.pooled.into_iter().map(f64::from).chain([1.0]).collect();
        Ok(Row { vector, scores: scores.clone(), is_entry })
    };
    entries.chain(sentences).map(row).collect()
}

/// Fits one dimension; also returns which part of the pairs of left-out entries is ordered right.
fn head(name: &str, rows: &[(&Row, f64)]) -> (serde_json::Value, f64) {
    let mut all = Equations::new();
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
            guesses[at] = product(&solution, &row.vector);
        }
    }
    let scores: Vec<f64> = entries.iter().map(|(_, score)| *score).collect();
    let (slope, offset, middle) = line(&guesses, &scores);
    let placed: Vec<f64> = guesses.iter().map(|guess| offset + slope * guess).collect();

    let mut solution = all.solve();
    let constant = solution.pop().unwrap_or_default();
    let weights: Vec<_> = solution.iter().map(|weight| rounded(weight * slope)).collect();
    let head = json!({
        "dimension": name, "bias": rounded(offset + slope * constant), "middle": rounded(middle),
        "steepness": rounded(steepness(&placed, &scores, middle)), "weights": weights,
    });
    let is_bipolar = scores.iter().any(|score| *score < 0.0);
    (head, ordered(&guesses, &scores, if is_bipolar { 0.8 } else { 0.4 }))
}

/// Normal equations of a ridge regression, whose constant is free.
#[derive(Clone)]
struct Equations {
    matrix: Vec<Vec<f64>>,
    right: Vec<f64>,
}

impl Equations {
    fn new() -> Self {
        let mut matrix = vec![vec![0.0; COLUMNS]; COLUMNS];
        for (at, row) in matrix.iter_mut().enumerate().take(DIMENSION) {
            row[at] = RIDGE;
        }
        Self { matrix, right: vec![0.0; COLUMNS] }
    }

    /// Adds a row, or takes it out again with a weight of -1. Only the lower half is kept.
    fn add(&mut self, vector: &[f64], score: f64, weight: f64) {
        for (at, line) in self.matrix.iter_mut().enumerate() {
            let factor = weight * vector[at];
            for (cell, component) in line[..=at].iter_mut().zip(vector) {
                *cell += factor * component;
            }
            self.right[at] += factor * score;
        }
    }

    /// Solves them by Cholesky's decomposition.
    fn solve(&self) -> Vec<f64> {
        let mut lower = self.matrix.clone();
        for row in 0..COLUMNS {
            for column in 0..=row {
                let (above, below) = lower.split_at(row);
                let other = if column == row { &below[0] } else { &above[column] };
                let rest = below[0][column] - product(&below[0][..column], &other[..column]);
                lower[row][column] = if column == row { rest.sqrt() } else { rest / lower[column][column] };
            }
        }
        let mut solution = self.right.clone();
        for row in 0..COLUMNS {
            solution[row] = (solution[row] - product(&lower[row][..row], &solution[..row])) / lower[row][row];
        }
        for row in (0..COLUMNS).rev() {
            let known: f64 = (row + 1..COLUMNS).map(|below| lower[below][row] * solution[below]).sum();
            solution[row] = (solution[row] - known) / lower[row][row];
        }
        solution
    }
}

/// Returns slope and offset of the straight line from guesses to scores, and the scores' mean.
fn line(guesses: &[f64], scores: &[f64]) -> (f64, f64, f64) {
    let count = scores.len() as f64;
    let (guess, score) = (guesses.iter().sum::<f64>() / count, scores.iter().sum::<f64>() / count);
    let both: f64 = guesses.iter().zip(scores).map(|(g, s)| (g - guess) * (s - score)).sum();
    let slope = both / guesses.iter().map(|g| (g - guess).powi(2)).sum::<f64>();
    (slope, score - slope * guess, score)
}

/// Returns the steepness under which it is likeliest that so many lie on the side of the middle where they were placed.
fn steepness(placed: &[f64], scores: &[f64], middle: f64) -> f64 {
    let likelihood = |steepness: f64| -> f64 {
        let sides = placed.iter().zip(scores).map(|(placed, score)| (placed - middle) * (score - middle).signum());
        sides.map(|side| -(-steepness * side).exp().ln_1p()).sum()
    };
    let candidates = (1..=400).map(|step| f64::from(step) / 20.0);
    candidates.max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b))).unwrap_or_default()
}

/// Returns the part of the pairs at least so far apart that are ordered right.
fn ordered(guesses: &[f64], scores: &[f64], apart: f64) -> f64 {
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

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Keeps four decimals, so that machines which add in another order make the same asset.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
