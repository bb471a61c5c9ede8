//! What mail programs put above and below a reply, in the languages they are sold in.

use super::*;

/// "On ... somebody wrote:".
const HEADS: &[&str] = &[
    "On Mon, Mar 1, 2027 at 9:30 AM Clinic <v@c.example> wrote:",
    "On 1 Mar 2027, at 09:30, Clinic <v@c.example> wrote:",
    "On 01/03/2027 09:30, Clinic wrote:",
    "Clinic <v@c.example> wrote:",
    "Am 01.03.2027 um 09:30 schrieb Clinic:",
    "Clinic <v@c.example> schrieb am Mo., 1. März 2027, 09:30:",
    "Am 1. März 2027 um 09:30 hat Clinic <v@c.example> geschrieben:",
    "Le lun. 1 mars 2027 à 09:30, Clinic <v@c.example> a écrit :",
    "Le 1 mars 2027 à 09:30, Clinic <v@c.example> a écrit :",
    "El lun, 1 mar 2027 a las 9:30, Clinic (<v@c.example>) escribió:",
    "El 01/03/2027 a las 09:30, Clinic escribió:",
    "Il giorno lun 1 mar 2027 alle ore 09:30 Clinic <v@c.example> ha scritto:",
    "Il 01/03/2027 09:30, Clinic ha scritto:",
    "Em seg., 1 de mar. de 2027 às 09:30, Clinic <v@c.example> escreveu:",
    "Op ma 1 mrt 2027 om 09:30 schreef Clinic <v@c.example>:",
    "Op 1 mrt 2027 om 09:30 heeft Clinic <v@c.example> het volgende geschreven:",
    "Den mån 1 mars 2027 kl 09:30 skrev Clinic <v@c.example>:",
    "Den man. 1. mar. 2027 kl. 09.30 skrev Clinic <v@c.example>:",
    "man. 1. mars 2027 kl. 09:30 skrev Clinic <v@c.example>:",
    "ma 1. maalisk. 2027 klo 9.30 Clinic (v@c.example) kirjoitti:",
    "Kuupäeval E, 1. märts 2027 kell 09:30 kirjutas Clinic (<v@c.example>):",
    "pon., 1 mar 2027 o 09:30 Clinic <v@c.example> napisał(a):",
    "po 1. 3. 2027 v 9:30 odesílatel Clinic <v@c.example> napsal:",
    "po 1. 3. 2027 o 9:30 Clinic <v@c.example> napísal(a):",
    "Clinic <v@c.example> ezt írta (időpont: 2027. márc. 1., H, 9:30):",
    "În lun., 1 mar. 2027 la 09:30, Clinic <v@c.example> a scris:",
    "пн, 1 мар. 2027 г. в 09:30, Clinic <v@c.example>:",
    "01.03.2027 09:30, Clinic пишет:",
    "пн, 1 бер. 2027 р. о 09:30 Clinic <v@c.example> пише:",
    "На пн, 1.03.2027 г. в 9:30 Clinic <v@c.example> написа:",
    "pon, 1. ožu 2027. u 09:30 Clinic <v@c.example> napisao je:",
    "Clinic <v@c.example>, 1 Mar 2027 Pzt, 09:30 tarihinde şunu yazdı:",
    "Στις Δευ 1 Μαρ 2027 στις 9:30 π.μ., ο/η Clinic <v@c.example> έγραψε:",
    "\u{202b}בתאריך יום ב׳, 1 במרץ 2027 ב-9:30 מאת \u{202a}Clinic\u{202c}\u{200f} <\u{202a}v@c.example\u{202c}\u{200f}>:\u{202c}",
    "في الاثنين، 1 مارس 2027 في 9:30 ص تمت كتابة ما يلي بواسطة \u{202a}Clinic\u{202c}\u{200f} <\u{202a}v@c.example\u{202c}\u{200f}>:",
    "في ١ مارس ٢٠٢٧، الساعة ٩:٣٠ ص، كتب Clinic <v@c.example>:",
    "بتاريخ 01/03/2027 09:30، كتب Clinic:",
    "در تاریخ ۲۰۲۷/۳/۱ ساعت ۹:۳۰، Clinic نوشت:",
    "在 2027年3月1日，上午9:30，Clinic <v@c.example> 写道：",
    "Clinic <v@c.example> 於 2027年3月1日 週一 上午9:30寫道：",
    "2027年3月1日(月) 9:30 Clinic <v@c.example>:",
    "2027/03/01 9:30、Clinic <v@c.example>のメール:",
    "2027년 3월 1일 (월) 오전 9:30, Clinic <v@c.example>님이 작성:",
    "Vào Th 2, 1 thg 3, 2027 lúc 09:30 Clinic <v@c.example> đã viết:",
    "Pada Sen, 1 Mar 2027 pukul 09.30 Clinic <v@c.example> menulis:",
    "ในวันที่ จ. 1 มี.ค. 2027 เวลา 09:30 Clinic <v@c.example> เขียนว่า:",
];

/// The lines with sender, date, receiver and subject.
const HEADERS: &[[&str; 4]] = &[
    ["From", "Sent", "To", "Subject"],
    ["From", "Date", "To", "Subject"],
    ["Von", "Gesendet", "An", "Betreff"],
    ["Von", "Datum", "An", "Betreff"],
    ["De ", "Envoyé ", "À ", "Objet "],
    ["De", "Enviado el", "Para", "Asunto"],
    ["De", "Enviado", "Para", "Assunto"],
    ["Da", "Inviato", "A", "Oggetto"],
    ["Van", "Verzonden", "Aan", "Onderwerp"],
    ["Från", "Skickat", "Till", "Ämne"],
    ["Fra", "Sendt", "Til", "Emne"],
    ["Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"],
    ["Od", "Wysłano", "Do", "Temat"],
    ["Od", "Odesláno", "Komu", "Předmět"],
    ["Feladó", "Elküldve", "Címzett", "Tárgy"],
    ["De la", "Trimis", "Către", "Subiect"],
    ["От", "Отправлено", "Кому", "Тема"],
    ["Від", "Надіслано", "Кому", "Тема"],
    ["Kimden", "Gönderildi", "Kime", "Konu"],
    ["Από", "Στάλθηκε", "Προς", "Θέμα"],
    ["من", "تاريخ الإرسال", "إلى", "الموضوع"],
    ["מאת", "נשלח", "אל", "נושא"],
    ["发件人", "发送时间", "收件人", "主题"],
    ["差出人", "送信日時", "宛先", "件名"],
    ["보낸 사람", "보낸 날짜", "받는 사람", "제목"],
];

/// What telephones and programs add below.
const FOOTERS: &[&str] = &[
    "Sent from my iPhone",
    "Sent from Outlook for iOS",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Mail for Windows 10",
    "Get Outlook for Android",
    "Von meinem iPhone gesendet",
    "Gesendet von Outlook für Android",
    "Gesendet mit der WEB.DE iPhone App",
    "Von meinem/meiner Galaxy gesendet",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Envoyé de mon iPad",
    "Envoyé depuis mon appareil Galaxy",
    "Télécharger Outlook pour Android",
    "Enviado desde mi iPhone",
    "Enviado desde Outlook para iOS",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Inviato da Outlook per Android",
    "Verstuurd vanaf mijn iPhone",
    "Verzonden vanuit Outlook voor iOS",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Wysłane z iPhone'a",
    "Odesláno z iPhonu",
    "Отправлено с iPhone",
    "Отправлено из мобильной Почты Mail.ru",
    "iPhone'umdan gönderildi",
    "Στάλθηκε από το iPhone μου",
    "أُرسلت من الـ iPhone",
    "تم الإرسال من هاتف Galaxy الخاص بي",
    "مرسل من هاتفي الذكي",
    "נשלח מה-iPhone שלי",
    "发自我的iPhone",
    "從我的 iPhone 傳送",
    "iPhoneから送信",
    "나의 iPhone에서 보냄",
];

fn all_are(cases: impl Iterator<Item = (String, String)>, expected: &str) {
    let wrong: Vec<_> =
        cases.map(|(name, body)| (own(&body), name)).filter(|(read, _)| read != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_line_above_a_quotation_is_known_in_many_languages() {
    assert!(HEADS.len() >= 40);
    let marked =
        HEADS.iter().map(|head| (format!("{head} >"), format!("2\n\n{head}\n> 3\n> 1 = Several days\n")));
    let bare =
        HEADS.iter().map(|head| (format!("{head} -"), format!("2\n\n{head}\n\n3\n1 = Several days\n")));
    let close =
        HEADS.iter().map(|head| (format!("{head} |"), format!("2\n{head}\n\n> 3\n\n> 1 = Several days\n")));
    all_are(marked.chain(bare).chain(close), "2");
    let below =
        HEADS.iter().map(|head| (format!("{head} _"), format!("{head}\n> 3\n> 1 = Several days\n\n2\n")));
    all_are(below, "2");
}

#[test]
fn it_is_known_also_where_it_is_broken_in_two() {
    let broken = HEADS.iter().filter(|head| head.contains(" <")).map(|head| {
        let (first, second) = head.split_once(" <").expect("it has an address");
        ((*head).to_owned(), format!("2\n\n{first} <\n{second}\n\n> 3\n"))
    });
    all_are(broken, "2");
}

#[test]
fn the_header_lines_of_another_mail_are_known_in_many_languages() {
    let values = ["Clinic <v@c.example>", "1.3.2027 09:30", "Robin <robin@home.example>", "3 questions"];
    let lines = |names: &[&str; 4], before: &str, between: &str| {
        let lines = names.iter().zip(values);
        lines.fold(String::new(), |all, (name, value)| {
            all + &format!("{before}{name}:{before} {value}{between}")
        })
    };
    let mut cases = Vec::new();
    for names in HEADERS {
        for (before, between) in [("", "\n"), ("*", "\n"), ("", "\n\n"), ("", " ")] {
            let block = lines(names, before, between);
            cases.push((block.clone(), format!("2\n\n{block}\n\n3\n1 = Several days\n")));
            cases.push((block.clone(), format!("2\n________________________________\n{block}\n3\n")));
        }
    }
    all_are(cases.into_iter(), "2");
}

#[test]
fn what_telephones_add_is_known_in_many_languages() {
    all_are(FOOTERS.iter().map(|footer| ((*footer).to_owned(), format!("2\n\n{footer}\n\n3\n"))), "2");
    all_are(FOOTERS.iter().map(|footer| ((*footer).to_owned(), format!("{footer}\n"))), "");
    all_are(FOOTERS.iter().map(|footer| ((*footer).to_owned(), format!("{footer}\n\n2"))), "2");
}

#[test]
fn the_head_of_a_quotation_in_a_language_nobody_thought_of_does_not_stay() {
    let head = "Sal 1-3-2027 09:30 Clinic <v@c.example> zxcvb:";
    assert_eq!(own(&format!("2\n\n{head}\n> 3\n")), "2");
    assert_eq!(own(&format!("2\n\n{head}\n\n##- Please write your reply above this line -##\n3\n")), "2");
}
