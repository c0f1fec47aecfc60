import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';
import { type MessageTrace, type RecipientTrace, shownEvents } from './messages.ts';

/** What CreateExportJob asks for; times in milliseconds since the epoch, both included. */
export interface ExportRequest {
  readonly from: number;
  readonly until: number;
  /** Last delivery events to export; absent: all. */
  readonly events?: readonly string[];
  /** Default, as of SES: 1,000. */
  readonly maximumRows?: number;
}

/** An export job, with what GetExportJob shows of it. */
export interface ExportJob {
  readonly id: string;
  readonly request: ExportRequest;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly status: 'PROCESSING' | 'COMPLETED';
  readonly rows: number;
  /** Address of the file, valid for five minutes from the asking. */
  readonly url?: string;
}

/** How export jobs are served and how long they take. */
export interface ExportOptions {
  /** Address of the files: `http://127.0.0.1:PORT`; asked when a job is looked at. */
  readonly origin: () => string;
  /** Milliseconds of the SES's clock that a job shows PROCESSING. Default 0. */
  readonly durationMs?: number;
}

/** Where the files are served. */
export const EXPORT_PATH = '/message-insights-exports/';
const URL_LIFE_MS = 5 * 60_000;
const DEFAULT_ROWS = 1_000;

/** Columns and their order as floci found them at SES (SesExportPayloads, 2026-09-23). */
const COLUMNS = [
  'messageid',
  'sendtimestamp',
  'isp',
  'fromaddress',
  'destination',
  'subject',
  'last_delivery_event',
  'last_engagement_event',
  'last_delivery_event_timestamp',
  'last_engagement_event_timestamp',
  'bounce_sub_type',
  'diagnostic_code',
] as const;

type Row = Readonly<Partial<Record<(typeof COLUMNS)[number], string>>>;

/** Exports of message insights to CSV files. */
export class ExportJobs {
  private readonly jobs = new Map<string, { job: Omit<ExportJob, 'status' | 'url'>; file: string }>();
  private readonly ses: LocalSes;
  private readonly options: ExportOptions;

  constructor(ses: LocalSes, options: ExportOptions) {
    this.ses = ses;
    this.options = options;
  }

  /** Starts a job: its file shows what SES knows at this moment. */
  create(request: ExportRequest): string {
    const rows = this.rows(request);
    const id = `export-${this.jobs.size + 1}`;
    const job = { id, request, createdAt: this.ses.now().getTime(), rows: rows.length };
    this.jobs.set(id, { job, file: csv(rows) });
    return id;
  }

  /** @throws {SesError} NotFoundException for an unknown job. */
  get(id: string): ExportJob {
    const found = this.jobs.get(id);
    if (found === undefined) throw new SesError('NotFoundException', `Export job <${id}> does not exist.`);
    const now = this.ses.now().getTime();
    if (now < found.job.createdAt + (this.options.durationMs ?? 0))
      return { ...found.job, status: 'PROCESSING' };
    const url = `${this.options.origin()}${EXPORT_PATH}${id}.csv?expires=${now + URL_LIFE_MS}`;
    return { ...found.job, status: 'COMPLETED', url };
  }

  /** The file behind a URL, by its last path segment; undefined when the URL has run out or never was. */
  file(name: string, expires: number): string | undefined {
    return this.ses.now().getTime() <= expires ? this.jobs.get(name.replace(/\.csv$/, ''))?.file : undefined;
  }

  private rows(request: ExportRequest): Row[] {
    const rows: Row[] = [];
    for (const trace of this.ses.recentTraces()) {
      const { acceptedAt } = trace.mail;
      if (acceptedAt < request.from || acceptedAt > request.until) continue;
      for (const recipient of trace.recipients) {
        const row = rowOf(trace, recipient);
        if (request.events?.includes(row.last_delivery_event ?? '') ?? true) rows.push(row);
        if (rows.length >= (request.maximumRows ?? DEFAULT_ROWS)) return rows;
      }
    }
    return rows;
  }
}

/** Order of delivery events (MessageInsightsFilters, LastDeliveryEvent). */
const DELIVERY_ORDER = ['SEND', 'BOUNCE', 'DELIVERY', 'COMPLAINT'];
const ENGAGEMENT_ORDER = ['OPEN', 'CLICK'];

function rowOf(trace: MessageTrace, recipient: RecipientTrace): Row {
  const events = shownEvents(trace, recipient);
  const last = (order: readonly string[]) =>
    order.flatMap((type) => events.filter((event) => event.type === type)).at(-1);
  const delivery = last(DELIVERY_ORDER);
  const engagement = last(ENGAGEMENT_ORDER);
  const bounce = delivery?.bounce;
  return {
    messageid: trace.mail.messageId,
    sendtimestamp: time(trace.mail.acceptedAt),
    isp: recipient.isp,
    fromaddress: trace.mail.from,
    destination: recipient.address,
    subject: trace.mail.subject,
    ...(delivery && {
      last_delivery_event: bounce ? `${bounce.BounceType}_BOUNCE` : delivery.type,
      last_delivery_event_timestamp: time(delivery.at),
    }),
    ...(engagement && {
      last_engagement_event: engagement.type,
      last_engagement_event_timestamp: time(engagement.at),
    }),
    ...(bounce && {
      // A user's report of a real file spells sub-types so: ON_ACCOUNT_SUPPRESSION_LIST.
      bounce_sub_type: bounce.BounceSubType.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(),
      diagnostic_code: bounce.DiagnosticCode ?? '',
    }),
  };
}

/** `2026-09-21 01:02:03.123 UTC`. */
function time(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC');
}

/** Every value quoted, and a comma at the end of each line. */
function csv(rows: readonly Row[]): string {
  const line = (values: readonly string[]) =>
    `${values.map((value) => `"${value.replaceAll('"', '""')}",`).join('')}\n`;
  return [line(COLUMNS), ...rows.map((row) => line(COLUMNS.map((name) => row[name] ?? '')))].join('');
}
