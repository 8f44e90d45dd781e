import type ts from 'typescript';
import { addImport, type Edit, indentOf, quotedAs } from './edits.js';
import { decoratorOf, importsOf, nodesOf, type Project } from './project.js';

/** The root module of an app: its class, and the argument of `@Module()`. */
export interface RootModule {
  readonly file: ts.SourceFile;
  readonly name: string;
  readonly decorator: ts.CallExpression;
}

/** Finds the class that `NestFactory.create()` is given; `undefined` where it is not in the project's own files. */
export function findRootModule(create: ts.CallExpression, project: Project): RootModule | undefined {
  const { ts: typescript, main } = project;
  const [argument] = create.arguments;
  // `AppModule.forRoot(…)` adds to what the class itself has.
  const name = argument === undefined ? undefined : /^\w+/.exec(argument.getText())?.[0];
  const imported = importsOf(typescript, main).find(({ local }) => local === name);
  const file = imported === undefined ? main : project.follow(main, imported.from);
  const wanted = imported === undefined || imported.imported === 'default' ? name : imported.imported;
  const found = file && nodesOf(file).filter((node) => typescript.isClassDeclaration(node));
  const isDefault = (each: ts.ClassDeclaration): boolean =>
    /\bdefault\b/.test(each.getText().slice(0, each.getText().indexOf('{')));
  const declared =
    found?.find((each) => each.name?.text === wanted) ??
    (imported?.imported === 'default' ? found?.find(isDefault) : undefined);
  const decorator = declared && decoratorOf(typescript, declared, 'Module');
  return file !== undefined && decorator !== undefined && declared?.name !== undefined
    ? { file, name: declared.name.text, decorator }
    : undefined;
}

/** Adds a module to the `imports` of the root module, and its import to the file. */
export function addModule(
  { file, decorator }: RootModule,
  { ts: typescript }: Project,
  codeAt: (indent: string) => string,
): readonly Edit[] | undefined {
  if (nodesOf(file).some((node) => typescript.isIdentifier(node) && node.text === 'CorsModule')) {
    return undefined;
  }
  const importEdit = addImport(typescript, file, "import { CorsModule } from 'nestjs-cors-policy';");
  const [options] = decorator.arguments;
  if (options === undefined) {
    const at = decorator.end - 1;
    const text = `{\n  imports: [\n    ${quotedAs(file, codeAt('    '))},\n  ],\n}`;
    return [importEdit, { file, start: at, end: at, text }];
  }
  if (!typescript.isObjectLiteralExpression(options) || options.properties.some(typescript.isSpreadAssignment)) {
    return undefined;
  }
  const outer = indentOf(file, options.getStart());
  const code = quotedAs(file, codeAt(`${outer}    `));
  const list = options.properties.find((each) => /^['"]?imports['"]?$/.test(each.name?.getText() ?? ''));
  if (list === undefined) {
    const start = options.getStart() + 1;
    const [first] = options.properties;
    const isOneLine = first !== undefined && !file.text.slice(start, first.getStart()).includes('\n');
    const text = `\n${outer}  imports: [\n${outer}    ${code},\n${outer}  ],${first === undefined ? `\n${outer}` : isOneLine ? `\n${outer} ` : ''}`;
    return [importEdit, { file, start, end: start, text }];
  }
  if (!typescript.isPropertyAssignment(list)) {
    return undefined;
  }
  const modules = list.initializer;
  if (!typescript.isArrayLiteralExpression(modules)) {
    const text = `[${code}, ...${modules.getText()}]`;
    return [importEdit, { file, start: modules.getStart(), end: modules.end, text }];
  }
  const start = modules.getStart() + 1;
  const [first] = modules.elements;
  const isOneLine = first !== undefined && !file.text.slice(start, first.getStart()).includes('\n');
  const between = first === undefined || !isOneLine ? (first === undefined ? `\n${outer}  ` : '') : `\n${outer}    `;
  const edits = [importEdit, { file, start, end: start, text: `\n${outer}    ${code},${between}` }];
  const end = modules.end - 1;
  return isOneLine && !file.text.slice(modules.elements.end, end).includes('\n')
    ? [...edits, { file, start: modules.elements.end, end, text: `,\n${outer}  ` }]
    : edits;
}
