import ts from 'typescript';

/*
 * The docstring of everything that apps call, write or implement has an example, or the docstring of one of its members
 * has. Editors show it.
 */

const ENTRIES = ['index', 'devtools', 'postgres', 'redis', 'testing', 'typeorm', 'websockets'].map(
  (name) => `lib/${name}.ts`,
);

/** Types that apps write or implement, by the ends of their names. */
const WRITTEN = /(?:Options|Factory|Context|Init|Expectation|Query|Request|Allowlist|Source|Lookup|Lists|Function)$/;

const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object };
};
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
const program = ts.createProgram(ENTRIES, options);
const checker = program.getTypeChecker();

function exportsOf(entry: string): readonly ts.Symbol[] {
  return checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(entry)!)!)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

/** The classes, functions and constants that an entry exports. */
function valuesOf(entry: string): readonly ts.Symbol[] {
  return exportsOf(entry).filter(({ flags }) => flags & ts.SymbolFlags.Value);
}

function hasExample(symbol: ts.Symbol): boolean {
  const members = [...(symbol.members?.values() ?? []), ...(symbol.exports?.values() ?? [])];
  return [symbol, ...members].some((each) =>
    each
      .getJsDocTags(checker)
      .some(({ name, text = [] }) => name === 'example' && ts.displayPartsToString(text).trim() !== ''),
  );
}

it.each(ENTRIES)('every value of %s has an example', (entry) => {
  const values = valuesOf(entry);

  expect(values.length).toBeGreaterThan(0);
  expect(values.filter((symbol) => !hasExample(symbol)).map(({ name }) => name)).toEqual([]);
});

it('every type that apps write or implement has an example', () => {
  const types = new Set(ENTRIES.flatMap(exportsOf).filter(({ name }) => WRITTEN.test(name)));

  expect(types.size).toBeGreaterThan(20);
  expect([...types].filter((symbol) => !hasExample(symbol)).map(({ name }) => name)).toEqual([]);
});
