//! A FHIR R4 `Questionnaire` as an instrument.
//!
//! One that Foreword wrote brings its own file, and comes back as it went. Any other is compiled: what can't
//! be asked faithfully is refused, with its path and what to do; what is not asked is kept. The text itself
//! stays as it is, byte for byte.

mod answers;
mod computer;
mod conditions;
mod extensions;
mod form;
mod head;
mod ids;
mod items;
mod json;
mod kept;
mod node;
mod options;
mod own;
mod scores;
mod words;

use std::{collections::BTreeMap, sync::Arc};

use foreword_domain::{
    instrument::{Direction, Instrument, Item, ItemKind, Label, Permission, Source},
    language::{Lang, Text},
    locate::{Fault, Refused},
    message::Channel,
    scoring::Formulas,
};

pub use computer::Computer;
pub use form::Form;
pub(crate) use form::{Field, Kind, Opt, Wire};
pub use kept::{is_kept, kept, write};
pub use node::Note;

use items::{Compiler, Within};
use node::{Node, Notebook};
use scores::Variable;
use words::Words;

/// What a questionnaire does not say of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The instrument's id; made of the questionnaire's own, if it is not given.
    pub id: Option<String>,
    /// What patients and clinicians call what it measures; its title, if it is not given.
    pub plain_name: Option<Text>,
    /// The terms it is used under, as far as they are known.
    pub terms: Terms,
    /// Which way is worse, by the linkId of a score.
    pub directions: BTreeMap<String, Direction>,
}

/// Terms of use, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The kind of terms, in a word.
    pub kind: Option<String>,
    /// The notice that must go with the text.
    pub notice: Option<String>,
    /// Where the terms are written.
    pub evidence: Option<String>,
    /// Whether electronic use is covered.
    pub electronic_use: Option<bool>,
    /// Whether it may be asked here.
    pub permission: Option<Permission>,
}

/// A questionnaire that was read.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The instrument.
    pub instrument: Instrument,
    /// Whether it is one of Foreword's own, come back unchanged: its scoring is its file's.
    pub is_own: bool,
    /// Items that are not asked, and why.
    pub left_out: Vec<Note>,
    /// What is otherwise than it was there.
    pub remarks: Vec<Note>,
}

/// Reads a `Questionnaire`. `file` is the name that faults are reported under.
///
/// # Errors
/// Everything in it that can't be asked faithfully, each with its path and what to do.
pub fn questionnaire(file: &str, text: &str, settings: &Settings) -> Result<Imported, Refused> {
    let refused = |faults| Refused { file: file.to_owned(), faults };
    let resource = json::parse(text).map_err(|fault| refused(vec![fault]))?;
    let mut remarks = Vec::new();
    match own::instrument(&resource) {
        own::Found::Nothing => {}
        own::Found::Same(instrument) => {
            return Ok(Imported { instrument: *instrument, is_own: true, left_out: Vec::new(), remarks });
        }
        own::Found::Otherwise(note) => remarks.push(note),
    }
    let Compiled { instrument, left_out, remarks: more, .. } = compile(text, settings).map_err(refused)?;
    remarks.extend(more);
    Ok(Imported { instrument, is_own: false, left_out, remarks })
}

/// Reads an instrument in any form it is kept in: its own file, or an imported questionnaire.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(file: &str, text: &str) -> Result<Instrument, Refused> {
    if is_kept(text) { kept(file, text) } else { Instrument::parse(file, text) }
}

/// Reads an instrument that was proved when it was taken into use, as [`Instrument::parse_kept`].
///
/// # Errors
/// What makes the text no instrument at all.
pub fn load_kept(file: &str, text: &str) -> Result<Instrument, Refused> {
    if is_kept(text) { kept(file, text) } else { Instrument::parse_kept(file, text) }
}

/// A questionnaire of others, compiled.
struct Compiled {
    instrument: Instrument,
    form: Form,
    computer: Arc<Computer>,
    left_out: Vec<Note>,
    remarks: Vec<Note>,
}

fn compile(text: &str, settings: &Settings) -> Result<Compiled, Vec<Fault>> {
    let resource = json::parse(text).map_err(|fault| vec![fault])?;
    let mut book = Notebook::default();
    let Some(root) = head::head(&resource, &mut book) else { return Err(book.faults) };
    let words = Words::of(&root, &mut book);
    let Some(ids) = ids::assign(&root, &mut book) else { return Err(book.faults) };
    let contained = root.list("contained", &mut book);
    let within = Within { variables: Variable::all(&root, &mut book), ..Within::default() };
    extensions::examine(&root, false, 0, &mut book);
    let mut reading = Compiler {
        words,
        ids,
        contained,
        book,
        items: Vec::new(),
        calculated: Vec::new(),
        targets: BTreeMap::new(),
    };
    let fields = reading.walk(&root, &within);
    let form = Form { canonical: head::canonical(&root), fields };
    let Compiler { words, mut book, mut items, calculated, .. } = reading;
    if items.iter().all(|item| item.kind == ItemKind::Display) && book.faults.is_empty() {
        book.refuse("Questionnaire.item", "has nothing to ask");
    }
    let languages = languages(&words, &mut items, &root, &mut book);
    let id = head::id(&root, settings, &mut book);
    for link_id in settings.directions.keys() {
        if !calculated.iter().any(|one| one.link_id == *link_id || one.id == *link_id) {
            let all: Vec<&str> = calculated.iter().map(|one| one.link_id.as_str()).collect();
            let known = if all.is_empty() { "no item".to_owned() } else { all.join(", ") };
            book.refuse("directions", format!("{link_id:?} is no computed score; {known} is computed"));
        }
    }
    let numeric: Vec<_> = calculated.iter().filter(|one| one.number != form::Number::Other).collect();
    let scales = numeric.iter().map(|one| one.scale(&form, &calculated, &settings.directions)).collect();
    let licence = head::licence(&root, &settings.terms, &mut book);
    let title = head::title(&root, &words, &id, &mut book);
    if !book.faults.is_empty() {
        return Err(book.faults);
    }
    let version = root.text("version", &mut book).filter(|version| !version.is_empty()).unwrap_or("1");
    let mut instrument = Instrument {
        id,
        version: version.to_owned(),
        plain_name: settings.plain_name.clone().unwrap_or_else(|| title.clone()),
        citations: vec![head::cited(&root, title.best(&words.main))],
        title,
        languages,
        variant_of: None,
        variants: Vec::new(),
        recall: None,
        proxy: false,
        channels: Channel::ALL.to_vec(),
        sensitive: false,
        loinc: head::panel(&root, &mut book),
        licence,
        items,
        scales,
        agenda: None,
        adaptive: None,
        red_flags: Vec::new(),
        formulas: None,
        questionnaire: Some(text.to_owned()),
        vectors: Vec::new(),
        source: text.to_owned(),
    };
    let scores = Arc::new(Computer::new(&instrument, form.clone(), calculated));
    if !instrument.scales.is_empty() {
        scores.try_out(&mut book);
        let computer = Arc::clone(&scores);
        instrument.formulas = Some(Formulas::new(move |answer| computer.scores(answer)));
    }
    Ok(Compiled { instrument, form, computer: scores, left_out: book.left_out, remarks: book.remarks })
}

/// The languages in which every text is there; the others are taken out of the texts.
fn languages(
    words: &Words,
    items: &mut [Item],
    root: &Node<'_>,
    book: &mut Notebook,
) -> BTreeMap<Lang, Source> {
    let mut complete = words.all.clone();
    for text in items.iter_mut().flat_map(texts) {
        complete.retain(|lang| text.0.get(lang).is_some_and(|words| !words.trim().is_empty()));
    }
    for lang in words.all.iter().filter(|lang| !complete.contains(lang)) {
        if *lang != words.main {
            book.remark(
                "Questionnaire.item",
                format!("not every text is there in {lang}; it is not offered"),
            );
        } else if book.faults.is_empty() {
            book.refuse("Questionnaire.item", format!("not every text is there in {lang}, its own language"));
        }
    }
    for text in items.iter_mut().flat_map(texts) {
        text.0.retain(|lang, _| complete.contains(lang));
    }
    let source = format!("the imported questionnaire {}", head::canonical(root).unwrap_or_default());
    let source = Source { source: source.trim_end().to_owned() };
    complete.into_iter().map(|lang| (lang, source.clone())).collect()
}

/// The texts of an item that patients read.
fn texts(item: &mut Item) -> Vec<&mut Text> {
    let mut texts = vec![&mut item.text];
    texts.extend(item.stem.iter_mut().map(|stem| &mut stem.text));
    texts.extend(item.help.iter_mut());
    match &mut item.kind {
        ItemKind::Choice(choices) | ItemKind::MultipleChoice(choices) => {
            texts.extend(choices.iter_mut().filter_map(|choice| match &mut choice.label {
                Label::Text(text) => Some(text),
                Label::AnswerTo(_) => None,
            }));
        }
        ItemKind::Scale { low, high } => texts.extend([low, high]),
        ItemKind::Integer(bounds) => texts.push(&mut bounds.unit),
        ItemKind::Decimal(bounds) => texts.push(&mut bounds.unit),
        ItemKind::Date(_) | ItemKind::Text { .. } | ItemKind::Display => {}
    }
    texts.retain(|text| !text.0.is_empty());
    texts
}

#[cfg(test)]
mod tests;
