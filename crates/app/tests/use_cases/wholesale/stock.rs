//! Stock: bulk changes, reservations, several warehouses; and whatever happens, it adds up.

use crossdock_app::hub::{CancelSupplyOrder, GoodsError, OrderRef, SetSupplyStatus, StockChange, StockProblem};
use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::stock::StockOperation::{self, Add, Set, Subtract};
use crossdock_domain::wholesale::{OrderSerial, Quantity, SupplyActor, SupplyStatus, WarehouseId};
use crossdock_testkit::wholesale::{MAIN, SECOND, add_wholesaler, caller, order_of, pieces, set_stock};
use crossdock_testkit::{Engine, TestApp, on_both_engines};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};

use super::{fault, stock_of, variant};

fn change(code: &str, warehouse: WarehouseId, operation: StockOperation, quantity: i64) -> StockChange {
    StockChange { code: code.to_owned(), kind: None, warehouse, operation, quantity: quantity.into() }
}

on_both_engines! {
    async fn stocks_are_set_added_to_and_taken_from_in_bulk(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let changes = vec![
            change("1-S", MAIN, Set, 4),
            change("5900000000011", MAIN, Add, 3),
            change("1-S", MAIN, Subtract, 8),
            change("1-S", SECOND, Add, 2),
            change("nothing", MAIN, Set, 1),
            change("1-S", WarehouseId(9), Set, 1),
            change("1-S", MAIN, Set, -1),
            change("3-uniw", MAIN, Set, 1),
            change("1-S", MAIN, Subtract, 7),
        ];
        let outcomes = app.hub().stock().change(hurt.id, changes).await.expect("an answer");
        let results: Vec<_> = outcomes.into_iter().map(|outcome| outcome.result).collect();
        assert_eq!(results, [
            Ok(Quantity::pieces(4)),
            Ok(Quantity::pieces(7)),
            Err(StockProblem::NotEnough),
            Ok(Quantity::pieces(2)),
            Err(StockProblem::UnknownCode),
            Err(StockProblem::UnknownWarehouse),
            Err(StockProblem::BadQuantity),
            Err(StockProblem::IsSet),
            Ok(Quantity::ZERO),
        ]);
    }

    async fn additions_at_once_are_all_counted(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..16 {
            let (app, id) = (app.app().clone(), hurt.id);
            calls.spawn(async move {
                let changes =
                    vec![change("1-S", SECOND, Add, 1), change("1-M", SECOND, Add, 2)];
                app.hub().stock().change(id, changes).await.expect("changed")
            });
        }
        calls.join_all().await;
        assert_eq!(stock_of(&app, hurt.id, "1-S").await.0, 26);
        assert_eq!(stock_of(&app, hurt.id, "1-M").await.0, 42);
        if app.db().engine() == Engine::Postgres {
            assert_eq!(app.deadlocks().await, 0);
        }
    }

    async fn an_order_is_served_from_several_warehouses_when_it_must(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        app.hub().stock().change(hurt.id, vec![change("1-S", SECOND, Set, 5)]).await.expect("set");
        let shop = caller(&app, &hurt, "shop1").await;
        app.hub().ordering().place(&shop, order_of(vec![pieces("1-S", 13)])).await.expect("placed");
        let levels = app.hub().stock().get(hurt.id, vec![variant("1-S")]).await.expect("stock").remove(0).levels;
        let reserved: Vec<_> = levels.iter().map(|level| (level.warehouse, level.reserved)).collect();
        assert_eq!(reserved, [(MAIN, Quantity::pieces(10)), (SECOND, Quantity::pieces(3))]);
        let mut second = app.hub().stock().warehouses(hurt.id).await.expect("warehouses").remove(1);
        second.sellable = false;
        app.hub().stock().put_warehouse(hurt.id, second).await.expect("stored");
        assert!(!app.hub().stock().availability(&shop, vec![pieces("1-S", 1)]).await.expect("an answer").available);
        app.run_jobs().await;
    }

    async fn goods_put_aside_by_hand_are_let_go_by_hand_or_by_time(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let until = app.now() + Span::hours(1);
        let aside = |pieces: i64| app.hub().stock().reserve(hurt.id, variant("1-S"), pieces.into(), None, until, "fair".to_owned());
        let first = aside(4).await.expect("put aside").remove(0);
        aside(4).await.expect("put aside");
        assert!(matches!(fault(aside(4).await), GoodsError::Refused(_)));
        assert!(matches!(fault(aside(0).await), GoodsError::Invalid { .. }));
        app.hub().stock().release(hurt.id, first.id).await.expect("let go");
        assert!(matches!(fault(app.hub().stock().release(hurt.id, first.id).await), GoodsError::NotFound(_)));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 4));
        app.advance(Span::hours(2));
        app.housekeeping().await.expect("housekeeping");
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 0));
    }

    async fn the_reservation_of_an_order_is_not_let_go_by_hand(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = caller(&app, &hurt, "shop1").await;
        app.hub().ordering().place(&shop, order_of(vec![pieces("1-S", 1)])).await.expect("placed");
        let row = app.hub().stock().reservations(hurt.id, variant("1-S")).await.expect("read").remove(0);
        assert_eq!(row.order, Some(OrderSerial(1)));
        assert!(matches!(fault(app.hub().stock().release(hurt.id, row.id).await), GoodsError::Refused(_)));
        assert_eq!(stock_of(&app, hurt.id, "1-S").await, (10, 1));
        app.run_jobs().await;
    }
}

/// What people do to a stock.
#[derive(Debug, Clone)]
enum Step {
    Set(i64),
    Add(i64),
    Subtract(i64),
    Order(i64),
    OrderSet(i64),
    Cancel(i64),
    Move(i64, SupplyStatus),
    Reserve(i64),
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(SupplyStatus::all().collect::<Vec<_>>());
    prop_oneof![
        (0_i64..12).prop_map(Step::Set),
        (0_i64..6).prop_map(Step::Add),
        (0_i64..6).prop_map(Step::Subtract),
        (1_i64..6).prop_map(Step::Order),
        (1_i64..3).prop_map(Step::OrderSet),
        (1_i64..8).prop_map(Step::Cancel),
        (1_i64..8, status).prop_map(|(serial, status)| Step::Move(serial, status)),
        (1_i64..5).prop_map(Step::Reserve),
        Just(Step::Wait),
    ]
}

/// Runs random histories on one database after the other; checks after every step that nothing is negative and that
/// reservations add up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_is_never_negative_and_reservations_add_up_whatever_happens() {
    let histories = {
        let config = Config { cases: 12, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(
            config,
            prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha),
        );
        let strategy = prop::collection::vec(step(), 30);
        (0..12).map(|_| strategy.new_tree(&mut runner).expect("a history").current()).collect::<Vec<_>>()
    };
    let app = TestApp::builder(Engine::Sqlite).start().await.expect("an app");
    for (tenant, history) in (1..).zip(histories) {
        let hurt = add_wholesaler(&app, tenant).await;
        let shop = caller(&app, &hurt, "shop1").await;
        // What lies there or was sent: changes by stock taking only.
        let mut expected = 5_i64;
        for step in history {
            let told = format!("{step:?}");
            match step {
                Step::Set(n) => {
                    set_stock(&app, hurt.id, &[("2-uniw", n)]).await;
                    expected = n;
                }
                Step::Add(n) | Step::Subtract(n) => {
                    let operation = if matches!(step, Step::Add(_)) { Add } else { Subtract };
                    let outcome = app.hub().stock().change(hurt.id, vec![change("2-uniw", MAIN, operation, n)]).await;
                    if outcome.expect("an answer")[0].result.is_ok() {
                        expected += if operation == Add { n } else { -n };
                    }
                }
                Step::Order(n) | Step::OrderSet(n) => {
                    let code = if matches!(step, Step::Order(_)) { "2-uniw" } else { "3-uniw" };
                    let wanted = vec![pieces(code, n)];
                    let available =
                        app.hub().stock().availability(&shop, wanted.clone()).await.expect("an answer").available;
                    let placed = app.hub().ordering().place(&shop, order_of(wanted)).await;
                    assert_eq!(
                        placed.is_ok(),
                        available,
                        "{told}: what is told to be there can be ordered, and no more"
                    );
                }
                Step::Cancel(serial) => {
                    let order = OrderRef::Serial(OrderSerial(serial));
                    let wish = vec![CancelSupplyOrder { order, reason: String::new() }];
                    app.hub().orders().cancel(&shop, wish).await.expect("an answer");
                }
                Step::Move(serial, to) => {
                    let before = stock_of(&app, hurt.id, "2-uniw").await.0;
                    let command = SetSupplyStatus {
                        wholesaler: hurt.id,
                        serial: OrderSerial(serial),
                        to,
                        actor: SupplyActor::System,
                        reason: String::new(),
                    };
                    drop(app.hub().orders().set_status(command).await);
                    expected -= before - stock_of(&app, hurt.id, "2-uniw").await.0;
                }
                Step::Reserve(n) => {
                    let until = app.now() + Span::minutes(1);
                    drop(
                        app.hub()
                            .stock()
                            .reserve(hurt.id, variant("2-uniw"), n.into(), None, until, String::new())
                            .await,
                    );
                }
                Step::Wait => app.advance(Span::seconds(40)),
            }
            // Compares reservations with what is counted as put aside.
            let (quantity, reserved) = stock_of(&app, hurt.id, "2-uniw").await;
            assert!(quantity >= 0 && reserved >= 0, "{told}");
            assert_eq!(quantity, expected, "{told}");
        }
    }
    app.run_jobs().await;
}
