//! The one sheet on paper: it fits, says everything, and reads in every script.

use jiff::civil::date;

use super::{printed::Printed, *};
use crate::{DetailPages, Fonts, Paper, page, pdf::laid_out, summary_pdf};

/// So many characters of words.
fn long(words: &str, count: usize) -> String {
    words.chars().cycle().take(count).collect::<String>().trim().to_owned()
}

pub(super) const LETTER: &str = "Since the new tablets I wake up at three every night with a burning pain under my ribs, and I lie awake worrying that it is the same thing my father had. I do not want to stop working. ";

/// Six scores with bands and thresholds, six items of which five stand out.
fn six_scores() -> String {
    use std::fmt::Write;
    let mut file = String::from(
        "[options]\nmuch = [\n  { code = \"0\", weight = 0.0, text = { en = \"Not at all\" } },\n  { code = \"2\", weight = 2.0, text = { en = \"More than half the days\" } },\n  { code = \"3\", weight = 3.0, text = { en = \"Nearly every day\" } },\n]\n",
    );
    let asked = [
        "Feeling nervous, anxious or on edge",
        "Not being able to stop or control worrying",
        "Trouble relaxing in the evening",
        "Being so restless that it is hard to sit still",
        "Becoming easily annoyed or irritable",
        "Little interest or pleasure in doing things",
    ];
    for (n, text) in asked.iter().enumerate() {
        let _ = writeln!(
            file,
            "[[item]]\nid = \"q{}\"\nkind = \"choice\"\noptions = \"much\"\ntext = {{ en = \"{text}\" }}\nstands_out_from = 2.0",
            n + 1
        );
    }
    let names = [
        "Worry and nerves",
        "Mood",
        "Pain that gets in the way",
        "Strain in the past month",
        "Getting around",
        "Sleep",
    ];
    for (n, name) in names.iter().enumerate() {
        let direction = if n % 2 == 1 { "higher-better" } else { "higher-worse" };
        let _ = writeln!(
            file,
            "[[scale]]\nid = \"s{0}\"\nname = {{ en = \"{name} (T-{0})\" }}\nitems = [\"q{0}\"]\nmethod = \"sum\"\nmissing = {{ rule = \"all-needed\" }}\nrange = [0.0, 3.0]\ndirection = \"{direction}\"\nbands = [\n {{ id = \"low\", name = {{ en = \"low (0-1)\" }}, min = 0.0, max = 1.0 }},\n {{ id = \"high\", name = {{ en = \"high (2-3)\" }}, min = 2.0, max = 3.0 }},\n]\nchange = {{ points = 1.0, population = \"tests\", citation = \"Somebody A et al. A study of changes. J Test 2020;1:1-2\" }}",
            n + 1
        );
    }
    file.push_str("[[vector]]\nanswers = { q1 = 2, q2 = 2, q3 = 2, q4 = 2, q5 = 2, q6 = 2 }\n");
    let expect: Vec<String> =
        (1..=6).map(|n| format!("s{n} = {{ status = \"scored\", value = 2.0, band = \"high\" }}")).collect();
    let _ = writeln!(
        file,
        "expect = {{ {} }}\nstands_out = [{}]",
        expect.join(", "),
        (1..=6).map(|n| format!("\"q{n}\"")).collect::<Vec<_>>().join(", ")
    );
    file
}

/// The fullest page: three long topics, six scores with their lines, five items, a banner, all the rest.
pub(super) fn fullest(words: &str, tag: &str) -> Visit {
    let mut visit = Visit::new("gi-follow-up", tag);
    let own = Visit::own(&six_scores());
    visit.script.asks.extend(own.script.asks);
    visit.script.asks.retain(|ask| !ask.key.contains("phq-2"));
    let topics: Vec<String> = (0..3).map(|_| long(words, 500)).collect();
    let mut visit = visit
        .topics(&topics.iter().map(String::as_str).collect::<Vec<_>>())
        .gives(
            "visit-agenda",
            &[("topic-1-wish", "talk"), ("topic-2-wish", "know"), ("topic-3-wish", "talk")],
        )
        .gives("visit-agenda", &[("confidence", "4"), ("confidence-help", "A number to call at night")]);
    if visit.script.ask("gi-questions").is_some() {
        let bowels = [("pain", "8"), ("stools", "6"), ("blood", "1"), ("blood-since", "2026-11-02")];
        visit = visit.gives("gi-questions", &bowels);
        visit = visit.gives("gi-questions", &[("weight-loss", "0"), ("medicines", "-")]);
    }
    visit = visit
        .counts("own", &["3", "2", "3", "2", "3", "2"])
        .flag(Level::Amber, "Blood in the stool reported")
        .flag(Level::Red, "Thoughts of being better off dead, several days")
        .stands(State::Completed);
    for (n, at_value) in [(1_u8, 1.0), (2, 2.0), (3, 1.0)] {
        for scale in 1..=6 {
            visit = visit.before("own", at_value, |before| {
                before.score.scale = format!("s{scale}");
                before.at = at(&format!("2026-0{}-03T08:00:00Z", n * 2));
            });
        }
    }
    visit.reply = Some(Reply {
        words: "Please bring your inhaler and the list of your tablets.".to_owned().into(),
        lang: lang("en"),
        by: "Dr. Okafor".into(),
        at: at("2026-11-21T09:00:00Z"),
    });
    let goal =
        |words: &str| Goal { words: words.to_owned().into(), lang: lang("en"), set_on: date(2026, 8, 3) };
    visit.goals = vec![goal("Walk to the shop and back without stopping"), goal("Sleep through the night")];
    let open = |words: &str, mark: &str| LeftOpen {
        words: words.to_owned().into(),
        lang: lang("en"),
        visit: at("2026-08-03T08:00:00Z"),
        mark: mark.into(),
    };
    visit.open_topics = vec![open("Can I fly in March?", "next time"), open("The rash on my arm", "not now")];
    visit
}

/// A page as PDF, and as files to look at where a folder for them is named.
fn pdf(name: &str, visit: &Visit, paper: Paper, details: DetailPages, fonts: &Fonts) -> Printed {
    let summary = visit.summary();
    let bytes = summary_pdf(&summary, paper, details, fonts).expect("a page");
    if let Some(folder) = std::env::var_os("FOREWORD_TEST_PAGES") {
        let folder = std::path::PathBuf::from(folder);
        std::fs::write(folder.join(format!("{name}.pdf")), &bytes).expect("a file");
        std::fs::write(folder.join(format!("{name}.html")), html::page(&summary).expect("a page"))
            .expect("a file");
        std::fs::write(folder.join(format!("{name}.txt")), text::render(&summary)).expect("a file");
    }
    Printed::read(&bytes)
}

/// The font for Chinese, Japanese and Korean that the machine has, if it has it.
fn with_cjk() -> Option<Fonts> {
    let bytes = std::fs::read("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").ok()?;
    Some(Fonts::with(vec![bytes]))
}

pub(super) const GERMAN: &str = "Seit den neuen Tabletten wache ich jede Nacht um drei mit brennenden Schmerzen unter den Rippen auf, und ich habe Angst, dass es dasselbe ist wie bei meinem Vater. ";
const ARABIC: &str = "منذ بدأت الأقراص الجديدة أستيقظ كل ليلة في الساعة 3 بألم حارق تحت الأضلاع، وأخاف أن يكون ما أصاب والدي. أريد أن أعود إلى العمل. ";

#[test]
fn the_fullest_page_is_one_sheet_of_either_paper_with_every_word_of_the_patient() {
    let fonts = Fonts::embedded();
    for (paper, name) in [(Paper::A4, "fullest-a4"), (Paper::Letter, "fullest-letter")] {
        for (words, tag) in [(LETTER, "en"), (GERMAN, "de"), (ARABIC, "ar")] {
            let visit = fullest(words, tag);
            let alone = pdf(&format!("{name}-{tag}-alone"), &visit, paper, DetailPages::None, &fonts);
            assert_eq!(alone.pages(), 1, "{name} in {tag}");
            let whole = pdf(&format!("{name}-{tag}"), &visit, paper, DetailPages::Some, &fonts);
            assert!(whole.pages() > 1 && whole.is_accessible(), "{name} in {tag}");
            let doc = page::doc(&visit.summary(), paper, DetailPages::Some, &fonts);
            let lines = laid_out::lines(&doc, &fonts);
            let said: String =
                lines.iter().filter(|line| line.page == 0).map(|line| line.text.as_str()).collect();
            // Arabic needs more room between its lines: on the shorter sheet the rest stands behind.
            let may_be_cut = tag == "ar" && paper == Paper::Letter;
            let is_cut = said.contains("The whole text is on page 2 ›");
            assert!(!is_cut || may_be_cut, "{name} in {tag}: topics are whole");
            for topic in &visit.summary().topics {
                let is_whole = said.contains(topic.words.reveal().as_str());
                assert!(is_whole || is_cut, "{name} in {tag}: a topic is whole");
            }
            assert!(lines.iter().all(|line| line.size >= 9.0), "{name} in {tag}");
            let (wide, _) = alone.sheet();
            assert!(lines.iter().all(|line| line.left >= 20.0 && line.right <= wide - 20.0));
        }
    }
}

#[test]
fn a_usual_page_is_airy_and_shows_the_line_of_each_score() {
    let fonts = Fonts::embedded();
    let visit = super::page::full()
        .before("phq-2", 5.0, |before| before.at = at("2026-02-03T08:00:00Z"))
        .before("phq-2", 3.0, |before| {
            before.at = at("2026-05-03T08:00:00Z");
            before.channels = BTreeSet::from([Channel::Staff]);
        });
    let mut visit = visit;
    visit.previous.sort_by_key(|before| before.at);
    visit.goals = fullest(LETTER, "en").goals;
    let printed = pdf("usual", &visit, Paper::A4, DetailPages::Some, &fonts);
    let doc = page::doc(&visit.summary(), Paper::A4, DetailPages::None, &fonts);
    let lines = laid_out::lines(&doc, &fonts);
    assert!(lines.iter().all(|line| line.page == 0));
    let quote = lines.iter().find(|line| line.text.contains("Am I allowed to fly")).expect("the topic");
    assert!(quote.size >= 12.0, "{}", quote.size);
    let structure = printed.structure();
    for kind in ["H1", "H2", "H3", "L", "LI", "Figure", "Link"] {
        assert!(structure.contains_key(kind), "{kind} is not in {structure:?}");
    }
    assert!(structure["Figure"] >= 2, "the line on the sheet and behind it");
    assert_eq!(printed.language(), "en");
}

#[test]
fn no_answers_yet_is_a_sheet_too() {
    let fonts = Fonts::embedded();
    let visit = Visit::new("wellbeing-check", "en").stands(State::Invited);
    let printed = pdf("none", &visit, Paper::A4, DetailPages::None, &fonts);
    assert_eq!(printed.pages(), 1);
    assert!(printed.says("No answers yet.") && printed.says("Not answered yet."));
    assert!(printed.is_accessible() && !printed.says("no score"));
}

#[test]
fn what_does_not_fit_is_marked_and_stands_behind_the_page() {
    let fonts = Fonts::embedded();
    let mut visit = fullest(&"W W".repeat(900), "en");
    let goal = visit.goals[0].clone();
    visit.goals = vec![goal; 9];
    let doc = page::doc(&visit.summary(), Paper::Letter, DetailPages::Some, &fonts);
    let lines = laid_out::lines(&doc, &fonts);
    assert!(lines.iter().any(|line| line.page == 0 && line.text.contains("on page 2 ›")));
    let printed = pdf("overfull", &visit, Paper::Letter, DetailPages::Some, &fonts);
    assert!(printed.structure()["Link"] >= 2);
    assert_eq!(pdf("overfull-alone", &visit, Paper::Letter, DetailPages::None, &fonts).pages(), 1);
    assert!(lines.iter().filter(|line| line.text.contains("Walk to the shop")).count() >= 9);
}

/// A page whose patient is called so and wrote so.
fn written(name: &str, words: &str) -> Summary {
    let mut summary = Visit::new("gi-follow-up", "en").topics(&[words]).summary();
    summary.header.name = Private::new(name.to_owned());
    summary
}

#[test]
fn names_and_words_in_the_scripts_that_are_part_of_the_program_are_printed() {
    let fonts = Fonts::embedded();
    for (name, words) in [
        ("Анна Ковалёва", "Боль в спине не даёт мне спать"),
        ("Ελένη Παπαδοπούλου", "Πονάει η μέση μου τη νύχτα"),
        ("ليلى الحسن", "أريد أن أتحدث عن الألم في الليل 3 مرات"),
        ("प्रिया शर्मा", "मुझे रात में पीठ में दर्द होता है"),
        ("Łukasz Żółć", "Nguyễn đau lưng — “wieder” ½"),
        ("Grace Okafor", "Bad nights 😢 but walking helps 🙂 ❤️ 👍🏽 👩‍👧 1️⃣"),
    ] {
        let summary = written(name, words);
        let doc = page::doc(&summary, Paper::A4, DetailPages::Some, &fonts);
        let lines = laid_out::lines(&doc, &fonts);
        assert_eq!(lines.iter().map(|line| line.boxes).sum::<usize>(), 0, "{name}");
        for text in [name, words] {
            assert!(lines.iter().any(|line| line.text.contains(text)), "{text}");
        }
        let bytes = summary_pdf(&summary, Paper::A4, DetailPages::Some, &fonts).expect("a page");
        assert!(Printed::read(&bytes).is_accessible(), "{name}");
        assert!(!lines.iter().any(|line| line.text.contains("cannot be printed")));
    }
}

#[test]
fn what_cannot_be_printed_is_said_and_chinese_is_printed_with_a_font_of_the_machine() {
    let embedded = Fonts::embedded();
    let summary = written("李小明", "我晚上背痛，睡不着觉");
    let says_so = |fonts: &Fonts| {
        let doc = page::doc(&summary, Paper::A4, DetailPages::None, fonts);
        let lines = laid_out::lines(&doc, fonts);
        let boxes: usize = lines.iter().map(|line| line.boxes).sum();
        (boxes > 0, lines.iter().any(|line| line.text.contains("Some characters cannot be printed here")))
    };
    assert_eq!(says_so(&embedded), (true, true));
    // A machine without the font has nothing to print them with.
    let Some(fonts) = with_cjk() else { return };
    assert_eq!(says_so(&fonts), (false, false));
    let bytes = summary_pdf(&summary, Paper::A4, DetailPages::Some, &fonts).expect("a page");
    let printed = Printed::read(&bytes);
    assert!(printed.is_accessible() && printed.says("李小明") && printed.says("我晚上背痛"));
    assert!(bytes.len() < 400_000, "only the glyphs that are used: {} bytes", bytes.len());
    let japanese = written("山田花子", "夜、背中が痛くて眠れません");
    let bytes = summary_pdf(&japanese, Paper::A4, DetailPages::Some, &fonts).expect("a page");
    assert!(Printed::read(&bytes).says("山田花子"));
}

#[test]
fn the_same_page_makes_the_same_bytes() {
    let fonts = Fonts::embedded();
    let summary = fullest(LETTER, "en").summary();
    let make = || summary_pdf(&summary, Paper::A4, DetailPages::Some, &fonts).expect("a page");
    assert!(make() == make());
}
