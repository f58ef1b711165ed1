//! `Authenticate/authenticate` (customer protocol §4.1).

use crossdock_app::hub::GateLogin;
use crossdock_domain::wholesale::Wholesaler;
use secrecy::{ExposeSecret, SecretString};

use super::super::names::{EXPIRES, RESULTS, SESSION_KEY, SYSTEM_KEY, SYSTEM_LOGIN};
use super::super::raw::Raw;
use super::super::shapes;
use super::super::{Answer, Failure};
use super::{Context, key};
use crate::schema::value::Record;

pub(super) async fn answer(context: &Context<'_>, wholesaler: &Wholesaler, raw: &Raw) -> Result<Answer, Failure> {
    context.check_failures()?;
    let read = |name| key(raw, context.method.authenticate(), name).unwrap_or_else(|| SecretString::from(""));
    // A missing login or key is a failed login: whoever guesses is told nothing.
    let login = GateLogin {
        wholesaler: wholesaler.id,
        login: read(SYSTEM_LOGIN).expose_secret().to_owned(),
        system_key: read(SYSTEM_KEY),
        client: context.call.client,
    };
    let session = context.app.hub().access().login(login).await.map_err(|error| context.failed(&error))?;
    let expires = session.wholesaler.settings.time_zone.wall_clock(session.expires_at);
    let key = session.session_key.expose_secret();
    let results = Record::new(&shapes::LOGGED_IN_RESULTS).with(SESSION_KEY, key).with(EXPIRES, expires);
    Ok(Answer::done(Record::new(&shapes::LOGGED_IN).with(RESULTS, results).with(SESSION_KEY, key)))
}
