//! How a value is written so that a given reader gets the same value back.
//!
//! Every function takes a value without control characters ([`crate::handover::account`] refuses those) and gives it
//! as it must stand in the target, with its quotes where the target has any. A reader that has no spelling for a value
//! is an error, never a guess: a password that arrives changed counts as a failed log-in, and ten of those lock a user
//! out (`facts/token-and-mail.md` §E 1).

use std::fmt::Write;

/// The reader has no way to write this value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be written in this format")]
pub struct Unfit;

/// One way of writing a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// As it is.
    Raw,
    /// A JSON string with its quotes. Python, JavaScript, Go, Java, TOML and YAML read the same spelling.
    Json,
    /// A word in single quotes with `\\` and `\'`: Ruby and PHP.
    Single,
    /// Text or attribute value in XML.
    Xml,
    /// XML of a Mule application, where `${…}` and `#[…]` are program text.
    Mule,
    /// Percent-encoded: a part of an address.
    Uri,
    /// One word of a POSIX shell.
    Shell,
    /// One word of PowerShell.
    PowerShell,
    /// The value of a line of a Java properties file.
    Properties,
    /// The same for Camel and Spring, which fill in `{{…}}` and `${…}`.
    Camel,
    /// A line of an `.env` file that python-dotenv and Node's dotenv read alike.
    Dotenv,
    /// A line of an `.env` file for python-dotenv.
    DotenvPython,
    /// A line of an `.env` file for Node's dotenv.
    DotenvNode,
    /// A line of a Docker `--env-file`: no quotes, no escapes.
    Docker,
    /// A value in the connection string of an ODBC or a DataDirect JDBC driver.
    Odbc,
    /// A value in the connection string of an ADO.NET provider.
    Ado,
}

impl Escape {
    /// Every way with the name by which a template asks for it.
    pub const ALL: [(&'static str, Self); 16] = [
        ("raw", Self::Raw),
        ("json", Self::Json),
        ("single", Self::Single),
        ("xml", Self::Xml),
        ("mule", Self::Mule),
        ("uri", Self::Uri),
        ("shell", Self::Shell),
        ("powershell", Self::PowerShell),
        ("properties", Self::Properties),
        ("camel", Self::Camel),
        ("dotenv", Self::Dotenv),
        ("dotenv_python", Self::DotenvPython),
        ("dotenv_node", Self::DotenvNode),
        ("docker", Self::Docker),
        ("odbc", Self::Odbc),
        ("ado", Self::Ado),
    ];

    /// The way of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .map(|&(_, way)| way)
    }

    /// Writes a value.
    ///
    /// # Errors
    /// [`Unfit`] when the reader has no spelling for it.
    pub fn write(self, value: &str) -> Result<String, Unfit> {
        match self {
            Self::Raw => Ok(value.to_owned()),
            Self::Json => Ok(json(value)),
            Self::Single => Ok(format!("'{}'", backslashed(value, &['\\', '\'']))),
            Self::Xml => Ok(xml(value)),
            Self::Mule => mule(value),
            Self::Uri => Ok(uri(value)),
            Self::Shell => Ok(format!("'{}'", value.replace('\'', r"'\''"))),
            Self::PowerShell => Ok(powershell(value)),
            Self::Properties => Ok(properties(value)),
            Self::Camel if value.contains("${") || value.contains("{{") => Err(Unfit),
            Self::Camel => Ok(properties(value)),
            Self::Dotenv => dotenv(value),
            Self::DotenvPython => Ok(dotenv_python(value)),
            Self::DotenvNode => dotenv_node(value),
            Self::Docker => docker(value),
            Self::Odbc => Ok(format!("{{{}}}", value.replace('}', "}}"))),
            Self::Ado => Ok(format!("\"{}\"", value.replace('"', "\"\""))),
        }
    }
}

/// Beyond what JSON asks for: characters that YAML calls unprintable or takes for a line break.
fn json(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                push_utf16(&mut out, c);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `\uXXXX`, twice for a character beyond the first plane.
fn push_utf16(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a String does not fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

fn backslashed(value: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Escapes text for XML; good for elements and for attributes in either kind of quotes.
#[must_use]
pub fn xml(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn mule(value: &str) -> Result<String, Unfit> {
    if value.contains("${") || value.contains("#[") {
        Err(Unfit)
    } else {
        Ok(xml(value))
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
#[must_use]
pub fn uri(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// PowerShell ends a single-quoted word at the typographic quotes too.
fn powershell(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('\'');
    for c in value.chars() {
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
    out
}

/// ASCII only: what reads a properties file as Latin-1 and what reads it as UTF-8 then agree.
fn properties(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for (index, c) in value.chars().enumerate() {
        match c {
            '\\' | ':' | '=' | '#' | '!' => out.extend(['\\', c]),
            ' ' if index == 0 => out.push_str("\\ "),
            ' '..='~' => out.push(c),
            c => push_utf16(&mut out, c),
        }
    }
    out
}

/// python-dotenv fills in `${…}` even between single quotes, and knows two escapes there: `\\` and `\'`. A `${` is
/// written as a name that is never set with `$` as its default.
fn dotenv_python(value: &str) -> String {
    format!(
        "'{}'",
        backslashed(value, &['\\', '\'']).replace("${", "${:-$}{")
    )
}

/// Node's dotenv knows no escapes: quotes are taken off, and a backslash before the closing quote keeps it open.
fn dotenv_node(value: &str) -> Result<String, Unfit> {
    let closes = |quote: char| !value.contains(quote) && !value.ends_with('\\');
    if closes('\'') {
        Ok(format!("'{value}'"))
    } else if closes('"') && !value.contains("\\n") && !value.contains("\\r") {
        Ok(format!("\"{value}\""))
    } else if closes('`') {
        Ok(format!("`{value}`"))
    } else {
        bare(value)
    }
}

/// What both readers take for the value itself.
fn dotenv(value: &str) -> Result<String, Unfit> {
    if value.contains("${") {
        return Err(Unfit);
    }
    if !value.contains('\'') && !value.contains(r"\\") && !value.ends_with('\\') {
        Ok(format!("'{value}'"))
    } else if !value.contains(['"', '\\']) {
        Ok(format!("\"{value}\""))
    } else {
        bare(value)
    }
}

/// Without quotes: no comment sign, nothing at the ends that would be trimmed or taken for a quote.
fn bare(value: &str) -> Result<String, Unfit> {
    let unquoted = !value.starts_with(['\'', '"', '`']) && !value.contains('#');
    if unquoted && value.trim() == value && !value.contains('\u{feff}') && !value.is_empty() {
        Ok(value.to_owned())
    } else {
        Err(Unfit)
    }
}

/// Docker takes the rest of the line as it is; blanks at the ends are not kept by every version.
fn docker(value: &str) -> Result<String, Unfit> {
    if value.trim() == value {
        Ok(value.to_owned())
    } else {
        Err(Unfit)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_way_writes_what_its_reader_reads() {
        let hostile = r##"a"b'c\d`e$f${g}#h &<i>"##;
        let table = [
            (Escape::Raw, hostile, Ok(hostile)),
            (Escape::Json, "a\"b\\c", Ok(r#""a\"b\\c""#)),
            (
                Escape::Json,
                "ä\u{2028}\u{feff}😀",
                Ok("\"ä\\u2028\\ufeff😀\""),
            ),
            (Escape::Single, r"a'b\c", Ok(r"'a\'b\\c'")),
            (Escape::Xml, "<&>\"'", Ok("&lt;&amp;&gt;&quot;&#39;")),
            (Escape::Mule, "a&$b", Ok("a&amp;$b")),
            (Escape::Mule, "a${b}", Err(Unfit)),
            (Escape::Mule, "#[payload]", Err(Unfit)),
            (Escape::Uri, "a b@ä/~", Ok("a%20b%40%C3%A4%2F~")),
            (Escape::Shell, "a'b$c", Ok(r"'a'\''b$c'")),
            (Escape::PowerShell, "a'b’c", Ok("'a''b’’c'")),
            (Escape::Properties, " a:b=c\\d ", Ok(r"\ a\:b\=c\\d ")),
            (Escape::Properties, "ä😀", Ok(r"\u00e4\ud83d\ude00")),
            (Escape::Camel, "a:b{$", Ok(r"a\:b{$")),
            (Escape::Camel, "{{a}}", Err(Unfit)),
            (Escape::Dotenv, "a b#c", Ok("'a b#c'")),
            (Escape::Dotenv, "a'b#c", Ok("\"a'b#c\"")),
            (Escape::Dotenv, r#"a'b"c"#, Ok(r#"a'b"c"#)),
            (Escape::Dotenv, "a'b\"#c", Err(Unfit)),
            (Escape::Dotenv, "${a}", Err(Unfit)),
            (Escape::Dotenv, r"a\", Ok(r"a\")),
            (Escape::Dotenv, r"a\n", Ok(r"'a\n'")),
            (Escape::Dotenv, r"a\\b", Ok(r"a\\b")),
            (Escape::DotenvPython, r"a'b\${c}", Ok(r"'a\'b\\${:-$}{c}'")),
            (Escape::DotenvNode, "a'b\"c#", Ok("`a'b\"c#`")),
            (Escape::DotenvNode, "a'b\"c`#", Err(Unfit)),
            (Escape::DotenvNode, r"#\", Err(Unfit)),
            (Escape::DotenvNode, r"'\n", Ok("`'\\n`")),
            (Escape::Docker, "a'b#c", Ok("a'b#c")),
            (Escape::Docker, " a", Err(Unfit)),
            (Escape::Odbc, "a;b}c", Ok("{a;b}}c}")),
            (Escape::Ado, "a;b\"c", Ok("\"a;b\"\"c\"")),
        ];
        for (way, value, expected) in table {
            assert_eq!(
                way.write(value).as_deref().map_err(|error| *error),
                expected,
                "{way:?} {value}"
            );
        }
    }

    #[test]
    fn every_way_has_one_name() {
        for (name, way) in Escape::ALL {
            assert_eq!(Escape::named(name), Some(way));
        }
        assert_eq!(Escape::named("html"), None);
    }
}
