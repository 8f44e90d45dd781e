import ts from 'typescript';

const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object };
};
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
const files = ts.sys.readDirectory('lib', ['.ts']);
const program = ts.createProgram(files, options);
const checker = program.getTypeChecker();

/** The members of a union of strings that a file of the library exports: `AuditCode`. */
export function membersOf(file: string, name: string): ReadonlySet<string> {
  const symbol = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)!)!)
    .find((each) => each.name === name)!;
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  const members = type.isUnion() ? type.types : [type];
  return new Set(members.flatMap((member) => (member.isStringLiteral() ? [member.value] : [])));
}

/** The codes of errors: every string in the library that is used as a `code`, except the codes of the audit. */
export function issueCodes(): ReadonlySet<string> {
  const found = new Set(membersOf('lib/core/origin/problems.ts', 'OriginProblemCode'));
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && isCode(node)) {
      found.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  files.forEach((file) => visit(program.getSourceFile(file)!));
  const audit = membersOf('lib/inspect/finding.ts', 'AuditCode');
  return new Set([...found].filter((code) => !audit.has(code)));
}

function isCode(text: ts.StringLiteral): boolean {
  let node: ts.Node = text;
  // Either branch of a condition may become the value.
  while (ts.isConditionalExpression(node.parent) && node.parent.condition !== node) {
    node = node.parent;
  }
  const { parent } = node;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) {
    return parent.initializer === node && /^code$/i.test(parent.name.getText());
  }
  if (!ts.isCallExpression(parent)) {
    return false;
  }
  const index = parent.arguments.findIndex((argument) => argument === node);
  return checker.getResolvedSignature(parent)?.parameters[index]?.name === 'code';
}
