//! Reads JSON into our types through serde, in a fraction of `serde_json`'s size.
//!
//! `serde_json` brings into the wasm core, for every type, the code to read it from an array as well as
//! from an object, from text as well as from bytes, and a sentence for each way in which that can fail.
//! Here text is the only source, an object is the only spelling of a struct, every failure is the one
//! [`Malformed`], and numbers are whole. What a type refuses (an unknown field, a missing or doubled one, a
//! number out of range) is decided by its own derive, as with any other reader.
//!
//! Types that serde can only read by looking ahead (`untagged`, internally tagged, `flatten`) are refused:
//! read their tag first.

use std::borrow::Cow;

use serde::de::{self, Deserialize, DeserializeOwned, DeserializeSeed, Visitor};

/// The text is not JSON, or not what the type expects. It does not say where: that could quote a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed JSON")]
pub struct Malformed;

/// serde hands out sentences; none of them is wanted, and so none of them is in the program.
impl de::Error for Malformed {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }
    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
    fn missing_field(_: &'static str) -> Self {
        Self
    }
    fn duplicate_field(_: &'static str) -> Self {
        Self
    }
}

/// Reads a whole text.
///
/// # Errors
/// [`Malformed`].
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Malformed> {
    let mut reader = Reader { text, at: 0 };
    let value = T::deserialize(&mut reader)?;
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(Malformed),
    }
}

/// Some value as it was written, to be read later or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Raw(pub String);

/// The name by which [`Reader`] knows that [`Raw`] asks.
const RAW: &str = "token_keeper::Raw";

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: de::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Raw;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("any value")
            }
            fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw(text.to_owned()))
            }
        }
        from.deserialize_newtype_struct(RAW, Written)
    }
}

/// A text, and how far it was read.
struct Reader<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Reader<'de> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let next = self.text.as_bytes().get(self.at).copied()?;
            if !matches!(next, b' ' | b'\n' | b'\t' | b'\r') {
                return Some(next);
            }
            self.at += 1;
        }
    }

    /// Steps over this byte, if it is the next.
    fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.eat(byte) {
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    /// Steps over `true`, `false` or `null`, if it is the next.
    fn eat_word(&mut self, word: &str) -> bool {
        self.peek();
        let is_next = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word));
        if is_next {
            self.at += word.len();
        }
        is_next
    }

    /// What stands between two quotes, escapes and all.
    fn quoted(&mut self) -> Result<&'de str, Malformed> {
        self.expect(b'"')?;
        let from = self.at;
        loop {
            match self.text.as_bytes().get(self.at).ok_or(Malformed)? {
                b'"' => break,
                b'\\' => self.at += 2,
                0..0x20 => return Err(Malformed),
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(from..self.at - 1).ok_or(Malformed)
    }

    fn string(&mut self) -> Result<Cow<'de, str>, Malformed> {
        let inside = self.quoted()?;
        if inside.contains('\\') {
            unescaped(inside).map(Cow::Owned)
        } else {
            Ok(Cow::Borrowed(inside))
        }
    }

    /// All that can stand in a number; what is no number after all is for the caller to find out.
    fn number(&mut self) -> Result<&'de str, Malformed> {
        self.peek();
        let rest = self.text.get(self.at..).ok_or(Malformed)?;
        let end = rest
            .bytes()
            .position(|b| !matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        self.at += end;
        rest.get(..end)
            .filter(|number| !number.is_empty())
            .ok_or(Malformed)
    }

    /// A whole number, in its one spelling.
    fn integer(&mut self) -> Result<Integer, Malformed> {
        let text = self.number()?;
        let digits = text.strip_prefix('-').unwrap_or(text);
        if (digits.starts_with('0') && text.len() > 1)
            || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            return Err(Malformed);
        }
        if digits.len() < text.len() {
            text.parse().map(Integer::Negative).map_err(|_| Malformed)
        } else {
            text.parse().map(Integer::Positive).map_err(|_| Malformed)
        }
    }

    /// Steps over a value of any kind and depth, without looking into its strings and numbers.
    fn skip(&mut self) -> Result<&'de str, Malformed> {
        self.peek();
        let from = self.at;
        let mut open: Vec<u8> = vec![];
        loop {
            match self.peek().ok_or(Malformed)? {
                b'[' => {
                    self.at += 1;
                    if !self.eat(b']') {
                        open.push(b']');
                        continue;
                    }
                }
                b'{' => {
                    self.at += 1;
                    if !self.eat(b'}') {
                        open.push(b'}');
                        self.skip_key()?;
                        continue;
                    }
                }
                b'"' => {
                    self.quoted()?;
                }
                b'a'..=b'z' => {
                    if !self.eat_word("true") && !self.eat_word("false") && !self.eat_word("null") {
                        return Err(Malformed);
                    }
                }
                _ => {
                    self.number()?;
                }
            }
            loop {
                let Some(&close) = open.last() else {
                    return self.text.get(from..self.at).ok_or(Malformed);
                };
                if self.eat(b',') {
                    if close == b'}' {
                        self.skip_key()?;
                    }
                    break;
                }
                self.expect(close)?;
                open.pop();
            }
        }
    }

    fn skip_key(&mut self) -> Result<(), Malformed> {
        self.quoted()?;
        self.expect(b':')
    }
}

enum Integer {
    Negative(i64),
    Positive(u64),
}

fn unescaped(inside: &str) -> Result<String, Malformed> {
    let mut plain = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let mut letters = after.chars();
        plain.push(match letters.next().ok_or(Malformed)? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = code_unit(&mut letters)?;
                // Half a pair is no character.
                let second = if (0xd800..0xdc00).contains(&unit)
                    && letters.next() == Some('\\')
                    && letters.next() == Some('u')
                {
                    Some(code_unit(&mut letters)?)
                } else {
                    None
                };
                let mut pair = char::decode_utf16([unit].into_iter().chain(second));
                let character = pair.next().and_then(Result::ok).ok_or(Malformed)?;
                if pair.next().is_some() {
                    return Err(Malformed);
                }
                character
            }
            itself @ ('"' | '\\' | '/') => itself,
            _ => return Err(Malformed),
        });
        rest = letters.as_str();
    }
    plain.push_str(rest);
    Ok(plain)
}

/// Four hexadecimal digits.
fn code_unit(letters: &mut std::str::Chars<'_>) -> Result<u16, Malformed> {
    let mut unit = 0;
    for _ in 0..4 {
        let digit = letters
            .next()
            .and_then(|letter| letter.to_digit(16))
            .ok_or(Malformed)?;
        unit = unit << 4 | digit;
    }
    u16::try_from(unit).map_err(|_| Malformed)
}

macro_rules! read_as {
    ($how:ident: $($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            self.$how(visitor)
        }
    )+};
}

impl<'de> Reader<'de> {
    fn read_integer<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Malformed> {
        match self.integer()? {
            Integer::Negative(number) => visitor.visit_i64(number),
            Integer::Positive(number) => visitor.visit_u64(number),
        }
    }

    fn read_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_str(&self.string()?)
    }

    fn read_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Malformed> {
        self.expect(b'[')?;
        let mut items = Items {
            reader: self,
            close: b']',
            first: true,
        };
        let value = visitor.visit_seq(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn read_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Malformed> {
        self.expect(b'{')?;
        let mut items = Items {
            reader: self,
            close: b'}',
            first: true,
        };
        let value = visitor.visit_map(&mut items)?;
        items.end()?;
        Ok(value)
    }

    fn refuse<V: Visitor<'de>>(&mut self, _: V) -> Result<V::Value, Malformed> {
        Err(Malformed)
    }
}

impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Malformed;

    read_as!(read_integer: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64);
    read_as!(read_integer: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);
    read_as!(read_string: deserialize_str deserialize_string deserialize_identifier deserialize_char);
    read_as!(read_array: deserialize_seq);
    read_as!(read_object: deserialize_map);
    read_as!(refuse: deserialize_any deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        let is = self.eat_word("true");
        if is || self.eat_word("false") {
            visitor.visit_bool(is)
        } else {
            Err(Malformed)
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.eat_word("null") {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.eat_word("null") {
            visitor.visit_unit()
        } else {
            Err(Malformed)
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        if name == RAW {
            visitor.visit_str(self.skip()?)
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.read_array(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.read_array(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.read_object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        let has_value = self.eat(b'{');
        let value = visitor.visit_enum(Variant {
            reader: self,
            has_value,
        })?;
        if has_value {
            self.expect(b'}')?;
        }
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// What stands between two brackets, after the first.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    close: u8,
    first: bool,
}

impl Items<'_, '_> {
    /// Steps to the next item, if there is one.
    fn step(&mut self) -> Result<bool, Malformed> {
        let first = std::mem::replace(&mut self.first, false);
        if self.reader.peek() == Some(self.close) {
            return Ok(false);
        }
        if !first {
            self.reader.expect(b',')?;
        }
        Ok(true)
    }

    fn end(&mut self) -> Result<(), Malformed> {
        self.reader.expect(self.close)
    }
}

impl<'de> de::SeqAccess<'de> for &mut Items<'_, 'de> {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Malformed> {
        if self.step()? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<'de> de::MapAccess<'de> for &mut Items<'_, 'de> {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Malformed> {
        if !self.step()? {
            return Ok(None);
        }
        let key = seed.deserialize(&mut *self.reader)?;
        self.reader.expect(b':')?;
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        seed.deserialize(&mut *self.reader)
    }
}

/// One of several: a name, or an object of one name with its value.
struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
    has_value: bool,
}

impl Variant<'_, '_> {
    fn must_have_value(&self) -> Result<(), Malformed> {
        if self.has_value {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Malformed;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Malformed> {
        let name = seed.deserialize(&mut *self.reader)?;
        if self.has_value {
            self.reader.expect(b':')?;
        }
        Ok((name, self))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Malformed;

    fn unit_variant(self) -> Result<(), Malformed> {
        if self.has_value && !self.reader.eat_word("null") {
            Err(Malformed)
        } else {
            Ok(())
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Malformed> {
        self.must_have_value()?;
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Malformed> {
        self.must_have_value()?;
        self.reader.read_array(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.must_have_value()?;
        self.reader.read_object(visitor)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::{Deserialize, Serialize};

    use super::*;

    /// One of everything that our types are made of.
    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct All {
        text: String,
        maybe: Option<String>,
        yes: bool,
        number: u64,
        signed: i32,
        small: u8,
        pair: (u32, u64),
        list: Vec<One>,
        by_name: BTreeMap<String, bool>,
        #[serde(default)]
        left_out: u32,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum One {
        Plain,
        Named { at: u64 },
        Holding(String),
    }

    const WHOLE: &str = r#"{"text":"a\n\"€\u20ac\ud83d\ude00\u0000/\/","maybe":null,"yes":true,"number":18446744073709551615,"signed":-7,
        "small":0,"pair":[1,2],"list":["plain",{"named":{"at":3}},{"holding":"x"}],"byName":{"a":false,"":true}}"#;

    fn as_serde_json_says<T: DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) {
        assert_eq!(
            from_str::<T>(text).ok(),
            serde_json::from_str::<T>(text).ok(),
            "{text}"
        );
    }

    #[test]
    fn everything_is_read() {
        let all: All = from_str(WHOLE).unwrap();
        assert_eq!(all.text, "a\n\"€€😀\0//");
        assert_eq!(
            all.list,
            [
                One::Plain,
                One::Named { at: 3 },
                One::Holding("x".to_owned())
            ]
        );
        as_serde_json_says::<All>(WHOLE);
    }

    #[test]
    fn it_agrees_with_serde_json() {
        for text in [
            "",
            " ",
            "0",
            "-1",
            "01",
            "-01",
            "00",
            "+1",
            "1.0",
            "1e2",
            "-",
            "1 ",
            " 1",
            "1x",
            "1 1",
            "18446744073709551615",
            "18446744073709551616",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "null",
            "\"1\"",
            "[1]",
            "{}",
        ] {
            as_serde_json_says::<u64>(text);
            as_serde_json_says::<i64>(text);
            as_serde_json_says::<i32>(text);
            as_serde_json_says::<u8>(text);
            as_serde_json_says::<Option<u32>>(text);
        }
        for text in [
            r#""""#,
            r#"""#,
            r#"""""#,
            r#""a"#,
            r#""\""#,
            r#""\"#,
            r#""\x""#,
            r#""\u12""#,
            r#""\u12g4""#,
            r#""\u+123""#,
            r#""\ud800""#,
            r#""\ud800x""#,
            r#""\ud800\n""#,
            r#""\ud800\u0041""#,
            r#""\udc00""#,
            r#""\ud83d\ude00""#,
            r#""\uD83D\uDE00""#,
            "\"a\nb\"",
            "\"a\tb\"",
            "\"\u{7f}€\"",
            "\"\\€\"",
            "a",
            "'a'",
            "null",
            "7",
            r#" "a" "#,
            r#""a"b"#,
        ] {
            as_serde_json_says::<String>(text);
            as_serde_json_says::<Option<String>>(text);
        }
        for text in [
            "[]",
            "[ ]",
            "[1]",
            "[1,2]",
            "[1,2,3]",
            "[1,]",
            "[,1]",
            "[1 2]",
            "[1,2",
            "[1}",
            "[1,,2]",
            "{\"0\":1}",
            "null",
        ] {
            as_serde_json_says::<Vec<u32>>(text);
            as_serde_json_says::<(u32, u32)>(text);
        }
        for text in [
            "{}",
            "{ }",
            r#"{"a":true}"#,
            r#"{"a":true,}"#,
            r#"{,"a":true}"#,
            r#"{"a" true}"#,
            r#"{"a":true "b":true}"#,
            r#"{"a":true,"b":false}"#,
            r#"{"a":tru}"#,
            r#"{"a":truer}"#,
            r#"{"a":}"#,
            r#"{a:true}"#,
            r#"{"a":true]"#,
            r#"{"a":true"#,
            r#"{"\u0061":true}"#,
            "[]",
        ] {
            as_serde_json_says::<BTreeMap<String, bool>>(text);
        }
        for text in [
            r#""plain""#,
            r#"{"plain":null}"#,
            r#"{"plain":{}}"#,
            r#""named""#,
            r#"{"named":{"at":1}}"#,
            r#"{"named":{"at":1},"plain":null}"#,
            r#"{"named":{"at":1,"at":2}}"#,
            r#"{"named":{}}"#,
            r#"{"named":null}"#,
            r#"{"holding":"x"}"#,
            r#"{"holding":null}"#,
            r#""holding""#,
            r#""other""#,
            r#"{"other":1}"#,
            "{}",
            "null",
        ] {
            as_serde_json_says::<One>(text);
        }
    }

    #[test]
    fn a_struct_is_an_object_only() {
        assert_eq!(
            from_str::<All>(r#"["",null,true,1,1,1,[1,2],[],{},1]"#),
            Err(Malformed)
        );
    }

    #[test]
    fn unknown_and_doubled_fields_are_refused_where_the_type_says_so() {
        let inside = WHOLE.strip_suffix('}').unwrap();
        assert!(from_str::<All>(&format!("{inside},\"leftOut\":1}}")).is_ok());
        for more in [r#","other":1"#, r#","yes":true"#] {
            assert_eq!(
                from_str::<All>(&format!("{inside}{more}}}")),
                Err(Malformed)
            );
        }
    }

    #[test]
    fn what_is_not_asked_for_is_skipped_whatever_it_is() {
        #[derive(Debug, Default, PartialEq, Deserialize)]
        #[serde(default)]
        struct Some {
            wanted: u32,
        }
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for other in [
            "1.5e-3",
            "null",
            r#""half a pair \ud800 ]}\"""#,
            "[]",
            "{}",
            r#"[{"a":[1,{"b":"}"}]},2]"#,
            " [ { } , [ ] ] ",
            &deep,
        ] {
            let text = format!(r#"{{"other":{other},"wanted":7}}"#);
            assert_eq!(from_str(&text), Ok(Some { wanted: 7 }), "{other:.40}");
        }
        for other in [
            "",
            "[",
            "[}",
            "{]",
            "[1,]",
            "{\"a\"}",
            "{\"a\":1,}",
            "{1:1}",
            "nul",
            "\"",
            "x",
        ] {
            let text = format!(r#"{{"other":{other},"wanted":7}}"#);
            assert_eq!(from_str::<Some>(&text), Err(Malformed), "{other}");
        }
    }

    #[test]
    fn a_raw_value_is_what_was_written() {
        let written = r#"{"a" : [1, "\u0041]"]}"#;
        assert_eq!(from_str(written), Ok(Raw(written.to_owned())));
        let table: BTreeMap<String, Raw> =
            from_str(&format!("{{\"x\": {written} , \"y\":\"z\"}}")).unwrap();
        assert_eq!(
            table
                .into_values()
                .map(|Raw(text)| text)
                .collect::<Vec<_>>(),
            [written, "\"z\""]
        );
        assert_eq!(from_str::<Raw>("[1"), Err(Malformed));
    }

    proptest! {
        #[test]
        fn any_string_survives(text: String) {
            prop_assert_eq!(from_str(&serde_json::to_string(&text).unwrap()), Ok(text));
        }

        /// Whatever is done to a text: if it is read at all, then as `serde_json` reads it.
        #[test]
        fn it_is_never_laxer_than_serde_json(
            changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(r#"{}[]",:\u019-.+e ntx"#.chars().collect::<Vec<_>>())), 1..4),
            end in any::<prop::sample::Index>(),
            cut: bool,
        ) {
            let mut letters: Vec<char> = WHOLE.chars().collect();
            for (at, letter) in changes {
                let at = at.index(letters.len());
                letters[at] = letter;
            }
            if cut {
                letters.truncate(end.index(letters.len()));
            }
            let text: String = letters.into_iter().collect();
            if let Ok(read) = from_str::<All>(&text) {
                prop_assert_eq!(serde_json::from_str::<All>(&text).ok(), Some(read));
            }
        }
    }
}
