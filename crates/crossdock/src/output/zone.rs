//! Whose clock times are printed on. JSON keeps exact moments in UTC.

use std::sync::OnceLock;

use crossdock_domain::clock::{Timestamp, Zone};

static ZONE: OnceLock<Zone> = OnceLock::new();

/// Prints times on this clock, unless one was chosen before.
pub fn choose(zone: Zone) {
    let _ = ZONE.set(zone);
}

/// Whether the reader said which clock: by `--utc` or by `TZ`.
#[expect(clippy::disallowed_methods, reason = "TZ belongs to the terminal, not to the configuration")]
pub fn is_chosen() -> bool {
    ZONE.get().is_some() || std::env::var_os("TZ").is_some()
}

/// A moment of an answer to the second, on the reader's clock; text that is no moment stays as it is.
pub fn moment(text: &str) -> String {
    match Timestamp::from_rfc3339(text) {
        Some(at) => ZONE.get_or_init(Zone::system).wall_clock(at),
        None => text.to_owned(),
    }
}
