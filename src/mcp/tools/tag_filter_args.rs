//! Tags in the arguments of a tool.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::domain::tag::TagFilter;

/// Tags, flattened into the arguments.
#[derive(Deserialize, JsonSchema)]
pub(super) struct TagFilterArgs {
    /// Only entries with all of these tags.
    #[serde(default)]
    tags: Vec<String>,
    /// Only entries with none of these tags.
    #[serde(default)]
    without_tags: Vec<String>,
}

impl From<TagFilterArgs> for TagFilter {
    fn from(args: TagFilterArgs) -> Self {
        Self { tags: args.tags, without_tags: args.without_tags }
    }
}
