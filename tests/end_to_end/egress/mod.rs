//! Egress: policy, ledger, retries and network traces of the real program against a recording provider.

mod provider;

mod failures;
mod ledger;
mod policy;
mod traced;
