//! `landedCost`: duty, import tax and fees for goods before any cart exists. Ours, in the protocol's style: lines are read
//! as `createTempCart` reads them. The public variant and the kept quote have no old clients, so their errors have honest
//! statuses.

pub(super) mod openapi;
mod read;
mod render;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_app::checkout::LandedQuoteError;
use crossdock_app::checkout::landed_quotes::{PublicLandedCost, QuoteLandedCost};
use crossdock_app::checkout::stores::Credentials;
use crossdock_app::landed_cost::QuoteError;
use crossdock_domain::clock::Span;
use crossdock_domain::ids::{QuoteId, StoreId};
use secrecy::SecretString;

use super::endpoint::{Endpoint, case, golden};
use super::failure::Failure;
use super::fields::{Fields, LIMITS, Problem, parse_object};
use super::request::Request;
use super::values::{CALENDAR_DAY, CREDENTIALS};
use super::{BODY_LIMIT, CheckoutOperation, Reply, too_large};
use crate::json_body::{self, JsonExcess};
use crate::schema::{Object, UNLIMITED, flag, int, list, named, number, record, text, texts};

/// Path of the public variant.
pub const PUBLIC_PATH: &str = "/v1/landedCost/public";
/// Path of a kept quote.
pub const KEPT_PATH: &str = "/v1/landedCost/quotes/{id}";

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "helpers",
    summary: "Duty, import tax and fees before any cart exists",
    about: "Ours, in the protocol's style. Computes what a buyer would pay at the door, from dated rules that every amount \
            names, and keeps the quote under `quoteId`.",
    idempotency_key: None,
    request: &REQUEST,
    response: &ANSWER,
    request_example: golden!("landedCost/documented-example", "request"),
    response_example: golden!("landedCost/documented-example", "response"),
    errors: &[
        case("Parameter items is required", "absent or empty"),
        case("Parameter items is not valid, it must not have more than 500 elements", "too many lines"),
        case("Parameter items is not valid, it must not add up to less than zero", "discounts beyond the goods"),
        case("Parameter quantity is required for item: 1", "a required field of a line"),
        case(
            "Parameter quantity is not valid for item: 1, it must be greater than 0 and at most 1000000000, rounded to 4 decimals",
            "a quantity out of range",
        ),
        case(
            "Parameter weight is not valid for item: 1, it must not be negative or out of range",
            "a weight, shipping or insurance out of range",
        ),
        case("Parameter weightUnits is not valid for item: 1, it must be LB, OZ, KG or G", "an unknown unit"),
        case(
            "Parameter itemHSCode is not valid for item: 1, it must be 2 to 13 digits, better 6 or more",
            "no commodity code",
        ),
        case(
            "Parameter countryOfOrigin is not valid for item: 1, it must be a country code of two letters",
            "an unknown country; also shipTo.country and shipFrom.country",
        ),
        case(
            "Parameter supplier is not valid for item: 2, it must name a supplier of goods when the line is a discount",
            "a discount of nobody",
        ),
        case(
            "Parameter shipTo.country is not valid, it may mean more than one country; give CG or CD",
            "a name of several countries; also countryOfOrigin",
        ),
        case(
            "Parameter shipTo is not valid, the store does not ship to Crimea (UA-43), which is under embargo",
            "a destination under embargo that the store has not switched on",
        ),
        case("Parameter shipTo is required", "no destination"),
        case(
            "Parameter shipTo is not valid, it must be an object with country, region and postalCode",
            "a country alone",
        ),
        case("Parameter shipTo is not valid, there are no landed-cost rules for AQ", "a destination without rules"),
        case(
            "Parameter shipFrom is required, the store has no address of its own",
            "neither the request nor the store says where from",
        ),
        case("Parameter currency is not valid, it must be an ISO 4217 code such as USD", "an unknown currency"),
        case(
            "Parameter currency is not valid, there is no exchange rate between KWD and EUR",
            "a currency without a rate",
        ),
        case("Parameter date is not valid, it must be a day in the form yyyymmdd", "no day"),
        case(
            "Parameter date is not valid, the landed-cost rules for DE do not reach back to 2019-12-31",
            "a day before the rules",
        ),
    ],
};

static REQUEST: Object =
    Object::new("LandedCostRequest", &[]).with(&[&CREDENTIALS, &ASKED]).about("Goods and where they go.");

/// What is asked, whoever asks.
static ASKED: Object = Object::new(
    "Asked",
    &[
        record("shipFrom", &PLACE).about("Where the goods leave from; the store's own address when absent."),
        record("shipTo", &PLACE).required().about("Where they go."),
        text("currency").about("ISO 4217 code of all amounts; the store's when absent."),
        named("date", &CALENDAR_DAY).about("The day whose rules hold; today when absent."),
        flag("consumer").about("Whether they go to a private person; true when absent."),
        number("shipping").about("Freight of everything; spread over the lines by weight, or by value."),
        number("insurance").about("Insurance of everything; spread by value."),
        list("items", &ITEM, UNLIMITED).required().about("1 to 500 lines with at least one product."),
    ],
);

static PLACE: Object = Object::new(
    "LandedCostPlace",
    &[
        text("country").required().about("ISO 3166 code."),
        text("region").about("State, province or region: `QC`."),
        text("postalCode"),
    ],
)
.about("A place as far as rules look.");

static ITEM: Object = Object::new(
    "LandedCostItem",
    &[
        text("description").required(),
        number("quantity").required().about("Greater than 0; rounded half up to 4 decimals."),
        number("unitPrice")
            .required()
            .about("Rounded half up to 4 decimals. Negative: a discount, of its supplier or of everything."),
        text("itemHSCode").about("2 to 13 digits. Without it the store's mapping of categories counts."),
        text("countryOfOrigin").about("ISO 3166 code of where the goods were made."),
        text("itemCategory").about("The shop's category, for the store's mapping to HS codes."),
        number("weight").about("Of one piece; duties by weight need it."),
        text("weightUnits").about("`LB` (assumed when absent), `OZ`, `KG` or `G`."),
        text("supplier").about("Tells consignments apart: each has its own thresholds. Up to 100 characters."),
    ],
)
.about("A line, named as in createTempCart; other fields of it are accepted and change nothing.");

static ANSWER: Object = Object::new("LandedCost", &[]).with(&[&SUMS, &DETAIL]).about("A kept quote.");

/// Sums of a quote.
static SUMS: Object = Object::new(
    "Sums",
    &[
        text("currency").required().about("Currency of all amounts."),
        number("itemsTotal").required().about("Goods less discounts."),
        number("shippingTotal").required().about("Shipping and insurance as they were given."),
        number("dutyTotal").required(),
        number("taxTotal").required(),
        number("feesTotal").required().about("Charges of customs and carriers."),
        number("dutyTaxesTotal").required().about("Duty, taxes and fees."),
        number("grandTotal").required().about("Everything."),
        text("precision").required().about("`exact` or `estimate`."),
    ],
);

/// What a kept quote tells beyond its sums.
static DETAIL: Object = Object::new(
    "Detail",
    &[
        text("quoteId").required().about("Under which the quote is kept."),
        text("timestamp").required().about("When it was made, UTC."),
        text("date").required().about("The day whose rules hold, `yyyymmdd`."),
        texts("reasons", UNLIMITED).required().about("Why it is an estimate, and what would make it exact."),
        list("refused", &REFUSAL, UNLIMITED).required().about("Goods that must not be sent there."),
        text("territory").required().about("Whose rules were used."),
        text("customsCurrency")
            .required()
            .about("The currency that customs computes in: that of bases and customs values."),
        record("exchange", &EXCHANGE).nullable().required().about("`null` when the currencies are the same."),
        list("consignments", &CONSIGNMENT, UNLIMITED).required().about("One for each supplier."),
        text("ruleBook").required().about("Version of the rule book."),
        text("tariff").nullable().required().about("Id of the imported tariff that was used."),
    ],
);

static REFUSAL: Object = Object::new(
    "LandedCostRefusal",
    &[
        int("item").required().about("Position of the line, counted from 1."),
        text("rule").required(),
        text("reason").required(),
    ],
)
.about("Goods that must not be sent there.");

static EXCHANGE: Object = Object::new(
    "LandedCostExchange",
    &[
        number("rate").required().about("Units of `customsCurrency` for one unit of `currency`."),
        text("source").required().about("Who published it."),
        text("date").required().about("Of which day it is, `yyyymmdd`."),
    ],
)
.about("The exchange rate.");

static CONSIGNMENT: Object = Object::new(
    "LandedCostConsignment",
    &[
        text("supplier").nullable().required(),
        text("shipFrom").required().about("Country."),
        text("regime").nullable().required().about("The regime by which tax is collected at the sale: `IOSS`."),
        number("customsValue").required(),
        list("lines", &LINE, UNLIMITED).required(),
        list("components", &COMPONENT, UNLIMITED).required().about("What belongs to no line: fees."),
    ],
)
.about("Goods that are sent and declared together.");

static LINE: Object = Object::new(
    "LandedCostLine",
    &[
        int("item").required().about("Position of the line in the request, counted from 1."),
        text("description").required(),
        number("goods").required().about("Price less its part of the discounts."),
        number("shipping").required().about("Its part of the freight."),
        number("insurance").required().about("Its part of the insurance."),
        number("customsValue").required(),
        list("components", &COMPONENT, UNLIMITED).required(),
    ],
)
.about("A line with its shares.");

static COMPONENT: Object = Object::new(
    "LandedCostComponent",
    &[
        text("kind").required().about("`duty`, `tax` or `fee`."),
        text("name").required().about("What buyers call it: `VAT`."),
        text("rule").required().about("Id of the rule; `crossdock rules list` shows it."),
        number("base").required().about("What the rate was applied to."),
        text("rate").required().about("`12 %`, `3 EUR per heading and origin`."),
        number("amount").required().about("The result, in `currency`."),
        text("note").nullable().required().about("Words of the rule."),
    ],
)
.about("One amount and how it came about. Components add up to the totals.");

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let quote = request.check(app, read(request)).await?;
    let command = QuoteLandedCost { credentials: request.credentials.clone(), quote };
    match app.checkout().landed_quotes().quote(command).await {
        Ok(row) => Ok(render::kept(&row)),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<crossdock_app::landed_cost::LandedQuote, Problem> {
    read::quote(request.fields)
}

/// Answers a product page: totals only, nothing is kept, and no secret is needed.
pub async fn public_landed_cost(app: &App, body: &[u8]) -> Reply {
    if body.len() > BODY_LIMIT {
        return too_large();
    }
    honest(public_body(app, body).await)
}

async fn public_body(app: &App, body: &[u8]) -> Result<String, Failure> {
    if json_body::weigh(body, LIMITS).map_err(Failure::of_excess)?.heavy {
        return Err(Failure::of_excess(JsonExcess::Weight));
    }
    let map = parse_object(body).ok_or(Failure::Unreadable)?;
    let fields = Fields::new(&map);
    let public_key = fields.name("publicKey")?.ok_or_else(|| fields.required("publicKey"))?;
    let quote = read::quote(fields)?;
    match app.checkout().landed_quotes().estimate(PublicLandedCost { public_key, quote }).await {
        Ok(stored) => Ok(render::totals(&stored)),
        Err(error) => Err(error.into()),
    }
}

/// Answers a kept quote with the sum in words. `store` and `secret` as the caller gave them, `id` from the path.
pub async fn kept_landed_cost(
    app: &App,
    id: &str,
    store: Option<&str>,
    secret: Option<SecretString>,
    client: IpAddr,
) -> Reply {
    let store = store.and_then(|text| text.trim().parse().ok()).and_then(StoreId::new);
    let credentials = Credentials { store, secret, client };
    honest(kept_body(app, id, &credentials).await)
}

async fn kept_body(app: &App, id: &str, credentials: &Credentials) -> Result<String, Failure> {
    // What is no id is told like an unknown one, after the credentials.
    let Ok(id) = id.parse::<QuoteId>() else {
        app.checkout().stores().authenticate(credentials).await?;
        return Err(LandedQuoteError::Quote(QuoteError::NotFound).into());
    };
    let row = app.checkout().landed_quotes().find(credentials, id).await?;
    render::explained(&row).map_err(|error| LandedQuoteError::Quote(error.into()).into())
}

fn honest(body: Result<String, Failure>) -> Reply {
    match body {
        Ok(body) => Reply { status: 200, honest_status: 200, code: "ok", body, delay: Span(0), retry_after: None },
        Err(failure) => failure.honest_reply(CheckoutOperation::LandedCost),
    }
}
