// A page for each code of an error, of the audit and of a reason, made of the entries that docs/errors.md,
// docs/audit-codes.md and docs/reasons.md have of it; and for each of these files an index.
import { readFileSync } from 'node:fs';
import { playgroundHash } from './examples.js';

/** The files with entries of codes: their names without `.md`. */
export const CODE_FILES = ['errors', 'audit-codes', 'reasons'];

const docs = new URL('../../docs/', import.meta.url);

/** Splits a text at headings: the text before the first one, then `[heading, text]` of each. */
function sections(text, marker) {
  const [before, ...rest] = text.split(new RegExp(`^${marker} `, 'm'));
  return [before.trim(), rest.map((part) => [part.split('\n', 1)[0], part.slice(part.indexOf('\n')).trim()])];
}

/** The first sentence or two that an entry says of its code. */
const meaningOf = (entry) => /^\*\*Meaning\.\*\* (.+)/m.exec(entry)[1];

/** A page of codes: its title, what it says at the beginning and about its examples, and its chapters with their entries. */
function readCodes(name) {
  const [head, chapters] = sections(readFileSync(new URL(`${name}.md`, docs), 'utf8'), '##');
  const [, title, intro, about = ''] = /^# (.+)\n\n([\s\S]*?)(?:\n\n(In the examples [\s\S]*))?$/.exec(head);
  return {
    name,
    title,
    intro,
    about,
    chapters: chapters.map(([chapter, text]) => {
      const [before, entries] = sections(text, '###');
      return {
        title: chapter,
        intro: before,
        entries: entries.map(([heading, entry]) => ({ code: heading.replaceAll('`', ''), text: entry })),
      };
    }),
  };
}

/** The pages are one folder below those that they are made of. */
const deeper = (text) => text.replaceAll('](./', '](../');

/** Links to the pages of other codes that a text names: "see `cross-site`". */
const linked = (text, codes) =>
  text.replaceAll(/\bsee `([a-z-]+)`/g, (match, code) => (codes.has(code) ? `see [\`${code}\`](${code}.md)` : match));

function codePage({ title, about, chapters }, chapter, { code, text }) {
  const codes = new Set(chapters.flatMap(({ entries }) => entries.map((entry) => entry.code)));
  const others = chapter.entries.filter((entry) => entry.code !== code);
  const notes = [about, chapter.intro].filter((note) => note !== '');
  const hash = playgroundHash(text, notes.join('\n'));
  return [
    `---\ntitle: ${code}\ndescription: ${JSON.stringify(`${meaningOf(text).replaceAll('`', '')}`)}\n---`,
    `# \`${code}\``,
    `[${title}](index.md) › ${chapter.title}`,
    linked(text, codes),
    ...(hash === undefined ? [] : [`[Open this example in the playground](./playground.md#${hash})`]),
    ...(notes.length === 0 ? [] : ['## About the example', ...notes]),
    ...(others.length === 0 ? [] : ['## Of the same kind', listOf(others)]),
  ].join('\n\n');
}

const listOf = (entries) =>
  entries.map(({ code, text }) => `- [\`${code}\`](${code}.md): ${meaningOf(text)}`).join('\n');

function indexPage({ title, intro, chapters }) {
  return [
    `# ${title}`,
    intro,
    ...chapters.flatMap((chapter) => [
      `## ${chapter.title}`,
      ...(chapter.intro === '' ? [] : [chapter.intro]),
      // The address that a message gives has the code as its anchor.
      chapter.entries
        .map(({ code, text }) => `- <a id="${code}"></a>[\`${code}\`](${code}.md): ${meaningOf(text)}`)
        .join('\n'),
    ]),
  ].join('\n\n');
}

/** All pages of a file with codes: `{ path, text }`. The one of the code `x` in docs/errors.md is `errors/x.md`. */
export function codePages(name) {
  const all = readCodes(name);
  const pages = all.chapters.flatMap((chapter) =>
    chapter.entries.map((entry) => ({ path: `${name}/${entry.code}.md`, text: codePage(all, chapter, entry) })),
  );
  return [{ path: `${name}/index.md`, text: indexPage(all) }, ...pages].map(({ path, text }) => ({
    path,
    text: `${deeper(text)}\n`,
  }));
}

/** The part of the sidebar beside these pages. */
export function codeSidebar(name) {
  const { title, chapters } = readCodes(name);
  return [
    { text: `All: ${title.toLowerCase()}`, link: `/${name}/` },
    ...chapters.map((chapter) => ({
      text: chapter.title.replaceAll('`', ''),
      items: chapter.entries.map(({ code }) => ({ text: code, link: `/${name}/${code}` })),
    })),
  ];
}
