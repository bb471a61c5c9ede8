//! From what is asked to what is printed.

use std::collections::BTreeMap;

use foreword_domain::{
    conversation::script::{Ask, Place, Why},
    instrument::{Bounds, Item, ItemKind, Label},
    language::Lang,
    phrases::{Arg, date, foreign, t, wording},
    reply,
};

use super::{
    PaperForm,
    condition::{Numbers, answer_to, only_if},
};
use crate::pdf::{Block, Doc, Edges, Look, Paper, Tick, Words, clean};

/// What is below a question, from its number.
const INDENT: f32 = 27.0;
/// Between two questions.
const BETWEEN: f32 = 13.0;
/// Boxes for digits fit so many.
const MOST_DIGITS: usize = 6;

/// The form as a document.
pub(super) fn doc(form: &PaperForm<'_>, asks: &[Ask]) -> Doc {
    let lang = form.lang;
    let mut blocks = head(form);
    let mut next = 1;
    for ask in asks {
        Section { form, ask, numbers: BTreeMap::new() }.blocks(&mut next, &mut blocks);
    }
    blocks.push(Block::Keep(vec![
        Block::Gap(4.0),
        Block::Para(own("paper-end", lang), Look::QUESTION),
        Block::Para(own("paper-hand-in", lang), Look::BODY),
    ]));
    let mut foot = vec![form.clinic.to_owned(), form.form.to_owned()];
    foot.extend(form.code.map(|code| format!("{} {code}", t("paper-code", lang, &[]))));
    let head = form.patient.map(|patient| {
        let born = date(*patient.birth_date.reveal(), lang);
        Words::joined(&[patient.name.reveal().clone(), born], lang)
    });
    Doc {
        title: clean(&format!("{} · {}", t("paper-title", lang, &[]), form.clinic)),
        lang: lang.clone(),
        id: format!("paper {} {lang} {:?} {}", form.form, form.paper, form.code.unwrap_or_default()),
        head,
        foot: Some(Words::joined(&foot, lang)),
        paper: form.paper,
        edges: Edges::default(),
        blocks,
    }
}

/// A sentence of the service.
fn own(key: &str, lang: &Lang) -> Words {
    Words::new(t(key, lang, &[]), lang)
}

fn head(form: &PaperForm<'_>) -> Vec<Block> {
    let lang = form.lang;
    let patient = form.patient;
    let name = patient.map(|patient| Words::written(patient.name.reveal().as_str(), lang));
    let born = patient.map(|patient| Words::new(date(*patient.birth_date.reveal(), lang), lang));
    let visit = patient
        .and_then(|patient| patient.visit)
        .map(|visit| Words::new(format!("{}, {}", date(visit.date(), lang), visit.strftime("%H:%M")), lang));
    let mut fields = vec![
        (own("paper-name", lang), name),
        (own("paper-birth-date", lang), born),
        (own("paper-visit", lang), visit),
        (own("paper-filled-in", lang), None),
    ];
    if let Some(code) = form.code {
        fields.push((own("paper-code", lang), Some(Words::number(code, lang))));
    }
    let who = ["chat-who-self", "chat-who-helped", "chat-who-proxy"]
        .into_iter()
        .map(|key| Tick { handle: String::new(), label: own(key, lang) })
        .collect();
    vec![
        Block::Para(Words::new(form.clinic, lang), Look::SMALL),
        Block::Title(own("paper-title", lang)),
        Block::Gap(8.0),
        Block::Para(own("paper-intro", lang), Look::BODY),
        Block::Gap(9.0),
        Block::Note(vec![
            Block::Para(own("paper-how", lang), Look::BODY),
            Block::Gap(5.0),
            Block::Para(own("paper-not-watched", lang), Look { bold: true, ..Look::BODY }),
        ]),
        Block::Gap(12.0),
        Block::Fields(fields),
        Block::Gap(4.0),
        Block::Keep(vec![
            Block::Para(own("paper-who", lang), Look::QUESTION),
            Block::Gap(3.0),
            Block::Choices(who),
        ]),
        Block::Gap(8.0),
    ]
}

/// One ask on the form.
struct Section<'a> {
    form: &'a PaperForm<'a>,
    ask: &'a Ask,
    numbers: Numbers<'a>,
}

impl<'a> Section<'a> {
    fn blocks(mut self, next: &mut usize, blocks: &mut Vec<Block>) {
        let ask = self.ask;
        let sex = self.form.script.person.sex;
        let is_for = |item: &&Item| item.only_for.zip(sex).is_none_or(|(only, sex)| only == sex);
        let items: Vec<&'a Item> = ask.instrument.items.iter().filter(is_for).collect();
        for item in items.iter().filter(|item| item.kind != ItemKind::Display) {
            self.numbers.insert(&item.id, *next);
            *next += 1;
        }
        blocks.extend(self.heading());
        let mut inner = Vec::new();
        let mut rest = items.as_slice();
        while let Some(first) = rest.first() {
            let same =
                |item: &&&Item| item.stem.as_ref().map(|s| &s.id) == first.stem.as_ref().map(|s| &s.id);
            let count = rest.iter().take_while(same).count().max(1);
            let (group, after) = rest.split_at(count);
            rest = after;
            let questions = self.questions(group);
            match first.stem.as_ref().and_then(|stem| stem.text.get(&ask.language)) {
                Some(stem) => {
                    let look = Look { bold: false, ..Look::QUESTION };
                    inner.push(Block::Under(Words::new(stem, &ask.language), look, questions));
                }
                None => inner.extend(questions),
            }
        }
        let licence = &ask.instrument.licence;
        if licence.kind != "own-words" && !licence.notice.trim().is_empty() {
            inner.push(Block::Para(Words::new(licence.notice.as_str(), &Lang::english()), Look::TINY));
            inner.push(Block::Gap(8.0));
        }
        blocks.push(Block::Directed(ask.language.clone(), inner));
    }

    /// What stands above the first question; the wish about an ask belongs to the ask before.
    fn heading(&self) -> Vec<Block> {
        let (ask, lang) = (self.ask, self.form.lang);
        let name = match &ask.why {
            Why::WishAbout { .. } => return Vec::new(),
            Why::FromTeam { .. } => own("team-question", lang),
            Why::Asked => match ask.instrument.plain_name.get(&ask.language) {
                Some(name) => Words::new(name, &ask.language),
                None => Words::new(ask.instrument.plain_name.best(&ask.language), &Lang::english()),
            },
        };
        let mut blocks = vec![Block::Rule, Block::Gap(9.0), Block::Heading(name)];
        let recall = ask.instrument.recall.as_ref().and_then(|recall| recall.text.get(&ask.language));
        if let Some(period) = recall.filter(|_| ask.language.primary() == lang.primary()) {
            let words = t("paper-recall", lang, &[("period", Arg::Text(period))]);
            blocks.push(Block::Para(Words::new(words, lang), Look::SMALL));
        }
        blocks.push(Block::Gap(8.0));
        // A heading is never the last thing on a page.
        vec![Block::Keep(blocks)]
    }

    fn questions(&self, items: &[&'a Item]) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut shown: Vec<Block> = Vec::new();
        for item in items {
            if item.kind == ItemKind::Display {
                if let Some(text) = item.text.get(&self.ask.language) {
                    shown.push(Block::Para(Words::new(text, &self.ask.language), Look::BODY));
                    shown.push(Block::Gap(6.0));
                }
                continue;
            }
            let mut question = std::mem::take(&mut shown);
            question.extend(self.question(item));
            blocks.push(Block::Keep(question));
            blocks.push(Block::Gap(BETWEEN));
        }
        blocks.extend(shown);
        blocks
    }

    fn question(&self, item: &'a Item) -> Vec<Block> {
        let (ask, lang) = (self.ask, self.form.lang);
        let place = Place { ask, item };
        let number = self.numbers.get(item.id.as_str()).copied().unwrap_or_default();
        let mut before: Vec<Block> = only_if(ask, item, &self.numbers, lang)
            .into_iter()
            .map(|sentence| Block::Para(Words::new(sentence, lang), Look::SMALL))
            .collect();
        let about = item.quotes.as_ref().and_then(|quoted| self.numbers.get(quoted.as_str()));
        if let Some(about) = about {
            let words = t("paper-about", lang, &[("n", Arg::Number(*about))]);
            before.push(Block::Para(Words::new(words, lang), Look::SMALL));
        }
        let label = Words::new(format!("{number}."), &ask.language);
        let mut below: Vec<Block> = Vec::new();
        if let Some(help) = item.help.as_ref().and_then(|help| help.get(&ask.language)) {
            below.push(Block::Para(Words::new(help, &ask.language), Look::SMALL));
        }
        below.extend(foreign(&place, lang).map(|words| Block::Para(Words::new(words, lang), Look::SMALL)));
        below.push(Block::Gap(4.0));
        below.extend(self.room(item));
        let nothing = if place.may_be_nothing() { "page-nothing" } else { "page-skip" };
        below.push(Block::Gap(3.0));
        below.push(Block::Aside(own(nothing, lang)));
        vec![
            Block::Indent(INDENT, before),
            Block::Labelled(label, Words::new(wording(&place), &ask.language), Look::QUESTION),
            Block::Indent(INDENT, below),
        ]
    }

    /// Where the answer goes.
    fn room(&self, item: &Item) -> Vec<Block> {
        let (ask, lang) = (self.ask, self.form.lang);
        let lines = |count| Block::Lines(count, t("paper-lines", lang, &[]));
        match &item.kind {
            ItemKind::Display => Vec::new(),
            ItemKind::Choice(_) => vec![Block::Choices(self.ticks(item))],
            ItemKind::MultipleChoice(_) => {
                let many = Block::Para(own("paper-many", lang), Look::SMALL);
                vec![many, Block::Gap(3.0), Block::Choices(self.ticks(item))]
            }
            ItemKind::Scale { low, high } => {
                let (low, high) = (low.best(&ask.language), high.best(&ask.language));
                let alt = t("paper-scale", lang, &[("low", Arg::Text(low)), ("high", Arg::Text(high))]);
                vec![Block::Scale(Words::new(low, &ask.language), Words::new(high, &ask.language), alt)]
            }
            ItemKind::Integer(bounds) => {
                let digits = [bounds.min, bounds.max].map(|bound| bound.to_string().len());
                let digits = digits.into_iter().max().unwrap_or(1);
                let mut blocks = self.limits(bounds);
                if bounds.min >= 0 && digits <= MOST_DIGITS {
                    let none = Words::number("", lang);
                    blocks.push(Block::Digits(vec![(none, digits)], t("paper-boxes", lang, &[])));
                } else {
                    blocks.push(lines(1));
                }
                blocks
            }
            ItemKind::Decimal(bounds) => {
                let mut blocks = self.limits(bounds);
                blocks.push(lines(1));
                blocks
            }
            ItemKind::Date(_) => {
                let mut groups = vec![
                    (own("paper-day", lang), 2),
                    (own("paper-month", lang), 2),
                    (own("paper-year", lang), 4),
                ];
                // Where sheets are Letter, the month is written first.
                if self.form.paper == Paper::Letter && lang.primary() == "en" {
                    groups.swap(0, 1);
                }
                vec![Block::Digits(groups, t("paper-boxes", lang, &[]))]
            }
            ItemKind::Text { max_chars } => vec![lines(match max_chars {
                0..=120 => 1,
                121..=300 => 2,
                301..=600 => 3,
                _ => 4,
            })],
        }
    }

    /// From what to what a number may be, and of what.
    fn limits<T: std::fmt::Display>(&self, bounds: &Bounds<T>) -> Vec<Block> {
        let (ask, lang) = (self.ask, self.form.lang);
        let (min, max) = (bounds.min.to_string(), bounds.max.to_string());
        let limits = t("paper-number", lang, &[("min", Arg::Text(&min)), ("max", Arg::Text(&max))]);
        let mut blocks = vec![Block::Para(Words::new(limits, lang), Look::SMALL), Block::Gap(3.0)];
        if let Some(unit) = bounds.unit.get(&ask.language) {
            blocks.insert(1, Block::Para(Words::new(unit, &ask.language), Look::SMALL));
        }
        blocks
    }

    fn ticks(&self, item: &Item) -> Vec<Tick> {
        let (ask, lang) = (self.ask, self.form.lang);
        let choices: Vec<_> = item.choices().iter().collect();
        let handles = reply::offers(&choices, |_| Vec::new());
        choices
            .iter()
            .zip(handles)
            .map(|(choice, offer)| Tick {
                handle: offer.handle,
                label: match &choice.label {
                    Label::Text(text) => {
                        Words::new(text.get(&ask.language).unwrap_or_default(), &ask.language)
                    }
                    Label::AnswerTo(other) => Words::new(answer_to(other, &self.numbers, lang), lang),
                },
            })
            .collect()
    }
}
