//! The HTML of a mail as text: what a person sees of it, and all of it.
//!
//! No browser is at hand when a mail file is read, so this is the part of HTML that mails consist of: blocks make lines,
//! `<wbr>` and inline elements make none, and what inline styles or `hidden` hide goes only into the full text. Style
//! sheets are not applied, so what they hide counts as seen.

use crate::recognise::reset;
use crate::wire::messages::{LINKS_LIMIT, TEXT_LIMIT};

/// Most elements that may be open at a time; deeper ones count as their parents.
const DEEPEST: usize = 500;

/// Elements that begin and end a line.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Elements whose content is no text of the mail.
const SILENT: &[&str] = &[
    "script", "style", "title", "textarea", "noscript", "template", "xmp", "iframe", "noembed",
];
/// Elements without an end.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Elements that one of their kind, or of the second list, closes.
const CLOSED_BY: &[(&str, &[&str])] = &[
    ("li", &["li"]),
    ("td", &["td", "th", "tr"]),
    ("th", &["td", "th", "tr"]),
    ("tr", &["tr"]),
    ("dd", &["dd", "dt"]),
    ("dt", &["dd", "dt"]),
];

/// What an HTML text says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// What a person sees.
    pub visible: String,
    /// Hidden parts included.
    pub full: String,
    /// Was it longer than [`TEXT_LIMIT`]?
    pub cut: bool,
    /// Addresses of its links that lead to a new password ([`reset::host_of`]).
    pub links: Vec<String>,
}

/// Reads HTML.
#[must_use]
pub fn read(html: &str) -> Read {
    let mut reader = Reader {
        fresh: true,
        ..Reader::default()
    };
    let mut rest = html;
    while !reader.out.cut {
        let Some(at) = rest.find('<') else {
            reader.text(rest);
            break;
        };
        let (before, tagged) = rest.split_at(at);
        reader.text(before);
        rest = reader.markup(tagged);
    }
    reader.out
}

/// An open element.
struct Open {
    name: String,
    hidden: bool,
    kept: bool,
}

#[derive(Default)]
struct Reader {
    out: Read,
    open: Vec<Open>,
    /// Does the next character begin a line?
    fresh: bool,
    /// Was the last character a blank?
    blank: bool,
}

impl Reader {
    fn text(&mut self, raw: &str) {
        if raw.is_empty() {
            return;
        }
        let text = decoded(raw);
        let (hidden, kept) = self
            .open
            .last()
            .map_or((false, false), |open| (open.hidden, open.kept));
        for c in text.chars() {
            if self.out.full.len() + c.len_utf8() > TEXT_LIMIT {
                self.out.cut = true;
                return;
            }
            let blank = matches!(c, ' ' | '\t' | '\r' | '\n' | '\x0C');
            let c = match (blank, kept) {
                (true, false) if self.fresh || self.blank => continue,
                (true, false) => ' ',
                _ => c,
            };
            self.blank = blank && !kept;
            self.fresh = c == '\n';
            self.out.full.push(c);
            if !hidden {
                self.out.visible.push(c);
            }
        }
    }

    fn new_line(&mut self) {
        self.blank = false;
        if !self.fresh && self.out.full.len() < TEXT_LIMIT {
            self.fresh = true;
            self.out.full.push('\n');
            self.out.visible.push('\n');
        }
    }

    /// Reads one piece of markup at the beginning of the text, and gives what is behind it.
    fn markup<'t>(&mut self, text: &'t str) -> &'t str {
        if let Some(comment) = text.strip_prefix("<!--") {
            // `<!-->` is a whole comment as well.
            let inside = comment
                .strip_prefix('>')
                .or_else(|| comment.strip_prefix("->"));
            return inside.unwrap_or_else(|| behind(comment, "-->"));
        }
        let closing = text.starts_with("</");
        let name_at = if closing { 2 } else { 1 };
        let named = text.get(name_at..).unwrap_or("");
        if !named.starts_with(|c: char| c.is_ascii_alphabetic()) {
            if text.starts_with("<!") || text.starts_with("<?") || closing {
                return behind(text, ">");
            }
            self.text("<");
            return text.get(1..).unwrap_or("");
        }
        let end = named
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
            .unwrap_or(named.len());
        let (name, rest) = named.split_at(end);
        let name = name.to_ascii_lowercase();
        let (attributes, rest) = attributes(rest);
        if closing {
            self.close(&name);
        } else {
            self.opened(&name, &attributes);
            if SILENT.contains(&name.as_str()) {
                return silent(rest, &name);
            }
        }
        rest
    }

    fn opened(&mut self, name: &str, attributes: &[(String, String)]) {
        if name == "br" || BLOCKS.contains(&name) {
            self.new_line();
            if name == "br" {
                return;
            }
        }
        let value = |wanted: &str| {
            attributes
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.as_str())
        };
        if let Some(link) = value("href").filter(|_| matches!(name, "a" | "area")) {
            self.link(link.trim());
        }
        if VOID.contains(&name) || SILENT.contains(&name) {
            return;
        }
        self.close_what_it_ends(name);
        let (hidden, kept) = self
            .open
            .last()
            .map_or((false, false), |open| (open.hidden, open.kept));
        let style = value("style").map(plain_style).unwrap_or_default();
        if self.open.len() < DEEPEST {
            self.open.push(Open {
                name: name.to_owned(),
                hidden: hidden || value("hidden").is_some() || hides(&style),
                kept: kept || name == "pre" || style.contains("white-space:pre"),
            });
        }
    }

    fn close_what_it_ends(&mut self, name: &str) {
        if BLOCKS.contains(&name) && self.open.last().is_some_and(|open| open.name == "p") {
            self.open.pop();
        }
        while self.open.last().is_some_and(|open| {
            CLOSED_BY
                .iter()
                .any(|(kind, by)| *kind == open.name && by.contains(&name))
        }) {
            self.open.pop();
        }
    }

    fn close(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.new_line();
        }
        if let Some(at) = self.open.iter().rposition(|open| open.name == name) {
            self.open.truncate(at);
        }
    }

    fn link(&mut self, link: &str) {
        let known = self.out.links.iter().any(|known| known == link);
        if !known && self.out.links.len() < LINKS_LIMIT && reset::host_of(link).is_some() {
            self.out.links.push(link.to_owned());
        }
    }
}

/// What is behind the first of this.
fn behind<'t>(text: &'t str, what: &str) -> &'t str {
    text.find(what)
        .and_then(|at| text.get(at + what.len()..))
        .unwrap_or("")
}

/// What is behind the end of a silent element.
fn silent<'t>(text: &'t str, name: &str) -> &'t str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at..).unwrap_or("");
        let found = rest.get(2..2 + name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
            return rest;
        }
        rest = rest.get(2..).unwrap_or("");
    }
    ""
}

/// The attributes of a tag, decoded, and what is behind the tag. Of two of one name the first counts.
fn attributes(text: &str) -> (Vec<(String, String)>, &str) {
    let mut found = vec![];
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(behind) = rest.strip_prefix('>') {
            return (found, behind);
        }
        if rest.is_empty() {
            return (found, "");
        }
        // A name may begin with `=`, but does not consist of nothing.
        let end = rest
            .char_indices()
            .skip(1)
            .find(|&(_, c)| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='))
            .map_or(rest.len(), |(at, _)| at);
        let (name, behind) = rest.split_at(end);
        let (value, behind) = value(behind);
        rest = behind;
        if found.len() < 50 {
            found.push((name.to_ascii_lowercase(), decoded(value)));
        }
    }
}

/// The value of an attribute, if one follows.
fn value(text: &str) -> (&str, &str) {
    let Some(after) = text
        .trim_start_matches(|c: char| c.is_ascii_whitespace())
        .strip_prefix('=')
    else {
        return ("", text);
    };
    let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
    for quote in ['"', '\''] {
        if let Some(inside) = after.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = after
        .find(|c: char| c.is_ascii_whitespace() || c == '>')
        .unwrap_or(after.len());
    after.split_at(end)
}

/// Lower case, without blanks and comments.
fn plain_style(style: &str) -> String {
    let mut plain = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = behind(after, "*/");
    }
    plain.push_str(rest);
    plain.retain(|c| !c.is_ascii_whitespace());
    plain.make_ascii_lowercase();
    plain
}

/// Does an inline style hide its element from a person?
fn hides(style: &str) -> bool {
    let mut color = None;
    let mut ground = None;
    for (name, value) in style.split(';').filter_map(|one| one.split_once(':')) {
        let value = value.trim_end_matches("!important");
        let hides = match name {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "mso-hide" => value == "all",
            // What is smaller than a person can read (`mail.js` draws the same line).
            "font-size" => number(value)
                .is_some_and(|(size, unit)| size < if is_relative(unit) { 0.3 } else { 5.0 }),
            "opacity" => number(value).is_some_and(|(much, _)| much < 0.1),
            "max-height" | "height" | "max-width" | "width" => {
                number(value).is_some_and(|(size, _)| size <= 0.0)
                    && style.contains("overflow:hidden")
            }
            "text-indent" | "left" | "top" | "margin-left" => {
                number(value).is_some_and(|(size, _)| size <= -500.0)
            }
            _ => false,
        };
        match name {
            "color" => color = Some(value),
            "background" | "background-color" => ground = Some(value),
            _ => {}
        }
        if hides {
            return true;
        }
    }
    color.is_some() && (color == ground || color == Some("transparent"))
}

fn is_relative(unit: &str) -> bool {
    matches!(unit, "em" | "rem" | "%" | "ex" | "ch")
}

/// A number and its unit; percent as a part of one.
fn number(value: &str) -> Option<(f32, &str)> {
    let end = value
        .find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+'))
        .unwrap_or(value.len());
    let (digits, unit) = value.split_at(end);
    let number: f32 = digits.parse().ok()?;
    Some((if unit == "%" { number / 100.0 } else { number }, unit))
}

/// Character references that mails use where a token, an address or a style could stand. Others stay as they are.
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("shy", '\u{AD}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("lrm", '\u{200E}'),
    ("rlm", '\u{200F}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("ZeroWidthSpace", '\u{200B}'),
    ("NoBreak", '\u{2060}'),
    ("colon", ':'),
    ("period", '.'),
    ("comma", ','),
    ("commat", '@'),
    ("sol", '/'),
    ("num", '#'),
    ("equals", '='),
    ("lowbar", '_'),
    ("quest", '?'),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("hellip", '…'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
];

/// The text with its character references resolved.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let (c, length) = reference_of(reference).unwrap_or(('&', 1));
        out.push(c);
        rest = reference.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// The character of the reference at the beginning of a text, and the length of the reference.
fn reference_of(text: &str) -> Option<(char, usize)> {
    let inside = text.strip_prefix('&')?;
    if let Some(number) = inside.strip_prefix('#') {
        let (digits, radix, before) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16, 3),
            None => (number, 10, 2),
        };
        let end = digits
            .find(|c: char| !c.is_digit(radix))
            .unwrap_or(digits.len());
        let value = u32::from_str_radix(digits.get(..end)?, radix).ok()?;
        let c = char::from_u32(value)
            .filter(|&c| c != '\0')
            .unwrap_or('\u{FFFD}');
        let closed = usize::from(digits.get(end..)?.starts_with(';'));
        return Some((c, before + end + closed));
    }
    let end = inside
        .find(|c: char| !c.is_ascii_alphanumeric())
        .filter(|&end| inside.get(end..).is_some_and(|rest| rest.starts_with(';')))?;
    let name = inside.get(..end)?;
    let (_, c) = NAMED.iter().find(|(known, _)| *known == name)?;
    Some((*c, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_sees_and_all_of_it() {
        let table = [
            ("a<br>b<BR/>c", "a\nb\nc", "a\nb\nc"),
            ("<p>a</p><p>b</p>", "a\nb\n", "a\nb\n"),
            ("<div>a<div>b</div>c</div>", "a\nb\nc\n", "a\nb\nc\n"),
            (
                "<table><tr><td>a<td>b<tr><td>c</table>",
                "a\nb\nc\n",
                "a\nb\nc\n",
            ),
            (
                "Ab<wbr>Cd<b>Ef</b>&shy;Gh",
                "AbCdEf\u{AD}Gh",
                "AbCdEf\u{AD}Gh",
            ),
            ("a  \n\t b", "a b", "a b"),
            ("a\n\tb", "a b", "a b"),
            ("a<img hidden>b<wbr hidden>c", "abc", "abc"),
            (" a <b> b</b>", "a b", "a b"),
            ("<p> a </p> <p> b", "a \nb", "a \nb"),
            ("<pre> a </pre>", " a \n", " a \n"),
            ("<pre>a\n</pre> b", "a\nb", "a\nb"),
            (
                "<b style='white-space:pre-wrap'>a <i> </i></b> b",
                "a   b",
                "a   b",
            ),
            ("<pre>a\n  b</pre>", "a\n  b\n", "a\n  b\n"),
            (
                "a&nbsp;&#65;&#x42;&#67d&amp;amp;",
                "a\u{A0}ABCd&amp;",
                "a\u{A0}ABCd&amp;",
            ),
            ("&#x41g&#X42;&#67", "AgBC", "AgBC"),
            ("&#;&#x;&#xg;&amp", "&#;&#x;&#xg;&amp", "&#;&#x;&#xg;&amp"),
            (
                "a&unknown;b & c &",
                "a&unknown;b & c &",
                "a&unknown;b & c &",
            ),
            (
                "&#0;&#xD800;&#99999999999;",
                "\u{FFFD}\u{FFFD}&#99999999999;",
                "\u{FFFD}\u{FFFD}&#99999999999;",
            ),
            ("a<!-- b -->c<!DOCTYPE x>d<?e?>f", "acdf", "acdf"),
            ("a<!-->b", "ab", "ab"),
            ("a<!--->b", "ab", "ab"),
            ("a<!-- > -- >b-->c", "ac", "ac"),
            ("a<!--b", "a", "a"),
            ("a<![CDATA[b]]>c</>d</ e>f", "acdf", "acdf"),
            ("a<script>b</scrip></script >c", "ac", "ac"),
            ("<style>b{}</style>a<title>c</title>", "a", "a"),
            ("a<script>b", "a", "a"),
            ("a<script></</scr</SCRIPT>b", "ab", "ab"),
            ("a<script>é</é</script>b", "ab", "ab"),
            ("1 < 2 <3 <", "1 < 2 <3 <", "1 < 2 <3 <"),
            ("a<span style='display:none'>b</span>c", "ac", "abc"),
            (
                "a<i style=\"DISPLAY : NONE !important\">b</i>c",
                "ac",
                "abc",
            ),
            ("a<i style='font-size:0'>b</i>c", "ac", "abc"),
            ("a<i style='font-size:1px'>b</i>c", "ac", "abc"),
            ("a<i style='font-size:12px'>b</i>c", "abc", "abc"),
            ("a<i style='font-size:1.0em'>b</i>c", "abc", "abc"),
            ("a<i style='font-size:100%'>b</i>c", "abc", "abc"),
            ("a<i style='opacity:0'>b</i>c", "ac", "abc"),
            ("a<i style='visibility:hidden'>b</i>c", "ac", "abc"),
            ("a<i style='mso-hide:all'>b</i>c", "ac", "abc"),
            (
                "a<i style='max-height:0;overflow:hidden'>b</i>c",
                "ac",
                "abc",
            ),
            ("a<i style='max-height:0'>b</i>c", "abc", "abc"),
            (
                "a<i style='color:#fff;background-color:#fff'>b</i>c",
                "ac",
                "abc",
            ),
            (
                "a<i style='color:#fff;background:#000'>b</i>c",
                "abc",
                "abc",
            ),
            ("a<i style='disp/**/lay:none'>b</i>c", "ac", "abc"),
            ("a<i style='font-size:5px'>b</i>c", "abc", "abc"),
            ("a<i style='font-size:4.9px'>b</i>c", "ac", "abc"),
            ("a<i style='font-size:0.3rem'>b</i>c", "abc", "abc"),
            ("a<i style='font-size:.2em'>b</i>c", "ac", "abc"),
            ("a<i style='font-size:29%'>b</i>c", "ac", "abc"),
            ("a<i style='font-size:small'>b</i>c", "abc", "abc"),
            ("a<i style='opacity:.1'>b</i>c", "abc", "abc"),
            ("a<i style='opacity:9%'>b</i>c", "ac", "abc"),
            ("a<i style='visibility:collapse'>b</i>c", "ac", "abc"),
            ("a<i style='visibility:visible'>b</i>c", "abc", "abc"),
            ("a<i style='display:block'>b</i>c", "abc", "abc"),
            ("a<i style='mso-hide:none'>b</i>c", "abc", "abc"),
            ("a<i style='overflow:hidden;width:0'>b</i>c", "ac", "abc"),
            (
                "a<i style='height:1px;overflow:hidden'>b</i>c",
                "abc",
                "abc",
            ),
            ("a<i style='text-indent:-500px'>b</i>c", "ac", "abc"),
            ("a<i style='left:-499px'>b</i>c", "abc", "abc"),
            ("a<i style='margin-left:500px'>b</i>c", "abc", "abc"),
            ("a<i style='color:transparent'>b</i>c", "ac", "abc"),
            ("a<i style='color:#fff'>b</i>c", "abc", "abc"),
            ("a<i style='background:#fff'>b</i>c", "abc", "abc"),
            ("a<i style='color:red;display:none'>b</i>c", "ac", "abc"),
            ("a<i style='/*x*/display/**/:/*y*/none'>b</i>c", "ac", "abc"),
            ("a<i style=display:none>b</i>c", "ac", "abc"),
            ("a<i\nSTYLE = display:none >b</i>c", "ac", "abc"),
            ("a<i style='' style='display:none'>b</i>c", "abc", "abc"),
            ("a<i style='display&colon;none'>b</i>c", "ac", "abc"),
            ("a<i title='x' hidden=''>b</i>c", "ac", "abc"),
            ("a<i/hidden/>b</i>c", "ac", "abc"),
            ("a<i =hidden>b</i>c", "abc", "abc"),
            ("a<i x=hidden>b</i>c", "abc", "abc"),
            ("a<i hidden>b</i>c", "ac", "abc"),
            ("<div hidden>a<b>b</b></div>c", "\nc", "ab\nc"),
            // An open item or cell ends where the next one begins, and a row ends its cell.
            ("<ul><li hidden>a<li>b</ul>", "\nb\n", "a\nb\n"),
            ("<dl><dt hidden>a<dd>b</dl>", "\nb\n", "a\nb\n"),
            ("<table><td hidden>a<td>b</table>", "\nb\n", "a\nb\n"),
            ("<tr hidden><td>a<tr><td>b", "\nb", "a\nb"),
            ("<td hidden>a<li>b", "\n", "a\nb"),
            ("<p hidden>a<b>b</b>", "", "ab"),
            // An open paragraph ends where the next one begins.
            ("<p style='display:none'>a<p>b", "\nb", "a\nb"),
            ("<b><i hidden>a</b>b", "b", "ab"),
            ("<a title='<br>' href=x>a</a>b", "ab", "ab"),
            ("<a b='c", "", ""),
            ("<", "<", "<"),
            ("", "", ""),
        ];
        for (html, visible, full) in table {
            let read = read(html);
            assert_eq!(
                (read.visible.as_str(), read.full.as_str()),
                (visible, full),
                "{html}"
            );
            assert!(!read.cut);
        }
    }

    #[test]
    fn links_to_a_new_password_are_kept_and_no_others() {
        let html = "<a href='https://login.salesforce.com/?c=aB1&amp;x=1'>a</a><a HREF=https://login.salesforce.com/?c=aB2>b</a>\
            <a href='https://login.salesforce.com/?c=aB2'>b</a><a href='https://evil.example/?c=aB3'>c</a><a href='javascript:1'>d</a>";
        assert_eq!(
            read(html).links,
            [
                "https://login.salesforce.com/?c=aB1&x=1",
                "https://login.salesforce.com/?c=aB2"
            ]
        );
        let many: String = (0..50)
            .map(|n| format!("<a href='https://login.salesforce.com/?c={n}'>"))
            .collect();
        assert_eq!(read(&many).links.len(), LINKS_LIMIT);
    }

    #[test]
    fn hostile_html_is_read_in_time() {
        let long = 400_000;
        for piece in [
            "<",
            "<a ",
            "<div>",
            "</div>",
            "<!--",
            "&",
            "&#",
            "<p hidden>",
            "a",
            "<a b=\"",
            "<script>",
            "</",
        ] {
            let read = read(&piece.repeat(long / piece.len()));
            assert!(read.full.len() <= TEXT_LIMIT + long / 2, "{piece}");
        }
        let deep = format!("{}x{}", "<b>".repeat(10_000), "</b>".repeat(10_000));
        assert_eq!(read(&deep).visible, "x");
        let innermost = |depth: usize| {
            let html = format!("{}<b hidden>x", "<b>".repeat(depth));
            read(&html).visible
        };
        assert_eq!(innermost(DEEPEST - 1), "");
        assert_eq!(innermost(DEEPEST), "x");
        let many = |count: usize| format!("<i{} hidden>x", " a".repeat(count));
        assert_eq!(read(&many(49)).visible, "");
        assert_eq!(read(&many(50)).visible, "x");
        let long = "a".repeat(TEXT_LIMIT - 2);
        for (end, length, cut) in [
            ("é", 0, false),
            ("é<br>", 0, false),
            ("bé", 1, true),
            ("bcd", 0, true),
        ] {
            let read = read(&format!("{long}{end}"));
            assert_eq!(
                (read.full.len(), read.cut),
                (TEXT_LIMIT - length, cut),
                "{end}"
            );
        }
    }
}
