//! Services: one function per use case, called by every interface. Services do not call each other, except `audit` and `auth`.

pub mod accounts;
pub mod admin;
pub mod audit;
pub mod auth;
pub mod drafts;
pub mod egress_settings;
pub mod embedding;
pub mod entities;
pub mod entries;
pub mod ingest;
pub mod mood;
pub mod notifications;
pub mod search;
