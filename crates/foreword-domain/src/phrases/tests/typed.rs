use super::*;
use crate::{
    instrument::{Item, Label},
    testing::instruments,
};

#[test]
fn every_list_of_words_has_words_that_can_be_typed() {
    for (tag, _) in SOURCES {
        for key in LISTS {
            let list = Phrases::get().list(key, &lang(tag));
            assert!(!list.is_empty(), "{key} in {tag}");
            for word in list {
                assert_eq!((word, word.trim().is_empty()), (&normalize(word), false), "{key} in {tag}");
            }
        }
    }
}

#[test]
fn there_is_a_word_for_each_number_from_0_to_10_and_no_word_for_two() {
    let numbers = &Phrases::get().words().numbers;
    assert_eq!(numbers.len(), SOURCES.len());
    let mut meaning: BTreeMap<&str, usize> = BTreeMap::new();
    for words in numbers {
        assert_eq!(words.len(), 11, "{words:?}");
        for (n, word) in words.iter().enumerate() {
            assert!(!word.is_empty());
            assert_eq!(*meaning.entry(word).or_insert(n), n, "{word} is two numbers");
            assert!(!Phrases::get().words().filler.contains(word), "{word} is a number and no filler");
        }
    }
}

#[test]
fn every_word_for_a_command_asks_for_that_command() {
    let commands = [
        ("command-stop", Command::Stop),
        ("command-back", Command::Back),
        ("command-skip", Command::Skip),
        ("command-pause", Command::Pause),
        ("command-resume", Command::Resume),
        ("command-help", Command::Help),
        ("command-review", Command::Review),
        ("command-decline", Command::Decline),
        ("command-not-me", Command::NotMe),
        ("command-languages", Command::Languages),
        ("command-whom", Command::Whom),
    ];
    for (tag, _) in SOURCES {
        let lang = lang(tag);
        for (key, command) in &commands {
            for word in Phrases::get().list(key, &lang) {
                assert_eq!(Command::read(word, &lang).as_ref(), Some(command), "{word} in {tag}");
            }
        }
        for word in Phrases::get().list("command-change", &lang) {
            assert_eq!(
                Command::read(&format!("{word} 3"), &lang),
                Some(Command::Change(3)),
                "{word} in {tag}"
            );
        }
        for word in Phrases::get().list("command-language", &lang) {
            let read = Command::read(&format!("{word} fr"), &lang);
            assert_eq!(read, Some(Command::Language("fr".into())), "{word} in {tag}");
        }
    }
}

#[test]
fn stop_is_understood_from_everybody_in_every_language() {
    for (tag, _) in SOURCES {
        for word in Phrases::get().list("command-stop", &lang(tag)) {
            for (other, _) in SOURCES {
                assert_eq!(
                    Command::read(word, &lang(other)),
                    Some(Command::Stop),
                    "{word} of {tag} from {other}"
                );
            }
        }
    }
}

#[test]
fn every_word_that_is_quoted_to_be_typed_asks_for_the_same_in_every_language() {
    // These quote a button.
    let buttons = ["mail-stop", "page-required"];
    let mut meant: BTreeMap<String, Vec<Command>> = BTreeMap::new();
    for (tag, source) in SOURCES {
        for key in messages(source).keys().filter(|key| !buttons.contains(&key.as_str())) {
            let text = t(key, &lang(tag), &[]);
            let read = |word: &str| match Command::read(word, &lang(tag)) {
                Some(Command::Language(_)) => Command::Language("any".into()),
                Some(command) => command,
                None => panic!("{word} of {key} in {tag} is not understood"),
            };
            let commands: Vec<Command> = text.split('"').skip(1).step_by(2).map(read).collect();
            let first = meant.entry(key.clone()).or_insert_with(|| commands.clone());
            assert_eq!(&commands, first, "{key} in {tag}");
        }
    }
    assert!(meant.values().flatten().count() > 10);
}

#[test]
fn a_messengers_commands_in_english_are_understood_in_every_language() {
    for (tag, _) in SOURCES {
        for (typed, command) in [
            ("/language", Command::Languages),
            ("/language de", Command::Language("de".into())),
            ("/language Deutsch", Command::Language("de".into())),
            ("/back", Command::Back),
            ("/skip", Command::Skip),
            ("/answers", Command::Review),
            ("/change 3", Command::Change(3)),
            ("/pause", Command::Pause),
            ("/help", Command::Help),
            ("/start", Command::Resume),
            ("/stop", Command::Stop),
            ("/switch", Command::Whom),
        ] {
            assert_eq!(Command::read(typed, &lang(tag)), Some(command), "{typed} in {tag}");
        }
    }
}

#[test]
fn the_languages_are_offered_by_names_that_can_be_typed() {
    let script = script_of(own(KINDS));
    for (tag, _) in SOURCES {
        let text = plain(&bubble(&Say::Languages, &script, &Ledger::default(), &lang(tag))).join("\n");
        let word = &Phrases::get().list("command-language", &lang(tag))[0];
        for known in Phrases::get().languages() {
            let name = t("language-name", known, &[]);
            assert!(text.contains(&name), "{name} in {tag}: {text}");
            let command = Some(Command::Language(known.to_string()));
            assert_eq!(Command::read(&format!("{word} {name}"), &lang(tag)), command, "{tag}");
        }
    }
}

#[test]
fn no_choice_of_a_question_that_ships_is_a_command() {
    for instrument in instruments().values() {
        for choice in instrument.items.iter().flat_map(Item::choices) {
            let Label::Text(text) = &choice.label else { continue };
            for (lang, words) in &text.0 {
                assert_eq!(Command::read(words, lang), None, "{words} of {} in {lang}", instrument.id);
            }
        }
    }
}

#[test]
fn a_word_for_nothing_is_no_command() {
    for (tag, _) in SOURCES {
        for word in Phrases::get().list("word-nothing", &lang(tag)) {
            assert_eq!(Command::read(word, &lang(tag)), None, "{word} in {tag}");
        }
    }
}
