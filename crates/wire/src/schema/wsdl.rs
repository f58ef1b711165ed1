//! WSDL documents of services with one operation: style rpc, use encoded, one part named like the operation in, one part
//! `response` out.

use super::soap::{ENCODING, SCHEMA, list_type_name, push_escaped, qualified, type_name};
use super::{Element, Field, Object, Type};
use crate::json::push_display;

const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
const SOAP: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const TRANSPORT: &str = "http://schemas.xmlsoap.org/soap/http";

/// What a document describes.
#[derive(Debug)]
pub(crate) struct Service<'a> {
    /// Names the service, its port and its binding.
    pub(crate) group: &'a str,
    /// The operation, and the namespace of its types.
    pub(crate) operation: &'a str,
    /// One sentence.
    pub(crate) summary: &'a str,
    /// Fields of a request.
    pub(crate) request: Vec<Field>,
    /// Fields of an answer.
    pub(crate) response: Vec<Field>,
}

/// The document. `address` is where its calls go.
pub(crate) fn document(service: &Service<'_>, address: &str) -> String {
    let Service { group, operation: name, summary, .. } = service;
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
    Types::of(service).write(&mut out);
    out.push_str("</xsd:schema>\n</types>\n");
    push_display(
        &mut out,
        format_args!(
            "<message name=\"{name}Request\"><part name=\"{name}\" type=\"tns:requestType\"/></message>\n\
             <message name=\"{name}Response\"><part name=\"response\" type=\"tns:responseType\"/></message>\n\
             <portType name=\"Api{group}PortType\">\n<operation name=\"{name}\"><documentation>"
        ),
    );
    push_escaped(&mut out, summary);
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

/// Every type that a service uses, each once, in the order in which they are met.
#[derive(Default)]
struct Types {
    structs: Vec<(String, Vec<Field>)>,
    lists: Vec<Element>,
}

impl Types {
    fn of(service: &Service<'_>) -> Self {
        let mut types = Self::default();
        types.add("requestType", service.request.iter().copied());
        types.add("responseType", service.response.iter().copied());
        types
    }

    fn add(&mut self, name: &str, fields: impl IntoIterator<Item = Field>) {
        if self.structs.iter().any(|(known, _)| known == name) {
            return;
        }
        let fields: Vec<Field> = fields.into_iter().collect();
        self.structs.push((name.to_owned(), fields.clone()));
        for field in &fields {
            self.visit(field.ty);
        }
    }

    fn visit(&mut self, ty: Type) {
        match ty {
            Type::Object(object) => self.add_object(object),
            Type::List(item, _) => {
                if !self.lists.iter().any(|known| list_type_name(*known) == list_type_name(item)) {
                    self.lists.push(item);
                    self.visit(item.ty());
                }
            }
            Type::Text(_)
            | Type::Choice(_)
            | Type::Int
            | Type::Number
            | Type::Flag
            | Type::Moment
            | Type::File(_)
            | Type::Json(_) => {}
        }
    }

    fn add_object(&mut self, object: &'static Object) {
        self.add(&type_name(object), object.fields().copied());
    }

    fn write(&self, out: &mut String) {
        for (name, fields) in &self.structs {
            push_display(out, format_args!("<xsd:complexType name=\"{name}\"><xsd:all>\n"));
            for field in fields {
                let optional = if field.required { "" } else { " minOccurs=\"0\"" };
                let ty = qualified(field.ty, "tns");
                push_display(out, format_args!("<xsd:element name=\"{}\" type=\"{ty}\"{optional}/>\n", field.name));
            }
            out.push_str("</xsd:all></xsd:complexType>\n");
        }
        for item in &self.lists {
            let (name, ty) = (list_type_name(*item), qualified(item.ty(), "tns"));
            push_display(
                out,
                format_args!(
                    "<xsd:complexType name=\"{name}\"><xsd:complexContent><xsd:restriction base=\"SOAP-ENC:Array\">\
                     <xsd:attribute ref=\"SOAP-ENC:arrayType\" wsdl:arrayType=\"{ty}[]\"/>\
                     </xsd:restriction></xsd:complexContent></xsd:complexType>\n"
                ),
            );
        }
    }
}
