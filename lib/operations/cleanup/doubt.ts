import type { AddressInsightsAnswer, AddressRecord } from '../../cases/records.ts';
import type { AddressInsights } from '../../classification/types.ts';
import type { Verdict } from '../../policy/decide.ts';
import { errorName } from '../../refusal.ts';
import { putAddressInsights } from '../../store/address-insights.ts';
import { reserveAddressInsights } from '../../store/allowances.ts';
import type { AddressInsightsReader } from '../../suppression/address-insights.ts';
import type { ListEntry } from '../../suppression/list.ts';
import { isThrottle } from '../../suppression/throttle.ts';
import { type Judgement, type JudgementContext, judge, recentInsights } from '../removal/judge.ts';
import type { Tally } from './tally.ts';
import type { CleanupTools } from './types.ts';

/** The estimates that can turn a verdict; MEDIUM weighs nothing. */
const TELLING: readonly AddressInsights['mailboxExists'][] = ['HIGH', 'LOW'];

/**
 * Whether SES's estimate of the mailbox could change what is done with an entry: it costs money, and is worth none
 * where the other evidence, a complaint or a cool-down decides whatever SES may say. `removes`: whether this run removes
 * anything at all; where it does not, an answer that would allow it changes nothing. Pure.
 */
export function isInDoubt(
  entry: ListEntry,
  record: AddressRecord,
  { diagnosis, verdict }: Judgement,
  context: JudgementContext,
  removes: boolean,
): boolean {
  if (diagnosis.confidence !== 'ambiguous') return false;
  const done = ({ action }: Verdict) => (action === 'remove' && !removes ? 'propose' : action);
  return TELLING.some((mailboxExists) => {
    const addressInsights = { mailboxExists, at: context.now };
    return done(judge(entry, { ...record, addressInsights }, context).verdict) !== done(verdict);
  });
}

/** Asks SES about addresses in doubt, within the policy's allowance, and remembers the answers. */
export class Doubts {
  readonly #tools: Pick<CleanupTools, 'store' | 'policy' | 'now' | 'onFailure'>;
  readonly #reader: AddressInsightsReader | undefined;
  readonly #tally: Tally;
  #asking: boolean;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tools: CleanupTools, tally: Tally) {
    this.#tools = tools;
    this.#reader = tools.addressInsights;
    this.#tally = tally;
    this.#asking = tools.addressInsights !== undefined && tools.policy.maximumAddressInsightsPerDay > 0;
  }

  /** Whether SES should be asked about an entry: asking is on, the answer would matter, and none is remembered. */
  concern(entry: ListEntry, record: AddressRecord, judgement: Judgement, context: JudgementContext): boolean {
    if (!this.#asking || recentInsights(record, entry) !== undefined) return false;
    return isInDoubt(entry, record, judgement, context, this.#tally.removes);
  }

  /**
   * SES's answer, remembered; undefined where SES was not or could not be asked. A failure ends asking for this
   * invocation: the entries are judged without, and the run's report says so.
   */
  ask(entry: ListEntry): Promise<AddressInsightsAnswer | undefined> {
    // One question after the other, so that the first failure really ends them; SES takes one call a second anyway.
    const answer = this.#last.then(() => this.#askNow(entry));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #askNow(entry: ListEntry): Promise<AddressInsightsAnswer | undefined> {
    const { store, policy, now, onFailure } = this.#tools;
    if (!this.#asking || this.#reader === undefined) return undefined;
    const at = now().toISOString();
    // Taken before the question: a run that dies in between has paid for one question less than it may.
    if (!(await reserveAddressInsights(store, at.slice(0, 10), policy.maximumAddressInsightsPerDay))) {
      this.#stop('address-insights-per-day', {
        ja: `SESへの問い合わせ（有料）の1日の上限（${policy.maximumAddressInsightsPerDay}件）に達しました。残りは問い合わせずに判断します。`,
        en: `The limit of ${policy.maximumAddressInsightsPerDay} paid questions to SES a day is reached; the rest is judged without.`,
      });
      return undefined;
    }
    let mailboxExists: AddressInsights['mailboxExists'] | undefined;
    try {
      mailboxExists = await this.#reader.mailboxExists(entry.spelling);
    } catch (error) {
      // The entry is looked at again by the run that goes on.
      if (isThrottle(error)) throw error;
      onFailure?.(entry.address, error);
      const name = errorName(error);
      this.#stop('address-insights-unreadable', {
        ja: `SESにメールボックスの実在を問い合わせできませんでした（${name}）。この実行では問い合わせずに判断します。`,
        en: `SES could not be asked whether a mailbox exists (${name}); this invocation judges without.`,
      });
      return undefined;
    }
    const answer = { at, ...(mailboxExists && { mailboxExists }) };
    await putAddressInsights(store, entry.address, answer);
    this.#tally.count('address-insights-asked');
    return answer;
  }

  #stop(...limit: Parameters<Tally['note']>): void {
    this.#asking = false;
    this.#tally.note(...limit);
  }
}
