//! `GET /feeds/full.xml` and `/feeds/light.xml`: the catalogue as a shop reads it, behind a token.
//!
//! A feed is built page by page straight into gzip, large ones into a file, so that its products never lie in memory together, and
//! kept packed for everybody with the same prices. Whoever takes no gzip gets it unpacked on the way out.

mod compressed;

use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use crossdock_app::hub::catalogue::feed::FeedReader;
use crossdock_app::platform::error::DbError;
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::money::MoneyError;
use crossdock_domain::wholesale::ProductId;
use crossdock_wire::feed::{FeedKind, write_foot, write_head, write_product};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures_util::stream;
use moka::sync::Cache;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

use crate::basic;
use crate::middleware::caller::Caller;
use crate::settings::NOWHERE;
use crate::state::WebState;
use compressed::{CompressedFeed, FeedCompressor};

/// How old a kept feed may be.
const FRESH: Span = Span::seconds(60);
/// How old a feed may be that is answered while a new one is built.
const STALE: Span = Span::minutes(10);
/// How far `generated` lies back: what was being written while the feed was read is told again by the next `since`.
const OVERLAP: Span = Span::seconds(60);
/// What all kept feeds may weigh together: bytes in memory; those in files weigh an eighth.
const KEPT_BYTES: u64 = 128 * 1024 * 1024;
/// Feeds that are built at once.
const BUILDERS: usize = 2;
/// Products read at once.
const PAGE: usize = 200;
/// Bytes of a piece.
const PIECE: usize = 128 * 1024;

/// What a kept feed is the answer to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    wholesaler: i64,
    price_group: String,
    kind: FeedKind,
}

/// A feed, packed.
#[derive(Debug)]
struct Feed {
    built_at: Timestamp,
    /// When it was first built with these goods.
    changed_at: Timestamp,
    etag: HeaderValue,
    modified: HeaderValue,
    bytes: Arc<CompressedFeed>,
}

/// Kept feeds.
pub(crate) struct Feeds {
    kept: Cache<Key, Arc<Feed>>,
    /// Whoever builds one holds its lock; the others wait and find it built.
    building: Cache<Key, Arc<Mutex<()>>>,
    builders: Semaphore,
}

impl Feeds {
    pub(crate) fn new() -> Self {
        let weight = |_: &Key, feed: &Arc<Feed>| u32::try_from(feed.bytes.weight()).unwrap_or(u32::MAX);
        Self {
            kept: Cache::builder().max_capacity(KEPT_BYTES).weigher(weight).build(),
            building: Cache::builder().max_capacity(10_000).build(),
            builders: Semaphore::new(BUILDERS),
        }
    }
}

/// The parameters of a request.
#[derive(Default, serde::Deserialize)]
pub(crate) struct Parameters {
    token: Option<String>,
    since: Option<String>,
}

/// `GET /feeds/full.xml`
pub(crate) async fn full(
    State(state): State<WebState>,
    Query(parameters): Query<Parameters>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
) -> Response {
    answer(&state, FeedKind::Full, parameters, client(caller), &headers).await
}

/// `GET /feeds/light.xml`
pub(crate) async fn light(
    State(state): State<WebState>,
    Query(parameters): Query<Parameters>,
    caller: Option<Extension<Caller>>,
    headers: HeaderMap,
) -> Response {
    answer(&state, FeedKind::Light, parameters, client(caller), &headers).await
}

fn client(caller: Option<Extension<Caller>>) -> IpAddr {
    caller.map_or(NOWHERE, |Extension(caller)| caller.address)
}

/// The token: a parameter, or the password of Basic authentication.
fn token(parameters: &mut Parameters, headers: &HeaderMap) -> Option<SecretString> {
    if let Some(token) = parameters.token.take() {
        return Some(SecretString::from(token));
    }
    basic::credentials(headers).map(|(_, password)| password)
}

fn refuse(status: StatusCode, text: &'static str) -> Response {
    let mut response = (status, text).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"feed\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn answer(
    state: &WebState,
    kind: FeedKind,
    mut parameters: Parameters,
    client: IpAddr,
    headers: &HeaderMap,
) -> Response {
    let Some(token) = token(&mut parameters, headers) else {
        return refuse(StatusCode::UNAUTHORIZED, "a feed token is needed: ?token=… or as the password of Basic\n");
    };
    let now = state.app().now();
    let since = match parameters.since.as_deref().map(moment) {
        None => None,
        Some(Some(since)) if since <= now => Some(since),
        Some(_) => {
            let text = "since must be a moment that has been: 2026-01-31T12:00:00Z, or seconds since 1970\n";
            return refuse(StatusCode::BAD_REQUEST, text);
        }
    };
    let Ok(attempt) = state.guesses().admit(client, now) else {
        let mut response = refuse(StatusCode::TOO_MANY_REQUESTS, "too many wrong tokens, please wait\n");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        return response;
    };
    let reader = state.app().hub().feeds().reader(&token).await;
    state.guesses().ended(attempt, if matches!(reader, Ok(None)) { "wrong_token" } else { "ok" }, now);
    let feed = match reader {
        Ok(Some(reader)) => find(state, kind, reader, since, insists(headers)).await,
        Ok(None) => return refuse(StatusCode::UNAUTHORIZED, "the feed token is not valid\n"),
        Err(error) => Err(error.into()),
    };
    match feed {
        Ok(feed) => respond(&feed, headers),
        Err(error) => {
            tracing::error!(%error, "feed");
            refuse(StatusCode::SERVICE_UNAVAILABLE, "the feed cannot be made now\n")
        }
    }
}

/// A moment as RFC 3339 or in seconds since 1970.
fn moment(text: &str) -> Option<Timestamp> {
    match text.parse::<i64>() {
        Ok(seconds) => seconds.checked_mul(1_000_000).filter(|micros| *micros >= 0).map(Timestamp),
        Err(_) => Timestamp::from_rfc3339(text),
    }
}

/// The feed: the kept one while it is fresh. A stale one is still answered while a new one is built behind it, so that nobody
/// waits for a catalogue to be read; whoever says `no-cache`, and the first of all, waits for the building.
async fn find(
    state: &WebState,
    kind: FeedKind,
    reader: FeedReader,
    since: Option<Timestamp>,
    insists: bool,
) -> Result<Arc<Feed>, FeedError> {
    let feeds = state.feeds();
    if since.is_some() {
        return build(state, kind, &reader, since, None).await.map(Arc::new);
    }
    let key = Key { wholesaler: reader.wholesaler().id.get(), price_group: reader.account().price_group.clone(), kind };
    let kept = feeds.kept.get(&key);
    let younger_than = |span: Span, feed: &Feed| feed.built_at > state.app().now() - span;
    if let Some(feed) = kept.filter(|feed| younger_than(if insists { FRESH } else { STALE }, feed)) {
        if younger_than(FRESH, &feed) {
            return Ok(feed);
        }
        let lock = feeds.building.get_with(key.clone(), Arc::default);
        // Whoever has the lock builds already.
        if let Ok(building) = lock.try_lock_owned() {
            let state = state.clone();
            tokio::spawn(async move {
                if let Err(error) = refresh(&state, kind, &reader, key, building).await {
                    tracing::error!(%error, "feed");
                }
            });
        }
        return Ok(feed);
    }
    let building = feeds.building.get_with(key.clone(), Arc::default).lock_owned().await;
    // Somebody else may have built it meanwhile.
    if let Some(feed) = feeds.kept.get(&key).filter(|feed| younger_than(FRESH, feed)) {
        return Ok(feed);
    }
    refresh(state, kind, &reader, key, building).await
}

/// Builds a feed and keeps it, under the lock of its key.
async fn refresh(
    state: &WebState,
    kind: FeedKind,
    reader: &FeedReader,
    key: Key,
    _building: OwnedMutexGuard<()>,
) -> Result<Arc<Feed>, FeedError> {
    let before = state.feeds().kept.get(&key);
    let feed = Arc::new(build(state, kind, reader, None, before.as_deref()).await?);
    state.feeds().kept.insert(key, feed.clone());
    Ok(feed)
}

async fn build(
    state: &WebState,
    kind: FeedKind,
    reader: &FeedReader,
    since: Option<Timestamp>,
    before: Option<&Feed>,
) -> Result<Feed, FeedError> {
    // Never closed.
    let _turn = state.feeds().builders.acquire().await;
    let app = state.app();
    let currency = reader.wholesaler().currency;
    let built_at = app.now();
    let mut packed = GzEncoder::new(FeedCompressor::default(), Compression::new(4));
    let mut digest = Sha256::new();
    let mut text = String::new();
    let generated = (built_at - OVERLAP).to_rfc3339();
    write_head(&mut text, kind, currency, &generated, since.map(Timestamp::to_rfc3339).as_deref());
    write(&mut packed, &mut text)?;
    let mut changes = match since {
        Some(since) => Some(app.hub().feeds().changes(reader, since).await?.into_iter()),
        None => None,
    };
    let mut after = ProductId(0);
    loop {
        let page = if let Some(ids) = &mut changes {
            let ids: Vec<ProductId> = ids.take(PAGE).collect();
            // A product that is in the list and no longer there ends nothing.
            if ids.is_empty() {
                break;
            }
            app.hub().feeds().products(reader, ids).await?
        } else {
            let page = app.hub().feeds().page(reader, after, i64::try_from(PAGE).unwrap_or(i64::MAX)).await?;
            let Some(last) = page.last() else { break };
            after = last.product.id;
            page
        };
        for product in &page {
            write_product(&mut text, kind, currency, product, since.is_some())?;
        }
        digest.update(text.as_bytes());
        write(&mut packed, &mut text)?;
    }
    write_foot(&mut text);
    write(&mut packed, &mut text)?;
    let bytes = packed.finish().and_then(FeedCompressor::finish)?;
    let digest: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    // Weak: the moment in the first element differs from one building to the next, the goods do not.
    let etag = HeaderValue::from_str(&format!("W/\"{digest}\"")).unwrap_or(HeaderValue::from_static("W/\"\""));
    let same = before.filter(|before| before.etag == etag);
    let changed_at = same.map_or(built_at, |before| before.changed_at);
    let modified = HeaderValue::from_str(&changed_at.to_http_date()).unwrap_or(HeaderValue::from_static(""));
    Ok(Feed { built_at, changed_at, etag, modified, bytes: Arc::new(bytes) })
}

/// Why a feed was not built.
#[derive(Debug, thiserror::Error)]
enum FeedError {
    /// A price does not fit.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// There is no room for it.
    #[error("a feed cannot be kept in a temporary file: {0}")]
    File(#[from] io::Error),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

fn write(packed: &mut GzEncoder<FeedCompressor>, text: &mut String) -> Result<(), FeedError> {
    packed.write_all(text.as_bytes())?;
    text.clear();
    Ok(())
}

/// Whether one of the client's versions is this one; weak comparison (RFC 9110 §13.1.2).
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = etag.to_str().map(bare).unwrap_or_default();
    let sent = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|list| list.split(',')).any(|tag| tag.trim() == "*" || bare(tag) == wanted)
}

/// Whether the client takes gzip; a quality of 0 says no.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let sent = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|list| list.split(',')).any(|coding| {
        let (name, rest) = coding.split_once(';').unwrap_or((coding, ""));
        let zero = rest.trim().strip_prefix("q=").is_some_and(|q| q.trim_matches(['0', '.', ' ']).is_empty());
        name.trim().eq_ignore_ascii_case("gzip") && !zero
    })
}

/// Whether the client has it: by its version, or, when it names none, by the moment that it was last told.
fn has_it(headers: &HeaderMap, feed: &Feed) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return is_known(headers, &feed.etag);
    }
    headers.get(header::IF_MODIFIED_SINCE).is_some_and(|sent| *sent == feed.modified)
}

/// Whether the client wants nothing that is known to be stale.
fn insists(headers: &HeaderMap) -> bool {
    let sent = headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|list| list.split(',')).any(|word| word.trim().eq_ignore_ascii_case("no-cache"))
}

fn respond(feed: &Feed, headers: &HeaderMap) -> Response {
    let mut response = if has_it(headers, feed) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if takes_gzip(headers) {
        let mut response = stream(feed.bytes.reader());
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(feed.bytes.length()));
        response
    } else {
        stream(GzDecoder::new(feed.bytes.reader()))
    };
    let out = response.headers_mut();
    out.insert(header::ETAG, feed.etag.clone());
    out.insert(header::LAST_MODIFIED, feed.modified.clone());
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=60"));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Authorization"));
    if response.status() != StatusCode::NOT_MODIFIED {
        let xml = HeaderValue::from_static("application/xml; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, xml);
    }
    response
}

/// Sends what a reader gives, piece by piece. Reading may unpack, or wait for a disk, so it is done beside the tasks.
fn stream(reader: impl Read + Send + 'static) -> Response {
    let pieces = stream::try_unfold(reader, async |mut reader| {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let count = reader.read(&mut piece)?;
            piece.truncate(count);
            Ok::<_, io::Error>((count > 0).then_some((Bytes::from(piece), reader)))
        });
        read.await.map_err(io::Error::other)?
    });
    Body::from_stream(pieces).into_response()
}
