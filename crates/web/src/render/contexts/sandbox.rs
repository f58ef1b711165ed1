//! The page on which a developer gets a sandbox, and the one that shows its keys.

use crossdock_domain::clock::Timestamp;
use serde::{Serialize, Serializer};

use super::{FormErrors, Layout, Page};

/// What is said above the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxNotice {
    /// The keys were shown before and are not shown again.
    Shown,
    /// No more sandboxes at present.
    Full,
    /// No more for this address of the network today.
    Address,
    /// No more for this e-mail address today.
    Email,
}

impl Serialize for SandboxNotice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::Shown => "sandbox-notice-shown",
            Self::Full => "sandbox-notice-full",
            Self::Address => "sandbox-notice-address",
            Self::Email => "sandbox-notice-email",
        })
    }
}

/// Asks who wants a sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SandboxPage {
    #[serde(skip)]
    #[expect(missing_docs, reason = "every page has one")]
    pub layout: Layout,
    /// Name as typed.
    pub name: String,
    /// E-mail address as typed.
    pub email: String,
    /// Whether the terms were ticked.
    pub terms: bool,
    /// Days until a sandbox expires.
    pub days: i64,
    /// Said above the form.
    pub notice: Option<SandboxNotice>,
    /// Mistakes.
    pub errors: FormErrors,
}

impl Page for SandboxPage {
    const TEMPLATE: &'static str = "checkout/sandbox.html";
    const MERCHANT_FOOTER: bool = false;
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "sandbox-title"
    }
    fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }
}

/// The keys of a new sandbox.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SandboxReadyPage {
    #[serde(skip)]
    #[expect(missing_docs, reason = "every page has one")]
    pub layout: Layout,
    /// Address of the Customer API.
    pub gates: String,
    /// Login of the shop account.
    pub login: String,
    /// Its password.
    pub password: String,
    /// Dropshipping key.
    pub dropshipping_key: String,
    /// `systemKey` of today.
    pub system_key: String,
    /// Address of the Admin API.
    pub admin: String,
    /// Its key.
    pub admin_key: String,
    /// Address of the feed.
    pub feed: String,
    /// Its token.
    pub feed_token: String,
    /// When the sandbox ends.
    pub expires_at: Timestamp,
    /// Lines for a shell.
    pub script: String,
}

impl std::fmt::Debug for SandboxReadyPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxReadyPage").field("gates", &self.gates).finish_non_exhaustive()
    }
}

impl Page for SandboxReadyPage {
    const TEMPLATE: &'static str = "checkout/sandbox-ready.html";
    const MERCHANT_FOOTER: bool = false;
    fn layout(&self) -> &Layout {
        &self.layout
    }
    fn title_key(&self) -> &'static str {
        "sandbox-ready-title"
    }
}
