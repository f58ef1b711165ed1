//! Parameters: nested form encoding, read strictly.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::error::ApiError;

/// Parameters of a call, flat: `line_items[0][quantity]` and its value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

/// Most parameters of a call.
const MOST: usize = 500;

impl Params {
    /// Reads a query or a body. Lists may be written `a[]` or `a[0]`.
    pub fn parse(text: &[u8]) -> Result<Self, ApiError> {
        let mut read = BTreeMap::new();
        let mut lengths: HashMap<String, usize> = HashMap::new();
        for (key, value) in url::form_urlencoded::parse(text) {
            let mut key = key.into_owned();
            if let Some(list) = key.strip_suffix("[]") {
                let length = lengths.entry(list.to_owned()).or_default();
                key = format!("{list}[{length}]");
                *length += 1;
            }
            if segments(&key).is_none() {
                return Err(ApiError::parameter(&key, format!("Invalid parameter name: {key}")));
            }
            if read.len() >= MOST {
                return Err(ApiError::invalid("Too many parameters."));
            }
            if read.insert(key.clone(), value.into_owned()).is_some() {
                return Err(ApiError::parameter(&key, format!("Duplicate parameter: {key}")));
            }
        }
        Ok(Self(read))
    }

    /// Refuses what no pattern names. In a pattern `*` stands for any name and `#` for the index of a list; `expand[#]` is
    /// always allowed.
    pub fn allow(&self, patterns: &[&str]) -> Result<(), ApiError> {
        for (key, value) in &self.0 {
            let known = patterns.iter().chain(&["expand[#]"]).any(|pattern| fits(pattern, key))
                // An empty text unsets a whole map.
                || (value.is_empty() && patterns.contains(&format!("{key}[*]").as_str()));
            if !known {
                let error = ApiError::parameter(key, format!("Received unknown parameter: {key}"));
                return Err(error.code("parameter_unknown"));
            }
        }
        Ok(())
    }

    /// A text; an empty one is as good as none.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub fn required(&self, key: &str) -> Result<&str, ApiError> {
        self.text(key).ok_or_else(|| {
            ApiError::parameter(key, format!("Missing required param: {key}.")).code("parameter_missing")
        })
    }

    /// Whether the key or anything below it was sent.
    pub fn has(&self, key: &str) -> bool {
        let below = format!("{key}[");
        self.0.keys().any(|sent| sent == key || sent.starts_with(&below))
    }

    /// A whole number.
    pub fn number(&self, key: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(key) else { return Ok(None) };
        let digits = text.strip_prefix('-').unwrap_or(text);
        let valid = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|_| valid);
        number.map(Some).ok_or_else(|| {
            ApiError::parameter(key, format!("Invalid integer: {text}")).code("parameter_invalid_integer")
        })
    }

    /// `true` or `false`.
    pub fn boolean(&self, key: &str) -> Result<Option<bool>, ApiError> {
        Ok(self.one_of(key, &["true", "false"])?.map(|text| text == "true"))
    }

    /// One of these words.
    pub fn one_of(&self, key: &str, words: &'static [&'static str]) -> Result<Option<&'static str>, ApiError> {
        let Some(text) = self.text(key) else { return Ok(None) };
        let found = words.iter().copied().find(|word| *word == text);
        found
            .map(Some)
            .ok_or_else(|| ApiError::parameter(key, format!("Invalid {key}: must be one of {}", words.join(", "))))
    }

    /// The values of a list, in its order.
    pub fn list(&self, key: &str) -> Vec<&str> {
        (0..self.0.len()).map_while(|index| self.text(&format!("{key}[{index}]"))).collect()
    }

    /// The members directly below a key.
    pub fn map(&self, key: &str) -> BTreeMap<String, String> {
        let prefix = format!("{key}[");
        let members = self.0.iter().filter_map(|(sent, value)| {
            let name = sent.strip_prefix(&prefix)?.strip_suffix(']')?;
            (!name.contains('[')).then(|| (name.to_owned(), value.clone()))
        });
        members.collect()
    }

    /// Everything below a key as nested JSON of texts; `null` when nothing was sent.
    pub fn tree(&self, key: &str) -> Value {
        let mut tree = Value::Null;
        for (sent, value) in &self.0 {
            let Some(path) = segments(sent) else { continue };
            if path[0] != key || path.len() < 2 {
                continue;
            }
            let mut place = &mut tree;
            for name in &path[1..] {
                if !place.is_object() {
                    *place = json!({});
                }
                place = &mut place[*name];
            }
            *place = json!(value);
        }
        tree
    }

    /// Metadata: at most 50 keys of 40 characters, values of 500.
    pub fn metadata(&self, key: &str) -> Result<BTreeMap<String, String>, ApiError> {
        let metadata = self.map(key);
        if metadata.len() > 50 {
            return Err(ApiError::parameter(key, "Metadata can have up to 50 keys."));
        }
        for (name, value) in &metadata {
            if name.chars().count() > 40 || value.chars().count() > 500 {
                let text = "Metadata keys can be up to 40 characters long, and values up to 500 characters.";
                return Err(ApiError::parameter(&format!("{key}[{name}]"), text));
            }
        }
        Ok(metadata)
    }

    /// What two calls with one idempotency key are compared by.
    pub fn fingerprint(&self) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.0).finish()
    }
}

/// `a[b][0]` → `a`, `b`, `0`.
fn segments(key: &str) -> Option<Vec<&str>> {
    let (first, rest) = key.split_once('[').map_or((key, None), |(first, rest)| (first, Some(rest)));
    let mut path = vec![first];
    if let Some(rest) = rest {
        path.extend(rest.strip_suffix(']')?.split("]["));
    }
    path.iter().all(|part| !part.is_empty() && !part.contains(['[', ']'])).then_some(path)
}

fn fits(pattern: &str, key: &str) -> bool {
    let (Some(pattern), Some(key)) = (segments(pattern), segments(key)) else { return false };
    pattern.len() == key.len()
        && pattern.iter().zip(key).all(|(pattern, part)| match *pattern {
            "*" => true,
            "#" => part.bytes().all(|b| b.is_ascii_digit()),
            name => name == part,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_are_read_and_unknown_ones_refused_by_name() {
        let params = Params::parse(b"a[b][0]=1&l[]=x&l[]=y&m[k]=v+w&n=").expect("sound");
        assert_eq!(params.text("a[b][0]"), Some("1"));
        assert_eq!(params.list("l"), ["x", "y"]);
        assert_eq!(params.map("m")["k"], "v w");
        assert!(params.has("n") && params.text("n").is_none());
        assert!(params.allow(&["a[b][#]", "l[#]", "m[*]", "n[*]"]).is_ok());
        let error = params.allow(&["a[b][#]", "l[#]", "m[other]", "n"]).expect_err("m[k] is not allowed");
        assert_eq!(error.to_json("req_1")["error"]["param"], "m[k]");
    }

    #[test]
    fn broken_names_doubled_ones_and_numbers_with_a_sign_are_refused() {
        for bad in ["a[=1", "a]=1", "a[]b=1", "a=1&a=2", "[x]=1", "=1"] {
            assert!(Params::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let params = Params::parse(b"a=%2B5&b=1.0&c=-3&d=99999999999999999999").expect("sound");
        for bad in ["a", "b", "d"] {
            assert!(params.number(bad).is_err(), "{bad}");
        }
        assert_eq!(params.number("c").expect("a number"), Some(-3));
    }
}
