//! Writes answers: JSON straight into one string, keys in the order they are written, numbers as given.

use std::fmt::{Display, Write as _};

/// An object being written. Ends with [`Object::end`].
pub(crate) struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    /// Opens an object at the end of `out`.
    pub(crate) fn begin(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    /// Closes it.
    pub(crate) fn end(self) {
        self.out.push('}');
    }

    /// Writes a key; the value must follow. Keys are ours: identifiers that need no escaping.
    fn key(&mut self, key: &str) -> &mut String {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
        self.out
    }

    /// A string.
    pub(crate) fn text(&mut self, key: &str, value: &str) {
        push_text(self.key(key), value);
    }

    /// A string, or `null` when it is absent.
    pub(crate) fn optional_text(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.null(key),
        }
    }

    /// A number or boolean in the form it displays itself.
    pub(crate) fn plain(&mut self, key: &str, value: impl Display) {
        push_display(self.key(key), value);
    }

    /// A number, or `null` when it is absent.
    pub(crate) fn optional_plain(&mut self, key: &str, value: Option<impl Display>) {
        match value {
            Some(value) => self.plain(key, value),
            None => self.null(key),
        }
    }

    /// Writes a key and hands out the place of its value.
    pub(crate) fn value(&mut self, key: &str) -> &mut String {
        self.key(key)
    }

    /// `null`.
    pub(crate) fn null(&mut self, key: &str) {
        self.key(key).push_str("null");
    }

    /// An object.
    pub(crate) fn object(&mut self, key: &str, write: impl FnOnce(&mut Object<'_>)) {
        push_object(self.key(key), write);
    }

    /// An array of strings.
    pub(crate) fn texts(&mut self, key: &str, values: impl IntoIterator<Item = impl AsRef<str>>) {
        let out = self.key(key);
        out.push('[');
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            push_text(out, value.as_ref());
        }
        out.push(']');
    }

    /// An array of objects.
    pub(crate) fn objects<T>(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Object<'_>, T),
    ) {
        let out = self.key(key);
        out.push('[');
        for (n, value) in values.into_iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            push_object(out, |object| write(object, value));
        }
        out.push(']');
    }
}

/// A whole answer with one key.
pub(crate) fn single(key: &str, value: &str) -> String {
    let mut out = String::with_capacity(key.len() + value.len() + 8);
    push_object(&mut out, |object| object.text(key, value));
    out
}

/// Appends an object.
pub(crate) fn push_object(out: &mut String, write: impl FnOnce(&mut Object<'_>)) {
    let mut object = Object::begin(out);
    write(&mut object);
    object.end();
}

/// Appends what a value displays.
pub(crate) fn push_display(out: &mut String, value: impl Display) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

/// Appends a quoted, escaped string.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1f => "",
            _ => continue,
        };
        // Every escaped byte is a character of its own, so these are character boundaries.
        out.push_str(&text[start..at]);
        start = at + 1;
        if escape.is_empty() {
            push_display(out, format_args!("\\u{byte:04x}"));
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&text[start..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn objects_are_written_in_order_without_blanks() {
        let mut out = String::new();
        push_object(&mut out, |object| {
            object.text("a", "x\"y\u{1}\n");
            object.optional_text("b", None);
            object.plain("c", "199.00");
            object.optional_plain("d", Some(true));
            object.objects("e", [1, 2], |object, n| object.plain("n", n));
            object.objects("f", [(); 0], |_, ()| ());
            object.object("g", |_| ());
            object.texts("h", ["x", "\""]);
        });
        assert_eq!(
            out,
            r#"{"a":"x\"y\u0001\n","b":null,"c":199.00,"d":true,"e":[{"n":1},{"n":2}],"f":[],"g":{},"h":["x","\""]}"#
        );
    }

    proptest! {
        #[test]
        fn any_text_reads_back_equal(text in any::<String>()) {
            let json = single("error", &text);
            let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            prop_assert_eq!(value["error"].as_str(), Some(text.as_str()));
        }
    }
}
