//! The door of mail with a real mail server behind it: SMTP out, IMAP in, TLS, and `kill -9` in between.

use std::{collections::BTreeMap, fmt::Write, time::Duration};

use foreword_bot::Mail;
use foreword_domain::message::Deliver;

use crate::kit::{
    Dice, World,
    mail_server::MailServer,
    mailbox,
    process::{Server, begin, foreword, free_port, nap, run, told},
};

fn options(server: &MailServer, url: &str) -> foreword_bot::Options {
    foreword_bot::Options {
        from: "North Clinic <visits@clinic.test>".to_owned(),
        smtp_url: url.replace("PORT", &server.smtp.to_string()),
        ..foreword_bot::Options::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_mail_server_is_down_for_a_day_messages_wait_and_each_is_delivered_once() {
    let world = World::new().await;
    let mut server = MailServer::new(&world.folder.0).without_imap();
    let mail = Mail::new(&options(&server, "smtp://127.0.0.1:PORT")).unwrap();
    let rows: Vec<String> = (0..12)
        .map(|n| format!("A{n},P{n},Pat,Test{n},1960-01-01,en,Europe/London,pat{n}@home.test,,2026-11-26T09:30,20,North,Dr Roe,Wellbeing check,booked"))
        .collect();
    world.book(&rows.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let doors: [&dyn Deliver; 1] = [&mail];
    let dispatch = async || world.app.dispatch(&|| Some(world.now()), &doors).await.unwrap();
    for _ in 0..48 {
        let done = dispatch().await;
        assert!(done.iter().all(|done| done.outcome == "retry"), "{done:?}");
        world.pass(jiff::SignedDuration::from_mins(30));
    }
    tokio::task::block_in_place(|| server.start());
    for _ in 0..12 {
        dispatch().await;
        world.pass(jiff::SignedDuration::from_mins(30));
    }
    for n in 0..12 {
        let mails = server.mails(&format!("pat{n}"));
        assert_eq!(mails.len(), 1, "pat{n} got {} mails", mails.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_the_server_does_not_know_is_not_tried_again_and_staff_see_it() {
    let world = World::new().await;
    let mut server = MailServer::new(&world.folder.0).without_imap();
    tokio::task::block_in_place(|| server.start());
    let mail = Mail::new(&options(&server, "smtp://127.0.0.1:PORT")).unwrap();
    let row = "A1,P1,Grace,Okafor,1958-03-14,en,Europe/London,unknown@home.test,,2026-11-24T09:30,20,North Clinic,Dr Roe,Wellbeing check,booked";
    world.book(&[row]).await;
    let doors: [&dyn Deliver; 1] = [&mail];
    let done = world.app.dispatch(&|| Some(world.now()), &doors).await.unwrap();
    assert!(done.iter().all(|done| done.outcome != "sent"), "{done:?}");
    let lost = world.line("A1").await.lost.unwrap();
    assert_eq!(lost.why, "the mail server knows no such address (550)");
}

/// Certificates of an authority of our own, made by openssl: one that is good, and one that has expired.
fn certificates(folder: &std::path::Path) -> (String, [String; 2], [String; 2]) {
    let make = |script: &str| {
        let made =
            std::process::Command::new("sh").arg("-ec").arg(script).current_dir(folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    make(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj '/CN=Test Authority' -keyout ca.key -out ca.pem -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign",
    );
    let conf = "[ca]\ndefault_ca=a\n[a]\ndir=db\ndatabase=db/index.txt\nserial=db/serial\nnew_certs_dir=db\n\
                default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n";
    std::fs::write(folder.join("ca.conf"), conf).unwrap();
    for (name, dates) in
        [("good", "-days 20"), ("old", "-startdate 20200101000000Z -enddate 20200201000000Z")]
    {
        make(&format!(
            "openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout {name}.key -out {name}.csr"
        ));
        make(&format!(
            "printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\\nextendedKeyUsage=serverAuth' >{name}.ext"
        ));
        make(&format!(
            "mkdir -p db && : >db/index.txt && openssl rand -hex 8 >db/serial && \
             openssl ca -batch -config ca.conf -in {name}.csr -cert ca.pem -keyfile ca.key {dates} -extfile {name}.ext -out {name}.pem -notext"
        ));
    }
    let path = |name: &str| folder.join(name).display().to_string();
    let ca = std::fs::read_to_string(folder.join("ca.pem")).unwrap();
    (ca, [path("good.pem"), path("good.key")], [path("old.pem"), path("old.key")])
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_tls_or_the_login_is_said_with_what_to_change() {
    let world = World::new().await;
    let (ca, good, old) = certificates(&world.folder.0);
    let start = |more: &[&str]| {
        let mut server = MailServer::new(&world.folder.0).without_imap().with(more);
        tokio::task::block_in_place(|| server.start());
        server
    };
    let starttls = start(&["--tls", "starttls", "--cert", &good[0], "--key", &good[1], "--login"]);
    let wrapped = start(&["--tls", "wrapped", "--cert", &good[0], "--key", &good[1]]);
    let expired = start(&["--tls", "wrapped", "--cert", &old[0], "--key", &old[1]]);
    let plain = start(&[]);
    let mail = |server: &MailServer, url: &str, ca: &str| {
        let options = foreword_bot::Options { ca: ca.to_owned(), ..options(server, url) };
        Mail::new(&options).unwrap()
    };
    let right = "smtp://answer:secret@localhost:PORT?tls=required";
    assert_eq!(mail(&starttls, right, &ca).try_out().await, Ok(()));
    assert_eq!(mail(&wrapped, "smtps://localhost:PORT", &ca).try_out().await, Ok(()));
    assert_eq!(mail(&plain, "smtp://localhost:PORT", "").try_out().await, Ok(()));
    for (server, url, ca, wanted) in [
        (&starttls, "smtps://localhost:PORT", ca.as_str(), "smtps:// is for 465"),
        (&wrapped, "smtp://localhost:PORT", "", "write smtps:// for port 465"),
        (&plain, "smtp://localhost:PORT?tls=required", "", "offers no STARTTLS"),
        (&starttls, right, "", "put the certificate of the clinic's own authority into mail.ca_file"),
        (&wrapped, "smtps://127.0.0.2:PORT", &ca, "cannot be reached"),
        (&expired, "smtps://localhost:PORT", &ca, "has expired"),
        (&starttls, "smtp://answer:wrong@localhost:PORT?tls=required", &ca, "refused the login"),
    ] {
        let said = mail(server, url, ca).try_out().await.expect_err(url);
        assert!(said.contains(wanted), "{url}: {said}");
        assert!(!said.contains("secret") && !said.contains("wrong@"), "no password is repeated: {said}");
    }
}

/// Whether dkimpy, which knows nothing of us, finds a mail to be as it was signed.
fn is_as_signed(mail: &[u8], public: &str) -> bool {
    let script = "import dkim, sys\n\
        text = b'v=DKIM1; k=rsa; p=' + sys.argv[1].encode()\n\
        here = lambda name, timeout=5: text if name == b'foreword._domainkey.clinic.test.' else None\n\
        print(dkim.verify(sys.stdin.buffer.read(), dnsfunc=here))";
    let python = std::env::var("FOREWORD_TEST_PYTHON").expect("tests/run sets FOREWORD_TEST_PYTHON");
    let mut child = std::process::Command::new(python)
        .args(["-c", script, public])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), mail).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim() == "True"
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_program_finds_our_mails_signed_and_every_change_of_them() {
    let world = World::with_mailbox().await;
    let openssl = |script: &str| {
        let made = std::process::Command::new("sh")
            .arg("-ec")
            .arg(script)
            .current_dir(&world.folder.0)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    };
    openssl("openssl genrsa -out dkim.key 2048");
    let public = openssl("openssl rsa -in dkim.key -pubout -outform DER | base64 -w0");
    let mail = Mail::new(&foreword_bot::Options {
        from: "North Clinic <visits@clinic.test>".to_owned(),
        smtp_url: format!("file:{}", world.folder.path("mail").display()),
        dkim_key: std::fs::read_to_string(world.folder.path("dkim.key")).unwrap(),
        ..foreword_bot::Options::default()
    })
    .unwrap();
    world.book(&[crate::kit::world::GRACE]).await;
    let doors: [&dyn Deliver; 1] = [&mail];
    world.app.dispatch(&|| Some(world.now()), &doors).await.unwrap();
    let (_, raw) = world.mails().remove(0);
    // The last server on the way adds the line above.
    let raw = raw.split_once("\r\n").unwrap().1;
    assert!(is_as_signed(raw.as_bytes(), &public), "{raw}");
    for (was, is) in [
        ("To: grace@home.test", "To: eve@home.test"),
        ("One-Click", "Two-Click"),
        ("Subject: Before", "Subject: Behind"),
        ("Reply-To: ", "Reply-To: eve@home.test, "),
        ("Please write your reply", "Please write your cheque"),
        ("/v/", "/w/"),
    ] {
        let changed = raw.replace(was, is);
        if was != "One-Click" {
            assert_ne!(changed, raw, "{was}");
        }
        assert!(
            changed == raw || !is_as_signed(changed.as_bytes(), &public),
            "{was} was changed, and nobody notices"
        );
    }
}

/// A clinic as a process, with a mail server beside it.
struct Clinic {
    folder: crate::kit::Folder,
    mail: MailServer,
    port: u16,
}

impl Clinic {
    fn new(patients: &[&str]) -> Self {
        let folder = crate::kit::Folder::new();
        let mut mail = MailServer::new(&folder.0);
        mail.start();
        let clinic = Self { mail, port: free_port(), folder };
        let start = jiff::Timestamp::from_second(now() + 5 * 86_400).unwrap();
        let mut feed = format!("{}\n", foreword_intake::feeds::csv::COLUMNS.join(","));
        for name in patients {
            writeln!(feed, "A-{name},P-{name},{name},Test,1958-03-14,en,Europe/London,{name}@home.test,,{start},20,North Clinic,Dr Roe,Wellbeing check,booked").unwrap();
        }
        let file = clinic.folder.write("feed.csv", &feed);
        let mut import = foreword();
        import
            .args(["--database", &clinic.database(), "import", "appointments"])
            .arg(file)
            .envs(clinic.env());
        let (code, _, err) = told(&run(&mut import, ""));
        assert_eq!(code, Some(0), "{err}");
        clinic
    }

    fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path("foreword.db").display())
    }

    fn env(&self) -> Vec<(String, String)> {
        let set = |key: &str, value: String| (format!("FOREWORD__{key}"), value);
        vec![
            set("MAIL__SMTP_URL", format!("smtp://127.0.0.1:{}", self.mail.smtp)),
            set("MAIL__IMAP_URL", format!("imap://answer:secret@127.0.0.1:{}", self.mail.imap)),
            set("MAIL__REPLY_DOMAIN", "clinic.test".to_owned()),
            set("MAIL__FROM", "North Clinic <visits@clinic.test>".to_owned()),
            set("HTTP__PUBLIC_URL", format!("http://127.0.0.1:{}", self.port)),
            set("QUIET_HOURS__FROM", "00:00".to_owned()),
            set("QUIET_HOURS__TO", "00:00".to_owned()),
            set("KEYS__MASTER_FILE", self.folder.path("master.key").display().to_string()),
        ]
    }

    fn serve(&self) -> Server {
        Server::start_with(&self.database(), &self.folder.0, self.port, &self.env())
    }

    /// Waits until somebody has so many different mails.
    fn wait_for(&self, name: &str, wanted: usize) -> Vec<mailbox::Mail> {
        let begun = begin();
        loop {
            let mut by_id: BTreeMap<String, mailbox::Mail> = BTreeMap::new();
            for mail in self.mail.mails(name) {
                by_id.insert(mail.message_id.clone(), mail);
            }
            if by_id.len() >= wanted {
                let mut mails: Vec<_> = by_id.into_values().collect();
                mails.sort_by_key(|mail| mailbox::turn(&mail.message_id));
                return mails;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(90),
                "{name} has {} mails and waits for {wanted}: {}\n{}",
                by_id.len(),
                std::fs::read_to_string(self.folder.path("server.log")).unwrap_or_default(),
                self.mail.complaints()
            );
            nap(50);
        }
    }

    fn reply(&self, name: &str, to: &mailbox::Mail, n: usize, text: &str) {
        let address = format!("{name}@home.test");
        let raw = mailbox::as_gmail(&address, to, n, text);
        self.mail.send(&address, to.reply_to.as_deref().unwrap(), &raw);
    }

    fn page(&self, name: &str) -> String {
        let mut summary = foreword();
        summary.args(["--database", &self.database(), "summary", &format!("A-{name}"), "--format", "text"]);
        let (code, page, err) = told(&run(summary.envs(self.env()), ""));
        assert_eq!(code, Some(0), "{err}");
        page
    }
}

/// A whole visit, one mail after the other.
const VISIT: [&str; 12] =
    ["My knees", "1", "no", "7", "nothing", "1 2 3 3 0", "2 1", "1", "1", "1 2 3 4 5", "1 2 3 4 5", "3"];

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_finished_by_mail_with_real_servers() {
    tokio::task::block_in_place(|| {
        let clinic = Clinic::new(&["grace"]);
        let _server = clinic.serve();
        for (n, words) in VISIT.iter().enumerate() {
            let mails = clinic.wait_for("grace", n + 1);
            clinic.reply("grace", mails.last().unwrap(), n, words);
        }
        let mails = clinic.wait_for("grace", VISIT.len() + 1);
        assert!(mails.last().unwrap().text.contains("Thank you. That was everything."));
        let page = clinic.page("grace");
        assert!(page.contains("GAD-7): 12 (0-21") && page.contains("(K10): 30 (10-50"), "{page}");
    });
}

/// How often the service is killed; `FOREWORD_TEST_MAIL_KILLS` sets it.
fn kills() -> usize {
    std::env::var("FOREWORD_TEST_MAIL_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(25)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_moment_loses_no_mail_and_doubles_no_answer() {
    tokio::task::block_in_place(|| {
        let clinic = Clinic::new(&["pat0", "pat1", "pat2"]);
        let mut dice = Dice::new(11);
        let mut server = clinic.serve();
        let mut killed = 0;
        for (n, words) in VISIT.iter().enumerate() {
            for name in ["pat0", "pat1", "pat2"] {
                let mails = clinic.wait_for(name, n + 1);
                clinic.reply(name, mails.last().unwrap(), n, words);
                if killed < kills() {
                    nap(dice.roll(400));
                    server.kill();
                    killed += 1;
                    server = clinic.serve();
                }
            }
        }
        for name in ["pat0", "pat1", "pat2"] {
            let mails = clinic.wait_for(name, VISIT.len() + 1);
            // The same mail may come twice when the service dies before it has noted that it went; it is the
            // same mail then, by its Message-ID.
            assert_eq!(mails.len(), VISIT.len() + 1, "{name}");
            let page = clinic.page(name);
            assert!(page.contains("GAD-7): 12 (0-21") && page.contains("(K10): 30 (10-50"), "{name}: {page}");
        }
        drop(server);
    });
}

fn now() -> i64 {
    let since = begin_of_time();
    i64::try_from(since.as_secs()).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "another process runs on the real clock")]
fn begin_of_time() -> Duration {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap()
}
