//! What both sides stand on: jobs, the outbox and its webhooks, mails, idempotency keys.

pub mod deliveries;
pub mod idempotency;
pub mod jobs;
pub mod mails;
pub mod outbox;
pub mod webhooks;
