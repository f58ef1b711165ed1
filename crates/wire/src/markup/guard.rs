//! What every reader of XML here refuses inside a document: entities beyond the five of XML, characters that XML does not have.
//!
//! There are two readers on top of this. `markup` reads files: they come in a stream, may be careless about prefixes and declarations,
//! and their mistakes are told with a line. `customer::xml` reads SOAP: from memory without copying, by namespaces, and strictly.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::BytesRef;
use quick_xml::events::attributes::Attribute;

/// Why a piece of a document is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    /// An entity beyond `amp`, `lt`, `gt`, `apos`, `quot`.
    Entity,
    /// A reference to a character by a number that none has.
    NoSuchCharacter,
    /// A character that XML does not have.
    Character,
}

/// Whether XML 1.0 has a character (its section 2.2).
pub(crate) const fn is_xml_character(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A text as it came, when XML has its characters.
pub(crate) fn text(text: Cow<'_, str>) -> Result<Cow<'_, str>, Refused> {
    if text.chars().all(is_xml_character) { Ok(text) } else { Err(Refused::Character) }
}

/// The character that a reference between tags stands for.
pub(crate) fn reference(reference: &BytesRef<'_>) -> Result<char, Refused> {
    let character = match &**reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => reference.resolve_char_ref().map_err(|_| Refused::NoSuchCharacter)?.ok_or(Refused::Entity)?,
    };
    if is_xml_character(character) { Ok(character) } else { Err(Refused::Character) }
}

/// The value of an attribute with its references resolved.
pub(crate) fn value<'a>(attribute: &Attribute<'a>) -> Result<Cow<'a, str>, Refused> {
    text(attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Refused::Entity)?)
}
