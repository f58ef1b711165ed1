//! Paying, one buyer at a time.

use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::payment::provider::PaymentInput;
use crossdock_app::checkout::session::SaveAddress;
use crossdock_app::checkout::{CheckoutError, PaymentError, PaymentField};
use crossdock_domain::address::FieldError;
use crossdock_domain::clock::Span;
use crossdock_domain::order::{Actor, HistoryEntry, HistoryEvent, OrderStatus};
use crossdock_domain::payment::Provider;
use crossdock_testkit::{Builder, Buyer, Card, TestApp, on_both_engines, samples};
use secrecy::SecretString;

use crate::support::{money, placed};

on_both_engines!(
    an_approved_card_makes_an_order_whose_money_a_job_takes,
    the_order_holds_what_was_shown_and_charged,
    a_declined_card_makes_no_order_and_another_card_may_follow,
    a_reviewed_payment_makes_an_order_in_fraud_review_with_the_money_reserved,
    a_bank_transfer_makes_an_order_on_hold,
    a_passed_challenge_makes_the_order_and_a_failed_one_does_not,
    a_buyer_may_leave_the_challenge_and_pay_with_another_card,
    a_payment_without_answer_becomes_an_order_when_the_job_asks,
    paying_again_answers_the_same_order,
    mistakes_in_the_card_form_are_named_and_nothing_is_tried,
    a_provider_that_the_store_does_not_take_is_refused,
    only_the_quote_that_was_shown_last_can_be_paid,
    a_quote_of_another_browser_cannot_be_paid,
    a_price_that_changed_since_it_was_shown_is_not_charged,
    goods_for_nothing_make_an_order_too,
);

on_both_engines!(with = Builder::without_test_mode, test_cards_work_in_test_mode_only);

async fn an_approved_card_makes_an_order_whose_money_a_job_takes(app: TestApp) {
    let buyer = app.buyer().await;
    assert_eq!(buyer.progress().await.expect("the page loads"), PaymentStep::NotStarted);
    let step = buyer.pay(Card::Approve).await.expect("paid");
    let id = "999-10001".parse().expect("an id");
    let redirect = format!("https://checkout.example/confirmation/{}?orderId=999-10001", buyer.cart());
    assert_eq!(step, PaymentStep::Placed { order: id, status: OrderStatus::InProcess, redirect });

    let order = app.read_order(id).await;
    assert_eq!(order.payment.as_ref().and_then(|payment| payment.captured_at), None);
    assert_eq!((order.placed_at, order.status_at), (samples::noon(), samples::noon()));
    app.advance(Span::seconds(3));
    assert_eq!(app.run_jobs().await, 1);
    let order = app.read_order(id).await;
    assert_eq!(order.payment.as_ref().and_then(|payment| payment.captured_at), Some(app.now()));
    assert_eq!(order.status_at, samples::noon(), "taking the money is no change of status");
    let system = |at, event| HistoryEntry { at, actor: Actor::System, event };
    let captured = HistoryEvent::Payment { what: "captured".to_owned(), amount: "223.50 USD".to_owned() };
    let first = HistoryEvent::Placed { status: OrderStatus::InProcess };
    assert_eq!(app.history(id).await, [system(samples::noon(), first), system(app.now(), captured)]);
}

async fn the_order_holds_what_was_shown_and_charged(app: TestApp) {
    let cart = app.cart().await;
    let buyer = Buyer::new(&app, cart, "one");
    buyer.open().await.expect("the checkout opens");
    let bill_to = samples::address("FR");
    let form =
        SaveAddress { ship_to: samples::address("DE"), bill_to: Some(bill_to.clone()), note: "Ring twice".to_owned() };
    app.checkout()
        .sessions()
        .save_address(buyer.checkout_session().await.expect("open"), form)
        .await
        .expect("the address is good");
    buyer.choose_first_shipping().await.expect("there is shipping");
    let shown = buyer.review().await.expect("there is a quote").quote;
    let attempt = {
        let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
        let order = app.read_order(order).await;
        let document = order.document;
        assert_eq!(document.cart, samples::cart());
        assert_eq!((document.ship_to, document.bill_to), (samples::address("DE"), bill_to));
        assert_eq!(document.customer_note, "Ring twice");
        assert_eq!(document.totals, shown.totals);
        assert_eq!(document.shipping, shown.shipping);
        assert_eq!(document.totals.grand.to_string(), "223.50 USD");
        assert!(order.test);
        order.payment.expect("it was paid")
    };
    assert_eq!((attempt.processor.as_str(), attempt.card_type.as_str()), ("TEST", "VISA"));
    assert_eq!(attempt.last_four.as_deref(), Some("4242"));
    assert!(attempt.transaction_id.starts_with("test_"), "{}", attempt.transaction_id);
    app.run_jobs().await;
}

async fn a_declined_card_makes_no_order_and_another_card_may_follow(app: TestApp) {
    let buyer = app.buyer().await;
    let declined = PaymentStep::Declined { reason: "card_declined".to_owned() };
    assert_eq!(buyer.pay(Card::Decline).await.expect("an answer"), declined);
    assert_eq!(buyer.progress().await.expect("the page loads"), declined);
    assert_eq!(app.order_numbers(samples::store_id()).await, [0_i64; 0]);
    app.advance(Span::seconds(20));
    let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    assert_eq!(order.to_string(), "999-10001", "a refused payment takes no number");
    app.run_jobs().await;
}

async fn a_reviewed_payment_makes_an_order_in_fraud_review_with_the_money_reserved(app: TestApp) {
    let buyer = app.buyer().await;
    let step = buyer.pay(Card::Review).await.expect("paid");
    assert!(matches!(step, PaymentStep::Placed { status: OrderStatus::FraudReview, .. }), "{step:?}");
    assert_eq!(app.run_jobs().await, 0);
    let order = app.read_order(placed(&step)).await;
    assert_eq!(order.status, OrderStatus::FraudReview);
    assert_eq!(order.payment.and_then(|payment| payment.captured_at), None);
}

async fn a_bank_transfer_makes_an_order_on_hold(app: TestApp) {
    let buyer = app.buyer().await;
    let step = buyer.pay_by_transfer(" PO 4711 ").await.expect("promised");
    assert!(matches!(step, PaymentStep::Placed { status: OrderStatus::OnHold, .. }), "{step:?}");
    let order = app.read_order(placed(&step)).await;
    assert!(!order.test, "a promise of real money is no test");
    let payment = order.payment.expect("it has a payment");
    assert_eq!((payment.processor.as_str(), payment.card_type.as_str()), ("BANK_TRANSFER", "PURCHASE_ORDER"));
    assert_eq!((payment.transaction_id.as_str(), payment.captured_at), ("PO 4711", None));

    let without_number = app.read_order(app.transfer_order().await).await;
    let reference = without_number.payment.expect("it has a payment").transaction_id;
    assert!(reference.starts_with("CD-") && reference.len() == 15, "{reference}");
    assert_eq!(app.run_jobs().await, 0);
}

async fn a_passed_challenge_makes_the_order_and_a_failed_one_does_not(app: TestApp) {
    let buyer = app.buyer().await;
    assert_eq!(buyer.pay(Card::Challenge).await.expect("an answer"), PaymentStep::Challenge);
    assert_eq!(buyer.progress().await.expect("a reload"), PaymentStep::Challenge);
    let failed = PaymentStep::Declined { reason: "challenge_failed".to_owned() };
    assert_eq!(buyer.answer_challenge(false).await.expect("an answer"), failed);
    assert_eq!(buyer.answer_challenge(true).await.expect("too late"), failed, "the step is over");
    app.advance(Span::seconds(9));
    assert_eq!(buyer.pay(Card::Challenge).await.expect("an answer"), PaymentStep::Challenge);
    let order = placed(&buyer.answer_challenge(true).await.expect("an answer"));
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
    app.run_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured"]);
}

async fn a_buyer_may_leave_the_challenge_and_pay_with_another_card(app: TestApp) {
    let buyer = app.buyer().await;
    buyer.pay(Card::Challenge).await.expect("an answer");
    app.advance(Span::minutes(1));
    let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    app.run_all_jobs().await;
    assert_eq!(money(&app.history(order).await), ["captured"]);
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn a_payment_without_answer_becomes_an_order_when_the_job_asks(app: TestApp) {
    let buyer = app.buyer().await;
    assert_eq!(buyer.pay(Card::Timeout).await.expect("no outcome"), PaymentStep::Pending);
    assert_eq!(
        buyer.pay(Card::Approve).await.expect("still open"),
        PaymentStep::Pending,
        "trying again could pay twice"
    );
    assert_eq!(buyer.progress().await.expect("the page loads"), PaymentStep::Pending);
    assert_eq!(app.run_jobs().await, 0, "the provider gets a moment");
    app.advance(Span::seconds(2));
    assert_eq!(app.run_jobs().await, 2, "the question, and taking the money");
    assert!(matches!(buyer.checkout_session().await, Err(CheckoutError::CartPaid(_))));
    assert_eq!(app.order_numbers(samples::store_id()).await, [10_001]);
}

async fn paying_again_answers_the_same_order(app: TestApp) {
    let buyer = app.buyer().await;
    let quote = buyer.review().await.expect("there is a quote");
    // A page that was loaded before the payment.
    let checkout_session = buyer.checkout_session().await.expect("open");
    let first = buyer.pay_quote(quote.id, Provider::Test, Card::Approve.input()).await.expect("paid");
    let (provider, input) = (Provider::Test, Card::Decline.input());
    let again = crossdock_app::checkout::payment::StartPayment {
        checkout_session: checkout_session.clone(),
        quote: quote.id,
        provider,
        input,
    };
    assert_eq!(app.checkout().payments().start(again).await.expect("the order stands"), first);
    assert_eq!(app.checkout().payments().progress(&checkout_session).await.expect("a reload"), first);
    assert_eq!(
        app.checkout().payments().answer_challenge(&checkout_session, true).await.expect("nothing to answer"),
        first
    );
    let paid = buyer.pay(Card::Approve).await;
    assert!(
        matches!(paid, Err(PaymentError::Checkout(CheckoutError::CartPaid(id))) if id == placed(&first)),
        "{paid:?}"
    );
    assert_eq!(app.run_jobs().await, 1);
}

async fn mistakes_in_the_card_form_are_named_and_nothing_is_tried(app: TestApp) {
    let buyer = app.buyer().await;
    let card = |number: &str, expiry: &str, cvc: &str| PaymentInput::Card {
        number: SecretString::from(number),
        expiry: expiry.to_owned(),
        cvc: SecretString::from(cvc),
        name: String::new(),
    };
    let quote = buyer.review().await.expect("there is a quote").id;
    for (input, wanted) in [
        (card("", "12/39", "123"), vec![(PaymentField::CardNumber, FieldError::Required)]),
        (card("4242 4242 4242 4241", "12/39", "123"), vec![(PaymentField::CardNumber, FieldError::Invalid)]),
        (card("4111 1111 1111 1111", "12/39", "123"), vec![(PaymentField::CardNumber, FieldError::Invalid)]),
        (card("4242424242424242", "12/25", "123"), vec![(PaymentField::CardExpiry, FieldError::Invalid)]),
        (card("4242424242424242", "12/39", "12"), vec![(PaymentField::CardCvc, FieldError::Invalid)]),
        (PaymentInput::PurchaseOrder { number: String::new() }, vec![(PaymentField::CardNumber, FieldError::Required)]),
    ] {
        match buyer.pay_quote(quote, Provider::Test, input).await {
            Err(PaymentError::Refused(mistakes)) => assert_eq!(mistakes, wanted),
            other => panic!("{wanted:?}: {other:?}"),
        }
    }
    let long = PaymentInput::PurchaseOrder { number: "x".repeat(201) };
    match buyer.pay_quote(quote, Provider::BankTransfer, long).await {
        Err(PaymentError::Refused(mistakes)) => {
            assert_eq!(mistakes, [(PaymentField::PurchaseOrder, FieldError::TooLong)]);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(buyer.progress().await.expect("the page loads"), PaymentStep::NotStarted);
    assert_eq!(buyer.attempt().await, None);
}

async fn a_provider_that_the_store_does_not_take_is_refused(app: TestApp) {
    let buyer = app.buyer().await;
    app.change_settings(|settings| settings.providers = vec![Provider::BankTransfer]).await;
    let refused = buyer.pay(Card::Approve).await;
    assert!(matches!(refused, Err(PaymentError::NotOffered)), "{refused:?}");
}

async fn test_cards_work_in_test_mode_only(app: TestApp) {
    let buyer = app.buyer().await;
    let refused = buyer.pay(Card::Approve).await;
    assert!(matches!(refused, Err(PaymentError::TestModeOnly)), "{refused:?}");
    placed(&buyer.pay_by_transfer("").await.expect("real money is welcome"));
}

async fn only_the_quote_that_was_shown_last_can_be_paid(app: TestApp) {
    let buyer = app.buyer().await;
    let old = buyer.review().await.expect("there is a quote");
    let checkout_session = buyer.checkout_session().await.expect("open");
    app.checkout().sessions().choose_shipping(checkout_session, "EXPRESS").await.expect("it is offered");
    let refused = buyer.pay_quote(old.id, Provider::Test, Card::Approve.input()).await;
    assert!(matches!(refused, Err(PaymentError::Checkout(CheckoutError::QuoteChanged))), "{refused:?}");
    let new = buyer.review().await.expect("there is a quote");
    assert_ne!(old.id, new.id);
    let refused = buyer.pay_quote(old.id, Provider::Test, Card::Approve.input()).await;
    assert!(matches!(refused, Err(PaymentError::Checkout(CheckoutError::QuoteChanged))), "{refused:?}");
    let order = placed(&buyer.pay_quote(new.id, Provider::Test, Card::Approve.input()).await.expect("paid"));
    assert_eq!(app.read_order(order).await.document.totals, new.quote.totals);
    app.run_jobs().await;
}

async fn a_quote_of_another_browser_cannot_be_paid(app: TestApp) {
    let buyer = app.buyer().await;
    let stranger = Buyer::new(&app, buyer.cart(), "another browser");
    stranger.ready().await;
    let quote = buyer.review().await.expect("there is a quote");
    let refused = stranger.pay_quote(quote.id, Provider::Test, Card::Approve.input()).await;
    assert!(matches!(refused, Err(PaymentError::Checkout(CheckoutError::QuoteChanged))), "{refused:?}");
}

async fn a_price_that_changed_since_it_was_shown_is_not_charged(app: TestApp) {
    let buyer = app.buyer().await;
    let quote = buyer.review().await.expect("there is a quote");
    app.change_settings(|settings| {
        for band in &mut settings.shipping.zones[0].services[1].bands {
            band.price += samples::decimal("1.00");
        }
    })
    .await;
    let refused = buyer.pay_quote(quote.id, Provider::Test, Card::Approve.input()).await;
    assert!(matches!(refused, Err(PaymentError::Checkout(CheckoutError::QuoteChanged))), "{refused:?}");
    let order = placed(&buyer.pay(Card::Approve).await.expect("paid"));
    assert_eq!(app.read_order(order).await.document.totals.grand.to_string(), "224.50 USD");
    app.run_jobs().await;
}

async fn goods_for_nothing_make_an_order_too(app: TestApp) {
    let mut cart = samples::cart();
    cart.items[0].non_shippable = true;
    let mut discount = samples::item("All of it", "-199.00", "1");
    discount.product_id = None;
    cart.items.push(discount);
    let cart = app.create(cart).await.expect("a total of nothing is fine");
    let buyer = Buyer::new(&app, cart, "one");
    let quote = buyer.ready().await.quote;
    assert_eq!((quote.totals.grand.minor, quote.shipping), (0, None));
    let pay_again = Buyer::new(&app, cart, "two");
    pay_again.ready().await;
    let order = placed(&buyer.pay(Card::Approve).await.expect("placed"));
    let again = pay_again.pay(Card::Decline).await;
    assert!(matches!(again, Err(PaymentError::Checkout(CheckoutError::CartPaid(id))) if id == order), "{again:?}");
    let found = app.read_order(order).await;
    assert_eq!(found.status, OrderStatus::InProcess);
    let payment = found.payment.expect("a payment");
    assert_eq!((payment.processor.as_str(), payment.captured_at), ("NONE", Some(app.now())));
    app.run_jobs().await;
    assert_eq!(app.history(order).await.len(), 1, "no money moves");
}
