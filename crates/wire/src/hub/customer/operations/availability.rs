//! `Products/getAvailability` (customer protocol §4.2), and how products are named everywhere (customer protocol §4.0).

use crossdock_app::hub::{AttachmentInput, AvailableQuantity, Caller, ComponentRef, LineAvailability, ProductRef};
use crossdock_domain::wholesale::CodeKind;
use rust_decimal::Decimal;

use super::super::decode::{Problem, ProblemKind};
use super::super::fault::line_fault;
use super::super::names::{
    ATTACHMENTS, AVAILABLE, CODE, CODE_TYPE, COMMENT, DELIVERY_TIME_DAYS, FAULT_CODE, FAULT_STRING, FILE, NAME, PARAMS,
    PRODUCT_ID, PRODUCT_INDEX, PRODUCTS, QUANTITY, QUANTITY_AVAILABLE, SIZE_ID,
};
use super::super::shapes::products::{AVAILABILITY, AVAILABILITY_ANSWER, AVAILABLE_PRODUCT};
use super::super::target::Lang;
use super::super::{Answer, Failure};
use super::{Context, results};
use crate::schema::value::Record;

pub(super) async fn answer(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let products = products(params)?;
    let availability =
        context.app.hub().stock().availability(caller, products).await.map_err(|error| context.failed(&error))?;
    let lines: Vec<Record> = availability.lines.iter().map(|line| told(line, context.lang)).collect();
    let told = Record::new(&AVAILABILITY).with(AVAILABLE, availability.available).with(PRODUCTS, lines);
    // What a line lacks is the answer to the question, not a failure of the call.
    Ok(Answer::done(results(&AVAILABILITY_ANSWER, told)))
}

fn told(line: &LineAvailability, lang: Lang) -> Record {
    let fault = line_fault(line.fault, lang);
    Record::new(&AVAILABLE_PRODUCT)
        .with(CODE, line.code.as_str())
        .with(CODE_TYPE, line.kind.code())
        .with(QUANTITY, line.quantity)
        .with(QUANTITY_AVAILABLE, available(line.available_quantity))
        .with(AVAILABLE, line.available)
        .with_some(DELIVERY_TIME_DAYS, line.delivery_days)
        .with(FAULT_CODE, fault.fault)
        .with(FAULT_STRING, fault.text)
}

/// -1: available, the quantity is not disclosed.
pub(super) fn available(quantity: AvailableQuantity) -> Decimal {
    match quantity {
        AvailableQuantity::Known(quantity) => quantity.to_decimal(),
        AvailableQuantity::Undisclosed => Decimal::NEGATIVE_ONE,
    }
}

/// Products as they were named: by code, by product and size, or by any code.
pub(super) fn products(params: &Record) -> Result<Vec<ProductRef>, Problem> {
    params.records(PRODUCTS).zip(1..).map(|(record, position)| product(record, position)).collect()
}

fn product(record: &Record, position: usize) -> Result<ProductRef, Problem> {
    let kind = record.text(CODE_TYPE).and_then(CodeKind::from_code);
    let (code, kind) = if let Some(code) = record.owned(CODE) {
        (code, kind)
    } else if let (Some(product), Some(size)) = (record.int(PRODUCT_ID), record.filled(SIZE_ID)) {
        (format!("{product}-{size}"), Some(CodeKind::Internal))
    } else if let Some(index) = record.owned(PRODUCT_INDEX) {
        (index, None)
    } else {
        return Err(Problem { path: format!("{PARAMS}.{PRODUCTS}[{position}].{CODE}"), why: ProblemKind::Missing });
    };
    let parts = record.records(PRODUCTS).zip(1..).map(|(part, at)| {
        // A part is named like a product.
        let named = product(part, at).map_err(|problem| Problem {
            path: problem.path.replacen(PARAMS, &format!("{PARAMS}.{PRODUCTS}[{position}]"), 1),
            ..problem
        })?;
        Ok(ComponentRef {
            nested: !named.parts.is_empty(),
            code: named.code,
            kind: named.kind,
            quantity: named.quantity,
        })
    });
    let parts = parts.collect::<Result<_, Problem>>()?;
    let attachment = |file: &Record| {
        let name = file.owned(NAME).unwrap_or_default();
        Some(AttachmentInput { name, contents: file.bytes(FILE)?.to_vec() })
    };
    Ok(ProductRef {
        code,
        kind,
        quantity: record.number(QUANTITY).unwrap_or(Decimal::ONE),
        note: record.owned(COMMENT).unwrap_or_default(),
        attachments: record.records(ATTACHMENTS).filter_map(attachment).collect(),
        parts,
    })
}
