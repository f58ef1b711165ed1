//! The sample wholesaler: the goods that sandboxes have as well (`crossdock_app::hub::tenants::sample`), under well-known keys.

use anyhow::Context as _;
use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::NewAdminKey;
use crossdock_app::hub::tenants::sample;
use crossdock_app::hub::{NewAccount, TenantError};
use crossdock_domain::admin_api::{Permission, Scope};
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};
use secrecy::SecretString;

/// Number of the sample wholesaler.
pub const WHOLESALER: i64 = 1;
/// Its name.
pub const NAME: &str = "Example Wholesale";
/// Login of the sample shop account.
pub const LOGIN: &str = "shop1";
/// Its password, the one of the protocol's test vectors.
pub const PASSWORD: &str = "password";
/// Its dropshipping key.
pub const KEY: &str = "demo-dropshipping-key";

/// Its key of the Admin API, which may do everything.
pub const ADMIN_KEY: &str = "demo-admin-key";

fn wholesaler() -> anyhow::Result<Wholesaler> {
    Ok(Wholesaler {
        id: WholesalerId::new(WHOLESALER).context("the sample wholesaler's number is in range")?,
        name: NAME.to_owned(),
        currency: sample::CURRENCY.parse()?,
        domain: None,
        settings: sample::settings(),
    })
}

/// Adds the sample wholesaler, unless an earlier demo did: then it stays as that left it, and the answer is `None`.
pub async fn add(app: &App) -> anyhow::Result<Option<WholesalerId>> {
    let wholesaler = wholesaler()?;
    let id = wholesaler.id;
    match app.hub().wholesalers().add(wholesaler).await {
        Ok(()) => {}
        Err(TenantError::Exists(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    app.hub().wholesalers().set_dropshipping_key(id, &SecretString::from(KEY)).await?;
    app.hub().catalogue().put_samples(id).await?;
    let permissions = Scope::ALL.into_iter().map(|scope| (scope, Permission::Write)).collect();
    let key = Some(SecretString::from(ADMIN_KEY));
    app.hub()
        .admin_keys()
        .add(NewAdminKey { wholesaler: id, name: "Demo".to_owned(), permissions, expires_at: None, key })
        .await?;
    let account = NewAccount {
        wholesaler: id,
        login: LOGIN.to_owned(),
        password: SecretString::from(PASSWORD),
        price_group: "standard".to_owned(),
        profile: sample::profile("shop1@shop.example"),
    };
    app.hub().accounts().add(account).await?;
    Ok(Some(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_wholesaler_is_sound() {
        assert_eq!(wholesaler().expect("good").problem(), None);
    }
}
