import type { Seen } from './news-scene.ts';

/** A deletion that took effect, and the last looks before it: indexes of calls. */
interface Deletion {
  readonly at: number;
  readonly inBulk: boolean;
  /** Where SES's list was last asked. */
  readonly look: number;
  /** Where the address's record was last read. */
  readonly read: number;
  readonly stopRead: number;
}

/** News that fell where nobody looks any more before the entry is deleted. */
export interface Window {
  readonly kind: 'complaint by list only' | 'unknown user' | 'complaint after an override';
  readonly inBulk: boolean;
  /** Calls from the last look on to the deletion, the latter included. */
  readonly calls: number;
  /** How many of them wait for a turn of SES. */
  readonly sesCalls: number;
}

/** What the judge finds. */
export interface Judged {
  readonly wrong: readonly string[];
  readonly window?: Window;
}

const DELETE = 'DeleteSuppressedDestination';
const GET = 'GetSuppressedDestination';

/** Judges how a play ended. Pure; asks nothing of the code that decides about removals. */
export function judgeEnd(seen: Seen): Judged {
  const { play, steps, end, newsAt } = seen;
  const { flow, news } = play;
  const wrong: string[] = [];
  const deletions = deletionsOf(seen);
  const last = deletions.at(-1);
  const gone = end.entry === undefined;
  const at = newsAt ?? Number.POSITIVE_INFINITY;
  const recorded = end.actions.includes('removed');
  const wasKilled = play.killedBefore !== undefined;
  const isComplaint = news.startsWith('complaint');
  let window: Window | undefined;
  // By hand a bounce after the listing needs no override: the operator has asked the customer.
  const mayNotKnow = flow.automatic || flow.name === 'approve';
  const fellInto = (kind: Window['kind'], since: number, { at: until, inBulk }: Deletion) => {
    const between = steps.slice(since + 1, until + 1);
    const sesCalls = between.filter(({ name }) => /Suppressed|ImportJob/.test(name)).length;
    window = { kind, inBulk, calls: until - since, sesCalls };
  };

  if (end.case?.state === 'removing') wrong.push('the case is stuck in `removing`');
  const listed = end.entry && `${end.entry.reason} ${new Date(end.entry.updatedAt).toISOString()}`;
  if (listed !== undefined && end.removedListings.includes(listed)) {
    wrong.push('recorded as removed, and listed with that very listing');
  }
  if (end.removals > 1 && news !== 're-listing') wrong.push('one removal recorded twice');
  if (gone && !recorded && news !== 'deleted elsewhere, then a complaint') {
    wrong.push('deleted, and no removal on record');
  }
  if (end.actions.length > 14 || end.actions.filter((action) => action === 'withdrawn').length > 2) {
    wrong.push(`begun and given up again and again: ${end.actions.join(',')}`);
  }

  for (const [index, { name }] of steps.entries()) {
    if (name !== DELETE) continue;
    const [stop, get, read] = steps.slice(index - 3, index);
    if (!stop?.isOfStop || get?.name !== GET || !read?.isOfRecord)
      wrong.push('a deletion without a look before it');
  }

  // What somebody else deletes once the job's file is settled looks like the job's own doing.
  const job = steps.findIndex(({ name }) => name === 'CreateImportJob');
  const jobLook =
    job < 0 ? steps.length : steps.slice(0, job).findLastIndex(({ name }) => name.startsWith('ListSupp'));
  const puts = steps.filter(({ name }) => name === 'PutSuppressedDestination');
  if (puts.length > 0) {
    if (flow.override) wrong.push('put back after an override');
    if (!end.complaintOnRecord) wrong.push('put back without a complaint');
    if (news.startsWith('deleted elsewhere') && last === undefined && !wasKilled && at <= jobLook) {
      wrong.push("put back after somebody else's removal");
    }
  }
  if (puts.length > 1) wrong.push('put back twice');

  // The override names another rule: it lifts no complaint, whenever that came.
  if (isComplaint && gone && newsAt !== undefined) {
    const sawIt =
      news === 'complaint by list only'
        ? last !== undefined && at <= last.look
        : news === 'complaint by event alone'
          ? last !== undefined && at <= last.read
          : last !== undefined && at <= Math.max(last.look, last.read);
    if (last === undefined || at > last.at) {
      // The list names who complains later; an event alone does so only of what todoku itself deletes now.
      if (news !== 'complaint by event alone' || last !== undefined) {
        if (!flow.override) wrong.push('a complaint after the deletion, and not on the list');
        else if (news !== 'complaint by event alone')
          wrong.push('SES listed a complaint, and it is off the list');
      }
    } else if (sawIt) wrong.push('a complaint known before the deletion is off the list');
    else if (news === 'complaint by list only') fellInto(news, last.look, last);
    else if (flow.override) fellInto('complaint after an override', last.read, last);
    else wrong.push('a complaint recorded before the deletion is off the list');
  }

  if (news === 'unknown user' && last !== undefined && newsAt !== undefined && mayNotKnow && at <= last.at) {
    if (at <= last.read) wrong.push('removed although the mailbox was known not to exist');
    else fellInto(news, last.read, last);
  }

  if (news === 'stop switch' && last !== undefined && at <= last.stopRead)
    wrong.push('removed while stopped');

  if (news === 're-listing' && last !== undefined && !flow.automatic && !wasKilled) {
    const seenByOperator = steps.findIndex(({ name }) => name === GET);
    const decidedOnOld = flow.name === 'approve' || at > seenByOperator;
    if (decidedOnOld && at <= last.look) wrong.push('a listing removed that nobody decided on');
  }

  if (news === 'another operator removes' && seen.otherAnswer === 'removed' && !recorded) {
    wrong.push("the other operator's removal is not on record");
  }

  if (news === 'nothing' || news.startsWith('throttle') || news === 'answer lost') {
    const isRemoved = gone && recorded;
    const mayFail = !flow.automatic && seen.answer === 'failed' && !gone;
    if (!isRemoved && !mayFail) wrong.push(`progress is lost: ${end.case?.state}, ${seen.answer}`);
  }
  return { wrong, ...(window && { window }) };
}

function deletionsOf({ steps }: Seen): Deletion[] {
  return steps.flatMap(({ name, before, after }, index) => {
    const inBulk = name === 'CreateImportJob';
    if ((name !== DELETE && !inBulk) || before === undefined || after !== undefined) return [];
    const lookName = inBulk ? 'ListSuppressedDestinations' : GET;
    const earlier = steps.slice(0, index);
    return [
      {
        at: index,
        inBulk,
        look: earlier.findLastIndex((step) => step.name === lookName && step.made),
        read: earlier.findLastIndex((step) => step.isOfRecord),
        stopRead: earlier.findLastIndex((step) => step.isOfStop),
      },
    ];
  });
}
