mod anything;
mod doors;
mod transcripts;

use jiff::Timestamp;

use super::*;
use crate::{
    instrument::Instrument,
    message::Channel,
    phrases,
    private::Private,
    response::{Answer, Respondent},
    testing::{own, script, script_of},
};

/// A patient and the service talking; what is said is written down.
struct Talk {
    script: Script,
    ledger: Ledger,
    conversation: Conversation,
    at_once: usize,
    stopped: bool,
    /// What the last step stored.
    stored: Vec<(ItemRef, Value)>,
    transcript: String,
}

impl Talk {
    fn new(script: Script) -> Self {
        Self {
            script,
            ledger: Ledger::default(),
            conversation: Conversation::new(Lang::english()),
            at_once: 1,
            stopped: false,
            stored: Vec::new(),
            transcript: String::new(),
        }
    }

    /// Somebody who has just been asked the first question of the stomach clinic.
    fn gi() -> Self {
        let mut talk = Self::new(script("gi-follow-up", "en"));
        talk.take(&Said::Here);
        talk.transcript.clear();
        talk
    }

    fn take(&mut self, said: &Said) {
        let step = step(&self.script, &self.ledger, &self.conversation, said, self.at_once);
        for (at, value) in &step.answers {
            self.enter(at.clone(), value.clone());
        }
        self.conversation = step.conversation;
        self.stopped |= step.stop;
        self.stored = step.answers;
        for say in &step.replies {
            let bubble = phrases::bubble(say, &self.script, &self.ledger, &self.conversation.language);
            self.transcript.push_str(&phrases::plain(&bubble).join("\n"));
            self.transcript.push('\n');
        }
    }

    /// Enters an answer as another door would.
    fn enter(&mut self, at: ItemRef, value: Value) {
        self.ledger.enter(Answer {
            at,
            value,
            answered_at: Timestamp::UNIX_EPOCH,
            channel: Channel::Web,
            ui_language: self.conversation.language.clone(),
            instrument_language: Lang::english(),
            by: Respondent::Patient,
        });
    }

    /// The patient types each of these.
    fn says(&mut self, texts: &[&str]) -> &mut Self {
        for text in texts {
            self.transcript.extend(["> ", text, "\n"]);
            self.take(&Said::Text(Private::new((*text).to_owned())));
        }
        self
    }

    fn gives(&mut self, at: (&str, &str), input: Input) -> &mut Self {
        self.take(&Said::Give { at: ItemRef::new(at.0, at.1), input });
        self
    }

    /// What was said since last asked.
    fn heard(&mut self) -> String {
        std::mem::take(&mut self.transcript)
    }

    fn state(&self) -> State {
        self.conversation.state
    }

    /// The question it stands at, or "-".
    fn at(&self) -> String {
        self.conversation.at(&self.script, &self.ledger).map_or("-".into(), |place| place.at().to_string())
    }

    fn value(&self, ask: &str, item: &str) -> String {
        self.ledger
            .value(ask, item)
            .map_or("nothing".into(), |v| if *v == Value::Skipped { "skipped".into() } else { v.written() })
    }
}

fn typed(text: &str) -> Input {
    Input::Typed(Private::new(text.to_owned()))
}

fn codes(codes: &[&str]) -> Input {
    Input::Codes(codes.iter().map(|code| (*code).to_owned()).collect())
}

#[test]
fn no_to_something_else_is_stored_as_skipped() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "1", "no"]);
    assert_eq!(
        (talk.value("visit-agenda", "topic-2"), talk.at()),
        ("skipped".into(), "visit-agenda/confidence".into())
    );
}

#[test]
fn skip_leaves_a_question_out_and_goes_on() {
    let mut talk = Talk::gi();
    talk.says(&["skip"]);
    assert_eq!(
        (talk.value("visit-agenda", "topic-1"), talk.at()),
        ("skipped".into(), "visit-agenda/confidence".into())
    );
    talk.says(&["I prefer not to answer"]);
    assert_eq!(
        (talk.value("visit-agenda", "confidence"), talk.at()),
        ("skipped".into(), "gi-questions/pain".into())
    );
}

#[test]
fn skip_as_the_very_first_word_skips_no_question_unseen() {
    let mut talk = Talk::new(script("gi-follow-up", "en"));
    talk.says(&["skip"]);
    assert!(talk.stored.is_empty() && talk.ledger.is_empty());
    assert_eq!(talk.state(), State::Open);
}

#[test]
fn a_thank_you_after_stop_or_decline_becomes_no_topic() {
    for goodbye in ["stop", "not this time", "pause"] {
        let mut talk = Talk::gi();
        talk.says(&[goodbye, "thank you"]);
        assert!(talk.ledger.is_empty(), "{goodbye}");
        talk.says(&["My knee"]);
        assert_eq!(talk.value("visit-agenda", "topic-1"), "My knee", "{goodbye}");
    }
}

/// A conversation in each state, with what was said to come there.
fn in_every_state() -> Vec<Talk> {
    let mut all: Vec<Talk> = ["", "pause", "not this time", "not me"]
        .iter()
        .map(|word| {
            let mut talk = Talk::gi();
            if !word.is_empty() {
                talk.says(&[word]);
            }
            talk
        })
        .collect();
    all.push(Talk::new(script("gi-follow-up", "en")));
    let mut done =
        Talk::new(script_of(own("[[item]]\nid = \"a\"\nkind = \"text\"\ntext = { en = \"A?\" }\n")));
    done.take(&Said::Here);
    done.says(&["yes"]);
    all.push(done);
    let mut states: Vec<State> = all.iter().map(Talk::state).collect();
    states.sort_by_key(|state| State::ALL.iter().position(|s| s == state));
    assert_eq!(states, State::ALL);
    all
}

#[test]
fn stop_is_understood_in_every_state_and_is_never_an_answer() {
    for word in [
        "stop",
        "STOP",
        "Stop!",
        " stop. ",
        "/stop",
        "parar",
        "Stopp",
        "arrêt",
        "arret",
        "توقف",
        "unsubscribe",
    ] {
        for mut talk in in_every_state() {
            let before = (talk.ledger.clone(), talk.state());
            talk.says(&[word]);
            assert!(talk.stopped && talk.stored.is_empty(), "{word} in {:?}", before.1);
            assert_eq!((talk.ledger.clone(), talk.state()), before);
        }
    }
}

#[test]
fn stop_typed_into_a_form_is_no_answer_either() {
    for mut talk in in_every_state() {
        let at = talk.script.asks[0].key.clone();
        let item = talk.script.asks[0].instrument.items[0].id.clone();
        let before = talk.ledger.clone();
        talk.gives((&at, &item), typed(" STOP"));
        assert!(talk.stopped && talk.stored.is_empty() && talk.ledger == before, "in {:?}", talk.state());
    }
    let mut talk = Talk::gi();
    talk.gives(("visit-agenda", "topic-1"), typed("Stop the pain"));
    assert_eq!((talk.stopped, talk.value("visit-agenda", "topic-1")), (false, "Stop the pain".into()));
}

#[test]
fn words_with_a_command_in_them_are_no_command() {
    for topic in [
        "My back hurts",
        "please stop the pain",
        "I can't stop",
        "help with my diet",
        "back pain",
        "the end of my rope",
    ] {
        let mut talk = Talk::gi();
        talk.says(&[topic]);
        assert_eq!((talk.stopped, talk.value("visit-agenda", "topic-1").as_str()), (false, topic));
    }
}

#[test]
fn help_and_not_me_are_understood_in_every_state() {
    for mut talk in in_every_state() {
        let before = (talk.ledger.clone(), talk.state());
        talk.heard();
        talk.says(&["help"]);
        assert!(talk.heard().contains("You can answer with a number or with words."), "in {:?}", before.1);
        talk.says(&["This is not me"]);
        assert_eq!((talk.state(), &talk.ledger), (State::NotMe, &before.0), "in {:?}", before.1);
    }
}

#[test]
fn the_language_of_the_service_changes_and_the_questions_keep_theirs() {
    let mut talk = Talk::gi();
    talk.says(&["language es"]);
    assert_eq!((talk.conversation.language.as_str(), talk.at()), ("es", "visit-agenda/topic-1".into()));
    talk.take(&Said::Command(Command::Language("es-MX".into())));
    assert_eq!(talk.conversation.language.as_str(), "es-mx");
    talk.says(&["LANGUAGE German"]);
    assert_eq!(talk.conversation.language.as_str(), "de");
    let asks: Vec<_> = talk.script.asks.iter().map(|ask| ask.language.as_str()).collect();
    assert!(asks.iter().all(|language| *language == "en"), "{asks:?}");
    talk.heard();
    talk.take(&Said::Command(Command::Language("tlh".into())));
    assert_eq!((talk.conversation.language.as_str(), talk.ledger.is_empty()), ("de", true));
}

#[test]
fn the_word_language_alone_offers_the_languages_and_asks_again() {
    for word in ["language", "/language", "Languages"] {
        let mut talk = Talk::gi();
        talk.says(&["Belly pain"]).heard();
        talk.says(&[word]);
        let heard = talk.heard();
        assert!(heard.contains("Deutsch") && heard.contains("2  Just so you know"), "{heard}");
        assert!(talk.stored.is_empty() && talk.conversation.language == Lang::english());
        talk.says(&["/language de", "sprache", "sprache English"]);
        assert_eq!(talk.conversation.language, Lang::english());
        talk.says(&["2"]);
        assert_eq!(talk.value("visit-agenda", "topic-1-wish"), "know");
    }
    for mut talk in in_every_state() {
        let before = (talk.ledger.clone(), talk.state(), talk.conversation.language.clone());
        talk.says(&["language"]);
        assert_eq!((&talk.ledger, &talk.conversation.language), (&before.0, &before.2), "in {:?}", before.1);
        let begins = before.1 == State::Invited;
        assert_eq!(talk.state(), if begins { State::Open } else { before.1 });
    }
}

#[test]
fn where_there_is_nobody_else_to_talk_about_one_goes_on_where_one_was() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "pause"]).heard();
    talk.says(&["someone else"]);
    let someone_else = talk.heard().replace("someone else", "resume");
    assert_eq!((talk.state(), talk.stored.is_empty()), (State::Open, true));
    talk.says(&["pause"]).heard();
    talk.says(&["resume"]);
    assert_eq!(talk.heard(), someone_else);
    talk.says(&["not me", "someone else"]);
    assert_eq!(talk.state(), State::NotMe);
}

#[test]
fn a_rank_whose_topic_was_taken_back_shows_no_code() {
    let mut talk = Talk::gi();
    talk.says(&["Pain", "1", "Tablets", "1", "Work", "1", "3", "1", "change 5", "nothing"]).heard();
    talk.says(&["answers"]);
    let heard = talk.heard();
    assert!(heard.contains("Which of these should come first? → not answered"), "{heard}");
    assert!(!heard.contains("topic-"), "{heard}");
}

#[test]
fn what_became_hidden_stays_in_the_ledger_and_is_no_question_any_more() {
    let mut talk = Talk::gi();
    talk.says(&["no", "9", "5", "2", "yes", "2026-01-31", "1", "2,5"]);
    assert_eq!(talk.at(), "gi-questions/in-the-way");
    talk.gives(("gi-questions", "blood"), codes(&["0"]));
    let there = |talk: &Talk, item: &str| {
        talk.script.question(&talk.ledger, &ItemRef::new("gi-questions", item)).is_some()
    };
    assert!(!there(&talk, "blood-since") && there(&talk, "weight-lost"));
    assert_eq!(talk.value("gi-questions", "blood-since"), "2026-01-31");
    talk.gives(("gi-questions", "blood-since"), typed("2025-01-31"));
    assert_eq!(talk.value("gi-questions", "blood-since"), "2026-01-31");
    talk.gives(("gi-questions", "blood"), Input::Skip);
    assert!(!there(&talk, "blood-since"));
    talk.gives(("gi-questions", "blood"), codes(&["1"]));
    assert!(there(&talk, "blood-since"));
    assert_eq!(talk.at(), "gi-questions/in-the-way");
}

#[test]
fn a_hidden_answer_decides_nothing_about_the_choices_offered() {
    let text = r#"
[[item]]
id = "pet"
kind = "choice"
text = { en = "A pet?" }
choices = [{ code = "1", text = { en = "Yes" } }, { code = "0", text = { en = "No" } }]
[[item]]
id = "name"
kind = "text"
text = { en = "Its name?" }
enable_when = [{ item = "pet", operator = "=", value = "1" }]
[[item]]
id = "who"
kind = "choice"
text = { en = "Who helps you?" }
choices = [{ code = "me", text = { en = "Nobody" } }, { code = "you", text = { en = "You" } }, { code = "pet", answer_to = "name" }]
"#;
    let mut talk = Talk::new(script_of(own(text)));
    talk.take(&Said::Here);
    talk.says(&["yes", "Rex"]);
    assert!(talk.heard().contains("3  Rex"));
    talk.gives(("own", "pet"), codes(&["0"]));
    assert!(!talk.heard().contains("Rex"));
    talk.gives(("own", "who"), codes(&["pet"]));
    assert_eq!(talk.value("own", "who"), "nothing");
}

/// The anxiety questions, four in one message.
fn gad7() -> Talk {
    let instrument: Instrument = (*crate::testing::instrument("gad-7")).clone();
    let mut talk = Talk::new(script_of(instrument));
    talk.at_once = 4;
    talk.take(&Said::Here);
    talk.transcript.clear();
    talk
}

#[test]
fn what_was_answered_elsewhere_is_not_asked_again() {
    let mut talk = gad7();
    talk.enter(ItemRef::new("gad-7", "q2"), Value::Choice("3".into()));
    talk.says(&["1 2 0 3"]);
    assert!(talk.stored.is_empty());
    let heard = talk.heard();
    assert!(heard.contains("There are 3 questions") && !heard.contains("Not being able to stop"), "{heard}");
    talk.says(&["1 0 2"]);
    let given: Vec<String> = (1..=4).map(|n| talk.value("gad-7", &format!("q{n}"))).collect();
    assert_eq!(given, ["1", "3", "0", "2"]);
}

/// A first question that can go away, and two that stay, all with one stem.
const TOGETHER: &str = r#"
[stems]
s = { en = "How often?" }
[options]
often = [{ code = "0", text = { en = "Never" } }, { code = "1", text = { en = "Often" } }]
much = [{ code = "0", text = { en = "Little" } }, { code = "1", text = { en = "Much" } }]
[[item]]
id = "ill"
kind = "choice"
options = "often"
text = { en = "Ill?" }
[[item]]
id = "a"
kind = "choice"
stem = "s"
options = "often"
text = { en = "A?" }
enable_when = [{ item = "ill", operator = "=", value = "1" }]
[[item]]
id = "b"
kind = "choice"
stem = "s"
options = "often"
text = { en = "B?" }
[[item]]
id = "c"
kind = "choice"
stem = "s"
options = "often"
text = { en = "C?" }
[[item]]
id = "d"
kind = "choice"
stem = "s"
options = "much"
text = { en = "D?" }
[[item]]
id = "note"
kind = "display"
text = { en = "Nearly done." }
[[item]]
id = "e"
kind = "choice"
stem = "s"
options = "much"
text = { en = "E?" }
"#;

#[test]
fn answers_keep_to_their_questions_when_one_of_them_has_gone() {
    let mut talk = Talk::new(script_of(own(TOGETHER)));
    talk.at_once = 3;
    talk.take(&Said::Here);
    talk.says(&["often"]);
    talk.enter(ItemRef::new("own", "ill"), Value::Choice("0".into()));
    talk.says(&["0 1"]);
    assert_eq!(["a", "b", "c"].map(|item| talk.value("own", item)), ["nothing", "0", "1"]);
}

#[test]
fn a_button_of_an_older_question_that_fails_is_the_question_asked_next() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "1", "no"]);
    assert_eq!(talk.at(), "visit-agenda/confidence");
    talk.gives(("visit-agenda", "topic-1-wish"), codes(&["maybe"]));
    talk.says(&["2"]);
    assert_eq!(talk.value("visit-agenda", "topic-1-wish"), "know");
    assert_eq!(talk.value("visit-agenda", "confidence"), "nothing");
}

#[test]
fn the_second_time_a_reply_is_not_understood_help_is_offered() {
    let mut talk = Talk::gi();
    talk.says(&["Belly pain", "perhaps"]);
    assert!(!talk.heard().contains("You can answer with a number or with words."));
    talk.says(&["perhaps so"]);
    assert!(talk.heard().contains("You can answer with a number or with words."));
    talk.says(&["surely"]);
    assert_eq!((talk.conversation.misses, talk.value("visit-agenda", "topic-1-wish")), (3, "nothing".into()));
}

#[test]
fn the_number_of_questions_never_grows_while_one_answers_in_order() {
    for every in 1..=5 {
        let mut talk = Talk::gi();
        talk.take(&Said::Here);
        let (mut most, mut n) = (talk.script.at_most(&talk.ledger), 0);
        assert_eq!(most, talk.script.budget().0, "all may still come at the start");
        while let Some(place) = talk.conversation.at(&talk.script, &talk.ledger) {
            n += 1;
            let at = place.at();
            let offers = talk.script.offers(&talk.ledger, &place);
            let input = match (n % every, offers.first()) {
                (0, _) => Input::Skip,
                (_, Some(offer)) => codes(&[offer.code]),
                (_, None) if matches!(place.item.kind, crate::instrument::ItemKind::Date(_)) => {
                    Input::Typed("2026-11-01".to_owned().into())
                }
                (_, None) => Input::Typed("7".to_owned().into()),
            };
            talk.take(&Said::Give { at, input });
            let now = talk.script.at_most(&talk.ledger);
            assert!(now <= most && n <= now, "answer {n}: {most} questions became {now}");
            most = now;
        }
        assert_eq!(most, n, "at the end it is as many as were asked");
    }
}
