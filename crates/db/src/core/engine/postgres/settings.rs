//! What a `postgres://` URL asks for. Settings go by the names that libpq gives them; what the URL leaves open comes from
//! the environment variables and the password file that libpq reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::passfile;
use super::tls::{Roots, Tls, Verification};
use crate::error::{DbError, describe};

/// Longest wait for one of several hosts, so that there is time left to ask the next.
const NEXT_HOST: Duration = Duration::from_secs(2);

/// Variables that libpq reads, and the settings they stand for. `PGAPPNAME` is left out: we name ourselves.
const VARIABLES: &[(&str, &str)] = &[
    ("PGHOST", "host"),
    ("PGHOSTADDR", "hostaddr"),
    ("PGPORT", "port"),
    ("PGDATABASE", "dbname"),
    ("PGUSER", "user"),
    ("PGPASSWORD", "password"),
    ("PGPASSFILE", "passfile"),
    ("PGOPTIONS", "options"),
    ("PGSSLMODE", "sslmode"),
    ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"),
    ("PGSSLKEY", "sslkey"),
    ("PGTARGETSESSIONATTRS", "target_session_attrs"),
    ("PGLOADBALANCEHOSTS", "load_balance_hosts"),
    ("PGCONNECT_TIMEOUT", "connect_timeout"),
];

/// Where servers on this machine put their sockets: Debian and most others, upstream.
const SOCKET_DIRECTORIES: &[&str] = &["/run/postgresql", "/var/run/postgresql", "/tmp"];

/// How to connect.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    pub(super) tls: Tls,
}

impl Settings {
    /// What `url` and the environment of this process say.
    pub(super) fn new(url: &str) -> Result<Self, DbError> {
        Self::read(url, &environment)
    }

    fn read(url: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, DbError> {
        let mut settings = from_url(url)?;
        // A host of the URL must not meet the address of another one in the environment, nor the other way round.
        let named = settings.contains_key("host") || settings.contains_key("hostaddr");
        for (name, setting) in VARIABLES {
            let skipped = named && matches!(*setting, "host" | "hostaddr");
            if !skipped
                && !settings.contains_key(*setting)
                && let Some(value) = variable(name)
            {
                settings.insert((*setting).to_owned(), value);
            }
        }

        let passfile = settings.remove("passfile").map(PathBuf::from);
        let tls = take_tls(&mut settings)?;
        let mut config: Config = parameters(&settings).parse().map_err(|error| wrong(&describe(&error)))?;
        config.application_name("crossdock");
        config.ssl_mode(match tls.verification {
            Verification::Off => SslMode::Disable,
            Verification::WhereOffered => SslMode::Prefer,
            Verification::Encrypted | Verification::Chain | Verification::Full => SslMode::Require,
        });
        complete_hosts(&mut config);
        if config.get_hosts().len() > 1 && config.get_connect_timeout().is_none() {
            config.connect_timeout(NEXT_HOST);
        }
        if config.get_password().is_none()
            && let Some(file) = passfile.or_else(|| Some(Path::new(&variable("HOME")?).join(".pgpass")))
            && let Some(password) = passfile::password(&file, &config)?
        {
            config.password(password);
        }
        Ok(Self { config, tls })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "libpq's variables are a convention of their own beside our configuration"
)]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn wrong(reason: &str) -> DbError {
    // Never the URL: it may hold a password.
    DbError::other(format!("the database URL: {reason}"))
}

fn decoded(text: &str) -> Result<String, DbError> {
    Ok(percent_decode_str(text).decode_utf8().map_err(|_| wrong("an escaped character is not UTF-8"))?.into_owned())
}

/// `postgres://user:password@host:port,host:port/database?name=value&name=value`, every part optional, special characters
/// written `%XX`.
fn from_url(url: &str) -> Result<BTreeMap<String, String>, DbError> {
    let (_, rest) = url.split_once("://").ok_or_else(|| wrong("no ://"))?;
    if rest.contains('#') {
        return Err(wrong("a # must be written %23"));
    }
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    // The last @ ends the password, which may hold others.
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = user.split_once(':').map_or((user, None), |(user, password)| (user, Some(password)));

    let mut settings = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        if !value.is_empty() {
            settings.insert(name.to_owned(), value.to_owned());
        }
    };
    set("user", &decoded(user)?);
    set("password", &decoded(password.unwrap_or_default())?);
    set("dbname", &decoded(database)?);
    let hosts: Vec<(&str, &str)> = hosts.split(',').map(host_and_port).collect();
    set("host", &decoded(&hosts.iter().map(|(host, _)| *host).collect::<Vec<_>>().join(","))?);
    if hosts.iter().any(|(_, port)| !port.is_empty()) {
        // A port left out among others is the usual one.
        set("port", &decoded(&hosts.iter().map(|(_, port)| *port).collect::<Vec<_>>().join(","))?);
    }

    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| wrong("an option has no value"))?;
        let (name, value) = (decoded(name)?, decoded(value)?);
        // `options[name]=value` is one server setting in the notation of the whole string.
        let (name, value) = match name.strip_prefix("options[").and_then(|name| name.strip_suffix(']')) {
            Some(setting) => ("options".to_owned(), format!("-c {setting}={value}")),
            None => (name, value),
        };
        match settings.get_mut("options") {
            Some(options) if name == "options" => {
                options.push(' ');
                options.push_str(&value);
            }
            _ => drop(settings.insert(name, value)),
        }
    }
    Ok(settings)
}

/// The two of one place in the list; an IPv6 address stands in brackets.
fn host_and_port(place: &str) -> (&str, &str) {
    match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => (address, port.strip_prefix(':').unwrap_or(port)),
        None => place.split_once(':').unwrap_or((place, "")),
    }
}

/// Takes out the settings of TLS, of which the driver knows only three modes.
fn take_tls(settings: &mut BTreeMap<String, String>) -> Result<Tls, DbError> {
    let roots = match settings.remove("sslrootcert") {
        None => None,
        Some(name) if name == "system" => Some(Roots::System),
        Some(file) => Some(Roots::File(file.into())),
    };
    let verification = match settings.remove("sslmode").as_deref() {
        Some("disable") => Verification::Off,
        // libpq tries `allow` in the clear first; whoever allows TLS may have it at once.
        None | Some("allow" | "prefer") => Verification::WhereOffered,
        // As libpq does it: whoever names roots wants them looked at.
        Some("require") if roots.is_some() => Verification::Chain,
        Some("require") => Verification::Encrypted,
        Some("verify-ca") => Verification::Chain,
        Some("verify-full") => Verification::Full,
        Some(_) => return Err(wrong("sslmode is disable, allow, prefer, require, verify-ca or verify-full")),
    };
    let client = match (settings.remove("sslcert"), settings.remove("sslkey")) {
        (Some(certificate), Some(key)) => Some((certificate.into(), key.into())),
        (None, None) => None,
        _ => return Err(wrong("sslcert and sslkey must be given together")),
    };
    Ok(Tls { verification, roots: roots.unwrap_or(Roots::System), client })
}

/// The notation that the driver reads: `name='value'`, and it refuses a name it does not know.
fn parameters(settings: &BTreeMap<String, String>) -> String {
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
    settings.iter().map(|(name, value)| format!("{name}='{}' ", quoted(value))).collect()
}

/// The driver wants a host, and TLS wants it by name.
fn complete_hosts(config: &mut Config) {
    if !config.get_hosts().is_empty() {
        return;
    }
    for address in config.get_hostaddrs().to_vec() {
        config.host(address.to_string());
    }
    if config.get_hosts().is_empty() {
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let has_socket = |directory: &&&str| Path::new(directory).join(format!(".s.PGSQL.{port}")).exists();
        match SOCKET_DIRECTORIES.iter().find(has_socket) {
            Some(directory) => config.host_path(directory),
            None => config.host("localhost"),
        };
    }
}

/// Host and port of every place that is tried.
pub(super) fn places(config: &Config) -> impl Iterator<Item = (&Host, u16)> {
    let port = |at: usize| config.get_ports().get(at).or(config.get_ports().first()).copied().unwrap_or(5432);
    config.get_hosts().iter().enumerate().map(move |(at, host)| (host, port(at)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use tokio_postgres::config::{LoadBalanceHosts, TargetSessionAttrs};

    use super::*;

    fn read(url: &str) -> Settings {
        Settings::read(url, &|_| None).expect(url)
    }

    fn tcp(name: &str) -> Host {
        Host::Tcp(name.to_owned())
    }

    #[test]
    fn several_hosts_and_what_is_asked_of_them() {
        let url = "postgres://crossdock@a.example,b.example:5433,[::1]:5434/shop?\
            target_session_attrs=read-write&load_balance_hosts=random";
        let config = read(url).config;
        assert_eq!(config.get_hosts(), [tcp("a.example"), tcp("b.example"), tcp("::1")]);
        assert_eq!(config.get_ports(), [5432, 5433, 5434]);
        assert_eq!((config.get_user(), config.get_dbname()), (Some("crossdock"), Some("shop")));
        assert_eq!(config.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(config.get_load_balance_hosts(), LoadBalanceHosts::Random);
        assert_eq!(config.get_connect_timeout(), Some(&NEXT_HOST));
        assert_eq!(config.get_application_name(), Some("crossdock"));
        assert_eq!(
            read("postgresql://a.example/shop?connect_timeout=7").config.get_connect_timeout(),
            Some(&Duration::from_secs(7))
        );
        assert_eq!(read("postgresql://a.example/shop").config.get_connect_timeout(), None);
    }

    #[test]
    fn special_characters_of_passwords_and_names() {
        let config = read("postgres://us%40er:p:%2F%3F%23%27%5C%20@@h/d%2Fb?options=-c%20a%3Db").config;
        assert_eq!(config.get_user(), Some("us@er"));
        assert_eq!(config.get_password(), Some(&b"p:/?#'\\ @"[..]));
        assert_eq!(config.get_dbname(), Some("d/b"));
        assert_eq!(config.get_options(), Some("-c a=b"));
        let config = read("postgres://h/d?options[lock_timeout]=1s&options[a]=b&options=-c%20c%3Dd&dbname=e").config;
        assert_eq!(config.get_options(), Some("-c lock_timeout=1s -c a=b -c c=d"));
        assert_eq!(config.get_dbname(), Some("e"));
    }

    #[test]
    fn sockets_and_addresses() {
        for url in ["postgres://%2Frun%2Fpg:5433/shop", "postgres:///shop?host=/run/pg&port=5433"] {
            let config = read(url).config;
            assert_eq!(config.get_hosts(), [Host::Unix("/run/pg".into())], "{url}");
            assert_eq!(config.get_ports(), [5433], "{url}");
        }
        // TLS takes the name of a host that is an address alone.
        assert_eq!(read("postgres:///shop?hostaddr=127.0.0.1").config.get_hosts(), [tcp("127.0.0.1")]);
    }

    #[test]
    fn modes_of_tls() {
        let root = Roots::File("root.pem".into());
        for (query, verification, mode) in [
            ("", Verification::WhereOffered, SslMode::Prefer),
            ("sslmode=disable", Verification::Off, SslMode::Disable),
            ("sslmode=allow", Verification::WhereOffered, SslMode::Prefer),
            ("sslmode=require", Verification::Encrypted, SslMode::Require),
            ("sslmode=require&sslrootcert=root.pem", Verification::Chain, SslMode::Require),
            ("sslmode=verify-ca&sslrootcert=root.pem", Verification::Chain, SslMode::Require),
            ("sslmode=verify-full", Verification::Full, SslMode::Require),
            ("sslmode=verify-full&sslrootcert=system", Verification::Full, SslMode::Require),
        ] {
            let settings = read(&format!("postgres://h/d?{query}"));
            assert_eq!((settings.tls.verification, settings.config.get_ssl_mode()), (verification, mode), "{query}");
            let roots = if query.contains("root.pem") { &root } else { &Roots::System };
            assert_eq!(&settings.tls.roots, roots, "{query}");
        }
        let client = read("postgres://h/d?sslcert=c.pem&sslkey=k.pem").tls.client;
        assert_eq!(client, Some(("c.pem".into(), "k.pem".into())));
    }

    #[test]
    fn the_environment_fills_in_what_the_url_leaves_open() {
        let variable = |name: &str| {
            let value = match name {
                "PGHOST" => "env.example",
                "PGHOSTADDR" => "127.0.0.1",
                "PGUSER" => "env",
                "PGPASSWORD" => "secret",
                "PGSSLMODE" => "verify-full",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let settings = Settings::read("postgres://url@url.example/shop?sslmode=disable", &variable).unwrap();
        assert_eq!(settings.config.get_hosts(), [tcp("url.example")]);
        assert!(settings.config.get_hostaddrs().is_empty());
        assert_eq!(settings.config.get_user(), Some("url"));
        assert_eq!(settings.config.get_password(), Some(&b"secret"[..]));
        assert_eq!(settings.tls.verification, Verification::Off);
        let settings = Settings::read("postgres:///shop", &variable).unwrap();
        assert_eq!((settings.config.get_hosts(), settings.config.get_user()), (&[tcp("env.example")][..], Some("env")));
        assert_eq!(settings.tls.verification, Verification::Full);
    }

    #[test]
    fn a_password_file_is_read_when_only_its_owner_may() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(".pgpass");
        std::fs::write(&file, "a:5432:shop:crossdock:of a\nb:*:shop:crossdock:of b\n").unwrap();
        let home = |name: &str| (name == "HOME").then(|| folder.path().display().to_string());
        let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        mode(0o600);
        let password = |url: &str| {
            let config = Settings::read(url, &home)?.config;
            Ok::<_, DbError>(config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
        };
        assert_eq!(password("postgres://crossdock@a/shop").unwrap().as_deref(), Some("of a"));
        assert_eq!(password("postgres://crossdock:own@a/shop").unwrap().as_deref(), Some("own"));
        assert_eq!(password("postgres://other@a/shop").unwrap(), None);
        assert!(password("postgres://crossdock@a,b/shop").unwrap_err().to_string().contains("several passwords"));
        let named = format!("postgres://crossdock@b/shop?passfile={}", file.display());
        assert_eq!(password(&named).unwrap().as_deref(), Some("of b"));
        mode(0o640);
        assert_eq!(password("postgres://crossdock@a/shop").unwrap(), None);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (url, reason) in [
            ("postgres://h/d?sslcrl=x", "unknown option `sslcrl`"),
            ("postgres://h/d?sslmode=maybe", "sslmode is"),
            ("postgres://h/d?sslkey=x", "together"),
            ("postgres://u:pass#word@h/d", "%23"),
            ("postgres://h:port/d", "`port`"),
            ("postgres://u:pass?word@h/d", "an option has no value"),
        ] {
            let told = Settings::read(url, &|_| None).unwrap_err().to_string();
            assert!(told.contains(reason) && !told.contains("word@"), "{url}: {told}");
        }
    }
}
