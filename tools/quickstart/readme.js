// Reads from the README what a user has to do.
import { readFileSync } from 'node:fs';
import { marked } from 'marked';

const tokens = marked.lexer(readFileSync('README.md', 'utf8'));

/** The code blocks below a heading of the second level, as `{ language, code }`. */
function blocksOf(heading) {
  const start = tokens.findIndex((token) => token.type === 'heading' && token.depth === 2 && token.text === heading);
  if (start < 0) {
    throw new Error(`The README has no heading "${heading}".`);
  }
  const rest = tokens.slice(start + 1);
  const end = rest.findIndex((token) => token.type === 'heading' && token.depth <= 2);
  return rest
    .slice(0, end < 0 ? rest.length : end)
    .filter((token) => token.type === 'code')
    .map(({ lang, text }) => ({ language: lang, code: text }));
}

/** The files below a heading, by the path that the first line of each block names: `// src/main.ts`, `# .env`. */
export function filesOf(heading) {
  const named = blocksOf(heading).flatMap(({ code }) => {
    const [, path] = /^(?:\/\/|#) (\S*\.\w+)\n/.exec(code) ?? [];
    return path === undefined ? [] : [[path, `${code}\n`]];
  });
  return Object.fromEntries(named);
}

/** The packages that a heading asks to install. */
export function packagesOf(heading) {
  return blocksOf(heading).flatMap(({ code }) => [...code.matchAll(/^npm install (\S+)/gm)].map(([, name]) => name));
}

/** The commands that a heading shows with their output: `$ command`, then the lines of its output. */
export function shownOf(heading) {
  return blocksOf(heading)
    .filter(({ language }) => language === 'console')
    .flatMap(({ code }) => code.split(/^\$ /m).slice(1))
    .map((part) => {
      const [command, ...lines] = part.split('\n');
      return { command, lines: lines.filter((line) => line !== '') };
    });
}
