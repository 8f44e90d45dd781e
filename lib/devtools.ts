export { CorsDevtoolsModule } from './tooling/devtools/devtools.module.js';
export type { CorsDevtoolsOptions, CorsTesterOptions } from './tooling/devtools/options.js';
