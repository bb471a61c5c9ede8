//! What stands below a person's words without being theirs: signatures, the advertising of mail programs,
//! disclaimers, notes of virus scanners; and what a gateway puts above them.

use super::words::{fold, has_word};

/// How the line begins that a mail program or a telephone adds.
const SENT_FROM: &[&str] = &[
    "sent from",
    "sent via",
    "sent with",
    "sent using",
    "sent by",
    "sent on",
    "get outlook for",
    "gesendet von",
    "gesendet mit",
    "gesendet über",
    "gesendet aus",
    "von meinem",
    "von meiner",
    "diese nachricht wurde von mein",
    "diese e-mail wurde von mein",
    "mit der gmx",
    "mit der web.de",
    "holen sie sich outlook",
    "outlook für",
    "enviado desde",
    "enviado do",
    "enviado de",
    "enviado con",
    "enviado a través",
    "enviado a partir",
    "enviado por",
    "enviada do",
    "enviat des",
    "obtener outlook",
    "descargar outlook",
    "obter o outlook",
    "envoyé de",
    "envoye de",
    "envoyé depuis",
    "envoyé à partir",
    "envoyé avec",
    "envoyé par",
    "envoyé via",
    "télécharger outlook",
    "obtenez outlook",
    "obtenir outlook",
    "provenance :",
    "inviato da",
    "inviato con",
    "inviato dal",
    "scarica outlook",
    "ottieni outlook",
    "verzonden vanaf",
    "verzonden met",
    "verzonden via",
    "verstuurd vanaf",
    "verstuurd met",
    "outlook voor",
    "skickat från",
    "skickades från",
    "hämta outlook",
    "sendt fra",
    "sendt via",
    "hent outlook",
    "få outlook",
    "lähetetty",
    "hanki outlook",
    "wysłane z",
    "wysłano z",
    "pobierz outlook",
    "odesláno z",
    "odesláno ze",
    "odoslané z",
    "poslano z",
    "poslano sa",
    "отправлено с",
    "отправлено из",
    "надіслано з",
    "изпратено от",
    "trimis de pe",
    "trimis din",
    "στάλθηκε από",
    "yahoo mail:",
    "از من",
    "ارسال شده از",
    "مرسل من",
    "مُرسل من",
    "أرسل من",
    "أُرسل من",
    "أُرسلت من",
    "أرسلت من",
    "تم الإرسال من",
    "تم إرساله من",
    "من الـ",
    "مرسلة من",
    "נשלח מה",
    "נשלח מ",
    "發自我的",
    "发自我的",
    "發送自",
    "从我的",
    "從我的",
    "来自",
    "iphoneから送信",
    "ipadから送信",
    "나의 ",
    "내 ",
    "được gửi từ",
    "dikirim dari",
    "ส่งจาก",
    "(sent from",
    "<<sent by",
    "yahoo mail for",
    "diese nachricht wurde",
];
/// How such a line ends where the verb comes last.
const SENT_LAST: &[&str] =
    &["gesendet", "gesendet.", "gönderildi", "傳送", "发送", "送信", "에서 보냄", "küldve", "küldték"];
/// Of these one stands in such a line.
const DEVICES: &[&str] = &[
    "iphone",
    "ipad",
    "ipod",
    "android",
    "phone",
    "mobil",
    "mobile",
    "outlook",
    "mail",
    "mailbox",
    "blackberry",
    "samsung",
    "galaxy",
    "huawei",
    "xiaomi",
    "redmi",
    "nokia",
    "pixel",
    "windows",
    "yahoo",
    "gmail",
    "gmx",
    "web.de",
    "proton",
    "protonmail",
    "tablet",
    "smartphone",
    "device",
    "handy",
    "handset",
    "cell",
    "móvil",
    "movil",
    "celular",
    "teléfono",
    "portable",
    "téléphone",
    "telefon",
    "telefoon",
    "telefono",
    "airmail",
    "thunderbird",
    "ti-85",
    "alcatel",
    "htc",
    "lg",
    "sony",
    "motorola",
    "oneplus",
    "orange",
    "pc",
    "mac",
    "aol",
    "icloud",
    "spark",
    "k-9",
    "telekom",
    "t-online",
    "freenet",
    "mobiltelefon",
    "mobilgerät",
    "mobiltelefonom",
    "puhelimesta",
    "telefonu",
    "айфон",
    "جوال",
    "هاتف",
    "الآيفون",
    "آيفون",
    "ايفون",
    "الهاتف",
    "هاتفي",
    "جهاز",
    "أندرويد",
    "بريد",
    "verizon",
    "torch",
    "laptop",
    "computer",
    "tab",
    "tel",
    "mail.ru",
    "яндекс",
    "почты",
    "почта",
    "телефона",
    "viber",
    "wireless",
    "gerät",
    "appareil",
    "dispositivo",
];
/// After a comma in such a line.
const EXCUSES: &[&str] = &[
    "please",
    "excuse",
    "sorry",
    "bitte",
    "entschuldig",
    "perdón",
    "disculp",
    "veuillez",
    "merci",
    "pardon",
];

/// How disclaimers and the notes of virus scanners begin.
const DISCLAIMERS: &[&str] = &[
    "confidentiality",
    "disclaimer",
    "confidential",
    "this e-mail",
    "this email",
    "this message",
    "this communication",
    "this mail",
    "the information contained",
    "the information in this",
    "the contents of this",
    "notice:",
    "notice of confid",
    "important notice",
    "privileged",
    "if you are not the intended",
    "if you have received",
    "internet communications",
    "please consider the environment",
    "p please consider",
    "virus-free",
    "scanned by",
    "no virus found",
    "avast",
    "diese e-mail",
    "diese mail",
    "diese email",
    "diese nachricht",
    "dieses e-mail",
    "der inhalt dieser",
    "vertraulich",
    "haftungsausschluss",
    "rechtlicher hinweis",
    "wichtiger hinweis",
    "virenfrei",
    "die information",
    "ce message",
    "ce courriel",
    "cet e-mail",
    "cet email",
    "ce mail",
    "avis de confidential",
    "les informations contenues",
    "le contenu de ce",
    "sans virus",
    "garanti sans virus",
    "l'absence de virus",
    "este mensaje",
    "este correo",
    "este e-mail",
    "esta mensagem",
    "este email",
    "aviso legal",
    "aviso de confid",
    "la información contenida",
    "la informacion contenida",
    "libre de virus",
    "el contenido de este",
    "questo messaggio",
    "questa e-mail",
    "questa email",
    "le informazioni contenute",
    "avviso di",
    "privo di virus",
    "dit bericht",
    "deze e-mail",
    "de informatie",
    "virusvrij",
    "detta meddelande",
    "denne e-mail",
    "niniejsza",
    "ta wiadomość",
    "данное сообщение",
    "это сообщение",
    "هذه الرسالة",
    "هذا البريد",
    "تنويه",
    "إخلاء مسؤولية",
    "المعلومات الواردة",
    "الرسالة سرية",
    "سرية",
    "************",
    "نسخة خالية من الفيروسات",
    "خالٍ من الفيروسات",
    "checked by",
    "message scanned",
];
/// Of these one stands in the paragraph.
const OF_DISCLAIMERS: &[&str] = &[
    "confidential",
    "privileged",
    "intended",
    "recipient",
    "disclaim",
    "virus",
    "malware",
    "prohibited",
    "environment",
    "unauthorized",
    "vertraulich",
    "empfänger",
    "bestimmt",
    "viren",
    "unbefugt",
    "confidentiel",
    "destinataire",
    "destinatario",
    "confidencial",
    "privilegiad",
    "riservat",
    "vertrouwelijk",
    "geadresseerde",
    "fortrolig",
    "konfidentiell",
    "poufn",
    "конфиденц",
    "سرية",
    "سري",
    "للمرسل",
    "الموجهة إليه",
    "المقصود",
    "الفيروسات",
    "avast",
    "avg",
    "geprüft",
    "destinatário",
    "informazioni",
    "legal",
];
/// How the warning begins that a gateway puts above a mail from outside.
const BANNERS: &[&str] = &[
    "caution:",
    "[external",
    "external email",
    "external sender",
    "external:",
    "warning: this",
    "warning: external",
    "this email originated",
    "this message originated",
    "this message was sent from outside",
    "this email was sent from outside",
    "you don't often get",
    "some people who received",
    "[extern",
    "achtung: externe",
    "achtung: diese",
    "achtung, externe",
    "externe e-mail",
    "externe mail",
    "sie erhalten nicht",
    "sie erhalten nicht oft",
    "vorsicht:",
    "attention : ce",
    "attention: ce",
    "attention : exp",
    "[externe",
    "expéditeur externe",
    "vous n'obtenez pas",
    "vous ne recevez pas",
    "correo externo",
    "precaución:",
    "precaucion:",
    "atención: este",
    "advertencia:",
    "no suele recibir",
    "remitente externo",
    "تنبيه: ",
    "تحذير: ",
    "بريد خارجي",
    "رسالة خارجية",
    "لا تتلقى غالبا",
    "nie czesto",
];

/// Lines of one stretch of a person's words, without what follows them.
pub(super) fn without<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut is_new = true;
    while let Some(line) = lines.get(at) {
        let folded = short(line);
        let is_empty = kept.iter().all(|line| line.trim().is_empty());
        if is_empty
            && !folded.is_empty()
            && BANNERS.iter().any(|banner| folded.trim_start_matches(['*', '|', ' ']).starts_with(banner))
        {
            at += lines[at..].iter().take_while(|line| !line.trim().is_empty()).count();
            continue;
        }
        if is_delimiter(&folded) {
            break;
        }
        if is_sent_from(&folded) || is_new && is_disclaimer(lines, at, &folded) {
            if !is_empty {
                break;
            }
            // Somebody may write below it.
            at += 1;
            continue;
        }
        is_new = folded.is_empty();
        kept.push(line);
        at += 1;
    }
    kept
}

/// Lines without empty ones and mere rules at both ends.
pub(super) fn trimmed<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let is_nothing = |line: &&str| {
        let line = line.trim();
        line.is_empty() || line.len() >= 3 && line.chars().all(|c| "-_=*~—–".contains(c))
    };
    let start = lines.iter().position(|line| !is_nothing(line)).unwrap_or(lines.len());
    let end = lines.iter().rposition(|line| !is_nothing(line)).map_or(start, |end| end + 1);
    lines[start..end].to_vec()
}

/// As much of a line as these lists ask for.
fn short(line: &str) -> String {
    let end = line.char_indices().nth(300).map_or(line.len(), |(end, _)| end);
    fold(&line[..end])
}

/// The line between a text and its signature.
fn is_delimiter(line: &str) -> bool {
    matches!(line, "--" | "- -" | "—" | "–")
        || line.chars().count() >= 2 && line.chars().all(|c| c == '_')
        || line.chars().count() >= 2 && line.chars().all(|c| "—–―".contains(c))
}

fn is_sent_from(line: &str) -> bool {
    let bare = line.trim_start_matches(['*', '_', '[', '-', '|', ' ', '•']);
    if bare.is_empty() || bare.chars().count() > 160 {
        return false;
    }
    let last = bare.trim_end_matches(['.', ')', '>', ' ', '*']);
    let is_last = SENT_LAST.iter().any(|end| last.ends_with(end));
    if !is_last && !SENT_FROM.iter().any(|beginning| bare.starts_with(beginning)) {
        return false;
    }
    // "Sent from my desk, is much easier" goes on after the comma.
    let (head, tail) = bare.split_once(',').unwrap_or((bare, ""));
    let tail = tail.trim_start();
    if !tail.is_empty() && !EXCUSES.iter().any(|excuse| tail.starts_with(excuse)) {
        return false;
    }
    let head = head.replace(['<', '(', '['], " ");
    DEVICES.iter().any(|device| has_word(&head, device))
        || bare.starts_with("sent from a ") && bare.split(' ').count() <= 8
        || ["iphone", "ipad", "android", "outlook"].iter().any(|device| head.contains(device))
}

fn is_disclaimer(lines: &[&str], at: usize, folded: &str) -> bool {
    let bare = folded.trim_start_matches(['*', '_', '"', '[', '(', '-', ' ']);
    if !DISCLAIMERS.iter().any(|beginning| bare.starts_with(beginning)) {
        return false;
    }
    let paragraph = lines[at..].iter().take(6).take_while(|line| !line.trim().is_empty());
    let paragraph: String = paragraph.map(|line| short(line) + " ").collect();
    // "This message is for Dr. Adams" is none.
    paragraph.chars().count() > 30 && OF_DISCLAIMERS.iter().any(|word| paragraph.contains(word))
}
