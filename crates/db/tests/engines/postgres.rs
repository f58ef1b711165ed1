//! Every behaviour on PostgreSQL.

suite!(crate::harness::PostgresScratch);
