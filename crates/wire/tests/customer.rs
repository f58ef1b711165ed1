//! The Customer API against a real app: golden pairs, tenants, attacks, limits.

#[path = "customer/attacks.rs"]
mod attacks;
#[path = "customer/golden.rs"]
mod golden;
#[path = "customer/limits.rs"]
mod limits;
#[path = "support/golden.rs"]
mod support;
#[path = "customer/tenants.rs"]
mod tenants;
#[path = "customer/world.rs"]
mod world;
