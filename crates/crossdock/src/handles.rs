//! File handles: every connection needs one, and the usual limit of 1,024 is for programs that select(2).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Handles beside those of connections: database, log, certificates, calls to others.
const BESIDE: u64 = 256;

/// How many a server needs that takes so many connections.
pub fn needed(connections: usize) -> u64 {
    u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(BESIDE)
}

/// How many this process may raise its limit to; `None` without a limit.
pub fn most() -> Option<u64> {
    getrlimit(Resource::Nofile).maximum
}

/// Raises the limit of this process as far as it may; what it is then, `None` without a limit.
pub fn raise() -> Option<u64> {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_raised_to_what_is_allowed() {
        assert_eq!(raise(), most());
    }
}
