//! The official examples are right, but for the one that is known not to be; what is wrong is found.

use super::*;

/// What an example has wrong, by its file.
const WRONG: &[(&str, &str)] = &[("Questionnaire-qs1.json", "linkId")];

#[test]
fn no_official_example_raises_a_false_alarm() {
    let mut looked_at = 0;
    let mut alarms = Vec::new();
    for folder in ["r4-examples", "sdc-examples"] {
        for (name, text) in files(folder) {
            looked_at += 1;
            let faults = structure(&text).err().unwrap_or_default();
            let known = WRONG.iter().find(|(file, _)| *file == name);
            match known {
                Some((_, element)) => {
                    assert!(!faults.is_empty(), "{name}");
                    for fault in faults {
                        assert!(fault.expression.unwrap().ends_with(element), "{name}");
                    }
                }
                None => alarms.extend(faults.iter().map(|fault| format!("{name}: {fault:?}"))),
            }
        }
    }
    assert!(looked_at >= 90, "{looked_at}");
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}
