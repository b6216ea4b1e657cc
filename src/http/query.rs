//! Query parameters that several routes read.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::date_range::DateRange;
use crate::domain::tag::TagFilter;
use crate::error::Error;

/// Page of a list.
#[derive(Deserialize, JsonSchema)]
pub(crate) struct PageQuery {
    /// Rows per page, 1 to 200; out-of-range values are clamped.
    pub(crate) limit: Option<i64>,
    /// Rows to skip.
    pub(crate) offset: Option<i64>,
}

/// Returns the date range of a query; existing clients send an empty string for no date.
pub(crate) fn date_range(from: Option<String>, to: Option<String>) -> DateRange {
    let given = |date: Option<String>| date.filter(|date| !date.is_empty());
    DateRange { from: given(from), to: given(to) }
}

/// Returns the tag filter of a query. A tag contains no comma, so several are separated by one; the extractor joins
/// repeated parameters that way.
pub(crate) fn tag_filter(tag: Option<&str>, without_tag: Option<&str>) -> TagFilter {
    let list = |tags: Option<&str>| -> Vec<String> {
        let tags = tags.unwrap_or_default().split(',').map(str::trim);
        tags.filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
    };
    TagFilter { tags: list(tag), without_tags: list(without_tag) }
}

/// Returns the error for an unknown bin; `more` lists additional bins of the route.
pub(crate) fn invalid_bin(more: &str) -> Error {
    Error::invalid("unknown bin").code("invalid_bin").hint(format!("`bin` is {more}week, month, quarter or year"))
}
