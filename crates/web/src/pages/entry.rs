//! The first page: items and destination, reached by every URL shape of checkout protocol §11.

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use crossdock_app::checkout::FieldProblem;
use crossdock_app::checkout::session::{CheckoutSession, OpenCheckout};
use crossdock_domain::address::{AddressField, FieldError, Prefill};
use crossdock_domain::country::Country;
use crossdock_domain::ids::CartId;

use super::form::{FormValues, SubmittedForm, cart_in_path};
use super::respond::{self, PageSubject};
use super::session::Session;
use super::{PageState, country};
use crate::render::contexts::{FormErrors, ItemsPage, Message, Summary};

/// Longest prefill value taken from a URL; the form shortens nothing that a person types.
const PREFILL_LIMIT: usize = 200;

fn prefill(values: &FormValues) -> Prefill {
    let text = |name: &str| {
        let text = values.text(name)?;
        let text = crossdock_domain::text::strip_control(&text);
        Some(crossdock_domain::text::truncate_chars(&text, PREFILL_LIMIT).to_owned())
    };
    Prefill {
        name: text("customerName"),
        company: text("customerCompany"),
        email: text("customerEmail"),
        phone: text("customerPhone"),
        alt_phone: text("customerAltPhone"),
        address1: text("customerAddress1"),
        address2: text("customerAddress2"),
        city: text("customerCity"),
        state: text("customerState"),
        zip: text("customerZip"),
        country: text("customerCountry"),
        note: text("customerNote"),
    }
}

/// `GET /?tempCartUUID=…&store=…&country=…`: the buyer arrives. The store in the URL is not needed: the cart knows its own.
pub(super) async fn arrive(State(state): State<PageState>, RawQuery(query): RawQuery, session: Session) -> Response {
    let Some(query) = query.filter(|query| !query.is_empty()) else {
        return respond::message(&state, None, Message::Welcome);
    };
    let values = FormValues::parse(query.as_bytes());
    let Some(cart) = values.text("tempCartUUID").and_then(|text| text.parse().ok()) else {
        // Shops that do not check our answer send buyers here with an empty id (checkout protocol §4).
        return respond::message(&state, None, Message::CartNotFound);
    };
    let country = values.text("zCountry").or_else(|| values.text("country"));
    open(&state, &session, cart, country, prefill(&values)).await
}

/// `GET /checkout/<cart>/items`: the same page without the parameters.
pub(super) async fn items(State(state): State<PageState>, Path(cart): Path<String>, session: Session) -> Response {
    match cart_in_path(&cart) {
        Some(cart) => open(&state, &session, cart, None, Prefill::default()).await,
        None => respond::message(&state, None, Message::CartNotFound),
    }
}

async fn open(
    state: &PageState,
    session: &Session,
    cart: CartId,
    country: Option<String>,
    prefill: Prefill,
) -> Response {
    let command = OpenCheckout { cart, browser: session.browser(), country, prefill };
    match state.app().checkout().sessions().open(command).await {
        Ok(checkout_session) => show(state, session, &checkout_session, StatusCode::OK, FormErrors::default()).await,
        Err(error) => respond::refused(state, session, cart, error).await,
    }
}

async fn show(
    state: &PageState,
    session: &Session,
    checkout_session: &CheckoutSession,
    status: StatusCode,
    errors: FormErrors,
) -> Response {
    let place = PageSubject::of(checkout_session);
    let summary = match Summary::of_cart(&checkout_session.cart.cart, checkout_session.store.currency) {
        Ok(summary) => summary,
        Err(error) => return respond::refused(state, session, checkout_session.cart.id, error).await,
    };
    // A browser would silently select the first of the list for a country that is not in it.
    let ships_to = |country: &Country| state.app().checkout().sessions().ships_to(checkout_session, *country);
    let (served, not_served) = match checkout_session.document().country {
        Some(country) if !ships_to(&country) => (None, Some(country.name().to_owned())),
        served => (served, None),
    };
    let page = ItemsPage {
        layout: respond::layout(state, session, &place),
        summary,
        countries: country::serviced(state.app(), checkout_session),
        country: served.map_or_else(String::new, |country| country.code().to_owned()),
        not_served,
        errors,
    };
    respond::page(state, session, &checkout_session.store, status, &page)
}

/// `POST /checkout/<cart>/items`: the destination is chosen.
pub(super) async fn choose_country(State(state): State<PageState>, posted: SubmittedForm) -> Response {
    let SubmittedForm { session, cart, values } = posted;
    let checkout_session = match state.app().checkout().sessions().get(cart, &session.browser()).await {
        Ok(checkout_session) => checkout_session,
        Err(error) => return respond::refused(&state, &session, cart, error).await,
    };
    let mistake = match Country::from_code(values.get("country")) {
        Some(country) if state.app().checkout().sessions().ships_to(&checkout_session, country) => {
            return match state.app().checkout().sessions().choose_country(checkout_session, country).await {
                Ok(_) => respond::redirect(&format!("{}/address", respond::base(cart))),
                Err(error) => respond::refused(&state, &session, cart, error).await,
            };
        }
        Some(_) => FieldError::NotServiced,
        None => FieldError::Required,
    };
    let mut errors = FormErrors::default();
    errors.add_address(FieldProblem { billing: false, field: AddressField::Country, error: mistake });
    show(&state, &session, &checkout_session, StatusCode::UNPROCESSABLE_ENTITY, errors).await
}
