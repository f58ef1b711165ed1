//! Signatures: Standard Webhooks (`webhook-signature: v1,…` over id, time and body) and the protocol's proposed header
//! (customer protocol §6: `X-Webhook-Signature: sha256=…` over the body).

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::EventId;
use crossdock_domain::random::Random;
use crossdock_domain::webhook::WebhookEvent;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::webhook::WebhookError;

/// What secrets begin with.
const PREFIX: &str = "whsec_";

/// A new secret: 32 random bytes.
pub(super) fn new_secret(random: &dyn Random) -> SecretString {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    SecretString::from(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The key behind a secret; 24 to 64 bytes as Standard Webhooks wants it.
fn key(secret: &SecretString) -> Result<Vec<u8>, WebhookError> {
    let text = secret.expose_secret().strip_prefix(PREFIX);
    let key = text.and_then(|text| STANDARD.decode(text).ok()).filter(|key| (24..=64).contains(&key.len()));
    key.ok_or(WebhookError::BadSecret)
}

/// Whether a secret can sign.
pub(super) fn check(secret: &SecretString) -> Result<(), WebhookError> {
    key(secret).map(drop)
}

fn mac(key: &[u8], parts: &[&[u8]]) -> impl AsRef<[u8]> + use<> {
    // HMAC takes keys of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes every key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes()
}

/// Headers that name and sign a message. `secrets` begins with the present one; the others are on their way out and sign
/// as well, so that a receiver may change over.
pub(super) fn headers(
    secrets: &[SecretString],
    (kind, id): (WebhookEvent, EventId),
    at: Timestamp,
    body: &[u8],
) -> Result<Vec<(String, String)>, WebhookError> {
    let (id, seconds) = (id.to_string(), at.0.div_euclid(1_000_000).to_string());
    let mut signatures = Vec::new();
    for secret in secrets {
        let signed = mac(&key(secret)?, &[id.as_bytes(), b".", seconds.as_bytes(), b".", body]);
        signatures.push(format!("v1,{}", STANDARD.encode(signed)));
    }
    let present = secrets.first().ok_or(WebhookError::BadSecret)?;
    // The whole secret as it is printed is the key here: the plainest thing for small scripts.
    let plain = mac(present.expose_secret().as_bytes(), &[body]);
    let hex = plain.as_ref().iter().fold("sha256=".to_owned(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    });
    let headers = [
        ("webhook-id", id.clone()),
        ("webhook-timestamp", seconds),
        ("webhook-signature", signatures.join(" ")),
        ("x-webhook-event", kind.code().to_owned()),
        ("x-webhook-id", id),
        ("x-webhook-signature", hex),
    ];
    Ok(headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
