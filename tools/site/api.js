// The pages of the public API, made of the docstrings by TypeDoc, which docs/package.json installs.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../run.js';
import { TOPICS } from './topics.js';

const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const rules = new Set(
  [...readFileSync(`${docs}rules.md`, 'utf8').matchAll(/<a id="(rule-[^"]+)">/g)].map(([, id]) => id),
);

// The kinds of TypeDoc's own model: https://typedoc.org/api/enums/Models.ReflectionKind.html
const TYPES = new Set([256, 2097152]);
const CONSTRUCTOR = 512;
const REFERENCE = 4194304;

/** The package's name for an entry: `index` is the package itself. */
const importOf = (entry) => (entry === 'index' ? 'nestjs-cors-policy' : `nestjs-cors-policy/${entry}`);

/** The page of an export, from the folder of the reference. Some file systems take `browser` and `Browser` for one name. */
function pathOf(entry, name, names) {
  const first = names.find((other) => other.toLowerCase() === name.toLowerCase());
  return `${entry === 'index' ? 'main' : entry}/${name}${first === name ? '' : '-2'}.md`;
}

async function typedoc(folder) {
  const options = join(fileURLToPath(new URL('.', import.meta.url)), 'typedoc.json');
  const outputs = ['--out', join(folder, 'pages'), '--json', join(folder, 'model.json')];
  await run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--options', options, ...outputs], { cwd: docs });
}

/** The first sentence of the docstring of an export. */
function summaryOf(reflection) {
  const { comment } = reflection.signatures?.[0]?.comment === undefined ? reflection : reflection.signatures[0];
  const text = (comment?.summary ?? []).map((part) => part.text).join('');
  return /^[\s\S]*?[.:](?=\s|$)/.exec(text)?.[0].replaceAll('\n', ' ').replace(/:$/, '.') ?? text;
}

/** Reports whether the class has a constructor that no docstring is about: Nest calls it, not a user. */
const hasBareConstructor = ({ children = [] }) =>
  children.some(
    ({ kind, signatures }) => kind === CONSTRUCTOR && signatures.every(({ comment }) => comment === undefined),
  );

/** Every export: its entry, name and topic, whether it is a type only, and what it is. */
function exportsOf(model) {
  return model.children.flatMap(({ name: entry, children }) => {
    const own = children.filter(({ kind }) => kind !== REFERENCE);
    const names = own.map(({ name }) => name);
    return own.map((reflection) => {
      const file = reflection.sources?.[0]?.fileName ?? '';
      const topic = TOPICS.find(({ files }) => files.test(file));
      if (topic === undefined) {
        throw new Error(`${reflection.name} of ${file} has no topic in tools/site/topics.js.`);
      }
      return {
        entry,
        name: reflection.name,
        path: pathOf(entry, reflection.name, names),
        topic: topic.title,
        type: TYPES.has(reflection.kind),
        isMadeByNest: hasBareConstructor(reflection),
        summary: summaryOf(reflection),
      };
    });
  });
}

/** A page as the site has it: with the line that imports the export, with links to rules, and to the new addresses. */
function pageOf(written, text, { entry, name, type, isMadeByNest }, find) {
  const [, ...lines] = text.trim().split('\n');
  const body = lines
    .join('\n')
    .replaceAll(/^Defined in: .*\n\n/gm, '')
    .replace(isMadeByNest ? /^## Constructors\n[\s\S]*?(?=^## |$(?![\s\S]))/m : '', '')
    .replaceAll(/\]\(([^)#:]+\.md)(#[^)]*)?\)/g, (match, target, anchor = '') => {
      const linked = find(posix.join(posix.dirname(written), target));
      return `](../${linked?.path ?? 'index.md'}${anchor})`;
    })
    .replaceAll(/\brule (\d+\.\d+)\b/g, (match, rule) => {
      const anchor = `rule-${rule}`;
      return rules.has(anchor) ? `[${match}](../../rules.md#${anchor})` : match;
    });
  const statement = `import ${type ? 'type ' : ''}{ ${name} } from '${importOf(entry)}';`;
  return `# ${name}\n\n\`\`\`ts\n${statement}\n\`\`\`\n${body}\n`;
}

function indexOf(all) {
  const listed = ({ name, path, summary }) => `- [\`${name}\`](${path}): ${summary}`;
  return [
    '# Reference',
    'Everything that the package exports, made of the docstrings of its code. [The command](./command.md) has a page too.',
    ...TOPICS.flatMap(({ title }) => [
      `## ${title}`,
      all
        .filter(({ topic }) => topic === title)
        .map(listed)
        .join('\n'),
    ]),
    '',
  ].join('\n\n');
}

function sidebarOf(all) {
  return TOPICS.map(({ title }) => ({
    text: title,
    items: all
      .filter(({ topic }) => topic === title)
      .map(({ name, path }) => ({ text: name, link: `/reference/${path.slice(0, -3)}` })),
  }));
}

/** The pages of the public API as `{ path, text }`, and the sidebar beside them. */
export async function apiPages() {
  const folder = await mkdtemp(join(tmpdir(), 'reference-'));
  try {
    await typedoc(folder);
    const all = exportsOf(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')));
    const written = readdirSync(join(folder, 'pages'), { recursive: true, encoding: 'utf8' })
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => path.split('/').length === 3);
    const find = (path) => {
      const [entry, , file] = path.split('/');
      return all.find((each) => each.entry === entry && `${each.name}.md` === file);
    };
    const pages = written.map((path) => ({
      path: find(path).path,
      text: pageOf(path, readFileSync(join(folder, 'pages', path), 'utf8'), find(path), find),
    }));
    return { pages: [{ path: 'index.md', text: indexOf(all) }, ...pages], sidebar: sidebarOf(all) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
