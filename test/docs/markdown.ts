import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { marked, type Token, type Tokens } from 'marked';

/** A page of the repository. */
export interface Page {
  /** The path within the repository. */
  readonly path: string;
  readonly text: string;
}

/** A code block of a page. */
export interface CodeBlock {
  /** The word after the fence: `ts`, `sh`. */
  readonly language: string;
  readonly code: string;
}

/** All files of the repository, new ones included. */
export const repositoryFiles: readonly string[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && existsSync(path));

/** All Markdown pages of the repository. */
export const pages: readonly Page[] = repositoryFiles
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }));

/** The pages that users read: the README and the pages of `docs`. */
export const userPages: readonly Page[] = pages.filter(({ path }) => /^(README|docs\/[\w-]+)\.md$/.test(path));

/** All tokens of a page, inner ones included. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  void marked.walkTokens(marked.lexer(text), (token) => void tokens.push(token));
  return tokens;
}

/** The code blocks of a page, in order. */
export function codeBlocksOf(text: string): readonly CodeBlock[] {
  return tokensOf(text).flatMap((token) =>
    token.type === 'code' ? [{ language: (token as Tokens.Code).lang ?? '', code: `${token.text}\n` }] : [],
  );
}

/** The targets of the links and images of a page. */
export function targetsOf(text: string): readonly string[] {
  return tokensOf(text).flatMap((token) =>
    token.type === 'link' || token.type === 'image' ? [(token as Tokens.Link | Tokens.Image).href] : [],
  );
}

/** The anchors of a page: those that GitHub gives to its headings, and those that it has itself. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const own = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!);
  const headings = tokensOf(text).flatMap((token) =>
    token.type === 'heading' ? [anchorOf((token as Tokens.Heading).text)] : [],
  );
  return new Set([...own, ...headings]);
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
