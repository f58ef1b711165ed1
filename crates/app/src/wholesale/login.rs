//! Logging in at a gate, and who calls it afterwards.

use std::net::IpAddr;
use std::sync::Arc;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use secrecy::SecretString;

/// How a call names its wholesaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WholesalerRef {
    /// By its number.
    Id(WholesalerId),
    /// By the host name that was called (a port is ignored). When no wholesaler has this domain and there is exactly one
    /// wholesaler, it is that one.
    Host(String),
}

/// `Authenticate` (customer reference §3, §4.1).
#[derive(Debug, Clone)]
pub struct GateLogin {
    /// Where.
    pub wholesaler: WholesalerId,
    /// `systemLogin`.
    pub login: String,
    /// `systemKey`.
    pub system_key: SecretString,
    /// Where the call comes from.
    pub client: IpAddr,
}

/// A session that was opened.
#[derive(Debug, Clone)]
pub struct GateSession {
    /// `sessionKey`: 40 hexadecimal digits.
    pub session_key: SecretString,
    /// When it ends, 15 minutes from now, whatever is done with it.
    pub expires_at: Timestamp,
    /// The tenant, for its time zone.
    pub wholesaler: Arc<Wholesaler>,
}

/// The keys of a gate call.
#[derive(Debug, Clone)]
pub struct GateKeys {
    /// Where.
    pub wholesaler: WholesalerId,
    /// `sessionKey`, when one was sent.
    pub session_key: Option<SecretString>,
    /// `dropshippingKey`, when one was sent.
    pub dropshipping_key: Option<SecretString>,
    /// Language of names: `pol`, `eng`.
    pub language: String,
}
