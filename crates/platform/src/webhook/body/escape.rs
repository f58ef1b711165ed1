//! How values are written into each kind of body, so that no value can break out of its place.

use std::collections::BTreeMap;

use crossdock_domain::webhook::ContentType;
use minijinja::value::{Value, ValueKind};
use minijinja::{Error, ErrorKind, Output};

/// Writes a value. JSON: as a JSON value with its quotes. Form and XML: as text, nothing for `null`.
pub(super) fn write(content_type: ContentType, out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if content_type == ContentType::Json {
        return json(out, value);
    }
    let text = match value.kind() {
        ValueKind::None => return Ok(()),
        ValueKind::Bool => if value.is_true() { "true" } else { "false" }.to_owned(),
        ValueKind::String | ValueKind::Number => value.to_string(),
        kind => {
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("a {kind} cannot be written here; loop over it"),
            ));
        }
    };
    match content_type {
        ContentType::Form => {
            let mut encoded = String::with_capacity(text.len());
            encoded.extend(url::form_urlencoded::byte_serialize(text.as_bytes()));
            out.write_str(&encoded).map_err(Error::from)
        }
        ContentType::Xml => out.write_str(&xml(&text)).map_err(Error::from),
        ContentType::Json => Ok(()),
    }
}

/// What is told, as templates see it. Numbers that are no 64-bit integers keep their digits as a text that is marked and
/// written without quotes.
pub(super) fn value(told: &serde_json::Value) -> Value {
    match told {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(value) => Value::from(*value),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(integer) => Value::from(integer),
            None => Value::from_safe_string(number.to_string()),
        },
        serde_json::Value::String(text) => Value::from(text.as_str()),
        serde_json::Value::Array(items) => items.iter().map(value).collect(),
        serde_json::Value::Object(fields) => {
            let fields: BTreeMap<String, Value> =
                fields.iter().map(|(name, field)| (name.clone(), value(field))).collect();
            Value::from(fields)
        }
    }
}

fn json(out: &mut Output<'_>, value: &Value) -> Result<(), Error> {
    let plain = |out: &mut Output<'_>, text: &str| out.write_str(text).map_err(Error::from);
    match value.kind() {
        ValueKind::None => plain(out, "null"),
        ValueKind::Bool => plain(out, if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => plain(out, &value.to_string()),
        ValueKind::String if value.is_safe() => plain(out, &value.to_string()),
        ValueKind::String => plain(out, &serde_json::Value::from(value.to_string()).to_string()),
        ValueKind::Seq | ValueKind::Map => {
            let is_map = value.kind() == ValueKind::Map;
            plain(out, if is_map { "{" } else { "[" })?;
            for (at, item) in value.try_iter()?.enumerate() {
                if at > 0 {
                    plain(out, ",")?;
                }
                if is_map {
                    json(out, &item)?;
                    plain(out, ":")?;
                    json(out, &value.get_item(&item)?)?;
                } else {
                    json(out, &item)?;
                }
            }
            plain(out, if is_map { "}" } else { "]" })
        }
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("a {kind} cannot be written here"))),
    }
}

/// Text for an element or a quoted attribute. Characters that XML 1.0 cannot hold are left out.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Attributes would turn them into blanks.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => out.push(c),
            _ => {}
        }
    }
    out
}
