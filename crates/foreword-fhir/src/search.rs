//! Searches of FHIR R4: what a query asks for, which resources match it exactly, in which order, how much of
//! them is shown, and what goes along. Which rows to look at is the store's business; it is told bounds.

mod element;
mod filter;
mod include;
mod link;
mod moment;
mod order;
mod parse;
mod query;
mod reference;
mod shape;
mod table;
mod text;
mod value;

pub use include::{Include, included, refers};
pub use order::compare;
pub use query::{Query, Show, Sort, Total};
pub use shape::shape;
pub use table::{Parameter, Type};
pub use value::Token;

#[cfg(test)]
mod tests;
