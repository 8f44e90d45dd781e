/**
 * The new apps that `nest new` of each major makes.
 * - `cli`: the version of `@nestjs/cli`
 * - `isCommonJs`: true: the app is CommonJS, and imports its own files without `.js`
 */
export const scaffolds = [
  { name: 'nest12-esm', cli: '^12.0.0', isCommonJs: false },
  { name: 'nest11-cjs', cli: '^11.0.0', isCommonJs: true },
];
