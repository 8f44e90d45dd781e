/**
 * Reports whether an IPv6 address, without brackets, is written as browsers write it: lower-case hexadecimal pieces
 * without leading zeros, the first of the longest runs of zeros compressed, no dotted IPv4 ending (WHATWG URL, "IPv6
 * serializer"; RFC 5952, 4).
 */
export function isCanonicalIPv6(address: string): boolean {
  const [head, tail] = address.split('::') as [string, string?];
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = 8 - before.length - after.length;
  if (zeros < 0) {
    return false;
  }
  // Writing it again and comparing is the shortest way to check every rule about zeros.
  const pieces = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return pieces.every(isCanonicalPiece) && serializeIPv6(pieces) === address;
}

function isCanonicalPiece(piece: string): boolean {
  if (piece.length === 0 || piece.length > 4 || (piece.length > 1 && piece.startsWith('0'))) {
    return false;
  }
  for (let i = 0; i < piece.length; i++) {
    const c = piece.charCodeAt(i);
    const isHexadecimal = (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x66);
    if (!isHexadecimal) {
      return false;
    }
  }
  return true;
}

function serializeIPv6(pieces: readonly string[]): string {
  let longest = { start: 0, length: 1 };
  let length = 0;
  pieces.forEach((piece, index) => {
    length = piece === '0' ? length + 1 : 0;
    if (length > longest.length) {
      longest = { start: index - length + 1, length };
    }
  });
  if (longest.length === 1) {
    return pieces.join(':');
  }
  return `${pieces.slice(0, longest.start).join(':')}::${pieces.slice(longest.start + longest.length).join(':')}`;
}
