import { diagnose, type VirtualFile } from '../support/diagnose.js';
import { codeBlocksOf, userPages } from './markdown.js';

/** A block of a page: a separate module, or a file of the page's app if its first line is a path (`// src/main.ts`). */
interface Example extends VirtualFile {
  readonly page: string;
  readonly number: number;
}

const examples: readonly Example[] = userPages.flatMap(({ path, text }) =>
  codeBlocksOf(text)
    .filter(({ language }) => language === 'ts')
    .map(({ code }, index) => {
      const name = /^\/\/ (\S+\.ts)$/m.exec(code.split('\n', 1)[0]!)?.[1] ?? `src/block-${index + 1}.ts`;
      return { page: path, number: index + 1, file: `test/docs/${path.replaceAll(/\W/g, '-')}/${name}`, code };
    }),
);

/** Files of a new app (`nest new`) that examples import. */
const scaffold: readonly VirtualFile[] = ['service', 'controller'].map((kind) => ({
  file: `test/docs/README-md/src/app.${kind}.ts`,
  code: `export class App${kind === 'service' ? 'Service' : 'Controller'} {}\n`,
}));

const wrong = {
  file: 'test/docs/wrong/src/main.ts',
  code: "import { CorsModule } from 'nestjs-cors-policy';\nCorsModule.forRoot({ policys: {} });\n",
};

describe('the code of the README and of docs', () => {
  let errors: ReadonlyMap<string, readonly string[]>;
  beforeAll(() => {
    // A block that extends the library's types is compiled alone, because it would affect all examples.
    const adds = ({ code }: Example): boolean => code.includes("declare module 'nestjs-cors-policy'");
    const plain = examples.filter((example) => !adds(example));
    errors = new Map([...diagnose([wrong, ...scaffold, ...plain]), ...diagnose(examples.filter(adds))]);
  }, 60_000);

  test('is really compiled: an unknown field is an error', () => {
    expect(errors.get(wrong.file)).toHaveLength(1);
  });

  test('is found in the README and in most pages', () => {
    expect(new Set(examples.map(({ page }) => page)).size).toBeGreaterThan(10);
  });

  test.each(examples.map(({ page, number, file }) => [page, number, file] as const))(
    '%s, block %i compiles',
    (_page, _number, file) => {
      expect(errors.get(file)).toEqual([]);
    },
  );
});
