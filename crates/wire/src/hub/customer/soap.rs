//! SOAP 1.1 in rpc/encoded style: envelopes in and out (customer protocol §2.3).
//!
//! Reading goes by local names and by shape: prefixes, the name of the outer element, `xsi:type` and element order do not
//! matter; a bare struct, repeated elements and a proper array are the same list; `href` is followed.

use std::collections::HashMap;

use super::fault::ErrorReply;
use super::gates::Gate;
use super::names::{AUTHENTICATE, ERRORS, PARAMS};
use super::raw::{DEPTH_LIMIT, Raw};
use super::xml::{self, Element, XmlProblem};
use crate::json::push_display;
use crate::json_body::is_heavy;
pub(super) use crate::schema::soap::ENCODING;
use crate::schema::soap::{NS, SCHEMA, fields, push_escaped, type_name};
use crate::schema::value::Record;

pub(super) const ENVELOPE: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub(super) const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// PHP writes maps that no WSDL describes in this type.
const MAP: &str = "Map";

/// Why there is no request in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SoapProblem {
    Xml(XmlProblem),
    /// Another root element, or SOAP 1.2.
    NotSoap11,
    /// No call in the body.
    NoCall,
    /// An `href` that leads nowhere or in a circle.
    Reference,
}

/// The request of an envelope: `authenticate` and `params`.
pub(super) fn read(body: &[u8]) -> Result<Raw, SoapProblem> {
    let size = body.len();
    let envelope = xml::parse(body).map_err(SoapProblem::Xml)?;
    if envelope.name != "Envelope" || &*envelope.namespace != ENVELOPE {
        return Err(SoapProblem::NotSoap11);
    }
    let body = envelope.children.into_iter().find(|child| child.name == "Body").ok_or(SoapProblem::NoCall)?;
    let by_id: HashMap<&str, &Element> =
        body.children.iter().filter_map(|element| Some((element.marks().id.as_deref()?, element))).collect();
    // Elements with an id are what others refer to; the call is the first that is not one of them.
    let call =
        body.children.iter().find(|e| e.marks().id.is_none()).or(body.children.first()).ok_or(SoapProblem::NoCall)?;
    let request = Converter { by_id, nodes: 0, bytes: 0, size }.convert(call, 0)?;
    Ok(unwrapped(request))
}

/// Takes the request out of its part, which is named like the method; some clients leave the part out.
fn unwrapped(mut request: Raw) -> Raw {
    let is_request = |raw: &Raw| raw.field(AUTHENTICATE).is_some() || raw.field(PARAMS).is_some();
    let descend = match &request {
        // The part of Authenticate has the name of what is in it.
        Raw::Fields(fields) => matches!(fields.as_slice(), [(_, part)] if is_request(part) || !is_request(&request)),
        _ => false,
    };
    if descend
        && let Raw::Fields(fields) = &mut request
        && let Some((_, part)) = fields.pop()
    {
        request = part;
    }
    if matches!(request, Raw::Fields(_)) { request } else { Raw::Fields(Vec::new()) }
}

struct Converter<'a> {
    by_id: HashMap<&'a str, &'a Element>,
    /// Counts what references multiply: elements, and bytes of text.
    nodes: usize,
    bytes: usize,
    /// Bytes of the body.
    size: usize,
}

impl<'a> Converter<'a> {
    fn convert(&mut self, element: &'a Element, depth: usize) -> Result<Raw, SoapProblem> {
        self.nodes += 1;
        self.bytes += element.text.len();
        let weight = self.nodes * 2 * size_of::<(String, Raw)>() + self.bytes;
        if depth > DEPTH_LIMIT || is_heavy(weight, self.size) {
            return Err(SoapProblem::Reference);
        }
        if let Some(href) = &element.marks().href {
            let target = self.by_id.get(href.as_str()).copied().ok_or(SoapProblem::Reference)?;
            return self.convert(target, depth + 1);
        }
        if element.marks().nil {
            return Ok(Raw::Nothing);
        }
        let children = &element.children;
        if element.marks().kind == MAP {
            return self.map(element, depth);
        }
        if children.is_empty() && !element.marks().array {
            return Ok(Raw::Text(element.text.clone()));
        }
        if element.marks().array || children.iter().all(|child| child.name == "item") {
            let items = children.iter().map(|child| self.convert(child, depth + 1));
            return Ok(Raw::List(items.collect::<Result<_, _>>()?));
        }
        let fields = children.iter().map(|child| Ok((child.name.clone(), self.convert(child, depth + 1)?)));
        Ok(Raw::Fields(fields.collect::<Result<_, _>>()?))
    }

    /// `<item><key>a</key><value>b</value></item>…`
    fn map(&mut self, element: &'a Element, depth: usize) -> Result<Raw, SoapProblem> {
        let mut fields = Vec::with_capacity(element.children.len());
        for item in &element.children {
            let part = |name: &str| item.children.iter().find(|child| child.name == name);
            if let (Some(key), Some(value)) = (part("key"), part("value")) {
                fields.push((key.text.trim().to_owned(), self.convert(value, depth + 1)?));
            }
        }
        Ok(Raw::Fields(fields))
    }
}

fn open_envelope(out: &mut String) {
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope");
    for (prefix, uri) in [("SOAP-ENV", ENVELOPE), ("xsd", SCHEMA), ("xsi", INSTANCE), ("SOAP-ENC", ENCODING)] {
        push_display(out, format_args!(" xmlns:{prefix}=\"{uri}\""));
    }
    push_display(out, format_args!(" SOAP-ENV:encodingStyle=\"{ENCODING}\"><SOAP-ENV:Body>"));
}

fn close_envelope(out: &mut String) {
    out.push_str("</SOAP-ENV:Body></SOAP-ENV:Envelope>\n");
}

/// An answer: the payload, when there is one, and `errors`.
pub(super) fn answer(gate: &Gate, payload: Option<&Record>, fault: &Record) -> String {
    let mut out = String::with_capacity(2_048);
    open_envelope(&mut out);
    let method = gate.method;
    push_display(&mut out, format_args!("<{NS}:{method}Response xmlns:{NS}=\"{method}\">"));
    push_display(&mut out, format_args!("<response xsi:type=\"{NS}:{}\">", type_name(gate.answer)));
    if let Some(payload) = payload {
        fields(&mut out, payload);
    }
    push_display(&mut out, format_args!("<{ERRORS} xsi:type=\"{NS}:{}\">", type_name(fault.object)));
    fields(&mut out, fault);
    push_display(&mut out, format_args!("</{ERRORS}></response></{NS}:{method}Response>"));
    close_envelope(&mut out);
    out
}

/// A SOAP Fault, for calls that belong to no gate (customer protocol §2.3).
pub(super) fn soap_fault(told: &ErrorReply) -> String {
    let mut out = String::with_capacity(700);
    open_envelope(&mut out);
    out.push_str("<SOAP-ENV:Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>");
    push_escaped(&mut out, &told.text);
    push_display(
        &mut out,
        format_args!("</faultstring><detail><faultCode xsi:type=\"xsd:int\">{}</faultCode></detail>", told.fault),
    );
    out.push_str("</SOAP-ENV:Fault>");
    close_envelope(&mut out);
    out
}

/// A request with these parameters, as PHP's client writes it; for tests.
#[cfg(test)]
pub(super) fn request(params: &Record) -> String {
    let mut out = String::new();
    open_envelope(&mut out);
    out.push_str("<ns1:call xmlns:ns1=\"call\"><call xsi:type=\"ns1:requestType\"><params>");
    fields(&mut out, params);
    out.push_str("</params></call></ns1:call>");
    close_envelope(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(body: &str) -> String {
        format!(
            "<e:Envelope xmlns:e=\"{ENVELOPE}\" xmlns:xsi=\"{INSTANCE}\" xmlns:enc=\"{ENCODING}\"><e:Body>{body}</e:Body></e:Envelope>"
        )
    }

    fn text(text: &str) -> Raw {
        Raw::Text(text.to_owned())
    }

    fn fields(of: &[(&str, Raw)]) -> Raw {
        Raw::Fields(of.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn the_call_is_found_under_any_prefix_with_or_without_its_part() {
        let wanted = fields(&[("params", fields(&[("a", text("1"))]))]);
        for body in [
            "<x:get xmlns:x=\"get\"><get><params><a>1</a></params></get></x:get>",
            "<get xmlns=\"urn:other\"><request><params><a>1</a></params></request></get>",
            "<get><params><a>1</a></params></get>",
        ] {
            assert_eq!(read(envelope(body).as_bytes()), Ok(wanted.clone()), "{body}");
        }
    }

    #[test]
    fn the_part_of_authenticate_is_told_from_what_is_in_it() {
        let wanted = fields(&[("authenticate", fields(&[("systemLogin", text("x"))]))]);
        let keys = "<authenticate><systemLogin>x</systemLogin></authenticate>";
        for body in [
            format!("<n:authenticate xmlns:n=\"n\"><authenticate>{keys}</authenticate></n:authenticate>"),
            format!("<authenticate>{keys}</authenticate>"),
            format!("<authenticate><authenticate href=\"#a\"/></authenticate><m id=\"a\">{keys}</m>"),
        ] {
            assert_eq!(read(envelope(&body).as_bytes()), Ok(wanted.clone()), "{body}");
        }
    }

    #[test]
    fn arrays_references_nil_and_maps_are_understood() {
        let params = |inside: &str, after: &str| {
            let body = format!("<get><get><params>{inside}</params></get></get>{after}");
            read(envelope(&body).as_bytes()).map(|raw| raw.field("params").cloned())
        };
        let list = Raw::List(vec![text("1"), text("2")]);
        assert_eq!(params("<a><item>1</item><item>2</item></a>", ""), Ok(Some(fields(&[("a", list.clone())]))));
        assert_eq!(params("<a enc:arrayType=\"x[2]\"><b>1</b><c>2</c></a>", ""), Ok(Some(fields(&[("a", list)]))));
        assert_eq!(params("<a enc:arrayType=\"x[0]\"/>", ""), Ok(Some(fields(&[("a", Raw::List(vec![]))]))));
        assert_eq!(params("<a xsi:nil=\"true\"/>", ""), Ok(Some(fields(&[("a", Raw::Nothing)]))));
        let multiref = "<multiRef id=\"i0\"><b>1</b></multiRef>";
        assert_eq!(params("<a href=\"#i0\"/>", multiref), Ok(Some(fields(&[("a", fields(&[("b", text("1"))]))]))));
        let map = "<a xsi:type=\"p:Map\"><item><key>k</key><value>v</value></item></a>";
        assert_eq!(params(map, ""), Ok(Some(fields(&[("a", fields(&[("k", text("v"))]))]))));
    }

    #[test]
    fn references_cannot_multiply_or_run_in_circles() {
        let circle = "<get><get><params href=\"#a\"/></get></get><m id=\"a\"><x href=\"#a\"/></m>";
        assert_eq!(read(envelope(circle).as_bytes()), Err(SoapProblem::Reference));
        let mut laughs = "<get><get><params href=\"#l0\"/></get></get>".to_owned();
        for level in 0..20 {
            let ten = format!("<x href=\"#l{}\"/>", level + 1).repeat(10);
            push_display(&mut laughs, format_args!("<m id=\"l{level}\">{ten}</m>"));
        }
        laughs += "<m id=\"l20\">ha</m>";
        assert_eq!(read(envelope(&laughs).as_bytes()), Err(SoapProblem::Reference));
        let long = format!("<m id=\"a\">{}</m>", "x".repeat(1_000_000));
        let often = format!("<get><params>{}</params></get>{long}", "<a href=\"#a\"/>".repeat(1_000));
        assert_eq!(read(envelope(&often).as_bytes()), Err(SoapProblem::Reference), "a long text, many times");
        assert_eq!(read(envelope("<get><params href=\"#none\"/></get>").as_bytes()), Err(SoapProblem::Reference));
    }

    #[test]
    fn other_documents_are_refused() {
        assert_eq!(read(b"<a/>"), Err(SoapProblem::NotSoap11));
        let newer = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body/></e:Envelope>";
        assert_eq!(read(newer.as_bytes()), Err(SoapProblem::NotSoap11));
        assert_eq!(read(envelope("").as_bytes()), Err(SoapProblem::NoCall));
        assert_eq!(read(b"{}"), Err(SoapProblem::Xml(XmlProblem::Syntax)));
    }
}
