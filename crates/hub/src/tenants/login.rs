//! Logging in at a gate, and who calls it afterwards.

use std::net::IpAddr;
use std::sync::Arc;

use crossdock_db::shop_accounts::{AccountRow, SessionRow};
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::wholesale::{AccountId, Wholesaler, WholesalerId};
use crossdock_platform::credentials::{hash_secret, hex};
use secrecy::{ExposeSecret, SecretString};
use sha1::{Digest, Sha1};
use subtle::{Choice, ConstantTimeEq};

use crate::tenants::accounts::password_place;
use crate::{Access, AccessError, Caller};

/// How a call names its wholesaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WholesalerRef {
    /// By its number.
    Id(WholesalerId),
    /// By the host name that was called (a port is ignored). When no wholesaler has this domain and there is exactly one
    /// wholesaler besides sandboxes, it is that one.
    Host(String),
}

/// `Authenticate` (customer protocol §3, §4.1).
#[derive(Debug, Clone)]
pub struct GateLogin {
    /// Where.
    pub wholesaler: WholesalerId,
    /// `systemLogin`.
    pub login: String,
    /// `systemKey`.
    pub system_key: SecretString,
    /// Where the call comes from.
    pub client: IpAddr,
}

/// A session that was opened.
#[derive(Debug, Clone)]
pub struct GateSession {
    /// `sessionKey`: 40 hexadecimal digits.
    pub session_key: SecretString,
    /// When it ends, 15 minutes from now, whatever is done with it.
    pub expires_at: Timestamp,
    /// The tenant, for its time zone.
    pub wholesaler: Arc<Wholesaler>,
}

/// The keys of a gate call.
#[derive(Debug, Clone)]
pub struct GateKeys {
    /// Where.
    pub wholesaler: WholesalerId,
    /// `sessionKey`, when one was sent.
    pub session_key: Option<SecretString>,
    /// `dropshippingKey`, when one was sent.
    pub dropshipping_key: Option<SecretString>,
    /// Language of names: `pol`, `eng`.
    pub language: String,
}

/// How long a session lasts, from its issue; using it does not prolong it (customer protocol §3).
const SESSION: Span = Span::minutes(15);
/// Bytes of a session key; twice as many hexadecimal digits.
const KEY_BYTES: usize = 20;

/// `sha1(password)` as 40 lower-case hexadecimal digits: the inner part of every `systemKey`.
pub(crate) fn inner_hash(password: &SecretString) -> String {
    hex(&Sha1::digest(password.expose_secret().as_bytes()))
}

/// `sha1(YYYYMMDD + sha1(password))` (customer protocol §3).
pub fn system_key(day: &str, inner: &str) -> String {
    hex(&Sha1::digest(format!("{day}{inner}").as_bytes()))
}

struct Look {
    wholesaler: WholesalerId,
    login: String,
}

impl Operation for Look {
    type Output = Option<(WholesalerRow, Option<AccountRow>)>;
    type Error = AccessError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, AccessError> {
        let Some(wholesaler) = tx.wholesaler(self.wholesaler).await? else { return Ok(None) };
        Ok(Some((wholesaler, tx.account_of_login(self.wholesaler, &self.login).await?)))
    }
}

struct OpenSession {
    wholesaler: WholesalerId,
    account: AccountId,
    key_hash: String,
    now: Timestamp,
    expires_at: Timestamp,
}

impl Operation for OpenSession {
    type Output = ();
    type Error = AccessError;
    async fn run(&self, tx: &mut Tx) -> Result<(), AccessError> {
        Ok(tx.insert_gate_session(self.wholesaler, self.account, &self.key_hash, self.now, self.expires_at).await?)
    }
}

struct ReadSession {
    wholesaler: WholesalerId,
    key_hash: String,
}

impl Operation for ReadSession {
    type Output = Option<SessionRow>;
    type Error = AccessError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, AccessError> {
        Ok(tx.gate_session(self.wholesaler, &self.key_hash).await?)
    }
}

/// Whether this is the wholesaler's dropshipping key. A wholesaler without one accepts none.
fn is_key(row: &WholesalerRow, key: Option<&SecretString>) -> bool {
    let presented = hash_secret(key.unwrap_or(&SecretString::from("")));
    let wanted = row.key_hash.as_deref().unwrap_or("sha256:");
    bool::from(wanted.as_bytes().ct_eq(presented.as_bytes())) && key.is_some()
}

impl Access<'_> {
    /// Opens a session. Unknown login, wrong key and blocked account give the same error after the same work. At a sandbox
    /// whose time is over dropshipping is switched off, which only those hear who have the right key.
    pub async fn login(self, login: GateLogin) -> Result<GateSession, AccessError> {
        let now = self.0.now();
        let look = Look { wholesaler: login.wholesaler, login: login.login.clone() };
        let (wholesaler, row) = self.0.db().read(look).await?.ok_or(AccessError::WholesalerNotFound)?;
        let inner = match &row {
            Some(row) => {
                let place = password_place(login.wholesaler, row.account.id);
                let opened = self.0.platform().config().sealing_key.open_text(&row.sealed_password, &place);
                opened.map_err(|error| DbError::Other(error.into()))?
            }
            None => SecretString::from("0000000000000000000000000000000000000000"),
        };
        let presented = login.system_key.expose_secret().trim().to_ascii_lowercase();
        // Every day is compared, so that the time tells nothing.
        let proved = wholesaler.wholesaler.key_days(now).iter().fold(Choice::from(0), |proved, day| {
            proved | system_key(day, inner.expose_secret()).as_bytes().ct_eq(presented.as_bytes())
        });
        let account = match row {
            Some(row) if bool::from(proved) && !row.account.blocked => row.account,
            _ => {
                let delay = self.0.customer_login_failed(login.wholesaler, login.client);
                return Err(AccessError::LoginFailed { delay });
            }
        };
        self.0.customer_login_succeeded(login.wholesaler, login.client);
        if !wholesaler.is_open(now) {
            return Err(AccessError::SwitchedOff);
        }
        let mut bytes = [0; KEY_BYTES];
        self.0.random().fill(&mut bytes);
        let session_key = SecretString::from(hex(&bytes));
        let expires_at = now + SESSION;
        let open = OpenSession {
            wholesaler: login.wholesaler,
            account: account.id,
            key_hash: hash_secret(&session_key),
            now,
            expires_at,
        };
        self.0.db().write(open).await?;
        Ok(GateSession { session_key, expires_at, wholesaler: Arc::new(wholesaler.wholesaler) })
    }

    /// Who calls a gate: checks session, dropshipping key, and whether dropshipping is switched on, in this order
    /// (customer protocol §5).
    pub async fn caller(self, keys: GateKeys) -> Result<Caller, AccessError> {
        let key = keys.session_key.ok_or(AccessError::SessionInvalid)?;
        let session = self.session(keys.wholesaler, hash_secret(&key)).await?;
        let account = &session.account.account;
        if session.expires_at <= self.0.now() || account.blocked {
            tracing::debug!(wholesaler = keys.wholesaler.get(), account = account.id.0, "a session that is over");
            return Err(AccessError::SessionInvalid);
        }
        if !is_key(&session.wholesaler, keys.dropshipping_key.as_ref()) {
            return Err(AccessError::DropshippingKeyInvalid);
        }
        let wholesaler = &session.wholesaler.wholesaler;
        let open = session.wholesaler.is_open(self.0.now());
        if !open || !wholesaler.settings.dropshipping || !account.profile.dropshipping {
            return Err(AccessError::SwitchedOff);
        }
        let sandbox = session.wholesaler.sandbox_until.is_some();
        let (wholesaler, account) = (Arc::new(wholesaler.clone()), Arc::new(account.clone()));
        Ok(Caller { wholesaler, account, language: keys.language, sandbox })
    }

    /// A session with everything around it, at most two seconds old: a gate is asked in bursts.
    async fn session(self, wholesaler: WholesalerId, key_hash: String) -> Result<Arc<SessionRow>, AccessError> {
        let name = (wholesaler, key_hash);
        if let Some(session) = self.0.inner.sessions.get(&name) {
            return Ok(session);
        }
        let read = ReadSession { wholesaler, key_hash: name.1.clone() };
        let session = Arc::new(self.0.db().read(read).await?.ok_or(AccessError::SessionInvalid)?);
        self.0.inner.sessions.insert(name, Arc::clone(&session));
        Ok(session)
    }

    /// The wholesaler, to a caller who knows its dropshipping key: `Supplier/getData` needs no session.
    pub async fn check_dropshipping_key(
        self,
        wholesaler: WholesalerId,
        key: Option<&SecretString>,
    ) -> Result<Arc<Wholesaler>, AccessError> {
        let row = self.0.wholesalers().row(wholesaler).await?.ok_or(AccessError::WholesalerNotFound)?;
        if !is_key(&row, key) {
            return Err(AccessError::DropshippingKeyInvalid);
        }
        if !row.is_open(self.0.now()) {
            return Err(AccessError::SwitchedOff);
        }
        Ok(Arc::new(row.wholesaler))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_keys_are_those_of_the_reference() {
        for (day, password, inner, key) in [
            (
                "20261121",
                "password",
                "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
                "a5ba472861358d7cc2088aa66253627b7efd0ceb",
            ),
            (
                "20261121",
                "zażółć",
                "92ae8bcb9b2481b38693bd2f3b742bf5729ddc1f",
                "3811431f3e1c655659b11cafe7065e4317d1f4a6",
            ),
            ("20260101", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "1e3934e937de56de5d002a962ea2179955940118"),
        ] {
            assert_eq!(inner_hash(&SecretString::from(password)), inner);
            assert_eq!(system_key(day, inner), key);
        }
    }
}
