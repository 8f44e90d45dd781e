import { readArguments } from '../../../../../lib/tooling/cli/arguments/read-arguments.js';
import { helpText } from '../../../../../lib/tooling/cli/arguments/help.js';
import { COMMANDS } from '../../../../../lib/tooling/cli/arguments/specs.js';
import { readHeaders, readMethod, readOrigin, readTimeout } from '../../../../../lib/tooling/cli/arguments/values.js';
import { CommandFailure } from '../../../../../lib/tooling/cli/failure.js';

function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandFailure) {
      return [error.message, error.advice].filter(Boolean).join(' ');
    }
    throw error;
  }
  throw new Error('It was taken.');
}

describe('the arguments of the command', () => {
  it('are read by the command', () => {
    const wanted = readArguments([
      'probe',
      'https://api.example',
      '--origin=https://a.example',
      '--header',
      'X-A: 1',
      '--header',
      'X-B: 2',
      '--credentials',
    ]);
    if (wanted.kind !== 'run') {
      throw new Error(wanted.kind);
    }
    const { given } = wanted;
    expect([given.command.name, given.argument, given.value('origin')]).toEqual([
      'probe',
      'https://api.example',
      'https://a.example',
    ]);
    expect(given.all('header')).toEqual(['X-A: 1', 'X-B: 2']);
    expect([given.flag('credentials'), given.flag('json'), given.value('method')]).toEqual([true, false, undefined]);
  });

  it.each([
    [['rotes'], /"rotes" is not a command of cors-policy\. Did you mean routes\?/],
    [['frobnicate'], /The commands are routes, /],
    [['routes', 'a.js', '--polcy', 'x'], /has no option "--polcy"\. Did you mean --policy\?/],
    [['routes', 'a.js', '-j'], /has no option "-j"\. See cors-policy routes --help/],
    [['routes', 'a.js', '--constructor'], /has no option "--constructor"/],
    [['routes', 'a.js', '--json=yes'], /--json takes no value, but got "yes"/],
    [['routes', 'a.js', '--policy'], /--policy needs a value: --policy <name>/],
    [['routes', 'a.js', '--policy', '--json'], /--policy needs a value.*is written --policy=--json/],
    [['routes', 'a.js', '--policy', 'a', '--policy', 'b'], /--policy is given twice/],
    [['routes'], /takes one <compiled file>; none is given/],
    [['routes', 'a.js', 'b.js'], /"a\.js" and "b\.js" are given/],
    [['probe', 'https://api.example'], /cors-policy probe needs --origin/],
  ])('%j are explained', (args, message) => {
    expect(failure(() => readArguments(args))).toMatch(message);
  });

  it.each([[[]], [['--help']], [['-h']], [['help']]])('%j ask for the help', (args) => {
    expect(readArguments(args)).toEqual({ kind: 'help', command: undefined });
  });

  it.each(COMMANDS.map(({ name }) => name))('ask for the help of %s, which lists every option', (name) => {
    const asked = [readArguments([name, '--help']), readArguments([name, 'x', '-h']), readArguments(['help', name])];
    for (const wanted of asked) {
      expect(wanted).toMatchObject({ kind: 'help', command: { name } });
    }
    const command = COMMANDS.find((each) => each.name === name)!;
    const text = helpText(command, { columns: 80 });
    Object.keys(command.options).forEach((option) => expect(text).toContain(`--${option}`));
    expect(text).toMatch(/Exit code: 0/);
    expect(helpText(undefined, { columns: undefined })).toContain(`cors-policy ${name} `);
  });
});

describe('the values of options', () => {
  it.each([
    ['https://app.example', 'https://app.example'],
    ['https://app.example/', 'https://app.example'],
    ['https://APP.example:443', 'https://app.example'],
    ['null', 'null'],
  ])('read %s as the origin %s', (text, origin) => {
    expect(readOrigin(text)).toBe(origin);
  });

  it.each([
    ['https://app.example/shop', 'Did you mean --origin https://app.example?'],
    ['app.example', 'Did you mean --origin https://app.example?'],
    ['*', '"*" is not the origin of a page'],
  ])('explain that %s is not an origin', (text, message) => {
    expect(failure(() => readOrigin(text))).toContain(message);
  });

  it('write methods as fetch() does', () => {
    expect(['put', 'patch', undefined].map((text) => readMethod(text))).toEqual(['PUT', 'patch', 'GET']);
    expect(failure(() => readMethod('TRACE'))).toMatch(/not a method that a page can send/);
    expect(failure(() => readMethod('A B'))).toMatch(/not a method that a page can send/);
  });

  it('read headers', () => {
    expect(readHeaders(['X-A: b: c', 'X-B:'])).toEqual([
      ['X-A', 'b: c'],
      ['X-B', ''],
    ]);
    expect(failure(() => readHeaders(['X-A']))).toMatch(/is not a header/);
    expect(failure(() => readHeaders([': b']))).toMatch(/is not a header/);
    expect(failure(() => readHeaders(['X-A: b\r\nX-B: c']))).toMatch(/a character that no header can have/);
  });

  it('read seconds', () => {
    expect([readTimeout(undefined, 10), readTimeout('0.5', 10)]).toEqual([10_000, 500]);
    ['0', '-1', 'soon', 'Infinity'].forEach((text) =>
      expect(failure(() => readTimeout(text, 1))).toMatch(/a number of seconds/),
    );
  });
});
