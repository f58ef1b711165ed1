//! What a body says before anybody asks what it means: one tree for JSON and XML, with limits that keep reading cheap.

use serde_json::Value;

use crate::json_body::{JsonExcess, JsonLimits, head, weigh};

/// Deepest nesting of a body; the protocol needs eight levels.
pub(super) const DEPTH_LIMIT: usize = 32;
/// Most elements of a body, counted before anything is allocated for them. A full batch with every field has about 5,000.
pub(super) const NODE_LIMIT: usize = 100_000;
const LIMITS: JsonLimits = JsonLimits { depth: DEPTH_LIMIT, elements: NODE_LIMIT };

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

/// As much of a JSON body as is read for those who have shown no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opened {
    /// All of it.
    Whole(Raw),
    /// What [`head`] leaves of a heavy body: the keys are there.
    Head(Raw),
}

/// Opens a JSON body of a stranger.
pub(super) fn open_json(body: &[u8]) -> Result<Opened, JsonProblem> {
    if weigh(body, LIMITS).map_err(JsonProblem::Excess)?.heavy {
        let head = head(body).ok_or(JsonProblem::Excess(JsonExcess::Weight))?;
        return from_json(&head).map(Opened::Head);
    }
    from_json(body).map(Opened::Whole)
}

/// Why there is no request in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonProblem {
    /// No JSON object.
    NoObject,
    /// More than is read.
    Excess(JsonExcess),
}

/// Reads a JSON body. Nothing at all is an empty object: some clients send no body where there are no parameters.
pub(super) fn from_json(body: &[u8]) -> Result<Raw, JsonProblem> {
    weigh(body, LIMITS).map_err(JsonProblem::Excess)?;
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Raw::Fields(Vec::new()));
    }
    match serde_json::from_slice(body) {
        Ok(value @ Value::Object(_)) => Ok(convert(value)),
        // An empty map of PHP (customer protocol §2.5).
        Ok(Value::Array(items)) if items.is_empty() => Ok(Raw::Fields(Vec::new())),
        _ => Err(JsonProblem::NoObject),
    }
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
            assert_eq!(from_json(empty.as_bytes()), Ok(Raw::Fields(Vec::new())), "{empty}");
        }
        for bad in ["x", "[1]", "\"\"", "1", "{\"a\":}", "{\"a\":1}x", "<a/>"] {
            assert_eq!(from_json(bad.as_bytes()), Err(JsonProblem::NoObject), "{bad}");
        }
        assert_eq!(from_json(b"{\"a\":\"\xff\"}"), Err(JsonProblem::NoObject), "not UTF-8");
    }

    #[test]
    fn depth_and_number_of_elements_are_limited_before_anything_is_built() {
        let nested = |levels: usize| format!("{}{}", "{\"a\":".repeat(levels - 1) + "{", "}".repeat(levels));
        assert!(from_json(nested(DEPTH_LIMIT).as_bytes()).is_ok());
        assert!(from_json(nested(DEPTH_LIMIT + 1).as_bytes()).is_err());
        let many = |items: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(items));
        assert!(from_json(many(NODE_LIMIT - 2).as_bytes()).is_ok());
        assert!(from_json(many(NODE_LIMIT).as_bytes()).is_err());
        let text = format!("{{\"a\":\"{}\\\"{}\"}}", "[{,".repeat(NODE_LIMIT), "[");
        assert!(from_json(text.as_bytes()).is_ok(), "brackets inside texts count for nothing");
    }

    #[test]
    fn of_a_heavy_body_only_the_keys_are_read_at_first() {
        let many = r#"{"":0},"#.repeat(1_000);
        let body = format!(r#"{{"params":{{"a":[{many}0],"b":1}},"authenticate":{{"sessionKey":"k"}}}}"#);
        let Ok(Opened::Head(head)) = open_json(body.as_bytes()) else { panic!("not heavy") };
        assert_eq!(
            head.field("authenticate").and_then(|keys| keys.field("sessionKey")),
            Some(&Raw::Text("k".to_owned()))
        );
        assert_eq!(head.field("params").and_then(|params| params.field("a")), Some(&Raw::Nothing));
        assert!(matches!(open_json(br#"{"params":{"a":[1]}}"#), Ok(Opened::Whole(_))));
    }
}
