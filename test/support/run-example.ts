import * as common from '@nestjs/common';
import ts from 'typescript';
import * as library from '../../lib/index.js';
import * as testing from '../../lib/testing.js';
import * as websockets from '../../lib/websockets.js';

const LIBRARY: Readonly<Record<string, unknown>> = {
  'nestjs-cors-policy': library,
  'nestjs-cors-policy/testing': testing,
  'nestjs-cors-policy/websockets': websockets,
  '@nestjs/common': common,
};

/** Runs a code example of a page and returns its exports. The package name resolves to the sources of the library. */
export async function runExample(code: string): Promise<Readonly<Record<string, unknown>>> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      esModuleInterop: true,
    },
  });
  const modules = new Map<string, unknown>();
  for (const [, name] of outputText.matchAll(/require\("([^"]+)"\)/g)) {
    modules.set(name!, LIBRARY[name!] ?? (await import(name!)));
  }
  const exports: Record<string, unknown> = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is a page of this repository
  new Function('exports', 'require', outputText)(exports, (name: string) => modules.get(name));
  return exports;
}
