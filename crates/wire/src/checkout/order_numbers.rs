//! `orderNumbers`: the ids of many orders (checkout protocol §5).

use crossdock_app::App;
use crossdock_app::checkout::orders::{ListOrders, OrderList, OrderSummary, PlacedOrder};
use crossdock_domain::clock::{Span, Timestamp};

use super::endpoint::{Endpoint, case, golden, versioned};
use super::failure::{Failure, Subject};
use super::fields::Problem;
use super::request::Request;
use super::values::{CALENDAR_DAY, CREDENTIALS, ORDER_ID, ORDER_STATUS};
use crate::json::{push_display, push_integer, push_text};
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
    let orders = app.checkout().orders();
    let rendered = if with_statuses {
        orders.list(query).await.map(|list| render_with_statuses(&list))
    } else {
        orders.list_placed(query).await.map(|list| render(&list))
    };
    rendered.map_err(|error| Failure::Order(error, after.map_or(Subject::Nothing, Subject::Since)))
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

fn render(list: &OrderList<PlacedOrder>) -> String {
    write(list, BYTES, |order| *order, |_, _| ())
}

fn render_with_statuses(list: &OrderList) -> String {
    let mut changed = Stamps::default();
    let placed =
        |order: &OrderSummary| PlacedOrder { number: order.number, test: order.test, placed_at: order.placed_at };
    write(list, BYTES_WITH_STATUSES, placed, |out, order| {
        out.push_str(r#","merchantOrderId":"#);
        match &order.merchant_order_id {
            Some(id) => push_text(out, id),
            None => out.push_str("null"),
        }
        out.push_str(r#","orderStatus":""#);
        out.push_str(order.status.code());
        out.push_str(r#"","orderStatusDate":"#);
        push_integer(out, order.status_at.millis());
        out.push_str(r#","orderStatusDateString":""#);
        changed.push(out, order.status_at);
        out.push('"');
    })
}

/// Writes a list; `more` writes what an order has besides id, kind and time.
fn write<R>(
    list: &OrderList<R>,
    each: usize,
    placed: impl Fn(&R) -> PlacedOrder,
    mut more: impl FnMut(&mut String, &R),
) -> String {
    let total = list.orders.len();
    let tests = list.orders.iter().filter(|order| placed(order).test).count();
    let live = total - tests;
    let mut out = String::with_capacity(80 + total * each);
    push_display(
        &mut out,
        format_args!(r#"{{"totalCount":{total},"orderCount":{live},"testOrderCount":{tests},"orders":["#),
    );
    let prefix = format!(r#"{{"id":"{}-"#, list.store);
    let mut stamps = Stamps::default();
    for (n, order) in list.orders.iter().enumerate() {
        let PlacedOrder { number, test, placed_at } = placed(order);
        if n > 0 {
            out.push(',');
        }
        out.push_str(&prefix);
        push_integer(&mut out, number.0);
        out.push_str(if test { r#"","testOrder":true,"timestamp":""# } else { r#"","testOrder":false,"timestamp":""# });
        stamps.push(&mut out, placed_at);
        out.push('"');
        more(&mut out, order);
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
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        out.push_str(&self.date);
        let digits = [hour / 10, hour, minute / 10, minute, second / 10, second, millis / 100, millis / 10, millis];
        let [h1, h0, m1, m0, s1, s0, f2, f1, f0] = digits.map(digit);
        let text = [h1, h0, b':', m1, m0, b':', s1, s0, b'.', f2, f1, f0];
        // At least one digit behind the point.
        let length = if millis % 10 != 0 {
            12
        } else if millis % 100 != 0 {
            11
        } else {
            10
        };
        out.push_str(std::str::from_utf8(&text[..length]).unwrap_or_default());
    }
}

/// The last digit of a number that is not negative.
fn digit(number: i64) -> u8 {
    u8::try_from(number % 10).map_or(b'0', |digit| b'0' + digit)
}

#[cfg(test)]
mod tests {
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

    fn placed(number: i64, test: bool) -> PlacedOrder {
        let OrderSummary { number, test, placed_at, .. } = order(number, test);
        PlacedOrder { number, test, placed_at }
    }

    fn list<R>(orders: Vec<R>) -> OrderList<R> {
        OrderList { store: StoreId::new(999).expect("id"), orders }
    }

    #[test]
    fn an_empty_list_still_has_every_key() {
        let wanted = r#"{"totalCount":0,"orderCount":0,"testOrderCount":0,"orders":[]}"#;
        assert_eq!(render(&list(vec![])), wanted);
        assert_eq!(render_with_statuses(&list(vec![])), wanted);
    }

    #[test]
    fn live_and_test_orders_are_counted_apart() {
        let body = render(&list(vec![placed(10_001, false), placed(10_002, true), placed(10_003, false)]));
        assert!(body.starts_with(r#"{"totalCount":3,"orderCount":2,"testOrderCount":1,"orders":[{"id":"999-10001","#));
        assert!(body.contains(r#"{"id":"999-10002","testOrder":true,"timestamp":"2015-01-01 07:33:14.0"}"#), "{body}");
    }

    #[test]
    fn statuses_add_four_keys() {
        assert_eq!(
            render_with_statuses(&list(vec![order(10_002, true)])),
            r#"{"totalCount":1,"orderCount":0,"testOrderCount":1,"orders":[{"id":"999-10002","testOrder":true,"timestamp":"2015-01-01 07:33:14.0","merchantOrderId":"a\"b","orderStatus":"IGLOBAL_ORDER_IN_PROCESS","orderStatusDate":1420179377120,"orderStatusDateString":"2015-01-02 06:16:17.12"}]}"#
        );
    }

    #[test]
    fn a_long_list_is_written_without_growing() {
        let mut far = order(9_999_999, true);
        far.merchant_order_id = Some("12-34567890".to_owned());
        far.status = OrderStatus::CancellationRequested;
        far.placed_at = Timestamp(1_420_097_594_123_000);
        let plain = PlacedOrder { placed_at: far.placed_at, ..placed(9_999_999, false) };
        let bodies = [
            (render(&list(vec![plain; 1000])), BYTES),
            (render_with_statuses(&list(vec![far; 1000])), BYTES_WITH_STATUSES),
        ];
        for (body, each) in bodies {
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
