// @ts-check
/**
 * Lightning never loads a new document for a link within the app: the content is exchanged and the address pushed. An
 * extension that only looks at page loads misses the settings page.
 */

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="/lightning/"]') : null;
  const href = link?.getAttribute('href');
  if (!href) return;
  event.preventDefault();
  history.pushState(null, '', href);
  show();
});
window.addEventListener('popstate', show);

async function show() {
  const answer = await fetch(location.href, { redirect: 'manual' });
  // Signed out meanwhile: the log-in page is a document of its own.
  if (!answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.title = page.title;
  document.querySelector('main')?.replaceChildren(...(page.querySelector('main')?.childNodes ?? []));
}
