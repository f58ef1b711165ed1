//! XML for files: a guarded pull reader that streams, and a writer that escapes.
//!
//! The reader refuses what files of goods never need and attackers like: document types, entities, foreign encodings, deep
//! nesting, elements and texts without end. It says so before it has read more than one such thing.

pub(crate) mod guard;

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, BufRead, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use guard::{Refused, is_xml_character};

/// Deepest nesting of elements.
pub const MAX_DEPTH: usize = 32;
/// Longest tag or stretch of text, in bytes: an attachment in base64 fits.
pub const MAX_TOKEN: usize = 16 * 1024 * 1024;
/// How names of IOF's extensions begin here.
const EXTENSION: &str = "iaiext";
/// Namespace of IOF's extensions.
pub const EXTENSION_NAMESPACE: &str = "http://www.iai-shop.com/developers/iof/extensions.phtml";
/// Namespace of IOF itself.
pub const IOF_NAMESPACE: &str = "http://www.iai-shop.com/developers/iof.phtml";
/// Most attributes of one element.
const MAX_ATTRIBUTES: usize = 64;

impl Refused {
    const fn reason(self) -> &'static str {
        match self {
            Self::Entity | Self::NoSuchCharacter => "entities are not read",
            Self::Character => "there is a character that XML does not have",
        }
    }
}

/// Why a document is not read any further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct MarkupError {
    /// Line of the document, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: String,
}

/// A piece of a document. White space between elements comes as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// An element begins.
    Open(Element),
    /// An element ends.
    Close,
    /// Text, with its references resolved; one text may come in several pieces.
    Text(String),
    /// The document ends.
    End,
}

/// The beginning of an element.
///
/// Names of the document's own namespace, and of none, stand without prefix. Those of IOF's extensions begin with `iaiext:`,
/// whatever prefix the document gives them; those of other namespaces with `?:`, so that none is taken for a name of the format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: String,
    /// Its attributes: names and values.
    pub attributes: Vec<(String, String)>,
}

impl Element {
    /// An attribute that says something: the format's own, else the one of IOF's extensions.
    pub fn filled(&self, name: &str) -> Option<&str> {
        let said = |(_, value): &(String, String)| Some(value.trim().to_owned()).filter(|value| !value.is_empty());
        let own = self.attributes.iter().find(|(key, _)| key == name).filter(|pair| said(pair).is_some());
        let extended = || {
            let key = |key: &str| key.strip_prefix(EXTENSION).and_then(|key| key.strip_prefix(':')) == Some(name);
            self.attributes.iter().find(|pair| key(&pair.0) && said(pair).is_some())
        };
        own.or_else(extended).map(|(_, value)| value.trim())
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Counts lines, and stops whoever reads too much for one token.
struct Guard<R> {
    inner: R,
    line: u64,
    /// Bytes that were read so far.
    position: u64,
    token: usize,
    longest: usize,
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.token > self.longest {
            return Err(io::Error::other(format!("a tag or text is longer than {} bytes", self.longest)));
        }
        // No more than a token may have: input in memory would come in one piece.
        let most = self.longest - self.token + 1;
        self.inner.fill_buf().map(|bytes| &bytes[..bytes.len().min(most)])
    }

    fn consume(&mut self, count: usize) {
        if let Ok(bytes) = self.inner.fill_buf() {
            self.line += bytes.iter().take(count).filter(|byte| **byte == b'\n').count() as u64;
        }
        self.position += count as u64;
        self.token += count;
        self.inner.consume(count);
    }
}

/// A guarded reader.
pub struct Markup<R> {
    reader: Reader<Guard<R>>,
    buffer: Vec<u8>,
    depth: usize,
    seen_root: bool,
    namespaces: Namespaces,
}

/// Prefixes that are bound, innermost last.
#[derive(Debug, Default)]
struct Namespaces {
    /// Depth of the element that binds it, prefix, address.
    bound: Vec<(usize, String, String)>,
    /// Address of the root element's namespace, when it has a prefix.
    own: Option<String>,
}

impl Namespaces {
    fn address(&self, prefix: &str) -> Option<&str> {
        self.bound.iter().rev().find(|(_, known, _)| known == prefix).map(|(_, _, address)| address.as_str())
    }

    /// A name as [`Element`] tells it.
    fn name(&self, written: &str) -> String {
        let Some((prefix, local)) = written.split_once(':').filter(|(prefix, _)| *prefix != "xml") else {
            return written.to_owned();
        };
        match self.address(prefix) {
            // Careless files forget to declare what everybody knows.
            None if prefix == EXTENSION => written.to_owned(),
            None | Some(IOF_NAMESPACE) => local.to_owned(),
            Some(EXTENSION_NAMESPACE) => format!("{EXTENSION}:{local}"),
            Some(other) if self.own.as_deref() == Some(other) => local.to_owned(),
            Some(_) => format!("?:{local}"),
        }
    }
}

impl<R> std::fmt::Debug for Markup<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Markup").field("depth", &self.depth).finish_non_exhaustive()
    }
}

impl<R: BufRead> Markup<R> {
    /// Reads a document.
    pub fn new(input: R) -> Self {
        Self::with_longest_token(input, MAX_TOKEN)
    }

    /// Reads a document whose tags and texts are short.
    pub fn with_longest_token(input: R, longest: usize) -> Self {
        let mut reader = Reader::from_reader(Guard { inner: input, line: 1, position: 0, token: 0, longest });
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Self { reader, buffer: Vec::new(), depth: 0, seen_root: false, namespaces: Namespaces::default() }
    }

    /// Line that was read last.
    pub fn line(&self) -> u64 {
        self.reader.get_ref().line
    }

    /// How many bytes were read, for whoever bounds a part of a document.
    pub fn position(&self) -> u64 {
        self.reader.get_ref().position
    }

    /// An error at the present line.
    pub fn error(&self, reason: impl Into<String>) -> MarkupError {
        MarkupError { line: self.line(), reason: reason.into() }
    }

    /// The next piece.
    pub fn next_node(&mut self) -> Result<Node, MarkupError> {
        loop {
            self.buffer.clear();
            // A token that was large once does not keep its memory for ever.
            self.buffer.shrink_to(64 * 1024);
            self.reader.get_mut().token = 0;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(error) => {
                    let line = self.reader.get_ref().line;
                    return Err(MarkupError { line, reason: format!("no well-formed XML: {error}") });
                }
            };
            let line = self.reader.get_ref().line;
            let refuse = |reason: &str| Err(MarkupError { line, reason: reason.to_owned() });
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return refuse("elements are nested too deep");
                    }
                    if self.depth == 1 && self.seen_root {
                        return refuse("there is something behind the end of the document");
                    }
                    self.seen_root = true;
                    let element = element(&start, self.depth, &mut self.namespaces);
                    return element.map(Node::Open).map_err(|reason| MarkupError { line, reason });
                }
                Event::End(_) => {
                    let depth = self.depth;
                    self.namespaces.bound.retain(|(at, ..)| *at < depth);
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Node::Close);
                }
                Event::Text(text) => {
                    if self.depth == 0 {
                        if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() {
                            continue;
                        }
                        return refuse("there is text outside of the document's element");
                    }
                    let text = guard::text(text.xml10_content());
                    return text.map(|text| Node::Text(text.into_owned())).or_else(|why| refuse(why.reason()));
                }
                Event::CData(text) if self.depth > 0 => {
                    let text = guard::text(text.xml10_content());
                    return text.map(|text| Node::Text(text.into_owned())).or_else(|why| refuse(why.reason()));
                }
                Event::CData(_) => return refuse("there is text outside of the document's element"),
                Event::GeneralRef(_) if self.depth == 0 => return refuse(Refused::Entity.reason()),
                Event::GeneralRef(reference) => {
                    let character = guard::reference(&reference);
                    return character.map(|c| Node::Text(c.to_string())).or_else(|why| refuse(why.reason()));
                }
                Event::Decl(declaration) => {
                    let utf8 = |name: Cow<'_, str>| {
                        name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("us-ascii")
                    };
                    match declaration.encoding() {
                        None => {}
                        Some(Ok(name)) if utf8(Cow::Borrowed(&*name)) => {}
                        Some(_) => return refuse("the encoding must be UTF-8"),
                    }
                }
                Event::DocType(_) => return refuse("document types are not read"),
                Event::Comment(_) | Event::PI(_) => {}
                Event::Eof if self.depth > 0 || !self.seen_root => return refuse("the document ends too early"),
                Event::Eof => return Ok(Node::End),
                // `expand_empty_elements` makes two events of it.
                Event::Empty(_) => return refuse("an element is neither begun nor ended"),
            }
        }
    }

    /// Reads to the end of the element that was begun last; its text, without that of elements in it.
    pub fn text(&mut self) -> Result<String, MarkupError> {
        let mut out = String::new();
        let mut inside = 0_usize;
        loop {
            match self.next_node()? {
                Node::Open(_) => inside += 1,
                Node::Close if inside == 0 => return Ok(out),
                Node::Close => inside -= 1,
                Node::Text(text) if inside == 0 => {
                    // References cut texts into pieces, each of them short.
                    if out.len() + text.len() > self.reader.get_ref().longest {
                        return Err(self.error("a text is too long"));
                    }
                    out.push_str(&text);
                }
                Node::Text(_) => {}
                Node::End => return Err(self.error("the document ends too early")),
            }
        }
    }

    /// Reads to the end of the element that was begun last; its content as HTML when there are elements in it, else its text.
    pub fn html(&mut self) -> Result<String, MarkupError> {
        /// Elements of HTML that have no end.
        const VOID: [&str; 13] =
            ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
        let (mut plain, mut html) = (String::new(), String::new());
        let mut open: Vec<String> = Vec::new();
        let mut has_elements = false;
        loop {
            match self.next_node()? {
                Node::Open(element) => {
                    has_elements = true;
                    let _ = write!(html, "<{}", element.name);
                    for (key, value) in element.attributes.iter().filter(|(key, _)| !key.contains(':')) {
                        let _ = write!(html, " {key}=\"");
                        escape_html(&mut html, value);
                        html.push('"');
                    }
                    html.push('>');
                    open.push(element.name);
                }
                Node::Close => match open.pop() {
                    None => return Ok(if has_elements { html } else { plain }),
                    Some(name) if VOID.contains(&name.to_ascii_lowercase().as_str()) => {}
                    Some(name) => {
                        let _ = write!(html, "</{name}>");
                    }
                },
                Node::Text(text) => {
                    plain.push_str(&text);
                    escape_html(&mut html, &text);
                }
                Node::End => return Err(self.error("the document ends too early")),
            }
            // References cut texts into pieces, each of them short.
            if html.len().min(plain.len()) > self.reader.get_ref().longest {
                return Err(self.error("a text is too long"));
            }
        }
    }

    /// Reads to the end of the element that was begun last; all words in it.
    pub fn words(&mut self) -> Result<String, MarkupError> {
        let mut out = String::new();
        let mut inside = 0_usize;
        loop {
            match self.next_node()? {
                Node::Open(_) => inside += 1,
                Node::Close if inside == 0 => return Ok(out),
                Node::Close => inside -= 1,
                Node::Text(text) => {
                    if out.len() + text.len() > self.reader.get_ref().longest {
                        return Err(self.error("a text is too long"));
                    }
                    out.push_str(&text);
                }
                Node::End => return Err(self.error("the document ends too early")),
            }
        }
    }

    /// Reads to the end of the element that was begun last.
    pub fn skip(&mut self) -> Result<(), MarkupError> {
        self.text().map(drop)
    }

    /// The next element inside the one that was begun last; `None` when that ends. Text between elements is passed over.
    pub fn child(&mut self) -> Result<Option<Element>, MarkupError> {
        loop {
            match self.next_node()? {
                Node::Open(element) => return Ok(Some(element)),
                Node::Close | Node::End => return Ok(None),
                Node::Text(_) => {}
            }
        }
    }
}

/// A text as HTML writes it.
fn escape_html(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}

fn element(start: &BytesStart<'_>, depth: usize, namespaces: &mut Namespaces) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| format!("no well-formed XML: {error}"))?;
        if attributes.len() == MAX_ATTRIBUTES {
            return Err(format!("an element has more than {MAX_ATTRIBUTES} attributes"));
        }
        let value = guard::value(&attribute).map_err(|why| why.reason().to_owned())?;
        let key: &str = attribute.key.as_ref();
        if let Some(prefix) = key.strip_prefix("xmlns:") {
            namespaces.bound.push((depth, prefix.to_owned(), value.trim().to_owned()));
        }
        attributes.push((key.to_owned(), value.into_owned()));
    }
    let name = start.name();
    let name: &str = name.as_ref();
    if depth == 1
        && let Some((prefix, _)) = name.split_once(':')
    {
        namespaces.own = namespaces.address(prefix).map(str::to_owned);
    }
    for (key, _) in attributes.iter_mut().filter(|(key, _)| key.contains(':') && !key.starts_with("xmlns:")) {
        *key = namespaces.name(key);
    }
    Ok(Element { name: namespaces.name(name), attributes })
}

/// Writes a text so that it reads back the same; characters that XML cannot hold are left out.
pub fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            other if is_xml_character(other) => out.push(other),
            _ => {}
        }
    }
}

/// A tag being written.
#[derive(Debug)]
pub struct Tag<'o> {
    out: &'o mut String,
    indent: usize,
    name: &'static str,
}

impl<'o> Tag<'o> {
    /// Begins a tag on a line of its own.
    pub fn begin(out: &'o mut String, indent: usize, name: &'static str) -> Self {
        let _ = write!(out, "{:indent$}<{name}", "");
        Self { out, indent, name }
    }

    /// An attribute.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let _ = write!(self.out, " {name}=\"");
        escape(self.out, value);
        self.out.push('"');
        self
    }

    /// An attribute of a number.
    #[must_use]
    pub fn number(self, name: &str, value: impl std::fmt::Display) -> Self {
        let _ = write!(self.out, " {name}=\"{value}\"");
        self
    }

    /// An attribute, when there is a value.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.with(name, &value.to_string()),
            None => self,
        }
    }

    /// Ends an element without content.
    pub fn empty(self) {
        self.out.push_str("/>\n");
    }

    /// Ends the tag; the content follows, then [`close`].
    pub fn open(self) {
        self.out.push_str(">\n");
    }

    /// Ends an element that holds a text.
    pub fn text(self, text: &str) {
        self.out.push('>');
        escape(self.out, text);
        let _ = writeln!(self.out, "</{}>", self.name);
        let _ = self.indent;
    }
}

/// Ends an element.
pub fn close(out: &mut String, indent: usize, name: &str) {
    let _ = writeln!(out, "{:indent$}</{name}>", "");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(document: &str) -> MarkupError {
        let mut markup = Markup::with_longest_token(document.as_bytes(), 10_000);
        loop {
            match markup.next_node() {
                Ok(Node::End) => panic!("accepted: {document:.100}"),
                Ok(_) => {}
                Err(error) => return error,
            }
        }
    }

    #[test]
    fn attacks_are_refused_where_they_begin() {
        let deep = "<a>".repeat(100_000);
        let wide = format!("<a {}/>", (0..500).map(|n| format!("a{n}='1' ")).collect::<String>());
        let long = format!("<a b='{}'/>", "x".repeat(1_000_000));
        let cases = [
            ("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", "document types"),
            ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", "document types"),
            ("<a>\n&x;</a>", "entities"),
            ("<a b='&x;'/>", "entities"),
            ("<?xml version='1.0' encoding='utf-16'?><a/>", "encoding"),
            ("<?xml version='1.0' encoding='iso-8859-2'?><a/>", "encoding"),
            (&deep, "too deep"),
            (&wide, "attributes"),
            (&long, "longer than"),
            ("<a><b></a>", "well-formed"),
            ("<a>", "too early"),
            ("", "too early"),
            ("<a/><b/>", "behind the end"),
            ("<a/>x", "outside"),
            ("<a>\0</a>", "character"),
            ("<a><![CDATA[\u{1}]]></a>", "character"),
            ("<a>&#1;</a>", "character"),
            ("<a b='\u{ffff}'/>", "character"),
            ("<a>&#0;</a>", "entities"),
            ("<a>&#xD800;</a>", "entities"),
        ];
        for (document, reason) in cases {
            let error = fault(document);
            assert!(error.reason.contains(reason), "{document:.60}: {error}");
            assert!(error.line <= 2, "{error}");
        }
        assert!(Markup::new(b"<a>\xff\xfe</a>".as_slice()).text().is_err());
    }

    #[test]
    fn names_are_told_by_namespace_whatever_their_prefix() {
        let document = format!(
            "<o:offer xmlns:o='{IOF_NAMESPACE}' xmlns:x='{EXTENSION_NAMESPACE}' xmlns:y='urn:other'>\
             <o:size x:code_external='1' y:code_external='2' code='3'/><x:price/><y:price/>\
             <a xmlns:x='urn:other'><x:b x:c='1'/></a><x:d/><iaiext:e/></o:offer>"
        );
        let mut markup = Markup::new(document.as_bytes());
        let mut names = Vec::new();
        loop {
            match markup.next_node().expect("good") {
                Node::Open(element) => {
                    if element.name == "size" {
                        assert_eq!((element.filled("code_external"), element.filled("code")), (Some("1"), Some("3")));
                    }
                    names.push(element.name);
                }
                Node::End => break,
                _ => {}
            }
        }
        assert_eq!(names, ["offer", "size", "iaiext:price", "?:price", "a", "?:b", "iaiext:d", "iaiext:e"]);
    }

    #[test]
    fn texts_come_back_as_they_were() {
        for text in ["a & b < c > \"d\" 'e'", " two\r\nlines\tand a tab ", "żółć €", "]]>", ""] {
            let mut out = String::new();
            Tag::begin(&mut out, 0, "a").with("b", text).text(text);
            let mut markup = Markup::new(out.as_bytes());
            let Ok(Node::Open(element)) = markup.next_node() else { panic!("{out}") };
            assert_eq!(element.attribute("b"), Some(text), "{out}");
            assert_eq!(markup.text().as_deref(), Ok(text), "{out}");
        }
    }
}
