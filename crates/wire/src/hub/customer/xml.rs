//! Reads XML from strangers: UTF-8 only, no document types, no entities beyond the five, limits on depth, elements,
//! attributes and namespace declarations. Everything beyond is refused before it costs anything.

use std::fmt;

use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::raw::{DEPTH_LIMIT, NODE_LIMIT};
use crate::json_body::is_heavy;
use crate::markup::guard::{self, Refused};

/// Most attributes of one element, with namespace declarations.
const ATTRIBUTE_LIMIT: usize = 32;
/// Most namespace declarations in force at one place.
const BINDING_LIMIT: usize = 64;
/// What an element weighs in its tree: itself, while the list that it is in grows, and its texts.
const ELEMENT: usize = 3 * size_of::<Element>();
/// Longest name of an element, in bytes.
const NAME_LIMIT: usize = 200;

/// Why a document was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum XmlProblem {
    /// The bytes are not UTF-8, or another encoding is declared.
    Encoding,
    /// `<!DOCTYPE`.
    DocumentType,
    /// `<?…?>` other than the declaration.
    Instruction,
    /// An entity beyond `amp`, `lt`, `gt`, `apos`, `quot`.
    Entity,
    /// A character that XML does not have.
    Character,
    TooDeep,
    TooManyElements,
    TooManyAttributes,
    /// Not well-formed.
    Syntax,
}

impl From<Refused> for XmlProblem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Entity => Self::Entity,
            Refused::NoSuchCharacter | Refused::Character => Self::Character,
        }
    }
}

impl fmt::Display for XmlProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoding => "only UTF-8 is read",
            Self::DocumentType => "document types are refused",
            Self::Instruction => "processing instructions are refused",
            Self::Entity => "entities are refused, except the five of XML",
            Self::Character => "a character that XML does not have",
            Self::TooDeep => "nested too deeply",
            Self::TooManyElements => "too many elements",
            Self::TooManyAttributes => "too many attributes or namespaces",
            Self::Syntax => "not well-formed",
        })
    }
}

/// An element without its namespace prefixes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its local name.
    pub(super) name: String,
    /// The namespace of the outermost element; empty for none, and for all others.
    pub(super) namespace: Box<str>,
    /// What SOAP encoding says of it.
    marks: Option<Box<SoapAttributes>>,
    pub(super) children: Vec<Element>,
    /// Its text; of an element with children only blanks matter to nobody.
    pub(super) text: String,
}

/// The attributes that matter (SOAP 1.1 section 5).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SoapAttributes {
    /// `xsi:nil`.
    pub(super) nil: bool,
    /// `SOAP-ENC:arrayType` is there.
    pub(super) array: bool,
    /// Local part of `xsi:type`.
    pub(super) kind: String,
    /// `href` without its `#`.
    pub(super) href: Option<String>,
    /// `id`.
    pub(super) id: Option<String>,
}

impl Element {
    /// What SOAP encoding says of it.
    pub(super) fn marks(&self) -> &SoapAttributes {
        static NONE: SoapAttributes =
            SoapAttributes { nil: false, array: false, kind: String::new(), href: None, id: None };
        self.marks.as_deref().unwrap_or(&NONE)
    }
}

/// Reads a document into its root element.
pub(super) fn parse(body: &[u8]) -> Result<Element, XmlProblem> {
    let text = std::str::from_utf8(body).map_err(|_| XmlProblem::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        // UTF-16 and UTF-32 of plain letters are valid UTF-8 with zeros in it.
        return Err(XmlProblem::Encoding);
    }
    Reader::new(text).document()
}

struct Reader<'a> {
    events: NsReader<&'a [u8]>,
    /// Elements that are open, outermost first.
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
    /// Bytes of the document.
    size: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let mut reader = NsReader::from_str(text);
        reader.resolver_mut().set_max_namespace_bindings(BINDING_LIMIT);
        let config = reader.config_mut();
        config.check_comments = true;
        config.expand_empty_elements = true;
        Self { events: reader, open: Vec::new(), root: None, nodes: 0, size: text.len() }
    }

    fn document(mut self) -> Result<Element, XmlProblem> {
        let mut first = true;
        loop {
            let event = self.events.read_event().map_err(|_| XmlProblem::Syntax)?;
            match event {
                Event::Decl(declaration) => {
                    let encoding = declaration.encoding().transpose().map_err(|_| XmlProblem::Syntax)?;
                    let is_utf8 = encoding.is_none_or(|name| name.eq_ignore_ascii_case("utf-8"));
                    if !is_utf8 {
                        return Err(XmlProblem::Encoding);
                    }
                    if !first {
                        return Err(XmlProblem::Syntax);
                    }
                }
                Event::DocType(_) => return Err(XmlProblem::DocumentType),
                Event::PI(_) => return Err(XmlProblem::Instruction),
                Event::Comment(_) => {}
                Event::Start(start) => {
                    let element = self.element(&start)?;
                    if self.open.len() >= DEPTH_LIMIT {
                        return Err(XmlProblem::TooDeep);
                    }
                    if self.open.is_empty() && self.root.is_some() {
                        return Err(XmlProblem::Syntax);
                    }
                    self.open.push(element);
                }
                // Empty elements are expanded, so this is never met.
                Event::Empty(_) => return Err(XmlProblem::Syntax),
                Event::End(_) => self.close()?,
                Event::Text(text) => self.append(&guard::text(text.xml10_content())?)?,
                Event::CData(text) => {
                    if self.open.is_empty() {
                        return Err(XmlProblem::Syntax);
                    }
                    self.append(&guard::text(text.xml10_content())?)?;
                }
                Event::GeneralRef(reference) => {
                    if self.open.is_empty() {
                        return Err(XmlProblem::Syntax);
                    }
                    let character = guard::reference(&reference)?;
                    self.append(character.encode_utf8(&mut [0; 4]))?;
                }
                Event::Eof => break,
            }
            first = false;
        }
        if !self.open.is_empty() {
            return Err(XmlProblem::Syntax);
        }
        self.root.ok_or(XmlProblem::Syntax)
    }

    fn element(&mut self, start: &BytesStart<'_>) -> Result<Element, XmlProblem> {
        self.nodes += 1;
        if self.nodes > NODE_LIMIT || is_heavy(ELEMENT * self.nodes, self.size) {
            return Err(XmlProblem::TooManyElements);
        }
        if start.name().as_ref().len() > NAME_LIMIT {
            return Err(XmlProblem::Syntax);
        }
        let (namespace, local) = self.events.resolver().resolve_element(start.name());
        let namespace = match namespace {
            // Asked of the outermost element alone.
            ResolveResult::Bound(namespace) if self.open.is_empty() => Box::from(namespace.as_ref()),
            ResolveResult::Bound(_) | ResolveResult::Unbound => Box::default(),
            ResolveResult::Unknown(_) => return Err(XmlProblem::Syntax),
        };
        let name = local.as_ref().to_owned();
        Ok(Element { name, namespace, marks: self.marks(start)?, ..Element::default() })
    }

    fn marks(&self, start: &BytesStart<'_>) -> Result<Option<Box<SoapAttributes>>, XmlProblem> {
        let mut marks = SoapAttributes::default();
        // Counted before attributes are compared with each other, which takes the square of their number.
        if start.attributes().with_checks(false).take(ATTRIBUTE_LIMIT + 1).count() > ATTRIBUTE_LIMIT {
            return Err(XmlProblem::TooManyAttributes);
        }
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| XmlProblem::Syntax)?;
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let (namespace, local) = self.events.resolver().resolve_attribute(attribute.key);
            let namespace = match namespace {
                ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
                ResolveResult::Unbound => String::new(),
                ResolveResult::Unknown(_) => return Err(XmlProblem::Syntax),
            };
            let value = guard::value(&attribute)?;
            let of_schema = namespace.ends_with("XMLSchema-instance");
            match local.as_ref() {
                // `null` was the name of the drafts; old toolkits still write it.
                "nil" | "null" if of_schema => marks.nil = matches!(value.trim(), "true" | "1"),
                "type" if of_schema => marks.kind = value.rsplit(':').next().unwrap_or_default().to_owned(),
                "arrayType" if namespace == super::soap::ENCODING => marks.array = true,
                "href" if namespace.is_empty() => marks.href = Some(value.trim_start_matches('#').to_owned()),
                "id" if namespace.is_empty() => marks.id = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok((marks != SoapAttributes::default()).then(|| Box::new(marks)))
    }

    fn append(&mut self, text: &str) -> Result<(), XmlProblem> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(XmlProblem::Syntax),
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlProblem> {
        let element = self.open.pop().ok_or(XmlProblem::Syntax)?;
        match self.open.last_mut() {
            Some(parent) => {
                // Most have one child or two, for which the list would make room for four.
                if parent.children.is_empty() {
                    parent.children.reserve_exact(1);
                }
                parent.children.push(element);
            }
            None => self.root = Some(element),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::markup::guard::is_xml_character;
    use crate::schema::soap::push_escaped;

    fn refused(document: impl AsRef<[u8]>) -> XmlProblem {
        parse(document.as_ref()).expect_err("it is refused")
    }

    #[test]
    fn names_are_read_without_prefixes_and_with_namespaces() {
        let root = parse(br#"<?xml version="1.0" encoding="utf-8"?><!-- x --><a:b xmlns:a="urn:1"><c xmlns="urn:2">x<![CDATA[<&]]>&amp;&#65;&#x42;</c></a:b>"#)
            .expect("XML");
        assert_eq!((root.name.as_str(), &*root.namespace), ("b", "urn:1"));
        assert_eq!((root.children[0].name.as_str(), root.children[0].text.as_str()), ("c", "x<&&AB"));
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        let laughs = r#"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><l>&b;</l>"#;
        assert_eq!(refused(laughs), XmlProblem::DocumentType);
        assert_eq!(refused(r#"<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>"#), XmlProblem::DocumentType);
        assert_eq!(refused("<x>&a;</x>"), XmlProblem::Entity);
        assert_eq!(refused(r#"<x y="&a;"/>"#), XmlProblem::Entity);
        assert_eq!(refused("<x>&#0;</x>"), XmlProblem::Character);
        assert_eq!(refused("<x>&#1;</x>"), XmlProblem::Character);
        assert_eq!(refused("<x>&#xD800;</x>"), XmlProblem::Character);
        assert_eq!(refused("<x><?php echo 1 ?></x>"), XmlProblem::Instruction);
    }

    #[test]
    fn other_encodings_are_refused_however_they_come() {
        assert_eq!(refused(r#"<?xml version="1.0" encoding="UTF-16"?><x/>"#), XmlProblem::Encoding);
        assert_eq!(refused(r#"<?xml version="1.0" encoding="UTF-7"?><x/>"#), XmlProblem::Encoding);
        assert_eq!(refused(b"<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><x>\xb1</x>"), XmlProblem::Encoding);
        let wide: Vec<u8> = "<x/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(refused(&wide), XmlProblem::Encoding);
        let marked: Vec<u8> = "\u{feff}<x/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(refused(&marked), XmlProblem::Encoding);
        assert!(parse("\u{feff}<x>ż</x>".as_bytes()).is_ok(), "a mark of UTF-8 is welcome");
    }

    #[test]
    fn limits_hold() {
        let nested = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(parse(nested(DEPTH_LIMIT).as_bytes()).is_ok());
        assert_eq!(refused(nested(DEPTH_LIMIT + 1)), XmlProblem::TooDeep);
        assert_eq!(refused("<a>".repeat(1_000_000)), XmlProblem::TooDeep);
        let many = |element: &str, count: usize| format!("<a>{}</a>", element.repeat(count));
        assert_eq!(refused(many(&format!("<b>{}</b>", "x".repeat(90)), NODE_LIMIT)), XmlProblem::TooManyElements);
        assert_eq!(refused(many("<b/>", 3_000)), XmlProblem::TooManyElements, "small ones weigh as much as large ones");
        assert!(parse(many("<p><id>12345</id><n>1</n></p>", 400).as_bytes()).is_ok());
        let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
        assert_eq!(refused(format!("<a{attributes}/>")), XmlProblem::TooManyAttributes);
        let spaces: String = (0..100).map(|n| format!(" xmlns:a{n}=\"urn:{n}\"")).collect();
        assert!(parse(format!("<a{spaces}/>").as_bytes()).is_err());
    }

    #[test]
    fn what_is_not_well_formed_is_refused() {
        for bad in [
            "",
            " ",
            "x",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a/>x",
            "x<a/>",
            "<p:a/>",
            "<a b=1/>",
            "<a b='' b=''/>",
            "<a>&amp</a>",
            "<a",
            "<a/><?xml version='1.0'?>",
            "<![CDATA[x]]><a/>",
            "<a/>&amp;",
            "<a><!-- -- --></a>",
        ] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_was_escaped_reads_back(text in any::<String>()) {
            let mut out = "<a>".to_owned();
            push_escaped(&mut out, &text);
            out.push_str("</a>");
            let read = parse(out.as_bytes()).expect("XML").text;
            let wanted: String = text.chars().map(|c| if is_xml_character(c) { c } else { '\u{fffd}' }).collect();
            prop_assert_eq!(read, wanted);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn no_scraps_of_xml_make_it_panic(scraps in proptest::collection::vec(
            proptest::sample::select(vec!["<", ">", "</", "/>", "a", "a:b", " xmlns:a='x'", "=", "'", "\"", "&", ";", "&#x41;", "<!--", "-->",
                "<![CDATA[", "]]>", "<?", "?>", "<!DOCTYPE", " ", "<a>", "</a>", "ż"]), 0..60)) {
            let _ = parse(scraps.concat().as_bytes());
        }
    }
}
