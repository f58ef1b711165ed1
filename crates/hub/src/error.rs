//! Errors of this side.

pub use crossdock_platform::wholesale_error::{LineFault, LineOutcome, SandboxLimit, Unknown, WholesaleError};
