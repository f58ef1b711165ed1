//! Any JSON body of the Customer API is read without a panic, whatever the method.
#![no_main]

use crossdock_wire::customer::gates::Method;
use crossdock_wire::customer::{Format, is_well_formed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for method in Method::ALL {
        is_well_formed(method, Format::Json, body);
    }
});
