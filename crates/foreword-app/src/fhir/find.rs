//! Reading and looking for resources. What stands in clear is looked for by the database, the rest on the resource
//! itself, so a search finds what a reader of the resource would.

use std::collections::BTreeSet;

use foreword_domain::ids::PatientId;
use foreword_fhir::{
    Issue, Kind,
    search::{self, Query, Show, Total},
};
use foreword_store::{
    Txn, appointments, handed_in, patients,
    units::{self, Wanted},
};
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{Why, refused, views, write::Written};
use crate::{App, Result};

/// Resources of a page where nothing else is asked for.
const PAGE: usize = 50;
/// Rows looked at for one page, at most.
const MOST_ROWS: usize = 20_000;
/// Rows that are counted one by one, at most, to say how many fit.
const MOST_COUNTED: u64 = 1_000;
/// Rows asked for at once.
const AT_ONCE: usize = 200;

/// A page of what was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What fits.
    pub resources: Vec<Value>,
    /// What goes along.
    pub included: Vec<Value>,
    /// How many fit in all, where that is known.
    pub total: Option<u64>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

impl App {
    /// A visit or a patient, and all that belongs to it.
    pub(super) async fn everything_in(
        &self,
        txn: &Txn,
        kind: Kind,
        id: &str,
        now: Timestamp,
    ) -> Result<Vec<Value>> {
        let first = self.resource(txn, kind, id, now).await?.ok_or_else(|| missing(kind))?;
        let patient = views::about(&first).ok_or_else(|| missing(kind))?;
        // What belongs to a visit names it.
        let visit = (kind == Kind::Appointment).then(|| format!("Appointment/{id}"));
        let belongs = |one: &Value| visit.as_ref().is_none_or(|visit| refers_to(one, visit));
        let mut all = vec![first];
        let wanted = Wanted { patients: Some(vec![patient]), ..Wanted::default() };
        for other in Kind::ALL {
            let Some(unit) = views::unit(other) else { continue };
            for row in units::ids(txn, unit, &wanted, Query::MAX_COUNT).await? {
                let more = self.of_unit(txn, other, row, now).await?;
                let is_known = |one: &Value| {
                    all.iter()
                        .any(|known| known["resourceType"] == one["resourceType"] && known["id"] == one["id"])
                };
                let more: Vec<Value> = more
                    .into_iter()
                    .filter(|one| (other == Kind::Patient || belongs(one)) && !is_known(one))
                    .collect();
                all.extend(more);
            }
        }
        Ok(all)
    }

    /// The `Questionnaire` that a response answers, where it is known here.
    pub async fn questionnaire_of(&self, response: &Value) -> Result<Option<Value>> {
        let Some(canonical) = response["questionnaire"].as_str() else { return Ok(None) };
        let (app, canonical) = (self.clone(), canonical.to_owned());
        self.store
            .read(move |txn| {
                Box::pin(async move {
                    let known = app.instrument_of(txn, &canonical).await?;
                    Ok(known.map(|known| app.published(&known).resource.clone()))
                })
            })
            .await
    }

    /// The resource with an id, if there is one.
    pub(super) async fn resource(
        &self,
        txn: &Txn,
        kind: Kind,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<Value>> {
        if kind == Kind::Questionnaire {
            self.refresh_in(txn).await?;
            return Ok(self.questionnaires().into_iter().find(|known| known["id"] == id));
        }
        let Some(unit) = unit_of(kind, id) else { return Ok(None) };
        let found = self.of_unit(txn, kind, unit, now).await?;
        Ok(found.into_iter().find(|resource| resource["id"] == id))
    }

    /// What is there under an id, without its content.
    pub(super) async fn standing(
        &self,
        txn: &Txn,
        kind: Kind,
        id: Uuid,
        now: Timestamp,
    ) -> Result<Option<Written>> {
        Ok(self.resource(txn, kind, &id.to_string(), now).await?.map(|there| written(kind, &there)))
    }

    /// So many resources that a query finds, at most, whatever page it asks for.
    pub(super) async fn matching(
        &self,
        txn: &Txn,
        kind: Kind,
        query: &Query,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<Value>> {
        let wanted = self.wanted(txn, kind, query).await?;
        let found = self.scan(txn, query, wanted, |found| found.len() >= most, now).await?;
        Ok(found.into_iter().map(|(_, resource)| resource).collect())
    }

    /// A page of what a query finds.
    pub(super) async fn search_in(&self, txn: &Txn, query: &Query, now: Timestamp) -> Result<Page> {
        let count = query.count().unwrap_or(PAGE).min(Query::MAX_COUNT);
        let wanted = self.wanted(txn, query.kind(), query).await?;
        let mut page = if query.summary() == Show::Count || count == 0 {
            let all = self.scan(txn, query, wanted, |_| false, now).await?;
            Page { total: Some(all.len() as u64), ..Page::default() }
        } else if query.sort().is_empty() && query.kind() != Kind::Questionnaire {
            self.in_order(txn, query, wanted, count, now).await?
        } else {
            self.sorted(txn, query, wanted, count, now).await?
        };
        page.included = self.along(txn, query, &page.resources, now).await?;
        if query.total() == Some(Total::None) {
            page.total = None;
        }
        Ok(page)
    }

    /// A page in the order in which things came to be: what comes meanwhile stands behind it. How many fit is counted
    /// for the first page, and said again on the others.
    async fn in_order(
        &self,
        txn: &Txn,
        query: &Query,
        wanted: Wanted,
        count: usize,
        now: Timestamp,
    ) -> Result<Page> {
        let place = query.cursor().map(Place::parse).transpose()?;
        let counts = place.is_none()
            && (query.total() == Some(Total::Accurate) || self.are_few(txn, query.kind(), &wanted).await?);
        let after = place.as_ref().map(|place| place.after);
        // A page is found when something is that stands behind all that its last row holds.
        let is_found = |found: &[(Uuid, Value)]| {
            let ends = count.checked_sub(1).and_then(|last| found.get(last));
            !counts && ends.zip(found.last()).is_some_and(|(end, last)| end.0 != last.0)
        };
        let mut found = self.scan(txn, query, Wanted { after, ..wanted }, is_found, now).await?;
        let total = if counts { Some(found.len() as u64) } else { place.and_then(|place| place.total) };
        // A page ends with all that one row holds.
        let last = count.checked_sub(1).and_then(|last| found.get(last)).map(|(row, _)| *row);
        let end =
            last.and_then(|last| found.iter().rposition(|(row, _)| *row == last)).map_or(0, |at| at + 1);
        let more = end > 0 && end < found.len();
        if more {
            found.truncate(end);
        }
        // Without another page, what is here is all there is.
        let total = total.or_else(|| (!more && after.is_none()).then_some(found.len() as u64));
        Ok(Page {
            resources: found.into_iter().map(|(_, resource)| resource).collect(),
            included: Vec::new(),
            total,
            next: last.filter(|_| more).map(|after| Place { after, total }.to_string()),
        })
    }

    /// A page in another order: all that fits is looked at, and what came after the first page is left out.
    async fn sorted(
        &self,
        txn: &Txn,
        query: &Query,
        wanted: Wanted,
        count: usize,
        now: Timestamp,
    ) -> Result<Page> {
        let (from, until) = match query.cursor() {
            None => (0, now),
            Some(cursor) => {
                let read = cursor.split_once('.').and_then(|(from, until)| {
                    Some((
                        from.parse::<usize>().ok()?,
                        Timestamp::from_microsecond(until.parse().ok()?).ok()?,
                    ))
                });
                read.ok_or_else(bad_cursor)?
            }
        };
        let mut all = self.scan(txn, query, Wanted { until: Some(until), ..wanted }, |_| false, now).await?;
        all.sort_by(|(_, one), (_, other)| search::compare(one, other, query));
        let total = all.len();
        let resources: Vec<Value> =
            all.into_iter().skip(from).take(count).map(|(_, resource)| resource).collect();
        let next = from + resources.len();
        let next = (next < total).then(|| format!("{next}.{}", until.as_microsecond()));
        Ok(Page { resources, included: Vec::new(), total: Some(total as u64), next })
    }

    /// What fits with the row it stands in, row by row until it is `enough`.
    async fn scan(
        &self,
        txn: &Txn,
        query: &Query,
        mut wanted: Wanted,
        enough: impl Fn(&[(Uuid, Value)]) -> bool + Send,
        now: Timestamp,
    ) -> Result<Vec<(Uuid, Value)>> {
        let mut found = Vec::new();
        let Some(unit) = views::unit(query.kind()) else {
            self.refresh_in(txn).await?;
            let all = self.questionnaires().into_iter().filter(|resource| query.matches(resource));
            return Ok(all.map(|resource| (Uuid::nil(), resource)).collect());
        };
        let mut looked_at = 0;
        loop {
            let rows = units::ids(txn, unit, &wanted, AT_ONCE).await?;
            let are_all = rows.len() < AT_ONCE;
            for row in rows {
                looked_at += 1;
                if looked_at > MOST_ROWS {
                    let why = "this search looks at too many resources; narrow it down by patient, _lastUpdated or _id";
                    return Err(refused(Why::TooCostly, Issue::error("too-costly", why)));
                }
                let resources = self.of_unit(txn, query.kind(), row, now).await?;
                let fitting = resources.into_iter().filter(|resource| query.matches(resource));
                found.extend(fitting.map(|resource| (row, resource)));
                wanted.after = Some(row);
                if enough(&found) {
                    return Ok(found);
                }
            }
            if are_all {
                return Ok(found);
            }
        }
    }

    async fn are_few(&self, txn: &Txn, kind: Kind, wanted: &Wanted) -> Result<bool> {
        let Some(unit) = views::unit(kind) else { return Ok(true) };
        Ok(units::count(txn, unit, wanted).await? <= MOST_COUNTED)
    }

    /// What of a query the database can look for: never less than fits.
    pub(super) async fn wanted(&self, txn: &Txn, kind: Kind, query: &Query) -> Result<Wanted> {
        let mut wanted = Wanted { changed: query.range("_lastUpdated"), ..Wanted::default() };
        if matches!(kind, Kind::Composition | Kind::DocumentReference | Kind::Task) {
            // Their rows change with others.
            wanted.changed = (None, None);
        }
        if let Some(ids) = query.ids() {
            let ids: Vec<Uuid> = ids.iter().filter_map(|id| unit_of(kind, id)).collect();
            wanted.ids = Some(ids);
        }
        if kind == Kind::Appointment {
            wanted.at = query.range("date");
        }
        if kind != Kind::Patient {
            let meant = query.references("patient").or_else(|| query.references("subject"));
            wanted.patients =
                meant.map(|ids| ids.iter().filter_map(|id| id.parse().ok().map(PatientId)).collect());
        }
        if kind == Kind::QuestionnaireResponse
            && let Some(urls) = query.uris("questionnaire")
        {
            wanted.instruments = Some(self.instruments_of(&urls));
        }
        if matches!(kind, Kind::Patient | Kind::Appointment | Kind::QuestionnaireResponse)
            && let Some(tokens) = query.tokens("identifier")
        {
            let mut ids = BTreeSet::new();
            for token in tokens {
                ids.extend(identified(txn, kind, &token).await?);
            }
            wanted.ids = Some(match wanted.ids {
                Some(before) => before.into_iter().filter(|id| ids.contains(id)).collect(),
                None => ids.into_iter().collect(),
            });
        }
        Ok(wanted)
    }

    /// The ids of the instruments that canonical addresses mean.
    fn instruments_of(&self, urls: &[String]) -> Vec<String> {
        let base = self.fhir_base();
        let is_it = |id: &String, canonical: &Option<String>, url: &String| {
            let url = url.split('|').next().unwrap_or_default();
            canonical.as_deref() == Some(url)
                || url == id
                || url.rsplit_once("Questionnaire/").is_some_and(|(_, last)| last == id)
        };
        self.catalog()
            .instruments
            .iter()
            .map(|(id, instrument)| (id, foreword_fhir::resources::canonical_url(instrument, &base)))
            .filter(|(id, canonical)| urls.iter().any(|url| is_it(id, canonical, url)))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// What goes along with what was found.
    async fn along(&self, txn: &Txn, query: &Query, found: &[Value], now: Timestamp) -> Result<Vec<Value>> {
        let mut names: Vec<(Kind, String)> = Vec::new();
        for resource in found {
            for name in search::included(resource, query) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let mut along: Vec<Value> = Vec::new();
        for (kind, id) in names {
            along.extend(self.resource(txn, kind, &id, now).await?);
        }
        let patients: BTreeSet<PatientId> = found.iter().filter_map(views::about).collect();
        let ids: Vec<String> = found
            .iter()
            .map(|one| format!("{}/{}", query.kind().as_str(), one["id"].as_str().unwrap_or_default()))
            .collect();
        for include in query.revincludes() {
            let Some(unit) = views::unit(include.kind) else { continue };
            // Whatever refers to something of a patient's is of that patient.
            let wanted = Wanted { patients: Some(patients.iter().copied().collect()), ..Wanted::default() };
            for row in units::ids(txn, unit, &wanted, Query::MAX_COUNT).await? {
                for resource in self.of_unit(txn, include.kind, row, now).await? {
                    let refers = search::refers(&resource, include);
                    if refers.iter().any(|(kind, id)| ids.contains(&format!("{}/{id}", kind.as_str()))) {
                        along.push(resource);
                    }
                }
            }
        }
        let mut seen: BTreeSet<String> = ids.into_iter().collect();
        along.retain(|one| {
            let name = format!(
                "{}/{}",
                one["resourceType"].as_str().unwrap_or_default(),
                one["id"].as_str().unwrap_or_default()
            );
            seen.insert(name)
        });
        Ok(along)
    }

    /// Every instrument of the library, as it is published.
    pub(super) fn questionnaires(&self) -> Vec<Value> {
        self.catalog().instruments.values().map(|known| self.published(known).resource.clone()).collect()
    }
}

/// What is known under an identifier.
async fn identified(txn: &Txn, kind: Kind, token: &search::Token) -> Result<Vec<Uuid>> {
    let Some(code) = &token.code else { return Ok(Vec::new()) };
    let mut found = handed_in::identified(txn, kind.as_str(), token.system.as_deref(), code).await?;
    match kind {
        Kind::Patient => found.extend(patients::by_external_id(txn, code).await?.map(|patient| patient.id.0)),
        Kind::Appointment => {
            found.extend(appointments::named(txn, code).await?.map(|visit| visit.0));
        }
        _ => {}
    }
    Ok(found)
}

/// The row that a resource of this id is made of.
pub(super) fn unit_of(kind: Kind, id: &str) -> Option<Uuid> {
    let id = if kind == Kind::Observation { id.split('.').next().unwrap_or_default() } else { id };
    // One spelling only: an id is compared as it is written.
    id.parse().ok().filter(|read: &Uuid| read.to_string() == id)
}

/// What a resource says of its own version.
pub(super) fn written(kind: Kind, resource: &Value) -> Written {
    let meta = &resource["meta"];
    Written {
        kind,
        id: resource["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default(),
        version: meta["versionId"].as_str().and_then(|version| version.parse().ok()).unwrap_or(1),
        at: meta["lastUpdated"].as_str().and_then(|at| at.parse().ok()).unwrap_or_default(),
        is_new: false,
        remarks: Vec::new(),
    }
}

pub(super) fn missing(kind: Kind) -> crate::Error {
    let why = format!("there is no {} with this id", kind.as_str());
    refused(Why::NotFound, Issue::error("not-found", why))
}

/// Whether something refers to a resource, wherever in it.
fn refers_to(of: &Value, name: &str) -> bool {
    match of {
        Value::Array(all) => all.iter().any(|one| refers_to(one, name)),
        Value::Object(all) => all.iter().any(|(key, one)| {
            let is_it =
                |text: &str| text == name || text.strip_suffix(name).is_some_and(|base| base.ends_with('/'));
            key == "reference" && one.as_str().is_some_and(is_it) || refers_to(one, name)
        }),
        _ => false,
    }
}

/// Where a page begins that goes on in order: behind a row, of so many in all as were counted for the first page.
struct Place {
    after: Uuid,
    total: Option<u64>,
}

impl Place {
    fn parse(cursor: &str) -> Result<Self> {
        let (after, total) = cursor.split_once('.').map_or((cursor, None), |(row, total)| (row, Some(total)));
        let total = total.map(str::parse).transpose().map_err(|_| bad_cursor())?;
        Ok(Self { after: after.parse().map_err(|_| bad_cursor())?, total })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.total {
            Some(total) => write!(f, "{}.{total}", self.after),
            None => write!(f, "{}", self.after),
        }
    }
}

fn bad_cursor() -> crate::Error {
    let why = "_cursor: is not one of ours; follow the next link as it was given, or begin anew";
    refused(Why::Invalid, Issue::error("value", why))
}
