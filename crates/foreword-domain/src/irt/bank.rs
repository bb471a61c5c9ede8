//! Banks of calibrated items and the answers they permit. A bank that exists keeps every rule the
//! arithmetic relies on; it knows nothing of how it is estimated from.

use std::collections::BTreeSet;

/// The steepest slope taken for real; published banks stay below 6.
const MAX_SLOPE: f64 = 10.0;
/// The farthest threshold taken for real, in standard deviations.
const MAX_THRESHOLD: f64 = 20.0;
/// The most thresholds of an item: ten categories.
const MAX_THRESHOLDS: usize = 9;

/// One calibrated item.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its name, unique in the bank.
    pub id: String,
    /// The discrimination `a`: above 0, at most 10, per standard deviation of the trait.
    pub slope: f64,
    /// Where the categories part, `b[1] < b[2] < ...`, in standard deviations of the trait; 1 to 9 of
    /// them, each within -20 and 20. The categories are 0 (the least of the trait) to their number.
    pub thresholds: Vec<f64>,
    /// The content area, if the bank has areas that are to be balanced.
    pub area: Option<String>,
}

/// What is wrong, and with what: an item by its id, or a part of the settings by its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {what}")]
pub struct Fault {
    /// The item or the setting.
    pub at: String,
    /// What it is, and what it must be.
    pub what: String,
}

impl Fault {
    pub(super) fn new(at: impl Into<String>, what: impl Into<String>) -> Self {
        Self { at: at.into(), what: what.into() }
    }
}

/// Why an answer is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSuchAnswer {
    /// The bank has no such item.
    #[error("the bank has no item {0}")]
    Item(String),
    /// The item has no such category.
    #[error("item {item} has no category {category}, its last is {last}")]
    Category {
        /// The item's id.
        item: String,
        /// The category that was given.
        category: usize,
        /// The highest category there is.
        last: usize,
    },
}

/// An answer to an item of a bank: the item's place and the category, both counted from 0.
///
/// Comes from [`Bank::answered`]. An engine of another bank takes one that it has no item or category
/// for as no evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answered {
    item: usize,
    category: usize,
}

impl Answered {
    /// The item's place in the bank.
    pub fn item(self) -> usize {
        self.item
    }

    /// The category, 0 for the least of the trait.
    pub fn category(self) -> usize {
        self.category
    }
}

/// Calibrated items that measure one trait, in a fixed order that decides ties.
#[derive(Clone, Debug, PartialEq)]
pub struct Bank {
    items: Vec<Item>,
}

impl Bank {
    /// A bank, if its items keep the rules; otherwise every fault.
    pub fn new(items: Vec<Item>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut ids = BTreeSet::new();
        if items.is_empty() {
            faults.push(Fault::new("bank", "has no items, must have at least one"));
        }
        for (place, item) in items.iter().enumerate() {
            if item.id.trim().is_empty() {
                faults.push(Fault::new(format!("item {}", place + 1), "has no id"));
            } else if !ids.insert(&item.id) {
                faults.push(Fault::new(&item.id, "stands there twice, ids must be unique"));
            }
            let at = if item.id.trim().is_empty() { format!("item {}", place + 1) } else { item.id.clone() };
            faults.extend(wrong(item).into_iter().map(|what| Fault::new(&at, what)));
        }
        if faults.is_empty() { Ok(Self { items }) } else { Err(faults) }
    }

    /// The items, in the order that decides ties.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The place of an item.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }

    /// An answer to the item with this id.
    pub fn answered(&self, id: &str, category: usize) -> Result<Answered, NoSuchAnswer> {
        let item = self.place(id).ok_or_else(|| NoSuchAnswer::Item(id.to_owned()))?;
        self.answered_at(item, category)
    }

    /// An answer to the item in this place.
    pub fn answered_at(&self, item: usize, category: usize) -> Result<Answered, NoSuchAnswer> {
        let found = self.items.get(item).ok_or_else(|| NoSuchAnswer::Item(format!("in place {item}")))?;
        let last = found.thresholds.len();
        if category > last {
            return Err(NoSuchAnswer::Category { item: found.id.clone(), category, last });
        }
        Ok(Answered { item, category })
    }
}

/// What is wrong with the numbers of an item.
fn wrong(item: &Item) -> Vec<String> {
    let mut wrong = Vec::new();
    if !(item.slope > 0.0 && item.slope <= MAX_SLOPE) {
        wrong.push(format!("the slope is {}, must be above 0 and at most {MAX_SLOPE}", item.slope));
    }
    let count = item.thresholds.len();
    if !(1..=MAX_THRESHOLDS).contains(&count) {
        wrong.push(format!("has {count} thresholds, must have 1 to {MAX_THRESHOLDS}"));
    }
    for (k, b) in (1..).zip(&item.thresholds) {
        if !(-MAX_THRESHOLD..=MAX_THRESHOLD).contains(b) {
            wrong.push(format!("threshold {k} is {b}, must be within -{MAX_THRESHOLD} and {MAX_THRESHOLD}"));
        }
    }
    for (k, pair) in (2..).zip(item.thresholds.windows(2)) {
        if pair[0] >= pair[1] {
            wrong.push(format!("threshold {k} is {}, must be above the one before, {}", pair[1], pair[0]));
        }
    }
    wrong
}
