import type ts from 'typescript';

/** TypeScript as the project has it: the module, not a namespace of its own. */
export type TypeScript = typeof ts;

/** Reads a source file; `undefined` where there is none. */
export type ReadSource = (path: string) => string | undefined;
