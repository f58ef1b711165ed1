//! Writes answers: JSON straight into one string, keys in the order they are written, numbers as given.

use std::fmt::{Display, Write as _};

use rust_decimal::Decimal;

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

    /// A decimal with the decimals that it has.
    pub(crate) fn decimal(&mut self, key: &str, value: Decimal) {
        push_decimal(self.key(key), value);
    }

    /// A decimal, or `null` when it is absent.
    pub(crate) fn optional_decimal(&mut self, key: &str, value: Option<Decimal>) {
        match value {
            Some(value) => self.decimal(key, value),
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

/// Appends a whole number; as [`push_display`] does, without the formatter.
pub(crate) fn push_integer(out: &mut String, number: i64) {
    let mut digits = [0; 19];
    let mut start = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b"0123456789"[usize::try_from(rest % 10).unwrap_or(0)];
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        out.push('-');
    }
    // Digits are text.
    out.push_str(std::str::from_utf8(&digits[start..]).unwrap_or_default());
}

/// Appends a decimal as it displays; prices and quantities without the formatter.
fn push_decimal(out: &mut String, value: Decimal) {
    let scale = usize::try_from(value.scale()).unwrap_or(usize::MAX);
    let Some(mantissa) = i64::try_from(value.mantissa()).ok().filter(|mantissa| *mantissa != 0) else {
        return push_display(out, value);
    };
    if scale == 0 {
        return push_integer(out, mantissa);
    }
    let mut digits = String::with_capacity(20);
    push_integer(&mut digits, mantissa.saturating_abs());
    if mantissa < 0 {
        out.push('-');
    }
    let whole = digits.len().saturating_sub(scale);
    out.push_str(if whole == 0 { "0" } else { &digits[..whole] });
    out.push('.');
    (digits.len()..scale).for_each(|_| out.push('0'));
    out.push_str(&digits[whole..]);
}

/// Appends a quoted, escaped string.
pub(crate) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| ESCAPED[usize::from(byte)]) {
        // Every escaped byte is a character of its own, so these are character boundaries.
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            byte => push_display(out, format_args!("\\u{byte:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// Bytes that cannot stand in a string as they are.
const ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        escaped[control] = true;
        control += 1;
    }
    escaped[b'"' as usize] = true;
    escaped[b'\\' as usize] = true;
    escaped
};

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

    #[test]
    fn whole_numbers_are_written_as_they_display() {
        for number in [0, 7, -7, 10, 10_001, i64::MAX, i64::MIN] {
            let mut out = String::new();
            push_integer(&mut out, number);
            assert_eq!(out, number.to_string());
        }
    }

    proptest! {
        #[test]
        fn decimals_are_written_as_they_display(mantissa in any::<i64>(), scale in 0_u32..28, small in any::<bool>()) {
            let value = Decimal::new(if small { mantissa % 100_000 } else { mantissa }, scale);
            let mut out = String::new();
            push_decimal(&mut out, value);
            prop_assert_eq!(out, value.to_string());
        }

        #[test]
        fn any_text_reads_back_equal(text in any::<String>()) {
            let json = single("error", &text);
            let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            prop_assert_eq!(value["error"].as_str(), Some(text.as_str()));
        }
    }
}
