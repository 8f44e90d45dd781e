/** The address of a PostgreSQL server, in the terms of the package `pg`, which takes more fields than these. */
export interface PostgresConnection {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  /** The password, or a function that fetches it for each connection. */
  readonly password?: string | (() => string | Promise<string>);
  readonly database?: string;
  /** Turns TLS on: `true`, or the options of `tls.connect()`. */
  readonly ssl?: boolean | object;
  /** A `postgres://` URL instead of the other fields. */
  readonly connectionString?: string;
  /** The name of the connection in `pg_stat_activity`. Default `nestjs-cors-policy`. */
  readonly application_name?: string;
}
