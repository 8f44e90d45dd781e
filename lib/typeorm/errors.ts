import { BadRequestException, ConflictException, NotFoundException } from '@nestjs/common';
import type { CorsIssue } from '../core/problems/issues.js';

/** 400: an entry that a policy would set aside, or a field that is wrong. The body holds `issues`. */
export class CorsOriginInvalid extends BadRequestException {
  readonly issues: readonly CorsIssue[];

  constructor(issues: readonly CorsIssue[]) {
    const message = issues.map(({ reason }) => reason).join(' ');
    super({ statusCode: 400, error: 'Bad Request', message, issues });
    this.issues = issues;
  }
}

/** 409: the list has that origin already. */
export class CorsOriginConflict extends ConflictException {
  readonly issues: readonly CorsIssue[];

  constructor(issue: CorsIssue) {
    super({ statusCode: 409, error: 'Conflict', message: issue.reason, issues: [issue] });
    this.issues = [issue];
  }
}

/** 404: the list has no such origin. */
export class CorsOriginNotFound extends NotFoundException {
  readonly issues: readonly CorsIssue[];

  constructor(issue: CorsIssue) {
    super({ statusCode: 404, error: 'Not Found', message: issue.reason, issues: [issue] });
    this.issues = [issue];
  }
}
