import { type ExpressionNode, nodesOf, parseExpression } from '../../../../lib/core/origin/expression-syntax.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
/** Every character that texts are made of. */
const ALL = `${LETTERS}${DIGITS}-.:/_ABZ!`;
const WORD = `${LETTERS}${DIGITS}_ABZ`;

const START: ExpressionNode = { kind: 'anchor', side: 'start' };
const END: ExpressionNode = { kind: 'anchor', side: 'end' };
const EMPTY: ExpressionNode = { kind: 'sequence', items: [] };

const text = (value: string): ExpressionNode => ({ kind: 'text', value });
const chars = (all: string): ExpressionNode => ({ kind: 'class', chars: all, isDot: false });
const sequence = (...items: ExpressionNode[]): ExpressionNode => ({ kind: 'sequence', items });
const choice = (...options: ExpressionNode[]): ExpressionNode => ({ kind: 'choice', options });
const repeat = (item: ExpressionNode, min: number, max: number): ExpressionNode => ({ kind: 'repeat', item, min, max });

describe('an expression is taken apart', () => {
  it.each<[RegExp, ...ExpressionNode[]]>([
    [/^ab$/, START, text('a'), text('b'), END],
    [/a$x/, text('a'), END, text('x')],
    [/./, { kind: 'class', chars: ALL, isDot: true }],
    // Repetitions.
    [/a?/, repeat(text('a'), 0, 1)],
    [/a*/, repeat(text('a'), 0, Infinity)],
    [/a+/, repeat(text('a'), 1, Infinity)],
    [/a{3}/, repeat(text('a'), 3, 3)],
    [/a{3,}/, repeat(text('a'), 3, Infinity)],
    [/a{3,15}/, repeat(text('a'), 3, 15)],
    [/a{12}?b/, repeat(text('a'), 12, 12), text('b')],
    [/a??b+?c*?d/, repeat(text('a'), 0, 1), repeat(text('b'), 1, Infinity), repeat(text('c'), 0, Infinity), text('d')],
    [/a+?/, repeat(text('a'), 1, Infinity)],
    // Classes: those of its characters that texts are made of.
    [/[ab.]/, chars('ab.')],
    [/[\]a]/, chars('a')],
    [/[[a]b]/, chars('a'), text('b'), text(']')],
    [/[^\n]/, chars(ALL)],
    [new RegExp('[]'), chars('')],
    [/\d/, chars(DIGITS)],
    [/\w/, chars(WORD)],
    [/\W/, chars('-.:/!')],
    [/a/i, text('a')],
    [/[a]/i, chars('aA')],
    [/\p{Nd}/u, chars(DIGITS)],
    [/\p{Script=Latin}x/u, chars(`${LETTERS}ABZ`), text('x')],
    [/\P{L}/u, chars(`${DIGITS}-.:/_!`)],
    [/[\bx]y/, chars('x'), text('y')],
    [new RegExp('[a\\1]y'), chars('a'), text('y')],
    // Escapes.
    [/\./, text('.')],
    [new RegExp('\\%'), text('%')],
    [/\/\//, text('/'), text('/')],
    [/\x41b/, text('A'), text('b')],
    [/\u0041b/, text('A'), text('b')],
    [/\u{62}a/u, text('b'), text('a')],
    [/\x61/i, chars('aA')],
    [/\cAb/, text(''), text('b')],
    // They match no character.
    [/\bx\B/, EMPTY, text('x'), EMPTY],
    [/(a)\1b/, sequence(text('a')), EMPTY, text('b')],
    [/(?<n>a)\k<n>b/, sequence(text('a')), EMPTY, text('b')],
    [/(?<long$1>a)\k<long$1>b/, sequence(text('a')), EMPTY, text('b')],
    [/(?=a)(?!b)(?<=c)(?<!d)e/, EMPTY, EMPTY, EMPTY, EMPTY, text('e')],
    // Groups.
    [/(ab)c/, sequence(text('a'), text('b')), text('c')],
    [/(?:a=)b/, sequence(text('a'), text('=')), text('b')],
    [/(?<name>a!)/, sequence(text('a'), text('!'))],
    [/(?:=a)/, sequence(text('='), text('a'))],
    [/(?:a|b)+c/, repeat(choice(sequence(text('a')), sequence(text('b'))), 1, Infinity), text('c')],
    [/x(?:(?:a)|)/, text('x'), choice(sequence(sequence(text('a'))), EMPTY)],
    [/()/, EMPTY],
  ])('%s', (expression, ...items) => {
    expect(parseExpression(expression)).toEqual(sequence(...items));
  });

  it('whose alternatives are at its top', () => {
    expect(parseExpression(/^a|b$|/)).toEqual(choice(sequence(START, text('a')), sequence(text('b'), END), EMPTY));
  });

  it.each(['g', 'y', 'gy', 'dgy'])('without the state of the flags %s', (flags) => {
    expect(parseExpression(new RegExp('[ab]', flags))).toEqual(sequence(chars('ab')));
  });

  it('under flags that change classes', () => {
    expect(parseExpression(/./s)).toEqual(sequence({ kind: 'class', chars: ALL, isDot: true }));
    expect(parseExpression(new RegExp('[[abc]--b]x', 'v'))).toEqual(sequence(chars('ac'), text('x')));
    expect(parseExpression(new RegExp('[[a\\]]&&[^b[c]]]x', 'v'))).toEqual(sequence(chars('a'), text('x')));
  });

  it('whose modifiers change nothing but the case', () => {
    expect(parseExpression({ source: '(?i-m:a)b', flags: '' } as RegExp)).toEqual(
      sequence(sequence(text('a')), text('b')),
    );
  });
});

test('nodesOf() lists a node and all nodes inside it', () => {
  const [a, b] = [text('a'), chars('b')];
  const options = [sequence(a), sequence(b, END)];
  const all = sequence(repeat(choice(...options), 0, 1));
  expect(nodesOf(all)).toEqual([
    all,
    repeat(choice(...options), 0, 1),
    choice(...options),
    options[0],
    a,
    options[1],
    b,
    END,
  ]);
});
