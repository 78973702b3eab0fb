// What was typed and not sent yet: kept while the connection is gone, and put back into the page afterwards, also when it had to be loaded anew.
// Never passwords, tokens, files or what a page marks with data-secret. In the tab's session storage only, for the account that typed it.
const drafts = (() => {
  const store = 'mtasts-drafts';
  const keptFor = 60 * 60 * 1000; // ms: an outage of an hour; older text would surprise
  const patience = 20 * 1000; // ms that a loaded page has to show its fields
  const settled = 1000; // ms after which a page that was filled is not drawn anew any more
  const mostLength = 100_000; // characters of one field
  const texts = new Set(['text', 'search', 'email', 'url', 'tel', 'number', 'date', 'datetime-local', 'month', 'time', 'week']);
  const touched = new Set();

  const account = () => document.querySelector('.who span[title]')?.title;

  function isDraft(field) {
    if (field.closest('[data-secret], .sign-in') || field.readOnly || /password|one-time-code/.test(field.autocomplete)) return false;
    if (field instanceof HTMLInputElement) return texts.has(field.type) || field.type === 'checkbox' || field.type === 'radio';
    return field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement;
  }

  const label = field => (field.labels?.[0]?.textContent ?? field.getAttribute('aria-label') ?? '').trim();

  // Ids that MudBlazor makes up are others after loading.
  function key(field) {
    const id = field.id.startsWith('mud') ? '' : field.id;
    const group = field.type === 'radio' || field.type === 'checkbox';
    return [field.localName, field.type, id, id && !group ? '' : field.name, id && !group ? '' : label(field)].join('|');
  }

  const isChoice = field => field.type === 'radio' || field.type === 'checkbox';
  const value = field => isChoice(field) ? field.checked : field.value;
  const fields = () => [...document.querySelectorAll('input, textarea, select')].filter(isDraft);

  function read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(store));
      return kept && Date.now() - kept.at < keptFor && kept.account === account() ? kept : null;
    } catch {
      return null;
    }
  }

  // Keeps what is in the fields that were typed into.
  function keep() {
    const found = [...touched].filter(field => field.isConnected && isDraft(field)).map(field => ({ key: key(field), label: label(field), value: value(field) }));
    const items = found.filter(item => typeof item.value === 'boolean' || item.value.length <= mostLength);
    const path = location.pathname;
    const before = read();
    if (!account() || (items.length === 0 && !before)) return;
    const rest = before?.path === path ? before.items.filter(item => !items.some(other => other.key === item.key)) : [];
    try {
      sessionStorage.setItem(store, JSON.stringify({ at: Date.now(), account: account(), path, items: [...items, ...rest] }));
    } catch {
      // No storage: the text is in the page as long as that is open.
    }
  }

  function put(field, wanted) {
    if (isChoice(field)) {
      if (field.checked !== wanted) field.click();
    } else {
      // Told even if the text stands there: what was typed while the connection broke never arrived.
      field.value = wanted;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
    touched.add(field);
  }

  // What finds no field any more, because a dialog is closed or the page shows something else, is shown to be copied.
  function show(items) {
    const box = document.getElementById('kept-drafts');
    const list = box?.querySelector('dl');
    if (!list) return;
    list.replaceChildren(...items.flatMap(item => {
      const [name, text] = [document.createElement('dt'), document.createElement('dd')];
      name.textContent = item.label || 'Text';
      text.textContent = item.value;
      return [name, text];
    }));
    box.hidden = items.length === 0;
  }

  // Puts kept text back into the page once it works again.
  async function restore() {
    const kept = read();
    if (!kept) {
      // Of another account, or too old.
      if (account()) sessionStorage.removeItem(store);
      return;
    }
    if (kept.path !== location.pathname) return;
    let left = kept.items;
    const told = [];
    for (const end = Date.now() + patience; left.length > 0 && Date.now() < end; await new Promise(resolve => setTimeout(resolve, 200))) {
      if (document.querySelector('[data-offline], main[inert]')) continue;
      for (const field of fields()) {
        const item = left.find(other => other.key === key(field));
        if (!item) continue;
        left = left.filter(other => other !== item);
        put(field, item.value);
        if (!isChoice(field)) told.push([field, item.value]);
      }
    }
    // Once more: an event that comes while the page is being drawn anew may be lost.
    await new Promise(resolve => setTimeout(resolve, settled));
    for (const [field, wanted] of told) {
      if (field.isConnected && field.value === wanted) put(field, wanted);
    }
    sessionStorage.removeItem(store);
    show(left.filter(item => typeof item.value === 'string' && item.value.trim() !== ''));
  }

  for (const type of ['input', 'change']) {
    document.addEventListener(type, event => {
      if (event.isTrusted && event.target instanceof HTMLElement && 'value' in event.target) touched.add(event.target);
    }, true);
  }
  // What is sent is no draft.
  document.addEventListener('submit', event => [...event.target.elements].forEach(field => touched.delete(field)), true);
  document.addEventListener('click', event => {
    if (event.target.closest?.('#kept-drafts button')) show([]);
  });

  return { keep, restore };
})();
