import { domainOf, SIMULATOR_DOMAIN } from '../address.ts';
import type { SenderReport, WiringReport } from '../wiring/reports.ts';

/** What a test of the whole way sends, and what must come of it: pure. */

/** Kinds of fact, as a look-up's timeline names them. */
export type Event = 'bounce' | 'complaint' | 'delivery';

/** A mailbox of SES's simulator. */
interface Simulated {
  readonly mailbox: string;
  /** What SES publishes of a mail to it, as far as it is recorded under the address. */
  readonly event: Event;
  /** Why its event may be missing although all is well. */
  readonly optional?: 'deliveries-not-recorded' | 'names-nobody';
}

/**
 * SES developer guide, "Using the mailbox simulator". The reply of `ooto@` is a bounce that in production may name no
 * recipient, and is then recorded under nobody.
 */
const SIMULATED: readonly Simulated[] = [
  { mailbox: 'bounce', event: 'bounce' },
  { mailbox: 'complaint', event: 'complaint' },
  { mailbox: 'success', event: 'delivery', optional: 'deliveries-not-recorded' },
  { mailbox: 'suppressionlist', event: 'bounce' },
  { mailbox: 'ooto', event: 'bounce', optional: 'names-nobody' },
];

/** US dollars that SES bills at most for a mail: its dearest plan's (price list of 2026-07-22). */
export const PRICE_OF_A_MAIL = 0.000_23;

/** A way that mail takes: from a sender, with a configuration set or with none named. */
export interface Way {
  readonly from: string;
  readonly set?: string;
}

/** A mail of the test. */
export interface TestMail extends Way, Simulated {
  readonly to: string;
}

/** A sender or set that is not tried, because its settings say that nothing would be heard. */
export interface Untried {
  readonly name: string;
  readonly why: 'reports-nowhere' | 'default-set-gone' | 'no-sender';
}

/**
 * The ways to try: each sender that may send, and each set that none of them has as its default. What reports nowhere is
 * known without a mail.
 *
 * @param from one address, which alone is tried.
 */
export function waysOf(
  { sets, senders }: WiringReport,
  from?: string,
): { readonly ways: readonly Way[]; readonly untried: readonly Untried[] } {
  const able = senders.filter(({ verified }) => verified === true);
  if (from !== undefined) return { ways: [{ from }], untried: [] };
  const untried: Untried[] = [];
  for (const { name, state, defaultSetIsGone } of able) {
    if (defaultSetIsGone) untried.push({ name, why: 'default-set-gone' });
    else if (state === 'none') untried.push({ name, why: 'reports-nowhere' });
  }
  const tried = able.filter(({ name }) => !untried.some((each) => each.name === name));
  const covered = new Set(tried.map(({ defaultSet }) => defaultSet));
  const [anybody] = tried.length > 0 ? tried : able.filter(({ defaultSetIsGone }) => !defaultSetIsGone);
  const ways: Way[] = tried.map((sender) => ({ from: addressOf(sender) }));
  for (const { name, state } of sets) {
    if (covered.has(name)) continue;
    if (state === 'none') untried.push({ name, why: 'reports-nowhere' });
    else if (anybody === undefined) untried.push({ name, why: 'no-sender' });
    else ways.push({ from: addressOf(anybody), set: name });
  }
  return { ways, untried };
}

/** An address of a sender: its own, or one of its domain. */
function addressOf({ name }: SenderReport): string {
  return name.includes('@') ? name : `todoku-test@${name}`;
}

/** Whether a verified sender of the account stands for an address: itself, its domain, or one above that. */
export function isVerified(address: string, { senders }: WiringReport): boolean {
  const domain = domainOf(address).toLowerCase();
  return senders.some(({ name, verified }) => {
    const identity = name.toLowerCase();
    return (
      verified === true &&
      (identity === address.toLowerCase() || identity === domain || domain.endsWith(`.${identity}`))
    );
  });
}

/**
 * The mails of a run. A label of the simulator's address (`bounce+LABEL@`) tells run and way, so that an event is known by
 * its recipient.
 *
 * @param run letters and digits.
 */
export function mailsOf(ways: readonly Way[], run: string): readonly TestMail[] {
  return ways.flatMap((way, at) =>
    SIMULATED.map((simulated) => ({
      ...way,
      ...simulated,
      to: `${simulated.mailbox}+todoku-${run}-${at + 1}@${SIMULATOR_DOMAIN}`,
    })),
  );
}

/** Whether a mail's event has to come: `deliveries` as the stack says what it records. */
export function isRequired({ optional }: Simulated, deliveries: string | undefined): boolean {
  return optional === undefined || (optional === 'deliveries-not-recorded' && deliveries === 'all');
}
