//! Products in batches: known by their codes, told one by one.

use crossdock_app::hub::{GoodsError, ProductOutcome};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::wholesale::{CodeKind, ProductId, Quantity};
use crossdock_testkit::on_both_engines;
use crossdock_testkit::wholesale::{add_wholesaler, pieces, product, size};

use super::{fault, variant};

fn refusal(outcome: &ProductOutcome) -> &str {
    match outcome {
        ProductOutcome::Refused(text) => text,
        other => panic!("{other:?}"),
    }
}

on_both_engines! {
    async fn a_batch_adds_changes_and_leaves_alone(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let batch = vec![product("cap", vec![size("S", "111", 900)]), product("hat", vec![size("M", "112", 900)])];
        let first = app.hub().catalogue().upsert(hurt.id, batch.clone()).await.expect("stored").outcomes;
        assert_eq!(first, [ProductOutcome::Added(ProductId(4)), ProductOutcome::Added(ProductId(5))]);
        let again = app.hub().catalogue().upsert(hurt.id, batch.clone()).await.expect("stored").outcomes;
        assert_eq!(again, [ProductOutcome::Unchanged(ProductId(4)), ProductOutcome::Unchanged(ProductId(5))]);
        let mut changed = batch;
        changed[1].sizes[0].prices[0].steps[0].net = 800;
        let third = app.hub().catalogue().upsert(hurt.id, changed).await.expect("stored").outcomes;
        assert_eq!(third, [ProductOutcome::Unchanged(ProductId(4)), ProductOutcome::Changed(ProductId(5))]);
        assert_eq!(app.hub().catalogue().product(hurt.id, ProductId(5)).await.expect("there").sizes[0].prices[0].steps[0].net, 800);
    }

    async fn bad_products_are_told_and_the_others_stored(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut numbered = product("numbered", vec![size("S", "900", 1)]);
        numbered.id = Some(ProductId(2));
        let mut nameless = product("nameless", vec![size("S", "901", 1)]);
        nameless.details.names.clear();
        let batch = vec![
            product("good", vec![size("S", "111", 900)]),
            product("good", vec![size("S", "112", 900)]),
            product("no sizes", vec![]),
            product("taken", vec![size("S", "5900000000011", 900)]),
            product("twice", vec![size("S", "113", 900), size("M", "113", 900)]),
            numbered,
            nameless,
            product("odd size", vec![size("a b", "114", 900)]),
        ];
        let outcomes = app.hub().catalogue().upsert(hurt.id, batch).await.expect("stored").outcomes;
        assert!(matches!(outcomes[0], ProductOutcome::Added(_)), "{outcomes:?}");
        for (outcome, word) in outcomes[1..].iter().zip(["twice", "sizes", "1-S", "twice", "taken", "names", "letters"]) {
            assert!(refusal(outcome).contains(word), "{outcome:?}");
        }
        assert!(app.hub().catalogue().product(hurt.id, ProductId(2)).await.expect("the mug").code == "mug");
    }

    async fn a_number_of_its_own_moves_the_count(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut own = product("own", vec![size("S", "111", 1)]);
        own.id = Some(ProductId(500));
        let batch = vec![own, product("next", vec![size("S", "112", 1)])];
        let outcomes = app.hub().catalogue().upsert(hurt.id, batch).await.expect("stored").outcomes;
        assert_eq!(outcomes, [ProductOutcome::Added(ProductId(500)), ProductOutcome::Added(ProductId(501))]);
    }

    async fn sets_know_their_parts_also_those_of_the_same_batch(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let mut kit = product("box", vec![size("uniw", "120", 100)]);
        kit.sizes[0].components = vec![("121".to_owned(), Quantity::pieces(3)), ("1-S".to_owned(), Quantity::pieces(1))];
        let mut lost = product("lost", vec![size("uniw", "122", 100)]);
        lost.sizes[0].components = vec![("none".to_owned(), Quantity::pieces(1))];
        let mut nested = product("nested", vec![size("uniw", "123", 100)]);
        nested.sizes[0].components = vec![("3-uniw".to_owned(), Quantity::pieces(1))];
        let batch = vec![kit, product("part", vec![size("S", "121", 1)]), lost, nested];
        let outcomes = app.hub().catalogue().upsert(hurt.id, batch).await.expect("stored").outcomes;
        let kit = app.hub().catalogue().product(hurt.id, ProductId(4)).await.expect("the set");
        assert_eq!(kit.sizes[0].components[0].variant, variant("5-S"));
        assert_eq!(kit.sizes[0].components[1].variant, variant("1-S"));
        assert!(refusal(&outcomes[2]).contains("none"), "{outcomes:?}");
        assert!(refusal(&outcomes[3]).contains("set"), "{outcomes:?}");
    }

    async fn a_size_that_is_no_longer_named_is_no_longer_sold(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let shop = crossdock_testkit::wholesale::caller(&app, &hurt, "shop1").await;
        let without = product("shirt", vec![size("S", "5900000000011", 5000)]);
        app.hub().catalogue().upsert(hurt.id, vec![without]).await.expect("stored");
        assert_eq!(app.hub().catalogue().product(hurt.id, ProductId(1)).await.expect("there").sizes.len(), 1);
        let answer = app.hub().stock().availability(&shop, vec![pieces("1-M", 1), pieces("1-S", 1)]).await.expect("an answer");
        assert_eq!(answer.lines.iter().map(|line| line.available).collect::<Vec<_>>(), [false, true]);
        // Its EAN is free for something else.
        let other = product("other", vec![size("S", "5900000000022", 1)]);
        let outcomes = app.hub().catalogue().upsert(hurt.id, vec![other]).await.expect("stored").outcomes;
        assert!(matches!(outcomes[0], ProductOutcome::Added(_)), "{outcomes:?}");
    }

    async fn codes_and_lists_lead_to_products(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let asked = vec![
            ("5900000000022".to_owned(), None),
            ("1-L".to_owned(), Some(CodeKind::Internal)),
            ("1-L".to_owned(), Some(CodeKind::Producer)),
        ];
        let found = app.hub().catalogue().find_codes(hurt.id, asked).await.expect("an answer");
        let told: Vec<_> = found.into_iter().map(|f| f.map(|f| (f.kind, f.variant.to_string()))).collect();
        assert_eq!(told, [
            Some((CodeKind::Producer, "1-M".to_owned())),
            Some((CodeKind::Internal, "1-L".to_owned())),
            None,
        ]);
        let page = app.hub().catalogue().products(hurt.id, ProductId(1), None, 1).await.expect("a page");
        assert_eq!(page.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["mug"]);
        app.advance(Span::minutes(1));
        let changed = product("mug", vec![size("uniw", "5900000000099", 1400)]);
        app.hub().catalogue().upsert(hurt.id, vec![changed]).await.expect("stored");
        let since = Some(app.now());
        let page = app.hub().catalogue().products(hurt.id, ProductId(0), since, 10).await.expect("a page");
        assert_eq!(page.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["mug"]);
        assert_eq!(app.hub().catalogue().products(hurt.id, ProductId(0), Some(Timestamp(0)), 10).await.expect("a page").len(), 3);
    }

    async fn a_batch_has_its_limit(app: TestApp) {
        let hurt = add_wholesaler(&app, 1).await;
        let batch = vec![product("x", vec![size("S", "1", 1)]); 501];
        assert!(matches!(fault(app.hub().catalogue().upsert(hurt.id, batch).await), GoodsError::TooManyElements { max: 500 }));
    }
}
