import { isRequired, type TestMail } from '../../lib/selftest/plan.ts';
import type { Bilingual } from '../../lib/text.ts';

/** Sends the mails of a test and follows each to its fact. */

/** What sending and following works with. */
export interface FollowParts {
  /** Hands a mail to SES, and gives its message id, or why SES did not take it. */
  readonly send: (mail: TestMail) => Promise<string | { readonly notSent: Bilingual }>;
  /** Kinds of fact on record of a mail, by its recipient and message id. Throws when nobody can tell. */
  readonly recorded: (address: string, messageId: string) => Promise<readonly string[]>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds of the machine. */
  readonly time: () => number;
  readonly progress: (done: number) => void;
}

/** What became of a mail of the test. */
export interface Followed {
  readonly mail: TestMail;
  /** `came`; `missing`: its event has to come and did not; `not-seen`: it may be missing although all is well. */
  readonly became: 'came' | 'missing' | 'not-seen' | 'not-sent';
  readonly messageId?: string;
  /** Why it was not sent. */
  readonly because?: Bilingual;
}

/**
 * Every mail once, then looks until each event that has to come is on record or the time is up. What SES refuses from one
 * way it refuses of every mail of that way: the rest of them is not sent. One look that failed is no end.
 *
 * @param patience milliseconds from the last mail on.
 * @param pause milliseconds between two rounds of looks.
 */
export async function follow(
  mails: readonly TestMail[],
  parts: FollowParts,
  { deliveries, patience, pause }: { deliveries: string | undefined; patience: number; pause: number },
): Promise<readonly Followed[]> {
  const results = new Map<TestMail, Followed>();
  const refused = new Map<string, Bilingual>();
  for (const mail of mails) {
    const way = `${mail.from} ${mail.set ?? ''}`;
    const before = refused.get(way);
    const sent = before === undefined ? await parts.send(mail) : { notSent: before };
    if (typeof sent !== 'string') refused.set(way, sent.notSent);
    results.set(
      mail,
      typeof sent === 'string'
        ? { mail, became: isRequired(mail, deliveries) ? 'missing' : 'not-seen', messageId: sent }
        : { mail, became: 'not-sent', because: sent.notSent },
    );
    parts.progress(results.size);
  }
  const until = parts.time() + patience;
  for (;;) {
    await parts.sleep(pause);
    // Whether this is the last look is known before it: an event that came in time is not missed by a slow look-up.
    const isLast = parts.time() >= until;
    for (const followed of results.values()) {
      const { mail, messageId } = followed;
      if (followed.became === 'came' || messageId === undefined) continue;
      const kinds = await parts.recorded(mail.to, messageId).catch((): readonly string[] => []);
      if (kinds.includes(mail.event)) results.set(mail, { ...followed, became: 'came' });
    }
    const isWaiting = [...results.values()].some(({ became }) => became === 'missing');
    if (!isWaiting || isLast) return [...results.values()];
  }
}
