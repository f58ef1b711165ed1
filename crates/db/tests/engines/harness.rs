//! Throw-away databases, and short forms of operations.

use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};

use crossdock_db::{Db, Options};
use futures_util::FutureExt as _;
use tokio_postgres::{Client, Config, NoTls};

/// A database of its own, made for one test and removed after it.
pub trait Scratch: Sized {
    /// Makes it; `None` when this engine is left out on purpose.
    fn create() -> impl Future<Output = Option<Self>>;
    /// How to open it.
    fn options(&self) -> Options;
    /// Runs statements behind the back of the code under test.
    fn tamper(&self, sql: &str) -> impl Future<Output = ()>;
    /// Rows of a name and a number, read in the same way; by name.
    fn numbers(&self, sql: &str) -> impl Future<Output = BTreeMap<String, i64>>;
    /// Removes it.
    fn remove(self) -> impl Future<Output = ()>;
}

pub struct SqliteScratch(pub tempfile::TempDir);

impl SqliteScratch {
    pub fn file(&self) -> std::path::PathBuf {
        self.0.path().join("test.db")
    }

    pub fn connect(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).expect("the file opens")
    }
}

impl Scratch for SqliteScratch {
    async fn create() -> Option<Self> {
        Some(Self(tempfile::tempdir().expect("a directory")))
    }

    fn options(&self) -> Options {
        // What is acknowledged must survive a crash of the machine; tests have no such crash and many commits.
        Options { durable: false, ..Options::new(format!("sqlite:{}", self.file().display())) }
    }

    async fn tamper(&self, sql: &str) {
        self.connect().execute_batch(sql).expect(sql);
    }

    async fn numbers(&self, sql: &str) -> BTreeMap<String, i64> {
        let connection = self.connect();
        let mut statement = connection.prepare(sql).expect(sql);
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect(sql);
        rows.collect::<Result<_, _>>().expect(sql)
    }

    async fn remove(self) {}
}

pub struct PostgresScratch {
    /// How to reach the server.
    pub server: Config,
    pub name: String,
    url: String,
}

impl PostgresScratch {
    /// A connection to the database behind the back of the code under test. It closes when it is dropped.
    pub async fn connect(&self) -> Client {
        connect(self.server.clone().dbname(&self.name)).await
    }

    async fn on_server(&self, sql: &str) {
        connect(&self.server).await.batch_execute(sql).await.expect("a database comes and goes");
    }
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect("a connection to the test server");
    tokio::spawn(connection);
    client
}

#[allow(clippy::disallowed_methods, reason = "tests are configured by the environment")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Scratch for PostgresScratch {
    async fn create() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        if environment("CROSSDOCK_TEST_SKIP_POSTGRES").as_deref() == Some("1") {
            println!("left out: CROSSDOCK_TEST_SKIP_POSTGRES is 1");
            return None;
        }
        let url = environment("CROSSDOCK_TEST_POSTGRES_URL")
            .expect("CROSSDOCK_TEST_POSTGRES_URL names a server, or CROSSDOCK_TEST_SKIP_POSTGRES is 1");
        let server = url.parse().expect("CROSSDOCK_TEST_POSTGRES_URL is a URL");
        let name = format!("crossdock_test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let scratch = Self { server, name, url };
        // What a killed run left behind under the same process number.
        scratch.on_server(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", scratch.name)).await;
        scratch.on_server(&format!("CREATE DATABASE {}", scratch.name)).await;
        Some(scratch)
    }

    fn options(&self) -> Options {
        // The later name of a database counts.
        let joint = if self.url.contains('?') { '&' } else { '?' };
        Options::new(format!("{}{joint}dbname={}", self.url, self.name))
    }

    async fn tamper(&self, sql: &str) {
        self.connect().await.batch_execute(sql).await.expect(sql);
    }

    async fn numbers(&self, sql: &str) -> BTreeMap<String, i64> {
        let rows = self.connect().await.query(sql, &[]).await.expect(sql);
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    async fn remove(self) {
        self.on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

/// Runs `test` on a scratch of the engine and removes it, also when the test fails.
pub async fn with_scratch<S: Scratch>(test: impl AsyncFnOnce(&S)) {
    let Some(scratch) = S::create().await else { return };
    let outcome = AssertUnwindSafe(test(&scratch)).catch_unwind().await;
    scratch.remove().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// Runs a behaviour on an open, empty database.
pub async fn on_empty<S: Scratch, F: Future<Output = ()>>(behaviour: impl FnOnce(Db) -> F) {
    with_scratch(async |scratch: &S| {
        let db = Db::open(&scratch.options()).await.expect("an empty database opens");
        behaviour(db.clone()).await;
        db.close().await;
    })
    .await;
}

/// `write!(db, |tx, a, b| …)`: an operation that uses clones of `a` and `b`; its future.
macro_rules! write {
    ($db:expr, |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.write_with::<_, _, _, ::crossdock_db::DbError>(($($name.to_owned(),)*), move |$tx, ($($name,)*)| {
            $(let $name = ::std::clone::Clone::clone($name);)*
            Box::pin(async move { $body })
        })
    };
}

/// The same on a reader.
macro_rules! read {
    ($db:expr, |$tx:ident $(, $name:ident)*| $body:expr) => {
        $db.read_with::<_, _, _, ::crossdock_db::DbError>(($($name.to_owned(),)*), move |$tx, ($($name,)*)| {
            $(let $name = ::std::clone::Clone::clone($name);)*
            Box::pin(async move { $body })
        })
    };
}
