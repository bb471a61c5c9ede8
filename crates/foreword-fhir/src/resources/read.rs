//! A `QuestionnaireResponse` of anybody's as answers. What it says that an answer can't hold is refused with its
//! place; whether it may be said at all (hidden items, limits, unknown linkIds) is for the validation to find.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use foreword_domain::{
    ids::AppointmentId,
    instrument::{Instrument, Item, ItemKind},
    language::Lang,
    private::Private,
    response::{Respondent, Value as Given},
    scoring::Score,
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use super::{
    ResponseStatus,
    shape::{Wording, form},
};
use crate::{
    Issue, decimal,
    import::{Field, Kind, Opt, Wire},
    names::{ASKED_DECLINED, DATA_ABSENT, FOR_APPOINTMENT, RESPONDENT},
    questionnaire,
};

/// How far two numbers may be apart that are the same: decimals of a form filler are rounded.
const SAME: f64 = 0.005;

/// Deepest nesting of items that is read.
const DEEPEST: usize = 64;

/// A response that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadResponse {
    /// Where it stands.
    pub status: ResponseStatus,
    /// The canonical address of the questionnaire, as it came.
    pub questionnaire: Option<String>,
    /// What was answered, by the ids items have here.
    pub values: BTreeMap<String, Given>,
    /// Scores that the form filler computed, by scale: to compare, never to be believed.
    pub computed: BTreeMap<String, f64>,
    /// When it was answered last.
    pub authored: Option<Timestamp>,
    /// Whose it is.
    pub subject: Option<Reference>,
    /// Who answered, as it came.
    pub source: Option<Reference>,
    /// Who answered, as far as that is told.
    pub by: Respondent,
    /// The visit it was answered for, where it names one.
    pub appointment: Option<AppointmentId>,
    /// The language of its texts.
    pub language: Option<Lang>,
    /// What whoever sent it calls it.
    pub identifier: Option<Identifier>,
}

impl ReadResponse {
    /// What the form filler computed otherwise than it is scored here. Ours counts; theirs stays in the response as
    /// it was sent.
    pub fn differs(&self, scores: &[Score]) -> Vec<Issue> {
        let ours = |scale: &str| scores.iter().find(|score| score.scale == scale);
        self.computed
            .iter()
            .filter_map(|(scale, told)| {
                let ours = ours(scale)?;
                // No number is told: it would be a patient's.
                let why = match ours.value {
                    Some(value) if (value - told).abs() <= SAME => return None,
                    Some(_) => "is not what these answers come to; our score counts (read the Observation)",
                    None => "can't be scored from these answers here",
                };
                let why = format!("{scale}: what came along {why}, and is kept as it was sent");
                Some(Issue::warning("business-rule", why).at("QuestionnaireResponse.item"))
            })
            .collect()
    }
}

/// What something is called by somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    /// By whom.
    pub system: Option<String>,
    /// How.
    pub value: Private<String>,
}

/// A reference to a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its address.
    pub reference: Option<String>,
    /// What it is called.
    pub identifier: Option<Identifier>,
}

impl Reference {
    /// Reads a `Reference`.
    pub fn of(element: &Value) -> Option<Self> {
        reference(element)
    }

    /// The id of a resource of a type that a relative reference names, or one below our own base address.
    pub fn id(&self, kind: &str, base: &str) -> Option<&str> {
        let reference = self.reference.as_deref()?;
        let base = base.trim_end_matches('/');
        let inside = reference.strip_prefix(base).filter(|_| !base.is_empty());
        let relative = inside.and_then(|rest| rest.strip_prefix('/')).unwrap_or(reference);
        let id = relative.strip_prefix(kind)?.strip_prefix('/')?;
        let id = id.split("/_history/").next().unwrap_or_default();
        (!id.is_empty() && !id.contains('/')).then_some(id)
    }
}

/// Reads a `QuestionnaireResponse` to an instrument.
///
/// # Errors
/// Everything in it that no answer can hold, with its place; what was answered is not quoted.
pub fn read_response(response: &Value, instrument: &Instrument) -> Result<ReadResponse, Vec<Issue>> {
    let english = Lang::english();
    let form = form(instrument, "", &Wording { language: &english, answer: &|_| None });
    let mut fields: BTreeMap<&str, &Field> = BTreeMap::new();
    for field in form.all() {
        fields.insert(&field.link_id, field);
    }
    let mut reader = Reader {
        instrument,
        fields,
        own: OnceCell::new(),
        values: BTreeMap::new(),
        computed: BTreeMap::new(),
        issues: Vec::new(),
    };
    let root = "QuestionnaireResponse";
    if response["resourceType"] != root {
        return Err(vec![Issue::error("structure", format!("must be a {root}")).at(root)]);
    }
    let status = reader.status(response);
    reader.items(response, root, 0);
    let authored = reader.authored(response);
    let language = response["language"].as_str().and_then(|tag| Lang::parse(tag).ok());
    let Reader { values, computed, issues, .. } = reader;
    match status {
        Some(status) if issues.is_empty() => Ok(ReadResponse {
            status,
            questionnaire: response["questionnaire"].as_str().map(str::to_owned),
            values,
            computed,
            authored,
            subject: reference(&response["subject"]),
            source: reference(&response["source"]),
            by: respondent(response),
            appointment: appointment(response),
            language,
            identifier: identifier(&response["identifier"]),
        }),
        _ => Err(issues),
    }
}

struct Reader<'a> {
    instrument: &'a Instrument,
    fields: BTreeMap<&'a str, &'a Field>,
    /// Scales by the linkIds of our own computed items, once one may be there: it takes a while to say.
    own: OnceCell<BTreeMap<String, String>>,
    values: BTreeMap<String, Given>,
    computed: BTreeMap<String, f64>,
    issues: Vec<Issue>,
}

impl Reader<'_> {
    fn refuse(&mut self, at: &str, code: &'static str, what: impl Into<String>) {
        self.issues.push(Issue::error(code, what).at(at));
    }

    fn own(&self) -> &BTreeMap<String, String> {
        self.own.get_or_init(|| {
            let is_ours = self.instrument.questionnaire.is_none();
            is_ours.then(|| questionnaire::computed(self.instrument)).into_iter().flatten().collect()
        })
    }

    fn status(&mut self, response: &Value) -> Option<ResponseStatus> {
        let at = "QuestionnaireResponse.status";
        let Some(status) = response["status"].as_str() else {
            self.refuse(at, "required", "is missing");
            return None;
        };
        status.parse().map_err(|why: String| self.refuse(at, "code-invalid", why)).ok()
    }

    /// When it was answered. A day alone, and a time of no zone, tell no instant.
    fn authored(&mut self, response: &Value) -> Option<Timestamp> {
        let authored = response.get("authored")?;
        let text = authored.as_str().unwrap_or_default();
        let read = text.parse::<Timestamp>().ok();
        if read.is_none() && text.parse::<Date>().is_err() && !is_year_or_month(text) {
            let what = "must be a date with a time and a zone such as 2026-01-31T09:30:00+01:00";
            self.refuse("QuestionnaireResponse.authored", "value", what);
        }
        read
    }

    fn items(&mut self, within: &Value, path: &str, depth: usize) {
        let Some(items) = within.get("item") else { return };
        let Some(items) = items.as_array().filter(|_| depth < DEEPEST) else {
            let what = format!("must be a list, and not more than {DEEPEST} deep");
            self.refuse(&format!("{path}.item"), "structure", what);
            return;
        };
        for (n, item) in items.iter().enumerate() {
            let path = format!("{path}.item[{n}]");
            if let Some(link_id) = item["linkId"].as_str() {
                self.item(link_id, item, &path);
            }
            self.items(item, &path, depth + 1);
            for (n, answer) in item["answer"].as_array().into_iter().flatten().enumerate() {
                self.items(answer, &format!("{path}.answer[{n}]"), depth + 1);
            }
        }
    }

    fn item(&mut self, link_id: &str, item: &Value, path: &str) {
        let answers = item["answer"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(field) = self.fields.get(link_id).copied() else {
            // What the questionnaire does not have is the validation's to find.
            let scale = self.own().get(link_id).cloned();
            if let Some((scale, number)) = scale.zip(answers.first().and_then(number)) {
                self.computed.insert(scale, number);
            }
            return;
        };
        let (id, wire) = match &field.kind {
            Kind::Asked(id, wire) => (id, wire),
            Kind::Computed(id, _) => {
                if let Some(number) = answers.first().and_then(number) {
                    self.computed.insert(id.clone(), number);
                }
                return;
            }
            Kind::Group | Kind::Silent => return,
        };
        let Some(asked) = self.instrument.item(id) else { return };
        let value = if answers.is_empty() {
            is_declined(item).then_some(Given::Skipped)
        } else {
            self.value(asked, wire, answers, path)
        };
        let Some(value) = value else { return };
        if self.values.insert(id.clone(), value).is_some() {
            self.refuse(path, "invalid", format!("the item {link_id:?} is there twice"));
        }
    }

    fn value(&mut self, item: &Item, wire: &Wire, answers: &[Value], path: &str) -> Option<Given> {
        if matches!(item.kind, ItemKind::MultipleChoice(_)) {
            let Wire::Options(options) = wire else { return None };
            let mut chosen = BTreeSet::new();
            for (n, answer) in answers.iter().enumerate() {
                chosen.extend(self.option(options, answer, &format!("{path}.answer[{n}]")));
            }
            let codes = chosen.into_iter().map(|n| options[n].code.clone()).collect::<Vec<_>>();
            return (!codes.is_empty()).then_some(Given::Choices(codes));
        }
        if answers.len() > 1 {
            let what = format!("has {} answers, and takes one", answers.len());
            self.refuse(path, "invalid", what);
            return None;
        }
        let answer = answers.first()?;
        let at = format!("{path}.answer[0]");
        match wire {
            Wire::Options(options) => {
                let n = self.option(options, answer, &at)?;
                Some(Given::Choice(options[n].code.clone()))
            }
            Wire::Boolean => {
                let told = answer["valueBoolean"].as_bool();
                told.map(|told| Given::Choice(told.to_string()))
                    .or_else(|| self.other_type(&at, "valueBoolean"))
            }
            Wire::Integer => self.integer(item, answer, &at),
            Wire::Decimal => {
                let read = decimal::written(answer, "valueDecimal").map(Given::Decimal);
                read.or_else(|| self.other_type(&at, "valueDecimal"))
            }
            Wire::Quantity(unit) => {
                let quantity = &answer["valueQuantity"];
                let code = |of: &Value| of["code"].as_str().or(of["unit"].as_str()).map(str::to_owned);
                if code(quantity).is_some() && code(quantity) != code(unit) {
                    self.refuse(&at, "invariant", "is in another unit than was asked for");
                    return None;
                }
                let read = decimal::written(quantity, "value").map(Given::Decimal);
                read.or_else(|| self.other_type(&at, "valueQuantity"))
            }
            Wire::Date => {
                let text = answer["valueDate"].as_str().unwrap_or_default();
                let date = text.parse().ok().filter(|_| text.len() == "2026-01-31".len());
                if date.is_none() && is_year_or_month(text) {
                    let what =
                        "is no full date; a year or a month alone can't be kept, answer such as 2026-01-31";
                    self.refuse(&at, "not-supported", what);
                    return None;
                }
                date.map(Given::Date).or_else(|| self.other_type(&at, "valueDate"))
            }
            Wire::String => {
                let text = answer["valueString"].as_str().filter(|text| !text.is_empty());
                text.map(|text| Given::Text(text.to_owned())).or_else(|| self.other_type(&at, "valueString"))
            }
        }
    }

    fn integer(&mut self, item: &Item, answer: &Value, at: &str) -> Option<Given> {
        let Some(number) = answer["valueInteger"].as_i64() else {
            return self.other_type(at, "valueInteger");
        };
        if !matches!(item.kind, ItemKind::Scale { .. }) {
            return Some(Given::Integer(number));
        }
        match u8::try_from(number) {
            Ok(mark) if mark <= 10 => Some(Given::Scale(mark)),
            _ => {
                self.refuse(at, "invariant", "is no mark on a scale from 0 to 10");
                None
            }
        }
    }

    /// The place of the option that an answer is.
    fn option(&mut self, options: &[Opt], answer: &Value, at: &str) -> Option<usize> {
        let found: Vec<usize> = (0..options.len()).filter(|n| is_option(&options[*n], answer)).collect();
        if let [one] = found.as_slice() {
            return Some(*one);
        }
        let keys: BTreeSet<&str> = options.iter().map(|option| option.key.as_str()).collect();
        if !keys.iter().any(|key| answer.get(key).is_some()) {
            let keys: Vec<&str> = keys.into_iter().collect();
            self.refuse(at, "invariant", format!("must be {}", keys.join(" or ")));
        } else if found.is_empty() {
            self.refuse(at, "code-invalid", "is none of the item's options (system and code decide)");
        } else {
            self.refuse(
                at,
                "code-invalid",
                "may be several of the item's options; name the system of the code",
            );
        }
        None
    }

    fn other_type(&mut self, at: &str, key: &str) -> Option<Given> {
        self.refuse(at, "invariant", format!("must hold one {key} that can be read"));
        None
    }
}

/// Codings are the same by system and code; who names no system leaves the code to decide.
fn is_option(option: &Opt, answer: &Value) -> bool {
    let Some(value) = answer.get(&option.key) else { return false };
    if option.key != "valueCoding" {
        return *value == option.value;
    }
    let text = |of: &Value, key: &str| of[key].as_str().map(str::to_owned);
    let (told, ours) = (text(value, "system"), text(&option.value, "system"));
    let same_code = match (text(value, "code"), text(&option.value, "code")) {
        (Some(told), Some(ours)) => told == ours,
        // An option without a code is its words.
        (None, None) => text(value, "display") == text(&option.value, "display"),
        _ => false,
    };
    same_code && (told.is_none() || told == ours)
}

fn is_declined(item: &Value) -> bool {
    let is = |one: &Value| one["url"] == DATA_ABSENT && one["valueCode"] == ASKED_DECLINED;
    extensions(item).any(is)
}

fn extensions(of: &Value) -> impl Iterator<Item = &Value> {
    of["extension"].as_array().into_iter().flatten()
}

fn number(answer: &Value) -> Option<f64> {
    let key = ["valueDecimal", "valueInteger"].into_iter().find_map(|key| answer.get(key));
    key.or_else(|| answer.get("valueQuantity")?.get("value"))?.as_f64().filter(|number| number.is_finite())
}

fn is_year_or_month(text: &str) -> bool {
    let is_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('-') {
        None => text.len() == 4 && is_digits(text),
        Some((year, month)) => year.len() == 4 && month.len() == 2 && is_digits(year) && is_digits(month),
    }
}

/// Who answered: as we write it, else by what kind of person the source and the author are.
fn respondent(response: &Value) -> Respondent {
    let told: Vec<Respondent> = extensions(response)
        .filter(|one| one["url"] == RESPONDENT)
        .filter_map(|one| one["valueCode"].as_str()?.parse().ok())
        .collect();
    let kind = |of: &str| {
        let reference = &response[of];
        let told = reference["type"].as_str();
        let path = reference["reference"].as_str().and_then(|path| path.rsplit('/').nth(1));
        told.or(path).unwrap_or_default()
    };
    let is_staff = |kind: &str| kind.starts_with("Practitioner");
    match told.as_slice() {
        // Of several the one that least is the patient's own answer.
        [_, ..] => told.into_iter().max().unwrap_or_default(),
        [] if kind("source") == "RelatedPerson" => Respondent::Proxy,
        [] if is_staff(kind("source")) || is_staff(kind("author")) => Respondent::Staff,
        [] => Respondent::Patient,
    }
}

fn appointment(response: &Value) -> Option<AppointmentId> {
    let named = extensions(response).find(|one| one["url"] == FOR_APPOINTMENT)?;
    let reference = named["valueReference"]["reference"].as_str()?;
    reference.rsplit_once("Appointment/")?.1.parse().ok()
}

fn reference(of: &Value) -> Option<Reference> {
    of.is_object().then(|| Reference {
        reference: of["reference"].as_str().map(str::to_owned),
        identifier: identifier(&of["identifier"]),
    })
}

fn identifier(of: &Value) -> Option<Identifier> {
    let value = of["value"].as_str().filter(|value| !value.is_empty())?;
    Some(Identifier {
        system: of["system"].as_str().map(str::to_owned),
        value: Private::new(value.to_owned()),
    })
}
