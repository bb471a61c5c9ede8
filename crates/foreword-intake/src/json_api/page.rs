//! Lists a page at a time: what comes next is told by a cursor, which no insert and no deletion upsets.

use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The lines.
    pub items: Vec<T>,
    /// The `cursor` of the next page; `null` when this is the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of at most `limit` lines, of which one more was looked for; `place` is that of a line.
    pub(super) fn of(mut items: Vec<T>, limit: u64, place: impl FnOnce(&T) -> String) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| super::query::cursor(&place(last)));
        Self { items, next }
    }
}
