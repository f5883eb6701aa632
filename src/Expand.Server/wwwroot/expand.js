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
    field.focus();
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

// A server that was restarted does not know this page's state any more: start the page anew.
document.getElementById('components-reconnect-modal')?.addEventListener('components-reconnect-state-changed', event => {
  if (event.detail.state === 'rejected') location.reload();
});
