//! Strategy, sizes and thresholds of chunking.

use std::str::FromStr;

use crate::error::{Error, Result};

/// Chunking strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChunkingStrategy {
    /// By size only, without an embedder.
    Fixed,
    /// At topic changes.
    #[default]
    Semantic,
}

impl FromStr for ChunkingStrategy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "fixed" => Ok(Self::Fixed),
            "semantic" => Ok(Self::Semantic),
            _ => Err(Error::invalid("no such chunking strategy").hint("choose `fixed` or `semantic`")),
        }
    }
}

/// Sizes and thresholds of chunking.
#[derive(Debug, Clone, PartialEq)]
pub struct ChunkingSettings {
    /// Chunking strategy.
    pub strategy: ChunkingStrategy,
    /// Maximum tokens of a chunk; only a single sentence may exceed it.
    pub max_tokens: usize,
    /// Tokens of the last pieces of a chunk repeated in the next one; fixed strategy only.
    pub overlap_tokens: usize,
    /// Minimum tokens of a segment; a shorter one is merged with its neighbour; semantic strategy only.
    pub min_tokens: usize,
    /// Percentile of neighbour similarity up to which a boundary is set; semantic strategy only.
    pub boundary_percentile: f64,
    /// Percentile up to which a boundary is decisive; after any other, the next segment repeats the sentence before it.
    pub decisive_percentile: f64,
}

impl Default for ChunkingSettings {
    fn default() -> Self {
        Self {
            strategy: ChunkingStrategy::default(),
            max_tokens: 150,
            overlap_tokens: 40,
            min_tokens: 30,
            boundary_percentile: 25.0,
            decisive_percentile: 10.0,
        }
    }
}

impl ChunkingSettings {
    /// Validates that the settings are consistent; [`chunk`](super::chunk) itself accepts any.
    ///
    /// # Errors
    /// `Invalid`, naming the first inconsistent setting.
    pub fn validate(&self) -> Result<()> {
        let &Self { max_tokens: max, overlap_tokens: overlap, min_tokens: min, .. } = self;
        let (boundary, decisive) = (self.boundary_percentile, self.decisive_percentile);
        if max == 0 {
            return Err(Error::invalid("CHUNKING_MAX_TOKENS is 0").hint("set it to 1 or more; 150 is the default"));
        }
        if min > max {
            let message = format!("CHUNKING_MIN_TOKENS ({min}) is larger than CHUNKING_MAX_TOKENS ({max})");
            return Err(Error::invalid(message).hint("lower the minimum or raise the maximum"));
        }
        if overlap >= max {
            let message = format!("CHUNKING_OVERLAP_TOKENS ({overlap}) must be below CHUNKING_MAX_TOKENS ({max})");
            return Err(Error::invalid(message).hint("set the overlap below the maximum"));
        }
        if !(0.0 <= decisive && decisive <= boundary && boundary <= 100.0) {
            let message = format!(
                "CHUNKING_DECISIVE_PERCENTILE ({decisive}) and CHUNKING_BOUNDARY_PERCENTILE ({boundary}) conflict"
            );
            return Err(Error::invalid(message).hint("use 0 <= decisive percentile <= boundary percentile <= 100"));
        }
        Ok(())
    }
}
