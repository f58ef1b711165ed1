//! Shop accounts: add, change, list, new password.

use crossdock_domain::wholesale::{AccountProfile, WholesalerId};
use secrecy::SecretString;

/// An account to add.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Where.
    pub wholesaler: WholesalerId,
    /// Its login.
    pub login: String,
    /// Its password; only the sealed inner SHA-1 is kept.
    pub password: SecretString,
    /// Which wholesale prices it gets.
    pub price_group: String,
    /// The rest.
    pub profile: AccountProfile,
}
