//! Does what a request asks for: the same function in a server and in a command.

use crossdock_app::App;
use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::test_order::{TestOrder, TestOutcome};
use crossdock_app::platform::JobError;
use crossdock_db::{DbError, Engine, MIGRATIONS, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::StoreId;
use crossdock_domain::money::Currency;
use crossdock_domain::store::{Store, StoreSettings};
use secrecy::{ExposeSecret as _, SecretString};

use super::views::{
    DatabaseView, HelloView, HistoryView, JobView, OrderSummaryView, OrderView, StoreSummaryView, StoreView,
    TestOrderView,
};
use super::{
    Action, AdminAnswer, AdminRequest, AdminResult, JobState, Outcome, Secret, landed_cost, order_id, settings,
    webhooks,
};
use crate::exit::Failure;

/// Fact of the database that marks demo data.
const DEMO: &str = "demo";

/// Orders listed when no day is named.
const LIST_DAYS: i64 = 14;

/// Does it.
pub async fn execute(app: &App, request: AdminRequest) -> AdminResult {
    match request {
        AdminRequest::Hello => Ok(AdminAnswer::Hello(HelloView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            // The server knows; see `AdminSocket::run`.
            database: None,
        })),
        AdminRequest::StoreAdd { id, name, currency, secret, settings } => {
            let currency: Currency = currency.parse().map_err(refused)?;
            let settings = settings::changed(&StoreSettings::default(), &settings)?;
            let (secret, shown) = secret_or_new(app, secret);
            app.checkout().stores().add(Store { id, name, currency, settings }, &secret).await?;
            Ok(AdminAnswer::Secret { id, secret: shown })
        }
        AdminRequest::StoreList => {
            Ok(AdminAnswer::Stores(app.checkout().stores().list().await?.iter().map(StoreSummaryView::from).collect()))
        }
        AdminRequest::StoreShow { id } => {
            Ok(AdminAnswer::Store(Box::new(StoreView::of(&app.checkout().stores().get(id).await?)?)))
        }
        AdminRequest::StoreSet { id, name, settings } => {
            let mut store = app.checkout().stores().get(id).await?;
            store.name = name.unwrap_or(store.name);
            store.settings = settings::changed(&store.settings, &settings)?;
            app.checkout().stores().update(store).await?;
            Ok(AdminAnswer::Done)
        }
        AdminRequest::StoreRotateSecret { id, secret } => {
            let (secret, shown) = secret_or_new(app, secret);
            app.checkout().stores().rotate_secret(id, &secret).await?;
            Ok(AdminAnswer::Secret { id, secret: shown })
        }
        AdminRequest::OrderList { store, since, limit } => order_list(app, store, since.as_deref(), limit).await,
        AdminRequest::OrderShow { order } => {
            let order = app.checkout().orders().get(order_id(&order)?).await?;
            Ok(AdminAnswer::Order(Box::new(OrderView::of(&order)?)))
        }
        AdminRequest::OrderHistory { order } => {
            let history = app.checkout().orders().history(order_id(&order)?).await?;
            Ok(AdminAnswer::History(history.iter().map(HistoryView::of).collect::<Result<_, _>>()?))
        }
        AdminRequest::OrderAct { order, action, person, reason } => {
            let id = order_id(&order)?;
            let status = app.checkout().orders().act(id, action.into(), &person, &reason).await?;
            Ok(AdminAnswer::OrderStatus { order: id.to_string(), status: status.code().to_owned() })
        }
        AdminRequest::TestOrder { cart, country, outcome } => {
            let step =
                Box::pin(app.checkout().test_orders().place(TestOrder { cart, country, outcome: outcome.into() }))
                    .await?;
            test_order_answer(step)
        }
        AdminRequest::JobList { state, limit } => {
            let jobs = app.jobs().list(state.code(), i64::from(limit)).await?;
            Ok(AdminAnswer::Jobs(jobs.into_iter().map(JobView::from).collect()))
        }
        AdminRequest::JobRetry { id: Some(id) } => {
            app.jobs().run_again(id).await?;
            Ok(AdminAnswer::Count(1))
        }
        AdminRequest::JobRetry { id: None } => retry_all(app).await,
        AdminRequest::JobRun => {
            let runs = Box::pin(crossdock_jobs::run_due_jobs(app)).await?;
            Ok(AdminAnswer::Count(runs as u64))
        }
        AdminRequest::Backup { file } => {
            app.db().backup(file).await.map_err(db)?;
            Ok(AdminAnswer::Done)
        }
        AdminRequest::Examine => examine(app).await,
        AdminRequest::TariffImport { tariff } => {
            Ok(AdminAnswer::Tariff(app.landed_cost().import_tariff(*tariff).await?.into()))
        }
        AdminRequest::TariffList => {
            Ok(AdminAnswer::Tariffs(app.landed_cost().tariffs().await?.into_iter().map(Into::into).collect()))
        }
        AdminRequest::RatesImport { rates } => {
            Ok(AdminAnswer::Imported { new: app.landed_cost().import_rates(rates).await? })
        }
        AdminRequest::RatesList { limit } => {
            let rates = app.landed_cost().rates(i64::from(limit)).await?;
            Ok(AdminAnswer::Rates(rates.into_iter().map(Into::into).collect()))
        }
        AdminRequest::RulesExplain { quote } => Ok(AdminAnswer::Text(app.landed_cost().explain(quote).await?)),
        AdminRequest::RulesReplay => Ok(AdminAnswer::Replay(Box::pin(landed_cost::replay(app)).await?)),
        AdminRequest::Webhook { owner, request } => {
            Ok(AdminAnswer::Webhook(Box::new(Box::pin(webhooks::execute(app, owner, *request)).await?)))
        }
        AdminRequest::AdminKey { wholesaler, request } => {
            Ok(AdminAnswer::Wholesale(Box::pin(super::keys::execute(app, wholesaler, *request)).await?))
        }
        AdminRequest::Sandbox(request) => {
            Ok(AdminAnswer::Wholesale(Box::pin(super::sandboxes::execute(app, request)).await?))
        }
        AdminRequest::Goods(request) => Box::pin(super::goods::execute(app, request)).await.map(AdminAnswer::Goods),
        AdminRequest::Wholesale(request) => {
            Ok(AdminAnswer::Wholesale(Box::pin(super::wholesale::execute(app, request)).await?))
        }
    }
}

fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::refused(error.to_string())
}

fn db(error: DbError) -> Failure {
    error.into()
}

/// The secret to use, and what the person has to be shown of it: a new one, never their own.
pub(super) fn secret_or_new(app: &App, given: Option<Secret>) -> (SecretString, Option<Secret>) {
    if let Some(Secret(secret)) = given {
        return (SecretString::from(secret), None);
    }
    let new = app.platform().new_secret();
    let shown = Secret(new.expose_secret().to_owned());
    (new, Some(shown))
}

async fn order_list(app: &App, store: StoreId, since: Option<&str>, limit: u32) -> AdminResult {
    let since = match since {
        Some(day) => Timestamp::from_yyyymmdd(&day.replace('-', ""))
            .ok_or_else(|| Failure::refused(format!("{day:?} is no day; write 20260131 or 2026-01-31")))?,
        None => app.now() - Span::days(LIST_DAYS),
    };
    let orders = app.checkout().orders().since(store, since, i64::from(limit)).await?;
    Ok(AdminAnswer::Orders(orders.into_iter().map(|order| OrderSummaryView::of(store, order)).collect()))
}

fn test_order_answer(step: PaymentStep) -> AdminResult {
    let none = TestOrderView { order_id: None, order_status: None, redirect: None, declined: None };
    match step {
        PaymentStep::Placed { order, status, redirect } => Ok(AdminAnswer::TestOrder(TestOrderView {
            order_id: Some(order.to_string()),
            order_status: Some(status.code().to_owned()),
            redirect: Some(redirect),
            declined: None,
        })),
        PaymentStep::Declined { reason } => {
            Ok(AdminAnswer::TestOrder(TestOrderView { declined: Some(reason), ..none }))
        }
        PaymentStep::Challenge | PaymentStep::Pending | PaymentStep::NotStarted => {
            Err(Failure::failed("another payment of this cart is under way; ask again when it has ended"))
        }
    }
}

async fn retry_all(app: &App) -> AdminResult {
    let mut again = 0;
    for job in app.jobs().list(JobState::Dead.code(), i64::MAX).await? {
        match app.jobs().run_again(job.id).await {
            Ok(()) => again += 1,
            // Somebody else was faster.
            Err(JobError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(AdminAnswer::Count(again))
}

async fn examine(app: &App) -> AdminResult {
    let engine = match app.db().engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    Ok(AdminAnswer::Database(Box::new(DatabaseView {
        engine: engine.to_owned(),
        // An open database is at the newest step: opening brings it there.
        schema_version: MIGRATIONS.last().map_or(0, |step| step.version),
        damage: app.db().integrity_check().await.map_err(db)?,
        demo: is_demo(app).await?,
        test_mode: app.config().test_mode,
        jobs: app.jobs().counts().await?,
        stores: app.checkout().stores().list().await?.iter().map(StoreSummaryView::from).collect(),
    })))
}

struct ReadDemo;

impl Operation for ReadDemo {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        Ok(tx.meta(DEMO).await?.is_some())
    }
}

struct MarkDemo;

impl Operation for MarkDemo {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.set_meta(DEMO, "1").await
    }
}

/// Whether the database holds demo data with its well-known credentials.
pub async fn is_demo(app: &App) -> Result<bool, Failure> {
    app.db().read(ReadDemo).await.map_err(db)
}

/// Marks the database as demo data; there is no way back.
pub async fn mark_demo(app: &App) -> Result<(), Failure> {
    app.db().write(MarkDemo).await.map_err(db)
}

impl From<Action> for StaffAction {
    fn from(action: Action) -> Self {
        match action {
            Action::Approve => Self::Approve,
            Action::Deny => Self::Deny,
            Action::Hold => Self::Hold,
            Action::Release => Self::Release,
            Action::Cancel => Self::Cancel,
            Action::BookPayment => Self::BookPayment,
        }
    }
}

impl From<Outcome> for TestOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Approved => Self::Approved,
            Outcome::Review => Self::Review,
            Outcome::Declined => Self::Declined,
        }
    }
}
