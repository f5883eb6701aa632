// What the pages need of the browser and Blazor does not offer.
window.expandUi = {
  setTheme(theme) {
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `expand.theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
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
