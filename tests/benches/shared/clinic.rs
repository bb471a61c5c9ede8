//! The clinic that benches measure: in a folder of its own, on SQLite unless they say otherwise.

use std::path::Path;

use foreword_app::{App, Catalog, Options, catalog::File, identity::Asked};
use foreword_domain::{language::Lang, schedule::QuietHours};
use foreword_store::{Keys, Store};

/// A clinic in a new database of a name, with pathways of its own besides those that ship.
pub async fn clinic(folder: &Path, name: &str, pathways: &[File]) -> (App, Store) {
    let url = format!("sqlite://{}", folder.join(format!("{name}.db")).display());
    clinic_at(&url, folder, pathways).await
}

/// The same in a database that is there; its key lies in the folder.
pub async fn clinic_at(url: &str, folder: &Path, pathways: &[File]) -> (App, Store) {
    let options = foreword_store::Options { url: url.parse().unwrap() };
    let single = foreword_store::connect_single(&options).await.unwrap();
    foreword_migrations::run(&single).await.unwrap();
    single.close().await.unwrap();
    let keys = Keys::open(&folder.join("master.key")).unwrap();
    let store = Store::open(&options, keys).await.unwrap();
    let options = Options {
        public_url: "http://clinic.test".to_owned(),
        clinic_name: "North Clinic".to_owned(),
        time_zone: "UTC".to_owned(),
        language: Lang::english(),
        quiet: QuietHours::DEFAULT,
        mailbox: None,
        can_mail: true,
        mails_a_minute: None,
        digest_at: None,
        check: Asked::Year,
        second_factor: foreword_app::account::SecondFactor::Optional,
        exports_kept: jiff::SignedDuration::from_hours(24),
        private_webhooks: false,
    };
    (App::new(store.clone(), Catalog::with(&[], pathways).unwrap(), options), store)
}
