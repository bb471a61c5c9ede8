//! Greetings, closings, names and addresses around a short answer. They are taken away only where what is
//! left looks like an answer and nothing else, and where nothing of what goes can be one.

use std::{collections::BTreeSet, sync::LazyLock};

use foreword_domain::{phrases::Phrases, reply::normalize};

use super::{
    footer::trimmed,
    words::{fold, has_address},
};

/// How people begin.
const GREETINGS: &[&str] = &[
    "hello",
    "hi",
    "hey",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "hallo",
    "guten tag",
    "guten morgen",
    "guten abend",
    "grüß gott",
    "gruß gott",
    "grüezi",
    "moin",
    "servus",
    "sehr geehrte",
    "sehr geehrter",
    "liebe",
    "lieber",
    "liebes",
    "hola",
    "buenos días",
    "buenos dias",
    "buenas tardes",
    "buenas noches",
    "buenas",
    "estimado",
    "estimada",
    "estimados",
    "estimadas",
    "querido",
    "querida",
    "bonjour",
    "bonsoir",
    "salut",
    "madame",
    "monsieur",
    "chère",
    "cher",
    "chers",
    "مرحبا",
    "مرحباً",
    "أهلا",
    "أهلاً",
    "اهلا",
    "السلام عليكم",
    "سلام عليكم",
    "صباح الخير",
    "مساء الخير",
    "تحية طيبة",
    "عزيزي",
    "عزيزتي",
    "السادة",
    "السلام عليكم ورحمة الله وبركاته",
];

/// How people end.
const CLOSINGS: &[&str] = &[
    "best regards",
    "kind regards",
    "warm regards",
    "warmest regards",
    "regards",
    "with kind regards",
    "many thanks",
    "thanks",
    "thanks a lot",
    "thanks so much",
    "thank you",
    "thank you very much",
    "thank you so much",
    "thx",
    "ty",
    "cheers",
    "sincerely",
    "yours sincerely",
    "sincerely yours",
    "yours truly",
    "yours",
    "best",
    "all the best",
    "best wishes",
    "with best wishes",
    "take care",
    "have a nice day",
    "have a good day",
    "mit freundlichen grüßen",
    "mit freundlichen grüssen",
    "mit freundlichen gruessen",
    "mit freundlichem gruß",
    "mit freundlichem gruss",
    "freundliche grüße",
    "freundliche grüsse",
    "freundliche gruesse",
    "mfg",
    "m.f.g",
    "viele grüße",
    "viele grüsse",
    "viele gruesse",
    "liebe grüße",
    "liebe grüsse",
    "liebe gruesse",
    "lg",
    "vg",
    "bg",
    "beste grüße",
    "beste grüsse",
    "beste gruesse",
    "herzliche grüße",
    "herzliche grüsse",
    "herzlichst",
    "schöne grüße",
    "schöne grüsse",
    "gruß",
    "gruss",
    "grüße",
    "grüsse",
    "gruesse",
    "danke",
    "danke schön",
    "dankeschön",
    "vielen dank",
    "besten dank",
    "vielen dank im voraus",
    "hochachtungsvoll",
    "mit besten grüßen",
    "mit besten grüssen",
    "schönen tag noch",
    "saludos",
    "un saludo",
    "muchos saludos",
    "saludos cordiales",
    "un cordial saludo",
    "cordiales saludos",
    "atentamente",
    "atte",
    "cordialmente",
    "gracias",
    "muchas gracias",
    "mil gracias",
    "gracias y saludos",
    "un abrazo",
    "reciba un cordial saludo",
    "que tenga buen día",
    "cordialement",
    "bien cordialement",
    "très cordialement",
    "bien à vous",
    "merci",
    "merci beaucoup",
    "merci d'avance",
    "merci bien",
    "salutations",
    "sincères salutations",
    "salutations distinguées",
    "meilleures salutations",
    "bonne journée",
    "bonne soirée",
    "cdt",
    "cdlt",
    "bien respectueusement",
    "amicalement",
    "مع تحياتي",
    "مع أطيب التحيات",
    "أطيب التحيات",
    "مع خالص التحيات",
    "خالص التحيات",
    "تحياتي",
    "مع التحية",
    "مع الشكر",
    "شكرا",
    "شكراً",
    "شكرا لكم",
    "شكراً لكم",
    "شكرا جزيلا",
    "شكراً جزيلاً",
    "وشكرا",
    "وشكراً",
    "تحيات طيبة",
    "والسلام",
    "مع الاحترام",
    "وتفضلوا بقبول فائق الاحترام",
    "مع فائق الاحترام",
    "جزاكم الله خيرا",
    "cordiali saluti",
    "grazie",
    "met vriendelijke groet",
    "groeten",
    "mvh",
    "hilsen",
    "pozdrawiam",
    "с уважением",
    "спасибо",
    "obrigado",
    "obrigada",
    "saygılarımla",
    "teşekkürler",
];

/// What stands before a telephone number or the like in a signature.
const CONTACT: &[&str] = &[
    "tel",
    "tel.",
    "telefon",
    "telephone",
    "phone",
    "ph",
    "ph.",
    "mobil",
    "mobile",
    "mob",
    "mob.",
    "handy",
    "cell",
    "fax",
    "t.",
    "t:",
    "m.",
    "m:",
    "f.",
    "f:",
    "p.",
    "p:",
    "téléphone",
    "tél",
    "tél.",
    "portable",
    "port.",
    "teléfono",
    "telefono",
    "tfno",
    "tfno.",
    "tlf",
    "tlf.",
    "móvil",
    "movil",
    "celular",
    "cel",
    "cel.",
    "هاتف",
    "الهاتف",
    "جوال",
    "الجوال",
    "موبايل",
    "فاكس",
    "e-mail",
    "email",
    "mail",
    "e:",
    "web",
    "www",
    "skype",
    "skype:",
    "📱",
    "📧",
    "📞",
    "☎",
    "☎️",
    "البريد الإلكتروني",
];

/// Words that are answers or commands in any language: a line of them is never a name.
static SAID: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let phrases = Phrases::get();
    let lists = [
        "command-stop",
        "command-back",
        "command-skip",
        "command-pause",
        "command-resume",
        "command-help",
        "command-review",
        "command-decline",
        "command-not-me",
        "command-change",
        "command-language",
        "word-nothing",
        "word-numbers",
    ];
    let mut said = BTreeSet::new();
    for language in phrases.languages() {
        for list in lists {
            said.extend(phrases.list(list, language).iter().map(|word| normalize(word)));
        }
        for key in ["answer-yes", "answer-no"] {
            said.insert(normalize(&phrases.text(key, language, &[])));
        }
    }
    said
});

/// The lines without what is said for courtesy; `names` are the sender's.
pub(super) fn without<'a>(lines: &[&'a str], names: &[String]) -> Vec<&'a str> {
    let mut lines = trimmed(lines);
    for start in [below_a_rule(&lines), contact_lines(&lines)] {
        if let Some(start) = start.filter(|start| *start < lines.len()) {
            lines = trimmed(&lines[..start]);
        }
    }
    if let Some(start) = closing(&lines) {
        lines = trimmed(&lines[..start]);
    }
    if lines.len() > 1 && is_name_of(lines[lines.len() - 1], names) && is_answer(&lines[..lines.len() - 1]) {
        lines.pop();
        lines = trimmed(&lines);
    }
    if lines.len() > 1 && is_answer(&lines[1..]) {
        let first = fold(lines[0]);
        let is_number = |line: &&str| !line.chars().any(char::is_alphabetic);
        let stands_apart = first.ends_with([',', '!', '.', ':', '-']) || lines[1].trim().is_empty();
        if is_greeting(&first) && (stands_apart || lines[1..].iter().all(is_number)) {
            lines = trimmed(&lines[1..]);
        }
    }
    lines
}

/// Where the lines with telephone numbers and addresses begin that end a text, and the names above them.
fn contact_lines(lines: &[&str]) -> Option<usize> {
    let mut start = lines.len();
    for (at, line) in lines.iter().enumerate().rev() {
        let folded = fold(line);
        if is_contact(&folded) {
            start = at;
        } else if !(folded.is_empty() || start < lines.len() && is_place(&folded)) {
            break;
        }
    }
    if start == lines.len() || trimmed(&lines[..start]).is_empty() {
        return None;
    }
    // Those who sign stand right above them, with what they are, where the first has two names or more.
    let top = lines[..start].iter().rposition(|line| line.trim().is_empty()).map_or(0, |blank| blank + 1);
    let is_signed = |from: usize| {
        from < start
            && is_place_or_name(lines[from])
            && lines[from..start].iter().all(|line| is_place_or_name(line) || is_name(line))
    };
    let named = (top..start).find(|from| is_signed(*from)).unwrap_or(start);
    if trimmed(&lines[..named]).is_empty() { Some(start) } else { Some(named) }
}

/// Where a line of dashes stands with telephone numbers and the like below it, and no sentence and no answer.
fn below_a_rule(lines: &[&str]) -> Option<usize> {
    lines.iter().enumerate().skip(1).find_map(|(at, line)| {
        let line = line.trim();
        let below = &lines[at + 1..];
        let is_short = |line: &&str| {
            line.trim().is_empty()
                || line.chars().count() <= 60
                    && (is_contact(&fold(line)) || line.chars().any(char::is_alphabetic))
        };
        let is_signature = line.len() >= 3
            && line.chars().all(|c| c == '-' || c == '=' || c == '*')
            && below.len() <= 40
            && below.iter().any(|line| is_contact(&fold(line)))
            && below.iter().all(is_short);
        is_signature.then_some(at)
    })
}

fn is_place_or_name(line: &str) -> bool {
    let folded = fold(line);
    is_place(&folded) || is_name(line) && folded.split(' ').count() > 1
}

/// Whether a folded line holds a telephone number, an address of mail or of the web, and nothing else.
fn is_contact(line: &str) -> bool {
    let line = line.trim_start_matches(['*', '_', '|', '#', ' ']);
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || "+()-./ ext|".contains(c));
    let first = line.split([' ', '\u{a0}']).next().unwrap_or_default();
    let has_label = CONTACT.iter().any(|label| {
        line.strip_prefix(label).is_some_and(|rest| {
            (label.ends_with([':', '.'])
                || rest.starts_with([':', '.', ' ', '/'])
                || label.chars().all(|c| c > '\u{2000}'))
                && (rest.chars().filter(char::is_ascii_digit).count() >= 5
                    || rest.contains('@')
                    || rest.contains("://")
                    || *label == "skype:")
        })
    });
    has_label
        || digits >= 8 && line.starts_with(['+', '(']) && is_number(line)
        || digits >= 9 && line.starts_with("00") && is_number(line) && line.contains([' ', '-', '/'])
        || line.starts_with("www.")
        || !line.contains(' ')
            && (line.starts_with("http://") || line.starts_with("https://") || has_address(line))
        || first.len() > 4 && first.ends_with(':') && has_address(line) && line.split(' ').count() == 2
}

/// Whether a folded line may be a street or a town: letters, and a number of four digits or more.
fn is_place(line: &str) -> bool {
    let longest = line.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    longest >= 4
        && line.split(' ').filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 2).count() >= 1
        && line.chars().count() < 60
}

/// Where a closing begins that is followed by names and the like only, below a short answer.
fn closing(lines: &[&str]) -> Option<usize> {
    const MOST: usize = 8;
    let from = lines.len().saturating_sub(MOST);
    (from..lines.len()).find(|at| {
        *at > 0
            && is_closing(lines[*at])
            && is_answer(&lines[..*at])
            && lines[*at + 1..].iter().all(|line| {
                line.trim().is_empty() || is_name(line) || is_closing(line) || is_place(&fold(line))
            })
    })
}

fn is_closing(line: &str) -> bool {
    let folded = fold(line);
    let bare = folded.trim_end_matches([',', '.', '!', ' ', '🙂', '😊', ':', ')']);
    CLOSINGS.iter().any(|closing| {
        bare.strip_prefix(closing).is_some_and(|rest| {
            let name = rest.trim_start_matches([',', '.', '!', ' ']);
            rest.is_empty()
                || !rest.starts_with(char::is_alphanumeric) && CLOSINGS.contains(&name)
                || !rest.starts_with(char::is_alphanumeric)
                    && line.char_indices().rev().nth(name.chars().count().saturating_sub(1)).is_some()
                    && is_name(last_words(line, name.split(' ').count()))
        })
    })
}

fn last_words(line: &str, count: usize) -> &str {
    let line = line.trim();
    let at = line.rmatch_indices(' ').nth(count.saturating_sub(1)).map_or(0, |(at, _)| at);
    line[at..].trim()
}

/// Whether a line may be somebody's name: few words, all of them capitalised where the script knows that,
/// no digits, and nothing that could be an answer.
fn is_name(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_', ',', '.']);
    let words: Vec<&str> = line.split_whitespace().collect();
    (1..=4).contains(&words.len())
        && words.iter().all(|word| {
            let first = word.chars().next();
            first.is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
                && word.chars().all(|c| c.is_alphabetic() || ".,'’-".contains(c))
                || matches!(*word, "von" | "van" | "de" | "der" | "del" | "da" | "la" | "bin" | "zu")
        })
        && !SAID.contains(&normalize(line))
        && !words.iter().any(|word| SAID.contains(&normalize(word)))
}

/// Whether a line is the sender's own name, or a part of it.
fn is_name_of(line: &str, names: &[String]) -> bool {
    let folded = fold(line);
    let bare = folded.trim_matches(['-', '–', '—', ',', '.', '/', '*', ' ', '~']);
    let words: Vec<&str> = bare.split(' ').filter(|word| !word.is_empty()).collect();
    !words.is_empty()
        && !SAID.contains(&normalize(line))
        && !words
            .iter()
            .any(|word| SAID.contains(&normalize(word)) || word.chars().any(|c| c.is_ascii_digit()))
        && names.iter().map(|name| fold(name)).any(|name| {
            let of: Vec<&str> = name.split([' ', ',', '.']).collect();
            words.iter().all(|word| word.chars().count() > 1 && of.contains(&word.trim_matches('.')))
        })
}

fn is_greeting(line: &str) -> bool {
    let bare = line.trim_end_matches([',', '.', '!', ' ', ':', '-']);
    let count = bare.split(' ').count();
    count <= 7
        && !bare.chars().any(|c| c.is_ascii_digit())
        && GREETINGS.iter().any(|greeting| {
            bare.strip_prefix(greeting).is_some_and(|rest| {
                rest.is_empty()
                    || !rest.starts_with(char::is_alphanumeric)
                        && (count <= 3 || line.ends_with([',', '!', ':', '.']))
            })
        })
}

/// Whether lines look like an answer to what is asked with numbers or short words, and like nothing else.
fn is_answer(lines: &[&str]) -> bool {
    let lines: Vec<String> = lines.iter().map(|line| fold(line)).filter(|line| !line.is_empty()).collect();
    !lines.is_empty()
        && lines.len() <= 60
        && lines.iter().all(|line| {
            let words = line.split(' ').count();
            let is_sentence =
                line.ends_with(['.', '!', '?', '؟']) && words > 3 || line.ends_with([',', ':', ';']);
            let is_number = !line.chars().any(char::is_alphabetic);
            is_number || words <= 6 && !is_sentence
        })
}
