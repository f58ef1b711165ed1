//! What a body says before anybody asks what it means: one tree for JSON and XML, with limits that keep reading cheap.

use serde_json::Value;

/// Deepest nesting of a body; the protocol needs eight levels.
pub(super) const DEPTH_LIMIT: usize = 32;
/// Most elements of a body, counted before anything is allocated for them. A full batch with every field has about 5,000.
pub(super) const NODE_LIMIT: usize = 100_000;

/// A value as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Raw {
    /// `null`, or `xsi:nil`.
    Nothing,
    /// A text; in XML every scalar is one.
    Text(String),
    /// A JSON number in its own spelling.
    Number(String),
    Flag(bool),
    List(Vec<Raw>),
    /// Names may repeat: that is how XML writes lists.
    Fields(Vec<(String, Raw)>),
}

impl Raw {
    /// The last field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&Raw> {
        match self {
            Self::Fields(fields) => fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Takes the last field of this name out.
    pub(super) fn take(&mut self, name: &str) -> Option<Raw> {
        let Self::Fields(fields) = self else { return None };
        let place = fields.iter().rposition(|(key, _)| key == name)?;
        Some(fields.swap_remove(place).1)
    }

    /// A text, number or boolean as text without blanks around it; blank is nothing.
    pub(super) fn scalar(&self) -> Option<String> {
        let text = match self {
            Self::Text(text) | Self::Number(text) => text.trim().to_owned(),
            Self::Flag(flag) => flag.to_string(),
            Self::Nothing | Self::List(_) | Self::Fields(_) => return None,
        };
        (!text.is_empty()).then_some(text)
    }
}

/// Reads a JSON body. Nothing at all is an empty object: some clients send no body where there are no parameters.
pub(super) fn from_json(body: &[u8]) -> Option<Raw> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.iter().all(u8::is_ascii_whitespace) {
        return Some(Raw::Fields(Vec::new()));
    }
    if !is_modest(body) {
        return None;
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Some(convert(value)),
        // An empty map of PHP (customer protocol §2.5).
        Ok(Value::Array(items)) if items.is_empty() => Some(Raw::Fields(Vec::new())),
        _ => None,
    }
}

/// Whether depth and number of elements stay within their limits; looks at bytes only.
fn is_modest(body: &[u8]) -> bool {
    let (mut depth, mut nodes) = (0_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for byte in body {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => {
                depth += 1;
                nodes += 1;
                if depth > DEPTH_LIMIT {
                    return false;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => nodes += 1,
            _ => {}
        }
        if nodes > NODE_LIMIT {
            return false;
        }
    }
    true
}

fn convert(value: Value) -> Raw {
    match value {
        Value::Null => Raw::Nothing,
        Value::Bool(flag) => Raw::Flag(flag),
        Value::Number(number) => Raw::Number(number.to_string()),
        Value::String(text) => Raw::Text(text),
        Value::Array(items) => Raw::List(items.into_iter().map(convert).collect()),
        Value::Object(map) => Raw::Fields(map.into_iter().map(|(key, value)| (key, convert(value))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_objects_or_nothing() {
        for empty in ["", " \r\n", "{}", "[]", "\u{feff}{}"] {
            assert_eq!(from_json(empty.as_bytes()), Some(Raw::Fields(Vec::new())), "{empty}");
        }
        for bad in ["x", "[1]", "\"\"", "1", "{\"a\":}", "{\"a\":1}x", "<a/>"] {
            assert_eq!(from_json(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(from_json(b"{\"a\":\"\xff\"}"), None, "not UTF-8");
    }

    #[test]
    fn depth_and_number_of_elements_are_limited_before_anything_is_built() {
        let nested = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels - 1) + "{", "}".repeat(levels));
        assert!(from_json(nested(DEPTH_LIMIT).as_bytes()).is_some());
        assert!(from_json(nested(DEPTH_LIMIT + 1).as_bytes()).is_none());
        let many = |items: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(items));
        assert!(from_json(many(NODE_LIMIT - 2).as_bytes()).is_some());
        assert!(from_json(many(NODE_LIMIT).as_bytes()).is_none());
        let text = format!("{{\"a\":\"{}\\\"{}\"}}", "[{,".repeat(NODE_LIMIT), "[");
        assert!(from_json(text.as_bytes()).is_some(), "brackets inside texts count for nothing");
    }
}
