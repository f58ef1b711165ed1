//! Landed costs on a small book of rules: kept, explained, computed again; tariffs and rates that come in.

use crossdock_app::checkout::LandedQuoteError;
use crossdock_app::checkout::landed_quotes::QuoteLandedCost;
use crossdock_app::landed_cost::{ImportError, LandedItem, LandedQuote, LandedQuoteRow, QuoteError, RulesSource};
use crossdock_app::platform::error::DbError;
use crossdock_app::{App, Config};
use std::path::Path;
use std::sync::Arc;

use crossdock_db::{Operation, Tx};
use crossdock_domain::cart::CartItem;
use crossdock_domain::clock::{Day, FixedClock, Span};
use crossdock_domain::country::Country;
use crossdock_domain::landed_cost::{BuyerKind, LandedCostError, Location, Rates};
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::random::SeededRandom;
use crossdock_rules::BookFiles;
use crossdock_rules::tariff::{self, Tariff};
use crossdock_testkit::{Builder, TestApp, on_both_engines, samples};

on_both_engines!(
    with = small_book,
    a_quote_is_computed_again_without_difference_after_everything_changed,
    a_changed_result_is_found_by_the_replay,
    what_another_node_imports_counts_within_seconds,
    the_newest_day_of_rates_is_used_and_the_future_is_refused,
    a_tariff_needs_a_territory_and_rows,
    only_its_store_finds_a_quote,
    the_same_version_of_the_rules_is_kept_once_by_many,
);

fn small_book(builder: Builder) -> Builder {
    builder.rules(RulesSource::Dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules")))
}

fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

fn place(code: &str) -> Location {
    Location::country(Country::from_code(code).expect("a country"))
}

/// Two shirts of 100 each.
fn shirts(currency_code: &str) -> LandedQuote {
    let line = CartItem {
        description: "Shirt".to_owned(),
        quantity: 2.into(),
        unit_price: 100.into(),
        hs_code: Some("610910".to_owned()),
        country_of_origin: Some("BD".to_owned()),
        ..CartItem::default()
    };
    LandedQuote {
        ship_from: Some(place("US")),
        ship_to: place("DE"),
        currency: Some(currency(currency_code)),
        day: Day::new(2026, 11, 21),
        buyer: BuyerKind::Consumer,
        shipping: None,
        insurance: None,
        items: vec![LandedItem { line, supplier: None }],
    }
}

async fn ask(app: &App, quote: LandedQuote) -> Result<LandedQuoteRow, LandedQuoteError> {
    let credentials = samples::credentials(samples::store_id(), samples::SECRET);
    app.checkout().landed_quotes().quote(QuoteLandedCost { credentials, quote }).await
}

async fn duty(app: &App, currency: &str) -> Money {
    ask(app, shirts(currency)).await.expect("a quote").cost.cost.totals.duty
}

fn rates(day: Day, dollar: &str) -> Rates {
    let per_base = [("USD".to_owned(), dollar.parse().expect("a rate"))].into();
    Rates { base: currency("EUR"), day, source: "test".to_owned(), per_base, origins: [].into() }
}

fn tariff(csv: &str) -> Tariff {
    let rows = tariff::read(csv.as_bytes(), |_| ()).expect("a tariff").rows;
    Tariff {
        version: Tariff::VERSION,
        territory: "EU".to_owned(),
        currency: currency("EUR"),
        source: "test".to_owned(),
        imported: Day::new(2026, 11, 21).expect("a day"),
        rows,
    }
}

fn euros(minor: i64) -> Money {
    Money::new(minor, currency("EUR"))
}

/// The same installation with other rules.
fn with_other_rules(app: &TestApp) -> App {
    let (eu, de) = (
        include_str!("../../../../fixtures/rules/areas/EU.toml"),
        include_str!("../../../../fixtures/rules/destinations/DE.toml"),
    );
    let dearer = eu.replace("ad_valorem = \"12\"", "ad_valorem = \"20\"");
    assert_ne!(dearer, eu);
    let files = BookFiles::from_texts([("areas/EU.toml", dearer.as_str()), ("destinations/DE.toml", de)]);
    let config = Config { rules: RulesSource::Files(files), ..app.config().clone() };
    let clock = Arc::new(FixedClock::new(app.now()));
    App::new(app.db().clone(), clock, Arc::new(SeededRandom::new(77)), config)
}

async fn a_quote_is_computed_again_without_difference_after_everything_changed(app: TestApp) {
    let today = Day::of(app.now());
    app.landed_cost().import_rates(rates(today, "1.25")).await.expect("good rates");
    assert_eq!(duty(&app, "EUR").await, euros(2_400), "12 % of 200");
    let row = ask(&app, shirts("USD")).await.expect("a quote");
    app.landed_cost().import_tariff(tariff("hs,ad_valorem\n6109,6.5\n")).await.expect("a good tariff");
    assert_eq!(duty(&app, "EUR").await, euros(1_300), "6.5 % of 200 by the tariff");
    app.landed_cost().import_rates(rates(today, "1.5")).await.expect("good rates");
    let other = with_other_rules(&app);
    let mut no_code = shirts("EUR");
    no_code.items[0].line.hs_code = Some("620520".to_owned());
    let dearer = ask(&other, no_code).await.expect("a quote");
    assert_eq!(dearer.cost.cost.totals.duty, euros(4_000), "20 % of 200 by the other rules");

    let mut told = Vec::new();
    let replay = app.landed_cost().replay(|seen, all| told.push((seen, all))).await.expect("a replay");
    assert_eq!((replay.computed, replay.different), (4, 0), "{:?}", replay.differences);
    assert_eq!(told.last(), Some(&(4, 4)));
    let text = app.landed_cost().explain(row.id).await.expect("a text");
    for part in [
        "Shirt",
        "12 % of 160 = 19.2 EUR, charged 24.00 USD [EU-DUTY-61]",
        "1 USD = 0.8 EUR",
        "310 days old",
        "import newer ones",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

struct Insert(LandedQuoteRow);

impl Operation for Insert {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.insert_landed_quote(&self.0).await
    }
}

async fn a_changed_result_is_found_by_the_replay(app: TestApp) {
    let mut row = ask(&app, shirts("EUR")).await.expect("a quote");
    row.id = crossdock_domain::ids::QuoteId::new(app.now(), app.random());
    row.cost.cost.totals.duty = euros(1);
    app.db().write(Insert(row.clone())).await.expect("inserted");
    let replay = app.landed_cost().replay(|_, _| ()).await.expect("a replay");
    assert_eq!((replay.computed, replay.different), (2, 1));
    assert_eq!(replay.differences[0].quote, row.id);
    assert!(replay.differences[0].what.contains("duty was 0.01 EUR, is 24.00 EUR"), "{:?}", replay.differences);
}

async fn what_another_node_imports_counts_within_seconds(app: TestApp) {
    let clock = Arc::new(FixedClock::new(app.now()));
    let random = Arc::new(SeededRandom::new(77));
    let other = App::new(app.db().clone(), Arc::clone(&clock) as _, random, app.config().clone());
    assert_eq!(duty(&other, "EUR").await, euros(2_400));
    app.landed_cost().import_tariff(tariff("hs,ad_valorem\n6109,1\n")).await.expect("a good tariff");
    assert_eq!(duty(&app, "EUR").await, euros(200), "at once here");
    assert_eq!(duty(&other, "EUR").await, euros(2_400), "not yet there");
    clock.advance(Span::seconds(5));
    assert_eq!(duty(&other, "EUR").await, euros(200));
}

async fn the_newest_day_of_rates_is_used_and_the_future_is_refused(app: TestApp) {
    let none = ask(&app, shirts("USD")).await;
    assert!(matches!(none, Err(LandedQuoteError::Quote(QuoteError::Request(LandedCostError::NoRate(..))))), "{none:?}");
    let today = Day::of(app.now());
    assert!(app.landed_cost().import_rates(rates(today, "1.25")).await.expect("good rates").new);
    assert!(!app.landed_cost().import_rates(rates(today, "1.25")).await.expect("good rates").new, "the same again");
    let older = Day::new(2020, 1, 1).expect("a day");
    let old = app.landed_cost().import_rates(rates(older, "9")).await.expect("good rates");
    assert_eq!((old.new, old.passed_over), (true, vec!["USD".to_owned()]));
    let mut dirham = rates(today, "1");
    dirham.base = currency("USD");
    dirham.source = "peg".to_owned();
    dirham.per_base = [("AED".to_owned(), "3.6725".parse().expect("a rate"))].into();
    assert!(app.landed_cost().import_rates(dirham).await.expect("good rates").new);
    let quote = ask(&app, shirts("USD")).await.expect("a quote");
    assert_eq!(quote.cost.cost.exchange.map(|exchange| exchange.day), Some(today));
    let ahead = app.landed_cost().import_rates(rates(today.next().next(), "1")).await;
    assert!(matches!(ahead, Err(ImportError::Refused(_))), "{ahead:?}");
    let days: Vec<Day> = app.landed_cost().rates(9).await.expect("a list").iter().map(|row| row.rates.day).collect();
    assert_eq!(days, [today, today, older]);
    let in_use = app.landed_cost().rates_in_use().await.expect("a list");
    let in_use: Vec<_> = in_use.iter().map(|rate| (rate.currency.code(), rate.source.as_str())).collect();
    assert_eq!(in_use, [("AED", "peg"), ("USD", "test")]);
}

async fn a_tariff_needs_a_territory_and_rows(app: TestApp) {
    let good = tariff("hs,ad_valorem\n6109,1\n");
    for (bad, part) in [
        (Tariff { territory: "ZZ".to_owned(), ..good.clone() }, "ZZ"),
        (Tariff { currency: currency("USD"), ..good.clone() }, "EUR"),
        (Tariff { rows: Vec::new(), ..good.clone() }, "rows"),
        (Tariff { version: 99, ..good.clone() }, "version"),
    ] {
        match app.landed_cost().import_tariff(bad).await {
            Err(ImportError::Refused(text)) => assert!(text.contains(part), "{text}"),
            other => panic!("{part}: {other:?}"),
        }
    }
    assert_eq!(app.landed_cost().tariffs().await.expect("a list"), []);
    let head = app.landed_cost().import_tariff(good).await.expect("a good tariff");
    assert_eq!(app.landed_cost().tariffs().await.expect("a list"), [head]);
}

async fn only_its_store_finds_a_quote(app: TestApp) {
    let other = app.add_other_store().await;
    let row = ask(&app, shirts("EUR")).await.expect("a quote");
    let own = samples::credentials(samples::store_id(), samples::SECRET);
    assert_eq!(app.checkout().landed_quotes().find(&own, row.id).await.expect("there"), row);
    let stranger = samples::credentials(other, samples::OTHER_SECRET);
    let refused = app.checkout().landed_quotes().find(&stranger, row.id).await;
    assert!(matches!(refused, Err(LandedQuoteError::Quote(QuoteError::NotFound))), "{refused:?}");
}

async fn the_same_version_of_the_rules_is_kept_once_by_many(app: TestApp) {
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let app = app.app().clone();
        callers.spawn(async move { ask(&app, shirts("EUR")).await.expect("a quote").cost.book });
    }
    let books = callers.join_all().await;
    assert!(books.iter().all(|book| *book == books[0]));
    let replay = app.landed_cost().replay(|_, _| ()).await.expect("a replay");
    assert_eq!((replay.computed, replay.different), (16, 0));
}
