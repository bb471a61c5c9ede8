//! How the fields of a visit stand on the page.

use foreword_domain::{language::Lang, phrases};

use super::{
    super::languages,
    reading::Troubles,
    values::{NAMES, Values},
};
use crate::Web;

/// Fields that belong together.
pub(super) struct Group {
    pub title: &'static str,
    pub fields: Vec<Field>,
}

/// One field.
pub(super) struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub input: Input,
    pub value: String,
    /// What stood there when the page was made, where that is to be told again.
    pub was: Option<String>,
    pub hint: String,
    pub trouble: Option<String>,
    pub is_needed: bool,
}

/// How it is filled in.
pub(super) enum Input {
    /// A line of this type.
    Line(&'static str),
    /// A line, with what is usual there.
    Usual(Vec<String>),
    /// One of several.
    Choice(Vec<(String, String)>),
}

/// What it is called on the page.
pub(super) fn label(name: &str) -> &'static str {
    match name {
        "patient_id" => "Patient number",
        "given_name" => "Given name",
        "family_name" => "Family name",
        "birth_date" => "Date of birth",
        "sex" => "Sex",
        "language" => "Language",
        "patient_time_zone" => "Time zone of the patient",
        "email" => "E-mail address",
        "phone" => "Telephone number",
        "conditions" => "Codes of conditions",
        "start" => "Start",
        "time_zone" => "Time zone of the visit",
        "duration_min" => "Length in minutes",
        "type" => "Kind of visit",
        "clinician" => "Clinician",
        _ => "Clinic",
    }
}

/// The fields, filled in. `before` is what is known of a visit that is there already.
pub(super) fn groups(
    web: &Web,
    values: &Values,
    before: Option<&Values>,
    who: Option<&str>,
    troubles: &Troubles,
) -> Vec<Group> {
    let is_new = before.is_none();
    let field = |name: &'static str| Field {
        name,
        label: label(name),
        input: input(web, name, values.get(name), before),
        value: values.get(name).to_owned(),
        was: before.map(|before| before.get(name).to_owned()),
        hint: match (name, who) {
            ("patient_id", Some(who)) => {
                format!("This is {who}. What is left empty stays as it is known.")
            }
            _ => hint(web, name, is_new),
        },
        trouble: troubles.get(name).cloned(),
        is_needed: match name {
            "patient_id" | "start" | "type" => true,
            "family_name" | "birth_date" | "time_zone" => !is_new,
            _ => false,
        },
    };
    let (patient, visit) = NAMES.split_at(10);
    let patient = patient.iter().filter(|name| is_new || **name != "patient_id");
    let patient = Group { title: "The patient", fields: patient.map(|name| field(name)).collect() };
    let visit = Group { title: "The visit", fields: visit.iter().map(|name| field(name)).collect() };
    // A visit that is there already is most often moved.
    if is_new { vec![patient, visit] } else { vec![visit, patient] }
}

fn hint(web: &Web, name: &str, is_new: bool) -> String {
    let options = web.app.options();
    match name {
        "patient_id" => "Of a patient who is known here, this is enough: leave the rest open.".to_owned(),
        "family_name" | "birth_date" if is_new => "Needed for a patient who is new here.".to_owned(),
        "email" => "Only if the patient has agreed to be written to there: this is recorded as their consent.".to_owned(),
        "language" if is_new => {
            format!("Left open: as it is known, or {}.", phrases::english_name(&options.language))
        }
        "patient_time_zone" if is_new => "Only where it is another one than that of the visit.".to_owned(),
        "conditions" => "ICD-10, SNOMED CT or your own, with spaces between them. Some visits are prepared differently by them.".to_owned(),
        "start" => "In the time zone of the visit.".to_owned(),
        "type" => "What is asked before the visit follows from it.".to_owned(),
        _ => String::new(),
    }
}

fn input(web: &Web, name: &str, value: &str, before: Option<&Values>) -> Input {
    let open = |words: &str| (String::new(), words.to_owned());
    match name {
        "birth_date" => Input::Line("date"),
        "email" => Input::Line("email"),
        "phone" => Input::Line("tel"),
        "start" => Input::Line("datetime-local"),
        "duration_min" => Input::Line("number"),
        "type" => {
            let mut kinds: Vec<String> =
                web.app.catalog().pathways.iter().flat_map(|pathway| pathway.trigger.types.clone()).collect();
            kinds.sort();
            kinds.dedup();
            Input::Usual(kinds)
        }
        "sex" => {
            let known = before.is_some_and(|before| !before.get(name).is_empty());
            let open = (!known).then(|| open("not told"));
            let sexes = ["female", "male"].map(|sex| (sex.to_owned(), sex.to_owned()));
            Input::Choice(open.into_iter().chain(sexes).collect())
        }
        "language" => {
            let open = before.is_none().then(|| open("not told"));
            let ours: Vec<&Lang> = languages().into_iter().map(|(lang, _)| lang).collect();
            let other = Lang::parse(value).ok().filter(|lang| !ours.contains(&lang));
            let named = ours.into_iter().chain(other.as_ref());
            let named = named.map(|lang| (lang.to_string(), phrases::english_name(lang)));
            Input::Choice(open.into_iter().chain(named).collect())
        }
        _ => Input::Line("text"),
    }
}
