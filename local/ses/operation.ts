import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';
import type { ExportJobs } from './exports.ts';
import type { ImportJobs } from './imports.ts';

/** A call as it arrived. */
interface Call {
  /** The last path segment where it is a variable, decoded; `''` otherwise. */
  readonly subject: string;
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

/** One call of the SES v2 API: where it is and what it answers. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  /** Path; `*` at its end is the variable segment. From the schemas of client-sesv2 3.1169. */
  readonly path: string;
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
