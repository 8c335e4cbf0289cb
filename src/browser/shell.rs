//! What the background needs from the browser, as a trait with two implementations: the extension
//! APIs (`extension`, wasm only) and the in-memory twin of the tests.

use std::collections::BTreeMap;

use crate::wire::errors::Fault;
use crate::wire::messages::{MailReading, Outcome, PageFacts};

/// Locks the vault when it was not used for long enough.
pub const ALARM_LOCK: &str = "lock";
/// Looks at the flow's tab again.
pub const ALARM_LOOK: &str = "look";
/// Forgets a link that is too old to work; loading the session does it.
pub const ALARM_LINK: &str = "link";
/// Reminds that a new token is due.
pub const ALARM_REMIND: &str = "remind";
/// Compares the vault with the sync area.
pub const ALARM_SYNC: &str = "sync";
/// Clears the clipboard.
pub const ALARM_CLIPBOARD: &str = "clipboard";

/// The storage areas. Values are strings: base64 of sealed bytes, or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// On disk. Nothing secret goes there unsealed.
    Local,
    /// In memory; gone when the browser closes.
    Session,
    /// On disk, elsewhere: the second copy of the vault (IndexedDB).
    Copy,
    /// On disk, elsewhere again: what was seen of the vault last (cache storage).
    Witness,
    /// What the browser carries to the person's other computers. Its maker is not trusted with anything.
    Sync,
}

/// A read or write that failed; nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageFailed;

/// A read that failed, as the person is told of it.
pub fn unreadable(_: StorageFailed) -> Fault {
    Fault::new("store_unreadable")
}

/// A tab, as far as the browser tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TabInfo {
    /// Its address; only where we hold a permission for it.
    pub url: Option<String>,
    /// Has it finished loading?
    pub complete: bool,
}

/// How the toolbar icon looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Badge {
    /// Plain.
    None,
    /// A guided flow runs.
    Running,
    /// The flow waits for the person's press.
    Press,
    /// So many captures wait for the person.
    Review(usize),
    /// A new token is due.
    Due,
    /// Something was noticed while no app page was open.
    News,
}

/// The browser, as the background sees it.
#[allow(async_fn_in_trait)]
pub trait Shell {
    /// Milliseconds since 1970.
    fn now(&self) -> u64;
    /// Fills the buffer from the system's generator.
    fn random(&self, buffer: &mut [u8]);
    /// Our extension id and the origin of our pages.
    fn identity(&self) -> (String, String);

    /// These entries of an area, as far as they are there.
    async fn get(
        &self,
        area: Area,
        names: &[String],
    ) -> Result<BTreeMap<String, String>, StorageFailed>;
    /// The names of all entries of an area.
    async fn names(&self, area: Area) -> Result<Vec<String>, StorageFailed>;
    /// Everything in an area.
    async fn read(&self, area: Area) -> Result<BTreeMap<String, String>, StorageFailed>;
    /// Writes all or nothing.
    async fn write(&self, area: Area, items: &[(String, String)]) -> Result<(), StorageFailed>;
    /// Removes these keys.
    async fn remove(&self, area: Area, keys: &[String]) -> Result<(), StorageFailed>;

    /// A tab, or `None` if it is gone.
    async fn tab(&self, tab: i32) -> Option<TabInfo>;
    /// Leads a tab to an address and brings it to the front.
    async fn open(&self, tab: i32, url: &str);
    /// Opens an address in a new tab, in front; `None` if the browser did not.
    async fn open_new(&self, url: &str) -> Option<i32>;
    /// Asks a page agent for its facts; `None` if there is no agent.
    async fn look(&self, tab: i32, frame: i64) -> Option<PageFacts>;
    /// The only way in which anything is written into or pressed on a page.
    async fn act(&self, tab: i32, frame: i64, act: &crate::wire::messages::Act) -> Outcome;
    /// Reads the tab in front once; `None` if the browser does not allow it.
    async fn scan(&self, tab: i32) -> Option<MailReading>;

    /// Runs a tool ([`crate::tools::run`]) in an instance of its own.
    async fn tool(&self, name: &'static str, input: &str) -> Option<String>;
    /// Sends one request (JSON of [`crate::handover::probe::Request`]) without cookies, follows no redirect, and gives what
    /// came back as JSON of [`crate::handover::probe::Got`]. `None` if the browser gave nothing at all.
    async fn post(&self, request: &str) -> Option<String>;
    /// Describes the tab in front once, whatever its host (needs `activeTab` and `scripting`): JSON of
    /// `[{"result": `[`PageFacts`]`}]`, as the browser gives it, for a tool to read. `None` where the browser does not
    /// allow it.
    async fn look_once(&self, tab: i32) -> Option<String>;

    /// Registers the mail reader for the providers that are allowed now, and for no others.
    async fn register_mail_reader(&self);
    /// Names of the providers that are allowed now.
    async fn mail_allowed(&self) -> Vec<String>;
    /// May the clipboard be read?
    async fn clipboard_allowed(&self) -> bool;
    /// Clears the clipboard if the SHA-256 (hex) of its text is this.
    async fn clear_clipboard(&self, sha256: &str);

    /// Removes the cookies of just this host, in the cookie store of the tab; how many there were. `None` without the
    /// permission, or where the browser failed.
    async fn clear_cookies(&self, host: &str, tab: Option<i32>) -> Option<u32>;

    /// Says outside of the app that a new token is due, if that is allowed. It names nobody.
    async fn notify(&self);
    /// Longest period of rotation that the company's policy allows, in days; 0 = no rule.
    async fn policy_days(&self) -> u32;

    /// Calls back by [`super::Waking::Alarm`] after so many milliseconds, even if the worker died meanwhile.
    async fn alarm(&self, name: &'static str, after_ms: u64);
    /// Shows the badge.
    async fn badge(&self, badge: Badge);
    /// Tells open app pages that the state changed.
    async fn changed(&self);
}
