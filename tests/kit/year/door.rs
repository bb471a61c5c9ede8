//! A way out that looks at every message, and fails now and then.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use foreword_domain::message::{Channel, Deliver, Delivery, Outbound};

use super::{super::dice::Dice, truth::Truth};

pub struct Door {
    channel: Channel,
    truth: Arc<Mutex<Truth>>,
    dice: Mutex<Dice>,
}

impl Door {
    pub fn new(channel: Channel, truth: &Arc<Mutex<Truth>>, seed: u64) -> Self {
        let dice = Mutex::new(Dice::new(seed.wrapping_add(u64::from(channel == Channel::Email))));
        Self { channel, truth: Arc::clone(truth), dice }
    }
}

impl Deliver for Door {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn deliver<'a>(&'a self, message: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        let roll = self.dice.lock().unwrap().roll(100);
        let mut truth = self.truth.lock().unwrap();
        let delivery = match roll {
            0 | 1 => Delivery::Later("the server is busy".to_owned()),
            2 => {
                truth.lose(message);
                Delivery::Unreachable("nobody is there any more".to_owned())
            }
            3 if self.channel == Channel::Telegram => Delivery::Wait(30),
            _ => {
                truth.look(message);
                Delivery::Accepted(Some(1))
            }
        };
        Box::pin(async move { delivery })
    }
}
