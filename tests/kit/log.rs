//! What the process logs, of all levels and by everybody, while a test listens.

use std::{
    fmt::{Debug, Write},
    sync::Mutex,
};

use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{Layer, layer::Context};

static HEARD: Mutex<Option<String>> = Mutex::new(None);

/// From now on, what is logged is kept.
pub fn listen() {
    HEARD.lock().expect("nobody panics while writing it down").get_or_insert_default();
}

/// What was logged since.
pub fn heard() -> String {
    HEARD.lock().expect("nobody panics while writing it down").clone().unwrap_or_default()
}

/// The part of the subscriber that keeps it.
pub struct Listen;

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("there is room");
    }
}

impl<S: Subscriber> Layer<S> for Listen {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        keep(attributes.metadata().name(), |fields| attributes.record(fields));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        keep("", |fields| values.record(fields));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        keep(event.metadata().target(), |fields| event.record(fields));
    }
}

fn keep(what: &str, record: impl FnOnce(&mut Fields<'_>)) {
    if let Some(heard) = HEARD.lock().expect("nobody panics while writing it down").as_mut() {
        heard.push_str(what);
        record(&mut Fields(heard));
        heard.push('\n');
    }
}
