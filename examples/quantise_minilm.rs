//! Quantises the published model to the embedder's int8 asset: `quantise_minilm <model folder> <asset>`.
//!
//! The folder contains `model.safetensors` and `tokenizer.json` of sentence-transformers/all-MiniLM-L6-v2;
//! both are checked against their SHA-256. The layout is documented in `src/providers/minilm/weights.rs`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

const MODEL: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
const TOKENIZER: &str = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037";
const PANEL: usize = 32;
const POSITIONS: usize = 256;
const NORMS: [&str; 2] = ["attention.output.LayerNorm", "output.LayerNorm"];
const MATRICES: [&[&str]; 4] = [
    &["attention.self.query", "attention.self.key", "attention.self.value"],
    &["attention.output.dense"],
    &["intermediate.dense"],
    &["output.dense"],
];

#[expect(clippy::print_stdout, reason = "prints the hash of the asset for the README")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), Some(asset)) = (arguments.next(), arguments.next()) else {
        return Err("usage: quantise_minilm <model folder> <asset>".into());
    };
    let folder = Path::new(&folder);
    let model = SafetensorsModel::parse(&read_verified(&folder.join("model.safetensors"), MODEL)?)?;
    let tokenizer = serde_json::from_slice(&read_verified(&folder.join("tokenizer.json"), TOKENIZER)?)?;

    let bytes = build_asset(&model, &tokenizer)?;
    std::fs::write(&asset, &bytes)?;
    println!("{} bytes, sha256 {}", bytes.len(), hex_hash(&bytes));
    Ok(())
}

fn build_asset(model: &SafetensorsModel, tokenizer: &Value) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut codes, mut floats) = (Vec::new(), Vec::new());
    for layer in 0..6 {
        let name = |part: &str, kind: &str| format!("encoder.layer.{layer}.{part}.{kind}");
        for parts in MATRICES {
            let mut matrix = QuantisedMatrix::default();
            let mut biases = Vec::new();
            for part in parts {
                matrix.quantise(model, &name(part, "weight"), usize::MAX)?;
                biases.extend(model.values(&name(part, "bias"))?);
            }
            codes.extend(matrix.panels());
            floats.extend(matrix.scales);
            floats.extend(biases);
        }
        for norm in NORMS {
            floats.extend(model.values(&name(norm, "weight"))?);
            floats.extend(model.values(&name(norm, "bias"))?);
        }
    }
    let (mut words, mut positions) = (QuantisedMatrix::default(), QuantisedMatrix::default());
    words.quantise(model, "embeddings.word_embeddings.weight", usize::MAX)?;
    positions.quantise(model, "embeddings.position_embeddings.weight", POSITIONS)?;
    codes.extend(words.codes.iter().flatten());
    codes.extend(positions.codes.iter().flatten());
    floats.extend(positions.scales);
    let kinds = model.values("embeddings.token_type_embeddings.weight")?;
    floats.extend(&kinds[..kinds.len() / 2]);
    floats.extend(model.values("embeddings.LayerNorm.weight")?);
    floats.extend(model.values("embeddings.LayerNorm.bias")?);
    floats.extend(words.scales);

    let (counts, vocabulary) = vocabulary(tokenizer)?;
    let mut asset = b"minilm8\x01".to_vec();
    asset.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
    asset.resize(64, 0);
    asset.extend(codes.iter().map(|code| code.cast_unsigned()));
    asset.extend(floats.iter().flat_map(|value| value.to_le_bytes()));
    asset.extend(vocabulary);
    Ok(asset)
}

/// Matrix of int8 codes with one scale per row.
#[derive(Default)]
struct QuantisedMatrix {
    codes: Vec<Vec<i8>>,
    scales: Vec<f32>,
}

impl QuantisedMatrix {
    /// Appends the first `limit` rows of a tensor. Codes reach 127 at the largest absolute value of their row.
    fn quantise(&mut self, model: &SafetensorsModel, name: &str, limit: usize) -> Result<(), Box<dyn Error>> {
        let values = model.values(name)?;
        let rows = model.shape(name)?[0];
        for row in values.chunks_exact(values.len() / rows).take(limit) {
            let largest = row.iter().fold(0.0f32, |largest, value| largest.max(value.abs()));
            let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
            #[expect(clippy::cast_possible_truncation, reason = "between -127 and 127")]
            let codes = row.iter().map(|value| (value / scale).round_ties_even() as i8).collect();
            self.codes.push(codes);
            self.scales.push(scale);
        }
        Ok(())
    }

    /// Returns the codes in panels of 32 rows, column after column.
    fn panels(&self) -> Vec<i8> {
        let depth = self.codes[0].len();
        let panels = self.codes.chunks_exact(PANEL);
        panels.flat_map(|panel| (0..depth).flat_map(|at| panel.iter().map(move |row| row[at]))).collect()
    }
}

/// Returns the header's counts and the two sorted tables with their text.
fn vocabulary(tokenizer: &Value) -> Result<([u32; 4], Vec<u8>), Box<dyn Error>> {
    let pieces = tokenizer["model"]["vocab"].as_object().ok_or("no vocabulary")?;
    let mut tables = [BTreeMap::new(), BTreeMap::new()];
    for (piece, id) in pieces {
        let id = u16::try_from(id.as_u64().ok_or("an id is not a number")?)?;
        match piece.strip_prefix("##") {
            Some(rest) if !rest.is_empty() => tables[1].insert(rest, id),
            _ => tables[0].insert(piece.as_str(), id),
        };
    }
    let (mut bytes, mut text) = (Vec::new(), Vec::<u8>::new());
    for table in &tables {
        bytes.extend(table.values().flat_map(|id| id.to_le_bytes()));
        for piece in table.keys() {
            bytes.extend(u32::try_from(text.len())?.to_le_bytes());
            text.extend(piece.as_bytes());
        }
        bytes.extend(u32::try_from(text.len())?.to_le_bytes());
    }
    let longest = tables.iter().flat_map(BTreeMap::keys).map(|piece| piece.len()).max().unwrap_or(0);
    let counts = [tables[0].len(), tables[1].len(), text.len(), longest];
    bytes.extend(text);
    let [words, continuations, letters, longest] = counts.map(u32::try_from);
    Ok(([words?, continuations?, letters?, longest?], bytes))
}

/// Safetensors file: the length of a JSON header, the header, the data.
struct SafetensorsModel {
    header: Value,
    data: Vec<u8>,
}

impl SafetensorsModel {
    fn parse(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        let (length, rest) = bytes.split_first_chunk().ok_or("no header")?;
        let (header, data) = rest.split_at(usize::try_from(u64::from_le_bytes(*length))?);
        Ok(Self { header: serde_json::from_slice(header)?, data: data.to_vec() })
    }

    fn shape(&self, name: &str) -> Result<Vec<usize>, Box<dyn Error>> {
        Ok(serde_json::from_value(self.header[name]["shape"].clone())?)
    }

    fn values(&self, name: &str) -> Result<Vec<f32>, Box<dyn Error>> {
        let tensor = &self.header[name];
        if tensor["dtype"] != "F32" {
            return Err(format!("{name} is not f32").into());
        }
        let [start, end]: [usize; 2] = serde_json::from_value(tensor["data_offsets"].clone())?;
        let (values, _) = self.data[start..end].as_chunks();
        Ok(values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }
}

/// Reads a file and checks its SHA-256.
fn read_verified(path: &Path, sha256: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let found = hex_hash(&bytes);
    if found == sha256 {
        Ok(bytes)
    } else {
        Err(format!("{} has sha256 {found}, expected {sha256}", path.display()).into())
    }
}

fn hex_hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}
