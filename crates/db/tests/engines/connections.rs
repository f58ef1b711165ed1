//! How PostgreSQL is reached: TLS, several hosts, what a connection remembers, what becomes of one that was given up.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use crossdock_db::{Db, DbError, Options};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{AbortHandle, JoinSet};
use tokio_postgres::config::Host;
use tokio_rustls::TlsAcceptor;

use crate::harness::{PostgresScratch, Scratch, with_scratch};

/// The request for TLS that opens a connection: its length and its code.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Stands before the test server and passes everything on.
struct ApiVariant {
    address: SocketAddr,
    /// What the clients sent, after TLS was taken off.
    asked: Arc<Mutex<Vec<u8>>>,
    /// Ends all its connections.
    task: AbortHandle,
}

impl ApiVariant {
    async fn new(scratch: &PostgresScratch, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, asked) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (server, kept) = (server_of(scratch), asked.clone());
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&server).await.unwrap();
                let (tls, kept) = (tls.clone(), kept.clone());
                connections.spawn(async move {
                    let Some(tls) = tls else { return pass(client, server, &kept).await };
                    let mut request = [0; 8];
                    client.read_exact(&mut request).await.unwrap();
                    assert_eq!(request, SSL_REQUEST);
                    client.write_all(b"S").await.unwrap();
                    // Who does not like our certificate hangs up.
                    if let Ok(client) = tls.accept(client).await {
                        pass(client, server, &kept).await;
                    }
                });
            }
        });
        Self { address, asked, task: task.abort_handle() }
    }

    fn times_asked(&self, text: &str) -> usize {
        String::from_utf8_lossy(&self.asked.lock().unwrap()).matches(text).count()
    }
}

impl Drop for ApiVariant {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(client: impl AsyncRead + AsyncWrite, server: TcpStream, kept: &Mutex<Vec<u8>>) {
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = server.into_split();
    let asking = async {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = from_client.read(&mut buffer).await {
            kept.lock().unwrap().extend_from_slice(&buffer[..length]);
            if to_server.write_all(&buffer[..length]).await.is_err() {
                break;
            }
        }
    };
    let answering = tokio::io::copy(&mut from_server, &mut to_client);
    tokio::select! {
        () = asking => {}
        _ = answering => {}
    }
}

fn server_of(scratch: &PostgresScratch) -> String {
    match &scratch.server.get_hosts()[0] {
        Host::Tcp(name) => format!("{name}:{}", scratch.server.get_ports()[0]),
        Host::Unix(path) => panic!("these tests need a server that listens on TCP, not on {}", path.display()),
    }
}

/// The scratch's database, reached by other places and with options.
fn through(scratch: &PostgresScratch, places: &str, options: &str) -> Options {
    let user = percent_encode(scratch.server.get_user().unwrap().as_bytes(), NON_ALPHANUMERIC);
    let password = percent_encode(scratch.server.get_password().unwrap_or_default(), NON_ALPHANUMERIC);
    let url = format!("postgres://{user}:{password}@{places}/{}?{options}", scratch.name);
    Options { connections: 2, ..Options::new(url) }
}

async fn opens(options: Options) -> Result<(), DbError> {
    let db = Db::open(&options).await?;
    let outcome = db.ping().await;
    db.close().await;
    outcome
}

/// An address of the loopback interface at which nobody listens.
async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A server certificate for `db.example`, written to `file` for those who are to trust it.
fn certificate(file: &Path) -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["db.example".to_owned()]).unwrap();
    std::fs::write(file, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_certificate_is_checked_as_far_as_sslmode_says() {
    with_scratch(async |scratch: &PostgresScratch| {
        let folder = tempfile::tempdir().unwrap();
        let (root, other) = (folder.path().join("root.pem"), folder.path().join("other.pem"));
        certificate(&other);
        let front = ApiVariant::new(scratch, Some(certificate(&root))).await;
        let open = async |options: &str, root: &Path| {
            let place = front.address.to_string();
            opens(through(scratch, &place, &format!("{options}&sslrootcert={}", root.display()))).await
        };
        let place = front.address.to_string();
        opens(through(scratch, &place, "sslmode=prefer")).await.unwrap();
        opens(through(scratch, &place, "sslmode=require")).await.unwrap();
        open("sslmode=require", &root).await.unwrap();
        open("sslmode=verify-ca", &root).await.unwrap();
        let named = format!("host=db.example&hostaddr=127.0.0.1&port={}&sslmode=verify-full", front.address.port());
        open(&named, &root).await.unwrap();

        for (options, root) in [
            ("sslmode=verify-full", &root),
            ("sslmode=require", &other),
            ("sslmode=verify-ca", &other),
            (named.as_str(), &other),
        ] {
            let outcome = open(options, root).await;
            assert!(matches!(&outcome, Err(DbError::Unavailable(why)) if why.contains("certificate")), "{outcome:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_tls_is_refused_when_the_url_asks_for_it() {
    with_scratch(async |scratch: &PostgresScratch| {
        let server = server_of(scratch);
        opens(through(scratch, &server, "sslmode=disable")).await.unwrap();
        opens(through(scratch, &server, "sslmode=prefer")).await.unwrap();
        let outcome = opens(through(scratch, &server, "sslmode=require")).await;
        assert!(outcome.unwrap_err().to_string().contains("server does not support TLS"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_host_that_answers_is_taken() {
    with_scratch(async |scratch: &PostgresScratch| {
        let front = ApiVariant::new(scratch, None).await;
        let places = format!("{},{},{}", nobody().await, front.address, server_of(scratch));
        opens(through(scratch, &places, "target_session_attrs=read-write")).await.unwrap();
        assert!(front.times_asked("FROM meta") > 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_server_is_no_read_write_one() {
    with_scratch(async |scratch: &PostgresScratch| {
        let places = format!("{},{}", server_of(scratch), nobody().await);
        opens(through(scratch, &places, "target_session_attrs=read-write")).await.unwrap();
        let read_only = "ALTER DATABASE current SET default_transaction_read_only = on";
        scratch.tamper(&read_only.replace("current", &scratch.name)).await;
        let outcome = opens(through(scratch, &server_of(scratch), "target_session_attrs=read-write")).await;
        let told = "database does not allow writes";
        assert!(matches!(&outcome, Err(DbError::Unavailable(why)) if why.contains(told)), "{outcome:?}");
        let outcome = opens(through(scratch, &server_of(scratch), "target_session_attrs=any")).await;
        assert!(matches!(&outcome, Err(DbError::Unavailable(why)) if why.contains("read-only")), "{outcome:?}");
    })
    .await;
}

#[tokio::test]
async fn an_option_that_is_not_known_is_refused_by_its_name() {
    for (options, name) in [
        ("sslcrl=file", "`sslcrl`"),
        ("sslmode=verify", "sslmode"),
        ("sslcert=file", "sslkey"),
        ("target_session_attrs=primary", "`target_session_attrs`"),
        ("statement-cache-capacity=0", "`statement-cache-capacity`"),
    ] {
        let refused = opens(Options::new(format!("postgres://nobody:secret@127.0.0.1/nothing?{options}"))).await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains(name) && !told.contains("secret"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_is_prepared_once_per_connection() {
    with_scratch(async |scratch: &PostgresScratch| {
        let front = ApiVariant::new(scratch, None).await;
        let db = Db::open(&through(scratch, &front.address.to_string(), "")).await.unwrap();
        for _ in 0..5 {
            db.ping().await.unwrap();
            write!(db, |tx| tx.meta("a").await).await.unwrap();
        }
        assert_eq!(front.times_asked("FROM meta"), 1);
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_under_a_read_is_replaced() {
    with_scratch(async |scratch: &PostgresScratch| {
        let front = ApiVariant::new(scratch, None).await;
        let places = format!("{},{}", front.address, server_of(scratch));
        let db = Db::open(&through(scratch, &places, "")).await.unwrap();
        let (began, broken) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let reading = tokio::spawn({
            let (db, began, broken) = (db.clone(), began.clone(), broken.clone());
            async move {
                read!(db, |tx, began, broken| {
                    tx.meta("a").await?;
                    began.add_permits(1);
                    drop(broken.acquire().await.unwrap());
                    tx.meta("a").await
                })
                .await
            }
        });
        began.acquire().await.unwrap().forget();
        drop(front);
        broken.add_permits(1);
        assert_eq!(reading.await.unwrap().unwrap(), None);
        write!(db, |tx| tx.set_meta("a", "1").await).await.unwrap();
        db.close().await;
    })
    .await;
}

/// More often than there are connections: each of them comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_that_is_given_up_leaves_no_trace_and_its_connection_comes_back() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&Options { connections: 2, ..scratch.options() }).await.unwrap();
        for _ in 0..4 {
            let wrote = Arc::new(Semaphore::new(0));
            let operation = tokio::spawn({
                let (db, wrote) = (db.clone(), wrote.clone());
                async move {
                    write!(db, |tx, wrote| {
                        tx.set_meta("a", "1").await?;
                        wrote.add_permits(1);
                        std::future::pending::<()>().await;
                        Ok(())
                    })
                    .await
                }
            });
            wrote.acquire().await.unwrap().forget();
            operation.abort();
            assert!(operation.await.unwrap_err().is_cancelled());
        }
        assert_eq!(write!(db, |tx| tx.meta("a").await).await.unwrap(), None);
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_nobody_waits_for_is_cancelled() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&Options { connections: 2, ..scratch.options() }).await.unwrap();
        let holder = scratch.connect().await;
        holder.batch_execute("BEGIN; LOCK TABLE meta").await.unwrap();
        let operations = [(); 2].map(|()| {
            let db = db.clone();
            tokio::spawn(async move { write!(db, |tx| tx.set_meta("a", "1").await).await })
        });
        // On a connection of its own: inside a transaction the answer would stay the first one.
        let (asker, blocked) = (
            scratch.connect().await,
            "SELECT 1 FROM pg_locks WHERE NOT granted AND database = \
             (SELECT oid FROM pg_database WHERE datname = current_database())",
        );
        while asker.query(blocked, &[]).await.unwrap().len() < operations.len() {}
        for operation in &operations {
            operation.abort();
        }
        // Both connections wait for the lock; the next operation gets one of them.
        assert!(read!(db, |tx| tx.store(crate::sample::store_id(1)).await).await.unwrap().is_none());
        db.close().await;
    })
    .await;
}

/// Somebody with psql, or another program, holds what every write needs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_held_elsewhere_ends_writes_and_leaves_connections_to_readers() {
    with_scratch(async |scratch: &PostgresScratch| {
        let mut options = scratch.options();
        options.url.push_str("&options[lock_timeout]=20s");
        let db = Db::open(&Options { connections: 4, ..options }).await.unwrap();
        write!(db, |tx| tx.set_meta("a", "0").await).await.unwrap();
        let holder = scratch.connect().await;
        holder.batch_execute("BEGIN; UPDATE meta SET value = '1' WHERE key = 'a'").await.unwrap();
        let writers = [(); 8].map(|()| {
            let db = db.clone();
            tokio::spawn(async move { write!(db, |tx| tx.set_meta("a", "2").await).await })
        });
        let blocked = "SELECT 1 FROM pg_locks WHERE NOT granted AND pid IN \
             (SELECT pid FROM pg_stat_activity WHERE datname = current_database())";
        let asker = scratch.connect().await;
        while asker.query(blocked, &[]).await.unwrap().len() < 3 {}
        db.ping().await.unwrap();
        writers.iter().for_each(tokio::task::JoinHandle::abort);

        let mut options = scratch.options();
        options.url.push_str("&options[lock_timeout]=10ms");
        let hasty = Db::open(&options).await.unwrap();
        let error = write!(hasty, |tx| tx.set_meta("a", "3").await).await.unwrap_err();
        assert!(matches!(&error, DbError::Unavailable(text) if text.contains("55P03")), "{error:?}");
        holder.batch_execute("ROLLBACK").await.unwrap();
        write!(hasty, |tx| tx.set_meta("a", "3").await).await.unwrap();
        hasty.close().await;
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn sessions_have_limits_unless_the_url_sets_its_own() {
    with_scratch(async |scratch: &PostgresScratch| {
        let limits = "SELECT string_agg(concat_ws('=', name, setting), ' ' ORDER BY name) FROM pg_settings WHERE name IN \
             ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')";
        // What an operation sees, written where a test can read it.
        scratch
            .tamper(&format!(
                "CREATE TABLE seen (limits TEXT); CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN INSERT INTO seen {limits}; RETURN NEW; END $$"
            ))
            .await;
        let mut options = scratch.options();
        options.url.push_str("&options[lock_timeout]=7s");
        let db = Db::open(&options).await.unwrap();
        scratch.tamper("CREATE TRIGGER look BEFORE INSERT ON meta FOR EACH ROW EXECUTE FUNCTION look()").await;
        write!(db, |tx| tx.set_meta("a", "1").await).await.unwrap();
        db.write_at_length(SetMeta).await.unwrap();
        write!(db, |tx| tx.set_meta("c", "1").await).await.unwrap();
        let seen: Vec<String> = scratch
            .connect()
            .await
            .query("SELECT limits FROM seen", &[])
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect();
        let short = "idle_in_transaction_session_timeout=30000 lock_timeout=7000 statement_timeout=19000";
        let long = "idle_in_transaction_session_timeout=600000 lock_timeout=60000 statement_timeout=3600000";
        assert_eq!(seen, [short, long, short]);
        db.close().await;
    })
    .await;
}

/// After a failover the old primary, or a standby, takes reads only.
#[tokio::test]
async fn a_database_that_takes_no_writes_is_not_ready_until_it_does() {
    with_scratch(async |scratch: &PostgresScratch| {
        let db = Db::open(&scratch.options()).await.unwrap();
        let set = |value: &str| format!("ALTER DATABASE {} SET default_transaction_read_only = {value}", scratch.name);
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        db.ping().await.unwrap();
        scratch.tamper(&set("on")).await;
        scratch.tamper(end).await;
        let error = write!(db, |tx| tx.set_meta("a", "1").await).await.unwrap_err();
        assert!(matches!(&error, DbError::Unavailable(text) if text.contains("25006")), "{error:?}");
        assert!(read!(db, |tx| tx.meta("a").await).await.unwrap().is_none(), "it can still be read");
        for _ in 0..2 {
            assert!(matches!(db.ping().await, Err(DbError::Unavailable(_))));
        }
        scratch.tamper(&format!("BEGIN READ WRITE; {}; COMMIT", set("off"))).await;
        scratch.tamper(end).await;
        db.ping().await.unwrap();
        write!(db, |tx| tx.set_meta("a", "1").await).await.unwrap();
        db.close().await;
    })
    .await;
}

struct SetMeta;

impl crossdock_db::Operation for SetMeta {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut crossdock_db::Tx) -> Result<(), DbError> {
        tx.set_meta("b", "1").await
    }
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_text_is_refused() {
    with_scratch(async |scratch: &PostgresScratch| {
        for encoding in ["LATIN2", "SQL_ASCII"] {
            let name = format!("{}_{}", scratch.name, encoding.to_lowercase());
            let admin = scratch.connect().await;
            admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
            let create = format!(
                "CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'"
            );
            admin.batch_execute(&create).await.unwrap();
            let mut options = scratch.options();
            options.url = format!("{}&dbname={name}", options.url);
            let error = Db::open(&options).await.unwrap_err().to_string();
            admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
            assert!(error.contains(encoding) && error.contains("createdb --encoding=UTF8"), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_with_what_it_answers() {
    // Taken and let go: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = Db::open(&Options::new(format!("postgres://x@127.0.0.1:{port}/x"))).await.unwrap_err();
    let DbError::Unavailable(text) = &error else { panic!("{error:?}") };
    assert!(
        text.contains(&format!("127.0.0.1:{port}")) && text.to_lowercase().contains("connection refused"),
        "{text}"
    );
}
