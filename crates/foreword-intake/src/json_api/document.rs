//! The `OpenAPI` 3.1 document, made from the handlers and the types they take and give.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self, Content, Ref, ResponseBuilder,
        path::Operation,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
        server::Server,
    },
};

use super::{alerts, answering, appointments, handing, instruments, problem::Problem, summary, webhooks};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Foreword: plain JSON API",
        version = "1",
        description = "Patient-reported outcomes before a visit, for programs that do not speak FHIR (which is at /fhir/R4). \
            A client is made with `foreword api-client add NAME --scope ...`; scopes are those of SMART 2, such as \
            `system/Appointment.cruds`. Every fault is a problem of RFC 9457. Lists come in pages: `next` is the `cursor` \
            of the next one.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        instruments::list, instruments::read, instruments::score,
        appointments::list, appointments::create, appointments::read, appointments::put, appointments::cancel,
        summary::read, answering::responses, handing::add, answering::scores,
        alerts::list, alerts::read,
        webhooks::list, webhooks::add, webhooks::read, webhooks::remove,
    ),
    components(schemas(Problem)),
    tags(
        (name = "instruments", description = "The library, and scoring of answers that are kept nowhere."),
        (name = "appointments", description = "Visits, told as the CSV feed tells them."),
        (name = "answers", description = "What was answered for a visit, its scores and its page."),
        (name = "alerts", description = "What a human must see."),
        (name = "webhooks", description = "Programs that are told what happens (Standard Webhooks)."),
    ),
    modifiers(&Everywhere)
)]
struct Document;

/// The document, for a service at this address.
pub(super) fn text(public_url: &str) -> String {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(public_url)]);
    document.to_json().expect("the document is JSON: a test makes it")
}

/// What every route has: the token, and the problems it may answer with.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of an API client."))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        for (status, _, description) in PROBLEMS {
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new()
                .description(*description)
                .content("application/problem+json", content)
                .build();
            components.responses.insert(format!("Problem{status}"), response.into());
        }
        for (path, item) in &mut document.paths.paths {
            let has_id = path.contains("{id}");
            let add = |operation: &mut Option<Operation>, writes: bool, method: &str| {
                let Some(operation) = operation else { return };
                let has_body = operation.request_body.is_some();
                let has_query = operation.parameters.iter().flatten().count() > usize::from(has_id);
                let is_page = path.ends_with("/summary");
                for (status, when, _) in PROBLEMS {
                    let applies = match when {
                        When::Always => true,
                        When::Id => has_id,
                        When::Body => has_body,
                        When::Parameters => has_body || has_query || method == "get" || method == "put",
                        When::Write => writes,
                        When::Page => is_page,
                    };
                    if applies {
                        let reference = Ref::new(format!("#/components/responses/Problem{status}"));
                        let responses = &mut operation.responses.responses;
                        responses.insert((*status).to_owned(), reference.into());
                    }
                }
            };
            add(&mut item.get, false, "get");
            add(&mut item.post, true, "post");
            add(&mut item.put, true, "put");
            add(&mut item.delete, true, "delete");
        }
    }
}

/// When a problem may be the answer.
enum When {
    Always,
    Id,
    Body,
    Parameters,
    Write,
    Page,
}

const PROBLEMS: &[(&str, When, &str)] = &[
    ("400", When::Parameters, "A parameter can't be read, or the body is not JSON."),
    ("401", When::Always, "There is no token of an API client."),
    ("403", When::Always, "The token has no scope for it, or another site made a browser send it."),
    ("404", When::Id, "Nothing has this id."),
    ("406", When::Page, "It is not offered in the form that Accept asks for."),
    ("409", When::Write, "It can't be done as things stand: outdated, closed, or being dealt with."),
    ("413", When::Body, "The body is too large."),
    ("415", When::Body, "The body is not called application/json."),
    ("422", When::Write, "The body has faults, each told with its place; or what it asks for is refused."),
    ("429", When::Always, "There were too many requests in a short time."),
    ("500", When::Always, "The service failed."),
    ("503", When::Always, "The service could not do it now; try again."),
    ("504", When::Always, "It took too long and was given up; ask for less."),
];
