// @ts-check
/** A Classic page inside Lightning tells the top where it stands, without what Lightning itself put into the address. */

const url = new URL(location.href);
const origin = url.searchParams.get('sfdcIFrameOrigin');
for (const name of ['isdtp', 'sfdcIFrameOrigin', 'sfdcIFrameHost', 'nonce', 'ltn_app_id', 'clc']) url.searchParams.delete(name);
if (origin && window.parent !== window) window.parent.postMessage({ alohaPath: url.pathname + url.search }, origin);
