//! Application state, the context of a caller, reloadable files, queues and the metrics registry.

pub mod context;
pub(crate) mod metrics_registry;
pub(crate) mod notification_queue;
pub(crate) mod read_counter;
pub mod reloadable;
pub(crate) mod restricted_access;
pub mod state;
pub(crate) mod used_tokens;
