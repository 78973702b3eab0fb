// Copy buttons. The value is in data-copy, so that it is copied within the user's gesture, without a round trip.
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or not a secure origin: use execCommand.
    const field = document.createElement('textarea');
    field.value = text;
    field.style.position = 'fixed';
    field.style.opacity = '0';
    const top = document.querySelector('.mud-dialog') ?? document.body;
    top.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

document.addEventListener('click', async event => {
  const button = event.target.closest?.('[data-copy]');
  if (!button) return;
  const done = await copy(button.dataset.copy);
  button.dataset.copied = done ? 'yes' : 'no';
  button.focus();
  document.getElementById('copy-status').textContent = done ? 'Copied to the clipboard' : 'Not copied. Select the text and copy it by hand';
  setTimeout(() => delete button.dataset.copied, 2000);
});

// The skip link moves the focus without reloading the page.
document.querySelector('.skip')?.addEventListener('click', event => {
  event.preventDefault();
  const content = document.getElementById('content');
  content?.focus();
  content?.scrollIntoView();
});
