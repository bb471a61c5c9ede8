use super::*;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let file =
        std::env::temp_dir().join(format!("foreword-config-{}-{:x}.toml", std::process::id(), fxhash(text)));
    std::fs::write(&file, text).unwrap();
    let environment = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    let loaded = Config::load(Some(&file), environment).map_err(|error| error.to_string());
    std::fs::remove_file(&file).unwrap();
    loaded
}

fn fxhash(text: &str) -> u64 {
    text.bytes().fold(7, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[test]
fn the_shipped_file_names_every_key_and_holds_every_default() {
    let config = Config::load(None, std::iter::empty()).unwrap();
    let shipped: Config = toml::from_str(SHIPPED).unwrap();
    assert_eq!(config, shipped, "a key of the program is missing in the file, or one too many is there");
    assert_eq!(config.quiet(), QuietHours::DEFAULT);
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let config = load(
        "[http]\nlisten = \"127.0.0.1:1\"\n[clinic]\nname = \"North\"",
        &[("FOREWORD__HTTP__LISTEN", "127.0.0.1:2"), ("HOME", "/")],
    )
    .unwrap();
    assert_eq!(config.http.listen, "127.0.0.1:2");
    assert_eq!(config.clinic.name, "North");
    assert_eq!(config.clock, "system");
}

#[test]
fn a_wrong_setting_names_file_line_key_and_what_would_be_right() {
    for (text, environment, wanted) in [
        (
            "\n[http]\nlissten = \"1\"",
            vec![],
            ".toml:3: http.lissten: there is no such setting; did you mean http.listen?",
        ),
        ("clock = 7", vec![], ".toml:1: clock: must be a text in quotes"),
        ("clock = \"sun\"", vec![], ".toml:1): is \"sun\", must be \"system\" or \"manual\""),
        ("[http\n", vec![], "line 1"),
        (
            "",
            vec![("FOREWORD__DATABASE__URI", "x")],
            "FOREWORD__DATABASE__URI: database.uri: there is no such setting; did you mean database.url?",
        ),
        ("[database]\nurl = \"mysql://x\"", vec![], "database.url"),
        ("[clinic]\ntime_zone = \"Berlin\"", vec![], "clinic.time_zone"),
        ("[clinic]\nlanguage = \"English\"", vec![], "clinic.language"),
        ("[clinic]\nsecond_factor = \"yes\"", vec![], "must be \"optional\" or \"required\""),
        ("[quiet_hours]\nfrom = \"late\"", vec![], "quiet_hours.from"),
        ("[api]\nburst = \"0\"", vec![], "api.burst"),
        ("[api]\nreach = \"all\"", vec![], "must be \"public\", \"loopback\" or \"private\""),
        ("[api]\nclient_address_header = \"a: b\"", vec![], "must be the name of a header"),
        ("[cds]\nissuers = \"https://ehr.example\"", vec![], "cds.issuers"),
        ("[smart]\niss = \"ehr.example\"\nclient_id = \"x\"", vec![], "smart.iss"),
        ("[smart]\niss = \"https://ehr.example\"", vec![], "smart.client_id"),
        ("[cds]\ncors_origins = \"https://a.example/x\"", vec![], "cds.cors_origins"),
        ("[mail]\nsmtp_url = \"smtp://mail.example\"", vec![], "http.public_url"),
        ("[telegram]\ntoken_file = \"/nowhere/token\"", vec![], "telegram.token_file"),
    ] {
        let refused = load(text, &environment).unwrap_err();
        assert!(refused.contains(wanted), "{text:?}: {refused}");
    }
}

#[test]
fn a_secret_can_stand_in_a_file_and_is_never_printed() {
    let file = std::env::temp_dir().join(format!("foreword-secret-{}", std::process::id()));
    std::fs::write(&file, "123:very-secret\n").unwrap();
    let config = load(&format!("[telegram]\ntoken_file = \"{}\"", file.display()), &[]).unwrap();
    assert_eq!(config.telegram.token, "123:very-secret");
    assert!(!format!("{config:?}").contains("very-secret"));
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn what_is_set_up_for_programs_is_what_the_doors_go_by() {
    let settings = Config::load(None, std::iter::empty()).unwrap().programs();
    assert_eq!(settings, foreword_intake::ProgramSettings::default(), "the shipped file says what is usual");
    let text = "[api]\nburst = \"7\"\nreach = \"private\"\n[cds]\nissuers = \"https://a https://a/k, b  http://b/k\"";
    let settings = load(text, &[]).unwrap().programs();
    assert_eq!((settings.limits.burst, settings.reach), (7, foreword_intake::Reach::Private));
    let pair = |issuer: &str, keys: &str| (issuer.to_owned(), keys.to_owned());
    assert_eq!(settings.cds.issuers, [pair("https://a", "https://a/k"), pair("b", "http://b/k")]);
}
