// Addresses in pasted texts.
const MOST = 2048;

/**
 * Rejects a pasted text.
 *
 * @param {string} why
 * @returns {never}
 */
export function problem(why) {
  throw new Error(why);
}

// An address as a page may ask for it, and what it says besides: a WebSocket, a user.
export function addressOf(written) {
  const isPath = written.startsWith('/') && !written.startsWith('//');
  const full = isPath || /^[a-z][a-z0-9+.-]*:\/\//i.test(written) ? written : 'http://' + written;
  if (!URL.canParse(full, 'http://localhost')) {
    problem('This is not an address: ' + written.slice(0, 200));
  }
  if (full.length > MOST) {
    problem('The address is longer than ' + MOST + ' characters.');
  }
  const url = new URL(full, 'http://localhost');
  if (!/^(?:https?|wss?):$/.test(url.protocol)) {
    problem('The address is of ' + url.protocol + ', and pages ask by http: and https:, or ws: and wss:.');
  }
  const user = url.username === '' ? undefined : decode(url.username) + ':' + decode(url.password);
  url.username = '';
  url.password = '';
  url.hash = '';
  return {
    url: isPath ? url.pathname + url.search : url.href,
    ...(/^wss?:$/.test(url.protocol) ? { webSocket: true } : {}),
    ...(user === undefined ? {} : { user }),
  };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
