import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

const README = readFileSync('README.md', 'utf8');
const BLOCKS = [...README.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, code]) => code!);

/** Compiles text as a module of this package, with the library's sources behind its name. */
function diagnose(code: string): string[] {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
  const file = resolve('test/docs/block.ts');
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
  host.fileExists = (path) => path === file || inner.fileExists(path);
  host.readFile = (path) => (path === file ? code : inner.readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, code, rest[0]) : inner.getSourceFile(path, ...rest);
  const program = ts.createProgram([file], settings, host);
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

describe('the code of the README', () => {
  test('has a quickstart', () => {
    expect(BLOCKS[0]).toContain('NestFactory.create');
  });

  test('is seen through: what does not compile is found', () => {
    expect(
      diagnose("import { CorsModule } from 'nestjs-cors-policy';\nCorsModule.forRoot({ policys: {} });"),
    ).toHaveLength(1);
  });

  test.each(BLOCKS.map((code, index) => [index + 1, code] as const))('block %i compiles', (_number, code) => {
    expect(diagnose(code)).toEqual([]);
  });

  test('names only commands that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...README.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });
});
