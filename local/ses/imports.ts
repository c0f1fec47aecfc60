import { SesError } from './errors.ts';
import type { ListReason, SuppressionList } from './list.ts';

/** Most addresses in one file (SES developer guide, suppression list): 100,000 to put, 10,000 to delete. */
const IMPORT_LIMITS = { PUT: 100_000, DELETE: 10_000 } as const;

/** What CreateImportJob asks for. */
export interface ImportRequest {
  readonly action: 'PUT' | 'DELETE';
  readonly s3Url: string;
  readonly format: 'CSV' | 'JSON';
}

/** An import job, with what GetImportJob shows of it. */
export interface ImportJob {
  readonly id: string;
  readonly request: ImportRequest;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  status: 'CREATED' | 'PROCESSING' | 'COMPLETED' | 'FAILED';
  completedAt?: number;
  processed: number;
  failed: number;
  error?: string;
}

/** How import jobs read their file and how long they take. */
export interface ImportOptions {
  /** Reads an `s3://bucket/key` object as text. */
  readonly readObject: (s3Url: string) => Promise<string>;
  readonly now: () => Date;
  /** Milliseconds (of `now`) that a job shows PROCESSING. Default 0. */
  readonly durationMs?: number;
  readonly newId: () => string;
}

/** Bulk changes of the suppression list from files. */
export class ImportJobs {
  private readonly jobs = new Map<string, ImportJob>();
  private readonly list: SuppressionList;
  private readonly options: ImportOptions;

  constructor(list: SuppressionList, options: ImportOptions) {
    this.list = list;
    this.options = options;
  }

  /** Starts a job; it reads its file at once and changes the list when it has read it. */
  create(request: ImportRequest): ImportJob {
    const createdAt = this.options.now().getTime();
    const job: ImportJob = {
      id: this.options.newId(),
      request,
      createdAt,
      status: 'CREATED',
      processed: 0,
      failed: 0,
    };
    this.jobs.set(job.id, job);
    void this.run(job);
    return job;
  }

  /** @throws {SesError} NotFoundException for an unknown job. */
  get(id: string): ImportJob {
    const job = this.jobs.get(id);
    if (job === undefined) throw new SesError('NotFoundException', `Import job <${id}> does not exist.`);
    const until = job.createdAt + (this.options.durationMs ?? 0);
    const shown = job.status === 'COMPLETED' && this.options.now().getTime() < until;
    return shown ? { ...job, status: 'PROCESSING', processed: 0, failed: 0 } : { ...job };
  }

  private async run(job: ImportJob): Promise<void> {
    try {
      const text = await this.options.readObject(job.request.s3Url);
      this.apply(
        job,
        text.split(/\r?\n/).filter((line) => line.trim() !== ''),
      );
      job.status = 'COMPLETED';
    } catch (error) {
      job.status = 'FAILED';
      job.error = error instanceof Error ? error.message : String(error);
    }
    job.completedAt = Math.max(this.options.now().getTime(), job.createdAt + (this.options.durationMs ?? 0));
  }

  private apply(job: ImportJob, lines: readonly string[]): void {
    const { action, format } = job.request;
    const limit = IMPORT_LIMITS[action];
    if (lines.length > limit) throw new Error(`The file has more than ${limit} addresses.`);
    for (const line of lines) {
      const row = format === 'CSV' ? readCsv(line) : readJson(line);
      job.processed++;
      if (row === undefined || (action === 'PUT' && row.reason === undefined)) job.failed++;
      else if (action === 'DELETE') this.list.delete(row.address);
      else if (row.reason !== undefined) {
        this.list.put({ address: row.address, reason: row.reason, updatedAt: this.options.now().getTime() });
      }
    }
  }
}

interface ImportRow {
  readonly address: string;
  readonly reason?: ListReason;
}

/** `address` or `address,REASON`; undefined for a row that is neither. */
function readCsv(line: string): ImportRow | undefined {
  const [address = '', reason = ''] = line.split(',').map((cell) => cell.trim());
  return checkedRow(address, reason);
}

/** `{"emailAddress": ..., "reason": ...}`; undefined for a row that is not. */
function readJson(line: string): ImportRow | undefined {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof row !== 'object' || row === null || !('emailAddress' in row)) return undefined;
  const reason = 'reason' in row ? row.reason : '';
  return typeof row.emailAddress === 'string' && typeof reason === 'string'
    ? checkedRow(row.emailAddress, reason)
    : undefined;
}

function checkedRow(address: string, reason: string): ImportRow | undefined {
  if (!address.includes('@')) return undefined;
  if (reason === '') return { address };
  return reason === 'BOUNCE' || reason === 'COMPLAINT' ? { address, reason } : undefined;
}
