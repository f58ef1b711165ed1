//! The WSDL of a method, made from the shapes that its calls are read and answered with (reference §2.3): style rpc, use
//! encoded, one part named like the method in, one part `response` out.

use super::gates::{Gate, Method};
use super::names::{AUTHENTICATE, PARAMS};
use super::shape::{Field, Item, Kind, Shape, record};
use super::shapes::FAULT_FIELD;
use super::soap::{ENCODING, SCHEMA, list_type_name, qualified, type_name};
use super::xml::push_escaped;
use crate::json::push_display;

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const TRANSPORT: &str = "http://schemas.xmlsoap.org/soap/http";

/// The document. `address` is where its calls go.
pub(super) fn document(method: Method, address: &str) -> String {
    let gate = method.gate();
    let Gate { gate: group, method: name, .. } = gate;
    let mut out = String::with_capacity(8_192);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    push_display(
        &mut out,
        format_args!(
            "<definitions name=\"{group}\" targetNamespace=\"{name}\" xmlns=\"{WSDL}\" xmlns:tns=\"{name}\" xmlns:soap=\"{SOAP}\" \
             xmlns:xsd=\"{SCHEMA}\" xmlns:SOAP-ENC=\"{ENCODING}\" xmlns:wsdl=\"{WSDL}\">\n"
        ),
    );
    out.push_str("<types>\n");
    push_display(
        &mut out,
        format_args!("<xsd:schema targetNamespace=\"{name}\">\n<xsd:import namespace=\"{ENCODING}\"/>\n"),
    );
    Types::of(method).write(&mut out);
    out.push_str("</xsd:schema>\n</types>\n");
    push_display(
        &mut out,
        format_args!(
            "<message name=\"{name}Request\"><part name=\"{name}\" type=\"tns:requestType\"/></message>\n\
             <message name=\"{name}Response\"><part name=\"response\" type=\"tns:responseType\"/></message>\n\
             <portType name=\"Api{group}PortType\">\n<operation name=\"{name}\"><documentation>"
        ),
    );
    push_escaped(&mut out, gate.summary);
    let body = format!("<soap:body use=\"encoded\" namespace=\"{name}\" encodingStyle=\"{ENCODING}\"/>");
    push_display(
        &mut out,
        format_args!(
            "</documentation><input message=\"tns:{name}Request\"/><output message=\"tns:{name}Response\"/></operation>\n</portType>\n\
             <binding name=\"Api{group}Binding\" type=\"tns:Api{group}PortType\">\n\
             <soap:binding style=\"rpc\" transport=\"{TRANSPORT}\"/>\n<operation name=\"{name}\">\
             <soap:operation soapAction=\"#{name}\" style=\"rpc\"/>\n<input>{body}</input>\n<output>{body}</output>\n</operation>\n</binding>\n\
             <service name=\"Api{group}Service\"><port name=\"Api{group}Port\" binding=\"tns:Api{group}Binding\"><soap:address location=\""
        ),
    );
    push_escaped(&mut out, address);
    out.push_str("\"/></port></service>\n</definitions>\n");
    out
}

/// Every type that a method uses, each once, in the order in which they are met.
#[derive(Default)]
struct Types {
    structs: Vec<(String, Vec<Field>)>,
    lists: Vec<Item>,
}

impl Types {
    fn of(method: Method) -> Self {
        let gate = method.gate();
        let mut types = Self::default();
        let authenticate = record(AUTHENTICATE, method.authenticate()).required();
        types.add("requestType", [authenticate, record(PARAMS, gate.params)]);
        types.add("responseType", gate.answer.fields.iter().copied().chain([FAULT_FIELD]));
        types
    }

    fn add(&mut self, name: &str, fields: impl IntoIterator<Item = Field>) {
        if self.structs.iter().any(|(known, _)| known == name) {
            return;
        }
        let fields: Vec<Field> = fields.into_iter().collect();
        self.structs.push((name.to_owned(), fields.clone()));
        for field in &fields {
            self.visit(field.kind);
        }
    }

    fn visit(&mut self, kind: Kind) {
        match kind {
            Kind::Struct(shape) => self.add_shape(shape),
            Kind::List(item, _) => {
                if !self.lists.iter().any(|known| list_type_name(*known) == list_type_name(item)) {
                    self.lists.push(item);
                    self.visit(item.kind());
                }
            }
            Kind::Text(_) | Kind::Choice(_) | Kind::Int | Kind::Number | Kind::Flag | Kind::Moment | Kind::File(_) => {}
        }
    }

    fn add_shape(&mut self, shape: &'static Shape) {
        self.add(&type_name(shape), shape.fields.iter().copied());
    }

    fn write(&self, out: &mut String) {
        for (name, fields) in &self.structs {
            push_display(out, format_args!("<xsd:complexType name=\"{name}\"><xsd:all>\n"));
            for field in fields {
                let optional = if field.required { "" } else { " minOccurs=\"0\"" };
                let kind = qualified(field.kind, "tns");
                push_display(out, format_args!("<xsd:element name=\"{}\" type=\"{kind}\"{optional}/>\n", field.name));
            }
            out.push_str("</xsd:all></xsd:complexType>\n");
        }
        for item in &self.lists {
            let (name, kind) = (list_type_name(*item), qualified(item.kind(), "tns"));
            push_display(
                out,
                format_args!(
                    "<xsd:complexType name=\"{name}\"><xsd:complexContent><xsd:restriction base=\"SOAP-ENC:Array\">\
                     <xsd:attribute ref=\"SOAP-ENC:arrayType\" wsdl:arrayType=\"{kind}[]\"/>\
                     </xsd:restriction></xsd:complexContent></xsd:complexType>\n"
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::customer::xml;

    #[test]
    fn types_of_one_name_are_the_same_type() {
        for method in Method::ALL {
            let mut seen: BTreeMap<&str, *const Shape> = BTreeMap::new();
            let gate = method.gate();
            let mut open: Vec<&'static Shape> = vec![gate.params, gate.answer, method.authenticate()];
            while let Some(shape) = open.pop() {
                let known = seen.insert(shape.name, std::ptr::from_ref(shape));
                if known.is_some() {
                    assert_eq!(
                        known,
                        Some(std::ptr::from_ref(shape)),
                        "two shapes {} in {}",
                        shape.name,
                        method.name()
                    );
                    continue;
                }
                open.extend(shape.fields.iter().filter_map(|field| match field.kind {
                    Kind::Struct(shape) | Kind::List(Item::Struct(shape), _) => Some(shape),
                    _ => None,
                }));
            }
        }
    }

    #[test]
    fn every_wsdl_is_xml_that_names_its_address() {
        for method in Method::ALL {
            let document = document(method, "https://w.example/customer-api/?gate=a&lang=eng");
            assert!(document.contains("location=\"https://w.example/customer-api/?gate=a&amp;lang=eng\""));
            let root = xml::parse(document.as_bytes()).unwrap_or_else(|problem| panic!("{}: {problem}", method.name()));
            assert_eq!(root.name, "definitions");
        }
    }
}
