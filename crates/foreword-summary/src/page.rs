//! The clinician's page on paper: one sheet in the fullest case, and detail pages behind it for what does
//! not fit and for what is behind each line.

mod details;
mod level;
mod sheet;

use foreword_domain::language::Lang;

use crate::{
    Fonts, Paper, Summary,
    pdf::{self, Block, Doc, Edges, Flowed, Typesetter, Words, anchored, clean, flow},
};
use level::{LEVELS, Level};

/// What is behind the one page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetailPages {
    /// The one sheet alone.
    None,
    /// Every answer, every rule and what did not fit, from page 2 on.
    #[default]
    Some,
}

/// From the edges of the sheet.
const EDGES: Edges =
    Edges { side: 38.0, top: 32.0, bottom: 50.0, foot: 30.0, size: 9.0, is_first_footed: false };

/// The page as a tagged PDF. The same page makes the same bytes.
///
/// # Errors
/// When the document could not be written; the reason quotes nothing of it.
pub fn summary_pdf(
    summary: &Summary,
    paper: Paper,
    details: DetailPages,
    fonts: &Fonts,
) -> Result<Vec<u8>, String> {
    pdf::write(&doc(summary, paper, details, fonts), fonts)
}

/// The page as a document: the first level of density at which it fits on one sheet.
pub(crate) fn doc(summary: &Summary, paper: Paper, details: DetailPages, fonts: &Fonts) -> Doc {
    let mut set = Typesetter::new(fonts);
    let behind = match details {
        DetailPages::None => Vec::new(),
        DetailPages::Some => details::blocks(summary),
    };
    let mut whole = Doc {
        title: clean(&format!("Before the visit: {}", summary.header.name.reveal())),
        lang: Lang::english(),
        id: format!("summary {} {paper:?} {details:?}", summary.mark()),
        head: None,
        foot: Some(foot(summary)),
        paper,
        // So far it begins with the detail pages, which all have a foot.
        edges: Edges { is_first_footed: true, ..EDGES },
        blocks: behind,
    };
    let laid_out = flow(&whole, &mut set);
    // The detail pages stand behind the one page.
    let pages = anchored(&whole, &laid_out).into_iter().map(|(name, page)| (name, page + 1)).collect();
    let lacks_letters = lacks_letters(&laid_out);
    let mut on_one = One { summary, whole: &whole, details, pages, lacks_letters, set: &mut set };
    let level = on_one.densest_needed();
    let (mut first, _) = on_one.fits(level);
    if details == DetailPages::Some {
        first.push(Block::Break);
        first.append(&mut whole.blocks);
    }
    Doc { edges: EDGES, blocks: first, ..whole }
}

/// Where the page number of each anchor is known.
pub(super) type Pages = Vec<(&'static str, usize)>;

struct One<'a, 'f> {
    summary: &'a Summary,
    whole: &'a Doc,
    details: DetailPages,
    pages: Pages,
    lacks_letters: bool,
    set: &'a mut Typesetter<'f>,
}

impl One<'_, '_> {
    /// The airiest level at which everything stands on one sheet. What fits at one fits at all denser ones.
    fn densest_needed(&mut self) -> &'static Level {
        let (mut from, mut to) = (0, LEVELS.len() - 1);
        while from < to {
            let middle = usize::midpoint(from, to);
            if self.fits(&LEVELS[middle]).1 { to = middle } else { from = middle + 1 }
        }
        &LEVELS[to]
    }

    /// The blocks of the sheet at a level, and whether they fit on it. The foot stands at the bottom.
    fn fits(&mut self, level: &'static Level) -> (Vec<Block>, bool) {
        let links = (self.details == DetailPages::Some).then_some(&self.pages);
        let (mut above, below) = sheet::blocks(self.summary, level, links);
        let (_, high) = self.whole.paper.size();
        let room = high - EDGES.top - EDGES.foot;
        let (top, is_whole) = self.height(&above);
        let mut foot = below.clone();
        if self.lacks_letters || !is_whole {
            foot.insert(0, sheet::cannot_be_printed());
        }
        let (bottom, _) = self.height(&foot);
        let free = room - top - bottom;
        above.push(Block::Gap(free.max(0.0)));
        above.append(&mut foot);
        (above, free >= 0.0)
    }

    /// How high blocks are, and whether there is a glyph for every character.
    fn height(&mut self, blocks: &[Block]) -> (f32, bool) {
        let doc = Doc { blocks: blocks.to_vec(), ..self.whole.clone() };
        let flowed = flow(&doc, self.set);
        (flowed.strips.iter().map(|strip| strip.height).sum(), !lacks_letters(&flowed))
    }
}

fn lacks_letters(flowed: &Flowed) -> bool {
    flowed.strips.iter().any(pdf::has_boxes)
}

/// What stands at the foot of every detail page: whose it is, and of which content.
fn foot(summary: &Summary) -> Words {
    let header = &summary.header;
    Words::joined(
        &[
            header.name.reveal().clone(),
            format!("born {}", header.birth_date.reveal()),
            header.identifier.reveal().clone(),
            format!("made {}", summary.footer.made),
            format!("content {}", summary.mark()),
        ],
        &Lang::english(),
    )
}
