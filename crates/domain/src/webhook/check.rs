//! What an endpoint must fulfil before it is stored. Whether its body can be rendered is checked where templates are known.

use url::{Host, Url};

use super::{Endpoint, WebhookEvent};

/// Longest address.
const MAX_URL: usize = 2_000;
/// Most headers of one's own.
const MAX_HEADERS: usize = 20;
/// Longest value of one.
const MAX_HEADER: usize = 1_000;
/// Longest body template, in bytes.
pub(super) const MAX_BODY: usize = 32 * 1024;

/// Headers that are ours, or the connection's.
const RESERVED: [&str; 11] = [
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// Why an endpoint is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct EndpointProblem {
    /// Which part of it.
    pub field: &'static str,
    /// What is wrong.
    pub problem: String,
}

fn problem(field: &'static str, problem: impl Into<String>) -> EndpointProblem {
    EndpointProblem { field, problem: problem.into() }
}

/// Reads an address that others have chosen: `http` or `https`, a host, no user, no fragment.
pub fn check_url(text: &str) -> Result<Url, EndpointProblem> {
    let refuse = |why: &str| problem("url", format!("{text:?} {why}"));
    if text.len() > MAX_URL {
        return Err(problem("url", format!("is longer than {MAX_URL} characters")));
    }
    let url = Url::parse(text).map_err(|error| refuse(&format!("is no address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("must begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(problem("url", "must hold no user and no password; use a header"));
    }
    if url.fragment().is_some() {
        return Err(refuse("must have no part behind #"));
    }
    match url.host() {
        Some(Host::Domain(name)) if name.trim_end_matches('.').is_empty() => Err(refuse("has no host")),
        Some(_) => Ok(url),
        None => Err(refuse("has no host")),
    }
}

fn check_header(name: &str, value: &str) -> Result<(), EndpointProblem> {
    let refuse = |why: &str| Err(problem("headers", format!("{name:?} {why}")));
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() || name.len() > 100 || !name.bytes().all(is_token) {
        return refuse("is no name of a header");
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || lower.starts_with("webhook-") || lower.starts_with("x-webhook-") {
        return refuse("is written by the sender itself");
    }
    if value.len() > MAX_HEADER || !value.bytes().all(|b| (0x20..0x7F).contains(&b)) {
        return refuse("has a value that is too long or holds more than plain letters, digits and signs");
    }
    Ok(())
}

impl Endpoint {
    fn no_such_event(&self, kind: WebhookEvent) -> String {
        let owner = self.owner;
        let known: Vec<&str> =
            WebhookEvent::of(owner).filter(|event| *event != WebhookEvent::Test).map(WebhookEvent::code).collect();
        if known.is_empty() {
            return format!(
                "nothing is told of {owner} so far, and {kind} happens at wholesalers only; read a store's orders by the checkout API"
            );
        }
        format!("{kind} does not happen at {owner}; its events are {}", known.join(", "))
    }

    /// Everything that can be told without rendering its body.
    pub fn check(&self) -> Result<Url, EndpointProblem> {
        let url = check_url(&self.url)?;
        if self.events.is_empty() {
            return Err(problem("events", "name at least one event"));
        }
        for kind in &self.events {
            if !WebhookEvent::of(self.owner).any(|known| known == *kind) {
                return Err(problem("events", self.no_such_event(*kind)));
            }
        }
        if self.account.as_deref().is_some_and(|account| account.trim().is_empty() || account.len() > 200) {
            return Err(problem("account", "must have 1 to 200 characters"));
        }
        if self.headers.len() > MAX_HEADERS {
            return Err(problem("headers", format!("are more than {MAX_HEADERS}")));
        }
        for (name, value) in &self.headers {
            check_header(name, value)?;
        }
        if self.body.as_deref().is_some_and(|body| body.len() > MAX_BODY) {
            return Err(problem("body", format!("is longer than {MAX_BODY} bytes")));
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::webhook::{ContentType, Method, Owner};
    use crate::wholesale::WholesalerId;

    fn endpoint() -> Endpoint {
        Endpoint {
            owner: Owner::Wholesaler(WholesalerId::new(7).expect("id")),
            id: "0198c0de-0000-7000-8000-000000000001".parse().expect("id"),
            account: None,
            events: vec![WebhookEvent::DropshippingOrderSent],
            url: "https://shop.example/hook?a=1".to_owned(),
            method: Method::Post,
            content_type: ContentType::Json,
            headers: vec![("X-Token".to_owned(), "abc".to_owned())],
            body: None,
            active: true,
            note: None,
            failing_since: None,
            paused_until: None,
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn addresses_of_other_kinds_and_with_credentials_are_refused() {
        assert!(check_url("http://shop.example:8080/a?b=c").is_ok());
        assert!(check_url("https://[2606:4700::1111]/").is_ok());
        for bad in [
            "",
            "shop.example/hook",
            "ftp://shop.example/",
            "file:///etc/passwd",
            "https://user@shop.example/",
            "https://:secret@shop.example/",
            "https://shop.example/#x",
            "https:///",
            "https://./",
        ] {
            let error = check_url(bad).expect_err(bad);
            assert_eq!(error.field, "url");
            assert!(!error.problem.contains("secret"), "a password is not repeated: {error}");
        }
    }

    #[test]
    fn every_part_of_an_endpoint_is_checked() {
        assert!(endpoint().check().is_ok());
        let field = |change: &dyn Fn(&mut Endpoint)| {
            let mut endpoint = endpoint();
            change(&mut endpoint);
            endpoint.check().map_or_else(|problem| problem.field, |_| "good")
        };
        assert_eq!(field(&|e| e.url = "gopher://x".to_owned()), "url");
        assert_eq!(field(&|e| e.events.clear()), "events");
        assert_eq!(field(&|e| e.account = Some(" ".to_owned())), "account");
        assert_eq!(field(&|e| e.body = Some("x".repeat(MAX_BODY + 1))), "body");
        for (name, value) in [
            ("Host", "other.example"),
            ("webhook-id", "1"),
            ("X-Webhook-Signature", "1"),
            ("Content-Length", "5"),
            ("bad name", "1"),
            ("", "1"),
            ("X-Token", "a\r\nHost: other.example"),
            ("X-Token", "zażółć"),
        ] {
            assert_eq!(field(&|e| e.headers = vec![(name.to_owned(), value.to_owned())]), "headers", "{name}");
        }
        assert_eq!(field(&|e| e.headers = vec![("X-A".to_owned(), String::new()); 21]), "headers");
    }
}
