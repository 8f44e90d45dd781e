import { indexesOf, pathReadings } from '../../../lib/routing/path-readings.js';

test('3.3: a plain path has one reading', () => {
  for (const path of ['/orders', '/orders/1', '/a.b/c..d/.well-known/x', '/ümlaut', '/a;b=c']) {
    expect(pathReadings(path)).toEqual([path]);
  }
});

test.each([
  ['/open/..%2fprivate/s.json', '/private/s.json'],
  ['/%70rivate/s.json', '/private/s.json'],
  ['//private/s.json', '/private/s.json'],
  ['/x%2f..%2fprivate/s.json', '/private/s.json'],
  ['/./private/./s.json', '/private/s.json'],
  ['/open/%2e%2e/private/s.json', '/private/s.json'],
  ['/open/%252e%252e/private/s.json', '/private/s.json'],
  ['/open\\..\\private\\s.json', '/private/s.json'],
  ['/open%5c..%5cprivate/s.json', '/private/s.json'],
  ['/PRIVATE/S.json', '/private/s.json'],
  ['/open//../private/s.json', '/private/s.json'],
  ['/open//../private/s.json', '/open/private/s.json'],
  ['/private/s.json/.', '/private/s.json/'],
  ['/../../private/s.json', '/private/s.json'],
  ['/%ff%70rivate/s.json', '/%ffprivate/s.json'],
  ['x://host/private/s.json', '/private/s.json'],
])('3.3: %s may be read as %s', (path, reading) => {
  const readings = pathReadings(path)!;
  expect(readings[0]).toBe(path);
  expect(readings).toContain(reading);
  expect(new Set(readings).size).toBe(readings.length);
});

test.each<[string, ...readings: string[]]>([
  ['private/s.json', '/private/s.json'],
  ['/a/x://h/b', '/a/x:/h/b'],
  ['Ab1+.-://h:1/P', '/P', '/p'],
  ['1x://h/p', '/1x://h/p', '/1x:/h/p'],
  ['/%C3%BC', '/%c3%bc', '/ü'],
  ['/%2525252e', '/%25252e', '/%252e', '/%2e'],
  ['/%ff%70%8f', '/%ffp%8f'],
  ['/%ff%4A%8f', '/%ff%4a%8f', '/%ffJ%8f', '/%ffj%8f'],
  ['/a/./b/..', '/a/'],
  ['/a/../../b/c', '/b/c'],
  ['/..', '/'],
  ['//', '/'],
  ['/a%2F.', '/a%2f.', '/a/.', '/a/'],
  ['/%4'],
  ['/%zz'],
])('3.3: the readings of %s, all of them', (path, ...readings) => {
  expect(pathReadings(path)).toEqual([path, ...readings]);
});

test.each(['/private/', '//private//'])('3.3: %s may be answered with the index file of a directory', (path) => {
  expect(indexesOf(pathReadings(path)!)).toContain('/private/index.html');
  expect(indexesOf(['/private', '/private/x'])).toEqual([]);
});

test('3.3: an ambiguous path of more than 1,024 characters is not read', () => {
  expect(pathReadings(`/${'a'.repeat(5_000)}`)).toHaveLength(1);
  expect(pathReadings(`/${'a'.repeat(1_024)}%2f`)).toBeUndefined();
  expect(pathReadings(`/${'a'.repeat(1_020)}%2f`)).toHaveLength(2);
  expect(pathReadings(`/${'a'.repeat(1_021)}%2f`)).toBeUndefined();
});

test('the number of readings is bounded for every path', () => {
  const worst = `/${'%255c%252e%252e%252fA//./'.repeat(40)}`;
  expect(worst.length).toBeLessThanOrEqual(1_024);
  expect(pathReadings(worst)!.length).toBeLessThanOrEqual(80);
});

test('3.3: a path without its first slash, as from a parser, is read with it', () => {
  expect(pathReadings('x://h%09/../\\/PRIVATE/..//private/s.json')).toContain('/private/s.json');
  expect(pathReadings('http://x%3f@%09/..//private/s.json')).toContain('/private/s.json');
});
