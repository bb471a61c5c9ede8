//! What to ask after given answers: the settings of an adaptive test, its limits on content, and the next
//! item or why there is none.

use super::{
    bank::{Answered, Bank, Fault},
    engine::{Engine, Posterior},
    select::Criterion,
    stop::{Progress, Reason, Stop},
};

/// How many items of a content area are asked; skipped ones count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The area, as items name it.
    pub name: String,
    /// So many come before items of areas that have theirs, and before a stop by precision.
    pub min: usize,
    /// No more than this.
    pub max: Option<usize>,
}

/// The settings of an adaptive test.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adaptive {
    /// What makes an item the one to ask.
    pub criterion: Criterion,
    /// The id of the item to begin with; without one, the criterion chooses the first, too.
    pub start: Option<String>,
    /// When to stop.
    pub stop: Stop,
    /// Limits on content; an area that is not named has none.
    pub areas: Vec<Area>,
}

impl Adaptive {
    /// Every fault of the settings, for this bank. Settings with faults are survived, but don't do what
    /// they say.
    pub fn faults(&self, bank: &Bank) -> Vec<Fault> {
        let mut faults = self.stop.faults();
        if let Some(start) = self.start.as_ref().filter(|start| bank.place(start).is_none()) {
            faults.push(Fault::new("start", format!("is {start}, must be an item of the bank")));
        }
        for (place, area) in self.areas.iter().enumerate() {
            let mut wrong = |what: String| faults.push(Fault::new(format!("area {}", area.name), what));
            let there = bank.items().iter().filter(|item| item.area.as_ref() == Some(&area.name)).count();
            if self.areas[..place].iter().any(|other| other.name == area.name) {
                wrong("stands there twice".to_owned());
            }
            if area.min > there || there == 0 {
                wrong(format!("asks for {} items, the bank has {there}", area.min.max(1)));
            }
            if let Some(max) = area.max.filter(|max| *max < area.min) {
                wrong(format!("asks for {} items at least and {max} at most", area.min));
            }
        }
        let least: usize = self.areas.iter().map(|area| area.min).sum();
        if least > self.stop.max_items {
            faults.push(Fault::new(
                "areas",
                format!(
                    "ask for {least} items, must stay within max_items, which is {}",
                    self.stop.max_items
                ),
            ));
        }
        faults
    }
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// Ask this item.
    Ask {
        /// Its place in the bank.
        item: usize,
        /// Its Fisher information at the estimate, per squared standard deviation, whatever the criterion.
        information: f64,
    },
    /// Ask nothing more.
    Stop(Reason),
}

/// Says what follows after these answers, in the order they were asked for, and these skipped items.
///
/// A skipped item counts as asked: for `max_items`, for limits on content, and it is not asked again. It
/// is no evidence: the estimate, `min_items` and the rule of best health don't see it.
pub fn next(engine: &Engine, settings: &Adaptive, administered: &[Answered], skipped: &[usize]) -> Next {
    let mut sitting = Sitting::new(engine, settings);
    for item in skipped {
        sitting.skip(*item);
    }
    for answer in administered {
        sitting.answer(*answer);
    }
    sitting.next()
}

/// A sitting as far as it has come.
pub(super) struct Sitting<'a> {
    pub(super) engine: &'a Engine,
    settings: &'a Adaptive,
    sheet: Vec<Option<usize>>,
    pub(super) is_asked: Vec<bool>,
    pub(super) posterior: Posterior,
    se_before: Option<f64>,
}

impl<'a> Sitting<'a> {
    pub(super) fn new(engine: &'a Engine, settings: &'a Adaptive) -> Self {
        let sheet = engine.sheet(&[]);
        let posterior = engine.posterior_of(&sheet);
        let is_asked = vec![false; sheet.len()];
        Self { engine, settings, sheet, is_asked, posterior, se_before: None }
    }

    pub(super) fn skip(&mut self, item: usize) {
        if let Some(is_asked) = self.is_asked.get_mut(item) {
            *is_asked = true;
        }
    }

    pub(super) fn answer(&mut self, answer: Answered) {
        if self.engine.bank().answered_at(answer.item(), answer.category()).is_err() {
            return;
        }
        self.sheet[answer.item()] = Some(answer.category());
        self.is_asked[answer.item()] = true;
        self.se_before = Some(self.posterior.estimate().se);
        self.posterior = self.engine.posterior_of(&self.sheet);
    }

    /// The next item, or why there is none.
    pub(super) fn next(&self) -> Next {
        let allowed = self.allowed();
        if let Some(reason) = self.settings.stop.reason(&self.progress(&allowed)) {
            return Next::Stop(reason);
        }
        match self.wanted(&allowed.items) {
            Some(item) => {
                let theta = self.posterior.estimate().theta;
                let information = self.engine.information(item, theta).unwrap_or_default();
                Next::Ask { item, information }
            }
            None => Next::Stop(Reason::Exhausted),
        }
    }

    /// The item to ask, if the rules of stopping don't forbid it.
    pub(super) fn wanted(&self, allowed: &[usize]) -> Option<usize> {
        if !self.is_asked.contains(&true) {
            let start = self.settings.start.as_ref().and_then(|id| self.engine.bank().place(id));
            if let Some(start) = start {
                return Some(start);
            }
        }
        self.preferred(allowed.iter().copied())
    }

    /// The one of these that the criterion prefers.
    pub(super) fn preferred(&self, among: impl IntoIterator<Item = usize>) -> Option<usize> {
        self.engine.best(self.settings.criterion, &self.posterior, among).map(|choice| choice.item)
    }

    /// The items that may be asked, in the order of the bank.
    pub(super) fn allowed(&self) -> Allowed {
        let items = self.engine.bank().items();
        let area_of = |item: usize| items[item].area.as_deref();
        let areas: Vec<(&Area, usize)> = self
            .settings
            .areas
            .iter()
            .map(|area| {
                let is_in = |item: &usize| self.is_asked[*item] && area_of(*item) == Some(&area.name);
                (area, (0..items.len()).filter(is_in).count())
            })
            .collect();
        let limit = |item: usize| areas.iter().find(|(area, _)| area_of(item) == Some(&area.name));
        let open: Vec<usize> = (0..items.len())
            .filter(|item| !self.is_asked[*item])
            .filter(|item| limit(*item).is_none_or(|(area, asked)| area.max.is_none_or(|max| *asked < max)))
            .collect();
        let lacking: Vec<usize> = open
            .iter()
            .copied()
            .filter(|item| limit(*item).is_some_and(|(area, asked)| *asked < area.min))
            .collect();
        if lacking.is_empty() {
            Allowed { items: open, lacks_content: false }
        } else {
            Allowed { items: lacking, lacks_content: true }
        }
    }

    fn progress(&self, allowed: &Allowed) -> Progress {
        Progress {
            answered: self.sheet.iter().flatten().count(),
            asked: self.is_asked.iter().filter(|is_asked| **is_asked).count(),
            are_all_lowest: self.sheet.iter().flatten().all(|category| *category == 0),
            lacks_content: allowed.lacks_content,
            se: self.posterior.estimate().se,
            se_before: self.se_before,
        }
    }
}

/// The items that may be asked.
pub(super) struct Allowed {
    pub(super) items: Vec<usize>,
    /// They are of areas that must have more.
    lacks_content: bool,
}
