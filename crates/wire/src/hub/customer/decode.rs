//! Reads what was sent by the shape it should have: numbers as texts, texts as numbers, `[]` for an empty struct, one struct
//! where a list belongs. The first thing that cannot be read is told with the way to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::raw::Raw;
use crate::number;
use crate::schema::value::{Record, Value};
use crate::schema::{Element, Field, Object, Type};

/// Something in a request that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// `params.products[2].quantity`, counted from 1.
    pub(super) path: String,
    pub(super) why: ProblemKind,
}

/// What is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProblemKind {
    Missing,
    Text,
    Int,
    Number,
    Flag,
    Moment,
    File,
    Struct,
    List,
    Choice(&'static [&'static str]),
    /// More characters than this.
    TooLong(usize),
    /// More bytes than this in a file.
    TooLarge(usize),
    /// More elements than this.
    TooMany(usize),
    /// Control characters.
    Characters,
    /// No ISO 3166-1 alpha-2 code.
    Country,
    /// No ISO 4217 code.
    Currency,
    /// No day or time that exists.
    NoSuchDay,
}

/// Where we are, for error texts; built only when there is one.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root(&'static str),
    Field(&'a Path<'a>, &'static str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn write(&self, out: &mut String) {
        match self {
            Self::Root(name) => out.push_str(name),
            Self::Field(parent, name) => {
                parent.write(out);
                out.push('.');
                out.push_str(name);
            }
            Self::Index(parent, position) => {
                parent.write(out);
                out.push('[');
                out.push_str(&position.to_string());
                out.push(']');
            }
        }
    }

    fn problem(&self, why: ProblemKind) -> Problem {
        let mut path = String::new();
        self.write(&mut path);
        Problem { path, why }
    }
}

/// Reads a struct; `root` is how error texts call it.
pub(super) fn decode(object: &'static Object, raw: Raw, root: &'static str) -> Result<Record, Problem> {
    record(object, raw, &Path::Root(root))
}

fn record(object: &'static Object, raw: Raw, path: &Path<'_>) -> Result<Record, Problem> {
    let fields = match raw {
        Raw::Fields(fields) => fields,
        Raw::Nothing => Vec::new(),
        // An empty map of PHP, an empty element.
        Raw::List(items) if items.is_empty() => Vec::new(),
        Raw::Text(text) if text.trim().is_empty() => Vec::new(),
        Raw::List(_) | Raw::Text(_) | Raw::Number(_) | Raw::Flag(_) => return Err(path.problem(ProblemKind::Struct)),
    };
    let mut sent: Vec<Vec<Raw>> = vec![Vec::new(); object.fields().count()];
    let mut otherwise = sent.clone();
    for (name, value) in fields {
        // Unknown names are ignored.
        if let Some((place, field)) = object.fields().enumerate().find(|(_, field)| field.is_called(&name)) {
            let values = if name == field.name { &mut sent } else { &mut otherwise };
            values[place].push(value);
        }
    }
    for (values, others) in sent.iter_mut().zip(&mut otherwise) {
        // What stands under another spelling counts where the first one is missing.
        if values.is_empty() {
            std::mem::swap(values, others);
        }
    }
    let mut record = Record::new(object);
    for (place, (field, values)) in object.fields().zip(sent).enumerate() {
        let path = Path::Field(path, field.name);
        record.values[place] = value(field, values, &path)?;
        if field.required && record.values[place].is_none() {
            return Err(path.problem(ProblemKind::Missing));
        }
    }
    Ok(record)
}

fn value(field: &Field, mut sent: Vec<Raw>, path: &Path<'_>) -> Result<Option<Value>, Problem> {
    if let Type::List(item, most) = field.ty {
        return list(item, most, sent, path);
    }
    // Of repeated names the last counts.
    match sent.pop() {
        Some(raw) => one(field.ty, raw, path),
        None => Ok(None),
    }
}

/// Absent: `None`. Blank texts are absent for everything but texts, whose readers decide.
fn one(ty: Type, raw: Raw, path: &Path<'_>) -> Result<Option<Value>, Problem> {
    match ty {
        Type::Object(object) => match raw {
            Raw::Nothing => Ok(None),
            raw => record(object, raw, path).map(|record| Some(Value::Record(record))),
        },
        Type::Text(most) => match raw {
            Raw::Nothing => Ok(None),
            Raw::Text(text) | Raw::Number(text) => checked_text(text, most, path).map(|text| Some(Value::Text(text))),
            Raw::Flag(flag) => Ok(Some(Value::Text(flag.to_string()))),
            Raw::List(_) | Raw::Fields(_) => Err(path.problem(ProblemKind::Text)),
        },
        Type::List(..) => Err(path.problem(ProblemKind::List)),
        // Only tables that nothing is read by have those.
        Type::Json(_) => Err(path.problem(ProblemKind::Struct)),
        Type::Choice(_) | Type::Int | Type::Number | Type::Flag | Type::Moment | Type::File(_) => {
            let wrong = match ty {
                Type::Choice(words) => ProblemKind::Choice(words),
                Type::Int => ProblemKind::Int,
                Type::Number => ProblemKind::Number,
                Type::Flag => ProblemKind::Flag,
                Type::Moment => ProblemKind::Moment,
                _ => ProblemKind::File,
            };
            let text = match raw {
                Raw::Nothing => return Ok(None),
                Raw::Text(text) | Raw::Number(text) => text,
                Raw::Flag(flag) if matches!(ty, Type::Flag) => flag.to_string(),
                Raw::Flag(_) | Raw::List(_) | Raw::Fields(_) => return Err(path.problem(wrong)),
            };
            let text = text.trim();
            if text.is_empty() {
                return Ok(None);
            }
            if let Type::File(most) = ty {
                return bytes(text, most).map(|bytes| Some(Value::Bytes(bytes))).map_err(|why| path.problem(why));
            }
            scalar(ty, text).map(Some).ok_or_else(|| path.problem(wrong))
        }
    }
}

fn scalar(ty: Type, text: &str) -> Option<Value> {
    match ty {
        Type::Choice(words) => {
            words.iter().find(|word| word.eq_ignore_ascii_case(text)).map(|word| Value::Text((*word).to_owned()))
        }
        Type::Int => {
            let number = number::decimal(text)?;
            (number.scale() == 0).then(|| number.to_i64()).flatten().map(Value::Int)
        }
        Type::Number => decimal(text).map(Value::Number),
        Type::Flag => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "y" | "yes" | "t" => Some(Value::Flag(true)),
            "false" | "0" | "n" | "no" | "f" => Some(Value::Flag(false)),
            _ => None,
        },
        Type::Moment => is_moment(text).then(|| Value::Text(full_moment(text))),
        Type::Text(_) | Type::File(_) | Type::Object(_) | Type::List(..) | Type::Json(_) => None,
    }
}

/// A comma may stand for the point: Polish shops write `1,5`.
fn decimal(text: &str) -> Option<Decimal> {
    number::decimal(text).or_else(|| match text.matches(',').count() {
        1 if !text.contains('.') => number::decimal(&text.replace(',', ".")),
        _ => None,
    })
}

/// `YYYY-MM-DD`, with or without `HH:MM` or `HH:MM:SS`. Whether the day exists is found out by whoever needs the moment.
fn is_moment(text: &str) -> bool {
    let pattern: &[u8] = match text.len() {
        10 => b"0000-00-00",
        16 => b"0000-00-00 00:00",
        19 => b"0000-00-00 00:00:00",
        _ => return false,
    };
    text.bytes().zip(pattern).all(|(byte, wanted)| match wanted {
        b'0' => byte.is_ascii_digit(),
        b' ' => byte == b' ' || byte == b'T',
        other => byte == *other,
    })
}

/// With a blank between day and time, and with seconds.
fn full_moment(text: &str) -> String {
    let seconds = if text.len() == 16 { ":00" } else { "" };
    format!("{}{seconds}", text.replacen('T', " ", 1))
}

fn checked_text(text: String, most: usize, path: &Path<'_>) -> Result<String, Problem> {
    if text.len() > most && text.chars().count() > most {
        return Err(path.problem(ProblemKind::TooLong(most)));
    }
    if text
        .chars()
        .any(|c| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}'))
    {
        return Err(path.problem(ProblemKind::Characters));
    }
    Ok(text)
}

fn bytes(text: &str, most: usize) -> Result<Vec<u8>, ProblemKind> {
    // Three bytes are four digits; line breaks between them are common in XML.
    if text.len() / 2 > most {
        return Err(ProblemKind::TooLarge(most));
    }
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let bytes =
        STANDARD.decode(&digits).or_else(|_| BASE64_STANDARD_NO_PAD.decode(&digits)).map_err(|_| ProblemKind::File)?;
    if bytes.len() > most { Err(ProblemKind::TooLarge(most)) } else { Ok(bytes) }
}

fn list(item: Element, most: usize, mut sent: Vec<Raw>, path: &Path<'_>) -> Result<Option<Value>, Problem> {
    let items = match sent.len() {
        0 => return Ok(None),
        1 => match sent.remove(0) {
            Raw::Nothing => return Ok(None),
            Raw::List(items) => items,
            Raw::Text(text) if text.trim().is_empty() => Vec::new(),
            Raw::Fields(fields) => items_of(item, fields),
            scalar @ (Raw::Text(_) | Raw::Number(_) | Raw::Flag(_)) => vec![scalar],
        },
        // Repeated elements.
        _ => sent,
    };
    if items.len() > most {
        return Err(path.problem(ProblemKind::TooMany(most)));
    }
    let mut values = Vec::with_capacity(items.len());
    for (raw, position) in items.into_iter().zip(1..) {
        let path = Path::Index(path, position);
        values.push(one(item.ty(), raw, &path)?.ok_or_else(|| path.problem(ProblemKind::Missing))?);
    }
    Ok(Some(Value::List(values)))
}

/// What stands where a list belongs: a map of PHP with numbers as keys, elements of one name in a wrapper, or one bare
/// struct.
fn items_of(item: Element, fields: Vec<(String, Raw)>) -> Vec<Raw> {
    let is_number = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    let Some((first, _)) = fields.first() else { return Vec::new() };
    let one_name = fields.iter().all(|(name, _)| name == first);
    let is_field = |name: &str| match item {
        Element::Object(object) => object.fields().any(|field| field.is_called(name)),
        Element::Text(_) | Element::Int | Element::Json(_) => false,
    };
    if fields.iter().all(|(name, _)| is_number(name)) || (one_name && !is_field(first)) {
        return fields.into_iter().map(|(_, value)| value).collect();
    }
    vec![Raw::Fields(fields)]
}

#[cfg(test)]
mod tests {
    use super::super::raw::from_json;
    use super::*;
    use crate::schema::{choice, file, flag, int, ints, list, moment, number, record, text, texts};

    static INNER: Object =
        Object::new("inner", &[text("code").required(), number("quantity").also(&["productQuantity"])]);
    static OUTER: Object = Object::new(
        "outer",
        &[
            int("id"),
            flag("active"),
            moment("date"),
            choice("kind", &["internal", "producer"]),
            record("inner", &INNER),
            list("products", &INNER, 3),
            texts("names", 3),
            ints("numbers", 3),
            file("file", 4),
            text("note"),
        ],
    );

    fn read(json: &str) -> Result<Record, Problem> {
        decode(&OUTER, from_json(json.as_bytes()).expect("JSON"), "params")
    }

    fn refused(json: &str) -> (String, ProblemKind) {
        let problem = read(json).expect_err(json);
        (problem.path, problem.why)
    }

    #[test]
    fn scalars_are_read_in_every_spelling() {
        for json in [
            r#"{"id": 51, "active": true, "date": "2026-11-21T10:00", "kind": "Internal", "unknown": [1]}"#,
            r#"{"id": "51", "active": "y", "date": "2026-11-21 10:00:00", "kind": " internal "}"#,
            r#"{"id": 51.0, "active": 1, "date": "2026-11-21 10:00", "kind": "internal", "note": null}"#,
        ] {
            let record = read(json).expect(json);
            assert_eq!((record.int("id"), record.flag("active")), (Some(51), Some(true)), "{json}");
            assert_eq!(record.text("date"), Some("2026-11-21 10:00:00"), "{json}");
            assert_eq!((record.text("kind"), record.text("note")), (Some("internal"), None), "{json}");
        }
        let record =
            read(r#"{"id": "", "active": "", "date": "", "kind": "", "note": "", "file": ""}"#).expect("blank");
        assert_eq!((record.int("id"), record.text("note"), record.bytes("file")), (None, Some(""), None));
        assert_eq!(read(r#"{"note": 12.50}"#).expect("a number").text("note"), Some("12.50"));
        assert_eq!(read(r#"{"file": "aGk="}"#).expect("a file").bytes("file"), Some(b"hi".as_slice()));
    }

    #[test]
    fn lists_are_read_in_every_form() {
        for json in [
            r#"{"products": [{"code": "a", "quantity": 2}]}"#,
            r#"{"products": {"code": "a", "productQuantity": "2"}}"#,
            r#"{"products": {"0": {"code": "a", "quantity": "2,0"}}}"#,
            r#"{"products": {"product": {"code": "a", "quantity": "2.0"}}}"#,
        ] {
            let record = read(json).expect(json);
            let products: Vec<_> = record.records("products").map(|p| (p.text("code"), p.number("quantity"))).collect();
            assert_eq!(products, [(Some("a"), Some(Decimal::TWO))], "{json}");
        }
        for empty in
            [r#"{"products": []}"#, r#"{"products": {}}"#, r#"{"products": ""}"#, r#"{"products": null}"#, "[]"]
        {
            assert!(read(empty).expect(empty).list("products").is_empty(), "{empty}");
        }
        assert_eq!(read(r#"{"numbers": "7"}"#).expect("one").ints("numbers"), [7]);
        assert_eq!(read(r#"{"names": ["a", 2]}"#).expect("two").texts("names"), ["a", "2"]);
        let both =
            read(r#"{"products": [{"code": "a", "quantity": 1, "productQuantity": 2}]}"#).expect("two spellings");
        assert_eq!(both.records("products").next().and_then(|p| p.number("quantity")), Some(Decimal::ONE));
        assert!(read(r#"{"inner": []}"#).is_err(), "an empty map lacks what is required");
    }

    #[test]
    fn problems_name_the_way_to_the_field() {
        for (json, path, why) in [
            (r#"{"id": "x"}"#, "params.id", ProblemKind::Int),
            (r#"{"id": 1.5}"#, "params.id", ProblemKind::Int),
            (r#"{"id": true}"#, "params.id", ProblemKind::Int),
            (r#"{"id": {"a": 1}}"#, "params.id", ProblemKind::Int),
            (r#"{"active": "maybe"}"#, "params.active", ProblemKind::Flag),
            (r#"{"date": "21.11.2026"}"#, "params.date", ProblemKind::Moment),
            (r#"{"kind": "other"}"#, "params.kind", ProblemKind::Choice(&["internal", "producer"])),
            (r#"{"inner": 5}"#, "params.inner", ProblemKind::Struct),
            (r#"{"inner": {}}"#, "params.inner.code", ProblemKind::Missing),
            (r#"{"products": [{"code": "a"}, {"code": []}]}"#, "params.products[2].code", ProblemKind::Text),
            (
                r#"{"products": [{"code": "a", "quantity": "many"}]}"#,
                "params.products[1].quantity",
                ProblemKind::Number,
            ),
            (r#"{"products": "a"}"#, "params.products[1]", ProblemKind::Struct),
            (r#"{"numbers": [1, null]}"#, "params.numbers[2]", ProblemKind::Missing),
            (r#"{"names": [1, 2, 3, 4]}"#, "params.names", ProblemKind::TooMany(3)),
            (r#"{"file": "%%%"}"#, "params.file", ProblemKind::File),
            (r#"{"file": "aGVsbG8="}"#, "params.file", ProblemKind::TooLarge(4)),
            ("{\"note\": \"a\\u0000b\"}", "params.note", ProblemKind::Characters),
        ] {
            assert_eq!(refused(json), (path.to_owned(), why), "{json}");
        }
        let long = format!(r#"{{"note": "{}"}}"#, "ż".repeat(256));
        assert_eq!(refused(&long), ("params.note".to_owned(), ProblemKind::TooLong(255)));
    }
}
