//! Any body of `landedCost` is read without a panic, and twice the same way.
#![no_main]

use std::net::{IpAddr, Ipv4Addr};

use crossdock_wire::checkout::{Call, Operation, Version, is_well_formed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let client = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let call = Call { version: Version::V1, operation: Operation::LandedCost, body, client, idempotency_key: None };
    assert_eq!(is_well_formed(call), is_well_formed(Call { version: Version::V2, ..call }));
});
