//! Sandboxes: wholesalers with sample goods that developers try things out at, for a while. A sandbox is a wholesaler like any
//! other, answered by the same code; what differs is that it has limits and an end, and that its mails go nowhere else.
//!
//! It is built in several transactions and opened by the last one: what a crash leaves half built was never open, and
//! housekeeping deletes it.

mod access;
mod removal;

use std::net::IpAddr;

use crossdock_db::sandboxes::{SandboxRow, SandboxState};
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::admin_api::{Permission, Scope};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::email::read_email;
use crossdock_domain::text::{collapse, strip_control};
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use secrecy::ExposeSecret as _;

use crate::tenants::admin_keys::NewAdminKey;
use crate::tenants::login::{inner_hash, system_key};
use crate::tenants::sample;
use crate::{NewAccount, SandboxError, SandboxLimit, Sandboxes};

pub use access::SandboxAccess;
pub use crossdock_db::sandboxes::{SandboxRow as Sandbox, SandboxState as State};

/// What sandboxes may cost an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxRules {
    /// Sandboxes at the same time.
    pub living: i64,
    /// New ones for one address of the network in 24 hours. Staff have none.
    pub per_address: i64,
    /// New ones for one e-mail address in 24 hours.
    pub per_email: i64,
    /// Days until one expires.
    pub days: i64,
    /// Orders in 24 hours.
    pub orders_per_day: i64,
    /// Products in its catalogue; the samples are [`sample::PRODUCTS`].
    pub products: i64,
}

impl Default for SandboxRules {
    fn default() -> Self {
        Self { living: 100, per_address: 3, per_email: 3, days: 14, orders_per_day: 200, products: 500 }
    }
}

/// Asks for a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSandbox {
    /// Who asks; becomes part of the wholesaler's name.
    pub name: String,
    /// How to reach them.
    pub email: String,
    /// Where they ask from; `None` for staff, whom no limit per address binds.
    pub client: Option<IpAddr>,
    /// Days until it expires; `None` for the usual number.
    pub days: Option<i64>,
    /// Whether mails about its orders are sent to `email`. Only for staff, who know whose it is: nobody has proved it.
    pub mails: bool,
}

/// Longest name and e-mail address, in characters.
const MAX_TEXT: usize = 100;
/// Longest life that can be asked for at once, in days.
const MAX_DAYS: i64 = 3_650;
/// How long building may take; what takes longer has crashed.
const BUILDING: Span = Span::minutes(10);
/// What the limits per requester count.
pub(crate) const A_DAY: Span = Span::hours(24);
/// Numbers of sandboxes begin here; people give smaller ones to real wholesalers.
const FIRST_NUMBER: i64 = 900_000_000;
/// How often a number is drawn until a free one is found.
const DRAWS: usize = 8;
/// Written by everybody who registers, so that two who come at once are counted one after the other.
const LOCK: &str = "sandbox_registered";
/// Login of a sandbox's shop account.
const LOGIN: &str = "shop1";

fn unknown() -> SandboxError {
    SandboxError::NotFound
}

fn invalid(field: &'static str, must: &'static str) -> SandboxError {
    SandboxError::Invalid { field, must }
}

/// Reserves number and place under the limits.
struct Begin {
    row: SandboxRow,
    rules: SandboxRules,
}

impl Operation for Begin {
    type Output = ();
    type Error = SandboxError;
    async fn run(&self, tx: &mut Tx) -> Result<(), SandboxError> {
        let (row, now) = (&self.row, self.row.created_at);
        tx.set_meta(LOCK, &now.0.to_string()).await?;
        let counts = tx.count_sandboxes(now, now - A_DAY, &row.email, row.client.as_deref()).await?;
        let limit = if counts.living >= self.rules.living {
            Some(SandboxLimit::Living { max: self.rules.living })
        } else if row.client.is_some() && counts.of_client >= self.rules.per_address {
            Some(SandboxLimit::Address { max: self.rules.per_address })
        } else if counts.of_email >= self.rules.per_email {
            Some(SandboxLimit::Email { max: self.rules.per_email })
        } else {
            None
        };
        if let Some(limit) = limit {
            return Err(limit.into());
        }
        let wholesaler = Wholesaler {
            id: row.wholesaler,
            name: format!("Sandbox of {}", row.name),
            currency: sample::CURRENCY.parse().map_err(|_| SandboxError::Refused("unknown currency".to_owned()))?,
            domain: None,
            settings: sample::settings(),
        };
        tx.insert_wholesaler(&WholesalerRow { wholesaler, key_hash: None, sandbox_until: None }, now).await?;
        Ok(tx.insert_sandbox(row).await?)
    }
}

struct Open(WholesalerId, Timestamp, Timestamp);

impl Operation for Open {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.open_sandbox(self.0, self.1, self.2).await
    }
}

struct List;

impl Operation for List {
    type Output = Vec<SandboxRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.sandboxes().await
    }
}

struct Extend {
    wholesaler: WholesalerId,
    by: Span,
    now: Timestamp,
}

impl Operation for Extend {
    type Output = Timestamp;
    type Error = SandboxError;
    async fn run(&self, tx: &mut Tx) -> Result<Timestamp, SandboxError> {
        let row = tx.sandbox(self.wholesaler).await?.filter(|row| row.state == SandboxState::Open);
        let row = row.ok_or_else(unknown)?;
        let expires_at = row.expires_at.max(self.now) + self.by;
        // Somebody else moved it, or its removal has begun.
        let moved = tx.extend_sandbox(self.wholesaler, row.expires_at, expires_at).await?;
        moved.then_some(expires_at).ok_or_else(|| {
            SandboxError::Refused("the sandbox was changed by somebody else; look at it and try again".to_owned())
        })
    }
}

fn days(days: i64) -> Result<Span, SandboxError> {
    if (1..=MAX_DAYS).contains(&days) { Ok(Span::days(days)) } else { Err(invalid("days", "must be 1 to 3650")) }
}

impl NewSandbox {
    /// The same with texts as they are stored, if they can be.
    fn checked(self) -> Result<Self, SandboxError> {
        let name = collapse(&strip_control(&self.name));
        if name.is_empty() || name.chars().count() > MAX_TEXT {
            return Err(invalid("name", "must have 1 to 100 characters"));
        }
        let wrong = || invalid("email", "must be an e-mail address of at most 100 characters");
        let email = read_email(&self.email.to_lowercase()).map_err(|_| wrong())?;
        if email.chars().count() > MAX_TEXT {
            return Err(wrong());
        }
        Ok(Self { name, email, ..self })
    }
}

impl Sandboxes<'_> {
    /// Makes a sandbox with sample goods, a shop account and keys of every kind, which are told only now.
    ///
    /// [`SandboxError::Invalid`] for a bad name, address or number of days; [`SandboxError`] when there are
    /// too many.
    pub async fn register(self, wanted: NewSandbox) -> Result<SandboxAccess, SandboxError> {
        let rules = self.0.sandbox_rules().clone();
        let wanted = wanted.checked()?;
        let life = days(wanted.days.unwrap_or(rules.days))?;
        let wholesaler = self.begin(&wanted, &rules).await?;
        let built = self.build(wholesaler, &wanted, life).await;
        if built.is_err() {
            // Housekeeping would find it as well, a little later.
            let expired = self.end(wholesaler).await;
            tracing::warn!(%wholesaler, ?expired, "a sandbox was not finished");
        }
        built
    }

    /// A wholesaler with a number that is free.
    async fn begin(self, wanted: &NewSandbox, rules: &SandboxRules) -> Result<WholesalerId, SandboxError> {
        let now = self.0.now();
        let mut last = SandboxError::Db(DbError::Conflict);
        for _ in 0..DRAWS {
            let mut bytes = [0; 8];
            self.0.random().fill(&mut bytes);
            let span = (WholesalerId::MAX - FIRST_NUMBER + 1).unsigned_abs();
            let number = FIRST_NUMBER + i64::try_from(u64::from_le_bytes(bytes) % span).unwrap_or(0);
            let wholesaler = WholesalerId::new(number).ok_or_else(unknown)?;
            let row = SandboxRow {
                wholesaler,
                state: SandboxState::Building,
                name: wanted.name.clone(),
                email: wanted.email.clone(),
                client: wanted.client.map(|client| client.to_string()),
                mails: wanted.mails,
                created_at: now,
                expires_at: now + BUILDING,
            };
            match self.0.db().write(Begin { row, rules: rules.clone() }).await {
                Err(error @ SandboxError::Db(DbError::Conflict)) => last = error,
                other => return other.map(|()| wholesaler),
            }
        }
        Err(last)
    }

    async fn build(
        self,
        wholesaler: WholesalerId,
        wanted: &NewSandbox,
        life: Span,
    ) -> Result<SandboxAccess, SandboxError> {
        self.0.catalogue().put_samples(wholesaler).await?;
        let (password, dropshipping_key) = (self.0.platform().new_secret(), self.0.platform().new_secret());
        self.0.wholesalers().set_dropshipping_key(wholesaler, &dropshipping_key).await?;
        let profile = sample::profile(if wanted.mails { &wanted.email } else { "" });
        let zone = sample::settings().time_zone;
        let system_key = system_key(&zone.compact_day(self.0.now()), &inner_hash(&password));
        let account = NewAccount {
            wholesaler,
            login: LOGIN.to_owned(),
            password: password.clone(),
            price_group: "standard".to_owned(),
            profile,
        };
        let account = self.0.accounts().add(account).await?;
        let permissions = Scope::ALL.into_iter().map(|scope| (scope, Permission::Write)).collect();
        let key = NewAdminKey { wholesaler, name: "Sandbox".to_owned(), permissions, expires_at: None, key: None };
        let (_, admin_key) = self.0.admin_keys().add(key).await?;
        let feed_token = self.0.feeds().add_token(wholesaler, account.id, "Sandbox").await?;
        let now = self.0.now();
        let expires_at = now + life;
        if !self.0.db().write(Open(wholesaler, expires_at, now)).await? {
            return Err(SandboxError::Refused("building the sandbox took too long".to_owned()));
        }
        self.0.forget_cached();
        let text = |secret: secrecy::SecretString| secret.expose_secret().to_owned();
        Ok(SandboxAccess {
            wholesaler,
            login: LOGIN.to_owned(),
            password: text(password),
            dropshipping_key: text(dropshipping_key),
            admin_key: text(admin_key),
            feed_token: text(feed_token),
            system_key,
            expires_at,
        })
    }

    /// Every sandbox, by number.
    pub async fn list(self) -> Result<Vec<SandboxRow>, DbError> {
        self.0.db().read(List).await
    }

    /// Lets an open sandbox, expired or not, live so many days longer, counted from its end or, when that has passed, from now;
    /// its new end.
    pub async fn extend(self, wholesaler: WholesalerId, by: i64) -> Result<Timestamp, SandboxError> {
        let end = self.0.db().write(Extend { wholesaler, by: days(by)?, now: self.0.now() }).await;
        self.0.forget_cached();
        end
    }
}
