//! Whole files: judged without a write, stored in batches or all at once.

use crossdock_app::hub::{
    BatchIter, Batches, CatalogueItem, GoodsError, ProductOutcome, StockChange, StockProblem, WholeReport,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{ProductId, Quantity, VariantId, WarehouseId, WholesalerId};
use crossdock_testkit::wholesale::{add_wholesaler, product, size};
use crossdock_testkit::{TestApp, on_both_engines};

use super::fault;

const MAIN: WarehouseId = WarehouseId(1);

fn item(code: &str, ean: &str, net: i64, stock: i64) -> CatalogueItem {
    let stock = vec![("S".to_owned(), MAIN, Quantity::pieces(stock))];
    CatalogueItem { product: product(code, vec![size("S", ean, net)]), stock }
}

/// Batches that lie in memory; nobody wants them any more when so many have been read.
struct Given<T> {
    batches: Vec<Vec<T>>,
    wanted: usize,
    read: Arc<AtomicUsize>,
}

impl<T: Clone + Send + Sync + 'static> Given<T> {
    fn all(batches: Vec<Vec<T>>) -> Self {
        Self { batches, wanted: usize::MAX, read: Arc::default() }
    }
}

impl<T: Clone + Send + Sync + 'static> Batches<T> for Given<T> {
    fn open(&self) -> Result<BatchIter<T>, String> {
        let read = self.read.clone();
        read.store(0, Ordering::Relaxed);
        let batches = self.batches.clone().into_iter();
        Ok(Box::new(batches.map(move |batch| {
            read.fetch_add(1, Ordering::Relaxed);
            Ok(batch)
        })))
    }

    fn is_wanted(&self) -> bool {
        self.read.load(Ordering::Relaxed) < self.wanted
    }
}

async fn codes(app: &TestApp, hurt: WholesalerId) -> Vec<String> {
    let products = app.hub().catalogue().products(hurt, ProductId(0), None, 500).await.expect("read");
    products.into_iter().map(|product| product.code).collect()
}

async fn level(app: &TestApp, hurt: WholesalerId, code: &str) -> Quantity {
    let variant: VariantId = code.parse().expect("a code");
    let views = app.hub().stock().get(hurt, vec![variant]).await.expect("read");
    views[0].levels.iter().find(|level| level.warehouse == MAIN).map_or(Quantity::ZERO, |level| level.quantity)
}

on_both_engines! {
    async fn a_check_tells_what_storing_would_change_stocks_included(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await.id;
        let batch = || vec![item("cap", "111", 900, 4), item("hat", "222", 900, 0), item("thief", "5900000000011", 1, 1)];
        let before = codes(&app, hurt).await;
        let checked = app.hub().catalogue().check_batch(hurt, batch()).await.expect("checked");
        assert_eq!(codes(&app, hurt).await, before);
        assert!(matches!(checked.outcomes[..], [
            ProductOutcome::Added(_),
            ProductOutcome::Added(_),
            ProductOutcome::Refused(_)
        ]), "{checked:?}");
        let stored = app.hub().catalogue().store_batch(hurt, batch()).await.expect("stored");
        assert_eq!(stored.outcomes, checked.outcomes);
        assert_eq!((stored.stocks.iter().sum::<u64>(), checked.stocks), (2, vec![1, 1, 0]));
        let again = app.hub().catalogue().check_batch(hurt, batch()).await.expect("checked");
        assert_eq!(again.stocks, [0, 0, 0]);
        assert!(matches!(again.outcomes[0], ProductOutcome::Unchanged(_)));
        let other = app.hub().catalogue().check_batch(hurt, vec![item("cap", "111", 900, 5)]).await.expect("checked");
        assert_eq!(other.stocks, [1], "only the stock differs");
    }

    async fn a_whole_file_is_stored_or_nothing_of_it(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await.id;
        let before = codes(&app, hurt).await;
        let good = || vec![vec![item("cap", "111", 900, 4)], vec![item("hat", "222", 900, 0), item("cap", "111", 800, 4)]];
        let mut bad = good();
        bad.push(vec![item("thief", "5900000000011", 1, 1)]);
        let told = fault(app.hub().catalogue().store_whole(hurt, Given::all(bad)).await);
        assert!(matches!(&told, GoodsError::Refused(text) if text.starts_with("thief: ")), "{told:?}");
        assert_eq!(codes(&app, hurt).await, before);
        for wanted in [1, 2] {
            let given = Given { wanted, ..Given::all(good()) };
            let told = fault(app.hub().catalogue().store_whole(hurt, given).await);
            assert!(matches!(&told, GoodsError::Refused(text) if text.contains("stopped")), "{told:?}");
            assert_eq!(codes(&app, hurt).await, before, "stopped behind batch {wanted}");
        }
        let report = app.hub().catalogue().store_whole(hurt, Given::all(good())).await.expect("stored");
        assert_eq!(report, WholeReport { added: 2, changed: 1, unchanged: 0, stocks: 2 });
        assert_eq!(codes(&app, hurt).await.len(), before.len() + 2);
    }

    async fn whole_stocks_add_up_or_nothing_changes(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await.id;
        let change = |operation, quantity: i64| StockChange {
            code: "1-S".to_owned(),
            kind: None,
            warehouse: MAIN,
            operation,
            quantity: quantity.into(),
        };
        let before = level(&app, hurt, "1-S").await;
        let all = || vec![
            vec![change(StockOperation::Add, 5), change(StockOperation::Add, 5)],
            vec![change(StockOperation::Subtract, 3)],
        ];
        let checked = app.hub().stock().check(hurt, all().concat()).await.expect("checked");
        assert!(checked.iter().all(|outcome| outcome.changed && outcome.result.is_ok()), "{checked:?}");
        assert_eq!(level(&app, hurt, "1-S").await, before, "a check changes nothing");
        let mut bad = all();
        bad.push(vec![change(StockOperation::Subtract, 1_000_000)]);
        let told = fault(app.hub().catalogue().store_whole_stock(hurt, Given::all(bad)).await);
        let reason = StockProblem::NotEnough.to_string();
        assert!(matches!(&told, GoodsError::Refused(text) if text.contains(&reason)), "{told:?}");
        assert_eq!(level(&app, hurt, "1-S").await, before);
        let report = app.hub().catalogue().store_whole_stock(hurt, Given::all(all())).await.expect("stored");
        assert_eq!(report.stocks, 3);
        assert_eq!(level(&app, hurt, "1-S").await, before.plus(Quantity::pieces(7)));
    }
}
