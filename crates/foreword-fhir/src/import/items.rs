//! Items: groups become lead-ins, questions become items, and what is not asked is kept in the form.

use std::collections::BTreeMap;

use foreword_domain::{
    instrument::{Condition, Enable, Item, ItemKind, Operator, Stem},
    language::Text,
    locate::nearest,
};
use serde_json::Value;

use super::{
    conditions::{self, Target},
    extensions,
    form::{Field, Kind, Number},
    node::{Node, Notebook},
    scores::{Calculated, Variable},
    words::{Words, joined},
};
use crate::names::{CALCULATED, HIDDEN, ITEM_CONTROL, LOINC};

/// What R4 has in an item.
const MEMBERS: [&str; 19] = [
    "id",
    "extension",
    "modifierExtension",
    "linkId",
    "definition",
    "code",
    "prefix",
    "text",
    "type",
    "enableWhen",
    "enableBehavior",
    "required",
    "repeats",
    "readOnly",
    "maxLength",
    "answerValueSet",
    "answerOption",
    "initial",
    "item",
];
/// The types of R4.
const TYPES: [&str; 17] = [
    "group",
    "display",
    "question",
    "boolean",
    "decimal",
    "integer",
    "date",
    "dateTime",
    "time",
    "string",
    "text",
    "url",
    "choice",
    "open-choice",
    "attachment",
    "reference",
    "quantity",
];

/// Compiles the items of one questionnaire.
pub(super) struct Compiler<'a> {
    pub words: Words,
    pub ids: BTreeMap<&'a str, String>,
    pub contained: Vec<Node<'a>>,
    pub book: Notebook,
    pub items: Vec<Item>,
    pub calculated: Vec<Calculated>,
    pub targets: BTreeMap<&'a str, Target>,
}

/// What an item has from what it lies in.
#[derive(Clone, Default)]
pub(super) struct Within {
    pub stem: Option<Stem>,
    pub enable: Enable,
    pub is_hidden: bool,
    pub variables: Vec<Variable>,
}

impl<'a> Compiler<'a> {
    /// The items of a resource or an item, in order.
    pub fn walk(&mut self, of: &Node<'a>, within: &Within) -> Vec<Field> {
        of.list("item", &mut self.book).iter().map(|item| self.item(item, within)).collect()
    }

    fn item(&mut self, item: &Node<'a>, within: &Within) -> Field {
        item.only(&MEMBERS, &mut self.book);
        let link_id = item.members.get("linkId").and_then(Value::as_str).unwrap_or_default();
        let kind = item.text("type", &mut self.book);
        let mut within = within.clone();
        within.variables.extend(Variable::all(item, &mut self.book));
        within.is_hidden |= item.extension(HIDDEN).is_some_and(|hidden| is_true(&hidden));
        let (kind, children) = match kind {
            Some(kind) if item.extension(CALCULATED).is_some() && !matches!(kind, "group" | "display") => {
                (self.computed(item, link_id, kind, &within), Vec::new())
            }
            Some("group") => return self.group(item, link_id, within),
            Some("display") => (self.display(item, link_id, &within), Vec::new()),
            Some(kind) if TYPES.contains(&kind) => return self.question(item, link_id, kind, within),
            Some(other) => {
                let what = match (other, nearest(other, TYPES)) {
                    ("coding", _) => {
                        "\"coding\" is a type of R5; save the questionnaire as R4 (4.0.1)".to_owned()
                    }
                    (_, Some(near)) => format!("{other:?} is no type of item; did you mean {near:?}?"),
                    (_, None) => format!("{other:?} is no type of item"),
                };
                self.book.refuse(item.at("type"), what);
                (Kind::Silent, Vec::new())
            }
            None => {
                if !item.has("type") {
                    self.book.refuse(&item.path, "has no type");
                }
                (Kind::Silent, Vec::new())
            }
        };
        Field { link_id: link_id.to_owned(), kind, children }
    }

    fn group(&mut self, item: &Node<'a>, link_id: &'a str, mut within: Within) -> Field {
        extensions::examine(item, false, 0, &mut self.book);
        if item.flag("repeats", &mut self.book) {
            self.book.refuse(&item.path, "is a group that repeats; write it out as often as it is needed");
        }
        self.targets.insert(link_id, Target::Silent("is a group"));
        let own = conditions::read(item, &self.targets, &mut self.book);
        self.inherit(item, &mut within, &own);
        if let Some(text) = self.text(item) {
            let text = match &within.stem {
                Some(outer) => joined(&outer.text, &text, "\n"),
                None => text,
            };
            within.stem = Some(Stem { id: self.ids[link_id].clone(), text });
        }
        let children = self.walk(item, &within);
        Field { link_id: link_id.to_owned(), kind: Kind::Group, children }
    }

    /// Conditions of what an item lies in, together with its own.
    fn inherit(&mut self, item: &Node<'_>, within: &mut Within, own: &Enable) {
        match conditions::both(&within.enable, own) {
            Some(both) => within.enable = both,
            None => self.book.refuse(
                &item.path,
                "has conditions, and so has what it lies in, and one of them is \"any\": write all of them out at each item",
            ),
        }
    }

    fn text(&mut self, item: &Node<'_>) -> Option<Text> {
        let text = self.words.text(item, "text", &mut self.book)?;
        match self.words.text(item, "prefix", &mut self.book) {
            // A prefix such as "1." is rarely translated.
            Some(prefix) if prefix.0.len() == 1 => {
                let written = prefix.best(&self.words.main).to_owned();
                Some(joined(&self.words.everywhere(&written), &text, " "))
            }
            Some(prefix) => Some(joined(&prefix, &text, " ")),
            None => Some(text),
        }
    }

    fn display(&mut self, item: &Node<'a>, link_id: &'a str, within: &Within) -> Kind {
        extensions::examine(item, false, 0, &mut self.book);
        self.targets.insert(link_id, Target::Silent("is only shown"));
        if item.has("item") {
            self.book.refuse(item.at("item"), "lies in a display item, which holds nothing");
        }
        let mut within = within.clone();
        let own = conditions::read(item, &self.targets, &mut self.book);
        self.inherit(item, &mut within, &own);
        if within.is_hidden {
            self.book.leave_out(&item.path, format!("{link_id:?} is hidden there, too"));
        } else if let Some(text) = self.text(item) {
            let id = self.ids[link_id].clone();
            // What is shown by itself needs no lead-in.
            self.items.push(Item { stem: None, ..plain(id, ItemKind::Display, text, within) });
        } else {
            self.book.refuse(&item.path, "is a display item without text; remove it");
        }
        Kind::Silent
    }

    fn computed(&mut self, item: &Node<'a>, link_id: &'a str, kind: &str, within: &Within) -> Kind {
        self.targets.insert(link_id, Target::Silent("is computed"));
        let number = match kind {
            "integer" => Number::Integer,
            "decimal" => Number::Decimal,
            "quantity" => Number::Quantity,
            _ => Number::Other,
        };
        let name = self.text(item);
        if number == Number::Other {
            self.book.leave_out(&item.path, format!("{link_id:?} is computed, and no number"));
        }
        let id = self.ids[link_id].clone();
        let variables = &within.variables;
        let calculated = Calculated::read(item, &id, name, number, variables, &mut self.book);
        self.calculated.extend(calculated);
        Kind::Computed(id, number)
    }

    fn question(&mut self, item: &Node<'a>, link_id: &'a str, kind: &str, mut within: Within) -> Field {
        let silent = |children| Field { link_id: link_id.to_owned(), kind: Kind::Silent, children };
        let read_only = item.flag("readOnly", &mut self.book);
        if within.is_hidden || read_only {
            let why =
                if read_only { "is read-only: patients don't fill it in" } else { "is hidden there, too" };
            self.book.leave_out(&item.path, format!("{link_id:?} {why}"));
            self.targets.insert(link_id, Target::Silent("is not asked"));
            within.is_hidden = true;
            return silent(self.walk(item, &within));
        }
        let own = conditions::read(item, &self.targets, &mut self.book);
        self.inherit(item, &mut within, &own);
        let repeats = item.flag("repeats", &mut self.book);
        if repeats && kind != "choice" {
            self.book.refuse(
                item.at("repeats"),
                "takes several answers, which is possible for choices only; write the item several times",
            );
        }
        if item.has("initial") {
            self.book.remark(
                item.at("initial"),
                "is filled in beforehand there; here no answer is made for anybody",
            );
        }
        if item.flag("required", &mut self.book) {
            self.book.remark(
                "Questionnaire.item",
                "some items are required there; here everybody may prefer not to answer",
            );
        }
        let text = self.text(item);
        if text.is_none() && !item.has("text") {
            self.book.refuse(&item.path, "has no text; write the question");
        }
        let beside = self.beside(item);
        let answer = self.answer(item, kind, repeats, &beside);
        let choices = answer.as_ref().map_or(0, |(kind, _)| match kind {
            ItemKind::MultipleChoice(choices) => choices.len(),
            _ => 0,
        });
        extensions::examine(item, repeats, choices, &mut self.book);
        let (Some(text), Some((item_kind, wire))) = (text, answer) else {
            self.targets.insert(link_id, Target::Silent("is refused"));
            return silent(Vec::new());
        };
        let id = self.ids[link_id].clone();
        let loinc = self.loinc(item);
        let asked = plain(id.clone(), item_kind, text, within.clone());
        self.items.push(Item { help: beside.help, loinc, ..asked });
        self.targets.insert(link_id, Target::Asked(id.clone(), wire.clone()));
        let kind = Kind::Asked(id.clone(), wire);
        // What lies in a question lies in its answer: without one there is no place for it. And there is
        // none where the question's own conditions do not hold.
        let there = Condition { item: id, operator: Operator::Exists, value: "true".to_owned() };
        within.enable = Enable { when: vec![there], ..Enable::default() };
        let mut children = Vec::new();
        for child in item.list("item", &mut self.book) {
            if is_beside(&child) {
                let link_id = child.members.get("linkId").and_then(Value::as_str).unwrap_or_default();
                children.push(Field {
                    link_id: link_id.to_owned(),
                    kind: Kind::Silent,
                    children: Vec::new(),
                });
            } else {
                if repeats {
                    self.book.refuse(&child.path, "lies in an item with several answers; ask it by itself");
                }
                children.push(self.item(&child, &within));
            }
        }
        Field { link_id: link_id.to_owned(), kind, children }
    }

    fn loinc(&mut self, item: &Node<'_>) -> Option<String> {
        let codes = item.list("code", &mut self.book);
        let is_loinc = |code: &&Node<'_>| code.members.get("system").and_then(Value::as_str) == Some(LOINC);
        codes.iter().find(is_loinc)?.members.get("code")?.as_str().map(str::to_owned)
    }

    /// Texts that belong to a question: help, and the ends of a scale.
    fn beside(&mut self, item: &Node<'_>) -> Beside {
        let mut beside = Beside::default();
        for child in item.list("item", &mut self.book) {
            if !is_beside(&child) {
                continue;
            }
            child.only(&MEMBERS, &mut self.book);
            extensions::examine(&child, false, 0, &mut self.book);
            let Some(text) = self.text(&child) else { continue };
            match control(&child) {
                Some("lower") => beside.low = Some(text),
                Some("upper") => beside.high = Some(text),
                // It stands beside the number already.
                Some("unit") => {}
                _ => {
                    beside.help = Some(match beside.help.take() {
                        Some(help) => joined(&help, &text, "\n"),
                        None => text,
                    });
                }
            }
        }
        beside
    }
}

/// Texts that belong to a question.
#[derive(Default)]
pub(super) struct Beside {
    pub help: Option<Text>,
    pub low: Option<Text>,
    pub high: Option<Text>,
}

fn plain(id: String, kind: ItemKind, text: Text, within: Within) -> Item {
    Item {
        id,
        kind,
        text,
        stem: within.stem,
        help: None,
        loinc: None,
        enable: within.enable,
        nothing_is_an_answer: false,
        quotes: None,
        stands_out: None,
        only_for: None,
        area: None,
        irt: None,
    }
}

/// A text without conditions that lies in a question.
fn is_beside(item: &Node<'_>) -> bool {
    item.members.get("type").and_then(Value::as_str) == Some("display") && !item.has("enableWhen")
}

fn is_true(extension: &Node<'_>) -> bool {
    extension.choice("value").and_then(|(_, value)| value.as_bool()).unwrap_or_default()
}

fn control<'a>(item: &Node<'a>) -> Option<&'a str> {
    let extension = item.extension(ITEM_CONTROL)?;
    let concept = extension.members.get("valueCodeableConcept")?;
    concept.get("coding")?.get(0)?.get("code")?.as_str()
}
