//! How a message is laid out in a chat: its text, its rows of buttons, and what a message that was
//! answered is changed to.
//!
//! Long options stand as numbered lines in the text with short buttons below; short ones are the buttons.

use unicode_normalization::char::is_combining_mark;

use super::{
    Press, Pressed, Tag, Tell, Wish,
    pieces::{split, units},
};
use crate::{
    conversation::{
        Say,
        script::{Place, Script},
    },
    instrument::ItemKind,
    language::Lang,
    message::Channel,
    phrases::{self, Arg, Bubble, Line, Phrases, t},
    response::{ItemRef, Ledger, Respondent, Value},
};

/// The most UTF-16 code units a message may have (Bot API, `sendMessage`).
pub const LIMIT: usize = 4096;
/// The longest label that a telephone shows whole on a button of its own.
const LABEL: usize = 30;
/// Short buttons beside each other.
const IN_A_ROW: usize = 6;
/// The most buttons a message may have.
const KEYBOARD: usize = 100;
/// Answers that can be changed by a button, at most: the question that waits needs some of its own.
const LISTED: usize = 80;
/// The mark that makes a line one from right to left.
pub(super) const RIGHT_TO_LEFT: &str = "\u{200F}";
/// The same for one from left to right.
const LEFT_TO_RIGHT: &str = "\u{200E}";
/// What stands before a choice that was taken.
const PICKED: &str = "✓ ";
/// What stands before the number of an answer, lest it be taken for a choice.
const CHANGE: &str = "✏️ ";

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The words.
    pub text: String,
    /// The buttons below, row by row.
    pub rows: Vec<Vec<Button>>,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What it does.
    pub does: Does,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Does {
    /// Tells the bot this.
    Press(String),
    /// Opens a page.
    Open(String),
}

/// What a message is laid out from.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The visit, as it is at this door; none while it is not known who speaks.
    pub visit: Option<Visit<'a>>,
    /// The language of the service's sentences.
    pub lang: &'a Lang,
    /// Those it may be about, each in words.
    pub whom: &'a [(Tag, String)],
    /// The clinic's name, as patients know it.
    pub clinic: &'a str,
}

/// A visit to lay a message out from.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// Its short name.
    pub tag: Tag,
    /// What is asked at this door.
    pub script: &'a Script,
    /// The keys of all that is asked at any door, each in its place.
    pub order: &'a [String],
    /// The answers so far.
    pub ledger: &'a Ledger,
    /// The codes picked so far of the question that is asked.
    pub picked: &'a [String],
    /// Whom it is about, where the chat is used for several.
    pub about: Option<&'a str>,
    /// Where the web page is.
    pub link: Option<&'a str>,
}

/// Lays out what is said as one message. Of the words, the question stands last, right above its buttons;
/// all other buttons are below these. It is empty where there is nothing to say.
pub fn lay_out(says: &[Tell], view: &View<'_>) -> Message {
    compose(says, view, None)
}

/// A message whose question was answered, with the answer in place of the choices.
pub fn answered(says: &[Tell], at: &ItemRef, view: &View<'_>) -> Option<Message> {
    let visit = view.visit?;
    let place = visit.script.question(visit.ledger, at)?;
    let lang = match visit.ledger.get(at)?.value {
        Value::Skipped => view.lang,
        _ => &place.ask.language,
    };
    let words = phrases::upright(visit.script.answer_words(visit.ledger, at, view.lang)?, lang);
    let answer = marked(&format!("{PICKED}{words}"), lang);
    let mut text = compose(says, view, Some(at)).text;
    // A message can be changed to one message only. Of a long answer its beginning is enough: the
    // patient's own message stands right below.
    if units(&text) > LIMIT / 2 && units(&text) + units(&answer) + 2 > LIMIT {
        text.clear();
    }
    let room = LIMIT - units(&text) - 2;
    let answer = match split(&answer, room - 1).first() {
        Some(first) if units(&answer) > room => format!("{first}…"),
        _ => answer,
    };
    let paragraphs = [text, answer];
    let text = paragraphs.iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join("\n\n");
    Some(Message { text, rows: Vec::new() })
}

fn compose(says: &[Tell], view: &View<'_>, answered: Option<&ItemRef>) -> Message {
    let mut parts: Vec<_> = says.iter().map(|tell| (tell, say(tell, view))).collect();
    parts.sort_by_key(|(_, (bubble, _))| bubble.at.is_some());
    let mut about = view.visit.and_then(|visit| visit.about).map(|name| apart(name, view.lang));
    let has_question = parts.iter().any(|(_, (bubble, _))| bubble.progress.is_some());
    // Messages end for everybody.
    let is_about_a_visit = says
        .iter()
        .any(|tell| matches!(tell, Tell::Say(_) | Tell::Sure(_)) && *tell != Tell::Say(Say::Stopped));
    let mut texts: Vec<String> = Vec::new();
    if !has_question && is_about_a_visit {
        texts.extend(about.take().map(|name| marked(&name, view.lang)));
    }
    let (mut asked, mut others) = (Vec::new(), Vec::new());
    let asks_whom = says.contains(&Tell::Whom);
    for (tell, (mut bubble, mut rows)) in parts {
        if asks_whom && *tell == Tell::Say(Say::Declined) {
            // "Go on" beside other names would be about nobody.
            rows.clear();
        }
        if matches!(tell, Tell::Say(Say::Ask(at)) if Some(at) == answered) {
            bubble.options.clear();
            bubble.hint = None;
        }
        if let Some(progress) = &bubble.progress {
            let heading: Vec<&str> = about.as_deref().into_iter().chain([progress.as_str()]).collect();
            texts.push(marked(&heading.join(" · "), view.lang));
        }
        texts.extend(bubble.lines.iter().map(|line| marked(&line.text, &line.lang)));
        if !bubble.options.is_empty() {
            let lang = bubble.lines.last().map_or(view.lang, |line| &line.lang);
            let options = bubble.options.iter().map(|option| format!("{}  {}", option.handle, option.label));
            texts.push(marked(&options.collect::<Vec<_>>().join("\n"), lang));
        }
        texts.extend(bubble.hint.as_ref().map(|hint| marked(hint, view.lang)));
        if bubble.at.is_some() {
            // Of several questions, the last is the one that waits.
            asked = rows;
        } else {
            others.extend(rows);
        }
    }
    asked.append(&mut others);
    let mut left = KEYBOARD;
    for row in &mut asked {
        row.truncate(left);
        left -= row.len();
    }
    asked.retain(|row| !row.is_empty());
    Message { text: texts.join("\n\n"), rows: asked }
}

/// In a language written from right to left, every line begins with the mark that says so: a messenger
/// goes by the first letter of a line, and that may be a number or a foreign name.
fn marked(text: &str, lang: &Lang) -> String {
    if !lang.is_rtl() {
        return text.to_owned();
    }
    text.split('\n')
        .map(|line| if line.is_empty() { String::new() } else { format!("{RIGHT_TO_LEFT}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A name that keeps its place among words of a language: one from right to left would take the
/// numbers beside it along, and the other way round.
pub fn apart(name: &str, lang: &Lang) -> String {
    let is_foreign = |c: char| {
        let from_the_right =
            matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}');
        c.is_alphabetic() && from_the_right != lang.is_rtl()
    };
    let mark = if lang.is_rtl() { RIGHT_TO_LEFT } else { LEFT_TO_RIGHT };
    if name.contains(is_foreign) { format!("{mark}{name}{mark}") } else { name.to_owned() }
}

type Rows = Vec<Vec<Button>>;

fn say(tell: &Tell, view: &View<'_>) -> (Bubble, Rows) {
    let key = match tell {
        Tell::Say(Say::Languages) => return (plain("chat-languages", view), languages(view)),
        Tell::Say(Say::Stopped) => return (plain("stopped", view), Vec::new()),
        Tell::Say(say) => return spoken(say, view),
        Tell::Whom => {
            let lines = [one("chat-whom", view)].into();
            let rows =
                view.whom.iter().map(|(tag, name)| vec![press(name, &Pressed::of(*tag, Press::About))]);
            return (Bubble { lines, ..Bubble::default() }, rows.collect());
        }
        Tell::WhoAnswers => {
            let who = [
                ("chat-who-self", Respondent::Patient),
                ("chat-who-helped", Respondent::Helped),
                ("chat-who-proxy", Respondent::Proxy),
            ];
            return choose("chat-who", who.map(|(key, who)| (key, Press::As(who))), view);
        }
        Tell::AskConsent | Tell::AskConsentAgain => {
            let choices = [("chat-agree", Press::Agree(true)), ("chat-disagree", Press::Agree(false))];
            let (mut bubble, rows) = choose("chat-consent", choices, view);
            bubble.lines.push(one("not-watched", view));
            bubble.lines.push(one("chat-consent-ask", view));
            if *tell == Tell::AskConsentAgain {
                bubble.lines.insert(0, one("chat-consent-again", view));
            }
            return (bubble, rows);
        }
        Tell::Sure(wish) => {
            let Some(visit) = view.visit else { return Default::default() };
            let (yes, wish) = match Wish::named(wish) {
                Some(wish @ Wish::Decline) => ("page-yes-decline", wish),
                Some(wish @ Wish::NotMe) => ("page-yes-not-me", wish),
                Some(wish @ Wish::Stop) => ("page-yes-stop", wish),
                // Nothing else is asked about first.
                _ => return spoken(&Say::Help, view),
            };
            let rows = [(yes, wish), ("page-no-back", Wish::Stay)].map(|(key, wish)| {
                vec![press(&t(key, view.lang, &[]), &Pressed::of(visit.tag, Press::Wish(wish)))]
            });
            return (plain("page-sure", view), rows.into());
        }
        Tell::Staff(_) => return Default::default(),
        Tell::Stranger => "chat-stranger",
        Tell::CodeUnknown => "chat-code-unknown",
        Tell::AskYear => "chat-year",
        Tell::WrongYear => "page-check-wrong",
        Tell::Locked => "chat-locked",
        Tell::Joined => "chat-joined",
        Tell::Refused => "chat-refused",
        Tell::RefusedFor => "chat-refused-for",
        Tell::NoVisit => "chat-no-visit",
        Tell::Unreadable => "chat-unreadable",
        Tell::Edited => "chat-edited",
        Tell::Ahead => "chat-ahead",
        Tell::Stale => "chat-stale",
        Tell::Gone => "chat-gone",
        Tell::WillTell => "chat-will-tell",
        Tell::WasRead => "chat-was-read",
        Tell::Trouble => "chat-trouble",
    };
    (plain(key, view), Vec::new())
}

fn spoken(say: &Say, view: &View<'_>) -> (Bubble, Rows) {
    let Some(visit) = view.visit else { return Default::default() };
    let mut bubble = phrases::bubble(say, visit.script, visit.ledger, view.lang);
    let wish =
        |key: &str, wish: Wish| press(&t(key, view.lang, &[]), &Pressed::of(visit.tag, Press::Wish(wish)));
    let rows = match say {
        Say::Ask(at) => match visit.script.question(visit.ledger, at) {
            Some(place) => question(&mut bubble, &place, &visit, view.lang),
            None => Vec::new(),
        },
        Say::LanguageUnknown => languages(view),
        Say::Help => menu(&visit, view),
        Say::Review => {
            let questions = visit.script.questions(visit.ledger);
            let numbered =
                questions.iter().enumerate().filter(|(_, place)| visit.ledger.get(&place.at()).is_some());
            let buttons: Vec<Button> = numbered
                .take(LISTED)
                .filter_map(|(n, place)| {
                    let spot = visit.script.spot(visit.order, &place.at())?;
                    Some(press(&format!("{CHANGE}{}", n + 1), &Pressed::of(visit.tag, Press::Change(spot))))
                })
                .collect();
            if !buttons.is_empty() {
                bubble.lines.push(one("chat-review", view));
            }
            in_rows(buttons)
        }
        Say::Completed => {
            vec![vec![wish("page-answers", Wish::Answers)], vec![wish("chat-tell-me", Wish::Tell)]]
        }
        Say::Crisis => {
            bubble.lines.pop();
            vec![vec![wish("crisis-help", Wish::HelpNow)], vec![wish("crisis-safe", Wish::Safe)]]
        }
        Say::Paused | Say::Declined => vec![vec![wish("page-go-on", Wish::Go)]],
        Say::Elsewhere => {
            if visit.script.is_for_the_patient_alone(Channel::Telegram) {
                bubble.lines = vec![one("chat-elsewhere-self", view)];
                return (bubble, Vec::new());
            }
            bubble.lines = vec![one("chat-elsewhere", view)];
            let rows = page(&visit, view);
            if rows.is_empty() {
                let link = |link: &str| Line { text: link.to_owned(), lang: Lang::english() };
                bubble.lines.extend(visit.link.map(link));
            }
            rows
        }
        _ => Vec::new(),
    };
    (bubble, rows)
}

/// The button that opens the web page. A messenger refuses a message with a link it would not open itself.
fn page(visit: &Visit<'_>, view: &View<'_>) -> Rows {
    let link = visit.link.filter(|link| link.starts_with("https://"));
    link.map(|link| vec![Button { label: t("chat-page", view.lang, &[]), does: Does::Open(link.to_owned()) }])
        .into_iter()
        .collect()
}

fn question(bubble: &mut Bubble, place: &Place<'_>, visit: &Visit<'_>, lang: &Lang) -> Rows {
    let Some(spot) = visit.script.spot(visit.order, &place.at()) else { return Vec::new() };
    let button = |label: &str, what: Press| press(label, &Pressed::of(visit.tag, what));
    let words = |key: &str| t(key, lang, &[]);
    let several = matches!(place.item.kind, ItemKind::MultipleChoice(_));
    let mut rows: Rows = Vec::new();
    if let ItemKind::Scale { .. } = place.item.kind {
        rows.extend(in_rows((0..=10u16).map(|n| button(&n.to_string(), Press::Choose(spot, n))).collect()));
    }
    // Picking one must not move the others.
    let room = if several { LABEL - PICKED.chars().count() } else { LABEL };
    let is_wide = bubble.options.iter().all(|option| fits(&wide(option), room));
    let choices: Vec<Button> = bubble
        .options
        .iter()
        .filter_map(|option| {
            let choice = place.item.choices().iter().position(|choice| choice.code == option.code)?;
            let choice = u16::try_from(choice).ok()?;
            let press = if several { Press::Pick(spot, choice) } else { Press::Choose(spot, choice) };
            let mark = if visit.picked.contains(&option.code) { PICKED } else { "" };
            let words = if is_wide { wide(option) } else { option.handle.clone() };
            Some(button(&format!("{mark}{words}"), press))
        })
        .collect();
    if is_wide {
        bubble.options.clear();
        rows.extend(choices.into_iter().map(|button| vec![button]));
    } else {
        rows.extend(in_rows(choices));
    }
    if several {
        rows.push(vec![button(&words("chat-done"), Press::Done(spot))]);
    }
    let skip = if place.may_be_nothing() { "page-nothing" } else { "page-skip" };
    rows.push(vec![button(&words(skip), Press::Skip(spot))]);
    let mut last = Vec::new();
    let is_first = visit.script.questions(visit.ledger).first().is_none_or(|first| first.at() == place.at());
    if !is_first {
        last.push(button(&words("page-back"), Press::Back(spot)));
    }
    last.push(button(&words("page-more"), Press::Wish(Wish::Help)));
    rows.push(last);
    rows
}

/// What can be done besides answering.
fn menu(visit: &Visit<'_>, view: &View<'_>) -> Rows {
    let button = |key: &str, what: Press| press(&t(key, view.lang, &[]), &Pressed::of(visit.tag, what));
    let mut rows = vec![
        vec![
            button("page-answers", Press::Wish(Wish::Answers)),
            button("page-pause", Press::Wish(Wish::Pause)),
        ],
        vec![button("page-language", Press::Wish(Wish::Languages))],
    ];
    if visit.about.is_some() {
        rows[1].push(button("chat-switch", Press::Wish(Wish::Whom)));
    }
    rows.extend(page(visit, view));
    rows.extend([
        vec![button("page-decline", Press::Sure(Wish::Decline))],
        vec![button("page-not-me", Press::Sure(Wish::NotMe)), button("page-stop", Press::Sure(Wish::Stop))],
    ]);
    rows
}

fn press(label: &str, what: &Pressed) -> Button {
    Button { label: label.to_owned(), does: Does::Press(what.data()) }
}

fn wide(option: &phrases::Choosable) -> String {
    format!("{} · {}", option.handle, option.label)
}

/// Whether a label can be read whole on a button of its own.
fn fits(label: &str, room: usize) -> bool {
    // Marks and joiners take no room of their own; ideographs and most emoji take two.
    let width = |c: char| match c {
        c if is_combining_mark(c) => 0,
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF01}'..='\u{FF60}'
        | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    };
    !label.contains(['\n', '\r']) && label.chars().map(width).sum::<usize>() <= room
}

/// The languages, each by its own name.
fn languages(view: &View<'_>) -> Rows {
    let tag = view.visit.map(|visit| visit.tag);
    let rows = Phrases::get().languages().map(|lang| {
        let data = Pressed { visit: tag, press: Press::Language(lang.clone()) };
        vec![press(&t("language-name", lang, &[]), &data)]
    });
    rows.collect()
}

/// Buttons beside each other, in rows as even as they can be.
fn in_rows(buttons: Vec<Button>) -> Rows {
    let rows = buttons.len().div_ceil(IN_A_ROW).max(1);
    let each = buttons.len().div_ceil(rows).max(1);
    let mut buttons = buttons.into_iter().peekable();
    let mut done = Vec::new();
    while buttons.peek().is_some() {
        done.push(buttons.by_ref().take(each).collect());
    }
    done
}

fn one(key: &str, view: &View<'_>) -> Line {
    Line { text: t(key, view.lang, &[("clinic", Arg::Text(view.clinic))]), lang: view.lang.clone() }
}

fn plain(key: &str, view: &View<'_>) -> Bubble {
    Bubble { lines: vec![one(key, view)], ..Bubble::default() }
}

fn choose<const N: usize>(key: &str, choices: [(&str, Press); N], view: &View<'_>) -> (Bubble, Rows) {
    let rows = choices
        .map(|(key, what)| vec![press(&t(key, view.lang, &[]), &Pressed { visit: None, press: what })]);
    (plain(key, view), rows.into())
}
