//! Secrets on their way between the command line and the use cases.

use crossdock_app::App;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

/// A secret that crosses the control socket and does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<Secret> for SecretString {
    fn from(secret: Secret) -> Self {
        Self::from(secret.0)
    }
}

/// The secret to use, and what its owner has to see of it: a new one, never their own.
pub fn given_or_new(app: &App, given: Option<Secret>) -> (SecretString, Option<String>) {
    if let Some(secret) = given {
        return (secret.into(), None);
    }
    let new = app.platform().new_secret();
    let shown = new.expose_secret().to_owned();
    (new, Some(shown))
}
