//! Headers that keep pages safe in the browser. One policy for every page of the hosted checkout; what differs per
//! store (where forms may lead, who may frame) is an argument.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What a page's policy depends on.
#[derive(Debug, Clone, Copy, Default)]
pub struct PagePolicy<'a> {
    /// Nonce of this answer, the one in the page's layout.
    pub nonce: &'a str,
    /// The page really carries the merchant's footer: the cart has one, the store allows it, the page shows it.
    pub merchant_footer: bool,
    /// Hosts that a form's answer may redirect to (`StoreSettings::redirect_hosts`).
    pub redirect_hosts: &'a [String],
    /// Origins that may show the page in a frame (`StoreSettings::frame_origins`).
    pub frame_origins: &'a [String],
}

impl PagePolicy<'_> {
    /// The `Content-Security-Policy`.
    ///
    /// * `form-action` names the redirect hosts because Chromium applies it to redirects after a POST as well: without
    ///   them the buyer would be stuck on the pay page although the order is placed.
    /// * `img-src` is open because product pictures live on any host a shop chose, some still without TLS.
    /// * A merchant's footer is analytics code that nobody here has read. Where the store turned it on, its scripts run
    ///   by nonce, may load further scripts (`strict-dynamic`, without which no tag manager works) and may report home
    ///   over https. That is the full power of a script in the page, so such pages must not show card fields:
    ///   `Page::MERCHANT_FOOTER` is off for all pages about money, and event handler attributes stay forbidden.
    pub fn content_security_policy(&self) -> String {
        let mut script = String::from("'self'");
        let mut connect = "'none'";
        let mut frame = "'none'";
        let nonce: String = self.nonce.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        if self.merchant_footer && !nonce.is_empty() {
            script = format!("'self' 'nonce-{nonce}' 'strict-dynamic'");
            connect = "'self' https:";
            frame = "https:";
        }
        let mut form = String::from("'self'");
        for source in self.redirect_hosts.iter().filter_map(|host| redirect_source(host)) {
            form.push(' ');
            form.push_str(&source);
        }
        let ancestors: Vec<_> = self.frame_origins.iter().filter_map(|origin| frame_source(origin)).collect();
        let ancestors = if ancestors.is_empty() { "'none'".to_owned() } else { ancestors.join(" ") };
        format!(
            "default-src 'none'; style-src 'self'; script-src {script}; img-src 'self' https: http: data:; \
             connect-src {connect}; frame-src {frame}; form-action {form}; frame-ancestors {ancestors}; base-uri 'none'"
        )
    }

    /// Sets all headers of a page.
    pub fn apply(&self, headers: &mut HeaderMap) {
        let fixed = [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::REFERRER_POLICY, "same-origin"),
            (header::CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("permissions-policy"), PERMISSIONS),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        // Only for browsers too old for frame-ancestors; it cannot name other origins.
        if self.frame_origins.is_empty() {
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        }
        // Sources are filtered to visible ASCII, so this always is a header value.
        if let Ok(policy) = HeaderValue::from_str(&self.content_security_policy()) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// No page uses any of these.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()";

/// A registered host as a source. The scheme `http` stands for `https` too, and without a port every port is meant,
/// as in `StoreSettings::may_redirect_to`. Anything that is no host (an IPv6 address cannot be a source) is left out.
fn redirect_source(entry: &str) -> Option<String> {
    let entry = entry.trim().to_ascii_lowercase();
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None => (entry.as_str(), "*"),
    };
    let port_fits = port == "*" || (!port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    (is_host(host) && port_fits).then(|| format!("http://{host}:{port}"))
}

/// An origin `https://shop.example[:port]` as a source.
fn frame_source(origin: &str) -> Option<String> {
    let origin = origin.trim().trim_end_matches('/').to_ascii_lowercase();
    let rest = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))?;
    let (host, port) = rest.split_once(':').unwrap_or((rest, "0"));
    let fits = is_host(host) && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(origin)
}

/// Letters, digits, dots and hyphens, with `*.` at most in front. A bare `*` is none: it would allow everybody.
fn is_host(text: &str) -> bool {
    let name = text.strip_prefix("*.").unwrap_or(text);
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn directive(policy: &str, name: &str) -> String {
        let found = policy.split("; ").find(|part| part.split(' ').next() == Some(name));
        found.unwrap_or_else(|| panic!("{name} in {policy}")).to_owned()
    }

    #[test]
    fn nothing_is_allowed_that_a_page_does_not_use() {
        let policy = PagePolicy { nonce: "abc", ..PagePolicy::default() }.content_security_policy();
        assert_eq!(directive(&policy, "default-src"), "default-src 'none'");
        assert_eq!(directive(&policy, "script-src"), "script-src 'self'");
        assert_eq!(directive(&policy, "connect-src"), "connect-src 'none'");
        assert_eq!(directive(&policy, "form-action"), "form-action 'self'");
        assert_eq!(directive(&policy, "frame-ancestors"), "frame-ancestors 'none'");
        assert!(!policy.contains("unsafe"));
    }

    #[test]
    fn forms_may_lead_to_the_registered_hosts_only() {
        let hosts = texts(&[
            "www.Shop.example",
            "*.shop.example",
            "localhost:9000",
            "*",
            "[::1]",
            "a; script-src *",
            "x:y",
            "",
        ]);
        let policy = PagePolicy { redirect_hosts: &hosts, ..PagePolicy::default() }.content_security_policy();
        assert_eq!(
            directive(&policy, "form-action"),
            "form-action 'self' http://www.shop.example:* http://*.shop.example:* http://localhost:9000"
        );
        assert_eq!(directive(&policy, "script-src"), "script-src 'self'");
    }

    #[test]
    fn registered_origins_may_frame_the_page() {
        let origins =
            texts(&["https://shop.example/", "http://localhost:8000", "shop.example", "https://*", "https://a b"]);
        let policy = PagePolicy { frame_origins: &origins, ..PagePolicy::default() };
        let csp = policy.content_security_policy();
        assert_eq!(directive(&csp, "frame-ancestors"), "frame-ancestors https://shop.example http://localhost:8000");
        let mut headers = HeaderMap::new();
        policy.apply(&mut headers);
        assert!(!headers.contains_key(header::X_FRAME_OPTIONS));
    }

    #[test]
    fn a_merchant_footer_opens_scripts_by_nonce_and_nothing_inline() {
        let policy = PagePolicy { nonce: "aB-_9", merchant_footer: true, ..PagePolicy::default() };
        let csp = policy.content_security_policy();
        assert_eq!(directive(&csp, "script-src"), "script-src 'self' 'nonce-aB-_9' 'strict-dynamic'");
        assert!(!csp.contains("unsafe"));
        let broken = PagePolicy { nonce: "'; script-src *", merchant_footer: true, ..PagePolicy::default() };
        assert_eq!(
            directive(&broken.content_security_policy(), "script-src"),
            "script-src 'self' 'nonce-script-src' 'strict-dynamic'"
        );
    }

    #[test]
    fn pages_are_never_stored_or_sniffed() {
        let mut headers = HeaderMap::new();
        PagePolicy::default().apply(&mut headers);
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
        assert!(headers.contains_key(header::CONTENT_SECURITY_POLICY));
    }
}
