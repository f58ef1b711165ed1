//! Cases of the engine on small books made by hand.
