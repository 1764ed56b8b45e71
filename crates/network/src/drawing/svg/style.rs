//! Colours, strokes and the legend of a picture. What a party or a line is goes in; the style sheet and the pieces of SVG that
//! show it come out. Colours of text and ground keep a contrast of 4.5 to 1 and more, in light and in dark mode.

use std::fmt::Write as _;

use super::super::text::{width, xml};
use super::super::{Style, Tone};
use super::px;

/// The fonts, for whichever the reader has; none is loaded.
pub(super) const FONTS: &str = "Helvetica, Arial, Liberation Sans, Noto Sans, Noto Sans CJK KR, Noto Sans CJK SC, sans-serif";

/// The style sheet. Attributes in the document repeat the light colours for programs that read no style sheets.
pub(super) const SHEET: &str = "
.ni text{fill:#1b1f24;unicode-bidi:plaintext}
.ni .ni-page{fill:#ffffff}
.ni .ni-title,.ni .ni-name,.ni .ni-strong{font-weight:600}
.ni .ni-kind,.ni .ni-note{fill:#57606a}
.ni .ni-line{stroke:#57606a}
.ni .ni-line .ni-head{fill:#57606a}
.ni .ni-chain{stroke:#1b1f24}
.ni .ni-chain .ni-head{fill:#1b1f24}
.ni .ni-plain .ni-box{fill:#ffffff;stroke:#57606a}
.ni .ni-listed .ni-box{fill:#fdecea;stroke:#a61b14}
.ni .ni-blocked .ni-box{fill:#fff0e3;stroke:#a04100}
.ni .ni-undecided .ni-box{fill:#fff8d6;stroke:#7d5600}
.ni .ni-caution .ni-box{fill:#eef1ff;stroke:#3a49a8}
.ni .ni-badge{fill:#57606a}
.ni .ni-listed .ni-badge{fill:#a61b14}
.ni .ni-blocked .ni-badge{fill:#a04100}
.ni .ni-undecided .ni-badge{fill:#7d5600}
.ni .ni-caution .ni-badge{fill:#3a49a8}
.ni .ni-asked .ni-badge,.ni .ni-badge.ni-asked{fill:#1b1f24}
.ni text.ni-on{fill:#ffffff;font-weight:600}
@media screen and (prefers-color-scheme:dark){
.ni text{fill:#e6edf3}
.ni .ni-page{fill:#0d1117}
.ni .ni-kind,.ni .ni-note{fill:#9da7b1}
.ni .ni-line{stroke:#9da7b1}
.ni .ni-line .ni-head{fill:#9da7b1}
.ni .ni-chain{stroke:#ffffff}
.ni .ni-chain .ni-head{fill:#ffffff}
.ni .ni-plain .ni-box{fill:#161b22;stroke:#9da7b1}
.ni .ni-listed .ni-box{fill:#3a1513;stroke:#ff8a80}
.ni .ni-blocked .ni-box{fill:#3b2109;stroke:#ffab70}
.ni .ni-undecided .ni-box{fill:#332900;stroke:#e8c252}
.ni .ni-caution .ni-box{fill:#1a2147;stroke:#a5b4ff}
.ni .ni-badge{fill:#9da7b1}
.ni .ni-listed .ni-badge{fill:#ff8a80}
.ni .ni-blocked .ni-badge{fill:#ffab70}
.ni .ni-undecided .ni-badge{fill:#e8c252}
.ni .ni-caution .ni-badge{fill:#a5b4ff}
.ni .ni-asked .ni-badge,.ni .ni-badge.ni-asked{fill:#ffffff}
.ni text.ni-on{fill:#0d1117}
}
";

/// The class, ground, stroke and stroke width of a box.
pub(super) fn tone(tone: Tone) -> (&'static str, &'static str, &'static str, f64) {
    match tone {
        Tone::Plain => ("ni-plain", "#ffffff", "#57606a", 1.2),
        Tone::Listed => ("ni-listed", "#fdecea", "#a61b14", 1.8),
        Tone::Blocked | Tone::Licence => ("ni-blocked", "#fff0e3", "#a04100", 1.8),
        Tone::Undecided => ("ni-undecided", "#fff8d6", "#7d5600", 1.8),
        Tone::Caution => ("ni-caution", "#eef1ff", "#3a49a8", 1.8),
    }
}

/// The attribute that breaks a stroke.
pub(super) fn dashes(style: Style) -> &'static str {
    match style {
        Style::Solid => "",
        Style::Dashed => " stroke-dasharray=\"8 5\"",
        Style::Dotted => " stroke-dasharray=\"1.5 4.5\" stroke-linecap=\"round\"",
    }
}

/// The size of the text in badges, in px.
const BADGE_SIZE: f64 = 9.5;
/// The height of a badge, in px.
pub(super) const BADGE_HEIGHT: f64 = 14.0;

/// How wide a badge is, in px.
pub(super) fn badge_width(text: &str) -> f64 {
    width(text, BADGE_SIZE * 1.06) + 10.0
}

/// Writes a badge with its upper left corner at `x` and `y`.
pub(super) fn badge(out: &mut String, text: &str, fill: &str, class: &str, x: f64, y: f64) {
    let width = badge_width(text);
    let _ = write!(
        out,
        "<rect class=\"ni-badge{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" fill=\"{fill}\"/>\
         <text class=\"ni-on\" x=\"{}\" y=\"{}\" text-anchor=\"middle\" font-size=\"{BADGE_SIZE}\" fill=\"#ffffff\">{}</text>",
        px(x),
        px(y),
        px(width),
        px(BADGE_HEIGHT),
        px(x + width / 2.0),
        px(y + 10.4),
        xml(text),
    );
}

/// One sign and what it means.
#[derive(Debug, Clone, Copy)]
pub(super) enum LegendItem {
    /// A stroke.
    Line {
        /// Which.
        style: Style,
        /// Whether it is the heavy one of a chain.
        chain: bool,
    },
    /// A badge.
    Badge(Tone),
}

impl LegendItem {
    fn meaning(self) -> &'static str {
        match self {
            Self::Line { chain: true, .. } => "on the chain or path",
            Self::Line { style: Style::Solid, .. } => "ownership",
            Self::Line { style: Style::Dashed, .. } => "control or another link",
            Self::Line { style: Style::Dotted, .. } => "shared attribute",
            Self::Badge(Tone::Listed) => "stands on a list",
            Self::Badge(Tone::Blocked) => "blocked by who owns or controls it",
            Self::Badge(Tone::Licence) => "exports need a licence by who owns it",
            Self::Badge(Tone::Undecided) => "not decided by what is known",
            Self::Badge(Tone::Caution) => "not blocked, a reviewer should look",
            Self::Badge(Tone::Plain) => "",
        }
    }

    fn sign_width(self) -> f64 {
        match self {
            Self::Line { .. } => 30.0,
            Self::Badge(tone) => badge_width(tone.badge().unwrap_or_default()),
        }
    }

    /// How wide it is, in px.
    pub(super) fn width(self) -> f64 {
        self.sign_width() + 6.0 + width(self.meaning(), 11.0)
    }

    /// Writes it from `x` on, with its text on the line `y`.
    pub(super) fn draw(self, out: &mut String, x: f64, y: f64) {
        match self {
            Self::Line { style, chain } => {
                let (class, weight) = if chain { (" ni-chain", "3") } else { ("", "1.4") };
                let (start, end, middle) = (px(x), px(x + 30.0), px(y - 4.0));
                let _ = write!(
                    out,
                    "<g class=\"ni-line{class}\" fill=\"none\" stroke=\"#57606a\" stroke-width=\"{weight}\">\
                     <path d=\"M{start} {middle}L{end} {middle}\"{}/></g>",
                    dashes(style),
                );
            }
            Self::Badge(of) => {
                let (class, _, stroke, _) = tone(of);
                let _ = write!(out, "<g class=\"{class}\">");
                badge(out, of.badge().unwrap_or_default(), stroke, "", x, y - 10.5);
                out.push_str("</g>");
            }
        }
        let _ = writeln!(
            out,
            "<text class=\"ni-note\" x=\"{}\" y=\"{}\" text-anchor=\"start\" font-size=\"11\">{}</text>",
            px(x + self.sign_width() + 6.0),
            px(y),
            xml(self.meaning()),
        );
    }
}
