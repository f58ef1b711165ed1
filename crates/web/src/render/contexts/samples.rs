//! Sample values of every page: what the tests render in every language, and what a page designer looks at
//! (`cargo run -p crossdock-web --example render_samples -- OUTDIR`).

mod values;

use crossdock_app::checkout::{FieldProblem, PaymentField};
use crossdock_domain::address::{AddressField, FieldError};
use crossdock_domain::cart::Cart;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::Currency;
use crossdock_domain::payment::Provider;
use crossdock_domain::quote::DutyMode;

use super::{
    AddressForm, AddressPage, ChallengePage, ConfirmationPage, Decline, FormErrors, ItemsPage, Layout, Message,
    MessagePage, OrderState, Page, PayNotice, PayPage, PendingPage, ProhibitedLine, ReviewNotice, ReviewPage,
    SandboxNotice, SandboxPage, SandboxReadyPage, ShippingPage, Summary,
};
use crate::render::{RenderError, Renderer};
use values::{
    BANK, NASTY, bare_layout, block, cart, countries, delivery, form, layout, odd_quoted, odd_summary, prepaid, quoted,
    standard, summary, summary_of, test_cards, test_layout, usd,
};

/// A rendered sample: its name, fit for a file, and what came out.
pub type Rendered = (String, Result<String, RenderError>);

/// Renders every sample of every page in one language.
pub fn render_all(renderer: &Renderer, lang: &str) -> Vec<Rendered> {
    let mut out = Vec::new();
    add(&mut out, renderer, items(lang));
    add(&mut out, renderer, address(lang));
    add(&mut out, renderer, shipping(lang));
    add(&mut out, renderer, review(lang));
    add(&mut out, renderer, pay(lang));
    add(&mut out, renderer, challenge(lang));
    add(&mut out, renderer, pending(lang));
    add(&mut out, renderer, confirmation(lang));
    add(&mut out, renderer, messages(lang));
    add(&mut out, renderer, sandbox(lang));
    add(&mut out, renderer, sandbox_ready(lang));
    out
}

fn add<P: Page>(out: &mut Vec<Rendered>, renderer: &Renderer, samples: Vec<(&str, P)>) {
    let page = P::TEMPLATE.trim_start_matches("checkout/").trim_end_matches(".html");
    out.extend(samples.into_iter().map(|(name, sample)| (format!("{page}-{name}"), renderer.render(&sample))));
}

fn problem(billing: bool, field: AddressField, error: FieldError) -> FieldProblem {
    FieldProblem { billing, field, error }
}

fn items(lang: &str) -> Vec<(&'static str, ItemsPage)> {
    let page = ItemsPage {
        layout: test_layout(lang),
        summary: summary(),
        countries: countries(),
        country: "CA".to_owned(),
        not_served: None,
        errors: FormErrors::default(),
    };
    let not_served = Some("United States".to_owned());
    let mut errors = FormErrors::default();
    errors.add_address(problem(false, AddressField::Country, FieldError::NotServiced));
    let footer =
        Some("<script>window.shop = 1</script>\n<script src=\"https://shop.example.com/a.js\"></script>".to_owned());
    vec![
        ("not-served", ItemsPage { layout: layout(lang), country: String::new(), not_served, ..page.clone() }),
        (
            "one",
            ItemsPage {
                summary: summary_of(&Cart { items: cart().items[..1].to_vec(), ..Cart::default() }, Currency::USD),
                layout: Layout { footer_html: footer, ..layout(lang) },
                ..page.clone()
            },
        ),
        (
            "odd",
            ItemsPage {
                layout: Layout { store_name: Some(NASTY.to_owned()), ..layout(lang) },
                summary: odd_summary(),
                country: String::new(),
                errors,
                ..page.clone()
            },
        ),
        ("usual", page),
    ]
}

fn address(lang: &str) -> Vec<(&'static str, AddressPage)> {
    let page = AddressPage {
        layout: test_layout(lang),
        summary: summary(),
        countries: countries(),
        billing_countries: countries(),
        form: form(),
        billing_same: true,
        billing: AddressForm::default(),
        errors: FormErrors::default(),
    };
    let mut errors = FormErrors::default();
    errors.add_address(problem(false, AddressField::Name, FieldError::Required));
    errors.add_address(problem(false, AddressField::Email, FieldError::Invalid));
    errors.add_address(problem(false, AddressField::Zip, FieldError::Required));
    errors.add_address(problem(false, AddressField::Note, FieldError::TooLong));
    errors.add_address(problem(true, AddressField::Address1, FieldError::Required));
    vec![
        (
            "empty",
            AddressPage {
                layout: layout(lang),
                form: AddressForm { country: "CA".to_owned(), ..AddressForm::default() },
                ..page.clone()
            },
        ),
        (
            "mistakes",
            AddressPage {
                form: AddressForm {
                    name: String::new(),
                    email: "ingrid@".to_owned(),
                    zip: String::new(),
                    address2: NASTY.to_owned(),
                    note: NASTY.to_owned(),
                    ..form()
                },
                billing_same: false,
                billing: AddressForm { name: "Søndergaard AS".to_owned(), ..AddressForm::default() },
                errors,
                ..page.clone()
            },
        ),
        ("filled", page),
    ]
}

fn shipping(lang: &str) -> Vec<(&'static str, ShippingPage)> {
    let page = ShippingPage {
        layout: test_layout(lang),
        summary: Summary { domestic: Some(usd(1_250)), ..summary() },
        ship_to: block(),
        options: vec![
            delivery("economy", "Economy Air Mail", 0, Some((10, 21))),
            standard(),
            delivery("express", "Express Worldwide", 6_480, Some((1, 1))),
            delivery("freight", NASTY, 648_000, None),
        ],
        selected: "standard".to_owned(),
        errors: FormErrors::default(),
    };
    let mut errors = FormErrors::default();
    errors.add("shipping", "error-shipping-required");
    vec![
        ("mistake", ShippingPage { selected: String::new(), errors, summary: summary(), ..page.clone() }),
        ("none", ShippingPage { options: Vec::new(), summary: summary(), ..page.clone() }),
        ("usual", page),
    ]
}

fn review(lang: &str) -> Vec<(&'static str, ReviewPage)> {
    let page = ReviewPage {
        layout: test_layout(lang),
        summary: quoted(),
        quote: "0198c0de-0000-7000-8000-000000000002".to_owned(),
        ship_to: block(),
        bill_to: None,
        note: String::new(),
        delivery: Some(standard()),
        notice: None,
        duty_choice: false,
        prohibited: Vec::new(),
    };
    vec![
        ("prepaid", ReviewPage { summary: prepaid(), duty_choice: true, ..page.clone() }),
        (
            "choice",
            ReviewPage {
                summary: Summary { duty_mode: Some(DutyMode::OnDelivery), duty_taxes: None, ..prepaid() },
                duty_choice: true,
                ..page.clone()
            },
        ),
        (
            "prohibited",
            ReviewPage {
                prohibited: vec![ProhibitedLine { name: NASTY.to_owned(), reason: "weapons".to_owned() }],
                ..page.clone()
            },
        ),
        (
            "changed",
            ReviewPage {
                layout: layout(lang),
                bill_to: Some(block()),
                note: format!("Please leave the parcel with the neighbour.\n{NASTY}"),
                notice: Some(ReviewNotice::TotalChanged),
                ..page.clone()
            },
        ),
        (
            "unshipped",
            ReviewPage {
                delivery: None,
                summary: Summary { shipping: None, domestic: None, ..quoted() },
                ..page.clone()
            },
        ),
        ("usual", page),
    ]
}

fn pay(lang: &str) -> Vec<(&'static str, PayPage)> {
    let page = PayPage {
        layout: test_layout(lang),
        summary: quoted(),
        quote: "0198c0de-0000-7000-8000-000000000002".to_owned(),
        amount: usd(26_900),
        methods: Provider::ALL.to_vec(),
        method: Some(Provider::Test),
        card_name: String::new(),
        purchase_order: String::new(),
        bank_instructions: BANK.to_owned(),
        notice: None,
        errors: FormErrors::default(),
        test_cards: test_cards(),
    };
    let mut errors = FormErrors::default();
    errors.add("method", "error-method-required");
    for field in [PaymentField::CardNumber, PaymentField::CardExpiry, PaymentField::CardCvc, PaymentField::CardName] {
        errors.add_payment(field, FieldError::Required);
    }
    errors.add_payment(PaymentField::PurchaseOrder, FieldError::TooLong);
    let mut samples = vec![
        ("mistakes", PayPage { method: None, errors, card_name: NASTY.to_owned(), ..page.clone() }),
        ("unavailable", PayPage { notice: Some(PayNotice::Unavailable), ..page.clone() }),
        (
            "transfer",
            PayPage {
                layout: layout(lang),
                methods: vec![Provider::BankTransfer],
                method: None,
                purchase_order: NASTY.to_owned(),
                test_cards: Vec::new(),
                ..page.clone()
            },
        ),
        ("usual", page.clone()),
    ];
    let names = ["declined", "declined-funds", "declined-expired", "declined-cvc", "declined-challenge"];
    samples.extend(names.into_iter().zip(Decline::ALL).map(|(name, reason)| {
        (
            name,
            PayPage {
                notice: Some(PayNotice::Declined(reason)),
                card_name: "Ingrid Søndergaard".to_owned(),
                ..page.clone()
            },
        )
    }));
    samples
}

fn challenge(lang: &str) -> Vec<(&'static str, ChallengePage)> {
    let page = ChallengePage { layout: test_layout(lang), amount: usd(26_900), last_four: Some("3220".to_owned()) };
    vec![("bare", ChallengePage { layout: bare_layout(lang), last_four: None, ..page.clone() }), ("usual", page)]
}

fn pending(lang: &str) -> Vec<(&'static str, PendingPage)> {
    let check_url = format!("{}/pending", layout(lang).base);
    vec![("usual", PendingPage { layout: test_layout(lang), amount: usd(26_900), refresh_seconds: 3, check_url })]
}

fn confirmation(lang: &str) -> Vec<(&'static str, ConfirmationPage)> {
    let page = ConfirmationPage {
        layout: test_layout(lang),
        summary: quoted(),
        order_id: "999-10001".to_owned(),
        placed_at: Timestamp(1_795_300_000_000_000),
        state: OrderState::InProcess,
        country: "Norway".to_owned(),
        ship_to: Some(block()),
        delivery: Some(standard()),
        only_payment: false,
        shop_url: None,
    };
    let shop_url = Some("https://shop.example/thanks?orderId=999-10001".to_owned());
    let transfer = OrderState::AwaitingTransfer { instructions: BANK.to_owned(), reference: "999-10001".to_owned() };
    let bare = OrderState::AwaitingTransfer { instructions: String::new(), reference: NASTY.to_owned() };
    vec![
        ("review", ConfirmationPage { layout: layout(lang), state: OrderState::InReview, ..page.clone() }),
        ("transfer", ConfirmationPage { layout: layout(lang), state: transfer.clone(), shop_url, ..page.clone() }),
        (
            "payer",
            ConfirmationPage {
                layout: layout(lang),
                state: transfer,
                only_payment: true,
                ship_to: None,
                ..page.clone()
            },
        ),
        (
            "bare",
            ConfirmationPage {
                layout: bare_layout(lang),
                state: bare,
                delivery: None,
                ship_to: None,
                summary: odd_quoted(),
                ..page.clone()
            },
        ),
        ("usual", page),
    ]
}

fn sandbox(lang: &str) -> Vec<(&'static str, SandboxPage)> {
    let layout = || Layout { store_name: Some("Crossdock".to_owned()), ..bare_layout(lang) };
    let page = SandboxPage {
        layout: layout(),
        name: String::new(),
        email: String::new(),
        terms: false,
        days: 14,
        notice: None,
        errors: FormErrors::default(),
    };
    let mut errors = FormErrors::default();
    errors.add("name", "sandbox-error-name");
    errors.add("email", "sandbox-error-email");
    errors.add("terms", "sandbox-error-terms");
    let filled = SandboxPage { name: NASTY.to_owned(), email: NASTY.to_owned(), terms: true, ..page.clone() };
    vec![
        ("mistakes", SandboxPage { errors, ..filled.clone() }),
        ("shown", SandboxPage { notice: Some(SandboxNotice::Shown), ..page.clone() }),
        ("full", SandboxPage { notice: Some(SandboxNotice::Full), ..filled.clone() }),
        ("address", SandboxPage { notice: Some(SandboxNotice::Address), ..filled.clone() }),
        ("email", SandboxPage { notice: Some(SandboxNotice::Email), ..filled }),
        ("usual", page),
    ]
}

fn sandbox_ready(lang: &str) -> Vec<(&'static str, SandboxReadyPage)> {
    let usual = SandboxReadyPage {
        layout: Layout { store_name: Some("Crossdock".to_owned()), ..bare_layout(lang) },
        gates: "https://checkout.example/w/900123456/customer-api/".to_owned(),
        login: "shop1".to_owned(),
        password: "0f8fad5b-d9cb-469f-a165-70867728950e".to_owned(),
        dropshipping_key: "7c9e6679-7425-40de-944b-e07fc1f90ae7".to_owned(),
        system_key: "a5ba472861358d7cc2088aa66253627b7efd0ceb".to_owned(),
        admin: "https://checkout.example/api/admin/v8/".to_owned(),
        admin_key: "c2FtcGxlLWtleS1vZi1hLXNhbmRib3gtZm9yLXBhZ2Vz".to_owned(),
        feed: "https://checkout.example/feeds/full.xml".to_owned(),
        feed_token: "cdf_900123456_1_0123456789ab_cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
            .to_owned(),
        expires_at: Timestamp(1_795_300_000_000_000),
        script:
            "  GATES=https://checkout.example/w/900123456/customer-api/\n  SHA1=$(printf %s x | sha1sum | cut -c1-40)"
                .to_owned(),
    };
    vec![
        ("odd", SandboxReadyPage { login: NASTY.to_owned(), script: NASTY.to_owned(), ..usual.clone() }),
        ("usual", usual),
    ]
}

fn messages(lang: &str) -> Vec<(&'static str, MessagePage)> {
    let url = || "/checkout/0198c0de-0000-7000-8000-000000000001/address".to_owned();
    let store = [
        ("expired", Message::CartExpired),
        ("empty", Message::CartEmpty),
        ("already-paid", Message::AlreadyPaid { order_id: "999-10001".to_owned() }),
        ("not-serviced", Message::NotServiced { country: "Antarctica".to_owned(), change_url: url() }),
        ("cookies", Message::CookiesNeeded { retry_url: url() }),
        ("form-expired", Message::FormExpired { retry_url: url() }),
    ];
    let bare = [
        ("cart-not-found", Message::CartNotFound),
        ("too-many-requests", Message::TooManyRequests),
        ("unavailable", Message::Unavailable),
        ("internal", Message::Internal { request_id: "0198c0de-0000-7000-8000-000000000009".to_owned() }),
        ("not-found", Message::NotFound),
        ("welcome", Message::Welcome),
    ];
    let with_store = store.into_iter().map(|(name, message)| (name, MessagePage { layout: layout(lang), message }));
    let without = bare.into_iter().map(|(name, message)| (name, MessagePage { layout: bare_layout(lang), message }));
    with_store.chain(without).collect()
}
