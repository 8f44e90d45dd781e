/** The folder of the documentation, in the repository that package.json names. */
const DOCS = 'https://github.com/nestjs-cors-policy/nestjs-cors-policy/blob/main/docs';

/** The address of the entry of a code, or of the page where none is given. */
export function documentation(page: 'errors' | 'audit-codes' | 'policies', code?: string): string {
  return `${DOCS}/${page}.md${code === undefined ? '' : `#${code}`}`;
}
