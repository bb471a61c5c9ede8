//! From a visit's answers and scores to the lines of the page.

mod asked;
mod reused;

use std::collections::BTreeSet;

use foreword_domain::{
    agenda,
    alert::Level,
    appointment::Appointment,
    conversation::{
        State,
        script::{Ask, Place, Script, Why},
    },
    instrument::{Direction, Label, Scale},
    language::Lang,
    message::Channel,
    pathway::Pathway,
    patient::{Patient, Person},
    phrases,
    private::Private,
    response::{Ledger, Respondent, Value},
    scoring::{Score, Status},
};
use jiff::{Timestamp, tz::TimeZone};

pub use reused::Reused;

use crate::compare::{change, mode, number};
use crate::{
    Answers, FlagLine, Footer, Header, ItemLine, MOST_ITEMS, MOST_SCORES, ScoreLine, Summary, TopicLine, when,
};

/// Everything the page is made from.
pub struct Input<'a> {
    /// The patient.
    pub patient: &'a Patient,
    /// The visit.
    pub appointment: &'a Appointment,
    /// What was asked; nothing when no pathway is for the visit.
    pub script: &'a Script,
    /// What was answered.
    pub ledger: &'a Ledger,
    /// Where the conversation stands.
    pub state: State,
    /// When the last question was answered.
    pub completed_at: Option<Timestamp>,
    /// Id and version of the pathway the visit began with.
    pub asked_by: Option<(String, String)>,
    /// The pathway as it is now.
    pub pathway: Option<&'a Pathway>,
    /// Scores by ask.
    pub scores: Vec<(String, Vec<Score>)>,
    /// Earlier scores, oldest first.
    pub previous: Vec<Previous>,
    /// What was answered for other visits and is not asked again.
    pub reused: Reused,
    /// Red flags.
    pub flags: Vec<Flag>,
    /// Now.
    pub now: Timestamp,
}

/// A score of an earlier visit.
#[derive(Clone, Debug, PartialEq)]
pub struct Previous {
    /// Instrument and version.
    pub instrument: (String, String),
    /// The scale and its score.
    pub score: Score,
    /// When it was answered.
    pub at: Timestamp,
    /// By whom; nothing when several people answered.
    pub by: Option<Respondent>,
    /// On which channels.
    pub channels: BTreeSet<Channel>,
    /// In which language.
    pub language: Lang,
}

/// A red flag that was raised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// How urgent.
    pub level: Level,
    /// What was reported.
    pub text: String,
    /// When.
    pub at: Timestamp,
}

const LIMITS: &str = "Answers as given by the patient and scores by published rules. No diagnosis, no advice on treatment, not watched around the clock.";

/// Makes the page.
pub fn compose(input: &Input<'_>) -> Summary {
    let zone = input.appointment.zone();
    let set_aside = input.state == State::NotMe;
    let empty = Ledger::default();
    // Somebody said these answers are not the patient's: none of them may look like theirs.
    let ledger = if set_aside { &empty } else { input.ledger };
    let shown = Shown { script: input.script, ledger, zone: &zone, state: input.state };
    let reused = &input.reused;
    let earlier = Shown { script: &reused.script, ledger: &reused.ledger, zone: &zone, state: input.state };
    let mut scores = if set_aside { Vec::new() } else { shown.scores(&input.scores, &input.previous) };
    scores.extend(earlier.dated(reused, &input.previous, ledger));
    let more_scores = scores.split_off(scores.len().min(MOST_SCORES));
    let mut items = shown.standing_out();
    items.extend(earlier.standing_out());
    let more_items = items.len().saturating_sub(MOST_ITEMS);
    items.truncate(MOST_ITEMS);
    let topics = shown.topics();
    Summary {
        header: shown.header(input),
        flags: if set_aside { Vec::new() } else { flags(input, &zone) },
        notice: notice(input),
        no_topics: no_topics(input, &shown),
        topics,
        scores,
        more_scores,
        items,
        more_items,
        missing: shown.missing(input.state),
        context: shown.context(),
        answers: shown.answers().into_iter().chain(earlier.answers()).collect(),
        footer: footer(input, &zone),
    }
}

fn notice(input: &Input<'_>) -> Option<String> {
    match input.state {
        State::NotMe => Some("Somebody answered and then said: this is not me. Their answers are set aside and not shown. Please check the address the invitation went to.".to_owned()),
        State::Declined => Some("The patient chose not to answer for this visit.".to_owned()),
        _ if input.script.asks.is_empty() => Some("No pathway is set up for this kind of visit, so nothing was asked.".to_owned()),
        _ if input.ledger.is_empty() => Some("No answers yet.".to_owned()),
        _ => None,
    }
}

fn no_topics(input: &Input<'_>, shown: &Shown<'_>) -> String {
    let asked = shown.script.asks.iter().any(|ask| ask.instrument.agenda.is_some());
    let skipped = shown.script.questions(shown.ledger).iter().any(|place| {
        place
            .ask
            .instrument
            .agenda
            .as_ref()
            .is_some_and(|a| a.topics.first().is_some_and(|t| t.item == place.item.id))
            && shown.ledger.get(&place.at()).is_some()
    });
    match (asked, skipped) {
        _ if input.state == State::NotMe => "Set aside.",
        (true, false) if input.state == State::Declined => "Not answered.",
        (true, true) => "The patient was asked and did not name a topic.",
        (true, false) => "Not answered yet.",
        (false, _) => "Not asked.",
    }
    .to_owned()
}

fn flags(input: &Input<'_>, zone: &TimeZone) -> Vec<FlagLine> {
    let mut flags: Vec<&Flag> = input.flags.iter().collect();
    flags.sort_by_key(|flag| std::cmp::Reverse(flag.level));
    flags
        .into_iter()
        .map(|flag| FlagLine {
            level: flag.level,
            text: flag.text.clone(),
            when: when::moment(flag.at, zone),
        })
        .collect()
}

fn footer(input: &Input<'_>, zone: &TimeZone) -> Footer {
    let (id, version) = input.asked_by.clone().unwrap_or_default();
    // What another version says it is for, this visit was not asked for.
    let same = input.pathway.filter(|pathway| pathway.id == id && pathway.version == version);
    let said = |pick: fn(&Pathway) -> &str| same.map(pick).unwrap_or_default().to_owned();
    let title = same.map_or(id.as_str(), |pathway| pathway.title.as_str());
    Footer {
        pathway: if id.is_empty() { String::new() } else { format!("{title} (version {version})") },
        goal: said(|p| &p.goal),
        expected_action: said(|p| &p.expected_action),
        made: when::moment(input.now, zone),
        limits: LIMITS,
    }
}

struct Shown<'a> {
    script: &'a Script,
    ledger: &'a Ledger,
    zone: &'a TimeZone,
    state: State,
}

impl<'a> Shown<'a> {
    fn header(&self, input: &Input<'_>) -> Header {
        let profile = input.patient.profile.reveal();
        let appointment = input.appointment;
        let questions = self.script.questions(self.ledger);
        let skipped = questions
            .iter()
            .filter(|place| matches!(self.ledger.get(&place.at()).map(|a| &a.value), Some(Value::Skipped)))
            // "Nothing" is what they had to say.
            .filter(|place| !place.may_be_nothing())
            .count();
        let answered =
            questions.iter().filter(|place| self.ledger.get(&place.at()).is_some()).count() - skipped;
        let left_out = if skipped > 0 { format!(", {skipped} left out by choice") } else { String::new() };
        let mut instruments = BTreeSet::new();
        let reused = input.reused.script.asks.iter();
        for ask in self.script.asks.iter().chain(reused).filter(|ask| ask.why == Why::Asked) {
            instruments.insert(format!("{} v{}", ask.instrument.id, ask.instrument.version));
        }
        Header {
            name: Private::new(profile.full_name()),
            birth_date: Private::new(when::date(profile.birth_date)),
            identifier: Private::new(profile.external_id.clone()),
            visit: format!("{} ({})", when::moment(appointment.start, self.zone), appointment.time_zone),
            visit_kind: [&appointment.kind, &appointment.clinician, &appointment.clinic]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(" · "),
            answered: match (input.completed_at, self.ledger.last_at()) {
                _ if input.state == State::NotMe => "answers set aside".to_owned(),
                (Some(at), Some(last)) if last > at => {
                    format!(
                        "completed {}, changed {}",
                        when::moment(at, self.zone),
                        when::moment(last, self.zone)
                    )
                }
                (Some(at), _) => format!("completed {}", when::moment(at, self.zone)),
                (None, Some(at)) => format!("not finished; last answer {}", when::moment(at, self.zone)),
                (None, None) => "no answers yet".to_owned(),
            },
            how: self.how(),
            complete: format!("{answered} of {} answered{left_out}", questions.len()),
            instruments: instruments.into_iter().collect::<Vec<_>>().join(", "),
        }
    }

    fn how(&self) -> String {
        let (mut by, mut channels, mut languages) = (Vec::new(), Vec::new(), Vec::new());
        for answer in self.ledger.iter() {
            add(&mut by, answer.by.label().to_owned());
            add(&mut channels, answer.channel.label().to_owned());
            add(&mut languages, phrases::english_name(&answer.instrument_language));
        }
        if by.is_empty() {
            return String::new();
        }
        format!("by {}, via {}, in {}", by.join(" and "), channels.join(" and "), languages.join(" and "))
    }

    fn topics(&self) -> Vec<TopicLine> {
        let lang = self
            .script
            .asks
            .iter()
            .find(|ask| ask.instrument.agenda.is_some())
            .map_or_else(Lang::english, |ask| ask.language.clone());
        agenda::topics(self.script, self.ledger)
            .into_iter()
            .enumerate()
            .map(|(n, topic)| TopicLine {
                rank: n + 1,
                words: topic.words,
                lang: lang.clone(),
                wish: topic.wish,
            })
            .collect()
    }

    fn scores(&self, scores: &[(String, Vec<Score>)], previous: &[Previous]) -> Vec<ScoreLine> {
        let mut lines = Vec::new();
        for ask in &self.script.asks {
            let Some((_, scores)) = scores.iter().find(|(key, _)| *key == ask.key) else { continue };
            // A score nobody said the direction of is not shown.
            let shown = |scale: &&Scale| scale.direction != Direction::Unstated;
            for scale in ask.instrument.scales.iter().filter(shown) {
                if let Some(score) = scores.iter().find(|score| score.scale == scale.id) {
                    lines.push(self.score(ask, scale, score, previous));
                }
            }
        }
        lines
    }

    fn score(&self, ask: &Ask, scale: &Scale, score: &Score, previous: &[Previous]) -> ScoreLine {
        let english = Lang::english();
        let person = &self.script.person;
        let band = score.band.as_ref().and_then(|id| scale.band(id, person));
        let missing = score.of - score.answered;
        let caveat = match score.status {
            Status::NotScored => Some(format!("not scored ({} of {} answered)", score.answered, score.of)),
            Status::Estimated if score.band.is_none() && scale.has_bands() => Some(format!(
                "estimated: {missing} of {} not answered, and they could move it across a cut-off",
                score.of
            )),
            Status::Estimated => Some(format!("estimated: {missing} of {} not answered", score.of)),
            Status::Scored if missing > 0 => Some(format!("from {} of {} items", score.answered, score.of)),
            Status::Scored => None,
        };
        let caveat = [caveat, likely(score)].into_iter().flatten().reduce(|a, b| format!("{a}; {b}"));
        let before = previous.iter().rev().find(|p| {
            p.instrument.0 == ask.instrument.id && p.score.scale == scale.id && p.score.value.is_some()
        });
        let alike = before.is_some_and(|before| self.alike(ask, before));
        let estimated =
            before.is_some_and(|before| [score.status, before.score.status].contains(&Status::Estimated));
        ScoreLine {
            ask: ask.key.clone(),
            name: scale.name.best(&english).to_owned(),
            status: score.status,
            value: score.value.map(number),
            number: score.value,
            range: scale.range,
            direction: scale.direction,
            band: band.map(|band| band.name.best(&english).to_owned()),
            caveat,
            previous: before.and_then(|before| {
                let marked = if before.score.status == Status::Estimated { " (estimated)" } else { "" };
                Some(format!(
                    "{}{marked} on {}",
                    number(before.score.value?),
                    when::day(before.at, self.zone)
                ))
            }),
            previous_number: before.filter(|_| alike && !estimated).and_then(|before| before.score.value),
            change: before.and_then(|before| change(scale, score, before, alike)),
            cut_offs: cut_offs(scale, *person),
            wish: agenda::wish_about(self.ledger, &ask.key),
            source: ask.instrument.citations.join(" · "),
        }
    }

    /// Change is stated only between answers that were given alike.
    fn alike(&self, ask: &Ask, before: &Previous) -> bool {
        let mut answers = self.ledger.iter().filter(|answer| answer.at.ask == ask.key).peekable();
        answers.peek().is_some()
            && before.instrument.1 == ask.instrument.version
            && !before.channels.is_empty()
            && before.language.primary() == ask.language.primary()
            && answers.all(|answer| {
                Some(answer.by) == before.by
                    && before.channels.iter().all(|c| mode(*c) == mode(answer.channel))
            })
    }

    /// Items whose answer reached the mark their instrument sets, worst first.
    fn standing_out(&self) -> Vec<ItemLine> {
        let mut found: Vec<(f64, ItemLine)> = Vec::new();
        for place in self.script.questions(self.ledger) {
            let Some(answer) = self.ledger.get(&place.at()) else { continue };
            if let Some(share) = place.item.standing_out(&answer.value) {
                found.push((share, self.line(&place)));
            }
        }
        // A stable sort: among equals the order of asking stays.
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.into_iter().map(|(_, line)| line).collect()
    }

    fn line(&self, place: &Place<'_>) -> ItemLine {
        let english = Lang::english();
        let at = place.at();
        let lang = place.ask.language.clone();
        let question = |lang: &Lang| {
            let text = place.item.text.get(lang)?;
            let stem = place.item.stem.as_ref().and_then(|stem| stem.text.get(lang));
            Some(match (&place.ask.why, stem) {
                (Why::WishAbout { name, .. }, _) => text.replace("{about}", name.best(lang)),
                // Half a sentence is not to be understood without the half it continues.
                (Why::Asked, Some(stem)) if text.starts_with('…') => {
                    format!("{} {text}", stem.trim_end_matches(['…', ' ']))
                }
                (Why::Asked | Why::FromTeam { .. }, _) => text.to_owned(),
            })
        };
        let asked_by = asked::by(&place.ask.why);
        let answer = match asked_by {
            Some(_) => self.answer_to_team(&at),
            None => self.script.answer_words(self.ledger, &at, &english).unwrap_or_default(),
        };
        let abroad = lang.primary() != "en";
        let label = |code: &String| match &place.item.choice(code)?.label {
            Label::Text(text) => text.get(&english),
            Label::AnswerTo(_) => None,
        };
        let answer_english = self.ledger.get(&at).filter(|_| abroad).and_then(|given| match &given.value {
            Value::Choice(code) => label(code).map(str::to_owned),
            Value::Choices(codes) => Some(codes.iter().map(label).collect::<Option<Vec<_>>>()?.join(", ")),
            _ => None,
        });
        ItemLine {
            asked_by,
            question: question(&lang).unwrap_or_default(),
            question_english: abroad.then(|| question(&english)).flatten(),
            answer: Private::new(answer),
            answer_english: answer_english.map(Private::new),
            lang,
        }
    }

    fn missing(&self, state: State) -> Vec<String> {
        // A page without answers says so once.
        if matches!(state, State::NotMe | State::Declined) || self.ledger.is_empty() {
            return Vec::new();
        }
        let english = Lang::english();
        let mut lines = Vec::new();
        for ask in self.script.asks.iter().filter(|ask| ask.why == Why::Asked) {
            let name = ask.instrument.plain_name.best(&english);
            let questions: Vec<Place<'_>> = self.places(ask);
            let open = questions.iter().filter(|place| self.ledger.get(&place.at()).is_none()).count();
            match open {
                0 => {}
                _ if open == questions.len() => lines.push(format!("{name}: nothing answered")),
                _ => lines.push(format!("{name}: {open} of {} questions not answered", questions.len())),
            }
            let is_topic = |item: &str| {
                ask.instrument
                    .agenda
                    .as_ref()
                    .is_some_and(|agenda| agenda.topics.iter().any(|t| t.item == item || t.wish == item))
            };
            for place in &questions {
                let skipped = matches!(self.ledger.get(&place.at()).map(|a| &a.value), Some(Value::Skipped));
                if skipped && !is_topic(&place.item.id) && !place.may_be_nothing() {
                    let question = place.item.text.best(&english);
                    lines.push(format!("{name}: prefers not to answer “{question}”"));
                }
            }
        }
        for left_out in &self.script.not_asked {
            lines.push(format!(
                "{}: not asked, there is no published text in the patient's language ({})",
                left_out.name.best(&english),
                left_out.language
            ));
        }
        lines
    }

    fn context(&self) -> Vec<ItemLine> {
        let mut lines = self.asked();
        for ask in &self.script.asks {
            let Some(agenda) = &ask.instrument.agenda else { continue };
            for place in self.places(ask) {
                let given = self.ledger.get(&place.at()).is_some_and(|answer| answer.value != Value::Skipped);
                if given && agenda.context.contains(&place.item.id) {
                    lines.push(self.line(&place));
                }
            }
        }
        lines
    }

    fn answers(&self) -> Vec<Answers> {
        self.script
            .asks
            .iter()
            .filter(|ask| !matches!(ask.why, Why::WishAbout { .. }))
            .map(|ask| Answers {
                ask: ask.key.clone(),
                name: ask.instrument.title.best(&Lang::english()).to_owned(),
                lines: self.places(ask).iter().map(|place| self.line(place)).collect(),
            })
            .collect()
    }

    fn places(&self, ask: &'a Ask) -> Vec<Place<'a>> {
        self.script.questions(self.ledger).into_iter().filter(|place| place.ask.key == ask.key).collect()
    }
}

/// Where the true value of an estimate with a standard error lies in 19 of 20 cases, in plain words.
fn likely(score: &Score) -> Option<String> {
    let (value, error) = (score.value?, score.se?);
    let far = 1.96 * error;
    Some(format!("likely between {} and {}", number(value - far), number(value + far)))
}

/// Where bands part, when enough is known of the person to say which bands are theirs.
fn cut_offs(scale: &Scale, person: Person) -> Vec<f64> {
    match scale.bands_of(&person).as_slice() {
        [bands] => bands.iter().skip(1).map(|band| band.min).collect(),
        _ => Vec::new(),
    }
}

fn add(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}
