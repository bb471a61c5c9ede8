//! Strips onto pages: what belongs together stays together where a page is enough for it.

use super::{flow::Flowed, strip::Strip};

/// A strip at its height on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Placed {
    pub(crate) top: f32,
    pub(crate) what: What,
}

/// What is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A strip of the document, by its number.
    Strip(usize),
    /// A line of a lead-in that is repeated.
    Again(usize, usize),
}

/// Divides strips into pages, each from a top to a bottom; the first may have one of its own.
pub(crate) fn paginate(flowed: &Flowed, top: f32, (of_first, of_others): (f32, f32)) -> Vec<Vec<Placed>> {
    let strips = &flowed.strips;
    let mut pages = Pages { flowed, top, y: top, done: Vec::new(), page: Vec::new() };
    let mut first = 0;
    while first < strips.len() {
        let held = strips[first..].iter().take_while(|strip| strip.keeps).count();
        let last = (first + held).min(strips.len() - 1);
        let height: f32 = strips[first..=last].iter().map(|strip| strip.height).sum();
        if strips[first].breaks {
            pages.turn();
        }
        let bottom = if pages.done.is_empty() { of_first } else { of_others };
        // A closing gap may fall off the page.
        if pages.y + height > bottom + 0.1 && !strips[last].is_gap {
            pages.turn();
        }
        for (n, strip) in strips.iter().enumerate().take(last + 1).skip(first) {
            let bottom = if pages.done.is_empty() { of_first } else { of_others };
            if pages.y + strip.height > bottom + 0.1 && !strip.is_gap {
                pages.turn();
            }
            pages.place(n, strip);
        }
        first = last + 1;
    }
    pages.finish()
}

struct Pages<'a> {
    flowed: &'a Flowed,
    top: f32,
    y: f32,
    done: Vec<Vec<Placed>>,
    page: Vec<Placed>,
}

impl Pages<'_> {
    /// Begins a new page, unless this one is still empty.
    fn turn(&mut self) {
        if !self.page.is_empty() {
            self.done.push(std::mem::take(&mut self.page));
        }
        self.y = self.top;
    }

    fn place(&mut self, n: usize, strip: &Strip) {
        if self.page.is_empty() {
            if strip.is_gap {
                return;
            }
            if !self.done.is_empty() {
                self.repeat(strip.under);
            }
        }
        self.page.push(Placed { top: self.y, what: What::Strip(n) });
        self.y += strip.height;
    }

    fn repeat(&mut self, under: Option<usize>) {
        let Some((lead_in, strips)) = under.and_then(|u| Some((u, self.flowed.unders.get(u)?))) else {
            return;
        };
        for (line, strip) in strips.iter().enumerate() {
            self.page.push(Placed { top: self.y, what: What::Again(lead_in, line) });
            self.y += strip.height;
        }
    }

    fn finish(mut self) -> Vec<Vec<Placed>> {
        if !self.page.is_empty() || self.done.is_empty() {
            self.done.push(self.page);
        }
        self.done
    }
}
