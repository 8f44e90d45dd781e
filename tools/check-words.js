// Checks that comments, messages and test titles are in plain English (CONTRIBUTING.md, Style), as far as a program can.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files that contain wrong words as examples. */
const OWN = new Set(['tools/check-words.js', 'test/package/words.spec.ts', 'test/docs/plain-english.spec.ts']);

/** Folders whose comments, messages and titles are checked. */
const CODE = /^(?:lib|test|tools|bench|sample)\//;

/** Matches white space in a comment, including the start of its next line. */
const GAP = String.raw`(?:\s|\n\s*(?:\*|//))+`;
const STANDARDS = 'Fetch(?: Standard)?|HTML(?: Standard)?|(?:WHATWG )?URL(?: Standard)?|Secure Contexts|Fetch Metadata';

const RULES = {
  'first-word': {
    files: /^lib\//,
    pattern: /\/\*\*\s*(?:\*\s*)?(?:What|Whether|Who|Where|How)\b/g,
    help: 'Begin a docstring with the thing: a noun, or a verb in the third person ("Reports whether …").',
  },
  'outside-document': {
    files: CODE,
    pattern: /\b[A-Z][A-Z-]+\.md\b|\b(?:RE)?DESIGN\b,? \d/g,
    // A document of the repository may be named.
    allows: (match) => existsSync(match) || existsSync(`docs/${match}`) || existsSync(`bench/${match}`),
    help: 'Name only documents of this repository: a rule of docs/rules.md, or a link.',
  },
  'section-number': {
    files: CODE,
    pattern: new RegExp(String.raw`\b(?:${STANDARDS}),${GAP}(?:§|section )?\d+(?:\.\d+)+`, 'g'),
    help: 'Sections of a living standard change their numbers. Link the step: https://fetch.spec.whatwg.org/#cors-check',
  },
  stand: {
    files: CODE,
    pattern: /\b(?:stands?|stood|standing)\b/gi,
    help: 'Write "is", "applies", "means", "matches" or "replaces".',
  },
  nobody: {
    files: CODE,
    // In quotes, it is the Unix user of this name.
    pattern: /\bnobody\b(?!['`])|(?<!['`])\bnobody\b/gi,
    help: 'Name what is missing: "no origin is allowed", "no caller waits", "without a subscriber".',
  },
  mend: {
    files: CODE,
    pattern: /\bmend(?:s|ed|ing)?\b/gi,
    help: 'Write "fix".',
  },
  mistake: {
    files: CODE,
    pattern: /\bmistakes?\b/gi,
    help: 'Write "error".',
  },
  'set-aside': {
    files: CODE,
    pattern: new RegExp(String.raw`\bset(?:s|ting)?${GAP}(?:\S+${GAP}){0,2}aside\b`, 'gi'),
    help: 'Write "reject".',
  },
  'end-the-boot': {
    files: CODE,
    pattern: new RegExp(String.raw`\bend(?:s|ed|ing)?${GAP}the${GAP}boot\b`, 'gi'),
    help: 'Write "stop startup".',
  },
};

/**
 * Finds the places in one file that break the rules.
 *
 * @param {string} path within the repository
 * @param {string} text
 * @returns {{ rule: string, path: string, line: number, text: string }[]}
 */
export function findingsIn(path, text) {
  return Object.entries(RULES).flatMap(([rule, { files, pattern, allows = () => false }]) =>
    files.test(path)
      ? [...text.matchAll(pattern)]
          .filter(([match]) => !allows(match))
          .map(({ 0: match, index }) => ({
            rule,
            path,
            line: text.slice(0, index).split('\n').length,
            text: match.replace(/\s*\n\s*\*?\s*/g, ' '),
          }))
      : [],
  );
}

function main() {
  const paths = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  const findings = paths
    .split('\0')
    .filter((path) => /\.(?:c?js|tsx?)$/.test(path) && !OWN.has(path) && existsSync(path))
    .flatMap((path) => findingsIn(path, readFileSync(path, 'utf8')));
  findings.forEach(({ rule, path, line, text }) => console.log(`${path}:${line} ${text} [${rule}]`));
  new Set(findings.map(({ rule }) => rule)).forEach((rule) => console.log(`${rule}: ${RULES[rule].help}`));
  return findings.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = main();
}
