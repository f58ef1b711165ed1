//! The landed-cost engine and the rule files, tested together: a book is written as text, a request is computed.

mod cascade;
mod cases;
mod files;
mod laws;
mod places;
mod world;
