//! How secrets are stored.

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// Hash under which an API secret is stored. Secrets are random (GUIDs, 122 bits), so a plain fast hash cannot be
/// reversed by guessing, and every API call can afford it.
pub fn hash_secret(secret: &SecretString) -> String {
    let digest = Sha256::digest(secret.expose_secret().trim().as_bytes());
    format!("sha256:{}", hex(&digest))
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
