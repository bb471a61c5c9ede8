use std::{collections::BTreeMap, sync::Arc};

use super::*;
use crate::testing;

const RIGHT: &str = r#"id = "knee"
version = "1"
title = "Knee"
goal = "See together whether the knee is ready."
reader = "The surgeon"
expected_action = "Decide together."

[trigger]
types = ["Knee follow-up"]
clinics = ["North"]

[[ask]]
instrument = "gad-7"
ask_wish = true

[[ask]]
instrument = "visit-agenda"

[timetable]
invitation_days = 10
reminder_days = 2
"#;

fn parse(text: &str) -> Result<Pathway, String> {
    Pathway::parse("knee.toml", text, &library()).map_err(|refused| refused.to_string())
}

fn library() -> BTreeMap<String, Arc<Instrument>> {
    testing::instruments()
}

#[test]
fn a_pathway_without_its_purpose_is_refused() {
    for (key, line) in [("goal", 4), ("reader", 5), ("expected_action", 6)] {
        let written = RIGHT.lines().find(|l| l.starts_with(key)).unwrap();
        let absent = parse(&RIGHT.replace(&format!("{written}\n"), "")).unwrap_err();
        assert!(absent.contains(&format!("{key}: is absent or empty")), "{absent}");
        let empty = parse(&RIGHT.replace(written, &format!("{key} = \"  \""))).unwrap_err();
        assert!(empty.starts_with(&format!("knee.toml:{line}: {key}: is absent or empty")), "{empty}");
    }
}

#[test]
fn what_is_wrong_with_a_pathway_is_named() {
    for (from, to, wanted) in [
        ("id = \"knee\"", "id = \"hip\"", "knee.toml:1: id: is \"hip\", must be the file's name \"knee\""),
        ("types = [\"Knee follow-up\"]", "types = []", "trigger.types: is empty"),
        ("\"gad-7\"", "\"gad-77\"", "knee.toml:13: ask[0].instrument: \"gad-77\" is not an instrument"),
        ("\"visit-agenda\"", "\"gad-7\"", "ask[1].instrument: \"gad-7\" is there twice"),
        ("reminder_days = 2", "reminder_days = 12", "timetable: must count down"),
        ("invitation_days = 10", "invitation_days = 90", "at most 60 days before"),
        ("ask_wish", "ask_wich", "did you mean \"ask_wish\"?"),
    ] {
        let refused = parse(&RIGHT.replacen(from, to, 1)).unwrap_err();
        assert!(refused.contains(wanted), "{to}: {refused}");
    }
}

#[test]
fn the_agenda_comes_first_and_the_wish_follows_what_it_is_about() {
    let script = parse(RIGHT).unwrap().script(&Lang::english(), &library());
    let keys: Vec<&str> = script.asks.iter().map(|ask| ask.key.as_str()).collect();
    assert_eq!(keys, ["visit-agenda", "gad-7", "wish.gad-7"]);
}

#[test]
fn a_pathway_is_for_its_kinds_of_visit_in_its_clinics() {
    let pathway = parse(RIGHT).unwrap();
    let is_for = |kind, clinic| pathway.is_for(&Occasion { kind, clinic, is_first: true, conditions: &[] });
    assert!(is_for("knee FOLLOW-UP ", "north"));
    assert!(!is_for("Knee", "North"));
    assert!(!is_for("Knee follow-up", "South"));
}

#[test]
fn more_than_sixty_items_need_an_explicit_word() {
    let item = |n| format!("[[item]]\nid = \"q{n}\"\nkind = \"text\"\ntext = {{ en = \"Question {n}\" }}\n");
    let items = (0..61).map(item).collect::<Vec<String>>().concat();
    let long = format!(
        "id = \"long\"\nversion = \"1\"\ntitle = {{ en = \"Long\" }}\nplain_name = {{ en = \"Long\" }}\ncitations = [\"none\"]\n[licence]\nkind = \"own\"\nnotice = \"own\"\nevidence = \"own\"\nelectronic_use = true\n[languages.en]\nsource = \"own\"\n{items}"
    );
    let mut library = library();
    library.insert("long".to_owned(), Arc::new(Instrument::parse("long.toml", &long).unwrap()));
    let asked = RIGHT.replace("\"visit-agenda\"", "\"long\"");
    let refused = Pathway::parse("knee.toml", &asked, &library).unwrap_err().to_string();
    assert!(refused.contains("above 60"), "{refused}");
    let allowed = format!("{asked}\n[budget]\nallow_more_than_60_items = true\n");
    let pathway = Pathway::parse("knee.toml", &allowed, &library).unwrap();
    assert_eq!(pathway.warnings(&library).len(), 1);
}

#[test]
fn a_pathway_may_be_for_first_visits_or_for_patients_with_a_condition() {
    let with = |key: &str| parse(&RIGHT.replace("clinics = [\"North\"]", key)).unwrap();
    let codes = ["k50.1".to_owned(), "M17".to_owned()];
    let occasion =
        |is_first, conditions| Occasion { kind: "Knee follow-up", clinic: "", is_first, conditions };
    let first = with("visit = \"first\"");
    assert!(first.is_for(&occasion(true, &[])) && !first.is_for(&occasion(false, &[])));
    let later = with("visit = \"follow-up\"");
    assert!(!later.is_for(&occasion(true, &[])) && later.is_for(&occasion(false, &[])));
    let ill = with("conditions = [\"K50\", \"K51\"]");
    assert!(ill.is_for(&occasion(true, &codes)) && !ill.is_for(&occasion(true, &codes[1..])));
    assert!(!ill.is_for(&occasion(true, &[])));
}

#[test]
fn a_pathway_is_a_chain_a_shop_or_a_network_and_names_its_channels() {
    let with = |keys: &str| parse(&RIGHT.replace("[trigger]", &format!("{keys}\n[trigger]")));
    assert_eq!(with("").unwrap().mode, Mode::Chain);
    assert_eq!(with("mode = \"chain\"\ninterval_days = 90").unwrap().mode, Mode::ChainEvery(90));
    let shop = with("mode = \"shop\"\n[[offer]]\ninstrument = \"phq-2\"").unwrap();
    assert_eq!(shop.mode, Mode::Shop(vec!["phq-2".to_owned()]));
    let network = with("mode = \"network\"\ngroup = \"Knee school\"").unwrap();
    assert_eq!(network.mode, Mode::Network("Knee school".to_owned()));
    let channels = with("channels = [\"email\", \"telegram\"]").unwrap().channels;
    assert_eq!(channels, [Channel::Email, Channel::Telegram]);
    for (keys, wanted) in [
        ("mode = \"shop\"", "offer: is absent"),
        ("mode = \"mall\"", "mode: is \"mall\""),
        ("mode = \"network\"", "group: is absent"),
        ("interval_days = 0", "interval_days: is 0"),
        (
            "mode = \"network\"\ngroup = \"x\"\ninterval_days = 3",
            "interval_days: belongs to mode = \"chain\"",
        ),
        ("mode = \"shop\"\n[[offer]]\ninstrument = \"gad-7\"", "\"gad-7\" is always asked"),
        ("channels = [\"web\"]", "channels[0]: is \"web\", must be"),
        ("channels = [\"email\", \"email\"]", "channels[1]: \"email\" is there twice"),
    ] {
        let refused = with(keys).unwrap_err();
        assert!(refused.contains(wanted), "{keys}: {refused}");
    }
}
