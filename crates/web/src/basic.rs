//! Login and password of Basic authentication (RFC 7617).

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

/// What a request shows, when it shows any.
pub(crate) fn credentials(headers: &HeaderMap) -> Option<(String, SecretString)> {
    let (scheme, basic) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(basic.trim()).ok()?).ok()?;
    decoded.split_once(':').map(|(login, password)| (login.to_owned(), SecretString::from(password.to_owned())))
}
