//! The worker: claims due jobs, runs them, stores how they ended. What a job does is a use case of `app`.
//!
//! See `README.md` of this crate for the rules (idempotent, lease, backoff) and for how to add a job.

mod backoff;
pub mod http_client;
mod run;
pub mod smtp;
mod worker;

pub use backoff::Backoff;
pub use run::{Handler, run_due_jobs};
pub use worker::{Worker, WorkerSettings};
