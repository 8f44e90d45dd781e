/**
 * New apps, as `nest new` of each major makes them.
 * - `cli`: the version of `@nestjs/cli`
 * - `isCommonJs`: the README then has imports without `.js`
 */
export const scaffolds = [
  { name: 'nest12-esm', cli: '^12.0.0', isCommonJs: false },
  { name: 'nest11-cjs', cli: '^11.0.0', isCommonJs: true },
];
