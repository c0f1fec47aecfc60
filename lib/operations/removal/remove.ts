import { maskAddressesIn, normaliseAddress } from '../../address.ts';
import { REJECTED } from '../../cases/because.ts';
import type { AddressRecord } from '../../cases/records.ts';
import { settlementOf } from '../../cases/settlement.ts';
import type { REMOVE_RESULTS, RemoveRequest } from '../../contracts/remove.ts';
import { UnknownWordError } from '../../known-words.ts';
import { forbiddingByHand, type Verdict } from '../../policy/decide.ts';
import type { Policy } from '../../policy/policy.ts';
import { POLICY_RULES } from '../../policy/rules.ts';
import { Refusal } from '../../refusal.ts';
import { addressRecord } from '../../store/addresses.ts';
import { proposalOf } from '../../store/cases.ts';
import { deliveryMonths } from '../../store/delivery-months.ts';
import { CaseChangedError } from '../../store/errors.ts';
import { lookForForgotten } from '../../store/forgetting.ts';
import { noteComplaintListing } from '../../store/listings.ts';
import { recordTransition } from '../../store/record-transition.ts';
import { readStop } from '../../store/stop-switch.ts';
import { UnsupportedAddressError } from '../../suppression/errors.ts';
import type { ListEntry } from '../../suppression/list.ts';
import type { Bilingual } from '../../text.ts';
import { closeUnlisted } from './close-unlisted.ts';
import { droppedByUnknownEntry, findEntry, unknownSpelling } from './find-entry.ts';
import { passGate } from './gate.ts';
import { type Judgement, judge } from './judge.ts';
import { BY_HAND } from './still-allowed.ts';
import type { RemovalTools } from './tools.ts';

/** What happened to one address or proposal of a request. Every one asked for is answered, whatever fails. */
export interface RemoveResult {
  /** As it was asked for. */
  readonly address?: string;
  readonly proposalId?: string;
  readonly result: (typeof REMOVE_RESULTS)[number];
  readonly why: Bilingual;
  /** The same without the command to type, where there is one. */
  readonly because?: Bilingual;
  /** What policy itself says of the entry: where nothing was done but judge it. */
  readonly verdict?: Pick<Verdict, 'action' | 'rule'>;
  /** Of a refusal by hand: every rule that an override must name. */
  readonly overrides?: readonly string[];
}

/** What removal by hand works with. */
export interface RemoveTools extends RemovalTools {
  readonly policy: Policy;
}

/**
 * Removes addresses by hand, or approves or rejects proposals. One at a time, in the order asked; each is answered,
 * also when SES or the table fails in the middle.
 *
 * @throws {UnknownWordError} for an override that names no rule: whoever misspells one would believe it lifted.
 */
export async function remove(request: RemoveRequest, tools: RemoveTools): Promise<RemoveResult[]> {
  mustNameRules(request);
  await lookForForgotten(tools.store);
  try {
    return await removeAll(request, tools);
  } finally {
    await tools.store.forgotten.settle();
  }
}

/** The rules that can be overridden. */
const OVERRIDABLE: readonly string[] = POLICY_RULES.filter(({ byHand }) => byHand === 'override').map(
  ({ id }) => id,
);

function mustNameRules(request: RemoveRequest): void {
  if (!('addresses' in request) || typeof request.override === 'boolean') return;
  const wrong = request.override.find((rule) => !OVERRIDABLE.includes(rule));
  if (wrong === undefined) return;
  throw new UnknownWordError(
    { ja: '例外解除できるルール（--override）', en: 'rules that --override lifts' },
    wrong,
    OVERRIDABLE,
  );
}

async function removeAll(request: RemoveRequest, tools: RemoveTools): Promise<RemoveResult[]> {
  const results: RemoveResult[] = [];
  if ('addresses' in request) {
    const done = new Set<string>();
    for (const address of request.addresses) {
      const key = normaliseAddress(address);
      if (done.has(key)) continue;
      done.add(key);
      results.push({ address, ...(await answered(() => removeAddress(address, request, tools))) });
    }
    return results;
  }
  for (const proposalId of new Set(request.proposals)) {
    results.push({ proposalId, ...(await answered(() => decideProposal(proposalId, request, tools))) });
  }
  return results;
}

type Answer = Omit<RemoveResult, 'proposalId'>;
type ByHand = Extract<RemoveRequest, { addresses: string[] }>;
type OnProposals = Extract<RemoveRequest, { proposals: string[] }>;

async function removeAddress(address: string, request: ByHand, tools: RemoveTools): Promise<Answer> {
  const record = await addressRecord(tools.store, address);
  const entry = await findEntry(address, record, tools.list);
  if (entry === undefined) {
    const dropped = await droppedByUnknownEntry(address, record, tools.store);
    // An entry that nobody can name is not "not listed".
    if (dropped !== undefined) return { result: 'failed', why: unknownSpelling(dropped) };
    return { result: 'not_listed', why: WHY.notListed };
  }
  if (entry.reason === 'COMPLAINT' && !request.dryRun && !record.complaintNoted) {
    await noteComplaintListing(tools.store, { ...entry, address: normaliseAddress(entry.address) });
  }
  const judgement = await judgeNow(entry, record, tools);
  const overridden = overriddenBy(request, entry, record);
  const forbidding = forbiddingByHand(judgement.input);
  const overrides = forbidding.map(({ rule }) => rule);
  const open = forbidding.filter(({ rule }) => !overridden.has(rule));
  const [first] = open;
  if (first !== undefined) {
    if (!request.dryRun) {
      const asked = { ...wordOn(entry, judgement, request, tools.now().toISOString()), ...first, overrides };
      await recordTransition(tools.store, { case: record.case }, { kind: 'refused', ...asked });
    }
    return { result: 'refused', ...withOverrideHint(open, overrides), ...verdictOf(judgement), overrides };
  }
  if (request.dryRun) return wouldRemove(judgement, request, tools);
  const lifted = request.override !== false && { overrides };
  return removeEntry(entry, record, judgement, { rule: BY_HAND, ...lifted }, request, tools);
}

/**
 * The rules that an operator overrides: those named, or with a bare yes those of which an earlier refusal told the same
 * operator while the address was listed as it is now. So nobody lifts what they never saw, such as a complaint that
 * arrived a moment ago.
 */
function overriddenBy(
  { override, operator }: ByHand,
  { at, reason }: ListEntry,
  { decisions }: AddressRecord,
): ReadonlySet<string> {
  if (typeof override !== 'boolean') return new Set(override);
  if (!override) return new Set();
  const refusals = decisions.filter(
    ({ action, by, listing }) =>
      action === 'refused' && by === operator && listing?.at === at && listing.reason === reason,
  );
  return new Set(refusals.flatMap(({ rule, overrides = [rule] }) => overrides));
}

async function decideProposal(id: string, request: OnProposals, tools: RemoveTools): Promise<Answer> {
  const proposed = await proposalOf(tools.store, id);
  if (proposed === undefined) return { result: 'refused', why: WHY.noSuchProposal };
  const { address } = proposed;
  const record = await addressRecord(tools.store, address);
  if (record.case?.state !== 'proposed' || record.case.proposalId !== id) {
    return { address, result: 'refused', why: WHY.noSuchProposal };
  }
  const said = { by: request.operator, ...(request.reason && { note: request.reason }) };
  if (request.decision === 'reject') {
    if (request.dryRun) return { address, result: 'would_reject', why: WHY.wouldReject };
    const at = tools.now().toISOString();
    await recordTransition(tools.store, { case: record.case }, { kind: 'rejected', at, ...said });
    return { address, result: 'rejected', why: WHY.rejected };
  }
  const entry = await findEntry(address, record, tools.list);
  if (entry === undefined) {
    if (!request.dryRun) await closeUnlisted(record.case, said, tools);
    return { address, result: 'not_listed', why: WHY.notListed };
  }
  if (entry.reason === 'COMPLAINT' && !request.dryRun && !record.complaintNoted) {
    await noteComplaintListing(tools.store, { ...entry, address: normaliseAddress(entry.address) });
  }
  const judgement = await judgeNow(entry, record, tools);
  // The proposal was about one entry and one diagnosis. Whatever became known since counts: a complaint is not
  // removed because someone approved a bounce.
  if (entry.at !== record.case.listedAt || entry.reason !== record.case.listedReason) {
    return { address, result: 'refused', why: WHY.listedAnew };
  }
  if (judgement.verdict.action === 'keep') {
    return {
      address,
      result: 'refused',
      ...withByHandHint(judgement.verdict.because),
      ...verdictOf(judgement),
    };
  }
  if (request.dryRun) return { address, ...(await wouldRemove(judgement, request, tools)) };
  const { rule } = record.case;
  return { address, ...(await removeEntry(entry, record, judgement, { rule }, request, tools)) };
}

async function judgeNow(entry: ListEntry, record: AddressRecord, tools: RemoveTools): Promise<Judgement> {
  return judge(entry, record, {
    policy: tools.policy,
    now: tools.now().toISOString(),
    deliveryMonths: await deliveryMonths(tools.store),
  });
}

/** What a removal would come to now: while an operator has stopped all of them, to nothing. */
async function wouldRemove(
  judgement: Judgement,
  request: RemoveRequest,
  { store }: RemoveTools,
): Promise<Answer> {
  if ((await readStop(store)) !== undefined) return { ...refusedByStop(request), ...verdictOf(judgement) };
  return { result: 'would_remove', why: judgement.verdict.because, ...verdictOf(judgement) };
}

function verdictOf({ verdict: { action, rule } }: Judgement): Pick<RemoveResult, 'verdict'> {
  return { verdict: { action, rule } };
}

async function removeEntry(
  entry: ListEntry,
  before: AddressRecord,
  judgement: Judgement,
  { rule, overrides }: { readonly rule: string; readonly overrides?: readonly string[] },
  request: RemoveRequest,
  tools: RemoveTools,
): Promise<Answer> {
  const now = tools.now().toISOString();
  // Listed again: that is the outcome of the removal before, if nobody has settled it yet.
  const settlement = settlementOf(before, tools.policy.silentAfterDays, now, entry);
  const known = settlement ? await recordTransition(tools.store, before, settlement) : before.case;
  const needsJob = entry.spelling.includes('/');
  const removing = await recordTransition(
    tools.store,
    { case: known, ...(before.notes && { notes: before.notes }) },
    {
      kind: 'approved',
      ...wordOn(entry, judgement, request, now),
      countsFor: rule,
      ...(needsJob && { job: `by-hand-${Date.parse(now)}` }),
      ...(overrides && { overrides }),
    },
  );
  if (needsJob) return { result: 'scheduled', why: WHY.scheduled };
  const { policy } = tools;
  const months = await deliveryMonths(tools.store);
  const context = () => ({ policy, now: tools.now().toISOString(), deliveryMonths: months });
  // A dead run may have made the removal that the operator asks for now.
  const resuming = before.case?.state === 'removing';
  switch (await passGate(removing, { ...tools, context }, { resuming })) {
    case 'removed':
      return { result: 'removed', why: WHY.removed };
    case 'not-listed':
      return { result: 'not_listed', why: WHY.notListed };
    case 'entry-changed':
      return { result: 'refused', why: WHY.entryChanged };
    case 'withdrawn':
      return { result: 'refused', why: WHY.withdrawn };
    case 'stopped':
      return refusedByStop(request);
  }
}

function refusedByStop(request: RemoveRequest): Answer {
  return { result: 'refused', why: 'proposals' in request ? WHY.stoppedProposal : WHY.stopped };
}

/** An operator's word on an entry, with the judgement that it was given on. */
function wordOn(
  entry: ListEntry,
  { diagnosis, verdict, explainedBy }: Judgement,
  { operator, reason }: RemoveRequest,
  now: string,
) {
  return {
    at: now,
    by: operator,
    entry,
    diagnosis,
    evidence: diagnosis.evidence,
    ...(explainedBy && { explainedBy }),
    rule: verdict.rule,
    because: verdict.because,
    ...(reason && { note: reason }),
  };
}

/** Turns a failure into an answer, so that the rest of the batch is done and every address is reported. */
async function answered(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UnsupportedAddressError) return { result: 'failed', why: WHY.unknownToWalk };
    if (error instanceof CaseChangedError) return { result: 'failed', why: WHY.changedMeanwhile };
    if (error instanceof Refusal) return { result: 'failed', why: error.text };
    const text = error instanceof Error ? `${error.name}: ${maskAddressesIn(error.message)}` : String(error);
    return {
      result: 'failed',
      why: {
        ja: `確認または解除に失敗しました（${text}）。解除されたかどうかは次の実行で確定します。もう一度お試しください。`,
        en: `Looking up or removing failed (${text}). Try again; a removal already begun is finished by the next run.`,
      },
    };
  }
}

/** Why it is refused, by each rule that is not overridden, and what to write to have it removed all the same. */
function withOverrideHint(
  open: readonly { readonly because: Bilingual }[],
  overrides: readonly string[],
): Pick<RemoveResult, 'why' | 'because'> {
  const option = `--override ${overrides.join(',')}`;
  const because = {
    ja: open.map((each) => each.because.ja).join(''),
    en: open.map((each) => each.because.en).join(' '),
  };
  return {
    because,
    why: {
      ja: `${because.ja} それでも解除する場合は ${option} を付けてください（記録に残ります）。`,
      en: `${because.en} To remove it all the same, ask again with ${option} (it is recorded).`,
    },
  };
}

function withByHandHint(verdict: Bilingual): Pick<RemoveResult, 'why' | 'because'> {
  const because = {
    ja: `提案のあとで状況が変わりました。${verdict.ja}`,
    en: `Things changed after the proposal. ${verdict.en}`,
  };
  return {
    because,
    why: {
      ja: `${because.ja} お客様に確認済みであれば todoku remove で解除できます。`,
      en: `${because.en} If the customer has confirmed, use todoku remove.`,
    },
  };
}

const WHY = {
  removed: {
    ja: '次のメールから送信します（届くことをお約束するものではありません）。',
    en: 'The next mail will be tried; that is no promise that it arrives.',
  },
  notListed: {
    ja: 'SESのサプレッションリストに載っていません。',
    en: 'The address is not on the suppression list.',
  },
  wouldReject: {
    ja: '却下すると、新しい不達が起きるまで再提案しません。',
    en: 'Once rejected, it is not proposed again until something new happens.',
  },
  rejected: REJECTED,
  noSuchProposal: {
    ja: 'この番号の提案は待機中ではありません（処理済みか、番号の誤りです）。',
    en: 'No waiting proposal has this id: it was dealt with already, or the id is wrong.',
  },
  entryChanged: {
    ja: '解除の直前にリストの登録内容が変わったため、中止しました。もう一度確認してください。',
    en: 'The entry changed just before the removal, so nothing was done. Look again.',
  },
  withdrawn: {
    ja: '解除の直前に確認したところ、解除できない新しい事情（迷惑メール申告など）が記録されていたため、中止しました。todoku lookup で確認してください。',
    en: 'Looked at once more before its turn, something new on record (such as a complaint) forbids the removal, so it was not made. See todoku lookup.',
  },
  stopped: {
    ja: '担当者がすべての解除を停止しているため、解除しませんでした。todoku status で理由を確認し、todoku resume で再開してから、もう一度お試しください。',
    en: 'Not removed: an operator has stopped all removals. todoku status says why; todoku resume allows them again. Then try again.',
  },
  stoppedProposal: {
    ja: '担当者がすべての解除を停止しているため、解除しませんでした。提案は承認待ちのまま残ります。todoku status で理由を確認し、todoku resume で再開してから、もう一度承認してください。',
    en: 'Not removed: an operator has stopped all removals. The proposal waits on. todoku status says why; todoku resume allows removals again. Then approve it again.',
  },
  listedAnew: {
    ja: '提案のあとで、この宛先は新たにリストへ登録されました。次回の定期実行で判断し直します。',
    en: 'The address was listed anew after this proposal. The next cleanup run judges it again.',
  },
  scheduled: {
    ja: 'アドレスに「/」が含まれ、SESの単独解除では扱えないため、次回の定期実行がインポートジョブで解除します。',
    en: 'SES refuses an address with a slash in a single call; the next cleanup run removes it by an import job.',
  },
  unknownToWalk: {
    ja: 'アドレスに「/」が含まれ、SESに単独で問い合わせできません。全件確認（todoku cleanup --full）のあとでもう一度お試しください。',
    en: 'SES cannot be asked about an address with a slash on its own. Try again after a full walk (todoku cleanup --full).',
  },
  changedMeanwhile: {
    ja: '同時に別の処理がこの宛先を更新しました。状況を確認して、もう一度お試しください。',
    en: 'Someone else changed this case at the same time. Look at it and try again.',
  },
} as const satisfies Record<string, Bilingual>;
