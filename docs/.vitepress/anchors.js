/** The anchor that GitHub gives to a heading, so that a link to it works on the repository and on the site. */
export function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
