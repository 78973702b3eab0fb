// The cookie is gone: the pages in other windows look whether their session is over.
new BroadcastChannel('mtasts-session').postMessage('over');
