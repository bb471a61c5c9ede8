//! Calls whose answers are read no further than they are needed: teloxide refuses a whole answer for one
//! field it does not know the form of, and then a message that was sent would not count as sent.

use std::marker::PhantomData;

use serde::{Serialize, de::DeserializeOwned};
use teloxide::{
    Bot, RequestError,
    requests::{JsonRequest, Payload},
};

/// Makes a call of teloxide's and reads its answer as something else.
pub(super) async fn ask<P, A>(bot: &Bot, call: P) -> Result<A, RequestError>
where
    P: Payload + Serialize + 'static,
    A: DeserializeOwned + 'static,
{
    JsonRequest::new(bot.clone(), Asking { call, answer: PhantomData }).await
}

#[derive(Serialize)]
#[serde(transparent)]
struct Asking<P, A> {
    call: P,
    #[serde(skip)]
    answer: PhantomData<fn() -> A>,
}

impl<P: Payload, A> Payload for Asking<P, A> {
    type Output = A;
    const NAME: &'static str = P::NAME;
}
