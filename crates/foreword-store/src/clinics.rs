//! Which clinics a query may reach, by the name that appointments carry. Filters stand in the query: a row
//! of another clinic is never read.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, Condition, Value};

/// Some clinics, or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clinics {
    /// All clinics of the installation, and what belongs to none.
    All,
    /// Those with these names.
    Only(BTreeSet<String>),
}

impl Clinics {
    /// Whether a clinic is among them.
    pub fn has(&self, clinic: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.contains(clinic),
        }
    }

    /// The condition on a column that holds the name of a clinic.
    pub(crate) fn condition(&self, column: impl ColumnTrait) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::Only(names) => Condition::all().add(column.is_in(names.iter().cloned())),
        }
    }

    /// The same as text for `column`, with the values it wants from `$first` on.
    pub(crate) fn sql(&self, column: &str, first: usize) -> (String, Vec<Value>) {
        match self {
            Self::All => ("1 = 1".to_owned(), Vec::new()),
            // An empty list is no list in SQL.
            Self::Only(names) if names.is_empty() => ("1 = 0".to_owned(), Vec::new()),
            Self::Only(names) => {
                let places: Vec<String> = (first..first + names.len()).map(|n| format!("${n}")).collect();
                let values = names.iter().map(|name| name.clone().into()).collect();
                (format!("{column} IN ({})", places.join(", ")), values)
            }
        }
    }
}
