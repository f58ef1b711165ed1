//! The server's clock (customer protocol §8.8).

use crossdock_domain::admin_api::Scope;
use crossdock_domain::clock::Timestamp;

use super::fields::NOTHING;
use super::reply::Reply;
use super::resource::{Resource, gate, read};
use crate::schema::typed::{Described as _, object};

pub(super) const SERVER_TIME: Resource = Resource::new(
    ("GET", "system/serverTime"),
    read(Scope::System),
    "Seconds since 1970",
    (&NOTHING, ServerTime::OBJECT),
    |app, _, _| Box::pin(async move { Ok(server_time(app.now())) }),
)
.gates(&[gate("system/getServerTime")]);

object! {
    struct ServerTime {
        /// Seconds since 1970
        time: i64 = "time",
    }
}

fn server_time(now: Timestamp) -> Reply {
    Reply::done(&ServerTime { time: now.0.div_euclid(1_000_000) })
}
