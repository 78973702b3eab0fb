// The session cookie is deleted. Delete the drafts, and let pages in other windows check their session.
sessionStorage.removeItem('mtasts-drafts');
new BroadcastChannel('mtasts-session').postMessage('over');
