//! `Supplier/getData` and `Payments/getForms` (customer protocol §4.11, §4.7).

use crossdock_app::hub::Caller;
use crossdock_domain::wholesale::{OpeningHours, Wholesaler};
use secrecy::SecretString;

use super::super::names::{
    ACTIVE_ONLY, CITY, CLOSING, COUNTRY_ID, DAYS, EMAIL, HOURS, ID, NAME, OPENING, OPENING_HOURS, ORDER_PREPARE_TIME,
    PAYMENT_FORMS, PHONE, STREET, WEEKDAY, WWW, ZIP_CODE,
};
use super::super::shapes::supplier::{ANSWER, DATA, HOURS_OF_DAY, PREPARE_TIME};
use super::super::shapes::{PAYMENT_FORM, PAYMENT_FORMS_ANSWER, PAYMENT_FORMS_RESULTS};
use super::super::{Answer, Failure};
use super::{Context, results};
use crate::schema::value::Record;

/// Needs the dropshipping key only: a shop fills its supplier form with it before it has logged in.
pub(super) async fn answer(
    context: &Context<'_>,
    wholesaler: &Wholesaler,
    key: Option<SecretString>,
) -> Result<Answer, Failure> {
    context.check_failures()?;
    let checked = context.app.hub().access().check_dropshipping_key(wholesaler.id, key.as_ref()).await;
    let wholesaler = checked.map_err(|error| context.failed(&error))?;
    let (contact, settings) = (&wholesaler.settings.contact, &wholesaler.settings);
    let hours: Vec<Record> = settings.opening_hours.iter().map(hours).collect();
    let prepare =
        Record::new(&PREPARE_TIME).with(DAYS, settings.prepare_time.days).with(HOURS, settings.prepare_time.hours);
    let data = Record::new(&DATA)
        .with(NAME, wholesaler.name.as_str())
        .with(EMAIL, contact.email.as_str())
        .with(PHONE, contact.phone.as_str())
        .with(WWW, contact.www.as_str())
        .with(STREET, contact.street.as_str())
        .with(ZIP_CODE, contact.zip.as_str())
        .with(CITY, contact.city.as_str())
        .with(COUNTRY_ID, contact.country.map_or("", |country| country.code()))
        .with(OPENING_HOURS, hours)
        .with(ORDER_PREPARE_TIME, prepare);
    Ok(Answer::done(results(&ANSWER, data)))
}

fn hours(hours: &OpeningHours) -> Record {
    Record::new(&HOURS_OF_DAY)
        .with(WEEKDAY, u16::from(hours.weekday))
        .with(OPENING, hours.opening.as_str())
        .with(CLOSING, hours.closing.as_str())
}

pub(super) fn payment_forms(context: &Context<'_>, caller: &Caller, params: &Record) -> Answer {
    let active_only = params.flag(ACTIVE_ONLY).unwrap_or(true);
    let forms = context.app.hub().couriers().payment_methods(caller, active_only);
    let forms: Vec<Record> =
        forms.iter().map(|form| Record::new(&PAYMENT_FORM).with(ID, form.id).with(NAME, form.name.as_str())).collect();
    Answer::done(results(&PAYMENT_FORMS_ANSWER, Record::new(&PAYMENT_FORMS_RESULTS).with(PAYMENT_FORMS, forms)))
}
