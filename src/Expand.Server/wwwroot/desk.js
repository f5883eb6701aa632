// What the agent's page needs of the browser. Loaded by that page alone.
const extension = 'expand.extension';

export function recall() {
  try {
    return localStorage.getItem(extension) ?? '';
  } catch {
    return '';
  }
}

export function remember(number) {
  try {
    localStorage.setItem(extension, number);
  } catch {
    // A browser that keeps nothing: the extension is chosen anew each day.
  }
}

// A field tells the server what is in it when it is left. Whoever stops writing for a moment has it told already: it is kept as a draft.
export function tellWhileTyping(element) {
  const waiting = new Map();
  element.addEventListener('input', event => {
    const field = event.target;
    clearTimeout(waiting.get(field));
    waiting.set(field, setTimeout(() => {
      waiting.delete(field);
      if (field.isConnected) field.dispatchEvent(new Event('change', { bubbles: true }));
    }, 500));
  });
}
