import { type VersioningOptions, VersioningType } from '@nestjs/common';

/** Versioning by a header, which a preflight does not send. */
export const BY_HEADER: VersioningOptions = { type: VersioningType.HEADER, header: 'X-Version' };
