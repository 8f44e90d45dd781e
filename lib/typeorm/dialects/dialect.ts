/** The statements of a migration, each to be run by itself. */
export interface Dialect {
  readonly up: readonly string[];
  readonly down: readonly string[];
}
