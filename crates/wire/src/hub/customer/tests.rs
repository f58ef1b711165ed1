//! Tests of the tables as wholes: faults, and that every field name is used once per struct.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Debug, Write as _};

use crossdock_app::hub::{
    AccessError, AvailabilityError, CancelError, LineFault, OrderListError, OrderingError, RecipientProblem,
};
use crossdock_domain::wholesale::{AttachmentProblem, RecipientField};

use super::decode::ProblemKind;
use super::fault::{Refused, line_fault, problem, recipient_fault};
use super::gates::Method;
use super::raw::JsonProblem;
use super::soap::SoapProblem;
use super::target::Lang;
use super::xml::XmlProblem;
use super::*;
use crate::json_body::JsonExcess;
use crate::samples::{SECRET, access_errors, availability_errors, cancel_errors, order_list_errors, ordering_errors};
use crate::schema::{Element, Object, Type};

/// Every object that a method reaches.
fn objects_of(method: Method) -> Vec<&'static Object> {
    let gate = method.gate();
    let mut open = vec![method.authenticate(), gate.params, gate.answer];
    let mut seen: Vec<&'static Object> = Vec::new();
    while let Some(object) = open.pop() {
        if seen.iter().any(|known| std::ptr::eq(*known, object)) {
            continue;
        }
        seen.push(object);
        open.extend(object.fields().filter_map(|field| match field.ty {
            Type::Object(object) | Type::List(Element::Object(object), _) => Some(object),
            _ => None,
        }));
    }
    seen
}

#[test]
fn no_struct_has_two_fields_of_one_spelling() {
    for method in Method::ALL {
        for object in objects_of(method) {
            let mut names = BTreeSet::new();
            for name in object.fields().flat_map(|field| std::iter::once(&field.name).chain(field.also)) {
                assert!(names.insert(*name), "{}: {name} twice in {}", method.name(), object.name);
            }
        }
    }
}

#[test]
fn codes_have_numbers_and_words_of_their_own() {
    let numbers: BTreeSet<u16> = Code::ALL.into_iter().map(Code::number).collect();
    assert_eq!(numbers.len(), Code::ALL.len());
    for lang in [Lang::Pol, Lang::Eng] {
        let words: BTreeSet<&str> = Code::ALL.into_iter().map(|code| code.text(lang)).collect();
        assert_eq!(words.len(), Code::ALL.len());
    }
}

fn row(table: &mut String, name: &str, told: impl Fn(Lang) -> ErrorReply) {
    let [pol, eng] = [Lang::Pol, Lang::Eng].map(told);
    assert_eq!((pol.code, pol.fault, pol.delay), (eng.code, eng.fault, eng.delay), "{name}");
    let (code, honest) = (eng.code.name(), eng.code.honest());
    writeln!(table, "{name:34} {:3} {honest:3} {code:18} {} | {}", eng.fault, pol.text, eng.text).expect("writes");
}

/// Every error of some use cases by the name of its variant; failures of the database and of amounts by their codes.
fn rows<E: Refused + Debug>(table: &mut String, title: &str, errors: Vec<E>, code: fn(&E) -> &'static str) {
    writeln!(table, "\n{title}").expect("writes");
    for error in errors {
        let name = format!("{error:?}");
        let name = if name.starts_with("Db(") || name.starts_with("Amount(") { code(&error).to_owned() } else { name };
        let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == '(').collect();
        row(table, &name, |lang| error.told(lang));
    }
}

#[test]
fn every_fault_has_its_number_and_words() {
    let mut table = String::new();
    for code in Code::ALL {
        row(&mut table, &format!("{code:?}"), |lang| ErrorReply::plain(code, lang));
    }
    rows(&mut table, "access", access_errors(), AccessError::code);
    rows(&mut table, "availability", availability_errors(), AvailabilityError::code);
    rows(&mut table, "ordering", ordering_errors(), OrderingError::code);
    rows(&mut table, "lists of orders", order_list_errors(), OrderListError::code);
    rows(&mut table, "cancelling", cancel_errors(), CancelError::code);
    table += "\nlines\n";
    for fault in [
        LineFault::UnknownCode,
        LineFault::NotEnough,
        LineFault::NotSold,
        LineFault::BadQuantity,
        LineFault::OtherComponents,
        LineFault::UnknownPosition,
        LineFault::NoteTooLong,
        LineFault::BadPrice,
        LineFault::OtherVat,
        LineFault::Ambiguous,
        LineFault::Attachment(AttachmentProblem::TooLarge),
        LineFault::Attachment(AttachmentProblem::Kind),
        LineFault::Attachment(AttachmentProblem::Name),
        LineFault::Attachment(AttachmentProblem::TooMany),
    ] {
        row(&mut table, &format!("{fault:?}"), |lang| line_fault(Some(fault), lang));
    }
    table += "\nrecipients\n";
    for fault in [
        RecipientProblem::NotFound,
        RecipientProblem::Missing(vec![RecipientField::FirstName, RecipientField::Zip]),
        RecipientProblem::TooLong(vec![RecipientField::Email]),
    ] {
        row(&mut table, &format!("{fault:?}"), |lang| recipient_fault(&fault, lang));
    }
    table += "\nrequests\n";
    row(&mut table, "not JSON", |lang| fault::not_json(JsonProblem::NoObject, lang));
    for excess in [JsonExcess::Depth(32), JsonExcess::Elements(100_000), JsonExcess::Weight] {
        let problem = JsonProblem::Excess(excess);
        row(&mut table, &format!("{excess:?}"), |lang| fault::not_json(problem, lang));
    }
    row(&mut table, "too fast", |lang| fault::too_fast(7, lang));
    row(&mut table, "no wholesaler", fault::no_wholesaler);
    for why in [
        ProblemKind::Missing,
        ProblemKind::Text,
        ProblemKind::Int,
        ProblemKind::Number,
        ProblemKind::Flag,
        ProblemKind::Moment,
        ProblemKind::File,
        ProblemKind::Struct,
        ProblemKind::List,
        ProblemKind::Choice(&["a", "b"]),
        ProblemKind::TooLong(255),
        ProblemKind::TooLarge(1_000),
        ProblemKind::TooMany(100),
        ProblemKind::Characters,
        ProblemKind::Country,
        ProblemKind::Currency,
        ProblemKind::NoSuchDay,
    ] {
        let path = "params.x[1].y".to_owned();
        row(&mut table, &format!("{why:?}"), |lang| problem(&Problem { path: path.clone(), why }, lang));
    }
    let xml = [
        XmlProblem::Encoding,
        XmlProblem::DocumentType,
        XmlProblem::Instruction,
        XmlProblem::Entity,
        XmlProblem::Character,
        XmlProblem::TooDeep,
        XmlProblem::TooManyElements,
        XmlProblem::TooManyAttributes,
        XmlProblem::Syntax,
    ];
    let soap = [SoapProblem::NotSoap11, SoapProblem::NoCall, SoapProblem::Reference];
    for why in soap.into_iter().chain(xml.map(SoapProblem::Xml)) {
        row(&mut table, &format!("{why:?}"), |lang| fault::not_soap(why, lang));
    }
    assert!(!table.contains(SECRET), "answers tell nothing of the inside");
    insta::assert_snapshot!("faults", table);
}

#[test]
fn types_of_one_name_are_the_same_type() {
    for method in Method::ALL {
        let mut seen: BTreeMap<&str, *const Object> = BTreeMap::new();
        for object in objects_of(method) {
            let known = seen.insert(object.name, std::ptr::from_ref(object));
            assert_eq!(known, None, "two objects {} in {}", object.name, method.name());
        }
    }
}

#[test]
fn every_wsdl_is_xml_that_names_its_address() {
    for method in Method::ALL {
        let document = wsdl::document(&method.service(), "https://w.example/customer-api/?gate=a&lang=eng");
        assert!(document.contains("location=\"https://w.example/customer-api/?gate=a&amp;lang=eng\""));
        let root = xml::parse(document.as_bytes()).unwrap_or_else(|problem| panic!("{}: {problem}", method.name()));
        assert_eq!(root.name, "definitions");
    }
}
