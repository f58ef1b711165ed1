//! What a request or an answer looks like, as data: from one [`Shape`] come reading, writing as JSON and as SOAP, the WSDL
//! and the OpenAPI document.

/// A struct of the protocol.
#[derive(Debug)]
pub struct Shape {
    /// Its name: `product`; the WSDL's type is `productType`.
    pub name: &'static str,
    /// Its fields, in the order in which they are written.
    pub fields: &'static [Field],
}

/// A field of a struct.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// Other spellings that are read as well, never written.
    pub also: &'static [&'static str],
    /// What it holds.
    pub kind: Kind,
    /// Whether a request must have it, or an answer always has it.
    pub required: bool,
    /// What it means, for the OpenAPI document; empty where the name says it.
    pub about: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
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
    /// A struct.
    Struct(&'static Shape),
    /// At most so many of something.
    List(Item, usize),
}

/// What a list holds.
#[derive(Debug, Clone, Copy)]
pub enum Item {
    /// Texts of at most so many characters.
    Text(usize),
    /// Whole numbers.
    Int,
    /// Structs.
    Struct(&'static Shape),
}

impl Item {
    /// What one of them is.
    pub const fn kind(self) -> Kind {
        match self {
            Self::Text(most) => Kind::Text(most),
            Self::Int => Kind::Int,
            Self::Struct(shape) => Kind::Struct(shape),
        }
    }
}

/// Longest text where nothing shorter is said.
const TEXT: usize = 255;

impl Shape {
    pub(super) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields }
    }

    /// The field of this name, by its first spelling.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Field {
    const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, also: &[], kind, required: false, about: "" }
    }

    /// The field must be there.
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Other spellings.
    pub(super) const fn also(mut self, names: &'static [&'static str]) -> Self {
        self.also = names;
        self
    }

    /// What it means.
    pub(super) const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// Whether this is one of its spellings.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.name == name || self.also.contains(&name)
    }
}

pub(super) const fn text(name: &'static str) -> Field {
    Field::new(name, Kind::Text(TEXT))
}

pub(super) const fn long_text(name: &'static str, most: usize) -> Field {
    Field::new(name, Kind::Text(most))
}

pub(super) const fn choice(name: &'static str, words: &'static [&'static str]) -> Field {
    Field::new(name, Kind::Choice(words))
}

pub(super) const fn int(name: &'static str) -> Field {
    Field::new(name, Kind::Int)
}

pub(super) const fn number(name: &'static str) -> Field {
    Field::new(name, Kind::Number)
}

pub(super) const fn flag(name: &'static str) -> Field {
    Field::new(name, Kind::Flag)
}

pub(super) const fn moment(name: &'static str) -> Field {
    Field::new(name, Kind::Moment)
}

pub(super) const fn file(name: &'static str, most: usize) -> Field {
    Field::new(name, Kind::File(most))
}

pub(super) const fn record(name: &'static str, shape: &'static Shape) -> Field {
    Field::new(name, Kind::Struct(shape))
}

pub(super) const fn list(name: &'static str, shape: &'static Shape, most: usize) -> Field {
    Field::new(name, Kind::List(Item::Struct(shape), most))
}

pub(super) const fn texts(name: &'static str, most: usize) -> Field {
    Field::new(name, Kind::List(Item::Text(TEXT), most))
}

pub(super) const fn ints(name: &'static str, most: usize) -> Field {
    Field::new(name, Kind::List(Item::Int, most))
}
