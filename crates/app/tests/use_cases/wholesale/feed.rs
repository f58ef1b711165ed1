//! Feeds: tokens, what a shop is told, what changed since.

use crossdock_app::hub::catalogue::feed::FeedProduct;
use crossdock_app::hub::{AvailableQuantity, ProductOutcome};
use crossdock_domain::clock::Span;
use crossdock_domain::wholesale::{ProductId, Quantity, StockMode};
use crossdock_testkit::on_both_engines;
use crossdock_testkit::wholesale::{add_account, add_wholesaler, product, set_stock, size};
use secrecy::{ExposeSecret as _, SecretString};

/// A size: its name, its first net price, what can be sold.
type SizeOffer = (String, i64, AvailableQuantity);

fn told(products: &[FeedProduct]) -> Vec<(i64, Vec<SizeOffer>)> {
    let sizes = |product: &FeedProduct| {
        let size = |size: &crossdock_app::hub::catalogue::feed::FeedSize| {
            (size.variant.id.size.clone(), size.steps[0].net, size.available)
        };
        product.sizes.iter().map(size).collect()
    };
    products.iter().map(|product| (product.product.id.0, sizes(product))).collect()
}

on_both_engines! {
    async fn a_token_shows_the_prices_of_its_account_until_it_is_taken_back(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let other = add_wholesaler(&app, 2).await;
        let gold = add_account(&app, hurt.id, "gold1", "gold").await;
        let token = app.hub().feeds().add_token(hurt.id, gold.id, "shop").await.expect("made");
        let reader = app.hub().feeds().reader(&token).await.expect("read").expect("good");
        assert_eq!((reader.wholesaler().id, reader.account().id), (hurt.id, gold.id));
        let page = app.hub().feeds().page(&reader, ProductId(0), 500).await.expect("read");
        let known = |pieces| AvailableQuantity::Known(Quantity::pieces(pieces));
        let size = |name: &str, net, pieces| (name.to_owned(), net, known(pieces));
        assert_eq!(told(&page), [
            (1, vec![size("S", 4800, 10), size("M", 4800, 10), size("L", 5300, 10)]),
            (2, vec![size("uniw", 1300, 5)]),
            (3, vec![size("uniw", 7800, 2)]),
        ]);
        assert!(app.hub().feeds().page(&reader, ProductId(3), 500).await.expect("read").is_empty());
        let text = token.expose_secret();
        let elsewhere = SecretString::from(text.replacen("_1_", &format!("_{}_", other.id), 1));
        let last = if text.ends_with('0') { '1' } else { '0' };
        let wrong = SecretString::from(format!("{}{last}", &text[..text.len() - 1]));
        for bad in [elsewhere, wrong, SecretString::from("cdf_1_1")] {
            assert_eq!(app.hub().feeds().reader(&bad).await.expect("read"), None);
        }
        let id = app.hub().feeds().tokens(hurt.id, gold.id).await.expect("listed")[0].id.clone();
        assert!(app.hub().feeds().revoke_token(other.id, gold.id, &id).await.is_err(), "another tenant's");
        app.hub().feeds().revoke_token(hurt.id, gold.id, &id).await.expect("there");
        assert_eq!(app.hub().feeds().reader(&token).await.expect("read"), None);
    }

    async fn a_blocked_account_reads_no_feed(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut shop = app.hub().accounts().by_login(hurt.id, "shop1").await.expect("there");
        let token = app.hub().feeds().add_token(hurt.id, shop.id, "").await.expect("made");
        shop.blocked = true;
        app.hub().accounts().update(hurt.id, shop).await.expect("blocked");
        assert_eq!(app.hub().feeds().reader(&token).await.expect("read"), None);
    }

    async fn hidden_quantities_and_what_is_not_sold_stay_hidden(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = app.hub().accounts().by_login(hurt.id, "shop1").await.expect("there");
        let token = app.hub().feeds().add_token(hurt.id, shop.id, "").await.expect("made");
        let reader = app.hub().feeds().reader(&token).await.expect("read").expect("good");
        let mut hidden = product("hidden", vec![size("S", "700", 100), size("M", "701", 100), size("L", "702", 100)]);
        hidden.sizes[0].stock_mode = StockMode::Hidden;
        hidden.sizes[1].stock_mode = StockMode::Uncounted;
        hidden.sizes[2].prices.remove(0);
        let mut gone = product("gone", vec![size("S", "703", 100)]);
        gone.active = false;
        app.hub().catalogue().upsert(hurt.id, vec![hidden, gone]).await.expect("stored");
        set_stock(&app, hurt.id, &[("4-S", 3)]).await;
        let page = app.hub().feeds().page(&reader, ProductId(3), 500).await.expect("read");
        let size = |name: &str| (name.to_owned(), 100, AvailableQuantity::Undisclosed);
        assert_eq!(told(&page), [(4, vec![size("S"), size("M")]), (5, vec![])]);
    }

    async fn only_what_changed_is_told_since_a_moment(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = app.hub().accounts().by_login(hurt.id, "shop1").await.expect("there");
        let token = app.hub().feeds().add_token(hurt.id, shop.id, "").await.expect("made");
        let reader = app.hub().feeds().reader(&token).await.expect("read").expect("good");
        app.advance(Span::minutes(5));
        let since = app.now();
        let changed = async || {
            let ids = app.hub().feeds().changes(&reader, since).await.expect("read");
            let page = app.hub().feeds().products(&reader, ids).await.expect("read");
            page.iter().map(|product| product.product.id.0).collect::<Vec<_>>()
        };
        assert_eq!(changed().await, Vec::<i64>::new());
        set_stock(&app, hurt.id, &[("2-uniw", 4)]).await;
        assert_eq!(changed().await, [2, 3], "a set changes with its parts");
        app.hub().catalogue().upsert(hurt.id, vec![product("shirt", vec![size("S", "5900000000011", 1)])]).await.expect("stored");
        assert_eq!(changed().await, [1, 2, 3]);
    }

    async fn a_check_judges_like_an_import_and_changes_nothing(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let batch = || {
            vec![
                product("cap", vec![size("S", "111", 900)]),
                product("mug", vec![size("uniw", "5900000000099", 1)]),
                product("thief", vec![size("S", "5900000000011", 1)]),
            ]
        };
        let before = app.hub().catalogue().products(hurt.id, ProductId(0), None, 500).await.expect("read");
        let checked = app.hub().catalogue().check(hurt.id, batch()).await.expect("checked");
        assert_eq!(app.hub().catalogue().products(hurt.id, ProductId(0), None, 500).await.expect("read"), before);
        assert!(matches!(checked.outcomes[..], [
            ProductOutcome::Added(_),
            ProductOutcome::Changed(ProductId(2)),
            ProductOutcome::Refused(_)
        ]), "{checked:?}");
        assert_eq!(app.hub().catalogue().upsert(hurt.id, batch()).await.expect("stored"), checked);
    }
}
