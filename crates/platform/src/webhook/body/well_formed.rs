//! Whether what comes out of a template is JSON or XML, before somebody relies on it.

use quick_xml::events::Event;
use quick_xml::events::attributes::Attribute;
use quick_xml::{Reader, XmlVersion};

use crate::webhook::body::BodyError;

/// JSON, and one value of it.
pub(super) fn json(text: &str) -> Result<(), BodyError> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop).map_err(|error| {
        BodyError(format!("what comes out is no JSON ({error}); write values without quotes, they bring their own"))
    })
}

/// Well-formed XML without a document type: one element, whose tags match and whose entities are XML's own.
pub(super) fn xml(text: &str) -> Result<(), BodyError> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_comments = true;
    let (mut depth, mut roots, mut first) = (0_usize, 0_usize, true);
    loop {
        let event = reader.read_event();
        // The reader stands behind what it has read.
        let line = 1 + line_breaks(text, reader.buffer_position());
        let refuse = |why: &str| Err(BodyError(format!("what comes out is no XML (line {line}: {why})")));
        let event = match event {
            Ok(event) => event,
            Err(error) => return refuse(&error.to_string()),
        };
        match event {
            Event::Start(start) => {
                if depth == 0 {
                    roots += 1;
                }
                depth += 1;
                for attribute in start.attributes() {
                    match attribute.map(|attribute| value(&attribute)) {
                        Ok(true) => {}
                        Ok(false) => return refuse("an attribute holds <, or an entity that XML does not know"),
                        Err(error) => return refuse(&error.to_string()),
                    }
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if depth == 0 && !text.trim().is_empty() => {
                return refuse("there is text outside of the document's element");
            }
            Event::CData(_) | Event::GeneralRef(_) if depth == 0 => {
                return refuse("there is text outside of the document's element");
            }
            Event::GeneralRef(name) => {
                let own = matches!(&*name, "amp" | "lt" | "gt" | "quot" | "apos");
                if !own && !matches!(name.resolve_char_ref(), Ok(Some(_))) {
                    return refuse(&format!("&{}; is no entity of XML", &*name));
                }
            }
            Event::Decl(_) if !first => return refuse("the declaration must stand at the very beginning"),
            Event::DocType(_) => return refuse("document types are not sent"),
            Event::Eof if depth > 0 => return refuse("an element is not closed"),
            Event::Eof if roots != 1 => return refuse("there must be exactly one outermost element"),
            Event::Eof => return Ok(()),
            Event::Text(_) | Event::CData(_) | Event::Decl(_) | Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
        }
        first = false;
    }
}

fn value(attribute: &Attribute<'_>) -> bool {
    let raw: &str = attribute.value.as_ref();
    !raw.contains('<') && attribute.normalized_value(XmlVersion::Implicit1_0).is_ok()
}

fn line_breaks(text: &str, before: u64) -> usize {
    usize::try_from(before).ok().and_then(|end| text.get(..end)).unwrap_or(text).matches('\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_xml_is_taken() {
        for text in [
            "<a/>",
            "<?xml version=\"1.0\"?>\n<!-- x --><a b='1' c=\"&amp;&#65;\">x&lt;<![CDATA[<&]]><b/></a>\n",
            "<s:a xmlns:s=\"urn:x\"/>",
        ] {
            xml(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }

    #[test]
    fn what_is_not_well_formed_is_refused_with_its_line() {
        for (text, line, why) in [
            ("", 1, "exactly one"),
            ("plain", 1, "outside"),
            ("<a>\n<b></a>", 2, ""),
            ("<a>\n", 2, "not closed"),
            ("<a/>\n<b/>", 2, "exactly one"),
            ("<a b=1/>", 1, ""),
            ("<a b='1' b='2'/>", 1, ""),
            ("<a b='<'/>", 1, ""),
            ("<a>AT&T</a>", 1, ""),
            ("<a>\n\n&nbsp;</a>", 3, "no entity"),
            ("<a b='&nbsp;'/>", 1, "entity"),
            ("<a/>&amp;", 1, "outside"),
            (" <?xml version='1.0'?><a/>", 1, "very beginning"),
            ("<!DOCTYPE a><a/>", 1, "document types"),
        ] {
            let error = xml(text).expect_err(text).0;
            assert!(error.contains(&format!("line {line}: ")) && error.contains(why), "{text:?}: {error}");
        }
    }
}
