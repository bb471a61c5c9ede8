//! Whether a text is a resource as R4 has it: every member known, of its type, as often as it may be there,
//! each primitive value well written. Reports everything at once, each with its place in the text.

use std::collections::{BTreeMap, HashSet};

use foreword_domain::locate::nearest;
use serde_json::value::RawValue;

use super::{MAX_ISSUES, MAX_NESTING, MAX_SIZE, primitive, reference};
use crate::{
    Issue, Severity,
    fhirpath::{Json, Scalar, open},
    r4::{self, Field, Kind},
};

/// Longest name of a member that is repeated, in bytes.
const LONGEST_NAME: usize = 60;

/// All that is wrong with a text that should be a resource.
pub(super) fn check(text: &str) -> Vec<Issue> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_SIZE {
        let what = format!("The text is longer than {MAX_SIZE} bytes; send it in parts.");
        return vec![fatal("too-long", what)];
    }
    let root: &RawValue = match serde_json::from_str(text) {
        Ok(root) => root,
        Err(fault) => {
            let (line, column) = (fault.line(), fault.column());
            let said = fault.to_string();
            let said = said.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&said);
            let what = format!("This is no JSON: {said} (line {line}, column {column}).");
            return vec![fatal("structure", what)];
        }
    };
    let mut checker = Checker { text, issues: Vec::new(), contained: HashSet::new() };
    checker.root(root);
    checker.issues
}

/// What makes it impossible to read on.
pub(super) fn fatal(code: &'static str, text: String) -> Issue {
    Issue { severity: Severity::Fatal, ..Issue::error(code, text) }
}

type Members<'t> = Vec<(String, &'t RawValue)>;

/// What an object says of one element: its value, and what stands beside it (`_given`).
#[derive(Clone, Copy, Default)]
struct Given<'t> {
    value: Option<&'t RawValue>,
    beside: Option<&'t RawValue>,
}

type Found<'m, 't> = BTreeMap<&'m str, (&'static Field, &'static str, Given<'t>)>;

struct Checker<'t> {
    text: &'t str,
    issues: Vec<Issue>,
    /// The ids of what the resource contains.
    contained: HashSet<String>,
}

impl<'t> Checker<'t> {
    fn say(&mut self, code: &'static str, at: &str, raw: Option<&RawValue>, what: &str) {
        if self.issues.len() > MAX_ISSUES {
            return;
        }
        if self.issues.len() == MAX_ISSUES {
            let what = format!("More is wrong than these {MAX_ISSUES} faults; the rest is not listed.");
            self.issues.push(Issue::error("incomplete", what));
            return;
        }
        let place = raw.map_or(String::new(), |raw| {
            let (line, column) = self.position(raw);
            format!(" (line {line}, column {column})")
        });
        self.issues.push(Issue::error(code, format!("{} {what}{place}.", name_of(at))).at(at));
    }

    /// Line and column, from 1, at which a value begins.
    fn position(&self, raw: &RawValue) -> (usize, usize) {
        let offset = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..offset).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }

    /// Opens a value by one level.
    fn open(&mut self, at: &str, raw: &'t RawValue, depth: usize) -> Option<Json<'t>> {
        if depth > MAX_NESTING {
            let what = format!("is nested more than {MAX_NESTING} lists and objects deep");
            self.say("structure", at, Some(raw), &what);
            return None;
        }
        let opened = open(raw);
        if opened.is_err() {
            self.say("structure", at, Some(raw), "holds an escape that stands for no character");
        }
        opened.ok()
    }

    fn root(&mut self, raw: &'t RawValue) {
        match self.open("Resource", raw, 1) {
            Some(Json::Object(members)) => self.resource("Resource", "Resource", raw, &members, 1),
            Some(_) => {
                self.say("structure", "Resource", Some(raw), "must be a JSON object with a resourceType");
            }
            None => {}
        }
    }

    /// A resource of its own, one of a bundle, or a contained one.
    fn resource(&mut self, at: &str, wanted: &str, raw: &'t RawValue, members: &Members<'t>, depth: usize) {
        let place = format!("{at}.resourceType");
        let Some((_, named)) = members.iter().find(|(name, _)| name == "resourceType") else {
            self.say("required", &place, Some(raw), "is missing; it says what resource this is");
            return;
        };
        let Some(Json::Scalar(Scalar::Text(name))) = self.open(&place, named, depth) else {
            self.say("structure", &place, Some(named), "must be a string, the name of a type of resource");
            return;
        };
        let Some(kind) = r4::kind(&name).filter(|kind| r4::is_resource(kind.name)) else {
            let near = (name.len() <= LONGEST_NAME).then(|| nearest(&name, r4::resources())).flatten();
            let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
            self.say("structure", &place, Some(named), &format!("names no type of resource of R4{near}"));
            return;
        };
        if wanted != "Resource" && wanted != kind.name {
            self.say("structure", &place, Some(named), &format!("must be {wanted} here"));
        }
        if is_contained(at) {
            if let Some((_, inner)) = members.iter().find(|(name, _)| name == "contained") {
                let what = "can't contain resources itself; let the outer resource contain them";
                self.say("invariant", &format!("{at}.contained"), Some(inner), what);
            }
            self.object(at, kind, raw, members, depth);
        } else {
            // What is contained refers to its siblings, what is in a bundle to its own.
            let outer = std::mem::replace(&mut self.contained, ids(members));
            let at = if at.contains('.') { at } else { kind.name };
            self.object(at, kind, raw, members, depth);
            self.contained = outer;
        }
    }

    fn object(
        &mut self,
        at: &str,
        kind: &'static Kind,
        raw: &'t RawValue,
        members: &Members<'t>,
        depth: usize,
    ) {
        if members.is_empty() {
            self.say("structure", at, Some(raw), "is an object without members; leave it out");
            return;
        }
        let mut found = Found::new();
        let mut types = 0;
        for (name, raw) in members {
            if name == "resourceType" && kind.is_resource() {
                types += 1;
                if types == 2 {
                    self.twice(at, name, raw);
                }
                continue;
            }
            let (plain, is_beside) =
                name.strip_prefix('_').map_or((name.as_str(), false), |name| (name, true));
            let member = kind.member(plain).filter(|(_, its)| !is_beside || r4::is_primitive(its));
            let Some((field, its)) = member else {
                self.unknown(at, kind, name, raw);
                continue;
            };
            let given = &mut found.entry(plain).or_insert((field, its, Given::default())).2;
            let slot = if is_beside { &mut given.beside } else { &mut given.value };
            if slot.replace(raw).is_some() {
                self.twice(at, plain, raw);
            }
        }
        self.counts(at, kind, raw, &found);
        for (key, (field, its, given)) in &found {
            self.element(&format!("{at}.{key}"), field, its, *given, depth);
        }
        if kind.name == "Reference"
            && let Some((_, raw)) = members.iter().find(|(name, _)| name == "reference")
            && let Ok(Json::Scalar(Scalar::Text(to))) = open(raw)
            && let Some((code, what)) = reference::fault(&to, &self.contained)
        {
            self.say(code, &format!("{at}.reference"), Some(raw), &what);
        }
    }

    fn twice(&mut self, at: &str, name: &str, raw: &RawValue) {
        self.say("structure", &format!("{at}.{name}"), Some(raw), "stands more than once in its object");
    }

    /// What is missing, or there in two types, or says nothing.
    fn counts(&mut self, at: &str, kind: &Kind, raw: &RawValue, found: &Found<'_, 't>) {
        for field in kind.fields() {
            let mut given = found.iter().filter(|(_, (its, ..))| its.name == field.name).map(|(key, _)| *key);
            let (one, two) = (given.next(), given.next());
            let name = if field.is_choice { "[x]" } else { "" };
            let place = format!("{at}.{}{name}", field.name);
            if let (Some(one), Some(two)) = (one, two) {
                let what = format!("stands here as {one} and as {two}; it may be there once");
                self.say("structure", &place, Some(raw), &what);
            } else if one.is_none() && field.is_required {
                self.say("required", &place, Some(raw), "is missing; every such element has it");
            }
        }
        let says = |name: &str| found.keys().any(|key| *key == name);
        if kind.name == "Extension" {
            let has_value = found.values().any(|(field, ..)| field.name == "value");
            if has_value == says("extension") {
                let what = "must have either a value or extensions, and not both";
                self.say("invariant", at, Some(raw), what);
            }
        } else if !kind.is_resource() && !found.is_empty() && found.keys().all(|key| *key == "id") {
            self.say("invariant", at, Some(raw), "has an id and says nothing; leave it out");
        }
    }

    fn unknown(&mut self, at: &str, kind: &Kind, name: &str, raw: &RawValue) {
        let is_plain =
            name.len() <= LONGEST_NAME && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_plain {
            self.say("structure", at, Some(raw), "has a member whose name is none of FHIR's");
            return;
        }
        let near = nearest(name.trim_start_matches('_'), kind.fields().map(|field| field.name));
        let near =
            near.filter(|near| *near != name).map_or(String::new(), |near| format!("; did you mean {near}?"));
        let what = format!("is nothing that {} has in R4{near}", kind.name);
        self.say("structure", &format!("{at}.{name}"), Some(raw), &what);
    }

    /// An element of an object: one value, or a list of them.
    fn element(
        &mut self,
        at: &str,
        field: &'static Field,
        its: &'static str,
        given: Given<'t>,
        depth: usize,
    ) {
        let values = given.value.map(|raw| self.many(at, field, raw, depth + 1));
        let besides = given.beside.map(|raw| self.many(at, field, raw, depth + 1));
        let (Some(values), Some(besides)) =
            (values.unwrap_or(Some(Vec::new())), besides.unwrap_or(Some(Vec::new())))
        else {
            return;
        };
        let depth = depth + usize::from(field.is_list) + 1;
        for n in 0..values.len().max(besides.len()) {
            let at = if field.is_list { format!("{at}[{n}]") } else { at.to_owned() };
            let beside = besides.get(n).copied();
            let has_beside = beside.is_some_and(|raw| self.beside(&at, raw, field.is_list, depth));
            let Some(raw) = values.get(n).copied() else { continue };
            match self.open(&at, raw, depth) {
                None => {}
                Some(Json::Null) if has_beside && field.is_list => {}
                Some(Json::Null) => self.say("structure", &at, Some(raw), "is null; leave the element out"),
                Some(Json::Array(_)) => {
                    self.say("structure", &at, Some(raw), "is a list, must be one value");
                }
                Some(Json::Scalar(value)) if r4::is_primitive(its) => {
                    self.scalar(&at, field, its, &value, raw);
                }
                Some(Json::Scalar(_)) => {
                    self.say("structure", &at, Some(raw), &format!("must be an object ({its})"));
                }
                Some(Json::Object(_)) if r4::is_primitive(its) => {
                    self.say(
                        "structure",
                        &at,
                        Some(raw),
                        &format!("is an object, must be a plain value ({its})"),
                    );
                }
                Some(Json::Object(members)) => self.part(&at, field, its, raw, &members, depth),
            }
        }
    }

    /// The values of a list, or the one of an element that is none; nothing when it is the wrong way round.
    fn many(
        &mut self,
        at: &str,
        field: &Field,
        raw: &'t RawValue,
        depth: usize,
    ) -> Option<Vec<&'t RawValue>> {
        let is_list = raw.get().starts_with('[');
        match (field.is_list, is_list) {
            (false, _) => Some(vec![raw]),
            (true, false) => {
                self.say(
                    "structure",
                    at,
                    Some(raw),
                    "must be a list, in square brackets even when it has one entry",
                );
                None
            }
            (true, true) => match self.open(at, raw, depth)? {
                Json::Array(list) if list.is_empty() => {
                    self.say("structure", at, Some(raw), "is an empty list; leave the element out");
                    None
                }
                Json::Array(list) => Some(list),
                _ => None,
            },
        }
    }

    /// What stands beside a primitive value; whether there is something.
    fn beside(&mut self, at: &str, raw: &'t RawValue, is_list: bool, depth: usize) -> bool {
        match self.open(at, raw, depth) {
            Some(Json::Null) if is_list => false,
            Some(Json::Object(members)) => {
                if let Some(kind) = r4::kind("Element") {
                    self.object(at, kind, raw, &members, depth);
                }
                true
            }
            None => true,
            Some(_) => {
                let what =
                    "has beside it (with an underscore) something that is no object with id or extensions";
                self.say("structure", at, Some(raw), what);
                true
            }
        }
    }

    fn scalar(&mut self, at: &str, field: &Field, its: &str, value: &Scalar, raw: &RawValue) {
        if let Err((code, what)) = primitive::check(its, value) {
            self.say(code, at, Some(raw), &what);
            return;
        }
        if let (Some(set), Scalar::Text(code)) = (field.codes.and_then(r4::codes), value)
            && !set.lists(code)
        {
            self.not_listed(at, field, raw);
        }
    }

    fn not_listed(&mut self, at: &str, field: &Field, raw: &RawValue) {
        let Some(set) = field.codes.and_then(r4::codes) else { return };
        let name = field.codes.unwrap_or_default();
        let what = format!("is no code of the value set {name}, which has {}", set.in_words());
        self.say("code-invalid", at, Some(raw), &what);
    }

    fn part(
        &mut self,
        at: &str,
        field: &Field,
        its: &'static str,
        raw: &'t RawValue,
        members: &Members<'t>,
        depth: usize,
    ) {
        let Some(kind) = r4::kind(its) else { return };
        if kind.is_resource() {
            self.resource(at, its, raw, members, depth);
            return;
        }
        self.object(at, kind, raw, members, depth);
        if let Some(set) = field.codes.and_then(r4::codes) {
            let codes = codes(its, raw);
            if !codes.is_empty() && !codes.iter().any(|code| set.lists(code)) {
                self.not_listed(at, field, raw);
            }
        }
    }
}

/// The codes of a `Coding`, or of those of a `CodeableConcept`.
fn codes(kind: &str, raw: &RawValue) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(raw.get()).unwrap_or_default();
    let code = |coding: &serde_json::Value| Some(coding.get("code")?.as_str()?.to_owned());
    match kind {
        "Coding" => code(&value).into_iter().collect(),
        _ => value["coding"].as_array().into_iter().flatten().filter_map(code).collect(),
    }
}

/// The ids of what a resource contains.
fn ids(members: &Members<'_>) -> HashSet<String> {
    let contained = members.iter().find(|(name, _)| name == "contained");
    let Some(Ok(Json::Array(list))) = contained.map(|(_, raw)| open(raw)) else { return HashSet::new() };
    let id = |raw: &&RawValue| {
        let Ok(Json::Object(members)) = open(raw) else { return None };
        match open(members.iter().find(|(name, _)| name == "id")?.1) {
            Ok(Json::Scalar(Scalar::Text(id))) => Some(id.to_string()),
            _ => None,
        }
    };
    list.iter().filter_map(id).collect()
}

fn is_contained(at: &str) -> bool {
    name_of(at).starts_with("contained[")
}

/// The last step of a path.
fn name_of(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
