//! Invalid input and damaged state: one clear error with a next step, the right exit code, and no data loss.

mod damage;
mod dates;
mod files;
mod locks;
mod machine;
mod settings;
mod together;
mod urls;
