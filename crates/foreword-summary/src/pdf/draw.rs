//! Pages into the bytes of a tagged PDF, and nothing that depends on the hour or the machine.

use foreword_domain::language::Lang;
use krilla::{
    Document, SerializeSettings,
    annotation::{Annotation, LinkAnnotation, Target},
    color::luma,
    configure::{Accessibility, ConfigurationBuilder},
    destination::{Destination, XyzDestination},
    error::KrillaError,
    geom::{PathBuilder, Point, Rect},
    metadata::{Metadata, TextDirection},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, LineCap, LineJoin, Stroke, StrokeDash},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, Tag, TagGroup, TagKind,
        TagTree,
    },
};

use super::{
    Fonts,
    block::{Doc, Look, Words},
    flow::{Flowed, flow},
    pages::{Placed, What, paginate},
    strip::{Child, Link, Mark, Means, Op, Role, Strip, Tree},
    text::{Line, Typesetter},
};

/// A document as the bytes of a PDF. It is PDF/UA-1, unless a character has no glyph in any font: then
/// it shows a box there, and does not claim to be.
pub(crate) fn write(doc: &Doc, fonts: &Fonts) -> Result<Vec<u8>, String> {
    let mut set = Typesetter::new(fonts);
    let flowed = flow(doc, &mut set);
    let pages = places(doc, &flowed);
    let mut write =
        |is_accessible| Writer { doc, flowed: &flowed, set: &mut set }.write(&pages, is_accessible);
    match write(true) {
        Err(KrillaError::Validation(_)) => write(false),
        other => other,
    }
    .or_else(|fault| match fault {
        // A font that somebody brought may not let itself be embedded: boxes are better than no page.
        _ if fonts.has_more() => self::write(doc, &Fonts::embedded()),
        KrillaError::Font(_, why) => Err(format!("a font could not be embedded: {why}")),
        KrillaError::Limit(_) => Err("it is beyond what a PDF can hold".to_owned()),
        // The other faults would quote the text.
        _ => Err("its parts do not fit together".to_owned()),
    })
}

/// Where everything stands, page by page.
pub(crate) fn places(doc: &Doc, flowed: &Flowed) -> Vec<Vec<Placed>> {
    let (_, height) = doc.paper.size();
    let bottom = height - doc.edges.bottom;
    let first = if doc.edges.is_first_footed { bottom } else { height - doc.edges.foot };
    paginate(flowed, doc.edges.top, (first, bottom))
}

struct Writer<'a, 'f> {
    doc: &'a Doc,
    flowed: &'a Flowed,
    set: &'a mut Typesetter<'f>,
}

impl Writer<'_, '_> {
    fn write(mut self, pages: &[Vec<Placed>], is_accessible: bool) -> Result<Vec<u8>, KrillaError> {
        let mut settings = SerializeSettings::default();
        if is_accessible {
            let built = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
            settings.configuration = built.unwrap_or_default();
        }
        let mut document = Document::new_with(settings);
        let (width, height) = self.doc.paper.size();
        let mut leaves: Vec<Option<Identifier>> = vec![None; self.flowed.tree.leaves()];
        let mut outline = Outline::new();
        let anchors = anchors(self.flowed, pages);
        for (n, page) in pages.iter().enumerate() {
            let size = PageSettings::from_wh(width, height).expect("a sheet has a size");
            let mut sheet = document.start_page_with(size);
            let mut surface = sheet.surface();
            for placed in page {
                let strip = match placed.what {
                    What::Strip(strip) => &self.flowed.strips[strip],
                    What::Again(lead_in, line) => &self.flowed.unders[lead_in][line],
                };
                if let Some(words) = &strip.outline {
                    let to = XyzDestination::new(n, Point::from_xy(0.0, placed.top));
                    outline.push_child(OutlineNode::new(words.clone(), to));
                }
                self.strip(&mut surface, strip, placed.top, &mut leaves);
            }
            self.head_and_foot(&mut surface, n, pages.len());
            surface.finish();
            for (link, top) in self.links(page) {
                let Some(annotation) = annotation(link, top, &anchors) else { continue };
                leaves[link.leaf] = Some(sheet.add_tagged_annotation(annotation));
            }
            sheet.finish();
        }
        document.set_outline(outline);
        document.set_metadata(self.metadata());
        document.set_tag_tree(tags(&self.flowed.tree, &mut leaves, &self.doc.lang));
        document.finish()
    }

    fn metadata(&self) -> Metadata {
        let direction =
            if self.doc.lang.is_rtl() { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
        Metadata::new()
            .title(self.doc.title.clone())
            .language(self.doc.lang.as_str().to_owned())
            .creator("Foreword".to_owned())
            .document_id(self.doc.id.clone())
            .text_direction(direction)
    }

    /// What leads somewhere from a page, and how far down it stands.
    fn links(&self, page: &[Placed]) -> Vec<(&Link, f32)> {
        page.iter()
            .filter_map(|placed| match placed.what {
                What::Strip(n) => Some((&self.flowed.strips[n].links, placed.top)),
                What::Again(..) => None,
            })
            .flat_map(|(links, top)| links.iter().map(move |link| (link, top)))
            .collect()
    }

    fn strip(&self, surface: &mut Surface<'_>, strip: &Strip, top: f32, leaves: &mut [Option<Identifier>]) {
        for mark in &strip.marks {
            self.mark(surface, mark, top, leaves);
        }
    }

    fn mark(&self, surface: &mut Surface<'_>, mark: &Mark, top: f32, leaves: &mut [Option<Identifier>]) {
        match &mark.means {
            Means::Layout => {
                surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            }
            Means::Leaf { leaf, lang, stands_for } => {
                let span = SpanTag::empty().with_lang(Some(lang.as_str())).with_actual_text(*stands_for);
                leaves[*leaf] = Some(surface.start_tagged(ContentTag::Span(span)));
            }
        }
        for op in &mark.ops {
            self.draw(surface, op, 0.0, top);
        }
        surface.end_tagged();
    }

    fn head_and_foot(&mut self, surface: &mut Surface<'_>, page: usize, pages: usize) {
        let (width, height) = self.doc.paper.size();
        let edges = self.doc.edges;
        if page == 0 && !edges.is_first_footed {
            return;
        }
        let side = edges.side;
        let room = width - 2.0 * side;
        let lang = self.doc.lang.clone();
        let is_rtl = lang.is_rtl();
        let at_start = |line: &Line| if is_rtl { width - side - line.width } else { side } - line.left;
        let at_end = |line: &Line| if is_rtl { side } else { width - side - line.width } - line.left;
        let look = Look { grey: 60, size: edges.size, ..Look::TINY };
        let head = self.doc.head.as_ref().filter(|_| page > 0);
        if let Some(line) = head.and_then(|head| self.set.one_line(head, look, room)) {
            self.artifact(surface, ArtifactType::Header, &line, (at_start(&line), edges.top - 24.0));
        }
        let foot = self.doc.foot.as_ref();
        if let Some(line) = foot.and_then(|foot| self.set.one_line(foot, look, room - 60.0)) {
            self.artifact(surface, ArtifactType::Footer, &line, (at_start(&line), height - edges.foot));
        }
        let number = Words::number(format!("{} / {pages}", page + 1), &lang);
        if let Some(line) = self.set.one_line(&number, Look { size: 9.0, ..look }, 60.0) {
            self.artifact(
                surface,
                ArtifactType::PageNumber,
                &line,
                (at_end(&line), height - edges.foot - 1.0),
            );
        }
    }

    fn artifact(&self, surface: &mut Surface<'_>, kind: ArtifactType, line: &Line, (x, y): (f32, f32)) {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
        for op in &line.ops {
            self.draw(surface, op, x, y);
        }
        surface.end_tagged();
    }

    fn draw(&self, surface: &mut Surface<'_>, op: &Op, dx: f32, dy: f32) {
        let at = |(x, y): (f32, f32)| (x + dx, y + dy);
        match op {
            Op::Glyphs(shaped, x, y) => {
                let Some(font) = self.set.fonts.embeddable(shaped.font.0, shaped.font.1) else { return };
                ink(surface, Some(shaped.grey), None);
                surface.draw_glyphs(
                    Point::from_xy(x + dx, y + dy),
                    &shaped.glyphs,
                    font.clone(),
                    &shaped.text,
                    shaped.size,
                    false,
                );
            }
            Op::Box { x, y, w, h, fill, stroke } => {
                ink(surface, *fill, stroke.map(|(grey, width)| line(grey, width, false)));
                let mut path = PathBuilder::new();
                if let Some(rect) = Rect::from_xywh(x + dx, y + dy, *w, *h) {
                    path.push_rect(rect);
                }
                finish(surface, path);
            }
            Op::Line { from, to, width, grey, dashed } => {
                ink(surface, None, Some(line(*grey, *width, *dashed)));
                let mut path = PathBuilder::new();
                path.move_to(at(*from).0, at(*from).1);
                path.line_to(at(*to).0, at(*to).1);
                finish(surface, path);
            }
            Op::Path { points, width, grey } => {
                ink(surface, None, Some(line(*grey, *width, false)));
                let mut path = PathBuilder::new();
                for (n, (x, y)) in points.iter().copied().map(at).enumerate() {
                    if n == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
                }
                finish(surface, path);
            }
            Op::Dot { at: centre, radius, grey } => {
                // A stroke of no length with round ends.
                let (x, y) = at(*centre);
                ink(surface, None, Some(line(*grey, radius * 2.0, false)));
                let mut path = PathBuilder::new();
                path.move_to(x, y);
                path.line_to(x + 0.01, y);
                finish(surface, path);
            }
        }
    }
}

/// Every anchor with its page and its height on it.
fn anchors(flowed: &Flowed, pages: &[Vec<Placed>]) -> Vec<(&'static str, usize, f32)> {
    let mut found = Vec::new();
    for (n, page) in pages.iter().enumerate() {
        for placed in page {
            let What::Strip(strip) = placed.what else { continue };
            found.extend(flowed.strips[strip].anchors.iter().map(|name| (*name, n, placed.top)));
        }
    }
    found
}

/// On which page each anchor is, from 0.
pub(crate) fn anchored(doc: &Doc, flowed: &Flowed) -> Vec<(&'static str, usize)> {
    let pages = places(doc, flowed);
    anchors(flowed, &pages).into_iter().map(|(name, page, _)| (name, page)).collect()
}

fn annotation(link: &Link, top: f32, anchors: &[(&'static str, usize, f32)]) -> Option<Annotation> {
    let (_, page, down) = anchors.iter().find(|(name, ..)| *name == link.to)?;
    let (x, y, w, h) = link.at;
    let rect = Rect::from_xywh(x, y + top, w, h)?;
    let to = XyzDestination::new(*page, Point::from_xy(0.0, (down - 8.0).max(0.0)));
    let target = Target::Destination(Destination::Xyz(to));
    Some(Annotation::new_link(LinkAnnotation::new(rect, target), Some(link.alt.clone())))
}

fn ink(surface: &mut Surface<'_>, fill: Option<u8>, stroke: Option<Stroke>) {
    surface.set_fill(fill.map(|grey| Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }));
    surface.set_stroke(stroke);
}

fn line(grey: u8, width: f32, dashed: bool) -> Stroke {
    Stroke {
        paint: luma::Color::new(grey).into(),
        width,
        miter_limit: 4.0,
        line_cap: LineCap::Round,
        line_join: LineJoin::Round,
        opacity: NormalizedF32::ONE,
        dash: dashed.then(|| StrokeDash { array: vec![2.0, 3.0], offset: 0.0 }),
    }
}

fn finish(surface: &mut Surface<'_>, path: PathBuilder) {
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// The structure, with what was drawn for its leaves.
fn tags(tree: &Tree, leaves: &mut [Option<Identifier>], lang: &Lang) -> TagTree {
    let mut tags = TagTree::new().with_lang(Some(lang.as_str().to_owned()));
    for child in &tree.elements[0].children {
        if let Some(node) = node(tree, *child, leaves) {
            tags.push(node);
        }
    }
    tags
}

fn node(tree: &Tree, child: Child, leaves: &mut [Option<Identifier>]) -> Option<Node> {
    let id = match child {
        Child::Leaf(leaf) => return leaves[leaf].take().map(Node::from),
        Child::Element(id) => id,
    };
    let element = &tree.elements[id];
    let inner: Vec<Node> = element.children.iter().filter_map(|child| node(tree, *child, leaves)).collect();
    if inner.is_empty() {
        return None;
    }
    let first = std::num::NonZeroU16::MIN;
    let tag: TagKind = match &element.role {
        Role::Document => Tag::Section.into(),
        Role::Title(words) => Tag::Hn(first, Some(words.clone())).into(),
        Role::Heading(words) => Tag::Hn(first.saturating_add(1), Some(words.clone())).into(),
        Role::Sub(rank, words) => {
            let rank = std::num::NonZeroU16::new(u16::from(*rank)).unwrap_or(first);
            Tag::Hn(rank, Some(words.clone())).into()
        }
        Role::Link => Tag::Link.into(),
        Role::Para => Tag::P.into(),
        Role::Quote => Tag::BlockQuote.into(),
        Role::Note => Tag::Div.into(),
        Role::List => Tag::L(ListNumbering::None).into(),
        Role::Entry => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
    };
    let tag = tag.with_lang(element.lang.as_ref().map(|lang| lang.as_str().to_owned()));
    Some(TagGroup::with_children(tag, inner).into())
}
