//! What the doctor looks at.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crossdock_domain::clock::{Clock as _, Span, SystemClock, Timestamp};
use crossdock_web::server::tls::{TlsKeys, TlsOptions};

use super::{DatabaseState, Examine, Finding, Level, RatesOfStore, StoreState};
use crate::context::Context;
use crate::data_dir::is_private;
use crate::handles;
use crate::session::ask;

/// Below this much free space something will break soon.
const LITTLE_SPACE: u64 = 200 * 1024 * 1024;
/// How far a file may seem to be written in the future.
const TOLERANCE: Span = Span::minutes(5);
/// No clock is right that shows less: this program was not written yet.
const FIRST_DAY: &str = "20250101";

/// The machine's clock.
pub(super) fn clock(context: &Context) -> Vec<Finding> {
    let now = SystemClock.now();
    let advice = "set the machine's clock, best with a time service (systemd-timesyncd, chrony)";
    if Timestamp::from_yyyymmdd(FIRST_DAY).is_some_and(|first| now < first) {
        return vec![Finding::problem("clock", format!("it is {now} here, which cannot be"), advice)];
    }
    let written = context.database_file().and_then(|file| std::fs::metadata(file).ok()?.modified().ok());
    let written = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let written = written.and_then(|since| i64::try_from(since.as_micros()).ok()).map(Timestamp);
    match written {
        Some(written) if written > now + TOLERANCE => vec![Finding::problem(
            "clock",
            format!("it is {now} here, but the database was written at {written}"),
            format!("{advice}; ids of carts and orders follow it"),
        )],
        _ => vec![Finding::good("clock", now.to_rfc3339())],
    }
}

/// Data directory and the database's file.
pub(super) fn place(context: &Context) -> Vec<Finding> {
    let check = "data directory";
    let dir = context.data_dir.dir().display();
    let mut findings = Vec::new();
    match context.data_dir.rights_problem() {
        Ok(None) => findings.push(owner(context).unwrap_or_else(|| Finding::good(check, dir.to_string()))),
        Ok(Some(problem)) => {
            let advice = format!("chmod 700 {dir}");
            let found = format!("{dir} {problem}");
            // `useradd --create-home` makes it so; names alone give nothing away.
            findings.push(match open_file(context) {
                Some(file) => Finding::problem(check, format!("{found}, and read {}", file.display()), advice),
                None => Finding::note(check, format!("{found}, but read no file of it"), advice),
            });
            findings.extend(owner(context));
        }
        Err(error) if context.database_file().is_none() => {
            findings.push(Finding::good(check, format!("{dir}: {error}; not needed with PostgreSQL")));
        }
        Err(error) => findings.push(Finding::problem(
            check,
            format!("{dir}: {error}"),
            "name the right one with --data-dir, or begin with `crossdock serve`",
        )),
    }
    findings
}

/// A file of the directory that not only its owner may read.
fn open_file(context: &Context) -> Option<PathBuf> {
    let files = std::fs::read_dir(context.data_dir.dir()).ok()?;
    files.flatten().map(|file| file.path()).find(|path| {
        // What a new home is filled with (.bashrc) holds nothing of ours.
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
        !hidden && metadata.is_some_and(|metadata| metadata.len() > 0 && !is_private(&metadata))
    })
}

/// File handles for as many connections as the settings allow.
pub(super) fn handles(context: &Context) -> Option<Finding> {
    let needed = handles::needed(context.config.limits.connections);
    let most = handles::most().filter(|most| *most < needed)?;
    Some(Finding::note(
        "file handles",
        format!("at most {most} here, and limits.connections takes {needed}"),
        "when the server is started like this, raise LimitNOFILE of its unit (or `ulimit -Hn`), or lower limits.connections",
    ))
}

/// Files that somebody else has written into the directory, typically root with a command.
fn owner(context: &Context) -> Option<Finding> {
    let owner = context.data_dir.owner().ok()?;
    let files = std::fs::read_dir(context.data_dir.dir()).ok()?;
    let foreign = files.flatten().find(|file| file.metadata().is_ok_and(|metadata| metadata.uid() != owner))?;
    Some(Finding::problem(
        "data directory",
        format!("{} belongs to another user than the directory", foreign.path().display()),
        "give it to the server's user with chown, and run commands as that user",
    ))
}

/// Free space where the database is.
pub(super) fn disk(context: &Context) -> Vec<Finding> {
    let Some(file) = context.database_file() else { return Vec::new() };
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let Ok(space) = rustix::fs::statvfs(dir) else { return Vec::new() };
    let free = space.f_bavail.saturating_mul(space.f_frsize);
    let text = format!("{} MB free in {}", free / 1024 / 1024, dir.display());
    if free < LITTLE_SPACE {
        let advice = "make room: a full disk stops carts and orders. Old backups and logs go first";
        return vec![Finding::problem("disk", text, advice)];
    }
    vec![Finding::good("disk", text)]
}

/// Where buyers come in.
pub(super) fn public_url(context: &Context) -> Vec<Finding> {
    let server = &context.config.server;
    let check = "public URL";
    let url = server.public_url(server.listen);
    let parsed = url::Url::parse(&url).ok();
    let host = parsed.as_ref().and_then(url::Url::host_str).unwrap_or_default();
    let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let mut findings = Vec::new();
    if server.public_url.is_empty() && !server.listen.ip().is_loopback() {
        findings.push(Finding::problem(
            check,
            format!("not set; links will lead to {url}, which buyers cannot reach"),
            "set server.public_url to the address of this server as buyers see it",
        ));
    } else if url.starts_with("http://") && !local {
        findings.push(Finding::problem(
            check,
            format!("{url} is plain HTTP: secrets and buyers' addresses travel readable"),
            "set server.tls_cert and server.tls_key, or put a proxy with TLS in front and set the https address",
        ));
    } else if local {
        let advice = "set server.public_url before buyers come";
        findings.push(Finding::note(check, format!("{url} can be reached from this machine only"), advice));
    } else {
        findings.push(Finding::good(check, url.clone()));
    }
    if url.starts_with("https://") && server.tls().is_none() && server.trusted_proxies.is_empty() {
        findings.push(Finding::problem(
            check,
            "it is https, but there is neither a certificate nor a trusted proxy: every client will have the proxy's address",
            "name the proxy in server.trusted_proxies, or set server.tls_cert and server.tls_key",
        ));
    }
    if let Some((cert, key)) = server.tls() {
        match TlsKeys::load(TlsOptions { cert: cert.clone(), key: key.clone() }) {
            Ok(_) => findings.push(Finding::good("certificate", cert.display().to_string())),
            Err(error) => findings.push(Finding::problem(
                "certificate",
                error.to_string(),
                "give the chain (server's certificate first) and its private key as PEM files that this user can read",
            )),
        }
        let open = std::fs::metadata(key).is_ok_and(|file| file.permissions().mode() & 0o007 != 0);
        if open {
            let advice = format!("chmod o-rwx {}", key.display());
            findings.push(Finding::problem("certificate", format!("everybody may read {}", key.display()), advice));
        }
    }
    findings
}

/// The database and what is in it; asks a running server when there is one.
pub(super) async fn database(context: &Context) -> Vec<Finding> {
    let view = match ask(context, Examine {}).await {
        Ok(view) => view,
        Err(error) => {
            let advice = "fix this first; the rest of the database was not checked";
            return vec![Finding::problem("database", crate::exit::chain(&error), advice)];
        }
    };
    let mut findings = Vec::new();
    if view.damage.is_empty() {
        let text = format!("{}, schema version {}, no damage", view.engine, view.schema_version);
        findings.push(Finding::good("database", text));
    }
    for damage in &view.damage {
        let advice =
            "stop the server, keep a copy of the files, and restore the newest good backup with `crossdock restore`";
        findings.push(Finding::problem("database", damage.clone(), advice));
    }
    if view.demo {
        let advice = "never let others reach it: the credentials are in every document";
        findings.push(Finding::note("database", "holds demo data", advice));
    }
    if view.test_mode && !view.demo {
        let advice = "set checkout.test_mode = false before real buyers come";
        findings.push(Finding::note("test mode", "is on: orders can be placed without money", advice));
    }
    if let Some(skipped) = &view.numbers_skipped {
        let advice = "they had been given out, but the database did not know: it is an older copy, or its last commit was cut \
                      off. Compare with the payment provider when orders are missing";
        findings.push(Finding::note("numbers", format!("left out at {skipped}"), advice));
    }
    findings.push(jobs(&view));
    if view.stores.is_empty() {
        let advice = "add one with `crossdock store add`";
        findings.push(Finding::note("stores", "none yet", advice));
    }
    findings.extend(rates_in_use(&view));
    findings.extend(view.stores.iter().flat_map(|store| self::store(store, view.test_mode)));
    findings.extend(view.rates.iter().flat_map(rates));
    findings
}

/// Most currencies that are named.
const NAMED: usize = 12;

fn named(mut codes: Vec<String>) -> String {
    let more = codes.len().saturating_sub(NAMED);
    codes.truncate(NAMED);
    let list = codes.join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

fn rates(store: &RatesOfStore) -> Vec<Finding> {
    let id = store.store;
    let mut findings = Vec::new();
    if !store.missing.is_empty() {
        findings.push(Finding::note(
            "exchange rates",
            format!(
                "store {id} collects duty and tax, but has no rate for {}: where these are used, buyers are told that both are \
                 due on delivery",
                named(store.missing.clone())
            ),
            "import rates of a source that has them with `crossdock rates import`, or stop serving these countries",
        ));
    }
    if !store.stale.is_empty() {
        let days = store.stale.iter().map(|(code, day)| format!("{code} ({day})")).collect();
        findings.push(Finding::note(
            "exchange rates",
            format!("store {id} uses old rates for {}", named(days)),
            "import newer ones with `crossdock rates import`, or set rates.fetch = true for those of the European Central Bank",
        ));
    }
    findings
}

fn jobs(view: &DatabaseState) -> Finding {
    let count = |state: &str| view.jobs.iter().find(|(name, _)| name == state).map_or(0, |(_, jobs)| *jobs);
    match count("dead") {
        0 => Finding::good("jobs", format!("{} waiting, none dead", count("waiting"))),
        dead => Finding::problem(
            "jobs",
            format!("{dead} dead"),
            "look with `crossdock job list`, mend the cause, then `crossdock job retry --all`",
        ),
    }
}

/// Prices in other currencies, and duty and tax of nearly every country, need them.
fn rates_in_use(view: &DatabaseState) -> Option<Finding> {
    if view.stores.is_empty() || view.demo {
        return None;
    }
    let advice = "set rates.fetch, or import a file with `crossdock rates import FILE`";
    let prepaid = view.stores.iter().any(|store| store.prepaid);
    Some(match &view.newest_rates {
        Some(day) => Finding::good("exchange rates", format!("of {day}")),
        None if prepaid => Finding::problem("exchange rates", "none: duty and tax cannot be worked out", advice),
        None => Finding::note("exchange rates", "none", advice),
    })
}

fn store(state: &StoreState, test_mode: bool) -> Vec<Finding> {
    let store = &state.summary;
    let id = store.id;
    let mut findings = Vec::new();
    if state.prepaid && !state.has_origin {
        findings.push(Finding::problem(
            "stores",
            format!("store {id} lets buyers pay duty and tax, but has no address that goods are sent from: nothing can be worked out"),
            format!("set origin with `crossdock store set {id} --settings FILE`"),
        ));
    }
    if store.zones == 0 {
        findings.push(Finding::problem(
            "stores",
            format!("store {id} has no shipping rates: buyers of goods cannot check out"),
            format!("import some with `crossdock shipping import FILE --store {id}`"),
        ));
    }
    if store.redirect_hosts.is_empty() {
        findings.push(Finding::problem(
            "stores",
            format!("store {id} has no redirect hosts: after payment buyers stay on our page instead of the shop's"),
            format!("register the shop's host with `crossdock store set {id} --redirect-host HOST`"),
        ));
    }
    if !state.has_support_email {
        findings.push(Finding::note(
            "stores",
            format!("store {id} has no address for questions: buyers who need help see none"),
            format!("set support_email with `crossdock store set {id} --settings FILE`"),
        ));
    }
    let usable = store.providers.iter().any(|provider| provider != "test" || test_mode);
    if !usable {
        findings.push(Finding::problem(
            "stores",
            format!("store {id} takes only the provider \"test\", but test mode is off: nobody can pay"),
            format!("`crossdock store set {id} --provider bank_transfer`, or set checkout.test_mode = true to try things out"),
        ));
    }
    if !findings.iter().any(|finding| finding.level == Level::Problem) {
        findings.push(Finding::good("stores", format!("store {id} ({})", store.name)));
    }
    findings
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use crossdock_domain::ids::StoreId;

    use super::*;
    use crate::commands::store::StoreSummary;

    fn state(has_origin: bool, has_support_email: bool) -> StoreState {
        let summary = StoreSummary {
            id: StoreId::new(7).unwrap(),
            name: "Shop".to_owned(),
            currency: "USD".to_owned(),
            providers: vec!["bank_transfer".to_owned()],
            zones: 1,
            redirect_hosts: vec!["shop.example".to_owned()],
        };
        StoreState { summary, has_origin, has_support_email, prepaid: true }
    }

    #[test]
    fn duty_at_the_checkout_needs_an_address_that_goods_come_from() {
        let of = |level| move |finding: &Finding| finding.level == level;
        let findings = store(&state(false, true), false);
        assert!(
            findings.iter().any(of(Level::Problem)) && findings[0].found.contains("no address that goods"),
            "{findings:?}"
        );
        let findings = store(&state(true, false), false);
        assert!(!findings.iter().any(of(Level::Problem)) && findings.iter().any(of(Level::Note)), "{findings:?}");
        assert!(findings.iter().any(of(Level::Good)), "{findings:?}");
        assert!(store(&state(true, true), false).iter().all(of(Level::Good)));
    }
}
