//! Landed costs: what is asked and answered, and the two operations that are no plain POST of the dialect.

use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Ref, Type};
use utoipa::openapi::{ContentBuilder, Paths, Required};

use super::field::{AMOUNT, DAY, Field, INTEGER, Kind, NUMBER, STRING, STRING_OR_NULL, Shape, TEXT, TRUTH, may, must};
use super::operations::Case;
use super::requests::CREDENTIALS;
use super::{error_response, parse};

/// Every object.
pub(super) const SHAPES: &[&Shape] = &[
    &REQUEST,
    &PUBLIC_REQUEST,
    &PLACE,
    &ITEM,
    &ANSWER,
    &EXPLAINED,
    &TOTALS,
    &REFUSAL,
    &EXCHANGE,
    &CONSIGNMENT,
    &LINE,
    &COMPONENT,
];

const ASKED: &[Field] = &[
    may("shipFrom", Kind::Named("LandedCostPlace"), "Where the goods leave from; the store's own address when absent."),
    must("shipTo", Kind::Named("LandedCostPlace"), "Where they go."),
    may("currency", TEXT, "ISO 4217 code of all amounts; the store's when absent."),
    may("date", DAY, "The day whose rules hold; today when absent."),
    may("consumer", TRUTH, "Whether they go to a private person; true when absent."),
    may("shipping", NUMBER, "Freight of everything; spread over the lines by weight, or by value."),
    may("insurance", NUMBER, "Insurance of everything; spread by value."),
    must("items", Kind::List("LandedCostItem"), "1 to 500 lines with at least one product."),
];

pub(super) static REQUEST: Shape =
    Shape { name: "LandedCostRequest", about: "Goods and where they go.", fields: &[CREDENTIALS, ASKED] };

static PUBLIC_REQUEST: Shape = Shape {
    name: "PublicLandedCostRequest",
    about: "The same with the store's public key instead of its secret.",
    fields: &[&[must("publicKey", TEXT, "See `crossdock store set --public-key`.")], ASKED],
};

static PLACE: Shape = Shape {
    name: "LandedCostPlace",
    about: "A place as far as rules look.",
    fields: &[&[
        must("country", TEXT, "ISO 3166 code."),
        may("region", TEXT, "State, province or region: `QC`."),
        may("postalCode", TEXT, ""),
    ]],
};

static ITEM: Shape = Shape {
    name: "LandedCostItem",
    about: "A line, named as in createTempCart; other fields of it are accepted and change nothing.",
    fields: &[&[
        must("description", TEXT, ""),
        must("quantity", NUMBER, "Greater than 0, up to 4 decimals."),
        must("unitPrice", NUMBER, "Up to 4 decimals. Negative: a discount, of its supplier or of everything."),
        may("itemHSCode", TEXT, "2 to 13 digits. Without it the store's mapping of categories counts."),
        may("countryOfOrigin", TEXT, "ISO 3166 code of where the goods were made."),
        may("itemCategory", TEXT, "The shop's category, for the store's mapping to HS codes."),
        may("weight", NUMBER, "Of one piece; duties by weight need it."),
        may("weightUnits", TEXT, "`LB` (assumed when absent), `OZ`, `KG` or `G`."),
        may("supplier", TEXT, "Tells consignments apart: each has its own thresholds. Up to 100 characters."),
    ]],
};

const SUMS: &[Field] = &[
    must("currency", STRING, "Currency of all amounts."),
    must("itemsTotal", AMOUNT, "Goods less discounts."),
    must("shippingTotal", AMOUNT, "Shipping and insurance as they were given."),
    must("dutyTotal", AMOUNT, ""),
    must("taxTotal", AMOUNT, ""),
    must("feesTotal", AMOUNT, "Charges of customs and carriers."),
    must("dutyTaxesTotal", AMOUNT, "Duty, taxes and fees."),
    must("grandTotal", AMOUNT, "Everything."),
    must("precision", STRING, "`exact` or `estimate`."),
];

const DETAIL: &[Field] = &[
    must("quoteId", STRING, "Under which the quote is kept."),
    must("timestamp", STRING, "When it was made, UTC."),
    must("date", STRING, "The day whose rules hold, `yyyymmdd`."),
    must("reasons", Kind::Texts, "Why it is an estimate, and what would make it exact."),
    must("refused", Kind::List("LandedCostRefusal"), "Goods that must not be sent there."),
    must("territory", STRING, "Whose rules were used."),
    must("customsCurrency", STRING, "The currency that customs computes in: that of bases and customs values."),
    must("exchange", Kind::NamedOrNull("LandedCostExchange"), "`null` when the currencies are the same."),
    must("consignments", Kind::List("LandedCostConsignment"), "One for each supplier."),
    must("ruleBook", STRING, "Version of the rule book."),
    must("tariff", STRING_OR_NULL, "Id of the imported tariff that was used."),
];

pub(super) static ANSWER: Shape = Shape { name: "LandedCost", about: "A kept quote.", fields: &[SUMS, DETAIL] };

static EXPLAINED: Shape = Shape {
    name: "ExplainedLandedCost",
    about: "A kept quote with the sum in words.",
    fields: &[SUMS, DETAIL, &[must("explanation", STRING, "A text that a person can follow.")]],
};

static TOTALS: Shape = Shape { name: "LandedCostTotals", about: "Sums for a product page.", fields: &[SUMS] };

static REFUSAL: Shape = Shape {
    name: "LandedCostRefusal",
    about: "Goods that must not be sent there.",
    fields: &[&[
        must("item", INTEGER, "Position of the line, counted from 1."),
        must("rule", STRING, ""),
        must("reason", STRING, ""),
    ]],
};

static EXCHANGE: Shape = Shape {
    name: "LandedCostExchange",
    about: "The exchange rate.",
    fields: &[&[
        must("rate", AMOUNT, "Units of `customsCurrency` for one unit of `currency`."),
        must("source", STRING, "Who published it."),
        must("date", STRING, "Of which day it is, `yyyymmdd`."),
    ]],
};

static CONSIGNMENT: Shape = Shape {
    name: "LandedCostConsignment",
    about: "Goods that are sent and declared together.",
    fields: &[&[
        must("supplier", STRING_OR_NULL, ""),
        must("shipFrom", STRING, "Country."),
        must("regime", STRING_OR_NULL, "The regime by which tax is collected at the sale: `IOSS`."),
        must("customsValue", AMOUNT, ""),
        must("lines", Kind::List("LandedCostLine"), ""),
        must("components", Kind::List("LandedCostComponent"), "What belongs to no line: fees."),
    ]],
};

static LINE: Shape = Shape {
    name: "LandedCostLine",
    about: "A line with its shares.",
    fields: &[&[
        must("item", INTEGER, "Position of the line in the request, counted from 1."),
        must("description", STRING, ""),
        must("goods", AMOUNT, "Price less its part of the discounts."),
        must("shipping", AMOUNT, "Its part of the freight."),
        must("insurance", AMOUNT, "Its part of the insurance."),
        must("customsValue", AMOUNT, ""),
        must("components", Kind::List("LandedCostComponent"), ""),
    ]],
};

static COMPONENT: Shape = Shape {
    name: "LandedCostComponent",
    about: "One amount and how it came about. Components add up to the totals.",
    fields: &[&[
        must("kind", STRING, "`duty`, `tax` or `fee`."),
        must("name", STRING, "What buyers call it: `VAT`."),
        must("rule", STRING, "Id of the rule; `crossdock rules list` shows it."),
        must("base", AMOUNT, "What the rate was applied to."),
        must("rate", STRING, "`12 %`, `3 EUR per heading and origin`."),
        must("amount", AMOUNT, "The result, in `currency`."),
        must("note", STRING_OR_NULL, "Words of the rule."),
    ]],
};

/// The operations that are no plain POST of the dialect.
pub(super) fn add(paths: &mut Paths) {
    paths.paths.insert("/v1/landedCost/public".to_owned(), PathItem::new(HttpMethod::Post, public()));
    paths.paths.insert("/v1/landedCost/quotes/{id}".to_owned(), PathItem::new(HttpMethod::Get, kept()));
}

fn content(schema: &str) -> ContentBuilder {
    ContentBuilder::new().schema(Some(Ref::from_schema_name(schema)))
}

fn public() -> OperationBuilder {
    let example = r#"{"publicKey": "pk-999-0123456789abcdef0123456789abcdef", "shipTo": {"country": "DE"}, "currency": "USD",
        "items": [{"description": "T-shirt", "quantity": 1, "unitPrice": 19.9, "itemHSCode": "610910"}]}"#;
    let body = content(PUBLIC_REQUEST.name).example(Some(parse(example))).build();
    let body = RequestBodyBuilder::new().content("application/json", body).required(Some(Required::True)).build();
    let done = ResponseBuilder::new().description("Totals; nothing is kept.");
    let refused = |about: &str, text: &'static str| error_response(about, &[Case { when: "refused", text }]);
    OperationBuilder::new()
        .tag("helpers")
        .operation_id(Some("publicLandedCost"))
        .summary(Some("Duty and tax on a product page"))
        .description(Some(
            "For scripts of shop pages: takes the store's public key, answers totals only, allows every origin (CORS) and \
             60 calls a minute for each address. Errors have honest statuses.",
        ))
        .request_body(Some(body))
        .response("200", done.content("application/json", content(TOTALS.name).build()).build())
        .response("400", refused("A parameter is missing or wrong.", "Parameter shipTo.country is required"))
        .response("401", refused("No store has this public key.", "Invalid security credentials"))
        .response("422", refused("It cannot be worked out.", "Parameter shipTo is not valid, there are no landed-cost rules for AQ"))
        .response("429", refused("Too many calls; `Retry-After` tells the seconds to wait.", "Too many requests; try again later"))
}

fn kept() -> OperationBuilder {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let parameter = |name: &str, place, about: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(Required::True)
            .description(Some(about))
            .schema(Some(text()))
    };
    let done = ResponseBuilder::new().description("The quote as it was answered, with the sum in words.");
    let refused = |about: &str, text: &'static str| error_response(about, &[Case { when: "refused", text }]);
    OperationBuilder::new()
        .tag("helpers")
        .operation_id(Some("keptLandedCost"))
        .summary(Some("A kept landed cost, explained"))
        .parameter(parameter("id", ParameterIn::Path, "`quoteId` of the quote."))
        .parameter(parameter("store", ParameterIn::Query, "The store's number."))
        .parameter(parameter("Authorization", ParameterIn::Header, "`Bearer` and the store's API secret."))
        .response("200", done.content("application/json", content(EXPLAINED.name).build()).build())
        .response("401", refused("Wrong store or secret.", "Invalid security credentials"))
        .response("404", refused("The store has no such quote.", "Could not find a quote with this id"))
}
