//! Keys of the Admin API: one per application, with rights per area and an end (customer protocol §8.2).

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::clock::Timestamp;
use crate::ids::AdminKeyId;
use crate::named::named_enum;
use crate::wholesale::WholesalerId;

named_enum! {
    /// What a call is about; the first word of its path.
    #[expect(missing_docs, reason = "the names say it")]
    pub enum Scope: "area" {
        Orders = "orders",
        Packages = "packages",
        Products = "products",
        Couriers = "couriers",
        Clients = "clients",
        Payments = "payments",
        System = "system",
    }
}

named_enum! {
    /// How much a key may do in an area. The names are those of the 403 text (customer protocol §8.3).
    pub enum Permission: "level" {
        /// Look.
        Read = "r",
        /// Look and change.
        Write = "rw",
    }
}

/// Rights of a key.
pub type Permissions = BTreeMap<Scope, Permission>;

/// A text that names no right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no right; write orders=rw or products=r")]
pub struct InvalidPermission(String);

/// One right as people write it: `orders=rw`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopedPermission(pub Scope, pub Permission);

impl FromStr for ScopedPermission {
    type Err = InvalidPermission;

    fn from_str(text: &str) -> Result<Self, InvalidPermission> {
        let error = || InvalidPermission(text.to_owned());
        let (scope, level) = text.split_once('=').ok_or_else(error)?;
        let scope = Scope::from_code(scope.trim()).ok_or_else(error)?;
        let level = Permission::from_code(level.trim()).ok_or_else(error)?;
        Ok(Self(scope, level))
    }
}

/// A key of the Admin API; the key itself is stored hashed, and not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminKey {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Its id.
    pub id: AdminKeyId,
    /// Which application.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was taken out of use.
    pub revoked_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its login at the older JSON gates, when it has one.
    pub login: Option<String>,
}

/// The login that means "the key itself is in `authenticateKey`" (customer protocol §8.1), so nobody can have it.
pub const OAUTH_LOGIN: &str = "oauth_authorization";

impl AdminKey {
    /// Whether it opens anything at this moment.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether it may do this.
    pub fn may(&self, scope: Scope, level: Permission) -> bool {
        self.permissions.get(&scope).is_some_and(|has| *has >= level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_as_people_write_them() {
        assert_eq!("orders=rw".parse(), Ok(ScopedPermission(Scope::Orders, Permission::Write)));
        assert_eq!(" products = r ".parse(), Ok(ScopedPermission(Scope::Products, Permission::Read)));
        for bad in ["", "orders", "orders=w", "order=r", "=r"] {
            assert!(bad.parse::<ScopedPermission>().is_err(), "{bad}");
        }
    }

    #[test]
    fn writing_includes_reading_and_not_the_other_way_round() {
        let mut key = AdminKey {
            wholesaler: WholesalerId::new(1).expect("id"),
            id: "0198c0de-0000-7000-8000-000000000001".parse().expect("id"),
            name: String::new(),
            permissions: [(Scope::Orders, Permission::Write), (Scope::Products, Permission::Read)].into(),
            expires_at: Some(Timestamp(10)),
            revoked_at: None,
            created_at: Timestamp(0),
            login: None,
        };
        assert!(key.may(Scope::Orders, Permission::Read) && key.may(Scope::Orders, Permission::Write));
        assert!(key.may(Scope::Products, Permission::Read) && !key.may(Scope::Products, Permission::Write));
        assert!(!key.may(Scope::Clients, Permission::Read));
        assert!(key.is_good(Timestamp(9)) && !key.is_good(Timestamp(10)));
        key.revoked_at = Some(Timestamp(5));
        assert!(!key.is_good(Timestamp(9)));
    }
}
