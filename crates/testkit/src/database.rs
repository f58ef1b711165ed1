//! Databases that live as long as one test.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use crossdock_db::{Engine, Options};
use tempfile::TempDir;
use tokio_postgres::{Client, Config, NoTls};

/// What the environment says under this name; empty counts as nothing.
#[expect(clippy::disallowed_methods, reason = "tests are configured by the environment")]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A database of its own.
#[derive(Debug)]
pub(crate) enum Database {
    Sqlite(TempDir),
    /// The URL of the server, and the database on it.
    Postgres {
        server: String,
        name: String,
    },
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
        let server = environment("CROSSDOCK_TEST_POSTGRES_URL")
            .expect("CROSSDOCK_TEST_POSTGRES_URL names a server, or CROSSDOCK_TEST_SKIP_POSTGRES is 1");
        let name = format!("crossdock_kit_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        // What a killed run left behind under the same process number.
        on_server(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        on_server(&server, &format!("CREATE DATABASE {name}")).await;
        Some(Self::Postgres { server, name })
    }

    /// How to open it.
    pub(crate) fn options(&self) -> Options {
        match self {
            // Tests survive no power failure, and commit a lot.
            Self::Sqlite(directory) => Options {
                durable: false,
                ..Options::new(format!("sqlite:{}", directory.path().join("test.db").display()))
            },
            // The later name of a database counts.
            Self::Postgres { server, name } => {
                let joint = if server.contains('?') { '&' } else { '?' };
                Options::new(format!("{server}{joint}dbname={name}"))
            }
        }
    }

    /// How often the server broke a circle of waiting transactions.
    pub(crate) async fn deadlocks(&self) -> i64 {
        let Self::Postgres { server, name } = self else { return 0 };
        let client = connect(server, None).await;
        let count = "SELECT deadlocks FROM pg_stat_database WHERE datname = $1";
        client.query_one(count, &[name]).await.expect("the server keeps statistics").get(0)
    }

    /// How many rows of each table have this text in one of their columns; tables without any are left out.
    pub(crate) async fn rows_naming(&self, text: &str) -> BTreeMap<String, i64> {
        let mut found = BTreeMap::new();
        match self {
            Self::Sqlite(directory) => {
                let file = rusqlite::Connection::open(directory.path().join("test.db")).expect("the file opens");
                let strings = |sql: &str| -> Vec<String> {
                    let mut list = file.prepare(sql).expect(sql);
                    list.query_map([], |row| row.get(0)).expect(sql).map(|name| name.expect("a name")).collect()
                };
                for table in strings("SELECT name FROM sqlite_schema WHERE type = 'table'") {
                    let columns = strings(&format!("SELECT name FROM pragma_table_info('{table}')"));
                    let tests = columns.iter().map(|name| format!("instr(CAST({name} AS TEXT), $1) > 0"));
                    let condition = tests.collect::<Vec<_>>().join(" OR ");
                    let sql = format!("SELECT COUNT(*) FROM {table} WHERE {condition}");
                    found.insert(table, file.query_row(&sql, [text], |row| row.get(0)).expect(&sql));
                }
            }
            Self::Postgres { server, name } => {
                let client = connect(server, Some(name)).await;
                let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
                for table in client.query(tables, &[]).await.expect("tables") {
                    let table: String = table.get(0);
                    let sql = format!("SELECT COUNT(*) FROM {table} t WHERE strpos(t::text, $1) > 0");
                    let count = client.query_one(&sql, &[&text]).await.expect("a count").get(0);
                    found.insert(table, count);
                }
            }
        }
        assert!(found.len() > 40, "every table is looked at: {found:?}");
        found.retain(|_, rows| *rows > 0);
        found
    }

    /// Removes it. SQLite's directory goes with the value.
    pub(crate) async fn remove(&self) {
        if let Self::Postgres { server, name } = self {
            on_server(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn on_server(server: &str, sql: &str) {
    connect(server, None).await.batch_execute(sql).await.expect("a database comes and goes");
}

/// A connection to the server of this URL, to another database of it when one is named. It closes when it is dropped.
async fn connect(server: &str, database: Option<&str>) -> Client {
    let mut config: Config = server.parse().expect("CROSSDOCK_TEST_POSTGRES_URL is a PostgreSQL URL");
    if let Some(database) = database {
        config.dbname(database);
    }
    let (client, connection) = config.connect(NoTls).await.expect("a connection to the test server");
    tokio::spawn(connection);
    client
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
