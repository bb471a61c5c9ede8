//! The one sheet: what is urgent, what matters in the patient's words, how things stand, what is behind.

use foreword_domain::{alert::Level as Urgency, language::Lang};

use super::{Pages, level::Level};
use crate::{
    ItemLine, ScoreLine, Summary,
    compare::number,
    pdf::{Block, Look, Words},
    trend,
};

/// The blocks from the top of the sheet, and those at its foot. `pages` says where the rest is.
pub(super) fn blocks(summary: &Summary, level: &Level, pages: Option<&Pages>) -> (Vec<Block>, Vec<Block>) {
    let sheet = Sheet { summary, level, pages };
    (sheet.above(), sheet.below())
}

/// What is said where a character has no glyph in any font.
pub(super) fn cannot_be_printed() -> Block {
    let words = "Some characters cannot be printed here and show as empty boxes; see the page on screen.";
    let look = Look { size: 9.0, bold: true, grey: 0, leading: 1.3 };
    Block::Para(Words::new(words, &Lang::english()), look)
}

struct Sheet<'a> {
    summary: &'a Summary,
    level: &'a Level,
    pages: Option<&'a Pages>,
}

impl Sheet<'_> {
    fn above(&self) -> Vec<Block> {
        let mut blocks = self.header();
        let parts = [
            self.notice(),
            self.flags(),
            self.topics(),
            self.before(),
            self.scores(),
            self.items_and_context(),
        ];
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            blocks.push(Block::Gap(self.level.gap));
            blocks.extend(part);
        }
        blocks
    }

    fn header(&self) -> Vec<Block> {
        let (header, level) = (&self.summary.header, self.level);
        let name = Look { size: 18.0, bold: true, grey: 0, leading: 1.2 };
        let visit = Look { bold: true, ..self.body() };
        let ids = format!("born {} · {}", header.birth_date.reveal(), header.identifier.reveal());
        let how = if header.how.is_empty() { String::new() } else { format!(", {}", header.how) };
        let answered = format!("{}{how} · {}", header.answered, header.complete);
        let who = vec![
            Block::Head(Words::written(header.name.reveal().as_str(), &Lang::english()), name, 1),
            Block::Para(en(ids), self.body()),
        ];
        let when =
            vec![Block::Para(en(&header.visit), visit), Block::Para(en(&header.visit_kind), self.small())];
        vec![
            Block::Columns(vec![(0.0, who), (235.0, when)], 14.0),
            Block::Gap(level.row.min(3.0)),
            Block::Para(en(capital(&answered)), self.small()),
            Block::Gap(4.0),
            Block::Rule,
        ]
    }

    fn notice(&self) -> Vec<Block> {
        let Some(notice) = &self.summary.notice else { return Vec::new() };
        vec![Block::Framed(vec![Block::Para(en(notice), Look { size: 11.0, bold: true, ..self.body() })])]
    }

    fn flags(&self) -> Vec<Block> {
        let flags = &self.summary.flags;
        if flags.is_empty() {
            return Vec::new();
        }
        let most = self.level.cut.flags;
        let lines = flags.iter().take(most).map(|flag| {
            let level = match flag.level {
                Urgency::Red => "RED",
                Urgency::Amber => "AMBER",
            };
            let words = Words::pieces(&[(&flag.text, true), (&flag.when, false)], &Lang::english());
            let label = (en(level), Look { bold: true, ..self.body() });
            (Some(label), vec![Block::Para(words, self.body())])
        });
        let mut inner = vec![self.head("Red flags"), Block::Entries(lines.collect(), 46.0, 1.0)];
        inner.extend(self.more(flags.len().saturating_sub(most), "flags"));
        vec![Block::Framed(inner)]
    }

    fn topics(&self) -> Vec<Block> {
        let (summary, level) = (self.summary, self.level);
        let mut blocks = vec![self.head("What matters to the patient"), Block::Gap(1.5)];
        if summary.topics.is_empty() {
            blocks.push(Block::Para(en(&summary.no_topics), self.body()));
            return blocks;
        }
        let quote = Look { size: level.quote, bold: false, grey: 0, leading: level.leading };
        let mut is_cut = false;
        let entries = summary.topics.iter().map(|topic| {
            let (words, shorter) = shortened(topic.words.reveal(), level.cut.topic);
            is_cut |= shorter;
            let mut words = Words::written(words, &topic.lang);
            let mut below = topic.wish;
            // Where room is short, what they want done with it follows their words.
            if let Some(wish) = topic.wish.filter(|_| level.in_two && !topic.lang.is_rtl()) {
                words.goes_on(wish.label());
                below = None;
            }
            let mut said = vec![Block::Para(words, roomy(quote, &topic.lang))];
            if let Some(wish) = below {
                said.push(Block::Para(en(wish.label()), Look { bold: true, ..self.small() }));
            }
            let label = Look { bold: true, size: level.quote + 1.0, ..quote };
            (Some((Words::number(topic.rank.to_string(), &Lang::english()), label)), said)
        });
        blocks.push(Block::Entries(entries.collect(), 18.0, level.row));
        if is_cut {
            blocks.extend(self.leads("The whole text is", "topics"));
        }
        blocks
    }

    /// What was answered, wanted and left open before.
    fn before(&self) -> Vec<Block> {
        let (summary, cut) = (self.summary, &self.level.cut);
        let mut blocks = Vec::new();
        let mut is_cut = false;
        let mut words = |words: &str, lang: &Lang, after: String| {
            let (words, shorter) = shortened(words, cut.words);
            is_cut |= shorter;
            let words = Words::pieces(&[(&words, false), (&after, false)], lang);
            Block::Para(words, roomy(self.body(), lang))
        };
        if let Some(reply) = &summary.reply {
            blocks.push(self.head("The care team’s reply"));
            let after = format!("({}, {})", reply.by, reply.when);
            blocks.push(words(reply.words.reveal(), &reply.lang, after));
        }
        let mut columns = Vec::new();
        if !summary.goals.is_empty() {
            let entries = summary.goals.iter().take(cut.goals).map(|goal| {
                (
                    Some(bullet(self.body())),
                    vec![words(goal.words.reveal(), &goal.lang, format!("(set on {})", goal.set_on))],
                )
            });
            columns.push((0.0, vec![self.head("Goals"), Block::Entries(entries.collect(), 10.0, 1.0)]));
        }
        if !summary.open_topics.is_empty() {
            let entries = summary.open_topics.iter().take(cut.goals).map(|open| {
                let after = format!("({}: {})", open.from, open.mark);
                (Some(bullet(self.body())), vec![words(open.words.reveal(), &open.lang, after)])
            });
            let head = self.head("Open since the last visit");
            columns.push((0.0, vec![head, Block::Entries(entries.collect(), 10.0, 1.0)]));
        }
        if !columns.is_empty() {
            if !blocks.is_empty() {
                blocks.push(Block::Gap(self.level.row));
            }
            blocks.push(Block::Columns(columns, 22.0));
        }
        let more = summary.goals.len().saturating_sub(cut.goals)
            + summary.open_topics.len().saturating_sub(cut.goals);
        if is_cut && more == 0 {
            blocks.extend(self.leads("The whole text is", "before"));
        }
        blocks.extend(self.more(more, "before"));
        blocks
    }

    fn scores(&self) -> Vec<Block> {
        let summary = self.summary;
        if summary.scores.is_empty() {
            return Vec::new();
        }
        let mut blocks = vec![self.head("Scores"), Block::Gap(1.0)];
        // Beside each other they are read row by row, as they are ranked.
        let rows: Vec<Vec<Block>> = if self.level.in_two {
            let cards = |pair: &[ScoreLine]| {
                let mut cards: Vec<_> = pair.iter().map(|score| (0.0, self.card(score))).collect();
                cards.resize_with(2, || (0.0, Vec::new()));
                vec![Block::Columns(cards, 22.0)]
            };
            summary.scores.chunks(2).map(cards).collect()
        } else {
            summary.scores.iter().map(|score| vec![self.score(score)]).collect()
        };
        for (n, row) in rows.into_iter().enumerate() {
            if n > 0 {
                blocks.push(Block::Gap(self.level.row));
            }
            blocks.extend(row);
        }
        blocks.extend(self.more(summary.more_scores.len(), "scores"));
        if self.level.trend.is_none() && summary.scores.iter().any(|score| score.trend.is_some()) {
            blocks.extend(self.leads("The lines so far are", "scores"));
        }
        blocks
    }

    /// A score where room is short.
    fn card(&self, score: &ScoreLine) -> Vec<Block> {
        let (body, small) = (self.body(), self.small());
        let big = Look { size: 16.0, bold: true, leading: 1.1, ..body };
        let value = score.value.as_deref().unwrap_or("–");
        let wish = score.wish.map(|wish| format!("· {}", wish.label())).unwrap_or_default();
        let band = score.band.as_deref().unwrap_or(if score.value.is_some() { "" } else { "no score" });
        let way = format!(
            "{}{}, {}",
            if band.is_empty() { "" } else { "· " },
            range(score),
            score.direction.words()
        );
        let mut reading = vec![
            Block::Head(en(&score.name), Look { bold: true, ..body }, 3),
            Block::Para(
                Words::pieces(&[(band, true), (&way, false), (&wish, true)], &Lang::english()),
                small,
            ),
        ];
        if let Some(caveat) = &score.caveat {
            reading.push(Block::Para(en(caveat), small));
        }
        reading.push(Block::Para(en(before(score)), small));
        if let (Some(trend), Some((width, height))) = (&score.trend, self.level.trend) {
            reading.push(Block::Drawn(Box::new(trend.drawn(width - 26.0, height)), trend.in_words().into()));
            reading.extend(trend.notes().into_iter().map(|note| Block::Para(en(note), small)));
        }
        let value = Block::Para(Words::number(value, &Lang::english()), big);
        vec![Block::Columns(vec![(34.0, vec![value]), (0.0, reading)], 6.0)]
    }

    fn score(&self, score: &ScoreLine) -> Block {
        let (body, small) = (self.body(), self.small());
        let big = Look { size: 19.0, bold: true, leading: 1.1, ..body };
        let mut name = vec![Block::Head(en(&score.name), Look { bold: true, ..body }, 3)];
        let way = Block::Para(en(score.direction.words()), small);
        name.push(match &score.value {
            Some(value) => {
                let value = Words::number(value.as_str(), &Lang::english());
                // Wide enough for four figures.
                let number = (48.0, vec![Block::Para(value, big)]);
                let range = vec![Block::Para(en(range(score)), small), way];
                Block::Columns(vec![number, (0.0, range)], 4.0)
            }
            None => Block::Columns(vec![(0.0, vec![Block::Para(en("no score"), body), way])], 0.0),
        });
        if let Some(wish) = score.wish {
            name.push(Block::Para(en(wish.label()), Look { bold: true, ..small }));
        }
        let mut reading = Vec::new();
        if let Some(band) = &score.band {
            reading.push(Block::Para(en(band), Look { bold: true, ..body }));
        }
        if let Some(caveat) = &score.caveat {
            reading.push(Block::Para(en(caveat), small));
        }
        reading.push(Block::Para(en(before(score)), small));
        let mut columns = vec![(150.0, name), (0.0, reading)];
        let figures = self.summary.scores.iter().any(|score| score.trend.is_some() || score.number.is_some());
        if let Some((width, height)) = self.level.trend.filter(|_| figures) {
            let mut figure = Vec::new();
            if let Some(trend) = &score.trend {
                figure.push(Block::Drawn(Box::new(trend.drawn(width, height)), trend.in_words().into()));
                figure.extend(trend.notes().into_iter().map(|note| Block::Para(en(note), small)));
            } else if let Some(drawing) = trend::on_its_scale(score, width) {
                figure.push(Block::Drawn(Box::new(drawing), score.drawn_in_words().into()));
            }
            columns.push((width, figure));
        }
        Block::Columns(columns, 12.0)
    }

    /// What stands out on one side; what is missing and what else was said on the other.
    fn items_and_context(&self) -> Vec<Block> {
        let (summary, cut) = (self.summary, &self.level.cut);
        let mut items = Vec::new();
        if !summary.items.is_empty() {
            items.push(self.head("What stands out"));
            items.push(self.lines(&summary.items, cut.items));
            let more = summary.items.len().saturating_sub(cut.items) + summary.more_items;
            items.extend(self.more(more, "items"));
        }
        let mut others = Vec::new();
        if !summary.missing.is_empty() {
            others.push(self.head("What is missing"));
            let entries = summary
                .missing
                .iter()
                .take(cut.missing)
                .map(|line| (Some(bullet(self.body())), vec![Block::Para(en(line), self.body())]));
            others.push(Block::Entries(entries.collect(), 10.0, 1.0));
            others.extend(self.more(summary.missing.len().saturating_sub(cut.missing), "missing"));
        }
        if !summary.context.is_empty() {
            if !others.is_empty() {
                others.push(Block::Gap(self.level.gap));
            }
            others.push(self.head("Context"));
            others.push(self.lines(&summary.context, cut.context));
            others.extend(self.more(summary.context.len().saturating_sub(cut.context), "context"));
        }
        let columns: Vec<_> =
            [items, others].into_iter().filter(|part| !part.is_empty()).map(|part| (0.0, part)).collect();
        if columns.is_empty() { Vec::new() } else { vec![Block::Columns(columns, 22.0)] }
    }

    fn lines(&self, lines: &[ItemLine], most: usize) -> Block {
        let entries = lines.iter().take(most).map(|line| {
            let words = said(line, self.level.cut.words);
            (Some(bullet(self.body())), vec![Block::Para(words, roomy(self.body(), &line.lang))])
        });
        Block::Entries(entries.collect(), 10.0, 1.5)
    }

    /// What the page is for, what it is made from and when.
    fn below(&self) -> Vec<Block> {
        let (footer, header) = (&self.summary.footer, &self.summary.header);
        let look = Look { size: 9.0, leading: 1.22, ..self.small() };
        let mut blocks = vec![Block::Gap(self.level.gap.min(6.0)), Block::Rule, Block::Gap(2.5)];
        if !footer.pathway.is_empty() {
            let words = format!("{}. {} {}", footer.pathway, footer.goal, footer.expected_action);
            blocks.push(Block::Para(en(words.trim_end()), look));
        }
        let instruments =
            if header.instruments.is_empty() { String::new() } else { format!("{}. ", header.instruments) };
        let words =
            format!("{instruments}Made {}. Content {}. {}", footer.made, self.summary.mark(), footer.limits);
        blocks.push(Block::Para(en(words), look));
        if self.pages.is_some() {
            blocks.extend(self.leads("All answers and what is behind each line", "behind"));
        }
        blocks
    }

    /// A mark that so many more stand elsewhere.
    fn more(&self, count: usize, anchor: &'static str) -> Option<Block> {
        (count > 0).then(|| self.leads(&format!("{count} more"), anchor)).flatten()
    }

    /// Words that say where the rest is, and lead there.
    fn leads(&self, words: &str, anchor: &'static str) -> Option<Block> {
        let look = Look { bold: true, grey: 40, ..self.small() };
        let Some(pages) = self.pages else {
            return Some(Block::Para(en(format!("{words} on the page on screen")), look));
        };
        let page = pages.iter().find(|(name, _)| *name == anchor).map(|(_, page)| page + 1)?;
        Some(Block::More(en(format!("{words} on page {page} ›")), look, anchor))
    }

    fn head(&self, words: &str) -> Block {
        let look = Look { size: self.level.body + 0.5, bold: true, grey: 55, leading: 1.3 };
        Block::Head(en(words), look, 2)
    }

    fn body(&self) -> Look {
        Look { size: self.level.body, bold: false, grey: 0, leading: self.level.leading }
    }

    fn small(&self) -> Look {
        Look { size: self.level.small, bold: false, grey: 55, leading: self.level.leading.min(1.28) }
    }
}

/// Our own words.
pub(super) fn en(words: impl AsRef<str>) -> Words {
    Words::new(words.as_ref(), &Lang::english())
}

pub(super) fn bullet(look: Look) -> (Words, Look) {
    (en("•"), Look { grey: 90, ..look })
}

/// Scripts with marks above and below their letters need more room between lines.
pub(super) fn roomy(look: Look, lang: &Lang) -> Look {
    match lang.primary() {
        "ar" | "fa" | "ur" | "hi" | "mr" | "ne" | "th" => Look { leading: look.leading.max(1.45), ..look },
        _ => look,
    }
}

/// A question with its answer, in both languages where there are two.
pub(super) fn said(line: &ItemLine, most: usize) -> Words {
    let by = line.asked_by.as_ref().map(|by| format!("Asked by {by}:")).unwrap_or_default();
    let question = shortened(&line.question, most.max(140)).0;
    let question_english = line.question_english.as_ref().map(|q| format!("({q})")).unwrap_or_default();
    let answer = shortened(line.answer.reveal(), most).0;
    let answer_english =
        line.answer_english.as_ref().map(|answer| format!("({})", answer.reveal())).unwrap_or_default();
    let pieces = [
        (by.as_str(), false),
        (question.as_str(), false),
        (question_english.as_str(), false),
        ("–", false),
        (answer.as_str(), true),
        (answer_english.as_str(), true),
    ];
    Words::pieces(&pieces, &line.lang)
}

/// At most so many characters, and whether there are more.
fn shortened(words: &str, most: usize) -> (String, bool) {
    match words.char_indices().nth(most) {
        Some((end, _)) => (format!("{} …", words[..end].trim_end()), true),
        None => (words.to_owned(), false),
    }
}

pub(super) fn range(score: &ScoreLine) -> String {
    if score.has_range() {
        format!("{} to {}", number(score.range.0), number(score.range.1))
    } else {
        "range not stated".to_owned()
    }
}

pub(super) fn before(score: &ScoreLine) -> String {
    match (&score.previous, &score.change) {
        (Some(previous), Some(change)) => format!("before: {previous}; {change}"),
        (Some(previous), None) => format!("before: {previous}"),
        (None, _) => "no earlier score".to_owned(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
