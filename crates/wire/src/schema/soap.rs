//! Writes records as SOAP 1.1 in rpc/encoded style, each value with the type that the WSDL gives it.

use super::value::{Record, Value};
use super::{Element, Object, Type};
use crate::json::push_display;
use crate::markup::guard::is_xml_character;

pub(crate) const ENCODING: &str = "http://schemas.xmlsoap.org/soap/encoding/";
pub(crate) const SCHEMA: &str = "http://www.w3.org/2001/XMLSchema";
/// Prefix of the service's namespace in messages.
pub(crate) const NS: &str = "ns1";

/// What the WSDL calls the type of a struct.
pub(crate) fn type_name(object: &Object) -> String {
    format!("{}Type", object.name)
}

/// What the WSDL calls a list.
pub(crate) fn list_type_name(item: Element) -> String {
    match item {
        Element::Text(_) => "ArrayOfString".to_owned(),
        Element::Int => "ArrayOfInt".to_owned(),
        Element::Json(_) => "ArrayOfAnyType".to_owned(),
        Element::Object(object) => {
            let (first, rest) = object.name.split_at(1);
            format!("ArrayOf{}{rest}Type", first.to_ascii_uppercase())
        }
    }
}

/// The type of a field, with its prefix. `tns` is the prefix of the service's own namespace.
pub(crate) fn qualified(ty: Type, tns: &str) -> String {
    match ty {
        // Files are encoded by whoever fills them, so that no toolkit does it once more.
        Type::Text(_) | Type::Choice(_) | Type::Moment | Type::File(_) => "xsd:string".to_owned(),
        Type::Int => "xsd:int".to_owned(),
        // Single precision would lose cents from about 100,000.00 on.
        Type::Number => "xsd:double".to_owned(),
        Type::Flag => "xsd:boolean".to_owned(),
        Type::Object(object) => format!("{tns}:{}", type_name(object)),
        Type::List(item, _) => format!("{tns}:{}", list_type_name(item)),
        Type::Json(_) => "xsd:anyType".to_owned(),
    }
}

/// Writes the fields of a record that are there.
pub(crate) fn fields(out: &mut String, record: &Record) {
    for (field, value) in record.object.fields().zip(&record.values) {
        if let Some(value) = value {
            element(out, field.name, field.ty, value);
        }
    }
}

fn element(out: &mut String, name: &str, ty: Type, value: &Value) {
    push_display(out, format_args!("<{name}"));
    if let (Value::List(values), Type::List(item, _)) = (value, ty) {
        let of = qualified(item.ty(), NS);
        push_display(out, format_args!(" SOAP-ENC:arrayType=\"{of}[{}]\"", values.len()));
    }
    push_display(out, format_args!(" xsi:type=\"{}\">", qualified(ty, NS)));
    match (value, ty) {
        (Value::Text(text), _) => push_escaped(out, text),
        (Value::Int(number), _) => push_display(out, number),
        (Value::Number(number), _) => push_display(out, number),
        (Value::Flag(flag), _) => push_display(out, flag),
        (Value::Record(record), _) => fields(out, record),
        (Value::List(values), Type::List(item, _)) => {
            for value in values {
                element(out, "item", item.ty(), value);
            }
        }
        // Files are only ever read, and a list has the kind of a list.
        (Value::Bytes(_) | Value::List(_), _) => {}
    }
    push_display(out, format_args!("</{name}>"));
}

/// Appends a text with everything escaped that must be; characters that XML does not have become replacement marks.
pub(crate) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Bare, a parser would turn it into a line feed.
            '\r' => out.push_str("&#13;"),
            c if is_xml_character(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
}
