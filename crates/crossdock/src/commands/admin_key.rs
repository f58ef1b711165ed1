//! `crossdock admin-key …`.

use clap::Args;
use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::login::NewLogin;
use crossdock_app::hub::tenants::admin_keys::{AuditRow, NewAdminKey};
use crossdock_domain::admin_api::{AdminKey, Permission, Permissions, Scope, ScopedPermission};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::AdminKeyId;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::options::WholesalerOption;
use super::shown::{Shown, done};
use crate::context::Context;
use crate::control::Command;
use crate::exit::Failure;
use crate::secret::Secret;

/// Manage keys of the Admin API, one per API client
#[derive(Debug, clap::Subcommand)]
pub enum Commands {
    /// Add a key; prints it when a new one was made
    #[command(after_help = "\
Examples:
  crossdock admin-key add --name 'Label printer' --right orders=rw --right packages=rw --days 365
  crossdock admin-key add --wholesaler 1 --name ERP --all
  CROSSDOCK_ADMIN_PASSWORD='...' crossdock admin-key add --name 'Old ERP' --all --login erp

Scopes: orders, packages, products, couriers, clients, payments, system. Permissions: r (read), rw
(read and change).")]
    Add(Box<Shown<Add>>),
    /// List the keys of a wholesaler
    #[command(after_help = "Example:\n  crossdock admin-key list --wholesaler 1")]
    List(Shown<List>),
    /// Revoke a key for good
    #[command(after_help = "Example:\n  crossdock admin-key revoke 0198c0de-0000-7000-8000-000000000001")]
    Revoke(Revoke),
    /// List what API clients changed and which of their calls were refused
    #[command(after_help = "Example:\n  crossdock admin-key log --wholesaler 1 --limit 20")]
    Log(Shown<Log>),
}

/// Runs the command.
pub async fn run(context: &Context, command: Commands) -> anyhow::Result<()> {
    match command {
        Commands::Add(mut add) => {
            add.command.permissions = add.command.options.rights();
            add.secret(context, "key", "key added").await
        }
        Commands::List(list) => {
            let columns = [
                ("key", "id"),
                ("API client", "name"),
                ("login", "login"),
                ("rights", "rights"),
                ("expires", "expires_at"),
                ("revoked", "revoked_at"),
            ];
            list.list(context, &columns, "no keys yet; add one with `crossdock admin-key add`").await
        }
        Commands::Revoke(revoke) => done(context, &format!("key {} revoked", revoke.id), revoke).await,
        Commands::Log(log) => {
            let columns = [
                ("at", "at"),
                ("key", "key"),
                ("from", "client"),
                ("operation", "operation"),
                ("status", "status"),
                ("about", "about"),
            ];
            log.list(context, &columns, "nothing was changed by API clients").await
        }
    }
}

/// What a key may do.
#[derive(Debug, Default, Args)]
struct RightOptions {
    /// What the key may do: orders=rw; may be repeated
    #[arg(long, value_name = "SCOPE=PERMISSION", required_unless_present = "all")]
    right: Vec<ScopedPermission>,
    /// Allow everything
    #[arg(long, conflicts_with = "right")]
    all: bool,
}

impl RightOptions {
    fn rights(&self) -> Permissions {
        if self.all {
            Scope::ALL.into_iter().map(|scope| (scope, Permission::Write)).collect()
        } else {
            self.right.iter().map(|ScopedPermission(scope, level)| (*scope, *level)).collect()
        }
    }
}

/// `admin-key add`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Add {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Name of the API client
    #[arg(long)]
    name: String,
    #[command(flatten)]
    #[serde(skip)]
    options: RightOptions,
    #[arg(skip)]
    permissions: Permissions,
    /// Days after which the key expires [default: never]
    #[arg(long, value_parser = clap::value_parser!(i64).range(1..=36_500))]
    days: Option<i64>,
    /// The key [default: a new one is made and printed]
    #[arg(long, env = "CROSSDOCK_ADMIN_KEY", hide_env_values = true)]
    key: Option<Secret>,
    /// Login at the older JSON gates, /api/?gate=..., with a password
    #[arg(long, requires = "password")]
    login: Option<String>,
    /// Password of that login, at least 12 characters
    #[arg(long, env = "CROSSDOCK_ADMIN_PASSWORD", hide_env_values = true)]
    password: Option<Secret>,
}

impl Command for Add {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let given = self.key.is_some();
        let new = NewAdminKey {
            wholesaler: self.wholesaler.find(app).await?,
            name: self.name,
            permissions: self.permissions,
            expires_at: self.days.map(|days| app.now() + Span::days(days.clamp(0, 36_500))),
            key: self.key.map(Into::into),
        };
        let login = self.login.zip(self.password);
        let login = login.map(|(login, password)| NewLogin { login, password: password.into() });
        let (row, key) = app.hub().admin_keys().add_with_login(new, login).await?;
        let mut view = view(&row);
        view["key"] = if given { Value::Null } else { key.expose_secret().into() };
        Ok(view)
    }
}

fn view(key: &AdminKey) -> Value {
    let permissions: Vec<String> =
        key.permissions.iter().map(|(scope, level)| format!("{}={}", scope.code(), level.code())).collect();
    json!({
        "id": key.id,
        "name": key.name,
        "login": key.login,
        "rights": permissions,
        "expires_at": key.expires_at.map(Timestamp::to_rfc3339),
        "revoked_at": key.revoked_at.map(Timestamp::to_rfc3339),
        "created_at": key.created_at.to_rfc3339(),
    })
}

/// `admin-key list`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct List {
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl Command for List {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        Ok(app.hub().admin_keys().list(self.wholesaler.find(app).await?).await?.iter().map(view).collect())
    }
}

/// `admin-key revoke`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Revoke {
    /// Id of the key, as `admin-key list` prints it
    id: AdminKeyId,
    #[command(flatten)]
    wholesaler: WholesalerOption,
}

impl Command for Revoke {
    type Answer = ();

    async fn run(self, app: &App) -> Result<(), Failure> {
        app.hub().admin_keys().revoke(self.wholesaler.find(app).await?, self.id).await?;
        Ok(())
    }
}

/// `admin-key log`
#[derive(Debug, Args, Serialize, Deserialize)]
pub struct Log {
    #[command(flatten)]
    wholesaler: WholesalerOption,
    /// Most entries to list
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

impl Command for Log {
    type Answer = Value;

    async fn run(self, app: &App) -> Result<Value, Failure> {
        let view = |row: &AuditRow| {
            json!({
                "at": row.at.to_rfc3339(),
                "key": row.key,
                "client": row.client,
                "operation": row.operation,
                "status": row.status,
                "about": row.about,
            })
        };
        let wholesaler = self.wholesaler.find(app).await?;
        Ok(app.hub().admin_keys().audit(wholesaler, i64::from(self.limit)).await?.iter().map(view).collect())
    }
}
