import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { diagnose } from '../lib/classification/diagnose.ts';
import { type BenchReply, benchReplies } from './diagnose/replies.ts';

/**
 * How many replies a second of one core diagnoses, beside Sisimai reading the same replies in the same run:
 * `npm run bench:diagnose [-- --diagnoses 1000000 --mails 3000]`. Both are single-threaded and measured in processor
 * time. The last line is JSON.
 *
 * The figure is a million diagnoses over the processor time that their thread took for all of them; nothing is left
 * out but a warm-up. Processor time still grows by half where other work shares the core's caches and clock: the
 * fastest and the slowest tenth of the run are printed, and when they lie far apart the machine was not idle.
 *
 * What is compared: we read SES's fields and add the evidence; Sisimai parses a whole bounce mail (MIME, headers,
 * the sending system's own format) and knows no history. The ratio says what a job over SES's events costs either
 * way, not which program is written better.
 */
const { values: options } = parseArgs({
  options: {
    diagnoses: { type: 'string', default: '1000000' },
    mails: { type: 'string', default: '3000' },
  },
});
const DIAGNOSES = Number(options.diagnoses);
const PARTS = 10;
const WARM_UP = DIAGNOSES / 10;
const DISTINCT = Math.min(20_000, DIAGNOSES);
const MAILS = Number(options.mails);
/** Optional: where it is missing the benchmark says so and goes on. */
const INTERPRETER = 'perl';

function ours(replies: readonly BenchReply[]): number {
  for (let index = 0; index < WARM_UP; index++) diagnoseAt(replies, index);
  const before = now();
  const parts = Array.from({ length: PARTS }, () => secondsOfPart(replies));
  const after = now();
  const seconds = after.thread - before.thread;
  const perSecond = (part: number) => Math.round(DIAGNOSES / PARTS / part).toLocaleString('en');
  process.stdout.write(
    `todoku: ${DIAGNOSES} diagnoses of ${DISTINCT} distinct inputs, ${seconds.toFixed(2)} s of one core ` +
      `(${(after.process - before.process).toFixed(2)} s with the runtime’s other threads, ` +
      `${(after.clock - before.clock).toFixed(2)} s by the clock); ` +
      `tenths from ${perSecond(Math.max(...parts))} to ${perSecond(Math.min(...parts))} a second\n`,
  );
  return DIAGNOSES / seconds;
}

function secondsOfPart(replies: readonly BenchReply[]): number {
  const start = now().thread;
  for (let index = 0; index < DIAGNOSES / PARTS; index++) diagnoseAt(replies, index);
  return now().thread - start;
}

/** Seconds: of processor time of this thread, and of all threads with it; and by the clock. */
function now(): { readonly thread: number; readonly process: number; readonly clock: number } {
  const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6;
  return {
    thread: seconds(process.threadCpuUsage()),
    process: seconds(process.cpuUsage()),
    clock: performance.now() / 1000,
  };
}

function diagnoseAt(replies: readonly BenchReply[], index: number): void {
  const reply = replies[index % replies.length];
  if (reply === undefined || diagnose(reply.input).rule === '')
    throw new Error('a reply without a diagnosis');
}

/** A minimal delivery status notification (RFC 3464), as Postfix would send it. */
function bounceMail(reply: BenchReply, index: number): string {
  const lines = [
    'Return-Path: <>',
    'Date: Sat, 01 Jun 2024 00:00:00 +0000',
    'From: MAILER-DAEMON@mail.example.jp (Mail Delivery System)',
    'Subject: Undelivered Mail Returned to Sender',
    'To: shop@example.jp',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    `Message-Id: <bounce-${index}@mail.example.jp>`,
    '',
    '--part',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is the mail system at host mail.example.jp.',
    '',
    `<${reply.recipient}>: ${reply.text.replace(/\s+/g, ' ')}`,
    '',
    '--part',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example.jp',
    'Arrival-Date: Sat, 01 Jun 2024 00:00:00 +0000',
    '',
    `Final-Recipient: rfc822; ${reply.recipient}`,
    'Action: failed',
    'Status: 5.0.0',
    'Remote-MTA: dns; mx.shop.example',
    `Diagnostic-Code: smtp; ${reply.text.replace(/\s+/g, ' ')}`,
    '',
    '--part',
    'Content-Type: text/rfc822-headers',
    '',
    'From: shop@example.jp',
    `To: ${reply.recipient}`,
    'Subject: Your order',
    'Date: Sat, 01 Jun 2024 00:00:00 +0000',
    `Message-Id: <order-${index}@example.jp>`,
    '',
    '--part--',
    '',
  ];
  return lines.join('\n');
}

/** Reads a directory of mails twice, as Sisimai 4 (`make`) and 5 (`rise`) do; prints mails, results and seconds. */
const PERL = `
require Sisimai;
my $read = Sisimai->can('rise') ? 'rise' : 'make';
my ($results, $seconds);
for (1, 2) {
  my ($user, $system) = times;
  $results = Sisimai->$read($ARGV[0], delivered => 1);
  my ($user2, $system2) = times;
  $seconds = $user2 + $system2 - $user - $system;
}
printf "%s %d %.6f\\n", Sisimai->version, scalar @{ $results || [] }, $seconds;
`;

/** Mails a second that the installed Sisimai reads (warm), or null when it is not installed. */
function sisimai(replies: readonly BenchReply[]): number | null {
  const directory = mkdtempSync(join(tmpdir(), 'todoku-bench-'));
  try {
    const mails = join(directory, 'new');
    mkdirSync(mails);
    for (const [index, reply] of replies.slice(0, MAILS).entries()) {
      writeFileSync(join(mails, `${index}.eml`), bounceMail(reply, index));
    }
    const run = spawnSync(INTERPRETER, ['-e', PERL, mails], { encoding: 'utf8', timeout: 80_000 });
    const answer = /^(\S+) (\d+) ([\d.]+)$/m.exec(run.stdout ?? '');
    if (run.status !== 0 || answer === null) {
      process.stdout.write(
        'SISIMAI WAS NOT MEASURED: perl with Sisimai is needed (Debian: apt-get install libsisimai-perl).\n',
      );
      return null;
    }
    const [, version, results, seconds] = answer;
    process.stdout.write(
      `Sisimai ${version}: ${MAILS} mails, ${results} results, ${seconds} s of one core (second round)\n`,
    );
    return MAILS / Number(seconds);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const replies = benchReplies(DISTINCT);
const perSecond = Math.round(ours(replies));
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
const measured = sisimai(replies);
const sisimaiPerSecond = measured === null ? null : Math.round(measured);
const ratio = sisimaiPerSecond === null ? null : Math.round((10 * perSecond) / sisimaiPerSecond) / 10;
process.stdout.write(
  'Not the same work: Sisimai parses whole mails of many senders; todoku reads SES’s fields and adds the history.\n',
);
process.stdout.write(
  `${JSON.stringify({ bench: 'diagnose', perSecond, sisimaiPerSecond, ratio, peakMiB })}\n`,
);
