//! One key, many uses: HKDF-SHA256 (RFC 5869) without salt, one label for each use.
//!
//! Every label is in this file, so that two uses can never share one.

use hkdf::Hkdf;
use sha2::Sha256;

use crate::vault::secret::Key;

/// What a derived key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// The key check in front of every envelope: commits to the key (`facts/security.md` §1.2).
    KeyCheck,
    /// Sealing a vault key under a wrapping key.
    SealKeyWrap,
    /// Sealing an account.
    SealAccount,
    /// Sealing a capture that waits for a person.
    SealReview,
    /// Sealing something of the inbox namespace with a symmetric key.
    SealInbox,
    /// Sealing other state.
    SealState,
    /// Sealing that an account was deleted.
    SealTombstone,
    /// Sealing an item of the sync area.
    SealSynced,
    /// The MAC over the header.
    HeaderMac,
    /// Input of HPKE's DeriveKeyPair for the inbox.
    InboxKeyPair,
    /// The ids of accounts.
    AccountId,
    /// From a passkey's answer to a wrapping key.
    WrapByPasskey,
    /// From a device's key to a wrapping key.
    WrapByDevice,
}

impl Use {
    /// The label. Frozen: changing one makes every stored vault unreadable.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::KeyCheck => b"token-keeper 1 key check",
            Self::SealKeyWrap => b"token-keeper 1 seal key wrap",
            Self::SealAccount => b"token-keeper 1 seal account",
            Self::SealReview => b"token-keeper 1 seal review",
            Self::SealInbox => b"token-keeper 1 seal inbox",
            Self::SealState => b"token-keeper 1 seal state",
            Self::SealTombstone => b"token-keeper 1 seal tombstone",
            Self::SealSynced => b"token-keeper 1 seal synced",
            Self::HeaderMac => b"token-keeper 1 header mac",
            Self::InboxKeyPair => b"token-keeper 1 inbox key pair",
            Self::AccountId => b"token-keeper 1 account id",
            Self::WrapByPasskey => b"token-keeper 1 wrap by passkey",
            Self::WrapByDevice => b"token-keeper 1 wrap by device",
        }
    }
}

/// The key for this use.
#[must_use]
pub fn derive(key: &Key, purpose: Use) -> Key {
    Key::new(derived(key, purpose))
}

/// The 16 bytes by which an envelope names its key.
#[must_use]
pub fn key_check(key: &Key) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = derived(key, Use::KeyCheck);
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
}

/// Three uses come with every record; deriving them anew each time would take most of an unlock.
fn derived(key: &Key, purpose: Use) -> [u8; 32] {
    let number = match purpose {
        Use::KeyCheck => Some(0),
        Use::SealAccount => Some(1),
        Use::AccountId => Some(2),
        _ => None,
    };
    match number.and_then(|number| key.derived(number)) {
        Some(remembered) => *remembered.get_or_init(|| expand(key, purpose)),
        None => expand(key, purpose),
    }
}

fn expand(key: &Key, purpose: Use) -> [u8; 32] {
    let mut bytes = [0; 32];
    #[expect(
        clippy::expect_used,
        reason = "the only failure is a length above 255 times 32"
    )]
    Hkdf::<Sha256>::new(None, key.expose())
        .expand(purpose.label(), &mut bytes)
        .expect("32 bytes are one block");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_use_has_its_own_key() {
        use Use::*;
        let all = [
            KeyCheck,
            SealKeyWrap,
            SealAccount,
            SealReview,
            SealInbox,
            SealState,
            SealTombstone,
            SealSynced,
            HeaderMac,
            InboxKeyPair,
            AccountId,
            WrapByPasskey,
            WrapByDevice,
        ];
        let key = Key::new([5; 32]);
        let distinct: BTreeSet<_> = all.iter().map(|&u| *derive(&key, u).expose()).collect();
        assert_eq!(distinct.len(), all.len());
        assert!(!distinct.contains(key.expose()));
    }
}
