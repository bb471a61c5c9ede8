use super::*;

#[test]
fn what_is_sealed_opens_only_in_its_own_place_and_unchanged() {
    let keys = Keys::of([7; 32]);
    let (key, wrapped) = keys.new_patient_key("patient 1");
    let sealed = key.seal("answers.value:1", "Schmerzen 😀".as_bytes());
    assert_eq!(key.open("answers.value:1", &sealed).as_deref(), Some("Schmerzen 😀".as_bytes()));
    assert_eq!(key.open("answers.value:2", &sealed), None, "moved to another row");
    for n in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[n] ^= 1;
        assert_eq!(key.open("answers.value:1", &changed), None, "byte {n} changed");
    }
    let again = keys.unwrap_patient_key("patient 1", &wrapped).unwrap();
    assert_eq!(again.open("answers.value:1", &sealed).as_deref(), Some("Schmerzen 😀".as_bytes()));
    assert!(keys.unwrap_patient_key("patient 2", &wrapped).is_none());
    assert!(Keys::of([8; 32]).unwrap_patient_key("patient 1", &wrapped).is_none());
}

#[test]
fn what_belongs_to_no_patient_is_sealed_with_a_key_of_its_own() {
    let keys = Keys::of([7; 32]);
    let sealed = keys.seal_own("own:telegram_chats.chat:1", b"4815162342");
    assert_eq!(keys.open_own("own:telegram_chats.chat:1", &sealed).as_deref(), Some(&b"4815162342"[..]));
    assert_eq!(keys.open_own("own:telegram_chats.chat:2", &sealed), None, "moved to another row");
    assert_eq!(Keys::of([8; 32]).open_own("own:telegram_chats.chat:1", &sealed), None, "another master key");
    let (key, wrapped) = keys.new_patient_key("patient 1");
    assert_eq!(key.open("own:telegram_chats.chat:1", &sealed), None, "a patient's key");
    assert_eq!(keys.open_own("patient 1", &wrapped), None, "what another derived key sealed");
}

#[cfg(unix)]
#[test]
fn the_master_key_is_made_for_its_owner_alone_and_refused_when_others_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let dir = std::env::temp_dir().join(format!("foreword-keys-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    let path = dir.join("master.key");
    let made = Keys::open(&path).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Keys::open(&path).unwrap().mark(), made.mark());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Keys::open(&path).err().unwrap().to_string();
    assert!(refused.contains("chmod 600"), "{refused}");
    fs::remove_dir_all(&dir).unwrap();
}
