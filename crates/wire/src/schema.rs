//! What requests and answers hold, as data. Every API describes its fields here once; readers, the printers below this module
//! ([`json`], [`soap`], [`wsdl`], [`openapi`]) and the types of [`typed`] go by it.
//!
//! A table is written with the constructors at the end of this file:
//!
//! ```ignore
//! static COURIER: Object = Object::new("courier", &[int("courierId").required(), text("name").about("As shown to buyers.")]);
//! ```
//!
//! A struct that describes itself is written with [`object!`](typed).

pub(crate) mod json;
pub(crate) mod openapi;
pub(crate) mod soap;
pub(crate) mod typed;
pub(crate) mod value;
pub(crate) mod wsdl;

use std::fmt;

/// An object (JSON), struct (SOAP), complex type (WSDL) or component schema (OpenAPI).
pub struct Object {
    /// Its name: `product`; the WSDL's type is `productType`.
    pub name: &'static str,
    /// What it means, for the OpenAPI document; empty where the name says it.
    pub about: &'static str,
    /// Its own fields, in the order in which they are written.
    own: &'static [Field],
    /// Objects whose own fields it has as well.
    shared: &'static [&'static Object],
    /// Whether it may have fields that are not described.
    open: bool,
}

/// By its name: objects may hold themselves, as a product holds products.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Object").field(&self.name).finish()
    }
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Other spellings that are read as well, never written.
    pub also: &'static [&'static str],
    /// What it holds.
    pub ty: Type,
    /// Whether a request must have it, or an answer always has it.
    pub required: bool,
    /// Whether an answer may say `null`.
    pub nullable: bool,
    /// Whether it is part of the contract; the others are written because clients of the protocol look for them.
    pub documented: bool,
    /// What it means, for the OpenAPI document; empty where the name says it.
    pub about: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// A text of at most so many characters.
    Text(usize),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A whole number.
    Int,
    /// An exact decimal number.
    Number,
    /// `true` or `false`; also read as `y`, `n`, `yes`, `no`, 1, 0.
    Flag,
    /// `YYYY-MM-DD`, or `YYYY-MM-DD HH:MM:SS` by the wholesaler's clock.
    Moment,
    /// A file as base64, at most so many bytes when decoded.
    File(usize),
    /// An object.
    Object(&'static Object),
    /// At most so many of something.
    List(Element, usize),
    /// What only JSON dialects have.
    Json(JsonOnly),
}

/// What a list holds.
#[derive(Debug, Clone, Copy)]
pub enum Element {
    /// Texts of at most so many characters.
    Text(usize),
    /// Whole numbers.
    Int,
    /// Objects.
    Object(&'static Object),
    /// What only JSON dialects have.
    Json(JsonOnly),
}

impl Element {
    /// The type of one of them.
    pub const fn ty(self) -> Type {
        match self {
            Self::Text(most) => Type::Text(most),
            Self::Int => Type::Int,
            Self::Object(object) => Type::Object(object),
            Self::Json(only) => Type::Json(only),
        }
    }
}

/// What no XML dialect has.
#[derive(Debug, Clone, Copy)]
pub enum JsonOnly {
    /// A scalar with a component schema of its own.
    Named(&'static NamedType),
    /// An object whose keys are ids; an empty list when there are none.
    Map(&'static Object),
    /// An object, or an empty list when there is none.
    ObjectOrEmptyList(&'static Object),
    /// An object, or a bare text or number that stands for it.
    ObjectOrScalar(&'static Object),
    /// A list in which there never is anything.
    EmptyList,
    /// Always `null`.
    Null,
    /// Any value.
    Any,
}

/// A scalar type that documents describe once and refer to.
#[derive(Debug)]
pub struct NamedType {
    /// Name of the component.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Its JSON types.
    pub types: &'static [&'static str],
    /// Examples.
    pub examples: fn() -> Vec<serde_json::Value>,
}

/// Longest text where nothing shorter is said.
const TEXT: usize = 255;
/// No limit of its own.
pub const UNLIMITED: usize = usize::MAX;

impl Object {
    pub(crate) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, about: "", own: fields, shared: &[], open: false }
    }

    /// What it means.
    pub(crate) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// With the fields of these behind its own.
    pub(crate) const fn with(mut self, shared: &'static [&'static Self]) -> Self {
        self.shared = shared;
        self
    }

    /// More fields may be there than are described.
    pub(crate) const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Its fields.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.own.iter().chain(self.shared.iter().flat_map(|object| object.own))
    }

    /// Those that documents describe.
    pub fn documented(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.fields().filter(|field| field.documented)
    }

    /// Whether it may have fields that documents do not describe.
    pub fn is_open(&self) -> bool {
        self.open || self.fields().any(|field| !field.documented)
    }

    /// The field of this name, by its first spelling.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields().position(|field| field.name == name)
    }
}

impl Field {
    pub(crate) const fn new(name: &'static str, ty: Type) -> Self {
        Self { name, also: &[], ty, required: false, nullable: false, documented: true, about: "" }
    }

    /// It is always there.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It may be `null`.
    pub(crate) const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Other spellings.
    pub(crate) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }

    /// What it means.
    pub(crate) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Whether this is one of its spellings.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.also.contains(&name)
    }
}

pub(crate) const fn text(name: &'static str) -> Field {
    Field::new(name, Type::Text(TEXT))
}

pub(crate) const fn long_text(name: &'static str, most: usize) -> Field {
    Field::new(name, Type::Text(most))
}

pub(crate) const fn choice(name: &'static str, words: &'static [&'static str]) -> Field {
    Field::new(name, Type::Choice(words))
}

pub(crate) const fn int(name: &'static str) -> Field {
    Field::new(name, Type::Int)
}

pub(crate) const fn number(name: &'static str) -> Field {
    Field::new(name, Type::Number)
}

pub(crate) const fn flag(name: &'static str) -> Field {
    Field::new(name, Type::Flag)
}

pub(crate) const fn moment(name: &'static str) -> Field {
    Field::new(name, Type::Moment)
}

pub(crate) const fn file(name: &'static str, most: usize) -> Field {
    Field::new(name, Type::File(most))
}

pub(crate) const fn named(name: &'static str, ty: &'static NamedType) -> Field {
    Field::new(name, Type::Json(JsonOnly::Named(ty)))
}

pub(crate) const fn record(name: &'static str, object: &'static Object) -> Field {
    Field::new(name, Type::Object(object))
}

pub(crate) const fn list(name: &'static str, object: &'static Object, most: usize) -> Field {
    Field::new(name, Type::List(Element::Object(object), most))
}

pub(crate) const fn texts(name: &'static str, most: usize) -> Field {
    Field::new(name, Type::List(Element::Text(TEXT), most))
}

pub(crate) const fn ints(name: &'static str, most: usize) -> Field {
    Field::new(name, Type::List(Element::Int, most))
}
