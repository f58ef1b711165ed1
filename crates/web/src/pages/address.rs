//! Contact and addresses.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_app::checkout::CheckoutError;
use crossdock_app::checkout::FieldProblem;
use crossdock_app::checkout::session::{CheckoutSession, SaveAddress};
use crossdock_domain::address::{Address, AddressField, FieldError};
use crossdock_domain::country::Country;

use super::form::{FormValues, SubmittedForm};
use super::respond::{self, PageSubject};
use super::session::Session;
use super::{PageState, country, shipping};
use crate::render::contexts::{AddressForm, AddressPage, BILLING, FormErrors, Summary};

fn typed(values: &FormValues, prefix: &str) -> AddressForm {
    let text = |name: &str| values.get(&format!("{prefix}{name}")).to_owned();
    AddressForm {
        name: text("name"),
        company: text("company"),
        email: text("email"),
        phone: text("phone"),
        alt_phone: text("alt_phone"),
        address1: text("address1"),
        address2: text("address2"),
        city: text("city"),
        state: text("state"),
        zip: text("zip"),
        country: text("country"),
        note: text("note"),
    }
}

fn form_of(address: &Address, note: &str) -> AddressForm {
    AddressForm { note: note.to_owned(), ..AddressForm::from(address) }
}

fn address_of(form: &AddressForm, country: Country) -> Address {
    let form = form.clone();
    Address {
        name: form.name,
        company: form.company,
        email: form.email,
        phone: form.phone,
        alt_phone: form.alt_phone,
        address1: form.address1,
        address2: form.address2,
        city: form.city,
        state: form.state,
        zip: form.zip,
        country,
    }
}

fn country_missing(billing: bool) -> FieldProblem {
    FieldProblem { billing, field: AddressField::Country, error: FieldError::Required }
}

/// What stands in the fields.
struct FormState {
    form: AddressForm,
    billing: Option<AddressForm>,
    errors: FormErrors,
}

impl FormState {
    fn stored(checkout_session: &CheckoutSession) -> Self {
        let document = checkout_session.document();
        let form = match &document.ship_to {
            Some(address) => form_of(address, &document.note),
            None => AddressForm {
                country: document.country.map_or_else(String::new, |country| country.code().to_owned()),
                note: document.note.clone(),
                ..AddressForm::from(document.prefill.clone())
            },
        };
        let billing = document.bill_to.as_ref().map(|address| form_of(address, ""));
        Self { form, billing, errors: FormErrors::default() }
    }
}

async fn render(
    state: &PageState,
    session: &Session,
    checkout_session: &CheckoutSession,
    status: StatusCode,
    mut filled: FormState,
) -> Response {
    let countries = country::serviced(state.app(), checkout_session);
    if !countries.iter().any(|served| served.code == filled.form.country) {
        // A browser would silently select the first of the list.
        filled.form.country.clear();
    }
    let summary = match Summary::of_cart(&checkout_session.cart.cart, checkout_session.store.currency) {
        Ok(summary) => summary,
        Err(error) => return respond::refused(state, session, checkout_session.cart.id, error).await,
    };
    let page = AddressPage {
        layout: respond::layout(state, session, &PageSubject::of(checkout_session)),
        summary,
        countries,
        billing_countries: country::every(),
        form: filled.form,
        billing_same: filled.billing.is_none(),
        billing: filled.billing.unwrap_or_default(),
        errors: filled.errors,
    };
    respond::page(state, session, &checkout_session.store, status, &page)
}

pub(super) async fn show(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    match shipping::enter(&state, &session, &cart).await {
        Ok(checkout_session) => {
            render(&state, &session, &checkout_session, StatusCode::OK, FormState::stored(&checkout_session)).await
        }
        Err(response) => response,
    }
}

pub(super) async fn save(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, values } = posted;
    let checkout_session = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => checkout_session,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let form = typed(&values, "");
    let billing = values.get("billing_same").is_empty().then(|| typed(&values, BILLING));
    let mut errors = FormErrors::default();
    let ship_country = Country::from_code(&form.country);
    let bill_country = billing.as_ref().map(|billing| Country::from_code(&billing.country));
    if ship_country.is_none() {
        errors.add_address(country_missing(false));
    }
    if bill_country == Some(None) {
        errors.add_address(country_missing(true));
    }
    if let (Some(country), true) = (ship_country, errors.is_empty()) {
        let bill_to = billing.as_ref().zip(bill_country.flatten()).map(|(form, country)| address_of(form, country));
        let command = SaveAddress { ship_to: address_of(&form, country), bill_to, note: form.note.clone() };
        match state.app().checkout().sessions().save_address(checkout_session.clone(), command).await {
            Ok(_) => return respond::redirect(&format!("{}/shipping", respond::base(cart))),
            Err(CheckoutError::AddressRefused(problems)) => {
                for problem in problems {
                    errors.add_address(problem);
                }
            }
            Err(error) => return respond::refused(&state, &session, cart, error).await,
        }
    }
    render(&state, &session, &checkout_session, StatusCode::UNPROCESSABLE_ENTITY, FormState { form, billing, errors })
        .await
}
