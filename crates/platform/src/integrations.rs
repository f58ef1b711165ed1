//! What an installation reaches outside of itself: the web and a mail server.

use std::sync::Arc;

use url::Url;

use crate::http_client::{HttpClient, NoHttpClient};
use crate::mail::Mailer;
use crate::webhook::RetryPolicy;

/// Ports to the outside, and the rules for using them.
#[derive(Clone)]
pub struct Integrations {
    /// The guarded client.
    pub web: Arc<dyn HttpClient>,
    /// How mails are written and sent; `None`: they are not.
    pub mailer: Option<Mailer>,
    /// When webhooks are tried again.
    pub webhooks: RetryPolicy,
    /// Where exchange rates are fetched from; `None`: they are not.
    pub rates: Option<Url>,
}

impl Default for Integrations {
    /// Reaches nothing.
    fn default() -> Self {
        Self { web: Arc::new(NoHttpClient), mailer: None, webhooks: RetryPolicy::default(), rates: None }
    }
}
