import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** A file that only the compiler sees. */
export interface VirtualFile {
  /** The path within the repository. */
  readonly file: string;
  readonly code: string;
}

/** Compiles files; the package name resolves to the sources of the library. Returns the errors of each file. */
export function diagnose(sources: readonly VirtualFile[]): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
  const files = new Map(sources.map(({ file, code }) => [resolve(file), code]));
  const paths = { 'nestjs-cors-policy': [resolve('lib/index.ts')], 'nestjs-cors-policy/*': [resolve('lib/*.ts')] };
  const settings: ts.CompilerOptions = {
    ...options,
    paths,
    noEmit: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
  };
  const host = ts.createCompilerHost(settings);
  const inner = { fileExists: host.fileExists, readFile: host.readFile, getSourceFile: host.getSourceFile };
  const folders = new Set([...files.keys()].map((path) => dirname(path)));
  host.directoryExists = (path) => folders.has(path) || ts.sys.directoryExists(path);
  host.fileExists = (path) => files.has(path) || inner.fileExists(path);
  host.readFile = (path) => files.get(path) ?? inner.readFile(path);
  host.getSourceFile = (path, ...rest) =>
    files.has(path) ? ts.createSourceFile(path, files.get(path)!, rest[0]) : inner.getSourceFile(path, ...rest);
  const program = ts.createProgram([...files.keys()], settings, host);
  return new Map(
    sources.map(({ file }) => {
      const source = program.getSourceFile(resolve(file));
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return [file, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))];
    }),
  );
}
