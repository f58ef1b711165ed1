//! Connections to PostgreSQL, kept open and handed out clean.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::time::{Duration, Instant};

use deadpool::managed::{self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult, WeakPool};
use futures_util::TryStreamExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout, timeout_at};
use tokio_postgres::config::Host;
use tokio_postgres::error::{Severity, SqlState};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::settings::{Settings, places};
use crate::error::{DbError, describe, may_pass};
use crate::value::Value;

/// Longest wait for a free connection: a database that is gone must not collect callers.
const ACQUIRE: Duration = Duration::from_secs(5);
/// Pauses between attempts to reach a server that is about to come back.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(500));
/// A connection that rested longer than this is asked whether it still lives before it is used, and has as long to answer.
const RESTED: Duration = Duration::from_secs(1);
/// Connections that rested or lived longer than this are closed.
const MOST_REST: Duration = Duration::from_mins(10);
const MOST_LIFE: Duration = Duration::from_mins(30);
/// How long what nobody waits for any more may take to end, first by itself and then after it was cancelled.
const GRACE: Duration = Duration::from_secs(2);

/// Limits of a session. The first is a little shorter than [`SLOW`](super::SLOW), so that the server ends a statement before we
/// leave it alone.
const LIMITS: &str = "\
    SELECT set_config('statement_timeout', '19s', false) WHERE current_setting('statement_timeout') = '0'; \
    SELECT set_config('lock_timeout', '5s', false) WHERE current_setting('lock_timeout') = '0'; \
    SELECT set_config('idle_in_transaction_session_timeout', '30s', false) \
    WHERE current_setting('idle_in_transaction_session_timeout') = '0'";
/// The same for one transaction that is known to be long.
const LONG_LIMITS: &str = "BEGIN; SET LOCAL statement_timeout = '1h'; SET LOCAL lock_timeout = '1min'; \
    SET LOCAL idle_in_transaction_session_timeout = '10min'";

/// One connection. The driver's other half, which moves the bytes, is a task of its own.
#[derive(Debug)]
pub(super) struct Pooled {
    client: Client,
    task: JoinHandle<()>,
    statements: HashMap<&'static str, Statement>,
    rests_since: Instant,
}

pub(super) struct Manager {
    config: Config,
    /// The servers, for error texts.
    places: String,
    tls: MakeRustlsConnect,
    /// Watched by every connection that is not closed yet.
    open: watch::Sender<()>,
}

impl fmt::Debug for Manager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manager").field("config", &self.config).finish_non_exhaustive()
    }
}

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = Error;

    async fn create(&self) -> Result<Pooled, Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        let open = self.open.subscribe();
        let task = tokio::spawn(async move {
            move_bytes(connection).await;
            drop(open);
        });
        // A statement that nobody waits for any more must not hold its connection for ever. What the URL or the server's own
        // settings say counts more.
        client.batch_execute(LIMITS).await?;
        Ok(Pooled { client, task, statements: HashMap::new(), rests_since: Instant::now() })
    }

    async fn recycle(&self, pooled: &mut Pooled, metrics: &Metrics) -> RecycleResult<Error> {
        if pooled.client.is_closed() || metrics.age() > MOST_LIFE {
            return Err(RecycleError::message("closed or old"));
        }
        // Asking before every use would double the round trips of a short read.
        if pooled.rests_since.elapsed() > RESTED {
            let Ok(alive) = timeout(RESTED, pooled.client.check_connection()).await else {
                pooled.task.abort();
                return Err(RecycleError::message("no answer"));
            };
            alive?;
        }
        Ok(())
    }
}

/// Lives as long as the connection.
async fn move_bytes<S, T>(mut connection: Connection<S, T>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) if notice.parsed_severity() == Some(Severity::Warning) => {
                tracing::warn!(code = notice.code().code(), "database: {}", notice.message());
            }
            Ok(AsyncMessage::Notice(notice)) => {
                tracing::debug!(code = notice.code().code(), "database: {}", notice.message());
            }
            Ok(_) => {}
            // Whoever uses the connection hears of it too.
            Err(error) => return tracing::debug!("connection to the database ended: {}", describe(&error)),
        }
    }
}

/// The pool. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    connections: managed::Pool<Manager>,
}

impl Pool {
    pub(super) fn new(settings: &Settings, connections: u32) -> Result<Self, DbError> {
        let manager = Manager {
            config: settings.config.clone(),
            places: named(&settings.config),
            tls: settings.tls.connector()?,
            open: watch::Sender::new(()),
        };
        let connections = managed::Pool::builder(manager)
            .max_size(connections as usize)
            // The one used last is the least likely to need asking whether it lives.
            .queue_mode(QueueMode::Lifo)
            .build()
            .map_err(|error| DbError::other(error.to_string()))?;
        tokio::spawn(reap(connections.weak()));
        Ok(Self { connections })
    }

    /// How many connections there may be.
    pub(super) fn most(&self) -> usize {
        self.connections.status().max_size
    }

    /// How many connections there are.
    pub(super) fn size(&self) -> usize {
        self.connections.status().size
    }

    /// A connection for one operation. Waits while all are in use and while the server is starting.
    pub(super) async fn session(&self) -> Result<Session, DbError> {
        let deadline = tokio::time::Instant::now() + ACQUIRE;
        let (mut pause, most) = PAUSES;
        let mut last = None;
        loop {
            match timeout_at(deadline, self.connections.get()).await {
                Err(_) => return Err(self.no_connection(last.as_ref())),
                Ok(Ok(pooled)) => return Ok(Session { pooled: Some(pooled), transaction: false, asked: false }),
                Ok(Err(PoolError::Backend(error))) => {
                    let passes = may_pass(&error);
                    let kept = last.insert(error);
                    if !passes || tokio::time::Instant::now() + pause >= deadline {
                        return Err(self.no_connection(Some(kept)));
                    }
                }
                Ok(Err(PoolError::Closed)) => return Err(unavailable("the pool of connections is closed")),
                Ok(Err(error)) => return Err(unavailable(&error.to_string())),
            }
            sleep(pause).await;
            pause = (pause * 2).min(most);
        }
    }

    /// Why there is none: what the server or the network said last, or else that all are in use.
    fn no_connection(&self, last: Option<&Error>) -> DbError {
        let places = &self.connections.manager().places;
        let within = ACQUIRE.as_secs();
        match last {
            // What the server said itself, such as a wrong password, is no question of being available.
            Some(error) if error.as_db_error().is_some() => match refusal(error) {
                DbError::Unavailable(reason) => unavailable(&format!("{places}: {reason}")),
                DbError::Other(reason) => DbError::other(format!("{places}: {reason}")),
                other => other,
            },
            Some(error) => unavailable(&format!("no connection to {places}: {}", describe(error))),
            None if self.connections.status().size == 0 => {
                unavailable(&format!("no connection to {places} within {within} s: it does not answer"))
            }
            None => unavailable(&format!("no free connection to {places} within {within} s: all are in use")),
        }
    }

    /// Lets what runs end, and closes every connection.
    pub(super) async fn close(&self) {
        self.connections.close();
        self.connections.manager().open.closed().await;
    }
}

/// The servers of a URL, in its order.
fn named(config: &Config) -> String {
    let place = |(host, port): (&Host, u16)| match host {
        Host::Tcp(name) if name.contains(':') => format!("[{name}]:{port}"),
        Host::Tcp(name) => format!("{name}:{port}"),
        Host::Unix(directory) => format!("{}/.s.PGSQL.{port}", directory.display()),
    };
    places(config).map(place).collect::<Vec<_>>().join(", ")
}

fn refusal(error: &Error) -> DbError {
    match error.code().map(SqlState::code) {
        Some(code) if code.starts_with("53") || code.starts_with("57") || code.starts_with("08") => {
            unavailable(&describe(error))
        }
        _ => DbError::other(describe(error)),
    }
}

fn unavailable(reason: &str) -> DbError {
    DbError::Unavailable(reason.to_owned())
}

/// Closes what was needed at a busy time and is not needed any more, as long as there is a pool.
async fn reap(connections: WeakPool<Manager>) {
    loop {
        sleep(MOST_REST / 10).await;
        let Some(connections) = connections.upgrade() else { return };
        drop(connections.retain(|pooled, _| pooled.rests_since.elapsed() < MOST_REST));
    }
}

/// A parameter of a statement.
pub(crate) trait Parameter: ToSql + Sync {
    /// The type that the server is told to take it for.
    fn kind(&self) -> Type;
}

/// A connection on loan. Dropped in the middle of something, it is cleaned up before it goes back to the pool.
#[derive(Debug)]
pub(crate) struct Session {
    /// Only ever empty while it is dropped.
    pooled: Option<Object<Manager>>,
    /// Inside a transaction.
    transaction: bool,
    /// An answer is on its way.
    asked: bool,
}

impl Session {
    pub(super) async fn begin(&mut self, long: bool) -> Result<(), Error> {
        // Before it is sent: nobody can tell how far a call got that was given up.
        self.transaction = true;
        self.batch(if long { LONG_LIMITS } else { "BEGIN" }).await
    }

    pub(crate) async fn commit(&mut self) -> Result<(), Error> {
        self.batch("COMMIT").await?;
        self.transaction = false;
        Ok(())
    }

    pub(crate) fn in_transaction(&self) -> bool {
        self.transaction
    }

    /// Runs statements without parameters, not prepared.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.asked = true;
        let outcome = self.pooled().client.batch_execute(sql).await;
        self.asked = false;
        outcome
    }

    /// Runs a statement; the number of rows it touched.
    pub(crate) async fn execute<P: Parameter>(&mut self, sql: &'static str, params: &[P]) -> Result<u64, Error> {
        self.asked = true;
        let outcome = self.pooled().execute(sql, params).await;
        self.asked = false;
        outcome
    }

    /// Runs a query and hands its rows to `each`, as they arrive. Reads on after an error of `each`, to the end.
    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        params: &[Value],
        each: impl FnMut(&Row) -> Result<(), DbError> + Send,
    ) -> Result<(), DbError> {
        self.asked = true;
        let outcome = self.pooled().query(sql, params, each).await;
        self.asked = false;
        outcome
    }

    fn pooled(&mut self) -> &mut Pooled {
        self.pooled.as_mut().expect("there until it is dropped")
    }
}

impl Pooled {
    /// The statement, prepared once per connection.
    async fn statement<P: Parameter>(&mut self, sql: &'static str, params: &[P]) -> Result<Statement, Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let kinds: Vec<Type> = params.iter().map(Parameter::kind).collect();
        let statement = self.client.prepare_typed(sql, &kinds).await?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    async fn execute<P: Parameter>(&mut self, sql: &'static str, params: &[P]) -> Result<u64, Error> {
        let statement = self.statement(sql, params).await?;
        self.client.execute_raw(&statement, params).await
    }

    async fn query(
        &mut self,
        sql: &'static str,
        params: &[Value],
        mut each: impl FnMut(&Row) -> Result<(), DbError> + Send,
    ) -> Result<(), DbError> {
        let statement = self.statement(sql, params).await?;
        let mut rows = pin!(self.client.query_raw(&statement, params).await?);
        let mut outcome = Ok(());
        // To the end: a constraint that is checked last fails behind the last row.
        while let Some(row) = rows.try_next().await? {
            if outcome.is_ok() {
                outcome = each(&row);
            }
        }
        outcome
    }

    /// Brings a connection that was given up back to where an operation can begin; whether that worked.
    async fn tidy(&self, transaction: bool, tls: MakeRustlsConnect) -> bool {
        // Empty, it only waits for the answers on their way.
        let last = if transaction { "ROLLBACK" } else { "" };
        let mut ended = pin!(self.client.batch_execute(last));
        if let Ok(ended) = timeout(GRACE, &mut ended).await {
            return ended.is_ok();
        }
        let cancelled = timeout(GRACE, self.client.cancel_token().cancel_query(tls)).await;
        matches!(cancelled, Ok(Ok(()))) && matches!(timeout(GRACE, ended).await, Ok(Ok(())))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut pooled) = self.pooled.take() else { return };
        pooled.rests_since = Instant::now();
        if pooled.client.is_closed() || !(self.transaction || self.asked) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            // The program ends, and its connections with it.
            drop(Object::take(pooled));
            return;
        };
        let transaction = self.transaction;
        runtime.spawn(async move {
            let tls = Object::pool(&pooled).map(|pool| pool.manager().tls.clone());
            let tidied = match tls {
                Some(tls) => pooled.tidy(transaction, tls).await,
                None => false,
            };
            if tidied {
                pooled.rests_since = Instant::now();
            } else {
                Object::take(pooled).task.abort();
            }
        });
    }
}
