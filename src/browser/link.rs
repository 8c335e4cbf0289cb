//! The link of a password-reset mail: offered to the person, opened on a press, and held nowhere but in memory.

use crate::browser::flows;
use crate::browser::keeper::{Keeper, Vault};
use crate::browser::session::Offered;
use crate::browser::shell::{ALARM_LINK, Shell};
use crate::guide::flow::Step;
use crate::recognise::host::Host;
use crate::recognise::mail::sends_tokens;
use crate::recognise::reset::{self, LINK_LIFE};
use crate::recognise::text::clean;
use crate::vault::history::Source;
use crate::wire::errors::Fault;
use crate::wire::messages::MailReading;
use crate::wire::views::Way;

/// Offers the link of a mail, if it is a password-reset mail. Was it one?
///
/// Mail that came by itself must be Salesforce's. What a person gave us may come without a sender, but not from another
/// one. While the vault is locked nothing secret is held, and so no link.
pub async fn offer<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    reading: &MailReading,
    source: Source,
) -> bool {
    let believed = match &reading.sender {
        Some(sender) => sends_tokens(sender),
        None => source != Source::Mail,
    };
    if !believed
        || matches!(keeper.vault, Vault::Locked(_))
        || (reading.links.is_empty() && !reading.text.visible.contains("https://"))
    {
        return false;
    }
    let expected = flows::running(keeper).map(|flow| flow.username.clone());
    let text = clean(&reading.text.visible);
    let Some(link) = reset::find(&reading.links, &text, expected.as_deref()) else {
        return false;
    };
    let now = keeper.shell.now();
    let dead = reading
        .sent_at
        .is_some_and(|sent| now.saturating_sub(sent) >= LINK_LIFE);
    let used = keeper.digest(&link.url);
    if dead || (source == Source::Mail && keeper.session.seen.contains(&used)) {
        return false;
    }
    let known = keeper.session.offered.as_ref();
    if known.is_none_or(|known| known.url != link.url) {
        keeper.session.offered = Some(Offered {
            url: link.url,
            host: link.host.name,
            username: link.username,
            at: now,
        });
        keeper.shell.alarm(ALARM_LINK, LINK_LIFE).await;
    }
    keeper.notice("link_found");
    true
}

/// Opens the offered link: in the tab of the flow that waits for it, else in a new one. It is not offered again.
///
/// # Errors
/// `link_gone`; `link_other_user` if a flow runs for another user or org; `link_not_now` if it does not wait for a link.
pub async fn open<S: Shell>(keeper: &mut Keeper<'_, S>) -> Result<(), Fault> {
    let gone = || Fault::new("link_gone");
    let offered = keeper.session.offered.clone().ok_or_else(gone)?;
    // What is opened is what is checked, whatever wrote the session.
    let host = reset::host_of(&offered.url).ok_or_else(gone)?;
    let mut tab = None;
    if let Some(flow) = flows::running(keeper) {
        let other_name = offered
            .username
            .as_ref()
            .is_some_and(|name| *name != flow.username);
        let org = Host::recognise(&flow.host).and_then(|host| host.org);
        let other_org = org
            .zip(host.org)
            .is_some_and(|(flows, links)| flows != links);
        if other_name || other_org || host.realm != flow.realm {
            return Err(Fault::new("link_other_user"));
        }
        let waits = matches!(
            flow.step,
            Step::Login | Step::Username | Step::CheckMail | Step::Link
        );
        if flow.way != Way::Forgot || !waits {
            return Err(Fault::new("link_not_now"));
        }
        tab = Some(flow.tab);
    }
    keeper.session.offered = None;
    let used = keeper.digest(&offered.url);
    keeper.session.note_seen(used);
    keeper.touch();
    keeper.save_session().await;
    match tab {
        Some(tab) if keeper.shell.tab(tab).await.is_some() => {
            keeper.shell.open(tab, &offered.url).await;
            flows::plan_looks(keeper).await;
        }
        // A flow whose tab is gone takes over the one in which the link opens.
        _ => {
            let _ = keeper.shell.open_new(&offered.url).await;
        }
    }
    Ok(())
}
