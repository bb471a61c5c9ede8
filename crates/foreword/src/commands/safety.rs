//! `foreword safety` and `foreword pathways`: what a clinic does when an answer needs somebody at once, and what may
//! be asked there because of it.

use foreword_app::alerting::plans::Checked;
use serde_json::json;

use super::say;
use crate::{
    cli::{Pathways, Safety, Which},
    config::Config,
    fail::{read_text, wrong},
    wiring::{self, Service},
};

/// Who acts, when it is done on the command line.
const OPERATOR: &str = "operator";

pub(super) async fn run(config: &Config, args: Safety) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    match args {
        Safety::Check { file } => {
            let text = read_text(&file)?;
            let name = file.display().to_string();
            let (plan, checked) = service.app.check_safety_plan(&name, &text).await?;
            if !checked.faults.is_empty() {
                return Err(wrong(in_file(&name, &checked.faults)));
            }
            say(&format!(
                "{name}: the plan of {:?}, version {:?}, can be taken into use.",
                plan.clinic, plan.version
            ))?;
            tell_missing(&checked)
        }
        Safety::Set { file } => {
            let text = read_text(&file)?;
            let name = file.display().to_string();
            let (_, checked) = service.app.check_safety_plan(&name, &text).await?;
            if !checked.faults.is_empty() {
                return Err(wrong(in_file(&name, &checked.faults)));
            }
            let now = service.clock.now();
            let (plan, checked) = service.app.set_safety_plan(&name, &text, OPERATOR, now).await?;
            say(&format!("The plan of {:?} is version {:?} from now on.", plan.clinic, plan.version))?;
            tell_missing(&checked)
        }
        Safety::Show { clinic } => {
            let plans = service.app.safety_plans().await?;
            let wanted: Vec<_> = plans
                .into_iter()
                .filter(|(_, plan)| clinic.as_ref().is_none_or(|clinic| *clinic == plan.clinic))
                .collect();
            match (&clinic, wanted.as_slice()) {
                (Some(clinic), []) => Err(wrong(format!("{clinic:?} has no safety plan"))),
                (None, []) => say("No clinic has a safety plan."),
                _ => {
                    for (since, plan) in wanted {
                        say(&format!("# in use since {since}\n{}", plan.source))?;
                    }
                    Ok(())
                }
            }
        }
    }
}

pub(super) async fn pathways(config: &Config, args: Pathways) -> anyhow::Result<()> {
    let service = wiring::open_existing(config).await?;
    match args {
        Pathways::List { json } => list(&service, json).await,
        Pathways::Activate(which) => switch(&service, &which, true).await,
        Pathways::Deactivate(which) => switch(&service, &which, false).await,
    }
}

async fn list(service: &Service, json: bool) -> anyhow::Result<()> {
    let mut told = Vec::new();
    for pathway in &service.app.catalog().pathways {
        let needs = service.app.may_need_somebody(pathway);
        let clinics = if needs {
            service.app.activations(pathway, OPERATOR, service.clock.now()).await?
        } else {
            Vec::new()
        };
        if json {
            let clinics: Vec<_> = clinics
                .iter()
                .map(|at| json!({"clinic": at.clinic, "active": at.is_on, "missing": at.missing}))
                .collect();
            told.push(json!({
                "id": pathway.id, "version": pathway.version, "title": pathway.title,
                "needs_plan": needs, "clinics": clinics,
            }));
            continue;
        }
        say(&format!("{}  version {}  {}", pathway.id, pathway.version, pathway.title))?;
        if !needs {
            say("    asked everywhere: nothing in it needs somebody at once")?;
        } else if clinics.is_empty() {
            say("    asked nowhere: no clinic has a safety plan")?;
        }
        for at in clinics {
            let how = match (at.is_on, at.missing.len()) {
                (true, 0) => "asked".to_owned(),
                (true, missing) => format!("switched on, and not asked: {missing} missing"),
                (false, 0) => "not switched on".to_owned(),
                (false, missing) => format!("not switched on; {missing} missing"),
            };
            say(&format!("    {}: {how}", at.clinic))?;
        }
    }
    if json { say(&serde_json::to_string_pretty(&told)?) } else { Ok(()) }
}

async fn switch(service: &Service, which: &Which, is_on: bool) -> anyhow::Result<()> {
    let (id, clinic) = (&which.id, &which.clinic);
    let now = service.clock.now();
    let missing = service.app.activate_pathway(id, clinic, is_on, OPERATOR, now).await?;
    if !missing.is_empty() {
        return Err(wrong(format!(
            "{id} was not switched on at {clinic:?}; missing:\n{}",
            missing.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
        )));
    }
    say(&format!("{id} is switched {} at {clinic:?}.", if is_on { "on" } else { "off" }))
}

fn tell_missing(checked: &Checked) -> anyhow::Result<()> {
    if checked.missing.is_empty() {
        return say("Nothing is missing: pathways that may need somebody at once can be switched on.");
    }
    say("Missing before anything is asked there that may need somebody at once:")?;
    for line in &checked.missing {
        say(&format!("  {line}"))?;
    }
    Ok(())
}

fn in_file(name: &str, faults: &[String]) -> String {
    faults.iter().map(|fault| format!("{name}: {fault}")).collect::<Vec<_>>().join("\n")
}
