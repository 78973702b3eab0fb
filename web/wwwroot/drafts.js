// Unsent input: kept while the connection is lost, and restored afterwards, also after a reload.
// Passwords, tokens, files and fields marked with data-secret are never stored. Drafts are in the tab's session storage only, bound to the account.
const drafts = (() => {
  const store = 'mtasts-drafts';
  const keptFor = 60 * 60 * 1000; // ms: covers an outage of one hour; older text is not expected
  const patience = 20 * 1000; // ms within which a loaded page must show its fields
  const settled = 1000; // ms after which a filled page is no longer rendered again
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

  // MudBlazor generates different ids after each load.
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

  // Stores the values of all fields that the user has changed.
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
      // No storage: the text stays in the page while it is open.
    }
  }

  function put(field, wanted) {
    if (isChoice(field)) {
      if (field.checked !== wanted) field.click();
    } else {
      // Events are sent even if the text is unchanged: input during the loss of the connection never reached the service.
      field.value = wanted;
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
    touched.add(field);
  }

  // Shows text whose field no longer exists (closed dialog, changed page), so that the user can copy it.
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
      // From another account, or too old.
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
    // Repeated: an event during a rendering may be lost.
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
  // A submitted value is no longer a draft.
  document.addEventListener('submit', event => [...event.target.elements].forEach(field => touched.delete(field)), true);
  document.addEventListener('click', event => {
    if (event.target.closest?.('#kept-drafts button')) show([]);
  });

  return { keep, restore };
})();
