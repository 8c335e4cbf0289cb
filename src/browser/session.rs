//! What the background remembers in `storage.session`: memory only, gone when the browser closes.

use serde::{Deserialize, Serialize};

use crate::browser::disk::Store;
use crate::guide::flow::Flow;
use crate::vault::review::Pending;

/// Most digests of what was dealt with already.
const MOST_SEEN: usize = 200;
/// Most tabs whose user names are remembered; the oldest is forgotten first.
const MOST_TABS: usize = 30;

/// Most look-alike hosts that are remembered as dismissed; the oldest is forgotten first.
const MOST_DISMISSED: usize = 50;
/// Longest host of them, with its port: no name that a browser shows is longer.
const LONGEST_HOST: usize = 260;

/// The session, one JSON value under one key.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// How the store was found when this session of the browser began.
    pub store: Option<Store>,
    /// When the open vault locks (milliseconds since 1970).
    pub locks_at: Option<u64>,
    /// The guided flow.
    pub flow: Option<Flow>,
    /// When to look at the flow's tab again, soonest first (milliseconds since 1970).
    pub looks: Vec<u64>,
    /// Who signed in where, one note a tab.
    pub tabs: Vec<TabNote>,
    /// What happened before a vault exists.
    pub waiting: Vec<Pending>,
    /// What was noticed last (`notice_<code>`).
    pub notice: Option<String>,
    /// When the vault is compared with the sync area (milliseconds since 1970).
    pub sync_at: Option<u64>,
    /// Why that did not work the last time, or why it is over.
    pub sync_fault: Option<String>,
    /// Wrong passphrases in a row, and when the last one was.
    pub wrong: (u32, u64),
    /// How many items wait; absent when that has to be counted anew.
    pub counts: Option<Counts>,
    /// SHA-256 of what we put on the clipboard.
    pub clipboard: Option<String>,
    /// Hosts of whose imitation the person wants to hear no more.
    pub dismissed: Vec<String>,
    /// The link of a password-reset mail that waits for the person's press.
    pub offered: Option<Offered>,
    /// Random; the key of the digests in `seen`.
    pub salt: Option<String>,
    /// Digests of the tokens that were sealed since the vault was locked, and of the links that were opened.
    pub seen: Vec<String>,
    /// Was something noticed while no app page was open?
    pub news: bool,
    /// The reminder for which a notification was shown: it is shown once.
    pub rang: Option<u64>,
}

/// How many items wait for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// For a person, in *to review*.
    pub reviews: usize,
    /// For the next unlock, in the inbox.
    pub sealed: usize,
}

/// The link of a password-reset mail. Its address is a secret: never shown, never logged, never on disk.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// The whole address.
    pub url: String,
    /// The genuine host that it leads to.
    pub host: String,
    /// The user name that the mail names.
    pub username: Option<String>,
    /// When it was seen (milliseconds since 1970).
    pub at: u64,
}

/// What is known about one tab.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TabNote {
    /// The tab.
    pub tab: i32,
    /// The user name that was submitted on, or shown by, a genuine page of it.
    pub username: Option<String>,
    /// The genuine host on which that was.
    pub host: String,
    /// When (milliseconds since 1970).
    pub at: u64,
    /// A person sent a new password here at this time; the next page tells whether it was taken.
    pub changing: Option<u64>,
    /// A reset was noticed here at this time; a reload of its page is not a second one for us.
    pub reset_seen: Option<String>,
}

impl Session {
    /// Remembers the digest of something; the oldest one is forgotten first.
    pub fn note_seen(&mut self, digest: String) {
        push_within(&mut self.seen, MOST_SEEN, digest);
    }

    /// What is known about a tab.
    #[must_use]
    pub fn tab(&self, tab: i32) -> Option<&TabNote> {
        self.tabs.iter().find(|note| note.tab == tab)
    }

    /// [`Session::tab`], to change it.
    pub fn tab_mut(&mut self, tab: i32) -> Option<&mut TabNote> {
        self.tabs.iter_mut().find(|note| note.tab == tab)
    }

    /// Remembers that the person wants no warning of this host.
    pub fn dismiss(&mut self, host: String) {
        if host.len() > LONGEST_HOST || self.dismissed.contains(&host) {
            return;
        }
        push_within(&mut self.dismissed, MOST_DISMISSED, host);
    }

    /// Remembers something about a tab.
    pub fn note_tab(&mut self, tab: i32, host: &str, now: u64) -> &mut TabNote {
        if self.tab(tab).is_none() {
            if self.tabs.len() >= MOST_TABS
                && let Some(oldest) = self
                    .tabs
                    .iter()
                    .min_by_key(|note| note.at)
                    .map(|note| note.tab)
            {
                self.tabs.retain(|note| note.tab != oldest);
            }
            self.tabs.push(TabNote {
                tab,
                ..TabNote::default()
            });
        }
        let at = self
            .tabs
            .iter()
            .position(|note| note.tab == tab)
            .unwrap_or_default();
        #[allow(
            clippy::indexing_slicing,
            reason = "it was pushed above if it was not there"
        )]
        let note = &mut self.tabs[at];
        note.at = now;
        host.clone_into(&mut note.host);
        note
    }
}

/// Adds to the end of a list that holds at most so many; the first one goes.
fn push_within(list: &mut Vec<String>, most: usize, item: String) {
    if list.len() >= most {
        list.remove(0);
    }
    list.push(item);
}
