/** Where a PostgreSQL server is, in the terms of the package `pg`, which takes more fields than these. */
export interface PostgresConnection {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** The password, or what fetches it for each connection. */
  readonly password?: string | (() => string | Promise<string>);
  readonly database?: string;
  /** Whether to speak TLS, or how: the options of `tls.connect()`. */
  readonly ssl?: boolean | object;
  /** A `postgres://` URL in the place of the other fields. */
  readonly connectionString?: string;
  /** What `pg_stat_activity` shows the connection by. Default `nestjs-cors-policy`. */
  readonly application_name?: string;
}
