//! Whether the database takes writes: not while the disk is full, or PostgreSQL is read-only after a failover.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the last writes came to; shared by everything that writes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writable {
    refused: Arc<AtomicBool>,
}

impl Writable {
    /// Whether writes were refused, and none has gone through since.
    pub(crate) fn refuses(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// A write was refused. Said once: everybody who asks meanwhile would say the same.
    pub(crate) fn refused(&self, reason: &str) {
        if !self.refused.swap(true, Ordering::Relaxed) {
            tracing::error!(reason, "the database takes no writes; buyers and shops are asked to come back");
        }
    }

    /// A write that changed something went through.
    pub(crate) fn wrote(&self) {
        if self.refuses() && self.refused.swap(false, Ordering::Relaxed) {
            tracing::info!("the database takes writes again");
        }
    }
}
