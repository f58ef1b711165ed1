//! Sealing: what a protocol needs back in plain text lies in the database only encrypted, by a key that does not.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use crossdock_domain::random::Random;

/// Form of a sealed text; another one may follow.
const FORM: &str = "s1:";

/// The key of an installation. Does not print.
#[derive(Clone)]
pub struct SealKey(Option<ChaCha20Poly1305>);

/// Why something was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The process has no key.
    #[error("this process has no key for sealed values")]
    NoKey,
    /// Damaged, for another purpose, or sealed with another key.
    #[error("a sealed value cannot be opened; is this the key file that belongs to the database?")]
    Broken,
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

impl SealKey {
    /// The key of these bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Some(ChaCha20Poly1305::new(bytes.into())))
    }

    /// No key: nothing can be sealed or opened.
    pub const fn none() -> Self {
        Self(None)
    }

    /// Seals. `purpose` names what it is and whose; only the same words open it again.
    pub fn seal(&self, random: &dyn Random, purpose: &str, plain: &[u8]) -> Result<String, SealError> {
        let cipher = self.0.as_ref().ok_or(SealError::NoKey)?;
        let mut nonce = [0; 12];
        random.fill(&mut nonce);
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Broken)?;
        Ok(format!("{FORM}{}", STANDARD.encode([&nonce[..], &sealed].concat())))
    }

    /// Opens what was sealed for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let cipher = self.0.as_ref().ok_or(SealError::NoKey)?;
        let bytes = sealed.strip_prefix(FORM).and_then(|text| STANDARD.decode(text).ok()).ok_or(SealError::Broken)?;
        let (nonce, sealed) = bytes.split_first_chunk::<12>().ok_or(SealError::Broken)?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        cipher.decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError::Broken)
    }
}

#[cfg(test)]
mod tests {
    use crossdock_domain::random::SeededRandom;

    use super::*;

    #[test]
    fn only_the_same_key_and_purpose_open_a_sealed_value() {
        let random = SeededRandom::new(1);
        let key = SealKey::new(&[7; 32]);
        let sealed = key.seal(&random, "secret of 1", b"plain").expect("sealed");
        assert_eq!(key.open("secret of 1", &sealed).as_deref(), Ok(&b"plain"[..]));
        assert!(!sealed.contains("plain"));
        assert_ne!(key.seal(&random, "secret of 1", b"plain").expect("sealed"), sealed, "never the same twice");
        assert_eq!(key.open("secret of 2", &sealed), Err(SealError::Broken));
        assert_eq!(SealKey::new(&[8; 32]).open("secret of 1", &sealed), Err(SealError::Broken));
        assert_eq!(SealKey::none().open("secret of 1", &sealed), Err(SealError::NoKey));
        for damaged in ["", "s1:", "s1:AAAA", "plain", &sealed[..sealed.len() - 4]] {
            assert_eq!(key.open("secret of 1", damaged), Err(SealError::Broken), "{damaged}");
        }
    }
}
