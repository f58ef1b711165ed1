//! The page of sandboxes: a form, and the keys of the sandbox that it made, shown once.
//!
//! The form is answered by a redirect, so that reload makes no second sandbox. What was made travels to the next page sealed
//! in a cookie that this browser alone can give back: no address, history or log ever holds a key, no node has to remember it.

use std::net::IpAddr;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use crossdock_app::hub::tenants::sandbox::NewSandbox;
use crossdock_app::hub::{SandboxError, SandboxLimit};
use crossdock_app::platform::rate_limit::client_key;

use super::PageState;
use super::form::FormValues;
use super::respond;
use super::session::{Session, raw_cookie};
use crate::middleware::caller::Caller;
use crate::render::contexts::{FormErrors, Message, SandboxNotice, SandboxPage, SandboxReadyPage};
use crate::settings::NOWHERE;

/// The form.
const PATH: &str = "/sandbox";
/// The keys.
const READY: &str = "/sandbox/ready";
/// What the form's token is for.
const FORM: &str = "sandbox";
/// Seconds that the cookie with the keys lives; as long as what is in it opens.
const MAX_AGE: u32 = 600;

const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-crossdock-sandbox" } else { "crossdock-sandbox" }
}

/// The header that keeps a value in the browser for a while, or with an empty one takes it away.
fn cookie(state: &PageState, value: &str) -> Option<HeaderValue> {
    let (name, secure) = (cookie_name(state.secure()), if state.secure() { "; Secure" } else { "" });
    let age = if value.is_empty() { 0 } else { MAX_AGE };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}");
    HeaderValue::from_str(&text).ok()
}

fn form(state: &PageState, session: &Session) -> SandboxPage {
    SandboxPage {
        layout: respond::own_layout(state, session.page_token(FORM)),
        name: String::new(),
        email: String::new(),
        terms: false,
        days: state.app().config().sandbox.days,
        notice: None,
        errors: FormErrors::default(),
    }
}

/// `GET /sandbox`
pub(super) async fn show(State(state): State<PageState>, RawQuery(query): RawQuery, session: Session) -> Response {
    let shown = FormValues::parse(query.unwrap_or_default().as_bytes()).get("shown") == "1";
    let page = SandboxPage { notice: shown.then_some(SandboxNotice::Shown), ..form(&state, &session) };
    respond::own_page(&state, &session, StatusCode::OK, &page)
}

/// `POST /sandbox`
pub(super) async fn register(
    State(state): State<PageState>,
    session: Session,
    caller: Option<Extension<Caller>>,
    body: Bytes,
) -> Response {
    let retry_url = PATH.to_owned();
    if session.is_new() {
        return respond::message(&state, None, Message::CookiesNeeded { retry_url });
    }
    let values = FormValues::parse(&body);
    if !session.accepts_page(FORM, values.get("csrf")) {
        return respond::message(&state, None, Message::FormExpired { retry_url });
    }
    let client = client_key(caller.map_or(NOWHERE, |Extension(caller)| caller.address));
    if state.sandbox_posts().check(client, state.app().now()).is_err() {
        return respond::message(&state, None, Message::TooManyRequests);
    }
    let mut page = form(&state, &session);
    page.name = values.get("name").to_owned();
    page.email = values.get("email").to_owned();
    page.terms = values.get("terms") == "yes";
    if !page.terms {
        page.errors.add("terms", "sandbox-error-terms");
        return respond::own_page(&state, &session, StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    made(&state, &session, page, client).await
}

/// Makes the sandbox and sends the browser to its keys, or shows the form again.
async fn made(state: &PageState, session: &Session, mut page: SandboxPage, client: IpAddr) -> Response {
    let wanted = NewSandbox {
        name: page.name.clone(),
        email: page.email.clone(),
        client: Some(client),
        days: None,
        // Whose address it is nobody has proved.
        mails: false,
    };
    let status = match state.app().hub().sandboxes().register(wanted).await {
        Ok(access) => {
            let sealed = state.app().hub().sandboxes().seal_access(&access, session.secret());
            let mut response = respond::redirect(READY);
            if let Some(cookie) = cookie(state, &sealed) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return response;
        }
        Err(SandboxError::Invalid { field: "name", .. }) => {
            page.errors.add("name", "sandbox-error-name");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(SandboxError::Invalid { field: "email", .. }) => {
            page.errors.add("email", "sandbox-error-email");
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(SandboxError::Limit(limit)) => {
            let (notice, status) = match limit {
                SandboxLimit::Address { .. } => (SandboxNotice::Address, StatusCode::TOO_MANY_REQUESTS),
                SandboxLimit::Email { .. } => (SandboxNotice::Email, StatusCode::TOO_MANY_REQUESTS),
                SandboxLimit::Living { .. } => (SandboxNotice::Full, StatusCode::SERVICE_UNAVAILABLE),
            };
            page.notice = Some(notice);
            status
        }
        Err(error) => return respond::failed(state, &error),
    };
    respond::own_page(state, session, status, &page)
}

/// `GET /sandbox/ready`: the keys, and with them the end of the cookie that brought them.
pub(super) async fn ready(State(state): State<PageState>, session: Session, headers: HeaderMap) -> Response {
    let sealed = raw_cookie(&headers, cookie_name(state.secure()));
    let access = sealed.and_then(|sealed| state.app().hub().sandboxes().open_access(sealed, session.secret()));
    let Some(access) = access else { return respond::redirect("/sandbox?shown=1") };
    let url = state.app().config().public_url.as_str();
    let page = SandboxReadyPage {
        layout: respond::own_layout(&state, session.page_token(FORM)),
        gates: access.gates(url),
        script: access.script(url),
        login: access.login,
        password: access.password,
        dropshipping_key: access.dropshipping_key,
        system_key: access.system_key,
        admin: format!("{url}/api/admin/v8/"),
        admin_key: access.admin_key,
        feed: format!("{url}/feeds/full.xml"),
        feed_token: access.feed_token,
        expires_at: access.expires_at,
    };
    let mut response = respond::own_page(&state, &session, StatusCode::OK, &page);
    if let Some(gone) = cookie(&state, "") {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}
