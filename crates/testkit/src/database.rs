//! Databases that live as long as one test.

use std::future::Future;
use std::str::FromStr as _;
use std::sync::atomic::{AtomicU32, Ordering};

use crossdock_db::{Engine, Options};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use tempfile::TempDir;

/// What the environment says under this name; empty counts as nothing.
#[expect(clippy::disallowed_methods, reason = "tests are configured by the environment")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A database of its own.
#[derive(Debug)]
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres { server: Box<PgConnectOptions>, name: String },
}

impl Database {
    /// Makes an empty one; `None` when PostgreSQL is left out on purpose.
    pub(crate) async fn create(engine: Engine) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if engine == Engine::Sqlite {
            return Some(Self::Sqlite(tempfile::tempdir().expect("a temporary directory")));
        }
        if environment("CROSSDOCK_TEST_SKIP_POSTGRES").as_deref() == Some("1") {
            return None;
        }
        let url = environment("CROSSDOCK_TEST_POSTGRES_URL")
            .expect("CROSSDOCK_TEST_POSTGRES_URL names a server, or CROSSDOCK_TEST_SKIP_POSTGRES is 1");
        let server = PgConnectOptions::from_str(&url).expect("CROSSDOCK_TEST_POSTGRES_URL is a PostgreSQL URL");
        let name = format!("crossdock_kit_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // What a killed run left behind under the same process number.
        on_server(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        on_server(&server, format!("CREATE DATABASE {name}")).await;
        Some(Self::Postgres { server: Box::new(server), name })
    }

    /// How to open it.
    pub(crate) fn options(&self) -> Options {
        match self {
            // Tests survive no power failure, and commit a lot.
            Self::Sqlite(directory) => Options {
                durable: false,
                ..Options::new(format!("sqlite:{}", directory.path().join("test.db").display()))
            },
            Self::Postgres { server, name } => {
                Options::new(server.as_ref().clone().database(name).to_url_lossy().to_string())
            }
        }
    }

    /// How often the server broke a circle of waiting transactions.
    pub(crate) async fn deadlocks(&self) -> i64 {
        let Self::Postgres { server, name } = self else { return 0 };
        let mut connection: PgConnection = server.connect().await.expect("a connection to the test server");
        let count = sqlx::query_scalar("SELECT deadlocks FROM pg_stat_database WHERE datname = $1").bind(name);
        let count = count.fetch_one(&mut connection).await.expect("the server keeps statistics");
        connection.close().await.expect("the connection closes");
        count
    }

    /// Removes it. SQLite's directory goes with the value.
    pub(crate) async fn remove(&self) {
        if let Self::Postgres { server, name } = self {
            on_server(server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn on_server(server: &PgConnectOptions, sql: String) {
    let mut connection: PgConnection = server.connect().await.expect("a connection to the test server");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("a database comes and goes");
    connection.close().await.expect("the connection closes");
}

/// Runs a future to its end on a runtime and thread of its own, for code that cannot wait: `Drop`.
pub(crate) fn elsewhere<T: Send>(future: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| {
        let run = || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(future)
        };
        scope.spawn(run).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
