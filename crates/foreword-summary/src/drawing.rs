//! Something drawn, made once for the screen and for paper: lines, dots and short words in greys.

use std::fmt::Write;

use askama::filters::{Escaper, Html};

/// The size of the words in a drawing, in its own units: points where it is printed.
pub(crate) const LETTERS: f32 = 9.0;

/// What is drawn, from the top left.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) shapes: Vec<Shape>,
}

/// A part of a drawing; greys go from 0, black, to 255, white.
#[derive(Clone, PartialEq)]
pub(crate) enum Shape {
    Line { from: (f32, f32), to: (f32, f32), width: f32, grey: u8, dashed: bool },
    Box { x: f32, y: f32, w: f32, h: f32, grey: u8 },
    Dot { at: (f32, f32), radius: f32, is_hollow: bool },
    Text { at: (f32, f32), anchor: Anchor, bold: bool, text: String },
}

/// Which part of a text stands at its place; the place is on its base line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl std::fmt::Debug for Drawing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Drawing({} shapes)", self.shapes.len())
    }
}

impl Drawing {
    pub(crate) fn new(width: f32, height: f32) -> Self {
        Self { width, height, shapes: Vec::new() }
    }

    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32, grey: u8) {
        self.shapes.push(Shape::Line { from, to, width, grey, dashed: false });
    }

    pub(crate) fn dashes(&mut self, from: (f32, f32), to: (f32, f32), width: f32, grey: u8) {
        self.shapes.push(Shape::Line { from, to, width, grey, dashed: true });
    }

    pub(crate) fn text(&mut self, at: (f32, f32), anchor: Anchor, bold: bool, text: impl Into<String>) {
        self.shapes.push(Shape::Text { at, anchor, bold, text: text.into() });
    }

    /// As SVG in the colour of the text around it, without a style or a script. `label` is the same in
    /// words.
    pub(crate) fn svg(&self, class: &str, label: &str) -> String {
        let mut svg = String::new();
        let mut label_escaped = String::new();
        // Writing to a string fails only where memory does.
        let _ = Html.write_escaped_str(&mut label_escaped, label);
        let _ = write!(
            svg,
            "<svg class=\"{class}\" viewBox=\"0 0 {:.0} {:.0}\" role=\"img\" aria-label=\"{label_escaped}\" fill=\"currentColor\" font-size=\"{LETTERS}\">",
            self.width, self.height
        );
        for shape in &self.shapes {
            let _ = shape.write(&mut svg);
        }
        svg.push_str("</svg>");
        svg
    }
}

impl Shape {
    fn write(&self, svg: &mut String) -> std::fmt::Result {
        match self {
            Self::Line { from, to, width, grey, dashed } => {
                let dash = if *dashed { " stroke-dasharray=\"2 3\"" } else { "" };
                write!(
                    svg,
                    "<path d=\"M{:.1} {:.1}L{:.1} {:.1}\" stroke=\"currentColor\" stroke-width=\"{width}\" stroke-opacity=\"{:.2}\" stroke-linecap=\"round\"{dash}/>",
                    from.0,
                    from.1,
                    to.0,
                    to.1,
                    opacity(*grey)
                )
            }
            Self::Box { x, y, w, h, grey } => write!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{w:.1}\" height=\"{h:.1}\" fill-opacity=\"{:.2}\"/>",
                opacity(*grey)
            ),
            Self::Dot { at, radius, is_hollow } => {
                let look = if *is_hollow {
                    " class=\"hollow\" stroke=\"currentColor\" stroke-width=\"1.2\""
                } else {
                    ""
                };
                write!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"{look}/>", at.0, at.1)
            }
            Self::Text { at, anchor, bold, text } => {
                let anchor = match anchor {
                    Anchor::Start => "start",
                    Anchor::Middle => "middle",
                    Anchor::End => "end",
                };
                let weight = if *bold { " font-weight=\"700\"" } else { "" };
                write!(svg, "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\"{weight}>", at.0, at.1)?;
                Html.write_escaped_str(&mut *svg, text)?;
                svg.push_str("</text>");
                Ok(())
            }
        }
    }
}

/// How much of the colour of the text makes a grey on white.
fn opacity(grey: u8) -> f32 {
    1.0 - f32::from(grey) / 255.0
}
