//! The real program, as people and service managers run it.

mod admin_keys;
mod backup;
mod bench;
mod config;
mod crash;
mod demo;
mod doctor;
mod goods;
mod help;
mod orders;
mod postgres;
mod rules;
mod sandboxes;
mod serve;
mod side_by_side;
mod stores;
mod support;
mod test_order;
mod webhooks;
mod wholesale;
