//! The HTTP layer against a real app: in process where that is enough, over loopback where sockets matter.

mod api;
mod feeds;
mod log;
mod metrics;
mod openapi;
mod overload;
mod proxies;
mod shutdown;
mod site;
mod slow;
mod tls;
mod watch;
