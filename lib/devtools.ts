export { CorsDevtoolsModule } from './devtools/devtools.module.js';
export type { CorsDevtoolsOptions, CorsTesterOptions } from './devtools/options.js';
