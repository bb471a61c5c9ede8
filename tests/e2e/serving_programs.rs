//! Programs that use the API: how they get in, what opens, and how much they may ask.

mod cards;
mod limits;
mod tokens;
