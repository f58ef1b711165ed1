//! `Clients/…DeliveryAddresses` (customer protocol §4.6).

use crossdock_app::hub::{Caller, Recipient, RecipientChange, RecipientProblem};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{RecipientAddress, RecipientId};

use super::super::decode::{Problem, ProblemKind};
use super::super::fault::recipient_fault;
use super::super::names::{
    CLIENT_DELIVERY_ADDRESS_ADDITIONAL, CLIENT_DELIVERY_ADDRESS_CITY, CLIENT_DELIVERY_ADDRESS_COUNTRY,
    CLIENT_DELIVERY_ADDRESS_EMAIL, CLIENT_DELIVERY_ADDRESS_FIRST_NAME, CLIENT_DELIVERY_ADDRESS_ID,
    CLIENT_DELIVERY_ADDRESS_IDS, CLIENT_DELIVERY_ADDRESS_LAST_NAME, CLIENT_DELIVERY_ADDRESS_PHONE1,
    CLIENT_DELIVERY_ADDRESS_PROVINCE_ID, CLIENT_DELIVERY_ADDRESS_REGION_ID, CLIENT_DELIVERY_ADDRESS_RESULT,
    CLIENT_DELIVERY_ADDRESS_STREET, CLIENT_DELIVERY_ADDRESS_ZIP_CODE, CLIENT_DELIVERY_ADDRESSES, CLIENTS, ERRORS,
    PARAMS, RESULT_STATUS, RESULTS, RESULTS_LIMIT, RESULTS_NUMBER_ALL, RESULTS_NUMBER_PAGE, RESULTS_PAGE,
};
use super::super::shapes::recipients::{ADDRESS, CHANGE_ANSWER, CHANGED, CHANGED_ID, GET_ANSWER, GET_RESULTS};
use super::super::target::Lang;
use super::super::{Answer, Failure};
use super::couriers::page;
use super::{Context, results};
use crate::schema::value::Record;

/// Where recipients live when nobody says so (customer protocol §4.6).
const DEFAULT_COUNTRY: &str = "PL";

pub(super) async fn get(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let wanted = params.texts(CLIENT_DELIVERY_ADDRESS_IDS);
    // What is no id is nobody's address; asked for alone it must not become "all of them".
    let ids: Vec<RecipientId> = wanted.iter().map(|id| recipient_id(id).unwrap_or(RecipientId(0))).collect();
    let found =
        context.app.hub().recipients().list(caller, ids, page(params)).await.map_err(|error| context.failed(&error))?;
    let addresses: Vec<Record> = found.items.iter().map(told).collect();
    let told = Record::new(&GET_RESULTS)
        .with(CLIENT_DELIVERY_ADDRESSES, addresses)
        .with(RESULTS_NUMBER_ALL, found.total)
        .with(RESULTS_NUMBER_PAGE, found.pages())
        .with(RESULTS_PAGE, found.page.number)
        .with(RESULTS_LIMIT, found.page.limit);
    Ok(Answer::done(results(&GET_ANSWER, told)))
}

pub(super) async fn add(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let read = |(record, position)| address(record, &format!("{PARAMS}.{CLIENTS}[{position}]"));
    let addresses = params.records(CLIENTS).zip(1_usize..).map(read).collect::<Result<Vec<_>, _>>()?;
    let outcomes =
        context.app.hub().recipients().add(caller, addresses).await.map_err(|error| context.failed(&error))?;
    Ok(changed(&outcomes, context.lang))
}

pub(super) async fn edit(context: &Context<'_>, caller: &Caller, params: &Record) -> Result<Answer, Failure> {
    let read = |(record, position)| change(record, &format!("{PARAMS}.{CLIENTS}[{position}]"));
    let changes = params.records(CLIENTS).zip(1_usize..).map(read).collect::<Result<Vec<_>, _>>()?;
    let outcomes =
        context.app.hub().recipients().edit(caller, changes).await.map_err(|error| context.failed(&error))?;
    Ok(changed(&outcomes, context.lang))
}

fn changed(outcomes: &[Result<RecipientId, RecipientProblem>], lang: Lang) -> Answer {
    let told = |outcome: &Result<RecipientId, RecipientProblem>| {
        let record = Record::new(&CHANGED).with(RESULT_STATUS, outcome.is_ok());
        match outcome {
            Ok(id) => {
                let id = Record::new(&CHANGED_ID).with(CLIENT_DELIVERY_ADDRESS_ID, id.0);
                record.with(CLIENT_DELIVERY_ADDRESS_RESULT, id).with(ERRORS, Vec::<Record>::new())
            }
            Err(problem) => record.with(ERRORS, vec![recipient_fault(problem, lang).record()]),
        }
    };
    let records: Vec<Record> = outcomes.iter().map(told).collect();
    Answer::partly(Record::new(&CHANGE_ANSWER).with(RESULTS, records), outcomes.iter().any(Result::is_err))
}

/// The number behind an id; ids are texts on the wire.
pub(super) fn recipient_id(text: &str) -> Option<RecipientId> {
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten().map(RecipientId)
}

/// A country code; `None` when the field is blank.
pub(super) fn country(record: &Record, field: &'static str, path: &str) -> Result<Option<Country>, Problem> {
    let Some(code) = record.filled(field) else { return Ok(None) };
    let country = Country::from_code(&code.to_ascii_uppercase());
    country.map(Some).ok_or_else(|| Problem { path: format!("{path}.{field}"), why: ProblemKind::Country })
}

/// An address as it was sent; what it lacks is told by the use case.
pub(super) fn address(record: &Record, path: &str) -> Result<RecipientAddress, Problem> {
    let text = |field| record.owned(field).unwrap_or_default();
    let country = match country(record, CLIENT_DELIVERY_ADDRESS_COUNTRY, path)? {
        Some(country) => country,
        None => Country::from_code(DEFAULT_COUNTRY).ok_or_else(|| Problem {
            path: format!("{path}.{CLIENT_DELIVERY_ADDRESS_COUNTRY}"),
            why: ProblemKind::Missing,
        })?,
    };
    Ok(RecipientAddress {
        first_name: text(CLIENT_DELIVERY_ADDRESS_FIRST_NAME),
        last_name: text(CLIENT_DELIVERY_ADDRESS_LAST_NAME),
        additional: text(CLIENT_DELIVERY_ADDRESS_ADDITIONAL),
        street: text(CLIENT_DELIVERY_ADDRESS_STREET),
        zip: text(CLIENT_DELIVERY_ADDRESS_ZIP_CODE),
        city: text(CLIENT_DELIVERY_ADDRESS_CITY),
        country,
        region_id: text(CLIENT_DELIVERY_ADDRESS_REGION_ID),
        province_id: text(CLIENT_DELIVERY_ADDRESS_PROVINCE_ID),
        phone: text(CLIENT_DELIVERY_ADDRESS_PHONE1),
        email: text(CLIENT_DELIVERY_ADDRESS_EMAIL),
    })
}

/// Fields that are there replace, blank ones too; fields left out stay.
fn change(record: &Record, path: &str) -> Result<(RecipientId, RecipientChange), Problem> {
    let missing = || Problem { path: format!("{path}.{CLIENT_DELIVERY_ADDRESS_ID}"), why: ProblemKind::Missing };
    let id = record.filled(CLIENT_DELIVERY_ADDRESS_ID).ok_or_else(missing)?;
    // What is no id is nobody's address, which the use case says in its own words.
    let id = recipient_id(id).unwrap_or(RecipientId(0));
    let text = |field| record.text(field).map(|text| text.trim().to_owned());
    let change = RecipientChange {
        first_name: text(CLIENT_DELIVERY_ADDRESS_FIRST_NAME),
        last_name: text(CLIENT_DELIVERY_ADDRESS_LAST_NAME),
        additional: text(CLIENT_DELIVERY_ADDRESS_ADDITIONAL),
        street: text(CLIENT_DELIVERY_ADDRESS_STREET),
        zip: text(CLIENT_DELIVERY_ADDRESS_ZIP_CODE),
        city: text(CLIENT_DELIVERY_ADDRESS_CITY),
        country: country(record, CLIENT_DELIVERY_ADDRESS_COUNTRY, path)?,
        region_id: text(CLIENT_DELIVERY_ADDRESS_REGION_ID),
        province_id: text(CLIENT_DELIVERY_ADDRESS_PROVINCE_ID),
        phone: text(CLIENT_DELIVERY_ADDRESS_PHONE1),
        email: text(CLIENT_DELIVERY_ADDRESS_EMAIL),
    };
    Ok((id, change))
}

fn told(recipient: &Recipient) -> Record {
    address_record(&recipient.address).with(CLIENT_DELIVERY_ADDRESS_ID, recipient.id.to_string())
}

/// An address under the names of the wire.
pub(super) fn address_record(address: &RecipientAddress) -> Record {
    Record::new(&ADDRESS)
        .with(CLIENT_DELIVERY_ADDRESS_FIRST_NAME, address.first_name.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_LAST_NAME, address.last_name.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_ADDITIONAL, address.additional.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_STREET, address.street.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_ZIP_CODE, address.zip.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_CITY, address.city.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_COUNTRY, address.country.code())
        .with(CLIENT_DELIVERY_ADDRESS_REGION_ID, address.region_id.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_PROVINCE_ID, address.province_id.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_PHONE1, address.phone.as_str())
        .with(CLIENT_DELIVERY_ADDRESS_EMAIL, address.email.as_str())
}
