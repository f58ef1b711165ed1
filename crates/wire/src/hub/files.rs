//! Files of the wholesaler's side: catalogues that come in, feeds that shops read, orders that leave.

pub mod catalogue;
pub mod feed;
pub mod icdf;
