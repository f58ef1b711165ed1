//! What an app reaches outside of itself: the web and a mail server.

use std::sync::Arc;

use url::Url;

use crate::App;
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

impl App {
    /// The same app with ways to the outside.
    ///
    /// # Panics
    /// When the app was cloned before: a clone would be left behind.
    #[must_use]
    pub fn with_outside(mut self, outside: Outside) -> Self {
        Arc::get_mut(&mut self.inner).expect("an app gets its ports before it is shared").outside = outside;
        self
    }

    /// Ways to the outside.
    pub fn outside(&self) -> &Outside {
        &self.inner.outside
    }
}
