// The cookie is gone: the pages in other windows look whether their session is over, and this one forgets what was typed.
sessionStorage.removeItem('mtasts-drafts');
new BroadcastChannel('mtasts-session').postMessage('over');
