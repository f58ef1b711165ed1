//! Sandboxes at the command line. Answers are plain JSON; its keys are part of the command line's interface.

use crossdock_app::App;
use crossdock_app::hub::tenants::sandbox::{NewSandbox, Sandbox, State};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::WholesalerId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::exit::Failure;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxRequest {
    /// Makes one and answers its keys.
    Register { name: String, email: String, days: Option<i64>, mails: bool },
    /// All of them.
    List,
    /// Lets one live longer.
    Extend { id: WholesalerId, days: i64 },
    /// Ends one and deletes it.
    Remove { id: WholesalerId },
}

fn state(row: &Sandbox, now: Timestamp) -> &'static str {
    match row.state {
        State::Open if row.expires_at <= now => "expired",
        state => state.code(),
    }
}

fn view(row: &Sandbox, now: Timestamp) -> Value {
    json!({
        "id": row.wholesaler, "name": row.name, "email": row.email, "client": row.client, "mails": row.mails,
        "state": state(row, now), "created_at": row.created_at.to_rfc3339(), "expires_at": row.expires_at.to_rfc3339(),
    })
}

/// Does it.
pub async fn execute(app: &App, request: SandboxRequest) -> Result<Value, Failure> {
    match request {
        SandboxRequest::Register { name, email, days, mails } => {
            let access = app.hub().sandboxes().register(NewSandbox { name, email, client: None, days, mails }).await?;
            let url = app.config().public_url.as_str();
            Ok(json!({
                "id": access.wholesaler,
                "customer_api": access.gates(url),
                "login": access.login,
                "password": access.password,
                "dropshipping_key": access.dropshipping_key,
                "system_key": access.system_key,
                "admin_api": format!("{url}/api/admin/v8/"),
                "admin_key": access.admin_key,
                "feed": format!("{url}/feeds/full.xml"),
                "feed_token": access.feed_token,
                "expires_at": access.expires_at.to_rfc3339(),
                "sample": access.script(url),
            }))
        }
        SandboxRequest::List => {
            let now = app.now();
            Ok(app.hub().sandboxes().list().await?.iter().map(|row| view(row, now)).collect())
        }
        SandboxRequest::Extend { id, days } => {
            let expires_at = app.hub().sandboxes().extend(id, days).await?;
            Ok(json!({ "id": id, "expires_at": expires_at.to_rfc3339() }))
        }
        SandboxRequest::Remove { id } => Ok(json!({ "id": id, "rows": app.hub().sandboxes().remove(id).await? })),
    }
}
