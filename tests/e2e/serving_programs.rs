//! Programs that use the API: how they get in, what opens, and how much they may ask.

mod cards;
mod launching;
mod limits;
mod tokens;
