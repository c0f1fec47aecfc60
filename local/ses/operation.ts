import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';
import type { ExportJobs } from './exports.ts';
import type { ImportJobs } from './imports.ts';

/** A call as it arrived. */
export interface Call {
  /** The first variable of the path, decoded; `''` where it has none. */
  readonly subject: string;
  /** The second, such as the event destination of a configuration set; `''` where there is none. */
  readonly part: string;
  readonly query: URLSearchParams;
  /** The body, parsed. */
  readonly body: unknown;
}

/** What the calls work on. */
interface Backend {
  readonly ses: LocalSes;
  readonly imports: ImportJobs;
  readonly exports: ExportJobs;
}

/** Where a call is made: a method, and a path whose variable segments stand in braces. */
export interface Spelling {
  readonly method: string;
  readonly path: string;
}

/** One call of the SES v2 API: where it is (by the schemas of client-sesv2 3.1169) and what it answers. */
export interface Operation extends Spelling {
  readonly name: string;
  /** Where the AWS CLI (botocore 1.43) makes the same call, where that is another place. */
  readonly cli?: Spelling;
  readonly run: (backend: Backend, call: Call) => Record<string, unknown>;
}

/**
 * Sending as a tenant, and a tenant's own list, are not built.
 *
 * @throws {SesError} NotFoundException when one is named.
 */
export function refuseTenant(name: string | null | undefined): void {
  if (name !== null && name !== undefined) {
    throw new SesError('NotFoundException', `Tenant <${name}> does not exist.`);
  }
}
