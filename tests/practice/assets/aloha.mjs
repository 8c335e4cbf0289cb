// @ts-check
/**
 * The Lightning wrapper of a Classic page: a custom element that keeps the frame in its shadow root. The address of the
 * top follows the frame, so reloading the top after a reset loads the confirmation again, as in reality.
 */

class AlohaPage extends HTMLElement {
  connectedCallback() {
    const parent = document.createElement('div');
    parent.className = 'iframe-parent';
    const frame = document.createElement('iframe');
    frame.name = `vfFrameId_${Date.now()}`;
    frame.title = this.title;
    frame.style.cssText = 'width: 100%; height: 30rem; border: 0';
    frame.src = this.dataset.src ?? '';
    parent.append(frame);
    this.attachShadow({ mode: 'open' }).append(parent);
    window.addEventListener('message', (event) => {
      if (event.source === frame.contentWindow && event.origin === new URL(frame.src).origin) follow(event.data);
    });
  }
}

/** @param {unknown} data */
function follow(data) {
  const inner = typeof data === 'object' && data && 'alohaPath' in data ? String(data.alohaPath) : '';
  if (!inner.startsWith('/')) return;
  const url = new URL(location.href);
  url.searchParams.set('url', inner);
  // The page that the settings entry shows anyway is not spelled out.
  history.replaceState(null, '', inner.split('?')[0].endsWith('Edit') ? url.pathname : url.href);
}

customElements.define('force-aloha-page', AlohaPage);
