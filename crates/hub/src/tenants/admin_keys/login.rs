//! Login and password of an application: the daily key of the older JSON gates, and tokens for an hour (customer protocol
//! §8.1, §8.2). Shops have logins of their own, in `wholesale::login`; the two never open the same door.

use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossdock_db::{DbError, Tx};
use crossdock_domain::admin_api::{AdminKey, OAUTH_LOGIN};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::AdminKeyId;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use crossdock_platform::seal::remember_key;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::{Choice, ConstantTimeEq as _};

use crate::tenants::admin_keys::{AdminCaller, FindByLogin};
use crate::tenants::login::{inner_hash, system_key};
use crate::{AdminAccessError, AdminKeys, Hub, TenantError};

/// Shortest password of an application. Its daily key is a plain SHA-1 of it, which a listener could try to guess.
const SHORTEST_PASSWORD: usize = 12;
/// How long a token lasts (customer protocol §8.2).
pub const TOKEN_LIFE: Span = Span::hours(1);
/// What tokens begin with.
const TOKEN: &str = "at_";
/// What a sealed token belongs to.
const TOKEN_PLACE: &str = "admin_tokens";
/// Stands for the password of a login that is not there, so that it costs the same work.
const NOBODY: &str = "0000000000000000000000000000000000000000";

/// A login to be.
#[derive(Debug, Clone)]
pub struct NewLogin {
    /// `userLogin`.
    pub login: String,
    /// Its password; only the sealed inner SHA-1 is kept.
    pub password: SecretString,
}

impl NewLogin {
    /// What is wrong with it, in words for staff.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let length = self.login.chars().count();
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == ':';
        if !(1..=100).contains(&length) || self.login.contains(odd) {
            return Some("a login has 1 to 100 characters, without blanks and colons");
        }
        if self.login.eq_ignore_ascii_case(OAUTH_LOGIN) {
            return Some("this login has a meaning of its own; take another one");
        }
        (self.password.expose_secret().chars().count() < SHORTEST_PASSWORD)
            .then_some("an application's password needs 12 characters")
    }
}

/// What a login shows to prove itself.
#[derive(Debug, Clone)]
pub enum Proof {
    /// `authenticateKey`: `sha1(YYYYMMDD + sha1(password))`.
    DailyKey(SecretString),
    /// The password itself.
    Password(SecretString),
}

/// A token that was given out.
#[derive(Debug, Clone)]
pub struct AdminToken {
    /// To be sent in place of the key.
    pub token: SecretString,
    /// When it ends.
    pub expires_at: Timestamp,
}

fn password_place(wholesaler: WholesalerId, id: AdminKeyId) -> String {
    format!("admin_keys/{wholesaler}/{id}/password")
}

/// Gives a new key its login, in the transaction that adds it.
pub(super) async fn give(hub: &Hub, tx: &mut Tx, key: &AdminKey, new: &NewLogin) -> Result<(), TenantError> {
    let taken = |text: &str| TenantError::Exists(text.to_owned());
    // The same login with the same password would open both APIs by the same daily key.
    if tx.account_of_login(key.wholesaler, &new.login).await?.is_some() {
        return Err(taken("a shop account has this login; an application needs one of its own"));
    }
    remember_key(hub.platform(), tx).await?;
    let place = password_place(key.wholesaler, key.id);
    let sealed = hub.platform().config().sealing_key.seal(inner_hash(&new.password).as_bytes(), &place, hub.random());
    match tx.set_admin_login(key.wholesaler, key.id, &new.login, &sealed).await {
        Err(DbError::Conflict) => Err(taken("another key has this login; revoke that one first")),
        Err(error) => Err(error.into()),
        Ok(_) => Ok(()),
    }
}

/// Whether an application of the wholesaler has this login, so that no shop account may.
pub(crate) async fn is_taken(tx: &mut Tx, wholesaler: WholesalerId, login: &str) -> Result<bool, DbError> {
    Ok(tx.admin_key_by_login(wholesaler, login).await?.is_some())
}

impl Proof {
    /// Every good day is compared, so that the time tells nothing.
    fn proves(&self, inner: &str, wholesaler: &Wholesaler, now: Timestamp) -> bool {
        let proved = match self {
            Self::DailyKey(key) => {
                let presented = key.expose_secret().trim().to_ascii_lowercase();
                wholesaler.key_days(now).iter().fold(Choice::from(0), |proved, day| {
                    proved | system_key(day, inner).as_bytes().ct_eq(presented.as_bytes())
                })
            }
            Self::Password(password) => inner_hash(password).as_bytes().ct_eq(inner.as_bytes()),
        };
        bool::from(proved)
    }
}

impl AdminKeys<'_> {
    /// The application of this login. Unknown login, wrong proof, and a key that has ended give the same error after the same
    /// work.
    pub async fn caller_by_login(
        self,
        wholesaler: WholesalerId,
        login: &str,
        proof: &Proof,
        client: IpAddr,
    ) -> Result<AdminCaller, AdminAccessError> {
        let Some((tenant, row)) = self.0.db().read(FindByLogin(wholesaler, login.to_owned())).await? else {
            return self.proved(None, client);
        };
        let inner = match &row {
            Some(row) => {
                let opened = self
                    .0
                    .platform()
                    .config()
                    .sealing_key
                    .open_text(&row.sealed_password, &password_place(wholesaler, row.key.id));
                opened.map_err(|error| DbError::Other(error.into()))?
            }
            None => SecretString::from(NOBODY),
        };
        let proved = proof.proves(inner.expose_secret(), &tenant.wholesaler, self.0.now());
        self.proved(row.filter(|_| proved).map(|row| (row.key, tenant)), client)
    }

    /// The error of a login at a wholesaler that is not there: the same as that of a wrong one.
    pub fn unknown_login(self, client: IpAddr) -> AdminAccessError {
        AdminAccessError::LoginFailed { delay: self.0.admin_key_failed(client) }
    }

    /// A token that stands for the caller's key for an hour. It is sealed and stored nowhere: revoking the key ends it.
    pub fn token(self, caller: &AdminCaller) -> AdminToken {
        let expires_at = self.0.now() + TOKEN_LIFE;
        let content = format!("{}/{}/{}", caller.id(), caller.key_id(), expires_at.0);
        let sealed = self.0.platform().config().sealing_key.seal(content.as_bytes(), TOKEN_PLACE, self.0.random());
        AdminToken { token: format!("{TOKEN}{}", URL_SAFE_NO_PAD.encode(sealed)).into(), expires_at }
    }

    /// The key that a token stands for, while it does. `None` also for what is no token.
    pub(super) fn key_of_token(self, presented: &SecretString) -> Option<(WholesalerId, AdminKeyId)> {
        let sealed = URL_SAFE_NO_PAD.decode(presented.expose_secret().trim().strip_prefix(TOKEN)?).ok()?;
        let sealed = String::from_utf8(sealed).ok()?;
        let content = self.0.platform().config().sealing_key.open_text(&sealed, TOKEN_PLACE).ok()?;
        let mut parts = content.expose_secret().split('/');
        let wholesaler = parts.next()?.parse().ok().and_then(WholesalerId::new)?;
        let id = parts.next()?.parse().ok()?;
        let expires_at = Timestamp(parts.next()?.parse().ok()?);
        (self.0.now() < expires_at).then_some((wholesaler, id))
    }
}
