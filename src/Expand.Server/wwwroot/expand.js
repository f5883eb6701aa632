// What the pages need of the browser and Blazor does not offer.
window.expandUi = {
  setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `expand.theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  },

  // The dialog's focus trap takes the focus for an element of its own, sooner or later after the form appears. For a second the field
  // takes it, at once and so without losing a key, from whatever a visitor cannot have chosen.
  focus(selector) {
    const take = () => {
      const active = document.activeElement;
      if (!active || active.tabIndex < 0 || !active.closest('[role=dialog]')) document.querySelector(selector)?.focus();
    };
    document.addEventListener('focusin', take);
    const again = setInterval(take, 25);
    setTimeout(() => {
      clearInterval(again);
      document.removeEventListener('focusin', take);
    }, 1000);
    take();
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
