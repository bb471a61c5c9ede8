//! The parsers of what programs and browsers send, without a server before them: for the fuzz targets alone.

pub use crate::{
    cds::parsing::{cds_call, cds_feedback},
    feeds::mllp::frames,
    fhir::parsing::{export, request},
    json_api::parsing::{answers, appointment, json, query},
    launch::parsing::ehr,
    pages::managing::parsing::visit,
    programs::parsing::token_form,
};
