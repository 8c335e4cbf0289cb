//! The one [`View`] that the app shows.

use crate::browser::keeper::Keeper;
use crate::browser::pages::can_start;
use crate::browser::shell::Shell;
use crate::guide::flow::Step;
use crate::recognise::classify::classify;
use crate::recognise::host::{Host, Origin, Purpose};
use crate::recognise::lookalike;
use crate::wire::messages::PageFacts;
use crate::wire::views::{AccountView, LinkView, PageView, View};

/// Computes the view for an app page in front of `tab`.
#[allow(clippy::cast_precision_loss)]
pub async fn view<S: Shell>(keeper: &Keeper<'_, S>, tab: Option<i32>) -> View {
    let front = match tab {
        Some(tab) => page_in_front(keeper, tab).await,
        None => None,
    };
    let (page, host) = front.map_or((None, None), |(page, host)| (Some(page), host));
    let open = keeper.is_open();
    let mut view = View {
        now: keeper.shell.now() as f64,
        vault: keeper.vault_view(),
        page,
        flow: keeper.session.flow.as_ref().map(|flow| flow.view(open)),
        waiting: u32::try_from(keeper.session.waiting.len())
            .unwrap_or(u32::MAX)
            .saturating_add(keeper.sealed()),
        reset_link: keeper.session.offered.as_ref().map(|link| LinkView {
            host: link.host.clone(),
            username: link.username.clone(),
            at: link.at as f64,
        }),
        notice: keeper.session.notice.clone(),
        mail_allowed: keeper.shell.mail_allowed().await,
        lock_minutes: keeper.lock_minutes,
        clipboard_allowed: keeper.shell.clipboard_allowed().await,
        ..View::default()
    };
    if let Ok(opened) = keeper.open_all() {
        view.accounts = opened
            .accounts
            .iter()
            .map(|(id, account)| account.view(id, false))
            .collect();
        for account in &mut view.accounts {
            account.here = host.as_ref().is_some_and(|host| belongs(account, host));
        }
        view.accounts.sort_unstable_by(|a, b| {
            b.here
                .cmp(&a.here)
                .then(
                    b.caught_at
                        .unwrap_or(0.0)
                        .total_cmp(&a.caught_at.unwrap_or(0.0)),
                )
                .then_with(|| a.username.cmp(&b.username))
        });
        view.review = opened
            .reviews
            .iter()
            .map(crate::vault::review::Review::view)
            .collect();
        view.review.sort_unstable_by(|a, b| b.at.total_cmp(&a.at));
        view.damaged = u32::try_from(opened.damaged.len()).unwrap_or(u32::MAX);
    }
    view
}

/// On an org's own host, the accounts seen in that org; on a shared log-in host, those of its realm.
fn belongs(account: &AccountView, host: &Host) -> bool {
    if account.realm != host.realm {
        return false;
    }
    match &host.org {
        None => host.purpose == Purpose::Login || account.hosts.contains(&host.name),
        Some(org) => account
            .hosts
            .iter()
            .filter_map(|seen| Host::recognise(seen))
            .any(|seen| seen.org.as_ref() == Some(org)),
    }
}

async fn page_in_front<S: Shell>(
    keeper: &Keeper<'_, S>,
    tab: i32,
) -> Option<(PageView, Option<Host>)> {
    let url = keeper.shell.tab(tab).await?.url.unwrap_or_default();
    let Some(origin) = Origin::of_url(&url) else {
        return Some((
            PageView {
                tab,
                host: host_of_any(&url),
                ..PageView::default()
            },
            None,
        ));
    };
    let Some(host) = Host::recognise(origin.host()) else {
        let page = PageView {
            tab,
            host: origin.host().to_owned(),
            lookalike: lookalike(origin.host()),
            ..PageView::default()
        };
        return Some((page, None));
    };
    let facts: Option<PageFacts> = keeper.shell.look(tab, 0).await;
    let kind = facts.as_ref().map(|facts| classify(&host, facts));
    let (kind, why) = match (&kind, host.purpose) {
        (Some(Ok(kind)), _) => (Some(kind.code()), None),
        (_, Purpose::Lightning) => (Some("lightning"), None),
        (Some(Err(why)), _) => (Some("unknown"), Some(why.code())),
        (None, _) => (Some("unknown"), Some("no_marks")),
    };
    let flow_user = keeper
        .session
        .flow
        .as_ref()
        .filter(|flow| flow.tab == tab && flow.step != Step::Done)
        .map(|flow| flow.username.clone());
    let page = PageView {
        tab,
        host: host.name.clone(),
        genuine: true,
        environment: host.environment,
        realm: host.realm,
        my_domain: host.org.clone(),
        kind: kind.map(str::to_owned),
        why: why.map(str::to_owned),
        lookalike: vec![],
        lookalike_score: 0,
        dismissed: false,
        username: flow_user
            .or_else(|| {
                facts
                    .and_then(|facts| facts.person)
                    .map(|person| person.trim().to_lowercase())
            })
            .or_else(|| {
                keeper
                    .session
                    .tab(tab)
                    .filter(|note| note.host == host.name)
                    .and_then(|note| note.username.clone())
            }),
        can_start: can_start(&host),
    };
    Some((page, Some(host)))
}

fn lookalike(host: &str) -> Vec<String> {
    lookalike::reasons(host, false)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

/// The host of an address that is none of ours (a port, a trailing dot, another scheme), for a person to read.
fn host_of_any(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
        .to_owned()
}
