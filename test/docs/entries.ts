import { readFileSync } from 'node:fs';

/** An entry of a page of the reference: its heading is the code. */
export interface Entry {
  readonly code: string;
  readonly text: string;
}

/** The entries of a page, in order. */
export function entriesOf(page: string): readonly Entry[] {
  const [, ...sections] = readFileSync(page, 'utf8').split(/^###? /m);
  return sections.flatMap((text) => {
    const [, code] = /^`([a-z0-9-]+)`\n/.exec(text) ?? [];
    return code === undefined ? [] : [{ code, text }];
  });
}
