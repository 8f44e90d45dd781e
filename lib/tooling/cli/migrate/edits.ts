import type ts from 'typescript';
import type { Project } from './project.js';

/** A change of a source file. */
export interface Edit {
  readonly file: ts.SourceFile;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The texts of the files that the edits change, by their path. No two of them replace the same text. */
export function applyEdits(edits: readonly Edit[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const placed = edits.map((edit) => {
    // What is added inside of text that goes is added behind it.
    const around = edits.find(
      ({ file, start, end }) => file === edit.file && edit.start === edit.end && start < edit.start && edit.start < end,
    );
    return around === undefined ? edit : { ...edit, start: around.end, end: around.end };
  });
  for (const { file, start, end, text } of placed.sort((a, b) => b.start - a.start || b.end - a.end)) {
    const before = texts.get(file.fileName) ?? file.text;
    const written = file.text.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
    texts.set(file.fileName, before.slice(0, start) + written + before.slice(end));
  }
  return texts;
}

/** The white space that a line begins with. */
export function indentOf(file: ts.SourceFile, position: number): string {
  return /^[ \t]*/.exec(file.text.slice(lineStart(file, position)))![0];
}

export function lineStart(file: ts.SourceFile, position: number): number {
  return file.text.lastIndexOf('\n', position - 1) + 1;
}

/** Removes a statement with its lines, and a comment on CORS just above it. */
export function removeStatement(node: ts.Node): Edit {
  const file = node.getSourceFile();
  let start = lineStart(file, node.getStart());
  const isAlone = file.text.slice(start, node.getStart()).trim() === '';
  const rest = /^[ \t]*(?:\/\/.*)?(?:\r?\n|$)/.exec(file.text.slice(node.end));
  if (!isAlone || rest === null) {
    return { file, start: node.getStart(), end: node.end, text: '' };
  }
  for (;;) {
    const above = lineStart(file, start - 1);
    const line = file.text.slice(above, start);
    if (start === 0 || !/^\s*\/\/.*\bcors\b/i.test(line)) {
      break;
    }
    start = above;
  }
  let end = node.end + rest[0].length;
  const isBlank = (line: string): boolean => line.trim() === '';
  const above = file.text.slice(lineStart(file, start - 1), start);
  const below = /^[ \t]*\r?\n/.exec(file.text.slice(end));
  if (start > 0 && isBlank(above) && below !== null) {
    end += below[0].length;
  }
  return { file, start, end, text: '' };
}

/** Removes an element of a list: an argument or a property, with its comma. */
export function removeElement(node: ts.Node, list: ts.NodeArray<ts.Node>): Edit {
  const file = node.getSourceFile();
  const index = list.indexOf(node);
  const next = list[index + 1];
  // Comments on the lines around it belong to its neighbours.
  const line = lineStart(file, node.getStart());
  const rest = /^,?[ \t]*(?:\/\/.*)?\r?\n/.exec(file.text.slice(node.end));
  if (rest !== null && file.text.slice(line, node.getStart()).trim() === '') {
    return { file, start: line, end: node.end + rest[0].length, text: '' };
  }
  if (next !== undefined) {
    return { file, start: node.getStart(), end: next.getStart(), text: '' };
  }
  const previous = list[index - 1];
  return { file, start: previous?.end ?? node.getStart(), end: node.end, text: '' };
}

/** Adds a line below the last import of a file, or above all of its code. */
export function addImport(typescript: Project['ts'], file: ts.SourceFile, line: string): Edit {
  const last = file.statements.filter((each) => typescript.isImportDeclaration(each)).at(-1);
  const head = /^\uFEFF?(?:#!.*\r?\n)?/.exec(file.text)![0].length;
  const below = last && /^.*(?:\r?\n)?/.exec(file.text.slice(last.end))![0];
  const at = last === undefined ? head : last.end + below!.length;
  const isAfterLine = at === head || file.text[at - 1] === '\n';
  const text = quotedAs(file, line);
  return { file, start: at, end: at, text: isAfterLine ? `${text}\n` : `\n${text}` };
}

/** The text of the files with `'` or `"`, whichever the file uses for its imports. */
export function quotedAs(file: ts.SourceFile, text: string): string {
  const usesDouble = /from "/.test(file.text) && !/from '/.test(file.text);
  return usesDouble ? text.replaceAll(/'((?:[^'\\"\n]|\\.)*)'/g, '"$1"') : text;
}
