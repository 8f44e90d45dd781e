/** Writes the path of a file, `/assets/<folder>/<file>`, in another way. */
type Spelling = (folder: string, file: string) => string;

/**
 * Request targets that a server may read as the same file. Clients, proxies and attackers write paths in these ways.
 * Some of the targets lead to no file on any server.
 */
export const SPELLINGS: readonly Spelling[] = [
  (folder, file) => `/assets/${folder}/${file}`,
  // Percent-encoded letters.
  (folder, file) => `/assets/${encoded(folder)}/${file}`,
  (folder, file) => `/%61ssets/${folder}/${file}`,
  (folder, file) => `/asset%73/${encoded(folder)}/${encoded(file)}`,
  (folder, file) => `/assets/${folder}/${encoded(file)}`,
  (folder, file) => `/${everyByte('assets')}/${everyByte(folder)}/${everyByte(file)}`,
  (folder, file) => `/${everyByte('assets').toLowerCase()}/${folder}/${file}`,
  // Percent-encoded slashes.
  (folder, file) => `/assets%2f${folder}/${file}`,
  (folder, file) => `/assets/${folder}%2f${file}`,
  (folder, file) => `/assets%2F${folder}%2F${file}`,
  (folder, file) => `/assets/%2f${folder}/${file}`,
  (folder, file) => `/%2fassets/${folder}/${file}`,
  // Dot segments.
  (folder, file) => `/./assets/${folder}/${file}`,
  (folder, file) => `/assets/./${folder}/${file}`,
  (folder, file) => `/assets/%2e/${folder}/${file}`,
  (folder, file) => `/x/../assets/${folder}/${file}`,
  (folder, file) => `/open/../assets/${folder}/${file}`,
  (folder, file) => `/assets/open/../${folder}/${file}`,
  (folder, file) => `/assets/open/x/../../${folder}/${file}`,
  (folder, file) => `/assets/open/%2e%2e/${folder}/${file}`,
  (folder, file) => `/assets/open/.%2E/${folder}/${file}`,
  (folder, file) => `/assets/${folder}/x/../${file}`,
  (folder, file) => `/../assets/${folder}/${file}`,
  // Percent-encoding and dot segments.
  (folder, file) => `/assets/open/..%2f${folder}/${file}`,
  (folder, file) => `/assets/open/..%2F${folder}%2F${file}`,
  (folder, file) => `/assets/open/%2e%2e%2f${folder}/${file}`,
  (folder, file) => `/assets/open%2f..%2f${folder}/${file}`,
  (folder, file) => `/assets/open/x%2f..%2f..%2f${folder}/${file}`,
  (folder, file) => `/x%2f..%2fassets/${folder}/${file}`,
  (folder, file) => `/assets/open/%2e%2e//${encoded(folder)}/${file}`,
  (folder, file) => `/assets/open/..%2f${encoded(folder)}/${encoded(file)}`,
  // Doubled slashes.
  (folder, file) => `//assets/${folder}/${file}`,
  (folder, file) => `/assets//${folder}/${file}`,
  (folder, file) => `/assets/${folder}//${file}`,
  (folder, file) => `///assets///${folder}///${file}`,
  (folder, file) => `/assets/open//../${folder}/${file}`,
  (folder, file) => `/assets/open/..//${folder}/${file}`,
  // Case.
  (folder, file) => `/ASSETS/${folder}/${file}`,
  (folder, file) => `/Assets/${folder.toUpperCase()}/${file}`,
  (folder, file) => `/assets/${folder}/${file.toUpperCase()}`,
  (folder, file) => `/%41SSETS/${folder}/${file}`,
  // Backslashes.
  (folder, file) => `/assets\\${folder}\\${file}`,
  (folder, file) => `/assets/open/..\\${folder}\\${file}`,
  (folder, file) => `/assets/open/..%5c${folder}%5c${file}`,
  // Encoded twice.
  (folder, file) => `/assets/${encoded(folder).replace('%', '%25')}/${file}`,
  (folder, file) => `/assets/open/..%252f${folder}/${file}`,
  (folder, file) => `/assets/open/%252e%252e/${folder}/${file}`,
  // A query or other text after the path.
  (folder, file) => `/assets/${folder}/${file}/`,
  (folder, file) => `/assets/${folder}/${file}/.`,
  (folder, file) => `/assets/${folder}/${file}?`,
  (folder, file) => `/assets/${folder}/${file}?x=/assets/open/a.json`,
  (folder, file) => `/assets/${folder}/${file}?/../../open/a.json`,
  (folder, file) => `/assets/open/a.json?/../../${folder}/${file}`,
  (folder, file) => `/assets/${folder}/${file}#/../../open/a.json`,
  (folder, file) => `/assets/open/a.json#/../../${folder}/${file}`,
  (folder, file) => `/assets/${folder}/${file}%3f/../../open/a.json`,
  (folder, file) => `/assets/open/%23/../../${folder}/${file}`,
  (folder, file) => `/assets/${folder}/${file}%00`,
  (folder, file) => `/assets/${folder}/${file}%20`,
  // Semicolons.
  (folder, file) => `/assets;x/${folder}/${file}`,
  (folder, file) => `/assets/${folder};x=1/${file}`,
  (folder, file) => `/assets/${folder}/${file};x=1`,
  (folder, file) => `/assets/open/..;/${folder}/${file}`,
  // Whole addresses, and bytes that are not text.
  (folder, file) => `http://127.0.0.1/assets/${folder}/${file}`,
  (folder, file) => `http://127.0.0.1/assets/open/..%2f${folder}/${file}`,
  (folder, file) => `http://127.0.0.1//assets/${encoded(folder)}/${file}`,
  (folder, file) => `/assets/open/%ff/../../${folder}/${file}`,
  (folder, file) => `/assets/open/..%c0%af${folder}/${file}`,
];

function encoded(text: string): string {
  return `%${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
}

function everyByte(text: string): string {
  return [...text].map((character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).join('');
}
