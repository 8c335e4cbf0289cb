//! From a passphrase to a key: Argon2id version 1.3 (RFC 9106), 32 bytes out.
//!
//! The costs lie in the header of the vault, where a thief or a hostile sync server can write too;
//! so they are held between a floor (or guessing would become cheap) and a ceiling (or opening would
//! take the machine down) before anything is computed (`facts/security.md` §1.2).
//!
//! A passphrase is its bytes as UTF-8, exactly as typed. It is **not** normalised (NFKC): two ways of
//! typing "é" are two passphrases. Normalising would bind the vault to one version of Unicode's
//! tables for ever.

use argon2::{Algorithm, Argon2, Block, Version};
use zeroize::Zeroize;

use crate::vault::secret::{Key, SecretText};

/// Argon2id costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Lanes. We compute them one after the other, so more than one buys nothing here.
    pub lanes: u32,
}

impl Params {
    /// What a vault is made with today: about 0.3 s on a small machine (`facts/security.md` §1.1).
    pub const PRESENT: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };
    /// The least that is accepted on read: one of OWASP's equal choices (`facts/security.md` §1.1).
    pub const FLOOR: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };
    /// The most that is accepted on read.
    pub const CEILING: Self = Self {
        memory_kib: 256 * 1024,
        passes: 10,
        lanes: 4,
    };

    /// Are these costs between [`Params::FLOOR`] and [`Params::CEILING`], each of them?
    ///
    /// # Errors
    /// [`KdfError::TooWeak`] or [`KdfError::TooCostly`].
    pub fn check(self) -> Result<(), KdfError> {
        if self.below(Self::FLOOR) {
            return Err(KdfError::TooWeak);
        }
        if Self::CEILING.below(self) {
            return Err(KdfError::TooCostly);
        }
        Ok(())
    }

    /// Is any of these costs lower than its counterpart?
    #[must_use]
    pub fn below(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.passes < other.passes || self.lanes < other.lanes
    }

    /// These costs, each raised to its counterpart where that is higher. What both of them allow, it
    /// allows too.
    #[must_use]
    pub fn at_least(self, other: Self) -> Self {
        Self {
            memory_kib: self.memory_kib.max(other.memory_kib),
            passes: self.passes.max(other.passes),
            lanes: self.lanes.max(other.lanes),
        }
    }

    /// Memory times passes: what one stretch takes of the machine.
    #[must_use]
    pub(crate) fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// Three big-endian words: memory, passes, lanes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let words = [self.memory_kib, self.passes, self.lanes];
        for (place, word) in bytes.chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// Reads what [`Params::to_bytes`] wrote, unchecked.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 12]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        Self {
            memory_kib: u32::from_be_bytes([a, b, c, d]),
            passes: u32::from_be_bytes([e, f, g, h]),
            lanes: u32::from_be_bytes([i, j, k, l]),
        }
    }
}

/// Why no key came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KdfError {
    /// The stored costs are below [`Params::FLOOR`].
    #[error("the passphrase costs are too low")]
    TooWeak,
    /// The stored costs are above [`Params::CEILING`].
    #[error("the passphrase costs are too high")]
    TooCostly,
    /// The passphrase is empty.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The machine did not give the memory.
    #[error("not enough memory to check the passphrase")]
    NoMemory,
    /// The primitive refused its input (e.g. lanes that do not fit the memory).
    #[error("the passphrase could not be stretched")]
    Refused,
}

impl KdfError {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooWeak => "kdf_too_weak",
            Self::TooCostly => "kdf_too_costly",
            Self::EmptyPassphrase => "passphrase_empty",
            Self::NoMemory => "no_memory",
            Self::Refused => "kdf_failed",
        }
    }
}

/// Stretches a passphrase (its UTF-8 bytes, not normalised) into a key.
///
/// # Errors
/// Costs outside the bounds, an empty passphrase, or no memory: see [`KdfError`].
pub fn derive(passphrase: &SecretText, salt: &[u8; 16], params: Params) -> Result<Key, KdfError> {
    params.check()?;
    if passphrase.is_empty() {
        return Err(KdfError::EmptyPassphrase);
    }
    let costs = argon2::Params::new(params.memory_kib, params.passes, params.lanes, Some(32))
        .map_err(|_| KdfError::Refused)?;
    let mut memory = Memory::of(costs.block_count())?;
    let mut bytes = [0; 32];
    let outcome = Argon2::new(Algorithm::Argon2id, Version::V0x13, costs)
        .hash_password_into_with_memory(
            passphrase.expose().as_bytes(),
            salt,
            &mut bytes,
            &mut memory.0,
        );
    let key = Key::new(bytes);
    bytes.zeroize();
    outcome.map(|()| key).map_err(|_| KdfError::Refused)
}

/// The working memory. The key is one hash away from its last blocks, wasm memory never shrinks, and
/// the crate's own buffer is freed unwiped; so the buffer is ours.
struct Memory(Vec<Block>);

impl Memory {
    fn of(blocks: usize) -> Result<Self, KdfError> {
        let mut memory = Vec::new();
        memory
            .try_reserve_exact(blocks)
            .map_err(|_| KdfError::NoMemory)?;
        memory.resize(blocks, Block::new());
        Ok(Self(memory))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(Zeroize::zeroize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(memory_kib: u32, passes: u32, lanes: u32) -> Params {
        Params {
            memory_kib,
            passes,
            lanes,
        }
    }

    #[test]
    fn costs_have_a_floor_and_a_ceiling() {
        let table = [
            (params(19 * 1024, 2, 1), Ok(())),
            (params(64 * 1024, 3, 1), Ok(())),
            (params(256 * 1024, 10, 4), Ok(())),
            (params(19 * 1024 - 1, 2, 1), Err(KdfError::TooWeak)),
            (params(19 * 1024, 1, 1), Err(KdfError::TooWeak)),
            (params(19 * 1024, 2, 0), Err(KdfError::TooWeak)),
            (params(0, 0, 0), Err(KdfError::TooWeak)),
            (params(256 * 1024 + 1, 10, 4), Err(KdfError::TooCostly)),
            (params(64 * 1024, 11, 1), Err(KdfError::TooCostly)),
            (params(64 * 1024, 3, 5), Err(KdfError::TooCostly)),
            (
                params(u32::MAX, u32::MAX, u32::MAX),
                Err(KdfError::TooCostly),
            ),
        ];
        for (params, expected) in table {
            assert_eq!(params.check(), expected, "{params:?}");
            let pass = SecretText::from("x");
            if let Err(refused) = expected {
                assert_eq!(derive(&pass, &[0; 16], params), Err(refused));
            }
        }
    }

    #[test]
    fn bytes_round_trip() {
        let odd = params(0x0102_0304, 0x0506_0708, 0x090a_0b0c);
        assert_eq!(odd.to_bytes(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        assert_eq!(Params::from_bytes(odd.to_bytes()), odd);
    }

    #[test]
    fn passphrase_and_salt_both_count() {
        let derive =
            |pass: &str, salt| derive(&SecretText::from(pass), &salt, Params::FLOOR).unwrap();
        let key = derive("correct horse", [1; 16]);
        assert!(key == derive("correct horse", [1; 16]));
        assert!(key != derive("correct horse", [2; 16]));
        assert!(key != derive("correct horsf", [1; 16]));
        // Composed and decomposed é: two passphrases, as the module says.
        assert!(derive("\u{e9}", [1; 16]) != derive("e\u{301}", [1; 16]));
    }

    #[test]
    fn an_empty_passphrase_is_refused() {
        let empty = SecretText::default();
        assert_eq!(
            derive(&empty, &[0; 16], Params::FLOOR),
            Err(KdfError::EmptyPassphrase)
        );
    }
}
