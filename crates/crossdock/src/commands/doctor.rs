//! `crossdock doctor`: looks at everything that has gone wrong for somebody before, and says what to do.

mod checks;

use std::collections::BTreeMap;

use crossdock_app::App;
use crossdock_db::{Engine, MIGRATIONS};
use crossdock_domain::clock::Day;
use crossdock_domain::country::Country;
use crossdock_domain::ids::StoreId;
use crossdock_domain::landed_cost::{Location, RATES_ARE_FRESH_DAYS};
use crossdock_domain::money::Currency;
use crossdock_domain::store::{Duties, Store};
use serde::{Deserialize, Serialize};

use super::store::StoreSummary;
use crate::config::Flags;
use crate::context::{Context, config_file};
use crate::control::Command;
use crate::data_dir::{DEFAULT, DataDir};
use crate::demo::is_demo;
use crate::exit::{Failure, NegativeResult};
use crate::global::Global;
use crate::output::{self, Format};
use crate::telemetry;

/// Find out what is wrong with an installation
///
/// Checks configuration, data directory, database, clock, disk, public URL, certificates, jobs and stores. Works while a
/// server runs. Exit code 1 when there are problems; remarks do not count.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  crossdock doctor
  crossdock --data-dir /var/lib/crossdock doctor --json")]
pub struct Doctor {
    #[command(flatten)]
    format: Format,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// All is well.
    Good,
    /// Worth knowing.
    Note,
    /// To be mended.
    Problem,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was looked at.
    pub check: &'static str,
    /// What was found.
    pub found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    fn good(check: &'static str, found: impl Into<String>) -> Self {
        Self { level: Level::Good, check, found: found.into(), advice: None }
    }

    fn note(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { level: Level::Note, check, found: found.into(), advice: Some(advice.into()) }
    }

    fn problem(check: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { level: Level::Problem, check, found: found.into(), advice: Some(advice.into()) }
    }
}

/// What the doctor asks of the database.
#[derive(Debug, Serialize, Deserialize)]
pub struct Examine {}

/// State of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseState {
    /// `sqlite` or `postgres`.
    engine: String,
    /// Newest schema step.
    schema_version: i64,
    /// Damage; empty when all is well.
    damage: Vec<String>,
    /// Whether this is demo data.
    demo: bool,
    /// Whether test orders are allowed.
    test_mode: bool,
    /// Jobs per state.
    jobs: Vec<(String, i64)>,
    stores: Vec<StoreState>,
    /// Exchange rates that stores need.
    rates: Vec<RatesOfStore>,
    /// Day of the newest exchange rates.
    newest_rates: Option<String>,
    /// When numbers were left out last because they had been given out before, and which.
    numbers_skipped: Option<String>,
}

/// What of a store decides whether buyers can be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreState {
    #[serde(flatten)]
    summary: StoreSummary,
    /// Whether it has an address that goods are sent from.
    has_origin: bool,
    has_support_email: bool,
    /// Whether buyers pay duty and tax at the checkout.
    prepaid: bool,
}

impl StoreState {
    fn of(store: &Store) -> Self {
        Self {
            summary: StoreSummary::of(store),
            has_origin: store.settings.origin.is_some(),
            has_support_email: store.settings.support_email.is_some(),
            prepaid: store.settings.landed_cost.duties != Duties::OnDelivery,
        }
    }
}

/// What a store lacks to work out duty and tax where it sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RatesOfStore {
    store: StoreId,
    /// Currencies of served destinations without a rate.
    missing: Vec<String>,
    /// Those whose rate is old, each with its day.
    stale: Vec<(String, String)>,
}

/// Looks at every destination of every store that collects duty and tax.
async fn rates(app: &App, stores: &[Store]) -> Result<Vec<RatesOfStore>, Failure> {
    let book = app.landed_cost().book().await?;
    let today = Day::of(app.now());
    let collecting = stores.iter().filter(|store| store.settings.landed_cost.duties != Duties::OnDelivery);
    let examine = |store: &Store| {
        let served = Country::all().filter(|country| {
            !store.settings.no_ship_countries.contains(country) && store.settings.shipping.zone_for(*country).is_some()
        });
        let currencies: BTreeMap<&str, Currency> = served
            .filter_map(|country| book.book().destination(&Location::country(country)))
            .map(|destination| destination.own.currency)
            .filter(|currency| *currency != store.currency)
            .map(|currency| (currency.code(), currency))
            .collect();
        let (mut missing, mut stale) = (Vec::new(), Vec::new());
        for (code, currency) in currencies {
            let code = code.to_owned();
            match book.rates().filter(|rates| rates.rate(store.currency, currency).is_some()) {
                None => missing.push(code),
                Some(rates) => {
                    let day = rates.origin_between(store.currency, currency).day;
                    if today.days_since(day) > RATES_ARE_FRESH_DAYS {
                        stale.push((code, day.to_string()));
                    }
                }
            }
        }
        RatesOfStore { store: store.id, missing, stale }
    };
    Ok(collecting.map(examine).filter(|found| !found.missing.is_empty() || !found.stale.is_empty()).collect())
}

impl Command for Examine {
    type Answer = DatabaseState;

    async fn run(self, app: &App) -> Result<DatabaseState, Failure> {
        let engine = match app.db().engine() {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let stores = app.checkout().stores().list().await?;
        Ok(DatabaseState {
            engine: engine.to_owned(),
            // An open database is at the newest step: opening brings it there.
            schema_version: MIGRATIONS.last().map_or(0, |step| step.version),
            damage: app.db().integrity_check().await?,
            demo: is_demo(app).await?,
            test_mode: app.config().test_mode,
            jobs: app.jobs().counts().await?,
            numbers_skipped: app.db().read_with((), |tx, ()| Box::pin(tx.skipped_numbers())).await?,
            rates: rates(app, &stores).await?,
            newest_rates: app.landed_cost().rates(1).await?.first().map(|row| row.rates.day.to_string()),
            stores: stores.iter().map(StoreState::of).collect(),
        })
    }
}

/// Runs the command.
pub async fn run(global: &Global, command: Doctor) -> anyhow::Result<()> {
    let findings = examine(global).await?;
    if command.format.json {
        output::json(&findings)?;
    } else {
        for Finding { level, check, found, advice } in &findings {
            let mark = match level {
                Level::Good => "good   ",
                Level::Note => "remark ",
                Level::Problem => "PROBLEM",
            };
            output::line(format!("{mark}  {check}: {found}"));
            if let Some(advice) = advice {
                output::line(format!("         → {advice}"));
            }
        }
    }
    if findings.iter().any(|finding| finding.level == Level::Problem) { Err(NegativeResult.into()) } else { Ok(()) }
}

async fn examine(global: &Global) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let context = match Context::load(global, &Flags::default(), DEFAULT) {
        Ok(context) => context,
        Err(error) => {
            // Everything else depends on it.
            let dir = global.data_dir.clone().unwrap_or_else(|| DEFAULT.into());
            let file =
                config_file(global, &DataDir::new(dir)).map(|file| file.display().to_string()).unwrap_or_default();
            let advice = format!("mend {file} or the environment; `crossdock config print` lists every key");
            return Ok(vec![Finding::problem("configuration", error.to_string(), advice)]);
        }
    };
    telemetry::start(&context.config.log, Some("error"))?;
    let source =
        context.config_file.as_ref().map_or("defaults and environment".into(), |file| file.display().to_string());
    findings.push(Finding::good("configuration", source));
    findings.extend(checks::clock(&context));
    findings.extend(checks::place(&context));
    findings.extend(checks::disk(&context));
    findings.extend(checks::handles(&context));
    findings.extend(checks::public_url(&context));
    findings.extend(checks::database(&context).await);
    Ok(findings)
}
