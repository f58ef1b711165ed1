//! JSON whose keys stay in the order in which they were set: documents are read by people too.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::Value;

/// Any JSON.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Map(Map),
    List(Vec<Node>),
    Value(Value),
}

/// An object.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Map(Vec<(String, Node)>);

impl Map {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With this key at the end.
    pub(crate) fn with(mut self, key: impl Into<String>, value: impl Into<Node>) -> Self {
        self.0.push((key.into(), value.into()));
        self
    }

    /// The same when there is a value.
    pub(crate) fn with_some(self, key: &str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same when the text or list holds something.
    pub(crate) fn with_filled(self, key: &str, value: impl Into<Node>) -> Self {
        match value.into() {
            Node::Value(Value::String(text)) if text.is_empty() => self,
            Node::List(list) if list.is_empty() => self,
            Node::Map(Map(fields)) if fields.is_empty() => self,
            value => self.with(key, value),
        }
    }
}

impl<K: Into<String>, V: Into<Node>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Map(map) => map.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(list: Vec<T>) -> Self {
        Self::List(list.into_iter().map(Into::into).collect())
    }
}

macro_rules! from_value {
    ($($ty:ty)+) => {
        $(impl From<$ty> for Node {
            fn from(value: $ty) -> Self {
                Self::Value(Value::from(value))
            }
        })+
    };
}

from_value!(&str String bool usize Value);
