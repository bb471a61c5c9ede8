//! Rows: lists hold those of one's own clinics, nothing of another clinic can be written, and a role counts at once.

use axum::http::StatusCode;

use super::{CANARIES, NORTH, SOUTH, Two, held, main_of, member, signed_in};

#[tokio::test(flavor = "multi_thread")]
async fn lists_hold_the_rows_of_ones_own_clinics_and_no_others() {
    let two = Two::new().await;
    member(&two.world, "north", &[("clinician", Some(NORTH))]).await;
    member(&two.world, "south", &[("clinician", Some(SOUTH))]).await;
    member(&two.world, "both", &[("nurse", Some(NORTH)), ("clinician", Some(SOUTH))]).await;
    member(&two.world, "nowhere", &[("clinician", Some("West Clinic"))]).await;
    let lists = [
        ("/clinic?day=2026-11-23", "Whitfield", "Southwell"),
        ("/clinic/alerts", "Whitfield", "Southwell"),
        ("/clinic/messages", "Whitfield", "Southwell"),
        ("/clinic/messages?state=sent", "Whitfield", "Southwell"),
        ("/clinic/messages?state=queued", "Whitfield", "Southwell"),
        ("/clinic/mail", "eve@home.test", "mallory@home.test"),
        ("/clinic/feeds", "<td>A2</td>", "<td>B2</td>"),
    ];
    let mut sent = Vec::new();
    for (login, north, south) in
        [("north", true, false), ("south", false, true), ("both", true, true), ("nowhere", false, false)]
    {
        let mut tab = signed_in(&two.world, login).await;
        for (path, of_north, of_south) in lists {
            tab.open(path).await;
            assert_eq!(tab.status, StatusCode::OK, "{login} {path}");
            assert_eq!(tab.page.contains(of_north), north, "{login} {path}\n{}", tab.page);
            assert_eq!(tab.page.contains(of_south), south, "{login} {path}\n{}", tab.page);
        }
        tab.open("/clinic").await;
        assert_eq!(tab.page.contains("not taken in"), north || south, "{login}: the count of mails");
        tab.open("/clinic/messages").await;
        let filter = tab.page.split("state=sent\"").nth(1).unwrap().split("</a>").next().unwrap();
        let count: String = filter.chars().filter(char::is_ascii_digit).collect();
        sent.push(count.parse::<u32>().unwrap());
    }
    assert!(sent[0] > 0 && sent[1] > 0, "{sent:?}");
    assert_eq!(sent[2..], [sent[0] + sent[1], 0], "counts hold what lists hold");
    two.world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_front_desk_is_told_who_comes_and_nothing_of_what_they_said() {
    let two = Two::new().await;
    member(&two.world, "desk", &[("front-desk", Some(NORTH))]).await;
    member(&two.world, "roe", &[("clinician", Some(NORTH))]).await;
    let mut desk = signed_in(&two.world, "desk").await;
    desk.open("/clinic?day=2026-11-23").await;
    let list = main_of(&desk);
    assert!(list.contains("John Whitfield") && list.contains("class=\"state "), "{list}");
    for word in ["flag", "northerly", "GI-", "score", "mail was", "break-glass"] {
        assert!(!list.contains(word), "{word} is in\n{list}");
    }
    let leads_to = |path: &str| desk.page.contains(&format!("<li><a href=\"{path}\""));
    assert!(leads_to("/clinic/board") && leads_to("/clinic/messages"), "{}", desk.page);
    for path in ["/clinic/alerts", "/clinic/mail", "/clinic/library", "/clinic/audit"] {
        assert!(!leads_to(path), "the bar leads to {path}, which does not open");
    }
    let mut roe = signed_in(&two.world, "roe").await;
    roe.open("/clinic?day=2026-11-23").await;
    assert!(main_of(&roe).contains("class=\"flag"), "{}", main_of(&roe));
    // A visit leads them to where it is looked after.
    desk.open(&format!("/clinic/appointments/{}?done=arrived", two.north.appointment)).await;
    assert_eq!(desk.at, format!("/clinic/appointments/{}/edit?done=arrived", two.north.appointment));
    let page = main_of(&desk);
    assert!(
        page.contains("The patient is marked as arrived.") && page.contains("Code for the tablet"),
        "{page}"
    );
    assert!(!page.contains("northerly") && !page.contains("Back to the visit"), "{page}");
    desk.open("/clinic/alerts").await;
    assert_eq!(desk.status, StatusCode::FORBIDDEN);
    let page = main_of(&desk);
    assert!(
        page.contains("To see red flags you need one of these roles: <strong>clinician, nurse</strong>"),
        "{page}"
    );
    assert!(page.contains("You are: front desk at North Clinic."), "{page}");
    two.world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_given_or_taken_away_counts_at_once() {
    let two = Two::new().await;
    let id = member(&two.world, "roe", &[("clinician", Some(NORTH))]).await;
    let mut tab = signed_in(&two.world, "roe").await;
    let visit = format!("/clinic/appointments/{}", two.north.appointment);
    assert_eq!(tab.open(&visit).await.status, StatusCode::OK);
    let other = format!("/clinic/appointments/{}", two.south.appointment);
    assert_eq!(tab.open(&other).await.status, StatusCode::NOT_FOUND);
    let set = async |roles: &[(&str, Option<&str>)]| {
        two.world.app.set_roles(id, &held(roles), "operator", two.world.now()).await
    };
    set(&[("nurse", Some(SOUTH))]).await.unwrap();
    assert_eq!(tab.open(&visit).await.status, StatusCode::NOT_FOUND);
    assert_eq!(tab.open(&other).await.status, StatusCode::OK);
    set(&[("quality-lead", None)]).await.unwrap();
    assert_eq!(tab.open(&other).await.status, StatusCode::FORBIDDEN);
    assert_eq!(tab.open("/clinic").await.at, "/clinic/feeds", "where they have something to see");
    set(&[]).await.unwrap();
    assert_eq!(tab.open("/clinic").await.status, StatusCode::FORBIDDEN);
    assert!(tab.page.contains("You hold no role at present."));
    set(&[("clinician", None)]).await.unwrap();
    assert_eq!(tab.open(&other).await.status, StatusCode::OK);
    let wrong = set(&[("surgeon", None)]).await.unwrap_err().to_string();
    assert!(wrong.contains("there is no role \"surgeon\"; the roles are clinician, nurse"), "{wrong}");
    assert!(set(&[("nurse", Some(" "))]).await.is_err());
    two.world.tick().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_clinic_is_booked_moved_or_found_by_its_number() {
    let two = Two::new().await;
    member(&two.world, "desk", &[("front-desk", Some(NORTH))]).await;
    let mut tab = signed_in(&two.world, "desk").await;
    let visit = [
        ("patient_id", "P7"),
        ("given_name", "Mary"),
        ("family_name", "Ashe"),
        ("birth_date", "1990-05-17"),
        ("email", "mary@home.test"),
        ("start", "2026-11-24T11:00"),
        ("time_zone", "Europe/London"),
        ("type", "Wellbeing check"),
    ];
    let with = |more: &[(&'static str, &'static str)]| {
        let mut fields: Vec<(&str, &str)> = visit.to_vec();
        for (name, value) in more {
            fields.retain(|(other, _)| other != name);
            fields.push((*name, *value));
        }
        fields
    };
    for clinic in [SOUTH, "", "north clinic"] {
        tab.send("/clinic/appointments/new", &with(&[("clinic", clinic)])).await;
        assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "{clinic}");
        assert!(tab.text().contains("not one that you book visits for"), "{clinic}: {}", tab.page);
    }
    // The number of a patient of South's, with and without a name.
    for bare in [true, false] {
        let mut fields = with(&[("patient_id", "P8"), ("clinic", NORTH)]);
        if bare {
            fields.retain(|(name, _)| !name.contains("name") && *name != "birth_date");
        }
        tab.send("/clinic/appointments/new", &fields).await;
        assert_eq!(tab.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", tab.page);
        assert!(!tab.page.contains("Southwell") && !tab.page.contains("1951"), "{}", tab.page);
    }
    assert_eq!(two.world.line("B2").await.patient.profile.reveal().family_name, "Southwell");
    // Their own may not be moved over there.
    let own = format!("/clinic/appointments/{}/edit", two.north.appointment);
    tab.send(&own, &[("action", "save"), ("clinic", SOUTH), ("was.clinic", NORTH)]).await;
    assert_eq!(two.world.line("A2").await.appointment.clinic, NORTH, "{}", tab.page);
    tab.send("/clinic/appointments/new", &with(&[("clinic", NORTH)])).await;
    assert!(tab.at.ends_with("/edit?done=booked"), "{}\n{}", tab.at, tab.page);
    assert!(main_of(&tab).contains("The visit is booked."));
    for canary in CANARIES {
        assert!(!tab.page.contains(canary));
    }
    two.world.tick().await;
}
