//! The keys that a record of one vault may be sealed with: one, or two while the key is rotated.

use crate::vault::keys;
use crate::vault::secret::Key;
use crate::wire::views::Realm;

/// The vault key, and the one before it while a rotation is under way. Everything new is sealed with
/// the present one; both are tried when something is opened.
#[derive(Debug)]
pub struct KeyRing {
    present: Key,
    previous: Option<Key>,
}

impl KeyRing {
    /// A ring of these keys. Ask [`Header::key_ring`](keys::Header::key_ring): it finds the previous one.
    #[must_use]
    pub const fn new(present: Key, previous: Option<Key>) -> Self {
        Self { present, previous }
    }

    /// The key that everything is sealed with.
    #[must_use]
    pub const fn present(&self) -> &Key {
        &self.present
    }

    /// The key before, whose records are being sealed anew.
    #[must_use]
    pub const fn previous(&self) -> Option<&Key> {
        self.previous.as_ref()
    }

    /// The present key, then the previous one.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.present).chain(&self.previous)
    }

    /// Every id under which an account of this user may lie, the present one first.
    pub(crate) fn account_ids(
        &self,
        username: &str,
        realm: Realm,
    ) -> impl Iterator<Item = [u8; 16]> {
        self.iter()
            .map(move |key| keys::account_id(key, username, realm))
    }
}
