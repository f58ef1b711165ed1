//! Sealing: values that a protocol needs back in plain are stored encrypted with a key that is not in the database.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use crossdock_db::{Db, DbError, Operation, Tx};
use crossdock_domain::random::Random;
use secrecy::SecretString;

use crate::Platform;

/// First characters of every sealed value: the format, so that another may follow.
const FORMAT: &str = "x1:";
/// Bytes of a nonce; long enough to be drawn at random for ever.
const NONCE: usize = 24;

/// The key that sealed values are encrypted with: 32 bytes from the key file.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey([u8; 32]);

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

/// A sealed value that does not open: another key file, or a damaged value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open; is the key file the one that this database was made with?")]
pub struct UnsealError;

impl SealingKey {
    /// The key of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }

    /// Seals a value. `place` says what it belongs to (`shop_accounts/1/2/password`): it opens only there, so that nobody
    /// who can write to the database moves one account's password to another.
    pub fn seal(&self, value: &[u8], place: &str, random: &dyn Random) -> String {
        let mut nonce = [0; NONCE];
        random.fill(&mut nonce);
        let payload = Payload { msg: value, aad: place.as_bytes() };
        // Fails only for values of many gigabytes.
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).expect("short values can be sealed");
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        format!("{FORMAT}{}", STANDARD.encode(bytes))
    }

    /// Opens a sealed value.
    pub fn open(&self, sealed: &str, place: &str) -> Result<Vec<u8>, UnsealError> {
        let bytes = STANDARD.decode(sealed.strip_prefix(FORMAT).ok_or(UnsealError)?).map_err(|_| UnsealError)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(UnsealError)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| UnsealError)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.cipher().decrypt(&XNonce::from(nonce), payload).map_err(|_| UnsealError)
    }

    /// Opens a sealed text.
    pub fn open_text(&self, sealed: &str, place: &str) -> Result<SecretString, UnsealError> {
        String::from_utf8(self.open(sealed, place)?).map(SecretString::from).map_err(|_| UnsealError)
    }
}

/// Fact of the database that was sealed with its key.
const CHECK: &str = "sealing_key_check";

struct Check(Platform);

impl Operation for Check {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let sealed = tx.meta(CHECK).await?;
        Ok(sealed.is_none_or(|sealed| self.0.config().sealing_key.open(&sealed, CHECK).is_ok()))
    }
}

/// Remembers which key the database's values are sealed with. To be called by every operation that stores a sealed value.
pub async fn remember_key(platform: &Platform, tx: &mut Tx) -> Result<(), DbError> {
    if tx.meta(CHECK).await?.is_none() {
        tx.set_meta(CHECK, &platform.config().sealing_key.seal(CHECK.as_bytes(), CHECK, platform.random())).await?;
    }
    Ok(())
}

/// Whether the database holds values that are sealed with some key.
pub async fn has_sealed_values(db: &Db) -> Result<bool, DbError> {
    Ok(db.read_with((), |tx, ()| Box::pin(tx.meta(CHECK))).await?.is_some())
}

impl Platform {
    /// Whether the key of this installation is the one that the database's values are sealed with; any key is while there are
    /// none. Nodes of one PostgreSQL database need copies of one key file, and this tells when they have not.
    pub async fn has_right_sealing_key(&self) -> Result<bool, DbError> {
        self.db().read(Check(self.clone())).await
    }
}

#[cfg(test)]
mod tests {
    use crossdock_domain::random::SeededRandom;

    use super::*;

    #[test]
    fn a_sealed_value_opens_with_its_key_at_its_place_only() {
        let random = SeededRandom::new(1);
        let key = SealingKey::new([7; 32]);
        let sealed = key.seal(b"inner hash", "accounts/1/1", &random);
        assert_eq!(key.open(&sealed, "accounts/1/1").as_deref(), Ok(b"inner hash".as_slice()));
        assert_eq!(key.open(&sealed, "accounts/1/2"), Err(UnsealError));
        assert_eq!(SealingKey::new([8; 32]).open(&sealed, "accounts/1/1"), Err(UnsealError));
        assert_ne!(sealed, key.seal(b"inner hash", "accounts/1/1", &random), "a nonce is never used twice");
        for broken in ["", "x1:", "x1:AAAA", "y1:AAAA", &sealed[..sealed.len() - 4]] {
            assert_eq!(key.open(broken, "accounts/1/1"), Err(UnsealError), "{broken}");
        }
        assert_eq!(format!("{key:?}"), "SealingKey");
    }
}
