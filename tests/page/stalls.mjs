// @ts-check
/** How long does a script hold up a page? Large pages, and the browser's own record of what its main thread did. */

/** @typedef {import('./lib.mjs').Bench} Bench */
/** @typedef {{ name: string, place: { host?: string, path?: string }, html: string, fill: string }} Large */

/** The message of a mailbox, and in `#big` what `fill` makes. */
const MAIL = `<h2 class=hP>Token</h2><div data-legacy-message-id=17a><table><tr><td class=gF><span email="support@salesforce.com">S</span></td></tr></table>
  <div class=a3s id=big></div></div>`;
const GMAIL = { host: 'mail.google.com', path: '/mail/u/0/' };

/** @type {Large[]} */
export const LARGE = [
  { name: '200,000 elements', place: {}, html: '<div id=big></div>', fill: `big.innerHTML = '<p><b>x</b></p>'.repeat(100_000)` },
  { name: '200,000 elements without text', place: {}, html: '<div id=big></div>', fill: `big.innerHTML = '<p><b></b></p>'.repeat(100_000)` },
  { name: 'a mail of 5 MB, in lines', place: GMAIL, html: MAIL, fill: `big.innerHTML = ('<p>' + 'five megabytes of words '.repeat(2) + '</p>').repeat(95_000)` },
  { name: 'a mail of 5 MB, all in one', place: GMAIL, html: MAIL, fill: `big.textContent = 'five megabytes of words '.repeat(218_000)` },
  { name: 'a mail of 5 MB, all of it blanks', place: GMAIL, html: MAIL, fill: `big.textContent = ' '.repeat(5_240_000)` },
];

/**
 * The longest single task of the page's main thread while a script ran, and all of them together (ms). It is the time
 * that the thread worked: what other programs took of the machine meanwhile is not the script's. Collecting garbage is.
 *
 * @param {Bench} bench
 * @param {Large} large
 * @param {string[]} scripts the last one is measured
 */
export async function stalls(bench, { place, html, fill }, scripts) {
  const { page, inject } = await bench.open(html, { ...place, scripts: [] });
  await page.evaluate(`const big = document.getElementById('big'); ${fill}; document.body.offsetHeight; undefined`);
  await inject(...scripts.slice(0, -1));
  await page.tracing.start({ categories: ['-*', 'toplevel', '__metadata'] });
  await inject(/** @type {string} */ (scripts.at(-1)));
  const trace = new TextDecoder().decode(await page.tracing.stop());
  await page.close();
  /** @type {{ name: string, ph: string, pid: number, tid: number, tdur?: number, args: { name?: string } }[]} */
  const events = JSON.parse(trace).traceEvents;
  const thread = ({ pid = 0, tid = 0 }) => `${pid}/${tid}`;
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread));
  const tasks = events.filter((one) => one.name === 'ThreadControllerImpl::RunTask' && one.ph === 'X' && mains.has(thread(one)));
  if (tasks.length === 0) throw new Error('the browser recorded no task');
  const times = tasks.map(({ tdur = 0 }) => tdur / 1000);
  return { longest: Math.max(...times), total: times.reduce((sum, ms) => sum + ms, 0) };
}
