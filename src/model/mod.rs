//! The nouns of the journal: ids, people, keys, entries, jobs, and the types that cannot be wrong.

pub mod activity;
pub mod audit;
pub mod backup;
pub mod between;
pub mod dashboard;
pub mod day;
pub mod egress;
pub mod email;
pub mod entry;
pub mod health;
pub mod hit;
pub mod id;
pub mod job;
pub mod key;
pub mod media_type;
pub mod notice;
pub mod portable;
pub mod price;
pub mod scope;
pub mod session;
pub mod since;
pub mod tag;
pub mod text;
pub mod timing;
pub mod user;
pub(crate) mod within;
