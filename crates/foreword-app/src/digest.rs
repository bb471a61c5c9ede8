//! The daily digest: once a morning with visits, staff who want it are told by mail how many there are and
//! where they stand. Counts and links; no name, no answer, no score, nothing of what is asked.

use foreword_domain::{
    appointment::Status,
    booking::field,
    conversation::State,
    ids::{OutboxId, StaffId},
    language::Lang,
    mail::{Letter, Part, Thread},
    message::{Body, Channel, Digest, Owed},
};
use foreword_store::{
    Txn, alerts, appointments, audit,
    clinics::Clinics,
    conversations, digests,
    outbox::{self, Outcome, Row},
    staff,
};
use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::{
    App, Error, Result,
    access::{permission::Act, reach::reach},
    again,
    dispatch::Ready,
    mint,
};

/// How long after its time a digest may still go out: later, the day has told it.
const WITHIN: SignedDuration = SignedDuration::from_hours(6);

/// How the visits of a day stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    visits: usize,
    complete: usize,
    answering: usize,
    not_begun: usize,
    not_asked: usize,
    failed: usize,
    flags: usize,
}

impl App {
    /// Sets where a member of staff gets the digest, or that they don't. `by` is who does it, for the audit log.
    ///
    /// # Errors
    /// [`Error::Refused`] when it can't be an address.
    pub async fn set_digest(
        &self,
        member: StaffId,
        address: Option<&str>,
        by: &str,
        now: Timestamp,
    ) -> Result<()> {
        let by = by.to_owned();
        let address = address
            .map(|address| field::email(address.trim()))
            .transpose()
            .map_err(|why| Error::Refused(format!("the address {why}, such as roe@clinic.example")))?;
        self.store
            .write(move |txn| {
                again!(address, by => {
                    staff::hold(txn, member).await?.ok_or(Error::NotFound("member of staff"))?;
                    digests::set(txn, member, address.as_deref(), now).await?;
                    let action = if address.is_some() { "staff.digest-on" } else { "staff.digest-off" };
                    let who = format!("staff:{member}");
                    Ok::<_, Error>(audit::note(txn, now, &by, action, &who).await?)
                })
            })
            .await
    }

    /// Where a member of staff gets the digest, if they do.
    pub async fn digest_address(
        &self,
        member: StaffId,
    ) -> Result<Option<foreword_domain::private::Private<String>>> {
        self.store
            .read(move |txn| {
                Box::pin(
                    async move { Ok::<_, Error>(digests::get(txn, member).await?.map(|wish| wish.address)) },
                )
            })
            .await
    }

    /// Owes the digest of the day to all who want it, once its time has come and if there are visits. Tells to
    /// how many it is new.
    pub async fn plan_digests(&self, now: Timestamp) -> Result<u64> {
        let Some((day, due)) = self.digest_due(now) else { return Ok(0) };
        let app = self.clone();
        self.store
            .write(move |txn| {
                again!(app => {
                    let wishes = digests::all(txn).await?;
                    // Who asked for it after its time gets the next one.
                    let wishes: Vec<_> = wishes.into_iter().filter(|wish| wish.since <= due).collect();
                    if wishes.is_empty() || app.count_visits(txn, day, &Clinics::All).await?.visits == 0 {
                        return Ok(0);
                    }
                    let mut owed = Vec::with_capacity(wishes.len());
                    for wish in wishes {
                        if !is_active(txn, wish.staff).await? {
                            continue;
                        }
                        // Once for each member and day, however often it is planned.
                        owed.push(Row::queued(mint(OutboxId::mint, now), format!("digest:{}:{day}", wish.staff), (Channel::Email, wish.address), Owed::Digest(Digest { v: 1, digest: day, staff: wish.staff }), due));
                    }
                    Ok::<_, Error>(outbox::owe_all(txn, &owed, now).await?)
                })
            })
            .await
    }

    /// The day whose digest is due now, and since when. An hour that a day does not have counts as the one
    /// after it, of one it has twice the first counts.
    fn digest_due(&self, now: Timestamp) -> Option<(Date, Timestamp)> {
        let (at, zone) = (self.options.digest_at?, self.clinic_zone());
        let day = now.to_zoned(zone.clone()).date();
        let due = day.to_datetime(at).to_zoned(zone).ok()?.timestamp();
        let ends = due.checked_add(WITHIN).ok()?;
        (due <= now && now < ends).then_some((day, due))
    }

    /// Counts, and puts it into words; or finds that it is not wanted any more.
    pub(crate) async fn ready_digest(&self, txn: &Txn, digest: &Digest, now: Timestamp) -> Result<Ready> {
        let cancelled = |why: &str| Ok(Ready::Not(Outcome::Cancelled(why.to_owned())));
        let wish = digests::get(txn, digest.staff).await?;
        let Some(wish) = wish.filter(|_| self.options.digest_at.is_some()) else {
            return cancelled("the digest was switched off");
        };
        if !is_active(txn, digest.staff).await? {
            return cancelled("whose it was may not sign in any more");
        }
        if self.digest_due(now).is_none_or(|(day, _)| day != digest.digest) {
            return cancelled("too late: the day has told it");
        }
        let reader = format!("staff:{}", digest.staff);
        let theirs = match reach(txn, &reader, Act::ReadDay, now).await {
            Err(Error::NotAllowed(_)) => return cancelled("whose it was may see no visits any more"),
            theirs => theirs?.clinics,
        };
        let mut counts = self.count_visits(txn, digest.digest, &theirs).await?;
        if counts.visits == 0 {
            return cancelled("there are no visits that day any more");
        }
        if let Some(read) = Self::may_read(txn, &reader, now).await? {
            let open = alerts::count_waiting(txn, &read.clinics).await?;
            counts.flags = usize::try_from(open).unwrap_or(usize::MAX);
        }
        let lang = Lang::english();
        let letter = self.digest_letter(digest.digest, &counts, &lang);
        Ok(Ready::whole(Channel::Email, wish.address.into_inner(), lang, Body::Letter(Box::new(letter))))
    }

    /// How the visits of a day at some clinics stand.
    async fn count_visits(&self, txn: &Txn, day: Date, clinics: &Clinics) -> Result<Counts> {
        let zone = self.clinic_zone();
        let begin = day.to_zoned(zone.clone());
        let end = day.tomorrow().and_then(|day| day.to_zoned(zone));
        let (Ok(begin), Ok(end)) = (begin, end) else { return Ok(Counts::default()) };
        let mut counts = Counts::default();
        for visit in appointments::between_at(txn, begin.timestamp(), end.timestamp(), clinics).await? {
            if !matches!(visit.status, Status::Booked | Status::Arrived | Status::Fulfilled) {
                continue;
            }
            counts.visits += 1;
            let stored = conversations::about(txn, visit.id).await?;
            match stored.map(|stored| stored.standing.state) {
                Some(State::Completed) => counts.complete += 1,
                Some(State::Open | State::Paused) => counts.answering += 1,
                Some(State::Invited) => counts.not_begun += 1,
                Some(State::Declined | State::NotMe) | None => counts.not_asked += 1,
            }
            let states = outbox::states(txn, visit.id).await?;
            counts.failed += states.iter().filter(|(state, _)| state == outbox::state::GAVE_UP).count();
        }
        Ok(counts)
    }

    fn digest_letter(&self, day: Date, counts: &Counts, lang: &Lang) -> Letter {
        let Counts { visits, complete, answering, not_begun, not_asked, failed, flags } = *counts;
        let weekday = day.strftime("%A");
        let states = [
            (complete, "complete"),
            (answering, "answering"),
            (not_begun, "not begun"),
            (not_asked, "not asked"),
        ];
        let states: Vec<String> = states
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let visits = some(visits, "visit", "visits");
        let to = |path: &str| format!("{}{path}", self.options.public_url);
        let link = |words: String, label: &str, path: &str, is_main: bool| Part::Link {
            words: Some(words),
            label: label.to_owned(),
            link: to(path),
            is_main,
        };
        let mut parts = vec![link(
            format!("{weekday}: {visits}, {}.", states.join(", ")),
            "Open the day list",
            &format!("/clinic?day={day}"),
            true,
        )];
        if flags > 0 {
            let words = format!("{}.", some(flags, "open red flag", "open red flags"));
            parts.push(link(words, "Open the red flags", "/clinic/alerts", false));
        }
        if failed > 0 {
            let words = format!("{} could not be delivered.", some(failed, "message", "messages"));
            parts.push(link(words, "Open the messages", "/clinic/messages?state=gave-up", false));
        }
        parts.push(Part::small(
            "You get this mail because you asked for it. Your account ends it; so does whoever runs Foreword here."
                .to_owned(),
            lang,
        ));
        parts.push(Part::small(self.options.clinic_name.clone(), lang));
        Letter {
            subject: format!("{weekday}: {visits}"),
            marker: None,
            parts,
            ways: None,
            thread: Thread::default(),
        }
    }
}

fn some(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

async fn is_active(txn: &Txn, member: StaffId) -> Result<bool> {
    Ok(staff::get(txn, member).await?.is_some_and(|member| member.disabled_at.is_none()))
}
