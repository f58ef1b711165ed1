//! `orderNumbers`: the ids of many orders (checkout protocol §5).

use crossdock_app::App;
use crossdock_app::checkout::orders::{ListOrders, OrderList};
use crossdock_domain::clock::{Span, Timestamp};

use super::endpoint::{Endpoint, case, golden, versioned};
use super::failure::{Failure, Subject};
use super::fields::Problem;
use super::request::Request;
use super::values::{CALENDAR_DAY, CREDENTIALS, ORDER_ID, ORDER_STATUS};
use crate::json::{push_display, push_text};
use crate::schema::{Field, JsonOnly, Object, Type, UNLIMITED, flag, int, list, named, text};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "orders",
    summary: "List orders",
    about: "Ids of the orders of a range, ascending, all at once.",
    idempotency_key: None,
    request: &REQUEST,
    response: &ORDER_LIST,
    request_example: golden!("orderNumbers/documented-statuses", "request"),
    response_example: golden!("orderNumbers/documented-statuses", "response"),
    errors: &[
        case("Couldn't find order for sinceOrderId: 999999", "no such order in the store"),
        case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
        versioned(
            "Parameter sinceOrderId or sinceDate is required.",
            "Parameter sinceOrderId or sinceDate is required",
            "nothing says which orders",
        ),
        versioned(
            "Cannot specify both Parameters sinceDate and sinceOrderId.",
            "Cannot specify both Parameters sinceDate and sinceOrderId",
            "both",
        ),
        versioned(
            "Parameter sinceDate is required for throughDate.",
            "Parameter sinceDate is required for throughDate",
            "an end without a beginning",
        ),
        case("Parameter sinceDate is not valid, it must be a date of the form yyyymmdd", "no day"),
        case("Parameter missingMerchantOrderId is not valid", "no truth value"),
    ],
};

static REQUEST: Object = Object::new(
    "OrderNumbersRequest",
    &[
        named("sinceDate", &CALENDAR_DAY).about("Orders from that day on, the day included."),
        named("throughDate", &CALENDAR_DAY).about("Only with `sinceDate`: up to that day, the day included."),
        named("sinceOrderId", &ORDER_ID).about("Orders behind that one, which must exist."),
        flag("missingMerchantOrderId")
            .about("Orders without `merchantOrderId`: of the last two weeks, or of the range that the others name."),
        Field::new("statuses", Type::Json(JsonOnly::Any))
            .about("Its presence alone, even as `false`, adds four keys per order."),
    ],
)
.with(&[&CREDENTIALS])
.about("One of `sinceDate`, `sinceOrderId` and `missingMerchantOrderId` is needed; the first two exclude each other.");

static ORDER_LIST: Object = Object::new(
    "OrderList",
    &[
        int("totalCount").required().about("Live and test orders of this answer."),
        int("orderCount").required().about("Live ones."),
        int("testOrderCount").required().about("Test ones."),
        list("orders", &LISTED_ORDER, UNLIMITED).required(),
    ],
)
.about("Orders in the order of their ids, all at once.");

static LISTED_ORDER: Object = Object::new(
    "ListedOrder",
    &[
        text("id").required().about("Full id."),
        flag("testOrder").required().about("Paid with test data: do not ship."),
        text("timestamp").required().about("When it was placed, `yyyy-MM-dd HH:mm:ss.S` in UTC."),
        text("merchantOrderId").nullable().about("Only with `statuses`."),
        named("orderStatus", &ORDER_STATUS).about("Only with `statuses`."),
        int("orderStatusDate").about("Only with `statuses`: last change, in milliseconds since 1970."),
        text("orderStatusDateString").about("Only with `statuses`: the same as text in UTC."),
    ],
)
.about("An order of a list.");

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let query = request.check(app, read(request)).await?;
    let after = query.after;
    // Present is enough, whatever the value (checkout protocol §3).
    let with_statuses = request.fields.get("statuses").is_some();
    match app.checkout().orders().list(query).await {
        Ok(list) => Ok(render(&list, with_statuses)),
        Err(error) => Err(Failure::Order(error, after.map_or(Subject::Nothing, Subject::Since))),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<ListOrders, Problem> {
    let stop = request.stop();
    let since = read_day(request, "sinceDate")?;
    let through = read_day(request, "throughDate")?;
    let after = request.order_id("sinceOrderId")?;
    let missing_merchant_id = request.fields.flag("missingMerchantOrderId")?.unwrap_or(false);
    if since.is_some() && after.is_some() {
        return Err(Problem(format!("Cannot specify both Parameters sinceDate and sinceOrderId{stop}")));
    }
    if since.is_none() && after.is_none() && !missing_merchant_id {
        return Err(Problem(format!("Parameter sinceOrderId or sinceDate is required{stop}")));
    }
    if through.is_some() && since.is_none() {
        return Err(Problem(format!("Parameter sinceDate is required for throughDate{stop}")));
    }
    Ok(ListOrders {
        credentials: request.credentials.clone(),
        since,
        // The whole last day counts.
        until: through.map(|day| day + Span::days(1)),
        after: after.map(|id| id.number),
        missing_merchant_id,
    })
}

fn read_day(request: &Request<'_>, key: &'static str) -> Result<Option<Timestamp>, Problem> {
    let Some(text) = request.fields.id_text(&[key]) else { return Ok(None) };
    match Timestamp::from_yyyymmdd(&text) {
        Some(day) => Ok(Some(day)),
        None => Err(request.fields.must(key, "must be a date of the form yyyymmdd")),
    }
}

/// Bytes that an order takes, roughly; a window of a million orders must not grow the answer step by step.
const BYTES: usize = 84;
const BYTES_WITH_STATUSES: usize = 260;

fn render(list: &OrderList, with_statuses: bool) -> String {
    let total = list.orders.len();
    let tests = list.orders.iter().filter(|order| order.test).count();
    let each = if with_statuses { BYTES_WITH_STATUSES } else { BYTES };
    let mut out = String::with_capacity(80 + total * each);
    let live = total - tests;
    push_display(
        &mut out,
        format_args!(r#"{{"totalCount":{total},"orderCount":{live},"testOrderCount":{tests},"orders":["#),
    );
    let prefix = format!(r#"{{"id":"{}-"#, list.store);
    let (mut placed, mut changed) = (Stamps::default(), Stamps::default());
    for (n, order) in list.orders.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(&prefix);
        push_display(&mut out, order.number);
        out.push_str(if order.test {
            r#"","testOrder":true,"timestamp":""#
        } else {
            r#"","testOrder":false,"timestamp":""#
        });
        placed.push(&mut out, order.placed_at);
        out.push('"');
        if with_statuses {
            out.push_str(r#","merchantOrderId":"#);
            match &order.merchant_order_id {
                Some(id) => push_text(&mut out, id),
                None => out.push_str("null"),
            }
            out.push_str(r#","orderStatus":""#);
            out.push_str(order.status.code());
            out.push_str(r#"","orderStatusDate":"#);
            push_display(&mut out, order.status_at.millis());
            out.push_str(r#","orderStatusDateString":""#);
            changed.push(&mut out, order.status_at);
            out.push('"');
        }
        out.push('}');
    }
    out.push_str("]}");
    out
}

/// Writes moments as [`Timestamp::to_protocol_string`] does, asking the calendar once per day instead of once per order:
/// orders come in the order of time.
#[derive(Default)]
struct Stamps {
    day: Option<i64>,
    date: String,
}

const DAY: i64 = Span::days(1).0;

impl Stamps {
    fn push(&mut self, out: &mut String, at: Timestamp) {
        let day = at.0.div_euclid(DAY);
        if self.day != Some(day) {
            self.day = Some(day);
            self.date = Timestamp(day.saturating_mul(DAY)).to_protocol_string();
            // Up to the blank: `2015-01-01 `.
            self.date.truncate(self.date.find(' ').map_or(0, |at| at + 1));
        }
        let millis = at.0.rem_euclid(DAY) / 1000;
        let (seconds, millis) = (millis / 1000, millis % 1000);
        out.push_str(&self.date);
        two_digits(out, seconds / 3600);
        out.push(':');
        two_digits(out, seconds / 60 % 60);
        out.push(':');
        two_digits(out, seconds % 60);
        out.push('.');
        push_digit(out, millis / 100);
        if millis % 100 != 0 {
            push_digit(out, millis / 10 % 10);
        }
        if millis % 10 != 0 {
            push_digit(out, millis % 10);
        }
    }
}

fn two_digits(out: &mut String, n: i64) {
    push_digit(out, n / 10);
    push_digit(out, n % 10);
}

fn push_digit(out: &mut String, digit: i64) {
    out.push(u8::try_from(digit).map_or('0', |digit| char::from(b'0' + digit % 10)));
}

#[cfg(test)]
mod tests {
    use crossdock_db::orders::OrderSummary;
    use crossdock_domain::ids::{OrderNumber, StoreId};
    use crossdock_domain::order::OrderStatus;
    use proptest::prelude::*;

    use super::*;

    fn order(number: i64, test: bool) -> OrderSummary {
        OrderSummary {
            number: OrderNumber(number),
            test,
            placed_at: Timestamp(1_420_097_594_000_000),
            merchant_order_id: test.then(|| "a\"b".to_owned()),
            status: OrderStatus::InProcess,
            status_at: Timestamp(1_420_179_377_120_000),
        }
    }

    fn list(orders: Vec<OrderSummary>) -> OrderList {
        OrderList { store: StoreId::new(999).expect("id"), orders }
    }

    #[test]
    fn an_empty_list_still_has_every_key() {
        let wanted = r#"{"totalCount":0,"orderCount":0,"testOrderCount":0,"orders":[]}"#;
        assert_eq!(render(&list(vec![]), true), wanted);
    }

    #[test]
    fn live_and_test_orders_are_counted_apart() {
        let body = render(&list(vec![order(10_001, false), order(10_002, true), order(10_003, false)]), false);
        assert!(body.starts_with(r#"{"totalCount":3,"orderCount":2,"testOrderCount":1,"orders":[{"id":"999-10001","#));
        assert!(body.contains(r#"{"id":"999-10002","testOrder":true,"timestamp":"2015-01-01 07:33:14.0"}"#), "{body}");
    }

    #[test]
    fn statuses_add_four_keys() {
        assert_eq!(
            render(&list(vec![order(10_002, true)]), true),
            r#"{"totalCount":1,"orderCount":0,"testOrderCount":1,"orders":[{"id":"999-10002","testOrder":true,"timestamp":"2015-01-01 07:33:14.0","merchantOrderId":"a\"b","orderStatus":"IGLOBAL_ORDER_IN_PROCESS","orderStatusDate":1420179377120,"orderStatusDateString":"2015-01-02 06:16:17.12"}]}"#
        );
    }

    #[test]
    fn a_long_list_is_written_without_growing() {
        let mut far = order(9_999_999, true);
        far.merchant_order_id = Some("12-34567890".to_owned());
        far.status = OrderStatus::CancellationRequested;
        far.placed_at = Timestamp(1_420_097_594_123_000);
        for (with_statuses, each) in [(false, BYTES), (true, BYTES_WITH_STATUSES)] {
            let body = render(&list(vec![far.clone(); 1000]), with_statuses);
            assert!(body.len() <= 80 + 1000 * each, "{} bytes an order", body.len() / 1000);
            serde_json::from_str::<serde_json::Value>(&body).expect("JSON");
        }
    }

    proptest! {
        #[test]
        fn moments_are_written_as_the_clock_does(
            moments in prop::collection::vec(-62_000_000_000_000_000_i64..250_000_000_000_000_000, 1..5),
        ) {
            let mut stamps = Stamps::default();
            for at in moments.into_iter().map(Timestamp) {
                let mut out = String::new();
                stamps.push(&mut out, at);
                prop_assert_eq!(out, at.to_protocol_string());
            }
        }
    }
}
