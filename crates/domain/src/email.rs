//! Mail addresses: one reader for every place that takes one, and the form in which mail servers take it.

use url::Host;

/// Longest part before the `@`, in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Longest address, in bytes (RFC 5321 §4.5.3.1.3, less the angle brackets).
const MAX_ADDRESS: usize = 254;

/// Why a text is not one mail address, in words for whoever wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailProblem {
    /// Several, or a name beside it.
    #[error("write one e-mail address, without a name, spaces or separators")]
    NotOne,
    /// The part before the `@`.
    #[error("the part of the e-mail address before the @ is not valid")]
    Local,
    /// The part after it.
    #[error("the domain of the e-mail address is not valid; it is written like shop.example")]
    Domain,
}

/// Reads one address and answers it as mail servers take it: without blanks around it, the domain in small ASCII letters
/// (`exämple.de` is `xn--exmple-cua.de`). The part before the `@` stays as it is; only servers with SMTPUTF8 take one that is not ASCII.
/// Whether the box exists only a mail can tell.
pub fn read_email(text: &str) -> Result<String, EmailProblem> {
    // Keyboards for Chinese and Japanese write the wide one.
    let text = text.trim().replace('\u{FF20}', "@");
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c)) {
        return Err(EmailProblem::NotOne);
    }
    let (local, domain) = text.rsplit_once('@').ok_or(EmailProblem::NotOne)?;
    if local.contains('@') {
        return Err(EmailProblem::NotOne);
    }
    if local.len() > MAX_LOCAL || local.split('.').any(|atom| atom.is_empty() || !atom.chars().all(is_atom)) {
        return Err(EmailProblem::Local);
    }
    let domain = ascii_domain(domain).ok_or(EmailProblem::Domain)?;
    let address = format!("{local}@{domain}");
    if address.len() > MAX_ADDRESS { Err(EmailProblem::Domain) } else { Ok(address) }
}

/// Letters of an atom (RFC 5322 §3.2.3), and those of other scripts (RFC 6532).
fn is_atom(c: char) -> bool {
    c.is_alphanumeric() || (c.is_ascii() && "!#$%&'*+-/=?^_`{|}~".contains(c)) || (!c.is_ascii() && !c.is_control())
}

fn ascii_domain(domain: &str) -> Option<String> {
    // A host of a URL may be percent-encoded; a domain may not.
    if domain.contains('%') {
        return None;
    }
    let Ok(Host::Domain(domain)) = Host::parse(domain) else { return None };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (domain.contains('.') && domain.split('.').all(is_label)).then_some(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_mail_servers_take_it() {
        for (text, read) in [
            ("a@b.co", "a@b.co"),
            (" first.last+tag@Mail.Example.ORG ", "first.last+tag@mail.example.org"),
            ("a@exämple.de", "a@xn--exmple-cua.de"),
            ("A@EXÄMPLE.DE", "A@xn--exmple-cua.de"),
            ("a@xn--exmple-cua.de", "a@xn--exmple-cua.de"),
            ("a\u{FF20}b.co", "a@b.co"),
            ("a@例え.jp", "a@xn--r8jz45g.jp"),
            ("a@b\u{3002}co", "a@b.co"),
            ("ü@b.co", "ü@b.co"),
            ("o'neil=x@b.co", "o'neil=x@b.co"),
        ] {
            assert_eq!(read_email(text).as_deref(), Ok(read), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_address_is_refused() {
        use EmailProblem::{Domain, Local, NotOne};
        for (text, problem) in [
            ("", NotOne),
            ("nobody", NotOne),
            ("a@x.example, b@y.example", NotOne),
            ("a@x.example,b@y.example", NotOne),
            ("a@x.example;b@y.example", NotOne),
            ("shop one@x.example", NotOne),
            ("Shop <a@x.example>", NotOne),
            ("a@b@c.de", NotOne),
            ("a@x.example\r\nBcc: b@y.example", NotOne),
            ("a@[127.0.0.1]", NotOne),
            ("@b.co", Local),
            (".a@b.co", Local),
            ("a..b@b.co", Local),
            ("a@", Domain),
            ("a@b", Domain),
            ("a@x..example", Domain),
            ("a@.co", Domain),
            ("a@b.", Domain),
            ("a@127.0.0.1", Domain),
            ("a@-b.co", Domain),
            ("a@b%2eco", Domain),
        ] {
            assert_eq!(read_email(text), Err(problem), "{text:?}");
        }
        assert_eq!(read_email(&format!("{}@b.co", "a".repeat(65))), Err(Local));
        assert_eq!(read_email(&format!("a@{}.co", "b".repeat(64))), Err(Domain));
    }
}
