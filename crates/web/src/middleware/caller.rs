//! Who is calling: the address and scheme behind trusted proxies.
//!
//! Only the header that the configured proxies write is read, and only from the right: everything left of the first
//! untrusted hop was typed by the client.

use std::net::{IpAddr, SocketAddr};

use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, header};

use crate::settings::{ForwardedHeader, NOWHERE, WebSettings};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// More hops than this is nobody's network.
const MAX_HOPS: usize = 32;

/// The other end of the connection; the server puts it into every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// Whether the connection is TLS.
    pub tls: bool,
}

/// Who is calling; in the extensions of every request that reaches a handler.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The client's address.
    pub address: IpAddr,
    /// Whether the client speaks HTTPS.
    pub https: bool,
    /// Whether a trusted proxy told us so.
    pub trusted_proxy: bool,
    /// The request's id, for error pages.
    pub request_id: HeaderValue,
}

/// The part of [`Caller`] that the connection and the proxies tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    pub(crate) https: bool,
    pub(crate) trusted_proxy: bool,
}

impl Origin {
    pub(crate) fn of(settings: &WebSettings, extensions: &Extensions, headers: &HeaderMap) -> Self {
        let (address, tls) = match extensions.get::<Peer>() {
            Some(peer) => (peer.address.ip().to_canonical(), peer.tls),
            None => (NOWHERE, false),
        };
        if !settings.trusts(address) {
            return Self { address, https: tls, trusted_proxy: false };
        }
        let (address, https) = match settings.forwarded_header {
            ForwardedHeader::XForwardedFor => {
                let hops_for = hops(headers, &X_FORWARDED_FOR).map(|text| (parse_hop(text), None));
                let (address, _) = client(settings, address, hops_for);
                (address, hops(headers, &X_FORWARDED_PROTO).next().and_then(scheme))
            }
            ForwardedHeader::Forwarded => {
                client(settings, address, hops(headers, &header::FORWARDED).map(parse_element))
            }
        };
        Self { address, https: https.unwrap_or(tls), trusted_proxy: true }
    }
}

/// Whether the request says that it comes through a proxy, trusted or not.
pub(crate) fn names_a_client(headers: &HeaderMap) -> bool {
    headers.contains_key(X_FORWARDED_FOR)
        || headers.contains_key(header::FORWARDED)
        || headers.contains_key(header::VIA)
}

/// Walks from the nearest hop outwards while hops are trusted. A hop that cannot be read ends the walk at the proxy
/// that reported it: the worst that can happen is that a client shares the proxy's limits.
fn client(
    settings: &WebSettings,
    peer: IpAddr,
    hops: impl Iterator<Item = (Option<IpAddr>, Option<bool>)>,
) -> (IpAddr, Option<bool>) {
    let mut nearest = (peer, None);
    for (address, https) in hops.take(MAX_HOPS) {
        let Some(address) = address else {
            return (nearest.0, https.or(nearest.1));
        };
        nearest = (address, https);
        if !settings.trusts(address) {
            break;
        }
    }
    nearest
}

/// The elements of a list header that may be spread over several lines, from the right.
fn hops<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> + use<'a> {
    // A line that is no text cannot be read: it becomes one unreadable hop.
    let lines = headers.get_all(name).iter().rev().map(|line| line.to_str().unwrap_or("?"));
    lines.flat_map(|line| line.rsplit(',')).map(str::trim).filter(|hop| !hop.is_empty())
}

fn scheme(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("https") {
        Some(true)
    } else if text.eq_ignore_ascii_case("http") {
        Some(false)
    } else {
        None
    }
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

/// One element of `Forwarded`: pairs with semicolons between, values perhaps in quotes (RFC 7239).
///
/// Splitting at commas and semicolons without regard to quotes can only break values that are no address and no scheme.
fn parse_element(element: &str) -> (Option<IpAddr>, Option<bool>) {
    let mut address = None;
    let mut https = None;
    for (name, value) in element.split(';').filter_map(|pair| pair.split_once('=')) {
        let value = value.trim().trim_matches('"');
        match name.trim() {
            name if name.eq_ignore_ascii_case("for") => address = parse_hop(value),
            name if name.eq_ignore_ascii_case("proto") => https = scheme(value),
            _ => {}
        }
    }
    (address, https)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(peer: &str, forwarded: ForwardedHeader, headers: &[(&'static str, &'static str)]) -> Origin {
        let mut settings = WebSettings::new("https://checkout.example");
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().expect("network"), "::1".parse().expect("address")];
        settings.forwarded_header = forwarded;
        let mut extensions = Extensions::new();
        extensions.insert(Peer { address: peer.parse().expect("peer"), tls: false });
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        Origin::of(&settings, &extensions, &map)
    }

    fn address(peer: &str, headers: &[(&'static str, &'static str)]) -> String {
        origin(peer, ForwardedHeader::XForwardedFor, headers).address.to_string()
    }

    #[test]
    fn a_stranger_cannot_name_another_address() {
        let spoof =
            [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.2"), ("x-forwarded-proto", "https")];
        for mode in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            let origin = origin("203.0.113.9:5000", mode, &spoof);
            assert_eq!(origin.address.to_string(), "203.0.113.9");
            assert!(!origin.https && !origin.trusted_proxy);
        }
    }

    #[test]
    fn the_right_most_untrusted_hop_counts() {
        let cases: &[(&[(&'static str, &'static str)], &str)] = &[
            (&[("x-forwarded-for", "203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "198.51.100.1, 203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "198.51.100.1, 203.0.113.9, 10.1.1.1")], "203.0.113.9"),
            (&[("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9")], "203.0.113.9"),
            (&[("x-forwarded-for", "198.51.100.1,, 203.0.113.9 ,")], "203.0.113.9"),
            (&[("x-forwarded-for", "203.0.113.9:4711")], "203.0.113.9"),
            (&[("x-forwarded-for", "[2001:db8::1]:4711")], "2001:db8::1"),
            (&[("x-forwarded-for", "[2001:db8::1]")], "2001:db8::1"),
            (&[("x-forwarded-for", "10.2.2.2, 10.1.1.1")], "10.2.2.2"),
            (&[("x-forwarded-for", "203.0.113.9, unknown")], "10.0.0.1"),
            (&[("x-forwarded-for", "203.0.113.9, garbage, 10.1.1.1")], "10.1.1.1"),
            (&[], "10.0.0.1"),
        ];
        for (headers, expected) in cases {
            assert_eq!(address("10.0.0.1:80", headers), *expected, "{headers:?}");
        }
    }

    #[test]
    fn a_mapped_peer_is_the_proxy_it_is() {
        assert_eq!(address("[::ffff:10.0.0.1]:80", &[("x-forwarded-for", "203.0.113.9")]), "203.0.113.9");
    }

    #[test]
    fn only_the_configured_header_is_read() {
        let both = [("x-forwarded-for", "203.0.113.9"), ("forwarded", "for=198.51.100.2;proto=https")];
        assert_eq!(origin("10.0.0.1:80", ForwardedHeader::XForwardedFor, &both).address.to_string(), "203.0.113.9");
        assert_eq!(origin("10.0.0.1:80", ForwardedHeader::Forwarded, &both).address.to_string(), "198.51.100.2");
    }

    #[test]
    fn forwarded_is_read_as_the_rfc_writes_it() {
        let cases = [
            ("for=203.0.113.9;proto=https", "203.0.113.9", true),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17", false),
            ("for=198.51.100.7, for=203.0.113.9;Proto=HTTPS;by=10.0.0.1, for=10.1.1.1;proto=http", "203.0.113.9", true),
            ("for=_hidden;proto=https", "10.0.0.1", true),
            ("for=unknown", "10.0.0.1", false),
        ];
        for (value, expected, https) in cases {
            let origin = origin("10.0.0.1:80", ForwardedHeader::Forwarded, &[("forwarded", value)]);
            assert_eq!((origin.address.to_string().as_str(), origin.https), (expected, https), "{value}");
        }
    }

    #[test]
    fn scheme_is_the_last_proxys_word() {
        let proto =
            |value| origin("10.0.0.1:80", ForwardedHeader::XForwardedFor, &[("x-forwarded-proto", value)]).https;
        assert!(proto("https"));
        assert!(proto("http, HTTPS"));
        assert!(!proto("https, http"));
        assert!(!proto("gopher"));
    }
}
