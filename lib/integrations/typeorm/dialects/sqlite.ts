import type { Dialect } from './dialect.js';

/** For SQLite 3.24 and later, with any driver. Its columns compare bytes, and its times are UTC, from the beginning. */
export async function sqliteDialect(): Promise<Dialect> {
  const raise = (row: 'NEW' | 'OLD'): string =>
    `INSERT INTO "cors_allowlist_versions" ("allowlist", "version") ` +
    `VALUES (${row}."allowlist", CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)) ` +
    `ON CONFLICT ("allowlist") DO UPDATE SET "version" = max("version" + 1, excluded."version");`;
  const trigger = (event: string, body: string): string =>
    `CREATE TRIGGER IF NOT EXISTS "cors_origins_${event.toLowerCase()}" AFTER ${event} ON "cors_origins" ` +
    `FOR EACH ROW BEGIN ${body} END`;
  return {
    create: {
      up: [
        `CREATE TABLE IF NOT EXISTS "cors_origins" (
        "id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "allowlist" varchar(64) NOT NULL,
        "origin" varchar(512) NOT NULL,
        "enabled" boolean NOT NULL DEFAULT (1),
        "note" varchar(500),
        "created_at" datetime NOT NULL DEFAULT (datetime('now')),
        "updated_at" datetime NOT NULL DEFAULT (datetime('now')),
        CONSTRAINT "uq_cors_origins" UNIQUE ("allowlist", "origin")
      )`,
        `CREATE TABLE IF NOT EXISTS "cors_allowlist_versions" ("allowlist" varchar(64) PRIMARY KEY NOT NULL, "version" bigint NOT NULL)`,
        trigger('INSERT', raise('NEW')),
        trigger('DELETE', raise('OLD')),
        trigger('UPDATE', `${raise('OLD')} ${raise('NEW')}`),
      ],
      down: ['DROP TABLE IF EXISTS "cors_origins"', 'DROP TABLE IF EXISTS "cors_allowlist_versions"'],
    },
    harden: { up: [], down: [] },
    unlock: { up: [], down: [] },
    triggers: `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cors_origins'`,
    triggerCount: 3,
    problems: [],
  };
}
