//! Keys of the Admin API at the command line. Answers are plain JSON.

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::login::NewLogin;
use crossdock_app::hub::tenants::admin_keys::{AuditRow, NewAdminKey};
use crossdock_domain::admin_api::{AdminKey, Rights};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::AdminKeyId;
use crossdock_domain::wholesale::WholesalerId;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Secret;
use crate::exit::Failure;

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRequest {
    /// Adds a key; without one, a new one is made and answered.
    Add {
        name: String,
        rights: Rights,
        days: Option<i64>,
        key: Option<Secret>,
        /// Login and password for the older gates.
        login: Option<(String, Secret)>,
    },
    /// All of them.
    List,
    /// Takes one out of use.
    Revoke(AdminKeyId),
    /// What was done with them.
    Log(u32),
}

fn key_view(key: &AdminKey) -> Value {
    let rights: Vec<String> =
        key.rights.iter().map(|(area, level)| format!("{}={}", area.code(), level.code())).collect();
    json!({
        "id": key.id, "name": key.name, "login": key.login, "rights": rights,
        "expires_at": key.expires_at.map(Timestamp::to_rfc3339),
        "revoked_at": key.revoked_at.map(Timestamp::to_rfc3339),
        "created_at": key.created_at.to_rfc3339(),
    })
}

fn log_view(row: &AuditRow) -> Value {
    json!({
        "at": row.at.to_rfc3339(), "key": row.key, "client": row.client, "operation": row.operation,
        "status": row.status, "about": row.about,
    })
}

/// Does it.
pub async fn execute(app: &App, wholesaler: WholesalerId, request: KeyRequest) -> Result<Value, Failure> {
    match request {
        KeyRequest::Add { name, rights, days, key, login } => {
            let given = key.is_some();
            let new = NewAdminKey {
                wholesaler,
                name,
                rights,
                expires_at: days.map(|days| app.now() + Span::days(days.clamp(0, 36_500))),
                key: key.map(|Secret(text)| SecretString::from(text)),
            };
            let login =
                login.map(|(login, Secret(password))| NewLogin { login, password: SecretString::from(password) });
            let (row, key) = app.hub().admin_keys().add_with_login(new, login).await?;
            let mut view = key_view(&row);
            view["key"] = if given { Value::Null } else { key.expose_secret().into() };
            Ok(view)
        }
        KeyRequest::List => Ok(app.hub().admin_keys().list(wholesaler).await?.iter().map(key_view).collect()),
        KeyRequest::Revoke(id) => {
            app.hub().admin_keys().revoke(wholesaler, id).await?;
            Ok(json!({ "id": id }))
        }
        KeyRequest::Log(limit) => {
            Ok(app.hub().admin_keys().audit(wholesaler, i64::from(limit)).await?.iter().map(log_view).collect())
        }
    }
}
