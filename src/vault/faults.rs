//! What a person is told. The many codes of this room become a few: whoever stands before a lock
//! can act on "wrong passphrase" and "damaged", not on the name of a broken rule. The precise codes
//! stay in the error types, for tests and for a report without secrets.

use crate::vault::copies::Finding;
use crate::vault::kdf::KdfError;
use crate::vault::keys::{HeaderError, UnlockError};
use crate::vault::manifest::CommitError;
use crate::vault::preamble::{OpenError, SealError};
use crate::vault::records::RecordError;
use crate::vault::slot::SlotError;
use crate::vault::store::StoreError;
use crate::vault::ways::ChangeError;
use crate::wire::errors::Fault;

/// The passphrase does not open the vault.
pub const WRONG_PASSPHRASE: &str = "wrong_passphrase";
/// The passphrase is empty.
pub const PASSPHRASE_EMPTY: &str = "passphrase_empty";
/// Something stored is not what was written.
pub const STORE_DAMAGED: &str = "store_damaged";
/// Something stored was written by a newer version.
pub const VAULT_TOO_NEW: &str = "vault_too_new";
/// The stored costs would make guessing cheap.
pub const KDF_TOO_WEAK: &str = "kdf_too_weak";
/// The stored costs would take the machine down.
pub const KDF_TOO_COSTLY: &str = "kdf_too_costly";
/// The machine did not give the memory for the stretch.
pub const NO_MEMORY: &str = "no_memory";
/// A field or a record is larger than allowed.
pub const RECORD_TOO_LARGE: &str = "record_too_large";
/// It could not be sealed, so it was not written.
pub const NOT_SEALED: &str = "not_sealed";
/// The passkey, or the key of this device, does not open the vault.
pub const KEY_UNKNOWN: &str = "key_unknown";
/// There is no such way into the vault.
pub const WAY_GONE: &str = "way_gone";
/// The last way into the vault stays.
pub const LAST_WAY: &str = "last_way";
/// No further way into the vault fits.
pub const TOO_MANY_WAYS: &str = "too_many_ways";
/// This way into the vault is there already.
pub const WAY_EXISTS: &str = "way_exists";
/// The vault key is being changed; that has to end first.
pub const ROTATION_UNFINISHED: &str = "rotation_unfinished";
/// Something may be missing from both copies of the store.
pub const STORE_INCOMPLETE: &str = "store_incomplete";
/// Both copies of the store are older than what was seen.
pub const STORE_ROLLED_BACK: &str = "store_rolled_back";
/// The copies of the store belong to two vaults.
pub const STORE_OTHER_VAULT: &str = "store_other_vault";
/// A copy of the store could not be read.
pub const STORE_UNREADABLE: &str = "store_unreadable";

/// Every code that this room puts into a [`Fault`]; `_locales` needs `fault_<code>` for each.
pub const ALL: [&str; 19] = [
    WRONG_PASSPHRASE,
    PASSPHRASE_EMPTY,
    STORE_DAMAGED,
    VAULT_TOO_NEW,
    KDF_TOO_WEAK,
    KDF_TOO_COSTLY,
    NO_MEMORY,
    RECORD_TOO_LARGE,
    NOT_SEALED,
    KEY_UNKNOWN,
    WAY_GONE,
    LAST_WAY,
    TOO_MANY_WAYS,
    WAY_EXISTS,
    ROTATION_UNFINISHED,
    STORE_INCOMPLETE,
    STORE_ROLLED_BACK,
    STORE_OTHER_VAULT,
    STORE_UNREADABLE,
];

impl From<KdfError> for Fault {
    fn from(error: KdfError) -> Self {
        Self::new(match error {
            KdfError::TooWeak => KDF_TOO_WEAK,
            KdfError::TooCostly => KDF_TOO_COSTLY,
            KdfError::EmptyPassphrase => PASSPHRASE_EMPTY,
            KdfError::NoMemory => NO_MEMORY,
            KdfError::Refused => STORE_DAMAGED,
        })
    }
}

impl From<OpenError> for Fault {
    fn from(error: OpenError) -> Self {
        Self::new(match error {
            OpenError::UnknownVersion | OpenError::UnknownSuite => VAULT_TOO_NEW,
            OpenError::TooShort
            | OpenError::TooLong
            | OpenError::NotCanonical
            | OpenError::BadMagic
            | OpenError::WrongNamespace
            | OpenError::WrongId
            | OpenError::WrongKey
            | OpenError::Damaged
            | OpenError::BadPadding
            | OpenError::Stale => STORE_DAMAGED,
        })
    }
}

impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        Self::new(match error {
            SealError::TooLong => RECORD_TOO_LARGE,
            SealError::Refused => NOT_SEALED,
        })
    }
}

impl From<HeaderError> for Fault {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::UnknownVersion | HeaderError::UnknownSlot => Self::new(VAULT_TOO_NEW),
            HeaderError::BadMagic | HeaderError::Damaged | HeaderError::NotCanonical => {
                Self::new(STORE_DAMAGED)
            }
            HeaderError::Kdf(error) => error.into(),
        }
    }
}

impl From<UnlockError> for Fault {
    fn from(error: UnlockError) -> Self {
        match error {
            UnlockError::WrongPassphrase => Self::new(WRONG_PASSPHRASE),
            UnlockError::WrongKey => Self::new(KEY_UNKNOWN),
            UnlockError::Damaged => Self::new(STORE_DAMAGED),
            UnlockError::Kdf(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Fault {
    fn from(error: ChangeError) -> Self {
        Self::new(match error {
            ChangeError::Slot(SlotError::Kdf(error)) => return error.into(),
            ChangeError::Slot(SlotError::Seal(error)) => return error.into(),
            ChangeError::Slot(SlotError::BadPasskey) => NOT_SEALED,
            ChangeError::WrongKey => STORE_DAMAGED,
            ChangeError::WrongPassphrase => WRONG_PASSPHRASE,
            ChangeError::NoSuchWay => WAY_GONE,
            ChangeError::LastWay => LAST_WAY,
            ChangeError::TooManyWays => TOO_MANY_WAYS,
            ChangeError::WayExists => WAY_EXISTS,
            ChangeError::Rotating => ROTATION_UNFINISHED,
        })
    }
}

impl From<CommitError> for Fault {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::NoManifest | CommitError::Incomplete => Self::new(STORE_INCOMPLETE),
        }
    }
}

impl Finding {
    /// What a person is told of this; `None` if there is nothing to tell, or it is mended.
    #[must_use]
    pub const fn fault(self) -> Option<Fault> {
        Some(Fault::new(match self {
            Self::Fresh | Self::Healthy | Self::Mended => return None,
            Self::Incomplete => STORE_INCOMPLETE,
            Self::Damaged => STORE_DAMAGED,
            Self::Unreadable => STORE_UNREADABLE,
            Self::RolledBack => STORE_ROLLED_BACK,
            Self::OtherVault => STORE_OTHER_VAULT,
        }))
    }
}

impl From<RecordError> for Fault {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::TooNew => Self::new(VAULT_TOO_NEW),
            RecordError::Malformed => Self::new(STORE_DAMAGED),
            RecordError::TooLarge(_) => Self::new(RECORD_TOO_LARGE),
            RecordError::Open(error) => error.into(),
            RecordError::Seal(error) => error.into(),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::HeaderMissing | StoreError::WrongName | StoreError::NotWhatWasWritten => {
                Self::new(STORE_DAMAGED)
            }
            StoreError::Header(error) => error.into(),
            StoreError::Record(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_is_told() {
        let table: [(Fault, &str); 12] = [
            (UnlockError::WrongPassphrase.into(), "wrong_passphrase"),
            (UnlockError::Damaged.into(), "store_damaged"),
            (UnlockError::Kdf(KdfError::NoMemory).into(), "no_memory"),
            (HeaderError::UnknownSlot.into(), "vault_too_new"),
            (HeaderError::Kdf(KdfError::TooWeak).into(), "kdf_too_weak"),
            (
                HeaderError::Kdf(KdfError::TooCostly).into(),
                "kdf_too_costly",
            ),
            (
                ChangeError::Slot(SlotError::Kdf(KdfError::EmptyPassphrase)).into(),
                "passphrase_empty",
            ),
            (RecordError::TooNew.into(), "vault_too_new"),
            (RecordError::TooLarge("label").into(), "record_too_large"),
            (
                RecordError::Open(OpenError::Damaged).into(),
                "store_damaged",
            ),
            (SealError::Refused.into(), "not_sealed"),
            (StoreError::HeaderMissing.into(), "store_damaged"),
        ];
        for (fault, code) in table {
            assert_eq!(fault.code, code);
            assert!(ALL.contains(&code));
        }
    }
}
