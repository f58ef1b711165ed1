//! Any body of `createTempCart` is read without a panic, and twice the same way.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use crossdock_wire::checkout::{CheckoutApiRequest, CheckoutOperation, Version, is_well_formed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let client = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let call = CheckoutApiRequest { version: Version::V1, operation: CheckoutOperation::CreateTempCart, body, client, idempotency_key: None };
    assert_eq!(is_well_formed(call), is_well_formed(CheckoutApiRequest { version: Version::V2, ..call }));
});
