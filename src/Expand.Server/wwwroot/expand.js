// What the pages need of the browser and Blazor does not offer.
window.expandUi = {
  setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `expand.theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  },

  // The dialog's focus trap takes the focus for an element of its own, sooner or later after the form appears: how much later is up to the
  // server's answer. For the first seconds that is undone, at once and so without losing a key: the field that the visitor is in keeps the
  // focus, and that is the first one until they choose another.
  focus(selector) {
    let field = document.querySelector(selector);
    const dialog = field?.closest('[role=dialog]');
    if (!dialog) return;
    const keep = () => {
      const active = document.activeElement;
      const within = active?.closest('[role=dialog]');
      if (within && within !== dialog) return;
      if (within && active.tabIndex >= 0) field = active;
      else field.focus();
    };
    document.addEventListener('focusin', keep);
    const again = setInterval(keep, 25);
    setTimeout(() => {
      clearInterval(again);
      document.removeEventListener('focusin', keep);
    }, 3000);
    // This call comes late as well: whoever is in a field of the form already stays there.
    keep();
  },

  download(url) {
    const link = document.createElement('a');
    link.href = url;
    link.download = '';
    link.click();
  },

  submit(id) {
    document.getElementById(id).submit();
  },

  // navigator.clipboard exists only over HTTPS and on localhost; many installations are plain HTTP in a closed network.
  async copy(element) {
    try {
      await navigator.clipboard.writeText(element.value);
      return true;
    } catch {
      element.focus();
      element.select();
      return document.execCommand('copy');
    }
  },
};

// A browser makes a click of a press and a release on the same element. What the server answers in between may move a button away from under a pointer
// that stands still: it is clicked all the same, unless something lies over it by then.
let pressed = null;
document.addEventListener('mousedown', event => {
  const button = event.button === 0 ? event.target.closest('button, a[href]') : null;
  pressed = button && { button, x: event.clientX, y: event.clientY };
}, true);
document.addEventListener('mouseup', event => {
  const { button, x, y } = pressed ?? {};
  pressed = null;
  if (!button?.isConnected || event.button !== 0 || button.contains(event.target) || Math.hypot(event.clientX - x, event.clientY - y) > 4) return;
  const box = button.getBoundingClientRect();
  const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (!there || button.contains(there)) button.click();
}, true);

// Time that runs (Elapsed.razor): counted on from what the server said, by this browser's own clock, so that a wrong one does no harm.
class Elapsed extends HTMLElement {
  static observedAttributes = ['since', 'seconds'];
  static shown = new Set();

  static tick() {
    for (const one of Elapsed.shown) one.draw();
  }

  connectedCallback() {
    if (Elapsed.shown.size === 0) Elapsed.timer = setInterval(Elapsed.tick, 1000);
    Elapsed.shown.add(this);
    this.draw();
  }

  disconnectedCallback() {
    Elapsed.shown.delete(this);
    if (Elapsed.shown.size === 0) clearInterval(Elapsed.timer);
  }

  attributeChangedCallback() {
    this.from = performance.now() - Number(this.getAttribute('seconds')) * 1000;
    if (this.isConnected) this.draw();
  }

  draw() {
    const seconds = Math.max(0, Math.floor((performance.now() - this.from) / 1000));
    const two = number => String(number).padStart(2, '0');
    const text = (seconds >= 3600 ? Math.floor(seconds / 3600) + ':' + two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)) + ':' + two(seconds % 60);
    if (this.textContent !== text) this.textContent = text;
  }
}
customElements.define('x-elapsed', Elapsed);

// A server that was restarted does not know this page's state any more: start the page anew.
document.getElementById('components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') location.reload();
});
