/* The file that the command loads for `migrate` alone. `nest add` loads it too: dist/schematics.json names it. */
export { migrateSources } from './migrate-sources.js';
export { nestAdd } from './nest-add.js';
export { NotMigratable } from './not-migratable.js';
export { summarize } from './summary.js';
