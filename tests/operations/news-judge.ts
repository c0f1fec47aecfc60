import type { Seen } from './news-scene.ts';

/**
 * How a play ended, judged by the calls that were made and by what SES and the table hold, with none of the code that
 * decides about removals.
 */

/** A deletion that took effect, and the last looks before it: indexes of calls. */
interface Deletion {
  readonly at: number;
  readonly time: number;
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

const HOUR = 3_600_000;
const DELETE = 'DeleteSuppressedDestination';
const GET = 'GetSuppressedDestination';
/** News after which the removal must be made all the same, sooner or later. */
const HARMLESS = /^(?:nothing|throttle|answer lost|the job leaves it|a cleanup begins|a rescue begins)/;

/** Judges how a play ended. Pure; asks nothing of the code that decides about removals. */
export function judgeEnd(seen: Seen): Judged {
  const { wrong: wrongNews, window } = judgeNews(seen);
  return { wrong: [...judgeAnyEnd(seen), ...wrongNews], ...(window && { window }) };
}

/** What must hold whatever arrived. */
function judgeAnyEnd({ play, steps, end, newsAt, answer, found }: Seen): string[] {
  const { flow, news, killed } = play;
  const wrong: string[] = [];
  const isGone = end.entry === undefined;
  const isRecorded = end.actions.includes('removed');
  if (end.case?.state === 'removing') wrong.push('the case is stuck in `removing`');
  const listed = end.entry && `${end.entry.reason} ${new Date(end.entry.updatedAt).toISOString()}`;
  if (listed !== undefined && end.removedListings.includes(listed)) {
    wrong.push('recorded as removed, and listed with that very listing');
  }
  if (end.removals > 1 && news !== 're-listing') wrong.push('one removal recorded twice');
  if (isGone && !isRecorded && news !== 'deleted elsewhere, then a complaint') {
    wrong.push('deleted, and no removal on record');
  }
  const begun = end.actions.filter((action) => action === 'withdrawn').length;
  if (end.actions.length > 14 || begun > 2) {
    wrong.push(`begun and given up again and again: ${end.actions.join(',')}`);
  }
  for (const [index, { name }] of steps.entries()) {
    if (name !== DELETE) continue;
    // A look may be asked for again where SES refuses it for its rate; a deletion may not.
    const looks = steps.slice(0, index).filter((step) => step.made || step.name === DELETE);
    const [stop, get, read] = looks.slice(-3);
    if (!stop?.isOfStop || get?.name !== GET || !read?.isOfRecord) {
      wrong.push('a deletion without a look before it');
    }
  }

  const puts = steps.filter(({ name }) => name === 'PutSuppressedDestination');
  if (puts.length > 1) wrong.push('put back twice');
  if (puts.length > 0) {
    if (flow.override) wrong.push('put back after an override');
    if (!end.complaintOnRecord) wrong.push('put back without a complaint');
    // What somebody else deletes once the job's file is settled, or before a dead run is followed, looks like todoku's.
    const job = steps.findIndex(({ name }) => name === 'CreateImportJob');
    const jobLook =
      job < 0 ? steps.length : steps.slice(0, job).findLastIndex(({ name }) => name.startsWith('ListSupp'));
    const isOthers = newsAt !== undefined && newsAt <= jobLook && killed === undefined;
    if (news.startsWith('deleted elsewhere') && deletionsOf(steps).length === 0 && isOthers) {
      wrong.push("put back after somebody else's removal");
    }
  }

  if (HARMLESS.test(news)) {
    // A word that nobody gave to the end is not acted on: the operator was told so, or died before it was on record.
    const mayFail = !flow.automatic && answer === 'failed';
    const isUnsaid =
      killed?.resumedBy === 'cleanup' && flow.later === 'propose' && found?.state !== 'removing';
    const isRemoved = isGone && isRecorded;
    if (!isRemoved && !(!isGone && (mayFail || isUnsaid))) {
      wrong.push(`progress is lost: ${end.case?.state}, ${answer}`);
    }
  }
  return wrong;
}

/** What must hold because of the news. */
function judgeNews(seen: Seen): Judged {
  const { play, steps, end, newsAt, newsTime, begunAt, otherAnswer } = seen;
  const { flow, news, killed } = play;
  const last = deletionsOf(steps).at(-1);
  if (newsAt === undefined || newsTime === undefined) return { wrong: [] };
  const isGone = end.entry === undefined;
  const fellInto = (kind: Window['kind'], since: number, { at, inBulk }: Deletion): Judged => {
    const between = steps.slice(since + 1, at + 1);
    const sesCalls = between.filter(({ isOfSes }) => isOfSes).length;
    return { wrong: [], window: { kind, inBulk, calls: at - since, sesCalls } };
  };
  switch (news) {
    case 'complaint by event':
    case 'complaint by event alone':
    case 'complaint by list only': {
      if (isPutBackLate(seen, last))
        return { wrong: ['a complaint undoes the removal only in the next run'] };
      const byRecordAlone = news === 'complaint by event alone';
      if (!isGone || (byRecordAlone && last === undefined)) return { wrong: [] };
      if (last === undefined) return { wrong: ['SES listed a complaint, and it is off the list'] };
      if (newsAt > last.at) {
        // The list names who complains later; an event alone undoes what todoku itself deleted within the hour.
        if (byRecordAlone && (flow.override || newsTime > last.time + HOUR)) return { wrong: [] };
        return { wrong: ['a complaint after the deletion, and not on the list'] };
      }
      const looked = {
        'complaint by event': Math.max(last.look, last.read),
        'complaint by event alone': last.read,
        'complaint by list only': last.look,
      };
      if (newsAt <= looked[news]) return { wrong: ['a complaint known before the deletion is off the list'] };
      if (news === 'complaint by list only') return fellInto(news, last.look, last);
      if (flow.override) return fellInto('complaint after an override', last.read, last);
      return { wrong: ['a complaint recorded before the deletion is off the list'] };
    }
    case 'unknown user': {
      // By hand a bounce after the listing needs no override: the operator has asked the customer.
      const isHeld = flow.automatic || flow.name === 'approve';
      if (!isHeld || last === undefined || newsAt > last.at) return { wrong: [] };
      if (newsAt <= last.read) return { wrong: ['removed although the mailbox was known not to exist'] };
      return fellInto(news, last.read, last);
    }
    case 'stop switch':
      return { wrong: last !== undefined && newsAt <= last.stopRead ? ['removed while stopped'] : [] };
    case 're-listing': {
      if (flow.automatic || last === undefined || newsAt > last.look) return { wrong: [] };
      // A proposal is about the listing that it was made on; by hand it is the one that the operator saw.
      const from = killed?.resumedBy === 'same' ? begunAt : 0;
      const seenByOperator = steps.findIndex(({ name }, index) => index >= from && name === GET);
      const isOld = flow.name === 'approve' || newsAt > seenByOperator;
      return { wrong: isOld ? ['a listing removed that nobody decided on'] : [] };
    }
    case 'another operator removes': {
      const isLost = otherAnswer === 'removed' && !end.actions.includes('removed');
      return { wrong: isLost ? ["the other operator's removal is not on record"] : [] };
    }
    default:
      return { wrong: [] };
  }
}

/**
 * Whether a complaint that was on record by the time of the deletion was still not put back when the attempt ended that
 * made it. The next run puts it back as well, hours later, and mail goes out meanwhile.
 */
function isPutBackLate({ play, steps, newsAt, begunAt, endedAt }: Seen, last: Deletion | undefined): boolean {
  if (last === undefined || newsAt === undefined || last.at < begunAt || last.at >= endedAt) return false;
  if (play.flow.override || play.news === 'complaint by list only' || newsAt > last.at) return false;
  return !steps.slice(last.at, endedAt).some(({ name }) => name === 'PutSuppressedDestination');
}

function deletionsOf(steps: Seen['steps']): Deletion[] {
  return steps.flatMap(({ name, time, before, after }, index) => {
    const inBulk = name === 'CreateImportJob';
    if ((name !== DELETE && !inBulk) || before === undefined || after !== undefined) return [];
    const lookName = inBulk ? 'ListSuppressedDestinations' : GET;
    const earlier = steps.slice(0, index);
    return [
      {
        at: index,
        time,
        inBulk,
        look: earlier.findLastIndex((step) => step.name === lookName && step.made),
        read: earlier.findLastIndex((step) => step.isOfRecord),
        stopRead: earlier.findLastIndex((step) => step.isOfStop),
      },
    ];
  });
}
