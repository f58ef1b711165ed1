//! Wholesalers: add, change, list, dropshipping key; and which one a call is for.

use std::sync::Arc;

use crossdock_db::wholesalers::WholesalerRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use crossdock_platform::credentials::hash_secret;
use secrecy::{ExposeSecret, SecretString};

use crate::{TenantError, UnknownEntity, WholesalerRef, Wholesalers};

/// Shortest dropshipping key that a person may choose.
const SHORTEST_KEY: usize = 12;

fn unknown() -> TenantError {
    TenantError::NotFound(UnknownEntity::Wholesaler)
}

struct Add(WholesalerRow, Timestamp);

impl Operation for Add {
    type Output = ();
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<(), TenantError> {
        match tx.insert_wholesaler(&self.0, self.1).await {
            Err(DbError::Conflict) => {
                Err(TenantError::Exists("a wholesaler with this id or domain exists already".to_owned()))
            }
            other => Ok(other?),
        }
    }
}

struct Update(Wholesaler, Timestamp);

impl Operation for Update {
    type Output = ();
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<(), TenantError> {
        let before = tx.wholesaler(self.0.id).await?.ok_or_else(unknown)?.wholesaler;
        if before.currency != self.0.currency {
            // Prices and orders hold amounts.
            return Err(TenantError::Refused(format!("the currency stays {}", before.currency)));
        }
        match tx.update_wholesaler(&self.0, self.1).await {
            Err(DbError::Conflict) => Err(TenantError::Exists("another wholesaler has this domain".to_owned())),
            other => other?.then_some(()).ok_or_else(unknown),
        }
    }
}

struct SetKey(WholesalerId, String, Timestamp);

impl Operation for SetKey {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.set_dropshipping_key(self.0, Some(&self.1), self.2).await
    }
}

struct List;

impl Operation for List {
    type Output = Vec<WholesalerRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.wholesalers(i64::MAX).await
    }
}

/// One by id; or by domain, else the only one there is, which sandboxes do not change.
enum Find {
    Id(WholesalerId),
    Domain(String),
}

impl Operation for Find {
    type Output = Option<WholesalerRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        match self {
            Self::Id(id) => Ok(tx.wholesaler(*id).await?),
            Self::Domain(domain) => {
                if let Some(row) = tx.wholesaler_of_domain(domain).await? {
                    return Ok(Some(row));
                }
                let mut all = tx.real_wholesalers(2).await?;
                Ok(if all.len() == 1 { all.pop() } else { None })
            }
        }
    }
}

/// Host name in lower case, without port and closing dot.
fn bare_host(host: &str) -> String {
    let host = host.trim();
    let name = match host.rsplit_once(':') {
        // An IPv6 address has colons of its own, and brackets around it when a port follows.
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

impl Wholesalers<'_> {
    /// Adds a wholesaler, without dropshipping key.
    pub async fn add(self, wholesaler: Wholesaler) -> Result<(), TenantError> {
        if let Some(problem) = wholesaler.problem() {
            return Err(TenantError::Refused(problem));
        }
        self.0.forget_cached();
        self.0.db().write(Add(WholesalerRow { wholesaler, key_hash: None, sandbox_until: None }, self.0.now())).await
    }

    /// Replaces name, domain and settings.
    pub async fn update(self, wholesaler: Wholesaler) -> Result<(), TenantError> {
        if let Some(problem) = wholesaler.problem() {
            return Err(TenantError::Refused(problem));
        }
        let done = self.0.db().write(Update(wholesaler, self.0.now())).await;
        self.0.forget_cached();
        done
    }

    /// Every wholesaler, by id.
    pub async fn list(self) -> Result<Vec<Wholesaler>, DbError> {
        Ok(self.0.db().read(List).await?.into_iter().map(|row| row.wholesaler).collect())
    }

    /// Replaces the dropshipping key; the old one stops working at once.
    pub async fn set_dropshipping_key(self, id: WholesalerId, key: &SecretString) -> Result<(), TenantError> {
        if key.expose_secret().trim().len() < SHORTEST_KEY {
            return Err(TenantError::Refused(format!("a dropshipping key needs {SHORTEST_KEY} characters")));
        }
        let found = self.0.db().write(SetKey(id, hash_secret(key), self.0.now())).await?;
        self.0.forget_cached();
        if found { Ok(()) } else { Err(unknown()) }
    }

    /// The wholesaler that a call is for; by host it may be two seconds old.
    pub async fn find(self, wanted: &WholesalerRef) -> Result<Option<Arc<Wholesaler>>, DbError> {
        let row = match wanted {
            WholesalerRef::Id(id) => self.row(*id).await?,
            WholesalerRef::Host(host) => {
                let host = bare_host(host);
                if let Some(row) = self.0.inner.hosts.get(&host) {
                    return Ok(Some(Arc::new(row.wholesaler.clone())));
                }
                let row = self.0.db().read(Find::Domain(host.clone())).await?;
                if let Some(row) = &row {
                    self.0.inner.hosts.insert(host, Arc::new(row.clone()));
                }
                row
            }
        };
        Ok(row.map(|row| Arc::new(row.wholesaler)))
    }

    /// One wholesaler, for staff.
    pub async fn get(self, id: WholesalerId) -> Result<Wholesaler, TenantError> {
        self.row(id).await?.map(|row| row.wholesaler).ok_or_else(unknown)
    }

    pub(crate) async fn row(self, id: WholesalerId) -> Result<Option<WholesalerRow>, DbError> {
        self.0.db().read(Find::Id(id)).await
    }
}

#[cfg(test)]
mod tests {
    use super::bare_host;

    #[test]
    fn hosts_are_compared_without_port_case_and_dot() {
        for (host, bare) in [
            ("Hurt.Example:8080", "hurt.example"),
            (" hurt.example. ", "hurt.example"),
            ("[::1]:8080", "[::1]"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(bare_host(host), bare);
        }
    }
}
