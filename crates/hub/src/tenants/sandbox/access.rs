//! What a new sandbox opens with, and how a page hands it over: sealed, in a cookie of the browser that asked.

use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::wholesale::WholesalerId;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::Sandboxes;
use crate::tenants::sample;

/// How long a sealed access opens.
const SEALED: Span = Span::minutes(10);

/// Login and keys of a new sandbox; stored nowhere in plain.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxAccess {
    /// The wholesaler.
    pub wholesaler: WholesalerId,
    /// Login of the shop account, `systemLogin`.
    pub login: String,
    /// Its password.
    pub password: String,
    /// `dropshippingKey`.
    pub dropshipping_key: String,
    /// Key of the Admin API, with every right.
    pub admin_key: String,
    /// Token of the feeds.
    pub feed_token: String,
    /// `systemKey` of the day on which the sandbox was made.
    pub system_key: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for SandboxAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxAccess").field("wholesaler", &self.wholesaler).finish_non_exhaustive()
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    access: SandboxAccess,
    until: Timestamp,
}

/// What a sealed access belongs to.
fn place(browser: &str) -> String {
    format!("sandbox page/{browser}")
}

impl SandboxAccess {
    /// Address of its Customer API, with a slash at the end. `public_url` has none.
    pub fn gates(&self, public_url: &str) -> String {
        format!("{public_url}/w/{}/customer-api/", self.wholesaler)
    }

    /// Lines for a shell that ask the sandbox for something.
    pub fn script(&self, public_url: &str) -> String {
        sample::script(&self.gates(public_url), &self.login, &self.password, &self.dropshipping_key)
    }
}

impl Sandboxes<'_> {
    /// Seals an access for one browser, named by something that only it knows. Any node with the same key file opens it.
    pub fn seal_access(self, access: &SandboxAccess, browser: &str) -> String {
        let sealed = Sealed { access: access.clone(), until: self.0.now() + SEALED };
        let text = serde_json::to_vec(&sealed).unwrap_or_default();
        self.0.platform().config().sealing_key.seal(&text, &place(browser), self.0.random())
    }

    /// Opens what [`Sandboxes::seal_access`](crate::Sandboxes::seal_access) made for the same browser within the last ten minutes.
    pub fn open_access(self, sealed: &str, browser: &str) -> Option<SandboxAccess> {
        let text = self.0.platform().config().sealing_key.open_text(sealed, &place(browser)).ok()?;
        let sealed: Sealed = serde_json::from_str(text.expose_secret()).ok()?;
        (self.0.now() < sealed.until).then_some(sealed.access)
    }
}
