import { placeOf } from '../../../lib/config/call-site.js';

const cwd = process.cwd();
const placeIn = (frame: string): string | undefined =>
  placeOf({ stack: `Error\n    at ${frame}\n    at other (x.js:1:1)` });

describe('the place of a decorator', () => {
  it.each([
    ['a frame with brackets', `Object.<anonymous> (${cwd}/dist/app.module.js:73:17)`, 'dist/app.module.js:73'],
    [
      'a frame without, as at the top of an ES module',
      `file://${cwd}/dist/app.module.js:73:17`,
      'dist/app.module.js:73',
    ],
    ['one of CommonJS', `${cwd}/dist/app.module.js:73:17`, 'dist/app.module.js:73'],
    ['one that waits', `async file://${cwd}/dist/app.module.js:73:17`, 'dist/app.module.js:73'],
    ['a path with parentheses', `new A (${cwd}/dist (1)/(shop)/a.js:3:1)`, 'dist (1)/(shop)/a.js:3'],
    ['such a path without brackets', `${cwd}/dist (1)/(shop)/a.js:3:1`, 'dist (1)/(shop)/a.js:3'],
    ['a path that is escaped', `file://${cwd}/dist%20(1)/a.js:3:1`, 'dist (1)/a.js:3'],
    ['a path on Windows', String.raw`A.b (C:\shop (1)\dist\a.js:3:1)`, 'C:/shop (1)/dist/a.js:3'],
    ['Node itself', 'node:internal/modules/cjs/loader:1:2', undefined],
    ['no file', '<anonymous>', undefined],
  ])('is read from %s', (_what, frame, place) => {
    expect(placeIn(frame)).toBe(place);
  });

  it('is unknown without a stack', () => {
    expect(placeOf({})).toBeUndefined();
  });
});
