// The page's connection to the service. While it is lost, the page is inert, shows a message and keeps drafts. The page is reloaded only after the service
// has responded, because a reload without a response would show the browser's error page.
(() => {
  const banner = document.getElementById('components-reconnect-modal');
  if (!banner) return;
  const words = document.getElementById('connection-words');
  const failure = document.getElementById('blazor-error-ui');
  const every = 2000; // ms between two checks whether the service responds
  const limit = 5000; // ms for one response
  const startLimit = 20_000; // ms from loading until the page is connected
  const refusalLook = 3000; // ms from loading until the check whether the service refuses the connection
  const texts = {
    lost: 'The connection to the service is lost. Reconnecting… What you typed is kept.',
    back: 'The service responds again. Reloading the page…',
    broken: 'An error occurred on this page. What you typed is kept. Try again.',
    slow: 'The page cannot connect to the service. Try again, or reload the page later.',
  };
  let state = null;
  let focused = null;
  let asking = null;
  let reloading = false;
  let looking = null;

  function say(next, text = texts[next]) {
    if (state === next) return;
    if (!state) {
      focused = document.activeElement;
      drafts.keep();
      for (const part of document.body.children) {
        if (part !== banner && !part.inert && !part.matches('script, #copy-status')) {
          part.inert = true;
          part.dataset.offline = '';
        }
      }
    }
    state = next;
    banner.dataset.state = next;
    words.textContent = text; // A live region: screen readers announce it.
  }

  function restored() {
    if (!state || state === 'broken') return;
    state = null;
    delete banner.dataset.state;
    words.textContent = '';
    for (const part of document.querySelectorAll('[data-offline]')) {
      part.inert = false;
      delete part.dataset.offline;
    }
    if (focused?.isConnected) focused.focus();
    drafts.restore();
  }

  // 'yes', 'no', or 'signed out'.
  async function answers() {
    try {
      const answer = await fetch('/', { redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout(limit) });
      return answer.type === 'opaqueredirect' ? 'signed out' : answer.ok ? 'yes' : 'no';
    } catch {
      return 'no';
    }
  }

  const isWaiting = () => !!document.querySelector('main[inert]');

  // The reason why the service refuses the page's connection; empty if it does not refuse it, null without a response. If the session has ended, the page is reloaded: that leads to the sign-in.
  async function refusal() {
    try {
      const answer = await fetch('/session/refusal', { redirect: 'manual', cache: 'no-store', signal: AbortSignal.timeout(limit) });
      if (answer.type === 'opaqueredirect') reload(); // To the sign-in.
      return answer.ok ? await answer.text() : null;
    } catch {
      return null;
    }
  }

  // Too many pages are open. The framework does not retry, so the page is reloaded when the service accepts it.
  async function lookForRoom() {
    const text = isWaiting() ? await refusal() : null;
    if (state === 'full' && text === '') reload();
    else if (text) say('full', text);
    clearTimeout(looking);
    if (state === 'full' && !reloading) looking = setTimeout(lookForRoom, every);
  }

  function reload() {
    if (reloading) return;
    reloading = true;
    drafts.keep();
    say('back');
    location.reload();
  }

  // Resumes the connection; if the service no longer knows the page, the page is reloaded.
  async function takeUp() {
    try {
      if (await Blazor.reconnect() || await Blazor.resumeCircuit?.()) return;
    } catch {
      return; // Connection lost again: polling continues.
    }
    if (state && await answers() !== 'no') reload();
  }

  async function ask(always) {
    const answer = await answers();
    if (!state || reloading) return;
    if (answer === 'signed out' || (answer === 'yes' && always)) reload();
    else if (answer === 'yes' && banner.classList.contains('components-reconnect-failed')) await takeUp();
  }

  // Called every second. A running timer with the same setting is kept.
  function keepAsking(always) {
    if (asking?.always === always) return;
    clearInterval(asking?.timer);
    asking = { always, timer: setInterval(() => ask(always), every) };
  }

  banner.addEventListener('components-reconnect-state-changed', event => {
    const now = event.detail.state;
    if (now === 'hide') {
      clearInterval(asking?.timer);
      asking = null;
      restored();
    } else {
      say('lost');
      // The service was restarted and no longer knows this page.
      keepAsking(now === 'rejected' || now === 'resume-failed');
    }
  });

  document.getElementById('connection-retry')?.addEventListener('click', async () => {
    if (state === 'full') await lookForRoom();
    else if (state === 'broken' || state === 'slow') await ask(true);
    else await takeUp();
  });

  // An error in the page itself: it is still connected, but no longer works.
  if (failure) {
    new MutationObserver(() => {
      if (getComputedStyle(failure).display === 'none') return;
      say('broken');
      if (isWaiting()) refusal(); // The connection was refused.
    }).observe(failure, { attributes: true, attributeFilter: ['style'] });
  }

  // The page is shown, but its connection was never established.
  setTimeout(() => {
    if (state || !isWaiting()) return;
    say('slow');
    refusal();
  }, startLimit);
  setTimeout(lookForRoom, refusalLook);
  new MutationObserver(() => {
    if ((state === 'slow' || state === 'full') && !isWaiting()) restored();
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['inert'] });

  // The response to a sign-out redirects; the lost connection must not.
  document.addEventListener('submit', event => {
    if (event.target.getAttribute('action') === '/sign-out') Blazor.disconnect?.();
  });

  // A sign-out in one window also ends the pages in other windows. signed-out.js sends the message.
  new BroadcastChannel('mtasts-session').onmessage = async () => {
    if (await answers() === 'signed out') location.reload();
  };

  drafts.restore();
})();
