//! Sizes and counts of backups in messages.

use journal::backup::prune::PruneResult;

/// Formats a size in decimal units.
pub fn format_size(bytes: u64) -> String {
    indicatif::DecimalBytes(bytes).to_string()
}

/// Summarises the removed and kept backups in one line.
pub fn render_pruned(verb: &str, pruned: &PruneResult) -> String {
    format!(
        "{verb} {} backups and {} originals ({}), keeping {} backups",
        pruned.removed.len(),
        pruned.originals,
        format_size(pruned.bytes),
        pruned.kept.len()
    )
}
