//! What an installation reaches outside of itself: the web and a mail server.

use std::sync::Arc;

use url::Url;

use crate::mail::Post;
use crate::outgoing::{NoOutgoing, Outgoing};
use crate::webhook::Rules;

/// Ports to the outside, and the rules for using them.
#[derive(Clone)]
pub struct Outside {
    /// The guarded client.
    pub web: Arc<dyn Outgoing>,
    /// How mails are written and sent; `None`: they are not.
    pub post: Option<Post>,
    /// When webhooks are tried again.
    pub webhooks: Rules,
    /// Where exchange rates are fetched from; `None`: they are not.
    pub rates: Option<Url>,
}

impl Default for Outside {
    /// Reaches nothing.
    fn default() -> Self {
        Self { web: Arc::new(NoOutgoing), post: None, webhooks: Rules::default(), rates: None }
    }
}
