//! Which addresses outgoing calls may go to.

use std::net::IpAddr;

use crossdock_app::platform::http_client::HttpError;
use crossdock_domain::network::{Network, is_public};

/// The open internet, and what the configuration adds to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guard {
    /// Every address at all.
    pub allow_private: bool,
    /// Further networks.
    pub allowed: Vec<Network>,
}

impl Guard {
    /// Whether this address may be called.
    pub fn admits(&self, address: IpAddr) -> bool {
        self.allow_private || is_public(address) || self.allowed.iter().any(|network| network.contains(address))
    }

    pub(super) fn refusal(address: IpAddr) -> HttpError {
        HttpError::Forbidden(format!(
            "{address} is a private or special address; [outgoing] allow_networks may allow it"
        ))
    }
}
