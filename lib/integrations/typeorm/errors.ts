import { BadRequestException, ConflictException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import type { CorsIssue } from '../../core/issues/issues.js';

/**
 * 400: an entry that a policy would reject, or a field that is wrong. The body has `issues`.
 *
 * @example
 * await origins.add({ allowlist: 'partners', origin: 'tea.example' }).catch((error) => {
 *   if (error instanceof CorsOriginInvalid) error.issues[0].suggestion; // 'https://tea.example'
 * });
 */
export class CorsOriginInvalid extends BadRequestException {
  readonly issues: readonly CorsIssue[];

  constructor(issues: readonly CorsIssue[]) {
    const message = issues.map(({ reason }) => reason).join(' ');
    super({ statusCode: 400, error: 'Bad Request', message, issues });
    this.issues = issues;
  }
}

/**
 * 409: the list has that origin already.
 *
 * @example
 * await origins.add(entry).catch((error) => {
 *   if (!(error instanceof CorsOriginConflict)) throw error; // it is there already
 * });
 */
export class CorsOriginConflict extends ConflictException {
  readonly issues: readonly CorsIssue[];

  constructor(issue: CorsIssue) {
    super({ statusCode: 409, error: 'Conflict', message: issue.reason, issues: [issue] });
    this.issues = [issue];
  }
}

/**
 * 404: the list has no such origin.
 *
 * @example
 * await origins.remove(key).catch((error) => {
 *   if (!(error instanceof CorsOriginNotFound)) throw error; // it is gone already
 * });
 */
export class CorsOriginNotFound extends NotFoundException {
  readonly issues: readonly CorsIssue[];

  constructor(issue: CorsIssue) {
    super({ statusCode: 404, error: 'Not Found', message: issue.reason, issues: [issue] });
    this.issues = [issue];
  }
}

/**
 * 503: the database could not be reached, or failed in several tries. Nothing was written. The log has the cause.
 *
 * @example
 * await origins.add(entry).catch((error) => {
 *   if (error instanceof CorsOriginsUnavailable) queue.push(entry); // nothing was written
 * });
 */
export class CorsOriginsUnavailable extends ServiceUnavailableException {
  readonly issues: readonly CorsIssue[];

  /** @param cause is for the log; a client never sees it */
  constructor(reason: string, cause: unknown) {
    const issues = [{ place: 'database', field: '', value: undefined, code: 'database-unavailable', reason }];
    super({ statusCode: 503, error: 'Service Unavailable', message: reason, issues }, { cause });
    this.issues = issues;
  }
}
