//! How mail programs write a reply to a mail of ours: the shapes of the text, the HTML and the encoding.

use std::fmt::Write as _;

/// What a mail of ours says, in the language of the one who answers.
pub(super) struct Ours {
    pub(super) lang: &'static str,
    pub(super) marker: &'static str,
    pub(super) subject: &'static str,
    pub(super) body: &'static str,
}

/// With its questions, numbered choices, dates, links and hints: all of it has digits.
pub(super) const OURS: &[Ours] = &[
    Ours {
        lang: "en",
        marker: "##- Please write your reply above this line -##",
        subject: "Before your visit on 3 March 2027",
        body: "Hello,\n\nYou have a visit on 3 March 2027 at 09:30. Before you come, we would like to ask you a few questions. Your answers help you and your care team use the time for what matters to you.\n\n1. Over the last 2 weeks, how often have you been bothered by trouble falling or staying asleep?\n0 = Not at all\n1 = Several days\n2 = More than half the days\n3 = Nearly every day\n\nType a number from 0 to 3.\n\nOpen this link:\nhttps://clinic.example/v/Zk3x91abQ\n\nTo get no more messages, reply with STOP.\n\nExample Clinic",
    },
    Ours {
        lang: "de",
        marker: "##- Bitte schreiben Sie Ihre Antwort über diese Zeile -##",
        subject: "Vor Ihrem Termin am 3. März 2027",
        body: "Guten Tag,\n\nSie haben am 3. März 2027 um 09:30 Uhr einen Termin. Bevor Sie kommen, möchten wir Ihnen ein paar Fragen stellen.\n\n1. Wie oft fühlten Sie sich im Verlauf der letzten 2 Wochen durch Schlafstörungen beeinträchtigt?\n0 = Überhaupt nicht\n1 = An einzelnen Tagen\n2 = An mehr als der Hälfte der Tage\n3 = Beinahe jeden Tag\n\nSchreiben Sie eine Zahl von 0 bis 3.\n\nÖffnen Sie diesen Link:\nhttps://clinic.example/v/Zk3x91abQ\n\nBeispielklinik",
    },
    Ours {
        lang: "es",
        marker: "##- Escriba su respuesta encima de esta línea -##",
        subject: "Antes de su cita del 3 de marzo de 2027",
        body: "Hola:\n\nUsted tiene una cita el 3 de marzo de 2027 a las 09:30.\n\n1. Durante las últimas 2 semanas, ¿con qué frecuencia ha tenido problemas para dormir?\n0 = Ningún día\n1 = Varios días\n2 = Más de la mitad de los días\n3 = Casi todos los días\n\nEscriba un número del 0 al 3.\n\nAbra este enlace:\nhttps://clinic.example/v/Zk3x91abQ\n\nSu clínica",
    },
    Ours {
        lang: "fr",
        marker: "##- Écrivez votre réponse au-dessus de cette ligne -##",
        subject: "Avant votre rendez-vous du 3 mars 2027",
        body: "Bonjour,\n\nVous avez un rendez-vous le 3 mars 2027 à 09:30.\n\n1. Au cours des 2 dernières semaines, à quelle fréquence avez-vous eu du mal à dormir ?\n0 = Jamais\n1 = Plusieurs jours\n2 = Plus de la moitié du temps\n3 = Presque tous les jours\n\nÉcrivez un nombre de 0 à 3.\n\nOuvrez ce lien :\nhttps://clinic.example/v/Zk3x91abQ\n\nVotre centre de soins",
    },
    Ours {
        lang: "ar",
        marker: "##- يُرجى كتابة ردّك فوق هذا السطر -##",
        subject: "قبل موعدك بتاريخ 3 مارس 2027",
        body: "مرحبًا،\n\nلديك موعد بتاريخ 3 مارس 2027 الساعة 09:30.\n\n1. خلال الأسبوعين الماضيين، كم مرة عانيت من صعوبة في النوم؟\n0 = أبدًا\n1 = عدة أيام\n2 = أكثر من نصف الأيام\n3 = كل يوم تقريبًا\n\nيُرجى كتابة رقم من 0 إلى 3.\n\nيُرجى فتح هذا الرابط:\nhttps://clinic.example/v/Zk3x91abQ\n\nعيادتك",
    },
];

const WHO: &str = "Example Clinic <visits@clinic.example>";

/// How a mail program writes a reply.
pub(super) type Shape = fn(&Ours, &str, bool) -> Vec<u8>;

/// All of them, by name. Those in the second list put the answer below or between what is quoted.
pub(super) const ABOVE: &[(&str, Shape)] = &[
    ("nothing quoted", plain_only),
    ("gmail on the web", gmail),
    ("gmail, only HTML", gmail_html),
    ("iphone", iphone),
    ("apple mail, older", apple_old),
    ("apple mail, only HTML", apple_html),
    ("outlook for windows", outlook),
    ("outlook for windows, only HTML", outlook_html),
    ("outlook on the web, only HTML", outlook_web),
    ("outlook on a telephone, only HTML", outlook_mobile),
    ("outlook for mac, only HTML", outlook_mac),
    ("yahoo on the web", yahoo),
    ("yahoo, only HTML", yahoo_html),
    ("thunderbird above", thunderbird_above),
    ("thunderbird, only HTML", thunderbird_html),
    ("gmx on the web", gmx),
    ("gmx, only HTML", gmx_html),
    ("web.de app", web_de_app),
    ("samsung", samsung),
    ("proton", proton),
    ("aol", aol),
    ("zimbra, only HTML", zimbra_html),
    ("mail.ru", mail_ru),
    ("yandex, only HTML", yandex_html),
    ("roundcube above", roundcube),
    ("orange", orange),
    ("marks and nothing else", bare_marks),
    ("with a banner of the gateway", banner),
    ("with a disclaimer", disclaimer),
    ("with a note of a virus scanner", scanner),
    ("with a picture attached", picture),
];
/// See above.
pub(super) const BELOW: &[(&str, Shape)] = &[
    ("thunderbird below", thunderbird_below),
    ("gmail below", gmail_below),
    ("roundcube below", roundcube_below),
    ("between the lines", between),
    ("thunderbird below, only HTML", thunderbird_below_html),
];

fn text_of(ours: &Ours, has_marker: bool) -> String {
    if has_marker { format!("{}\n\n{}", ours.marker, ours.body) } else { ours.body.to_owned() }
}

fn html_of(ours: &Ours, has_marker: bool) -> String {
    let paragraphs: String =
        text_of(ours, has_marker).split("\n\n").fold(String::new(), |mut all, paragraph| {
            let _ = writeln!(all, "<p style=\"margin:0 0 1em\">{}</p>", paragraph.replace('\n', "<br>"));
            all
        });
    format!(
        "<div style=\"display:none;max-height:0\">3 2 1 0</div><table role=\"presentation\"><tr><td>{paragraphs}</td></tr></table>"
    )
}

fn escaped(own: &str) -> String {
    own.replace('&', "&amp;").replace('<', "&lt;")
}

fn divs(own: &str) -> String {
    own.split('\n').fold(String::new(), |mut all, line| {
        let _ = write!(
            all,
            "<div dir=\"auto\">{}</div>",
            if line.is_empty() { "<br>".to_owned() } else { escaped(line) }
        );
        all
    })
}

fn marked(text: &str) -> String {
    // Long lines are broken, and each piece marked, as mail programs do.
    let mut all = String::new();
    for line in text.split('\n') {
        let mut piece = String::new();
        for word in line.split(' ') {
            if piece.chars().count() + word.chars().count() > 70 && !word.starts_with("http") {
                let _ = writeln!(all, "> {}", piece.trim_end());
                piece.clear();
            }
            let _ = write!(piece, "{word} ");
        }
        let _ = writeln!(all, "> {}", piece.trim_end());
    }
    all
}

/// "On ... wrote:", as it is written in this language.
fn said(ours: &Ours) -> &'static str {
    match ours.lang {
        "de" => "Am Mo., 1. März 2027 um 09:30 Uhr schrieb Example Clinic <visits@clinic.example>:",
        "es" => "El lun, 1 mar 2027 a las 9:30, Example Clinic (<visits@clinic.example>) escribió:",
        "fr" => "Le lun. 1 mars 2027 à 09:30, Example Clinic <visits@clinic.example> a écrit :",
        "ar" => {
            "في الاثنين، ١ مارس ٢٠٢٧ في ٩:٣٠ ص تمت كتابة ما يلي بواسطة \u{202a}Example Clinic\u{202c}\u{200f} <\u{202a}visits@clinic.example\u{202c}\u{200f}>:"
        }
        _ => "On Mon, Mar 1, 2027 at 9:30 AM Example Clinic <visits@clinic.example> wrote:",
    }
}

/// Broken where Gmail breaks it.
fn said_in_two(ours: &Ours) -> String {
    let said = said(ours);
    match said.find(" <") {
        Some(at) => format!("{}\n{}", &said[..at], &said[at + 1..]),
        None => said.to_owned(),
    }
}

fn from_phone(ours: &Ours) -> &'static str {
    match ours.lang {
        "de" => "Von meinem iPhone gesendet",
        "es" => "Enviado desde mi iPhone",
        "fr" => "Envoyé de mon iPhone",
        "ar" => "أُرسلت من الـ iPhone",
        _ => "Sent from my iPhone",
    }
}

fn header_lines(ours: &Ours) -> String {
    let (from, sent, to, subject, when) = match ours.lang {
        "de" => ("Von", "Gesendet", "An", "Betreff", "Montag, 1. März 2027 09:30"),
        "es" => ("De", "Enviado", "Para", "Asunto", "lunes, 1 de marzo de 2027 9:30"),
        "fr" => ("De", "Envoyé", "À", "Objet", "lundi 1 mars 2027 09:30"),
        "ar" => ("من", "تاريخ الإرسال", "إلى", "الموضوع", "الاثنين، ١ مارس ٢٠٢٧ ٩:٣٠ ص"),
        _ => ("From", "Sent", "To", "Subject", "Monday, March 1, 2027 9:30 AM"),
    };
    // French puts a space before the colon.
    let colon = if ours.lang == "fr" { " :" } else { ":" };
    format!(
        "{from}{colon} {WHO}\n{sent}{colon} {when}\n{to}{colon} robin.miller@home.example\n{subject}{colon} {}",
        ours.subject
    )
}

fn head(kind: &str, encoding: &str) -> String {
    format!(
        "Return-Path: <robin.miller@home.example>\r\nDelivered-To: answer+tok@clinic.example\r\nReceived: from mx.home.example by mx.clinic.example; Mon, 01 Mar 2027 10:02:11 +0100\r\nDate: Mon, 01 Mar 2027 10:02:09 +0100\r\nFrom: Robin Miller <robin.miller@home.example>\r\nTo: answer+tok@clinic.example\r\nSubject: Re: Before your visit\r\nMessage-ID: <r1@home.example>\r\nIn-Reply-To: <0190.invitation.email@clinic.example>\r\nReferences: <0190.invitation.email@clinic.example>\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    )
}

/// Quoted-printable, as most mail programs send it.
fn quoted_printable(text: &str) -> String {
    let mut all = String::new();
    for line in text.split('\n') {
        let mut length = 0;
        let bytes = line.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let is_last_space = *byte == b' ' && at + 1 == bytes.len();
            let piece = match byte {
                b'=' => "=3D".to_owned(),
                0x20..0x7f if !is_last_space => char::from(*byte).to_string(),
                byte => format!("={byte:02X}"),
            };
            if length + piece.len() > 75 {
                all.push_str("=\r\n");
                length = 0;
            }
            length += piece.len();
            all.push_str(&piece);
        }
        all.push_str("\r\n");
    }
    all
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut all = String::new();
    for (at, three) in bytes.chunks(3).enumerate() {
        if at > 0 && at % 19 == 0 {
            all.push_str("\r\n");
        }
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * place) & 63) as usize];
            all.push(if place > three.len() { '=' } else { char::from(sign) });
        }
    }
    all + "\r\n"
}

fn plain(text: &str) -> Vec<u8> {
    (head("text/plain; charset=\"UTF-8\"", "quoted-printable") + &quoted_printable(text)).into_bytes()
}

fn html(text: &str) -> Vec<u8> {
    (head("text/html; charset=utf-8", "base64") + &base64(text.as_bytes())).into_bytes()
}

fn both(text: &str, html: &str) -> Vec<u8> {
    let mut all = head("multipart/alternative; boundary=\"=_000_aB3\"", "7bit");
    let _ = write!(
        all,
        "This is a message in several parts.\r\n--=_000_aB3\r\nContent-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--=_000_aB3\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--=_000_aB3--\r\n",
        base64(text.replace('\n', "\r\n").as_bytes()),
        quoted_printable(html)
    );
    all.into_bytes()
}

fn plain_only(_: &Ours, own: &str, _: bool) -> Vec<u8> {
    plain(own)
}

fn gmail_quote(ours: &Ours, own: &str, has_marker: bool) -> String {
    format!(
        "<div dir=\"ltr\">{}</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" class=\"gmail_attr\">{}<br></div><blockquote class=\"gmail_quote\" style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\">{}</blockquote></div>\n",
        divs(own),
        escaped(said(ours)),
        html_of(ours, has_marker)
    )
}

fn gmail(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let text = format!("{own}\n\n{}\n\n{}", said_in_two(ours), marked(&text_of(ours, has_marker)));
    both(&text, &gmail_quote(ours, own, has_marker))
}

fn gmail_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&gmail_quote(ours, own, has_marker))
}

fn gmail_below(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!("{}\n\n{}\n{own}\n", said_in_two(ours), marked(&text_of(ours, has_marker))))
}

fn iphone(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let quoted = marked(&format!("{}\n\n\u{feff}{}", said(ours), text_of(ours, has_marker)));
    plain(&format!("{own}\n\n{}\n\n{quoted}", from_phone(ours)))
}

fn apple_old(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!("{own}\n\n{}\n\n{}", said(ours), marked(&text_of(ours, has_marker))))
}

fn apple_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"><style>p {{ margin: 12px }}</style></head><body dir=\"auto\">{}<br><div dir=\"ltr\">{}</div><div dir=\"ltr\"><br><blockquote type=\"cite\">{}<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">\u{feff}{}</div></blockquote></body></html>",
        divs(own),
        from_phone(ours),
        escaped(said(ours)),
        html_of(ours, has_marker)
    ))
}

fn outlook(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let text = format!("{own}\n\n{}\n\n{}\n", header_lines(ours), text_of(ours, has_marker));
    both(&text, &outlook_word(ours, own, has_marker))
}

fn outlook_word(ours: &Ours, own: &str, has_marker: bool) -> String {
    let own = own.split('\n').fold(String::new(), |mut all, line| {
        let line = if line.is_empty() { "&nbsp;".to_owned() } else { escaped(line) };
        let _ = write!(
            all,
            "<p class=MsoNormal><span lang=EN-US style='font-size:11.0pt'>{line}<o:p></o:p></span></p>\r\n"
        );
        all
    });
    let lines = escaped(&header_lines(ours)).split('\n').fold(String::new(), |mut all, line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let _ = write!(all, "<b><span>{name}:</span></b><span>{value}<br></span>");
        all
    });
    format!(
        "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><!--[if !mso]><style>v\\:* {{behavior:url(#default#VML);}}</style><![endif]--><style><!-- p.MsoNormal {{margin:0cm; font-size:11.0pt;}} --></style></head><body lang=DE link=\"#0563C1\"><div class=WordSection1>{own}<p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal>{lines}</p></div></div>{}</div></body></html>",
        html_of(ours, has_marker)
    )
}

fn outlook_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&outlook_word(ours, own, has_marker))
}

fn outlook_web(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<html><head><style type=\"text/css\" style=\"display:none;\"> P {{margin-top:0;margin-bottom:0;}} </style></head><body dir=\"ltr\"><div class=\"elementToProof\" style=\"font-size: 12pt;\">{}</div><div id=\"appendonsend\"></div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\" dir=\"ltr\"><font face=\"Calibri\">{}</font><div>&nbsp;</div></div><div>{}</div></body></html>",
        divs(own),
        escaped(&header_lines(ours)).replace('\n', "<br>"),
        html_of(ours, has_marker)
    ))
}

fn outlook_mobile(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<html><body><div dir=\"ltr\" style=\"font-family:Aptos\">{}</div><div id=\"ms-outlook-mobile-body-separator-line\"><br></div><div id=\"ms-outlook-mobile-signature\"><div>Get <a href=\"https://aka.ms/o0ukef\">Outlook for iOS</a></div></div><div id=\"mail-editor-reference-message-container\"><hr><div>{}</div>{}</div></body></html>",
        divs(own),
        escaped(&header_lines(ours)).replace('\n', "<br>"),
        html_of(ours, has_marker)
    ))
}

fn outlook_mac(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<html><body style=\"word-wrap: break-word\"><div>{}</div><div><br></div><span id=\"OLK_SRC_BODY_SECTION\"><div style=\"border-top: #b5c4df 1pt solid\">{}</div>{}</span></body></html>",
        divs(own),
        escaped(&header_lines(ours)).replace('\n', "<br>"),
        html_of(ours, has_marker)
    ))
}

fn yahoo(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let quoted = text_of(ours, has_marker).replace('\n', "\n  ");
    let text = format!(" {own}\n\n    {}  \n \n  {quoted}\n  ", said(ours));
    both(&text, &yahoo_quoted(ours, own, has_marker))
}

fn yahoo_quoted(ours: &Ours, own: &str, has_marker: bool) -> String {
    format!(
        "<html><head></head><body><div class=\"ydp5f1yahoo-style-wrap\" style=\"font-family:Helvetica;\">{}<div><br></div></div><div id=\"ydp77yahoo_quoted_123\" class=\"ydp77yahoo_quoted\"><div style=\"font-size:13px\"><div>{}</div><div><br></div><div><div id=\"ydp77yiv\">{}</div></div></div></div></body></html>",
        divs(own),
        escaped(said(ours)),
        html_of(ours, has_marker)
    )
}

fn yahoo_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&yahoo_quoted(ours, own, has_marker))
}

fn flowed(text: &str) -> Vec<u8> {
    (head("text/plain; charset=UTF-8; format=flowed", "8bit") + &text.replace('\n', "\r\n")).into_bytes()
}

fn thunderbird_said(ours: &Ours) -> &'static str {
    match ours.lang {
        "de" => "Am 01.03.27 um 09:30 schrieb Example Clinic:",
        "es" => "El 1/3/27 a las 9:30, Example Clinic escribió:",
        "fr" => "Le 01/03/2027 à 09:30, Example Clinic a écrit :",
        "ar" => "في 1/3/27 09:30، كتب Example Clinic:",
        _ => "On 3/1/27 9:30 AM, Example Clinic wrote:",
    }
}

fn thunderbird_above(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    flowed(&format!("{own}\n\n{}\n{}", thunderbird_said(ours), marked(&text_of(ours, has_marker))))
}

fn thunderbird_below(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    flowed(&format!(
        "{}\n{}\n{own}\n\n-- \nRobin Miller\nTel. 0170 1234567\n",
        thunderbird_said(ours),
        marked(&text_of(ours, has_marker))
    ))
}

fn thunderbird_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<!DOCTYPE html><html><head></head><body><p>{}</p><pre class=\"moz-signature\" cols=\"72\">-- \nRobin Miller\nTel. 0170 1234567</pre><div class=\"moz-cite-prefix\">{}<br></div><blockquote type=\"cite\" cite=\"mid:0190@clinic.example\">{}</blockquote></body></html>",
        escaped(own).replace('\n', "<br>\n"),
        thunderbird_said(ours),
        html_of(ours, has_marker)
    ))
}

fn thunderbird_below_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<html><body><div class=\"moz-cite-prefix\">{}<br></div><blockquote type=\"cite\">{}</blockquote><p>{}</p></body></html>",
        thunderbird_said(ours),
        html_of(ours, has_marker),
        escaped(own).replace('\n', "<br>\n")
    ))
}

fn gmx(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let lines = header_lines(ours);
    let mut lines: Vec<&str> = lines.split('\n').collect();
    lines.swap(0, 1);
    let text = format!("{own}\n \n \n\n{}\n\n{}", lines.join("\n"), text_of(ours, has_marker));
    both(&text, &gmx_quoted(ours, own, has_marker))
}

fn gmx_quoted(ours: &Ours, own: &str, has_marker: bool) -> String {
    let lines = escaped(&header_lines(ours)).split('\n').fold(String::new(), |mut all, line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let _ = write!(all, "<b>{name}:</b>{value}<br/>");
        all
    });
    format!(
        "<html><head></head><body><div style=\"font-family: Verdana;font-size: 12.0px;\">{}<div>&nbsp;<div name=\"quote\" style=\"margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5; word-wrap: break-word;\"><div style=\"margin:0 0 10px 0;\">{lines}</div><div name=\"quoted-content\">{}</div></div></div></div></body></html>",
        divs(own),
        html_of(ours, has_marker)
    )
}

fn gmx_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&gmx_quoted(ours, own, has_marker))
}

fn web_de_app(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!(
        "{own}\n--\nDiese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.\n{}\n\n{}",
        said(ours),
        text_of(ours, has_marker)
    ))
}

fn samsung(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let (sent, rule) = match ours.lang {
        "de" => {
            ("Von meinem Samsung Galaxy Smartphone gesendet.", "-------- Ursprüngliche Nachricht --------")
        }
        "es" => ("Enviado desde mi smartphone Samsung Galaxy.", "-------- Mensaje original --------"),
        "fr" => ("Envoyé depuis mon smartphone Samsung Galaxy.", "-------- Message d'origine --------"),
        "ar" => ("تم الإرسال من هاتف Galaxy الخاص بي", "-------- الرسالة الأصلية --------"),
        _ => ("Sent from my Samsung Galaxy smartphone.", "-------- Original message --------"),
    };
    let text = text_of(ours, has_marker);
    plain(&format!("{own}\n\n\n{sent}\n\n{rule}\n{}\n\n{text}\n", header_lines(ours)))
}

fn proton(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!(
        "{own}\n\nSent with [Proton Mail](https://proton.me/mail/home) secure email.\n\nOn Monday, March 1st, 2027 at 9:30 AM, {WHO} wrote:\n\n{}",
        marked(&text_of(ours, has_marker))
    ))
}

fn aol(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!(
        "{own}\n\n\n\n-----Original Message-----\nFrom: {WHO}\nTo: robin.miller@home.example\nSent: Mon, Mar 1, 2027 9:30 am\nSubject: {}\n\n\n{}",
        ours.subject,
        text_of(ours, has_marker)
    ))
}

fn zimbra_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<html><body><div style=\"font-family: arial\">{}<br><hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=\"__HEADERS__\">{}</div>{}</div></body></html>",
        divs(own),
        escaped(&header_lines(ours)).replace('\n', "<br>"),
        html_of(ours, has_marker)
    ))
}

fn mail_ru(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let quoted = text_of(ours, has_marker).replace('\n', "\n>");
    plain(&format!("{own}\n\n\n>Понедельник, 1 марта 2027, 9:30 +03:00 от {WHO}:\n> \n>{quoted}\n \n"))
}

fn yandex_html(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    html(&format!(
        "<div>{}</div><div>\u{a0}</div><div>\u{a0}</div><div>01.03.2027, 09:30, \"Example Clinic\" &lt;visits@clinic.example&gt;:</div><blockquote>{}</blockquote>",
        divs(own),
        html_of(ours, has_marker)
    ))
}

fn roundcube_said(ours: &Ours) -> &'static str {
    match ours.lang {
        "de" => "Am 2027-03-01 09:30, schrieb Example Clinic:",
        "es" => "El 2027-03-01 09:30, Example Clinic escribió:",
        "fr" => "Le 2027-03-01 09:30, Example Clinic a écrit :",
        "ar" => "في 2027-03-01 09:30، كتب Example Clinic:",
        _ => "On 2027-03-01 09:30, Example Clinic wrote:",
    }
}

fn roundcube(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!("{own}\n\n{}\n{}", roundcube_said(ours), marked(&text_of(ours, has_marker))))
}

fn roundcube_below(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!("{}\n{}\n{own}\n", roundcube_said(ours), marked(&text_of(ours, has_marker))))
}

fn orange(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let lines = format!(
        "Message du 01/03/27 09:30\nDe : \"Example Clinic\"\nA : robin.miller@home.example\nCopie à : \nObjet : {}\n\n{}",
        ours.subject,
        text_of(ours, has_marker)
    );
    plain(&format!("{own}\n\n\n\n{}", marked(&lines)))
}

fn bare_marks(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    plain(&format!("{own}\n{}", marked(&text_of(ours, has_marker))))
}

fn between(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let text = marked(&text_of(ours, has_marker));
    let (above, below) = text.split_once("> 3 = ").expect("there is a last choice");
    let (last, below) = below.split_once('\n').expect("it has an end");
    plain(&format!("{}\n{above}> 3 = {last}\n\n{own}\n\n{below}", said(ours)))
}

fn banner(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let banner = match ours.lang {
        "de" => "ACHTUNG: Externe E-Mail. Klicken Sie auf keine Links (Ticket 4711).",
        "es" => "PRECAUCIÓN: correo externo. No abra enlaces (aviso 4711).",
        "fr" => "ATTENTION : Ce message vient de l'extérieur (avis 4711).",
        "ar" => "تنبيه: هذه الرسالة من خارج المؤسسة (4711)",
        _ => {
            "CAUTION: This email originated from outside of the organization. Do not click\nlinks (notice 4711)."
        }
    };
    plain(&format!("{banner}\n\n{own}\n\n{}\n{}", said(ours), marked(&text_of(ours, has_marker))))
}

fn disclaimer(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let words = match ours.lang {
        "de" => {
            "Diese E-Mail enthält vertrauliche und/oder rechtlich geschützte Informationen. Amtsgericht HRB 12345.\nWenn Sie nicht der richtige Empfänger sind, rufen Sie 030 123456 an."
        }
        "es" => {
            "Este mensaje y sus anexos son confidenciales (Ley 34/2002). Si usted no es el destinatario,\nllame al 91 123 45 67."
        }
        "fr" => {
            "Ce message et toutes les pièces jointes sont confidentiels (art. 226-15). Si vous n'êtes pas le destinataire, appelez le 01 23 45 67 89."
        }
        "ar" => "هذه الرسالة ومرفقاتها سرية وخاصة بالشخص المقصود فقط. للاستفسار 920001234.",
        _ => {
            "This e-mail and any attachments are confidential and intended for the recipient only (ref. 2027/3).\nIf you are not the intended recipient call 555 0100."
        }
    };
    plain(&format!("{own}\n\n{words}\n\n{}\n\n{}", header_lines(ours), text_of(ours, has_marker)))
}

fn scanner(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let note = match ours.lang {
        "de" => "Diese E-Mail wurde von Avast-Antivirussoftware auf Viren geprüft.\nwww.avast.com",
        "es" => "Libre de virus. www.avast.com",
        "fr" => "Garanti sans virus. www.avast.com",
        "ar" => "خالٍ من الفيروسات. www.avast.com",
        _ => "Virus-free. www.avast.com",
    };
    let quoted = marked(&text_of(ours, has_marker));
    plain(&format!("{own}\n\n{}\n{quoted}\n\n\n{note}\n", said(ours)))
}

fn picture(ours: &Ours, own: &str, has_marker: bool) -> Vec<u8> {
    let mut all = head("multipart/mixed; boundary=Apple-Mail-9A0B", "7bit");
    let _ = write!(
        all,
        "--Apple-Mail-9A0B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--Apple-Mail-9A0B\r\nContent-Type: image/jpeg; name=IMG_0123.jpeg\r\nContent-Disposition: inline; filename=IMG_0123.jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n/9j/4AAQSkZJRgABAQEASABIAAD/\r\n--Apple-Mail-9A0B\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--Apple-Mail-9A0B--\r\n",
        quoted_printable(&format!("{own}\n\n")),
        quoted_printable(&format!(
            "\n\n{}\n\n{}",
            from_phone(ours),
            marked(&format!("{}\n\n{}", said(ours), text_of(ours, has_marker)))
        ))
    );
    all.into_bytes()
}
