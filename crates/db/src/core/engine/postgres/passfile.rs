//! The password file of PostgreSQL's own programs: lines of `host:port:database:user:password`.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::settings::places;
use crate::error::DbError;

/// The password for every place of `config`; `None` when the file is not there or names none of them.
pub(super) fn password(path: &Path, config: &Config) -> Result<Option<String>, DbError> {
    let Some(text) = read(path) else { return Ok(None) };
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    let mut found = places(config).map(|(host, port)| {
        let host = match host {
            Host::Tcp(name) => name.as_str(),
            Host::Unix(_) => "localhost",
        };
        entry(&text, &[host, &port.to_string(), database, user])
    });
    let first = found.next().flatten();
    if found.any(|other| other != first) {
        // The driver takes one for all of them.
        return Err(DbError::other(format!(
            "{}: the hosts of the database URL have several passwords",
            path.display()
        )));
    }
    Ok(first)
}

/// The text of a file that only its owner may read; of any other nothing, as libpq does it.
fn read(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    if file.metadata().ok()?.mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "password file is left alone: others than its owner may read it");
        return None;
    }
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    Some(text)
}

/// The password of the first line whose fields are the wanted ones or `*`.
fn entry(text: &str, wanted: &[&str; 4]) -> Option<String> {
    text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let fields = fields(line);
        let (password, keys) = fields.split_last()?;
        let fits = keys.len() == wanted.len() && keys.iter().zip(wanted).all(|(key, value)| key == "*" || key == value);
        fits.then(|| password.clone())
    })
}

/// The fields between the colons; `\:` and `\\` stand for themselves.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ':' => fields.push(String::new()),
            '\\' => fields.last_mut().into_iter().for_each(|field| field.extend(characters.next())),
            _ => fields.last_mut().into_iter().for_each(|field| field.push(character)),
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fitting_line_tells_the_password() {
        let text = "# comment:*:*:*:no\n\
            db.example:5432:shop:other:no\n\
            db.example:*:shop:crossdock:with\\:colon\\\\\n\
            *:*:*:crossdock:any\n";
        let entry = |host, port| entry(text, &[host, port, "shop", "crossdock"]);
        assert_eq!(entry("db.example", "5433").as_deref(), Some("with:colon\\"));
        assert_eq!(entry("localhost", "5432").as_deref(), Some("any"));
        assert_eq!(super::entry(text, &["localhost", "5432", "shop", "nobody"]), None);
    }
}
