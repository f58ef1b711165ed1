//! OpenAPI 3.1: prints objects as component schemas, and the documents around them.

pub(crate) mod document;
pub(crate) mod tree;

use std::collections::BTreeMap;

use self::tree::{Map, Node};
use super::{Field, JsonOnly, NamedType, Object, Type};

/// Which way an object goes. The same object is read leniently and written strictly: two schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Response,
    /// An answer as a whole, which ends in the field that all answers of its API end in.
    WholeResponse,
}

/// How a document describes values that are read leniently.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lenient {
    /// By components: of texts, of numbers, of truth values.
    Named { text: &'static NamedType, number: &'static NamedType, flag: &'static NamedType },
    /// By every type that is taken.
    Types,
    /// By the same and `null`, with the limits that the reader keeps; words are taken whatever their case.
    TypesOrNull,
}

/// The components of a document. Whatever is referred to gets into them.
#[derive(Debug)]
pub(crate) struct Components {
    lenient: Lenient,
    /// Ends every [`Side::WholeResponse`].
    last: Option<Field>,
    /// Whether several objects may have one name: then those that are read are called `…_sent`, and further ones `…2`.
    shared_names: bool,
    /// Objects that were referred to; those behind `described` are not in `schemas` yet.
    objects: Vec<(String, &'static Object, Side)>,
    described: usize,
    schemas: BTreeMap<String, Map>,
    responses: BTreeMap<&'static str, Map>,
    security: BTreeMap<&'static str, Map>,
}

impl Components {
    pub(crate) const fn new(lenient: Lenient) -> Self {
        Self {
            lenient,
            last: None,
            shared_names: false,
            objects: Vec::new(),
            described: 0,
            schemas: BTreeMap::new(),
            responses: BTreeMap::new(),
            security: BTreeMap::new(),
        }
    }

    /// Answers end in this field.
    pub(crate) fn with_last(self, field: Field) -> Self {
        Self { last: Some(field), ..self }
    }

    /// Names of objects are not unique.
    pub(crate) fn with_shared_names(self) -> Self {
        Self { shared_names: true, ..self }
    }

    /// Adds a schema that no table describes.
    pub(crate) fn add_schema(&mut self, name: &str, schema: Map) {
        self.schemas.insert(name.to_owned(), schema);
    }

    /// Adds an answer that several operations give.
    pub(crate) fn add_response(&mut self, name: &'static str, response: Map) {
        self.responses.insert(name, response);
    }

    /// Adds a way to prove who calls.
    pub(crate) fn add_security(&mut self, name: &'static str, scheme: Map) {
        self.security.insert(name, scheme);
    }

    /// A reference to an object.
    pub(crate) fn object(&mut self, object: &'static Object, side: Side) -> Map {
        let sent = if self.shared_names && side == Side::Request { "_sent" } else { "" };
        self.object_as(format!("{}{sent}", object.name), object, side)
    }

    /// A reference to an object by this name, unless it has another one already.
    pub(crate) fn object_as(&mut self, mut name: String, object: &'static Object, side: Side) -> Map {
        let is_same =
            |(_, known, known_side): &&(String, &Object, Side)| std::ptr::eq(*known, object) && *known_side == side;
        if let Some((known, ..)) = self.objects.iter().find(is_same) {
            return reference(known);
        }
        while self.objects.iter().any(|(known, ..)| *known == name) {
            assert!(self.shared_names, "{name}: two objects of one name");
            name.push('2');
        }
        let reference = reference(&name);
        self.objects.push((name, object, side));
        reference
    }

    /// Schema of an object, in place.
    pub(crate) fn fields(&mut self, object: &'static Object, side: Side) -> Map {
        let last = self.last.filter(|_| side == Side::WholeResponse);
        let inner = if side == Side::Request { Side::Request } else { Side::Response };
        let fields: Vec<Field> = object.documented().copied().chain(last).collect();
        let properties: BTreeMap<&str, Map> =
            fields.iter().map(|field| (field.name, self.field(field, inner))).collect();
        let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
        Map::new()
            .with("type", "object")
            .with_filled("description", object.about)
            .with_filled("required", required)
            .with_filled("properties", properties.into_iter().collect::<Map>())
            .with_some("additionalProperties", object.is_open().then_some(true))
    }

    /// Schema of a field.
    pub(crate) fn field(&mut self, field: &Field, side: Side) -> Map {
        match field.ty {
            Type::List(element, most) => {
                let items = Field { about: "", nullable: false, ty: element.ty(), ..*field };
                let items = self.field(&items, side);
                let most = self.by_table(side).then_some(most);
                array(items).with_filled("description", field.about).with_some("maxItems", most)
            }
            Type::Object(object) => {
                let reference = self.object(object, side);
                or_null(reference, field)
            }
            Type::Json(only) => self.json_only(field, only, side),
            _ => match (side, self.lenient, field.ty) {
                (Side::Request, Lenient::Named { text: ty, .. }, Type::Text(_))
                | (Side::Request, Lenient::Named { number: ty, .. }, Type::Number)
                | (Side::Request, Lenient::Named { flag: ty, .. }, Type::Flag) => or_null(self.named(ty), field),
                _ => self.scalar(field, side),
            },
        }
    }

    /// Whether this is read by its table.
    fn by_table(&self, side: Side) -> bool {
        side == Side::Request && matches!(self.lenient, Lenient::TypesOrNull)
    }

    fn scalar(&self, field: &Field, side: Side) -> Map {
        let (strict, others): (&str, &[&str]) = match field.ty {
            Type::Text(_) => ("string", &["number", "boolean"]),
            Type::Int => ("integer", &["string"]),
            Type::Number => ("number", &["string"]),
            Type::Flag => ("boolean", &["string", "integer"]),
            _ => ("string", &[]),
        };
        let mut types = vec![strict];
        if side == Side::Request {
            types.extend(others);
        }
        if field.nullable || self.by_table(side) {
            types.push("null");
        }
        let schema = typed(&types).with_filled("description", field.about);
        match field.ty {
            Type::Text(most) if self.by_table(side) => schema.with("maxLength", most),
            Type::Choice(words) if self.by_table(side) => schema.with("examples", words.to_vec()),
            Type::Choice(words) => schema.with("enum", words.to_vec()),
            Type::Moment => schema.with("examples", vec!["2026-11-21 12:15:00"]),
            _ => schema,
        }
    }

    fn json_only(&mut self, field: &Field, only: JsonOnly, side: Side) -> Map {
        let nothing = || array(Map::new().with("type", "object")).with("maxItems", 0);
        match only {
            JsonOnly::Named(ty) => or_null(self.named(ty), field),
            JsonOnly::Map(object) => {
                let each = self.object(object, side);
                let map = Map::new().with("type", "object").with("additionalProperties", each);
                any_of("oneOf", [map, nothing()], field)
            }
            JsonOnly::ObjectOrEmptyList(object) => any_of("oneOf", [self.object(object, side), nothing()], field),
            JsonOnly::ObjectOrScalar(object) => {
                any_of("anyOf", [self.object(object, side), typed(&["string", "number"])], field)
            }
            JsonOnly::EmptyList => nothing(),
            JsonOnly::Null => typed(&["null"]).with_filled("description", field.about),
            JsonOnly::Any => Map::new().with_filled("description", field.about),
        }
    }

    fn named(&mut self, ty: &'static NamedType) -> Map {
        let schema = typed(ty.types).with("description", ty.about).with("examples", (ty.examples)());
        self.schemas.insert(ty.name.to_owned(), schema);
        reference(ty.name)
    }

    /// All of them. Describing an object may name further ones.
    fn print(mut self) -> Map {
        while let Some((name, object, side)) = self.objects.get(self.described).cloned() {
            self.described += 1;
            let schema = self.fields(object, side);
            self.schemas.insert(name, schema);
        }
        Map::new()
            .with_filled("schemas", self.schemas.into_iter().collect::<Map>())
            .with_filled("responses", self.responses.into_iter().collect::<Map>())
            .with_filled("securitySchemes", self.security.into_iter().collect::<Map>())
    }
}

/// A reference to a schema.
pub(crate) fn reference(name: &str) -> Map {
    Map::new().with("$ref", format!("#/components/schemas/{name}"))
}

/// A reference to an answer.
pub(crate) fn response_reference(name: &str) -> Map {
    Map::new().with("$ref", format!("#/components/responses/{name}"))
}

/// A value of one of these types.
pub(crate) fn typed(types: &[&str]) -> Map {
    match types {
        [one] => Map::new().with("type", *one),
        several => Map::new().with("type", several.to_vec()),
    }
}

fn array(items: Map) -> Map {
    Map::new().with("type", "array").with("items", items)
}

/// A reference with the words of a field, which may say `null` as well.
fn or_null(reference: Map, field: &Field) -> Map {
    if field.nullable {
        return any_of("oneOf", [reference, typed(&["null"])], field);
    }
    reference.with_filled("description", field.about)
}

fn any_of(key: &str, choices: [Map; 2], field: &Field) -> Map {
    Map::new().with(key, choices.map(Node::from).to_vec()).with_filled("description", field.about)
}
