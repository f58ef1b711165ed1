//! What calls of the Admin API take and give, as data: the OpenAPI document is written from it.
//!
//! Reading does not go by it, unlike at the Customer API: parameters come in more ways than a table can tell (see `params`).
//! A test holds every golden pair against the document, so the two cannot drift apart.

/// What a field holds.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Text,
    Int,
    Number,
    Flag,
    /// One of these texts.
    Word(&'static [&'static str]),
    Object(&'static Shape),
    List(&'static Kind),
    /// An object whose keys are ids; a list when it is empty (reference §2.5).
    Map(&'static Shape),
    /// An object, or an empty list when there is none.
    Optional(&'static Shape),
    /// A list that is always empty here.
    Nothing,
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a call must have it.
    pub required: bool,
    /// Whether an answer may say `null`.
    pub null: bool,
    /// For people; may be empty.
    pub about: &'static str,
}

impl Field {
    /// It must be sent.
    pub(super) const fn must(self) -> Self {
        Self { required: true, ..self }
    }

    /// It may be `null`.
    pub(super) const fn or_null(self) -> Self {
        Self { null: true, ..self }
    }
}

/// A field that may be left out.
pub(super) const fn field(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: false, null: false, about }
}

/// The same, when its name says everything.
pub(super) const fn plain(name: &'static str, kind: Kind) -> Field {
    field(name, kind, "")
}

/// An object.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Its name in the document.
    pub name: &'static str,
    /// Its fields, in groups that shapes share.
    pub fields: &'static [&'static [Field]],
    /// Whether there is more in it than is told.
    pub open: bool,
}

/// An object with just these fields.
pub(super) const fn shape(name: &'static str, fields: &'static [&'static [Field]]) -> Shape {
    Shape { name, fields, open: false }
}

/// An object with more than these fields.
pub(super) const fn open(name: &'static str, fields: &'static [&'static [Field]]) -> Shape {
    Shape { name, fields, open: true }
}

impl Shape {
    /// Every field.
    pub fn all(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().copied().flatten()
    }
}
