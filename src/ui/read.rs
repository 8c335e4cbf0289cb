//! Reads what the background answers into our types, in a fraction of `serde-wasm-bindgen`'s size.
//!
//! That crate, and serde's own look-ahead for tagged enums, bring a sentence for every way in which reading can
//! fail, and with them the printing of floats: 60 KB for this app. The background is ours, so one failure is enough
//! ([`Malformed`]). Types that can only be read by looking ahead (`untagged`, internally tagged) are refused.

use js_sys::{Array, Reflect};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer, Visitor};
use wasm_bindgen::JsValue;

use crate::wire::json::Malformed;

/// Reads a value of plain objects, lists, texts, numbers and truths; `None` if the type expects another.
#[must_use]
pub fn read<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    T::deserialize(Value(value)).ok()
}

struct Value(JsValue);

impl Value {
    fn number(&self) -> Result<f64, Malformed> {
        self.0.as_f64().ok_or(Malformed)
    }

    fn text(&self) -> Result<String, Malformed> {
        self.0.as_string().ok_or(Malformed)
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "a float is cut to the range of the integer, which the type then checks"
    )]
    fn read_whole<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_i64(self.number()? as i64)
    }

    fn read_float<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_f64(self.number()?)
    }

    fn read_text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_string(self.text()?)
    }

    fn read_list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if !Array::is_array(&self.0) {
            return Err(Malformed);
        }
        visitor.visit_seq(Items {
            list: self.0.into(),
            next: 0,
        })
    }

    fn refuse<'de, V: Visitor<'de>>(self, _: V) -> Result<V::Value, Malformed> {
        Err(Malformed)
    }
}

macro_rules! read_as {
    ($how:ident: $($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
            self.$how(visitor)
        }
    )+};
}

impl<'de> de::Deserializer<'de> for Value {
    type Error = Malformed;

    read_as!(read_whole: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64);
    read_as!(read_whole: deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);
    read_as!(read_float: deserialize_f32 deserialize_f64);
    read_as!(read_text: deserialize_str deserialize_string deserialize_identifier deserialize_char);
    read_as!(read_list: deserialize_seq);
    read_as!(refuse: deserialize_any deserialize_map deserialize_bytes deserialize_byte_buf deserialize_unit);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_bool(self.0.as_bool().ok_or(Malformed)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        if self.0.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        if !self.0.is_object() {
            return Err(Malformed);
        }
        visitor.visit_map(Fields {
            object: self.0,
            names,
            value: JsValue::UNDEFINED,
        })
    }

    /// Only of names alone.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        let text = self.text()?;
        let name: StrDeserializer<'_, Malformed> = text.as_str().into_deserializer();
        visitor.visit_enum(name)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.refuse(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.read_list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Malformed> {
        self.read_list(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Malformed> {
        visitor.visit_unit()
    }
}

struct Items {
    list: Array,
    next: u32,
}

impl<'de> de::SeqAccess<'de> for Items {
    type Error = Malformed;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Malformed> {
        if self.next >= self.list.length() {
            return Ok(None);
        }
        let item = self.list.get(self.next);
        self.next += 1;
        seed.deserialize(Value(item)).map(Some)
    }
}

/// The fields that the type names; whatever else the object holds is never looked at.
struct Fields {
    object: JsValue,
    names: &'static [&'static str],
    value: JsValue,
}

impl Fields {
    /// Goes on to the next name that the object has.
    #[inline(never)]
    fn step(&mut self) -> Option<&'static str> {
        while let Some((name, rest)) = self.names.split_first() {
            self.names = rest;
            let value = Reflect::get(&self.object, &JsValue::from_str(name)).unwrap_or_default();
            if !value.is_undefined() {
                self.value = value;
                return Some(name);
            }
        }
        None
    }
}

impl<'de> de::MapAccess<'de> for Fields {
    type Error = Malformed;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Malformed> {
        let Some(name) = self.step() else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Malformed> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Malformed> {
        seed.deserialize(Value(std::mem::take(&mut self.value)))
    }
}
