//! Which wholesaler a call means: the one of its path (`/w/5/…`), else the one whose domain was called.

use crossdock_app::hub::WholesalerRef;
use crossdock_domain::wholesale::WholesalerId;

/// `None` when the path names what is no number of a wholesaler.
pub(crate) fn named(path: Option<&str>, host: Option<&str>) -> Option<WholesalerRef> {
    let Some(id) = path else { return Some(WholesalerRef::Host(host.unwrap_or_default().to_owned())) };
    let digits = (1..=9).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| id.parse().ok().and_then(WholesalerId::new)).flatten().map(WholesalerRef::Id)
}
