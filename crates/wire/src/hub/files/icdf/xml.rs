//! ICDF as XML: `products` with `product` in it, inside an envelope of any name or without one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_app::hub::AttachmentInput;
use crossdock_domain::notation::Notation;
use crossdock_domain::wholesale::CodeKind;

use super::{IcdfError, Line, MAX_LINES, quantity};
use crate::markup::{Element, Markup, MarkupError, Node, Tag, close};

type Document<'d> = Markup<&'d [u8]>;

/// Deepest nesting of sets.
const MAX_SETS: usize = 4;
/// Most files of one product.
const MAX_ATTACHMENTS: usize = 50;

impl From<MarkupError> for IcdfError {
    fn from(error: MarkupError) -> Self {
        Self { line: error.line, reason: error.reason }
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Line>, IcdfError> {
    let mut document = Markup::new(bytes);
    let mut lines = None;
    let mut count = 0;
    loop {
        match document.next_node()? {
            Node::Open(element) if element.name == "products" => {
                if lines.is_some() {
                    return Err(document.error("there are two elements <products>").into());
                }
                lines = Some(products(&mut document, &mut count, 0)?);
            }
            Node::Open(_) | Node::Close | Node::Text(_) => {}
            Node::End => break,
        }
    }
    lines.ok_or_else(|| document.error("there is no element <products>").into())
}

fn products(document: &mut Document<'_>, count: &mut usize, depth: usize) -> Result<Vec<Line>, IcdfError> {
    if depth > MAX_SETS {
        return Err(document.error("sets are nested too deep").into());
    }
    let mut lines = Vec::new();
    while let Some(element) = document.child()? {
        if element.name != "product" {
            return Err(document.error(format!("<{}> is not expected in <products>", element.name)).into());
        }
        *count += 1;
        if *count > MAX_LINES {
            return Err(document.error(format!("there are more than {MAX_LINES} products")).into());
        }
        lines.push(product(document, &element, count, depth)?);
    }
    Ok(lines)
}

fn product(document: &mut Document<'_>, element: &Element, count: &mut usize, depth: usize) -> Result<Line, IcdfError> {
    let at = document.line();
    let missing = |name: &str| IcdfError { line: at, reason: format!("the product has no attribute {name}") };
    let code = element.attribute("code").map(str::trim).filter(|code| !code.is_empty());
    let kind = match element.attribute("codeType").map(str::trim) {
        None | Some("") => None,
        Some(kind) => Some(CodeKind::from_code(kind).ok_or_else(|| IcdfError {
            line: at,
            reason: format!("codeType {kind:?} is not internal, producer or external"),
        })?),
    };
    let mut line = Line {
        at,
        code: code.ok_or_else(|| missing("code"))?.to_owned(),
        kind,
        quantity: quantity(at, element.attribute("quantity").ok_or_else(|| missing("quantity"))?, Notation::Xml)?,
        note: String::new(),
        attachments: Vec::new(),
        products: Vec::new(),
    };
    while let Some(child) = document.child()? {
        match child.name.as_str() {
            "comment" => line.note = document.text()?,
            "attachments" => attachments(document, &mut line.attachments)?,
            "products" => line.products = products(document, count, depth + 1)?,
            _ => document.skip()?,
        }
    }
    Ok(line)
}

fn attachments(document: &mut Document<'_>, out: &mut Vec<AttachmentInput>) -> Result<(), IcdfError> {
    while let Some(element) = document.child()? {
        if element.name != "attachment" {
            document.skip()?;
            continue;
        }
        let at = document.line();
        if out.len() == MAX_ATTACHMENTS {
            return Err(document.error(format!("a product has more than {MAX_ATTACHMENTS} attachments")).into());
        }
        let mut name = String::new();
        let mut contents = None;
        while let Some(child) = document.child()? {
            match child.name.as_str() {
                "name" => name = document.text()?.trim().to_owned(),
                "file" => {
                    let mut text = document.text()?;
                    text.retain(|character| !character.is_ascii_whitespace());
                    let bytes = STANDARD.decode(text.as_bytes());
                    contents =
                        Some(bytes.map_err(|_| IcdfError { line: at, reason: "the file is no base64".to_owned() })?);
                }
                _ => document.skip()?,
            }
        }
        let contents =
            contents.ok_or_else(|| IcdfError { line: at, reason: "the attachment has no file".to_owned() })?;
        out.push(AttachmentInput { name, contents });
    }
    Ok(())
}

/// Writes a file with the envelope `order`.
pub fn write(lines: &[Line]) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
    Tag::begin(&mut out, 0, "order").open();
    write_products(&mut out, 1, lines);
    close(&mut out, 0, "order");
    out
}

fn write_products(out: &mut String, indent: usize, lines: &[Line]) {
    Tag::begin(out, indent, "products").open();
    for line in lines {
        let tag = Tag::begin(out, indent + 1, "product").with("code", &line.code);
        let tag = tag.maybe("codeType", line.kind.map(CodeKind::code)).number("quantity", line.quantity);
        if line.note.is_empty() && line.attachments.is_empty() && line.products.is_empty() {
            tag.empty();
            continue;
        }
        tag.open();
        if !line.note.is_empty() {
            Tag::begin(out, indent + 2, "comment").text(&line.note);
        }
        if !line.attachments.is_empty() {
            Tag::begin(out, indent + 2, "attachments").open();
            for file in &line.attachments {
                Tag::begin(out, indent + 3, "attachment").open();
                Tag::begin(out, indent + 4, "file").text(&STANDARD.encode(&file.contents));
                Tag::begin(out, indent + 4, "name").text(&file.name);
                close(out, indent + 3, "attachment");
            }
            close(out, indent + 2, "attachments");
        }
        if !line.products.is_empty() {
            write_products(out, indent + 2, &line.products);
        }
        close(out, indent + 1, "product");
    }
    close(out, indent, "products");
}
