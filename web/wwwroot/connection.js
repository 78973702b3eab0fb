// The connection of the page to the service. While it is gone the page takes no input, says so, and keeps what was typed. It is loaded anew only when the service
// answers: a page that is loaded while nothing answers would be the browser's error page.
(() => {
  const banner = document.getElementById('components-reconnect-modal');
  if (!banner) return;
  const words = document.getElementById('connection-words');
  const failure = document.getElementById('blazor-error-ui');
  const every = 2000; // ms between two questions whether the service answers
  const limit = 5000; // ms for one answer
  const startLimit = 20_000; // ms from loading to a page that works
  const texts = {
    lost: 'The connection to the service is lost. Reconnecting… What you typed is kept.',
    back: 'The service answers again. Reloading the page…',
    broken: 'Something went wrong on this page. What you typed is kept.',
    slow: 'The page cannot connect to the service. Try again, or reload the page later.',
  };
  let state = null;
  let focused = null;
  let asking = null;
  let reloading = false;

  function say(next) {
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
    words.textContent = texts[next]; // A live region: it is read out.
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

  function reload() {
    if (reloading) return;
    reloading = true;
    drafts.keep();
    say('back');
    location.reload();
  }

  // Takes the connection up again; where the service does not know the page any more, the page is loaded anew.
  async function takeUp() {
    try {
      if (await Blazor.reconnect() || await Blazor.resumeCircuit?.()) return;
    } catch {
      return; // Gone again: it is asked for further on.
    }
    if (state && await answers() !== 'no') reload();
  }

  async function ask(always) {
    const answer = await answers();
    if (!state || reloading) return;
    if (answer === 'signed out' || (answer === 'yes' && always)) reload();
    else if (answer === 'yes' && banner.classList.contains('components-reconnect-failed')) await takeUp();
  }

  // Told of every second that passes: a question that is under way is left alone.
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
      // The service does not know this page any more: it was restarted.
      keepAsking(now === 'rejected' || now === 'resume-failed');
    }
  });

  document.getElementById('connection-retry')?.addEventListener('click', async () => {
    if (state === 'broken' || state === 'slow') await ask(true);
    else await takeUp();
  });

  // A fault of the page itself: the connection stands, and nothing on the page works any more.
  if (failure) {
    new MutationObserver(() => {
      if (getComputedStyle(failure).display !== 'none') say('broken');
    }).observe(failure, { attributes: true, attributeFilter: ['style'] });
  }

  // A page that is shown, and whose connection never begins.
  setTimeout(() => {
    if (!state && document.querySelector('main[inert]')) say('slow');
  }, startLimit);
  new MutationObserver(() => {
    if (state === 'slow' && !document.querySelector('main[inert]')) restored();
  }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ['inert'] });

  // Whoever signs out is led away by the answer to that, not by the page's own end.
  document.addEventListener('submit', event => {
    if (event.target.getAttribute('action') === '/sign-out') Blazor.disconnect?.();
  });

  // Signing out in one window ends the pages in all others too: the page after it says so (signed-out.js).
  new BroadcastChannel('mtasts-session').onmessage = async () => {
    if (await answers() === 'signed out') location.reload();
  };

  drafts.restore();
})();
