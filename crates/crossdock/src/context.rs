//! What every command starts from: data directory, configuration, logging.

use std::path::PathBuf;
use std::time::Duration;

use crossdock_app::App;
use crossdock_app::platform::seal::has_sealed_values;
use crossdock_db::{Db, Options};
use crossdock_domain::clock::{Clock as _, SystemClock};
use crossdock_domain::random::SystemRandom;

use crate::config::{Config, Flags, LoadError, load};
use crate::data_dir::{DEFAULT, DataDir};
use crate::exit::Failure;
use crate::global::Global;
use crate::integrations::integrations;
use crate::output;
use crate::telemetry;

/// Everything a command knows before it begins.
#[derive(Debug, Clone)]
pub struct Context {
    /// The data directory.
    pub data_dir: DataDir,
    /// The settings.
    pub config: Config,
    /// Which file they came from.
    pub config_file: Option<PathBuf>,
    /// How long to wait for another command that has the database open.
    pub patience: Duration,
    /// Print results and errors only.
    pub quiet: bool,
}

/// Which file a command reads its settings from.
pub fn config_file(global: &Global, data_dir: &DataDir) -> Option<PathBuf> {
    global.config.clone().or_else(|| Some(data_dir.config()).filter(|file| file.exists()))
}

impl Context {
    /// Reads the settings; `flags` win over file and environment. Does not touch the data directory.
    pub fn load(global: &Global, flags: &Flags, default_dir: &str) -> Result<Self, LoadError> {
        let data_dir = DataDir::new(global.data_dir.clone().unwrap_or_else(|| PathBuf::from(default_dir)));
        let config_file = config_file(global, &data_dir);
        let config = load(config_file.as_deref(), flags)?;
        Ok(Self { data_dir, config, config_file, patience: Duration::from_secs(global.wait), quiet: global.quiet })
    }

    /// For commands that do one thing and end: only warnings and errors are logged.
    pub fn short(global: &Global) -> anyhow::Result<Self> {
        let context = Self::load(global, &Flags::default(), DEFAULT)?;
        telemetry::start(&context.config.log, Some("warn"))?;
        Ok(context)
    }

    /// Tells something that is no result.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            output::complain(text);
        }
    }

    /// The file of the embedded database; `None` with PostgreSQL.
    pub fn database_file(&self) -> Option<PathBuf> {
        match self.config.database.url.as_str() {
            "" => Some(self.data_dir.database()),
            url => url.strip_prefix("sqlite:").map(|path| PathBuf::from(path.strip_prefix("//").unwrap_or(path))),
        }
    }

    /// How to open the database.
    pub fn database_options(&self) -> Options {
        let database = &self.config.database;
        let mut options = match self.database_file() {
            Some(file) => Options::new(format!("sqlite:{}", file.display())),
            None => Options::new(database.url.clone()),
        };
        options.durable = database.durable;
        options.numbers = Some(self.data_dir.numbers());
        if database.connections > 0 {
            options.connections = database.connections;
        }
        options
    }

    /// The use cases on an open database. Counters go on behind every number that was given out.
    pub async fn app(&self, db: Db, public_url: String) -> anyhow::Result<App> {
        // Before one is made: a new key beside values that it does not open would only hide that the old one is gone.
        if !self.data_dir.key_file().exists() && has_sealed_values(&db).await? {
            return Err(Failure::refused(format!(
                "the key file {} is gone, and the database holds values that are sealed with it; put it back from your backup, \
                 or copy it from another node",
                self.data_dir.key_file().display()
            ))
            .into());
        }
        let config = crossdock_app::Config {
            public_url,
            test_mode: self.config.checkout.test_mode,
            rules: self.config.rules.source(),
            sealing_key: self.data_dir.sealing_key()?,
            sandbox: self.config.sandbox.rules(),
        };
        let app = App::new(db, std::sync::Arc::new(SystemClock), std::sync::Arc::new(SystemRandom), config);
        app.db().settle_numbers(SystemClock.now().to_rfc3339()).await?;
        // Before anything clones it.
        let app = app.with_integrations(integrations(&self.config)?);
        if !app.platform().has_right_sealing_key().await? {
            return Err(Failure::refused(format!(
                "the key file {} is not the one that the database was made with; copy that file here",
                self.data_dir.key_file().display()
            ))
            .into());
        }
        Ok(app)
    }
}
