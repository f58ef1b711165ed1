//! Layers: defaults, then the file, then the environment, then flags. Says which of them is wrong, and at which key.

use std::fmt;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format as _, Serialized, Toml};
use figment::value::{Dict, Value};

use super::{Config, validate};

/// Settings from the command line, as (key, flag, value).
#[derive(Debug, Default)]
pub struct Flags(Vec<(&'static str, &'static str, serde_json::Value)>);

impl Flags {
    /// Sets `key` when the flag was given.
    pub fn set(&mut self, key: &'static str, flag: &'static str, value: Option<impl serde::Serialize>) {
        if let Some(value) = value.and_then(|value| serde_json::to_value(value).ok()) {
            self.0.push((key, flag, value));
        }
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct LoadError(pub Vec<Mistake>);

/// One thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// File, environment variable or flag; `None` when the mistake lies between several keys.
    pub source: Option<String>,
    /// `server.listen`; empty when the file cannot be read at all.
    pub key: String,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            write!(f, "{source}: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.problem)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration has mistakes")?;
        self.0.iter().try_for_each(|mistake| write!(f, "\n  {mistake}"))
    }
}

impl std::error::Error for LoadError {}

/// Reads the configuration. `file` must exist when given.
pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Config, LoadError> {
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = file {
        // A missing file is an error of its own: figment would take it for an empty one.
        if let Err(error) = std::fs::metadata(file) {
            let source = Some(file.display().to_string());
            return Err(LoadError(vec![Mistake { source, key: String::new(), problem: error.to_string() }]));
        }
        figment = figment.merge(Toml::file_exact(file));
    }
    figment = figment.merge(Env::prefixed("CROSSDOCK_").filter(|key| key.as_str().contains("__")).split("__"));
    for (key, _, value) in &flags.0 {
        figment = figment.merge(Serialized::default(key, value));
    }
    let mut mistakes = unknown_keys(&figment, flags, file);
    if mistakes.is_empty() {
        match figment.extract::<Config>() {
            Ok(config) => {
                mistakes = validate::validate(&config);
                if mistakes.is_empty() {
                    return Ok(config);
                }
            }
            Err(errors) => mistakes.extend(errors.into_iter().map(|error| describe(&error, flags))),
        }
    }
    Err(LoadError(mistakes))
}

/// Keys that no setting has, from every layer at once.
fn unknown_keys(figment: &Figment, flags: &Flags, file: Option<&Path>) -> Vec<Mistake> {
    let known = Figment::from(Serialized::defaults(Config::default()));
    let (Ok(known), given) = (known.extract::<Dict>(), figment.extract::<Dict>()) else { return Vec::new() };
    let given = match given {
        Ok(given) => given,
        // The file is no TOML.
        Err(errors) => {
            return errors
                .into_iter()
                .map(|error| Mistake {
                    source: file.map(|file| file.display().to_string()),
                    key: String::new(),
                    problem: error.kind.to_string().trim_end().replace('\n', "\n    "),
                })
                .collect();
        }
    };
    let mut mistakes = Vec::new();
    for (section, value) in &given {
        let mut unknown = |key: String, problem: String| {
            let source = figment.find_metadata(&key).and_then(|metadata| source(metadata, &key, flags));
            mistakes.push(Mistake { source, key, problem });
        };
        let (Some(Value::Dict(_, wanted)), Value::Dict(_, keys)) = (known.get(section), value) else {
            if !known.contains_key(section) {
                unknown(section.clone(), format!("unknown section; there are {}", list(known.keys())));
            }
            continue;
        };
        for key in keys.keys().filter(|key| !wanted.contains_key(*key)) {
            unknown(format!("{section}.{key}"), format!("unknown key; [{section}] has {}", list(wanted.keys())));
        }
    }
    mistakes
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn describe(error: &figment::Error, flags: &Flags) -> Mistake {
    let key = error.path.join(".");
    let source = error.metadata.as_ref().and_then(|metadata| source(metadata, &key, flags));
    let problem = match &error.kind {
        Kind::Message(text) if key == "server.listen" => format!("{text}; write an address and a port: 127.0.0.1:8080"),
        Kind::Message(text) => text.clone(),
        Kind::UnknownVariant(given, known) => format!("{given:?} is not one of {}", known.join(", ")),
        other => other.to_string(),
    };
    Mistake { source, key, problem }
}

/// Names the layer in the words of whoever has to mend it.
fn source(metadata: &figment::Metadata, key: &str, flags: &Flags) -> Option<String> {
    if let Some(figment::Source::File(path)) = &metadata.source {
        return Some(relative(path).display().to_string());
    }
    if let Some((_, flag, _)) = flags.0.iter().find(|(flag_key, ..)| *flag_key == key) {
        return Some((*flag).to_owned());
    }
    if metadata.name.contains("environment") {
        return Some(format!("CROSSDOCK_{}", key.replace('.', "__").to_ascii_uppercase()));
    }
    None
}

/// The path as the person wrote it, when it lies below the working directory.
fn relative(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_owned()
}
