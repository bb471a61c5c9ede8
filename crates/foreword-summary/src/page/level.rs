//! How densely the sheet is set: airy where there is room, never smaller than 9 points, and at the dense
//! end a little less of everything with a mark that leads to the rest.

/// Sizes in points, and how much of each thing stands on the sheet.
#[derive(Debug, PartialEq)]
pub(super) struct Level {
    /// The patient's words.
    pub(super) quote: f32,
    /// Everything else.
    pub(super) body: f32,
    /// What stands beside or below in grey.
    pub(super) small: f32,
    pub(super) leading: f32,
    /// Between sections.
    pub(super) gap: f32,
    /// Between rows.
    pub(super) row: f32,
    /// Whether scores stand in two columns instead of in rows.
    pub(super) in_two: bool,
    /// Width and height of a line of scores; nothing where it stands behind the page only.
    pub(super) trend: Option<(f32, f32)>,
    pub(super) cut: Cut,
}

/// The most of each thing: characters of a text, lines of a list.
#[derive(Debug, PartialEq)]
pub(super) struct Cut {
    pub(super) topic: usize,
    pub(super) words: usize,
    pub(super) goals: usize,
    pub(super) items: usize,
    pub(super) missing: usize,
    pub(super) context: usize,
    pub(super) flags: usize,
}

const ALL: Cut = Cut { topic: 100_000, words: 1_200, goals: 8, items: 5, missing: 8, context: 12, flags: 12 };
const MOST: Cut = Cut { topic: 100_000, words: 300, goals: 3, items: 5, missing: 3, context: 4, flags: 6 };

const fn at(quote: f32, body: f32, gap: f32, trend: Option<(f32, f32)>, cut: Cut) -> Level {
    let is_dense = body <= 9.0;
    Level {
        quote,
        body,
        small: if body > 10.0 { 9.5 } else { 9.0 },
        leading: if is_dense { 1.23 } else { 1.32 },
        gap,
        row: gap * 0.5,
        in_two: is_dense,
        trend,
        cut,
    }
}

/// From airy to dense.
pub(super) const LEVELS: [Level; 13] = [
    at(13.0, 10.5, 15.0, Some((195.0, 70.0)), ALL),
    at(12.0, 10.0, 12.0, Some((190.0, 62.0)), ALL),
    at(11.5, 9.5, 10.0, Some((185.0, 56.0)), ALL),
    at(11.0, 9.5, 8.0, Some((175.0, 40.0)), ALL),
    at(10.5, 9.0, 8.0, Some((230.0, 54.0)), ALL),
    at(10.0, 9.0, 6.0, Some((230.0, 34.0)), MOST),
    at(9.5, 9.0, 5.0, Some((230.0, 26.0)), MOST),
    at(9.5, 9.0, 5.5, None, MOST),
    at(9.0, 9.0, 4.0, None, MOST),
    at(9.0, 9.0, 3.0, None, Cut { words: 160, goals: 2, missing: 2, context: 3, flags: 4, ..MOST }),
    at(
        9.0,
        9.0,
        3.0,
        None,
        Cut { topic: 360, words: 120, goals: 2, missing: 2, context: 2, flags: 3, items: 4 },
    ),
    at(
        9.0,
        9.0,
        2.0,
        None,
        Cut { topic: 200, words: 80, goals: 1, missing: 1, context: 2, flags: 2, items: 3 },
    ),
    at(
        9.0,
        9.0,
        1.0,
        None,
        Cut { topic: 90, words: 50, goals: 1, missing: 1, context: 1, flags: 1, items: 2 },
    ),
];
