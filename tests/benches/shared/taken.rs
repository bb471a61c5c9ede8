//! A channel that takes everything.

use std::pin::Pin;

use foreword_domain::message::{Channel, Deliver, Delivery, Outbound};

/// The channel.
pub struct Taken;

impl Deliver for Taken {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn deliver<'a>(&'a self, _: &'a Outbound) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        Box::pin(async { Delivery::Accepted(None) })
    }
}
