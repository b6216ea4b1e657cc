//! Limits of pages and of bulk operations.

/// Default page size of every entity list.
pub const DEFAULT_PAGE_SIZE: i64 = 50;
/// Maximum page size of every entity list.
pub const MAX_PAGE_SIZE: i64 = 200;
/// Maximum number of items in one operation.
pub(super) const MAX_BULK_ITEMS: usize = 1000;

/// Clamps a requested page size.
pub(super) fn clamp_limit(requested: i64) -> i64 {
    requested.clamp(1, MAX_PAGE_SIZE)
}
