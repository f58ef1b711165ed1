//! `Accept` and `Content-Type`: what passes, and the HTML pages for what does not (checkout protocol §1).

/// Whether JSON may be sent to a client with this `Accept` header.
///
/// Real clients send `*/*`, nothing at all, or values that are not well-formed; all of them must pass. Only a readable
/// header that leaves no room for JSON is refused.
pub fn accepts_json(accept: Option<&str>) -> bool {
    let Some(accept) = accept.map(str::trim).filter(|text| !text.is_empty()) else { return true };
    // The most specific range that covers JSON decides; among equals the kindest.
    let mut best: Option<(u8, bool)> = None;
    for range in accept.split(',').map(str::trim).filter(|range| !range.is_empty()) {
        let mut parts = range.split(';');
        let media = parts.next().unwrap_or_default();
        let Some((kind, subtype)) = media_type(media) else { return true };
        let specificity = match (kind.as_str(), subtype.as_str()) {
            (_, subtype) if names_json(subtype) => 2,
            ("application", "*") => 1,
            ("*", "*") => 0,
            _ => continue,
        };
        let wanted = !parts.any(is_zero_quality);
        best = best.max(Some((specificity, wanted)));
    }
    best.is_some_and(|(_, wanted)| wanted)
}

/// Whether a body with this `Content-Type` is read as JSON: any JSON type, with any parameters. Clients that send no
/// header at all mean JSON.
pub fn is_json_content_type(content_type: Option<&str>) -> bool {
    let Some(text) = content_type.map(str::trim).filter(|text| !text.is_empty()) else { return true };
    let essence = text.split([';', ',']).next().unwrap_or_default();
    media_type(essence).is_some_and(|(_, subtype)| names_json(&subtype))
}

/// HTML for status 406.
pub const fn not_acceptable() -> &'static str {
    "<!doctype html>\n<html lang=\"en\"><head><title>406 Not Acceptable</title></head>\
     <body><h1>406 Not Acceptable</h1><p>This API answers application/json.</p></body></html>\n"
}

/// HTML for status 415.
pub const fn unsupported_media_type() -> &'static str {
    "<!doctype html>\n<html lang=\"en\"><head><title>415 Unsupported Media Type</title></head>\
     <body><h1>415 Unsupported Media Type</h1><p>This API reads application/json.</p></body></html>\n"
}

/// Type and subtype in lower case; `None` when the text is no media type.
fn media_type(text: &str) -> Option<(String, String)> {
    let (kind, subtype) = text.trim().split_once('/')?;
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    (is_token(kind) && is_token(subtype)).then(|| (kind.to_ascii_lowercase(), subtype.to_ascii_lowercase()))
}

/// `json`, `x-json`, `problem+json`, …
fn names_json(subtype: &str) -> bool {
    matches!(subtype, "json" | "x-json") || subtype.ends_with("+json")
}

/// `q=0`, `q=0.000`; anything that does not read as zero is no refusal.
fn is_zero_quality(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    let value = value.trim();
    name.trim().eq_ignore_ascii_case("q") && value.starts_with('0') && value.bytes().all(|b| matches!(b, b'0' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_observed_client_passes() {
        for accept in [
            None,
            Some(""),
            Some("*/*"),
            Some("application/json"),
            Some("application/json; charset=utf-8"),
            Some("Application/JSON"),
            Some("application/*"),
            Some("*/*; q=0.5, text/plain; q=0.8, text/html;level=3;q=0.9, application/json"),
            Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            Some("text/javascript, text/html, application/xml, text/xml, */*"),
            Some("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"),
        ] {
            assert!(accepts_json(accept), "{accept:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_passes() {
        for accept in ["json", "application", "/", "text/html, nonsense", "a b/c", "\u{1f600}"] {
            assert!(accepts_json(Some(accept)), "{accept:?}");
        }
    }

    #[test]
    fn only_a_header_without_room_for_json_is_refused() {
        for accept in [
            "text/html",
            "application/xml",
            "text/*",
            "application/json;q=0",
            "*/*, application/json; q=0.0",
            "application/*;q=0, */*",
            "text/html;level=3;q=0.9, text/plain",
        ] {
            assert!(!accepts_json(Some(accept)), "{accept}");
        }
        assert!(accepts_json(Some("*/*;q=0, application/json")));
        assert!(accepts_json(Some("application/json;q=0, application/json")), "among equals the kindest");
    }

    #[test]
    fn bodies_of_another_declared_type_are_refused() {
        for good in [
            None,
            Some(" "),
            Some("application/json"),
            Some("APPLICATION/JSON; charset=UTF-8"),
            Some("application/json;charset=utf-8;x=y"),
            Some("application/json, application/json"),
            Some("text/json"),
            Some("application/vnd.api+json"),
        ] {
            assert!(is_json_content_type(good), "{good:?}");
        }
        for bad in [
            "application/x-www-form-urlencoded",
            "text/plain",
            "multipart/form-data; boundary=json",
            "json",
            "text/html",
        ] {
            assert!(!is_json_content_type(Some(bad)), "{bad}");
        }
    }
}
