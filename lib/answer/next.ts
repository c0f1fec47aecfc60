import { stripControls } from '../address.ts';
import type { Reason } from '../classification/types.ts';
import type { Verdict } from '../policy/decide.ts';
import type { IncidentKind } from '../policy/sender-refusal.ts';
import { shellWord } from '../shell-word.ts';
import type { Bilingual, Language } from '../text.ts';
import { dayInTokyo, formatInTokyo } from '../time.ts';
import type { Lead, Standing } from './claims.ts';
import { delayReason } from './said.ts';

/**
 * What to do next about an address. Steps are requests: what is claimed stands in claims (claims.ts), and no step
 * repeats it.
 */

/** What the next step depends on. */
export interface StepInput {
  readonly address: string;
  readonly lead: Lead;
  /** Absent: not known, and nothing to release is named. */
  readonly standing?: Standing;
  readonly verdict?: Pick<Verdict, 'action' | 'rule' | 'dueAt' | 'overrides'>;
  readonly proposalId?: string;
  /** Whether the cleanup removes by itself or only proposes, as the deployment has it; absent: not known. */
  readonly mode?: 'propose' | 'apply';
  /** Whether the mail service discards what it has accepted and a filter catches, and has no folder for it. */
  readonly discards?: boolean;
  /** Something on record cannot be read without which nobody may judge. */
  readonly unreadable?: boolean;
  /** The kind of mass event that the mail or the entry goes back to. */
  readonly incident?: IncidentKind;
}

/** See {@link NextStep}. */
const STEPS = [
  'ask-wish-then-override',
  'ask-wish',
  'correct-domain',
  'correct-address',
  'correct-listed-address',
  'by-telephone',
  'no-more-releases',
  'fix-sender',
  'send-slower',
  'send-slower-and-wait',
  'clean-recipients',
  'make-smaller',
  'check-contents',
  'confirm-then-release',
  'wait-for-verdict',
  'release-now',
  'settings-then-resend',
  'address-then-resend',
  'space-then-resend',
  'contact-then-resend',
  'look-in-spam-folder',
  'settings-of-dropping',
  'late-is-done',
  'send-returned',
  'send-later',
  'ask-about-forwarding',
  'tenant-list',
  'global-list',
  'auto-validation',
  'subscription',
  'not-sent-unknown',
  'wait-for-result',
  'space-while-tried',
  'wait-and-check-sender',
  'watch-next-mail',
  'send-missed',
  'check-sending-records',
  'ask-again',
  'full-walk',
  'nothing-to-release',
  'update-todoku',
  'change-recipient',
  'change-recipient-keep-listed',
] as const;

/** What to do next, with what its words need. */
export interface NextStep {
  readonly step: (typeof STEPS)[number];
  /** A command to run, complete but for the stage, Region or machine, which only the caller knows. */
  readonly command?: Bilingual;
  /** Carrier id, where the words depend on it. */
  readonly carrier?: string;
  /** When the mail was sent that is to be sent again, ISO 8601 UTC. */
  readonly sentAt?: string;
  /** The address that the customer has now. */
  readonly movedTo?: string;
  /** When policy judges again, ISO 8601 UTC. */
  readonly dueAt?: string;
  /** The domain probably meant. */
  readonly meant?: string;
  /** What to confirm with the customer first. */
  readonly confirm?: Bilingual;
  /** Whether the entry is removed by the cleanup itself, is proposed by it, or waits as a proposal; absent: not known. */
  readonly turn?: 'removes' | 'proposes' | 'waits';
  /** The mail with the guidance would meet the same filter or the same entry. */
  readonly otherChannel?: boolean;
}

/** What is confirmed with the customer before an entry is released. */
const CONFIRM: Readonly<Partial<Record<Lead['claim'], Bilingual>>> = {
  filtered: { ja: '受信設定の変更', en: 'filter settings' },
  'mailbox-full': { ja: '空き容量', en: 'free space' },
  suspended: { ja: 'アドレスが使えること', en: 'whether the address works' },
  'other-mailbox': { ja: '転送先の設定', en: 'forwarding' },
  inferred: { ja: 'お受け取りのご希望', en: 'whether mail is wanted' },
};
const CONFIRM_ADDRESS: Bilingual = { ja: 'アドレスと受信設定', en: 'address and settings' };

/** What the sender mends, where it is not its authentication or reputation. */
const STEP_OF_REASON: Readonly<Partial<Record<Reason, NextStep['step']>>> = {
  ratelimited: 'send-slower',
  mesgtoobig: 'make-smaller',
  exceedlimit: 'make-smaller',
  contenterror: 'check-contents',
  spamdetected: 'check-contents',
  virusdetected: 'check-contents',
};

/** The next step. Pure. */
export function nextStep(input: StepInput): NextStep {
  const { lead, standing } = input;
  const isListed = standing?.claim === 'listed';
  if (isListed && input.unreadable) return { step: 'update-todoku' };
  if (standing?.claim === 'other-spelling') return { step: 'full-walk' };
  const ofSender = input.incident && senderStep(input.incident, lead);
  if (ofSender !== undefined) return ofSender;
  switch (lead.claim) {
    case 'reported-as-spam':
    case 'reported-at-domain':
    case 'listed-for-complaint':
    case 'system-report':
      // Nobody's wish makes a mailbox exist.
      if (isListed && input.verdict?.overrides?.some((rule) => CANNOT_HELP.has(rule))) {
        return { step: 'correct-listed-address', otherChannel: true };
      }
      return isListed ? withRelease('ask-wish-then-override', input) : { step: 'ask-wish' };
    case 'mistyped':
      return { step: 'correct-domain', meant: lead.facts.meant };
    case 'moved-to':
      return {
        step: isListed ? 'change-recipient-keep-listed' : 'change-recipient',
        movedTo: stripControls(lead.facts.note.movedTo),
      };
    case 'refused-again':
      return {
        ...withRelease('by-telephone', input),
        ...(lead.facts.carrier && { carrier: lead.facts.carrier }),
      };
    case 'no-mailbox':
      if (lead.facts.confidence === 'ambiguous') break;
      return { step: isListed ? 'correct-listed-address' : 'correct-address', otherChannel: true };
    case 'sender-refused':
      return { step: STEP_OF_REASON[lead.facts.reason] ?? 'fix-sender', otherChannel: true };
    case 'not-enforced':
      return { step: 'nothing-to-release' };
  }
  return isListed ? releaseStep(input) : unlistedStep(input);
}

/** Rules by which no mail would arrive after a release either. */
const CANNOT_HELP: ReadonlySet<string> = new Set(['unknown-user', 'mistyped-domain']);

/** What the sender does about a mass event; undefined where something else is said first than how its mail was treated. */
function senderStep(incident: IncidentKind, { claim }: Lead): NextStep | undefined {
  switch (claim) {
    case 'delayed':
      return incident === 'ratelimited' ? { step: 'send-slower-and-wait' } : undefined;
    case 'sender-refused':
    case 'not-taken':
    case 'returned':
      return { step: STEP_OF_INCIDENT[incident], otherChannel: true };
    default:
      return undefined;
  }
}

const STEP_OF_INCIDENT: Readonly<Record<IncidentKind, NextStep['step']>> = {
  ratelimited: 'send-slower',
  deferred: 'send-later',
  blocked: 'fix-sender',
  authfailure: 'fix-sender',
  'many-unknown': 'clean-recipients',
  rejected: 'fix-sender',
  mixed: 'fix-sender',
};

/** Of an address that is listed, for a cause that is no reason to leave it so. */
function releaseStep(input: StepInput): NextStep {
  const { lead, verdict } = input;
  const confirm = (isEither(lead) ? undefined : CONFIRM[lead.claim]) ?? CONFIRM_ADDRESS;
  if (verdict?.rule === 'removed-too-often') return { ...withRelease('no-more-releases', input), confirm };
  if (verdict?.action === 'remove') {
    const turn = turnOf(input);
    return { ...withRelease('release-now', input), ...(turn && { turn }), otherChannel: true };
  }
  if (verdict?.action === 'keep' && verdict.dueAt !== undefined) {
    return { step: 'wait-for-verdict', dueAt: verdict.dueAt, confirm, otherChannel: true };
  }
  return { ...withRelease('confirm-then-release', input), confirm, otherChannel: true };
}

/** What the cleanup does of an entry that policy would have removed. */
function turnOf({ mode, proposalId }: StepInput): NextStep['turn'] {
  if (mode === 'apply') return 'removes';
  if (proposalId !== undefined) return 'waits';
  return mode && 'proposes';
}

/** Whether a filter and an unknown user are both possible: what is asked must serve both. */
function isEither(lead: Lead): boolean {
  return lead.claim === 'filtered' && lead.facts.confidence === 'ambiguous';
}

function unlistedStep({ lead, discards }: StepInput): NextStep {
  switch (lead.claim) {
    case 'filtered':
      return { step: isEither(lead) ? 'address-then-resend' : 'settings-then-resend', otherChannel: true };
    case 'accepted-again':
      return { step: 'send-returned', sentAt: lead.facts.before.facts.bounce.sentAt };
    case 'no-mailbox':
    case 'returned':
    case 'inferred':
      return { step: 'address-then-resend', otherChannel: true };
    case 'mailbox-full':
      return { step: 'space-then-resend', otherChannel: true };
    case 'suspended':
      return { step: 'contact-then-resend', otherChannel: true };
    case 'not-taken':
      return { step: 'send-later' };
    case 'other-mailbox':
      return { step: 'ask-about-forwarding' };
    case 'accepted':
    case 'no-refusal-recorded':
      return { step: discards ? 'settings-of-dropping' : 'look-in-spam-folder', otherChannel: true };
    case 'accepted-late':
      return { step: 'late-is-done' };
    case 'not-sent':
      return { step: STEP_OF_DOING[lead.facts.mail.fate.by] };
    case 'delayed':
      return { step: STEP_OF_DELAY[delayReason(lead.facts.mail) ?? ''] ?? 'wait-for-result' };
    case 'no-word':
      return { step: 'wait-for-result' };
    case 'released':
    case 'lifted-despite-complaint':
    case 'gone-from-list':
      return { step: 'watch-next-mail' };
    case 'resumed':
      return { step: 'send-missed' };
    case 'unasked':
      return { step: 'ask-again' };
    default:
      return { step: 'check-sending-records' };
  }
}

const STEP_OF_DOING = {
  'account-list': 'watch-next-mail',
  'tenant-list': 'tenant-list',
  'global-list': 'global-list',
  'auto-validation': 'auto-validation',
  unsubscribed: 'subscription',
  unknown: 'not-sent-unknown',
} as const;

/** What is done meanwhile, by SES's reason for a delay; nothing where it is absent. */
const STEP_OF_DELAY: Readonly<Record<string, NextStep['step']>> = {
  MailboxFull: 'space-while-tried',
  SpamDetected: 'wait-and-check-sender',
  IPFailure: 'wait-and-check-sender',
  BYOIPHostNameLookupUnavailable: 'wait-and-check-sender',
};

/**
 * A step with the command that releases the address. What was confirmed is left to be typed: a reason that stands there
 * already would be in the audit although nobody asked the customer.
 */
function withRelease(step: NextStep['step'], { address, verdict, proposalId }: StepInput): NextStep {
  const overrides = verdict?.overrides ?? [];
  if (proposalId !== undefined && verdict?.action !== 'keep' && overrides.length === 0) {
    const command = `todoku approve ${proposalId}`;
    return { step, command: { ja: command, en: command } };
  }
  const override = overrides.length === 0 ? '' : ` --override ${overrides.join(',')}`;
  const command = `todoku remove ${shellWord(address)}${override} --reason '...'`;
  return { step, command: { ja: command, en: command } };
}

/**
 * The words of one step: a line of the headline, with the address to send to where it fits, and the desk's sentences. A
 * command is no part of the line: whoever shows it knows how todoku was called.
 */
interface StepWords {
  readonly brief: (step: NextStep, address: string) => Bilingual;
  readonly full: (step: NextStep) => Bilingual;
}

const same = (text: Bilingual) => () => text;

/** Where no address is at hand. */
const REMOVE: Bilingual = { ja: 'todoku remove', en: 'todoku remove' };

/** What becomes of an entry that meets the conditions of removal, if nobody does anything. */
const TURNS: Readonly<
  Record<NonNullable<NextStep['turn']> | 'unknown', { readonly brief: Bilingual; readonly full: Bilingual }>
> = {
  removes: {
    brief: {
      ja: '自動解除の条件を満たしています。急ぐ場合は手動で解除',
      en: 'it meets the conditions of automatic removal; if urgent, release it by hand',
    },
    full: { ja: '自動解除の条件を満たしています。', en: 'It may be removed automatically.' },
  },
  proposes: {
    brief: {
      ja: '次のクリーンアップで解除案になります。急ぐ場合は手動で解除',
      en: 'the next cleanup proposes its removal; if urgent, release it by hand',
    },
    full: {
      ja: '解除の条件を満たしています。自動では解除されず、次のクリーンアップが解除案として提案します。',
      en: 'It meets the conditions of removal. It is not removed automatically: the next cleanup proposes it.',
    },
  },
  waits: {
    brief: {
      ja: '解除案が承認待ちです。承認すると解除します',
      en: 'its removal is proposed and waits; release it by approving',
    },
    full: {
      ja: '解除の条件を満たしています。自動では解除されず、解除案が承認を待っています。',
      en: 'It meets the conditions of removal. It is not removed automatically: the proposal waits for approval.',
    },
  },
  unknown: {
    brief: {
      ja: '解除の条件を満たしています。急ぐ場合は手動で解除',
      en: 'it meets the conditions of removal; if urgent, release it by hand',
    },
    full: { ja: '解除の条件を満たしています。', en: 'It meets the conditions of removal.' },
  },
};

const WORDS: Readonly<Record<NextStep['step'], StepWords>> = {
  'ask-wish-then-override': {
    brief: same({
      ja: '送信停止のまま。お受け取りのご希望を確認できた場合のみ解除',
      en: 'keep it stopped; release it only if mail is wanted',
    }),
    full: ({ command = REMOVE }) => ({
      ja: `メールでは連絡せず、再送もしないでください。電話やお問い合わせへの返答の際にご意向を伺い、受け取りのご希望を確認し記録できた場合に限り、${command.ja} で停止を解除してください（記録に残ります）。`,
      en: `Do not write by email and do not send again. Ask by telephone or when the customer contacts you; only after the customer’s wish is confirmed and recorded, release the address: ${command.en} (it is recorded).`,
    }),
  },
  'ask-wish': {
    brief: same({
      ja: 'メールは送らず、電話などで受け取りのご希望を確認',
      en: 'send no mail; ask by telephone whether mail is wanted',
    }),
    full: same({
      ja: '送信は止まっていませんが、メールでは連絡せず、再送もしないでください。電話やお問い合わせへの返答の際にご意向を伺い、お受け取りをご希望でなければ、送信の対象から外してください。',
      en: 'Sending is not stopped, but do not write by email and do not send again. Ask by telephone or when the customer contacts you; if mail is not wanted, take the address off your recipients.',
    }),
  },
  'correct-domain': {
    brief: ({ meant = '' }) => ({
      ja: `正しいアドレスを電話などで確認（${meant} ではありませんか）`,
      en: `ask for the right address by telephone or the like (${meant}?)`,
    }),
    full: ({ meant = '' }) => ({
      ja: `電話や別のアドレスなどで正しいアドレスを確認し（「${meant}」ではないか）、登録を訂正してください。このアドレスの停止は解除せず、再送もしないでください。`,
      en: `Ask for the right address by telephone or the like (${meant}?) and correct the registration. Do not release this one, and do not send to it again.`,
    }),
  },
  'correct-address': {
    brief: same({
      ja: '正しいアドレスを電話などで確認（このアドレスには再送しない）',
      en: 'ask for the right address by telephone; do not send to this one again',
    }),
    full: same({
      ja: '正しいアドレスを確認して、登録を訂正してください。確認できるまで、再送もしないでください。',
      en: 'Ask for the right address and correct the registration. Until it is confirmed, do not send again.',
    }),
  },
  'correct-listed-address': {
    brief: same({
      ja: '送信停止のまま、正しいアドレスを電話などで確認',
      en: 'keep it stopped, and ask for the right address by telephone',
    }),
    full: same({
      ja: '送信停止のままにします（サプレッションリストから外さないでください）。正しいアドレスを確認して、登録を訂正してください。確認できるまで、再送もしないでください。',
      en: 'Leave it on the suppression list. Ask for the right address and correct the registration; until it is confirmed, do not send again.',
    }),
  },
  'by-telephone': {
    brief: ({ carrier }) =>
      carrier === 'au'
        ? {
            ja: '電話で「必ず受信」とサブドメインの指定を確認（解除は繰り返さない）',
            en: 'by telephone, check 必ず受信 and sub-domains; no more releases yet',
          }
        : {
            ja: '電話で受信リストのドメインの指定を確認（解除は繰り返さない）',
            en: 'by telephone, check the domain on the allow list; no more releases yet',
          },
    full: ({ carrier, command = REMOVE }) => ({
      ja: `解除を繰り返さず、電話でお客様と一緒に画面を確認してください。見落とされやすいのは、${carrier === 'au' ? '受信リストの「必ず受信」のチェックと、' : ''}ドメインの一致の範囲（サブドメインを含むか、差出人アドレスと同じドメインか）です。確認できた場合に限り、${command.ja} で解除してください。`,
      en: `Do not release it again and again: go through the screens with the customer by telephone. What is easily missed is ${carrier === 'au' ? 'the box 必ず受信 of the reception list, and ' : ''}how far the domain matches (sub-domains, and the very domain of the From address). Release only once that is confirmed: ${command.en}.`,
    }),
  },
  'no-more-releases': {
    brief: ({ confirm = CONFIRM_ADDRESS }) => ({
      ja: `電話で${confirm.ja}を確認（解除は繰り返さない）`,
      en: `by telephone, check ${confirm.en}; no more releases yet`,
    }),
    full: ({ confirm = CONFIRM_ADDRESS, command = REMOVE }) => ({
      ja: `解除を繰り返さず、電話などで${confirm.ja}を確認し、確認できた場合に限り、${command.ja} で解除してください。`,
      en: `Do not release it again and again: have the customer confirm (${confirm.en}) by telephone or the like, and release only then: ${command.en}.`,
    }),
  },
  'fix-sender': {
    brief: same({
      ja: '送信元の認証と評価を点検し、解消してから再送（お客様の操作は不要）',
      en: 'check our authentication and reputation; nothing for the customer to do',
    }),
    full: same({
      ja: '送信ドメインの認証（SPF、DKIM、DMARC）と送信の評価を点検し（todoku senders audit）、解消を確認してから再送してください。',
      en: 'Check the sending domain’s authentication (SPF, DKIM, DMARC) and reputation (todoku senders audit), and send again after it is solved.',
    }),
  },
  'send-slower': {
    brief: same({
      ja: '送信の間隔を空け、同じ宛先ドメインへの同時送信数を減らして再送',
      en: 'send slower, with fewer connections to this domain at a time',
    }),
    full: same({
      ja: '送信の間隔を空け、同じ宛先ドメインへの同時送信数を減らしてから再送してください。お客様の操作は不要です。',
      en: 'Send slower, with fewer mails to this domain at a time, and then send again. There is nothing for the customer to do.',
    }),
  },
  'send-slower-and-wait': {
    brief: same({
      ja: '今後の送信の間隔を空ける（このメールの送り直しは不要）',
      en: 'send slower from now on; do not send this one again',
    }),
    full: same({
      ja: '今後の送信の間隔を空け、同じ宛先ドメインへの同時送信数を減らしてください。このメールは送り直さないでください。お客様の操作は不要です。',
      en: 'From now on send slower, with fewer mails to this domain at a time. Do not send this one again. There is nothing for the customer to do.',
    }),
  },
  'clean-recipients': {
    brief: same({
      ja: '送信先リストを整理してから再送（このアドレスの訂正は不要）',
      en: 'clean the list of recipients, then send again',
    }),
    full: same({
      ja: '送信先リストを整理し、届いたことのない宛先を外してから再送してください。このお客様にアドレスの訂正を依頼しないでください。',
      en: 'Take addresses that were never reached off your recipients, then send again. Do not have this customer correct the address.',
    }),
  },
  'make-smaller': {
    brief: same({
      ja: 'メールを小さくして（添付を減らすなど）再送（お客様の操作は不要）',
      en: 'make the mail smaller (fewer attachments) and send it again',
    }),
    full: same({
      ja: '添付ファイルや画像を減らしてメールを小さくし、再送してください。お客様の操作は不要です。',
      en: 'Make the mail smaller, with fewer attachments or pictures, and send it again. There is nothing for the customer to do.',
    }),
  },
  'check-contents': {
    brief: same({
      ja: 'メールの内容（本文・リンク・添付）を点検してから再送',
      en: 'check what the mail holds (text, links, attachments), then send again',
    }),
    full: same({
      ja: 'メールの内容（本文、リンク先、添付ファイル）を点検し、直してから再送してください。あわせて送信ドメインの認証と評価も点検してください（todoku senders audit）。',
      en: 'Check what the mail holds (text, links, attachments), mend it and send again. Check the sending domain’s authentication and reputation as well (todoku senders audit).',
    }),
  },
  'confirm-then-release': {
    brief: ({ confirm = CONFIRM_ADDRESS }) => ({
      ja: `${confirm.ja}をお客様に確認できたら解除`,
      en: `check ${confirm.en} with the customer, then release`,
    }),
    full: ({ confirm = CONFIRM_ADDRESS, command = REMOVE }) => ({
      ja: `${confirm.ja}をお客様に確認できてから、サプレッションリストから外して（${command.ja}）再送してください。`,
      en: `Once the customer has confirmed (${confirm.en}), remove the address from the suppression list (${command.en}) and send again.`,
    }),
  },
  'wait-for-verdict': {
    brief: ({ confirm = CONFIRM_ADDRESS, dueAt = '' }) => ({
      ja: `お客様に${confirm.ja}の確認を依頼（判定は ${formatInTokyo(dueAt)} 以降）`,
      en: `ask about ${confirm.en}; judged again ${formatInTokyo(dueAt)}`,
    }),
    full: ({ confirm = CONFIRM_ADDRESS, dueAt = '' }) => ({
      ja: `${confirm.ja}をお客様に確認してください。自動の判定は ${formatInTokyo(dueAt)}（日本時間）以降です。急ぐ場合は、確認できたら todoku remove で停止を解除できます。`,
      en: `Have the customer confirm (${confirm.en}). Policy judges again from ${formatInTokyo(dueAt)} (Japan time) on; if it is urgent, release the address with todoku remove once it is confirmed.`,
    }),
  },
  'release-now': {
    brief: ({ turn }) => TURNS[turn ?? 'unknown'].brief,
    full: ({ command = REMOVE, turn }) => ({
      ja: `${TURNS[turn ?? 'unknown'].full.ja}設定の変更をお客様に確認し、急ぐ場合は ${command.ja} でサプレッションリストから外して再送してください。`,
      en: `${TURNS[turn ?? 'unknown'].full.en} Have the customer check the settings; if it is urgent, remove it from the suppression list (${command.en}) and send again.`,
    }),
  },
  'settings-then-resend': {
    brief: same({
      ja: '受信設定の変更を依頼し、確認できたら再送',
      en: 'have the filter settings changed, then send again',
    }),
    full: same({
      ja: '受信設定の変更を確認できてから再送してください。サプレッションリストに載った場合は、外してから再送します。',
      en: 'Send again once the customer confirms the change of settings. Should the address get onto the suppression list, remove it first.',
    }),
  },
  'address-then-resend': {
    brief: same({
      ja: 'アドレスと受信設定を確認し、確認できたら再送',
      en: 'have address and settings checked, then send again',
    }),
    full: same({
      ja: 'アドレスと受信設定を確認できてから、再送してください。',
      en: 'Have the address and the settings checked, then send again.',
    }),
  },
  'space-then-resend': {
    brief: same({
      ja: '空き容量の確保を依頼し、確認できたら再送',
      en: 'have the mailbox cleared, then send again',
    }),
    full: same({
      ja: '空き容量の確保を確認できてから再送してください。',
      en: 'Send again once the customer confirms that there is free space.',
    }),
  },
  'contact-then-resend': {
    brief: same({
      ja: '別の連絡先を伺い、使えると確認できたら再送',
      en: 'ask for another contact; send again once it works',
    }),
    full: same({
      ja: '別の連絡先を伺い、利用できるようになったことを確認できてから再送してください。',
      en: 'Ask for another contact, and send again once the address is usable.',
    }),
  },
  'look-in-spam-folder': {
    brief: same({
      ja: '迷惑メールフォルダの確認を依頼し、見当たらなければ再送',
      en: 'have the spam folder checked; send again if it is not there',
    }),
    full: same({
      ja: 'まずフォルダを確認していただき、見当たらなければ再送してください。',
      en: 'Have the customer look in the folder first; send again if the mail is not there.',
    }),
  },
  'settings-of-dropping': {
    brief: same({ ja: '受信設定の確認を依頼してから再送', en: 'have the settings checked, then send again' }),
    full: same({
      ja: '設定を確認していただいてから再送し、届いたかどうかをお客様に伺ってください。',
      en: 'Have the settings checked, send again, and ask the customer whether it arrived.',
    }),
  },
  'late-is-done': {
    brief: same({
      ja: '再送は不要。見当たらない場合は迷惑メールフォルダの確認を依頼',
      en: 'no need to send again; if it is not found, check the spam folder',
    }),
    full: same({
      ja: '再送は不要です。遅れた事情をお伝えし、見当たらない場合は迷惑メールフォルダの確認をお願いしてください。',
      en: 'There is no need to send again. Tell the customer about the delay; if the mail is not found, ask for a look into the spam folder.',
    }),
  },
  'send-returned': {
    brief: ({ sentAt = '' }) => ({
      ja: `${dayInTokyo(sentAt)}のメールが必要かをお客様に伺い、必要であれば再送`,
      en: `ask whether the mail of ${dayInTokyo(sentAt)} is still wanted; if so, send it again`,
    }),
    full: ({ sentAt = '' }) => ({
      ja: `届かなかった${formatInTokyo(sentAt)}（日本時間）のメールが必要かをお客様に伺い、必要であれば再送してください。その後のメールも見当たらない場合は、迷惑メールフォルダの確認をお願いしてください。`,
      en: `Ask the customer whether the mail of ${formatInTokyo(sentAt)} (Japan time), which did not arrive, is still wanted, and send it again if so. If later mail is not found either, ask for a look into the spam folder.`,
    }),
  },
  'send-later': {
    brief: same({
      ja: '時間をおいて再送。続く場合は別の連絡先を確認',
      en: 'send again after a while; if it goes on, ask for another contact',
    }),
    full: same({
      ja: '時間をおいて再送してください。同じことが続く場合は、別の連絡先を伺ってください。',
      en: 'Send again after a while. If it happens again, ask the customer for another contact.',
    }),
  },
  'ask-about-forwarding': {
    brief: same({
      ja: '転送の有無と転送先の設定をお客様に確認',
      en: 'ask the customer whether mail is forwarded, and where to',
    }),
    full: same({
      ja: 'メールを転送しているか、転送先で受信を拒否していないかをお客様に伺ってください。このアドレスを訂正していただく必要はありません。',
      en: 'Ask the customer whether mail is forwarded, and whether the other mailbox refuses it. The address itself need not be corrected.',
    }),
  },
  'tenant-list': {
    brief: same({
      ja: 'テナントのリストから外す（SESのテナント設定。todoku policy scope で確認）',
      en: "take it off the tenant's list in SES (see todoku policy scope)",
    }),
    full: same({
      ja: 'todoku では解除できません。運用担当者に、SESのテナントのサプレッションリストから外すよう依頼してください（どのリストが使われるかは todoku policy scope で確認できます）。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'todoku cannot lift this. Ask the operator to take the address off the tenant’s suppression list in SES (todoku policy scope shows which list is in force). Tell the customer urgent matters by telephone or in another way.',
    }),
  },
  'global-list': {
    brief: same({
      ja: 'アドレスを確認し、14日ほどおいて再送（SES全体のリストは外せません）',
      en: 'check the address, and send again in 14 days (nobody can edit that list)',
    }),
    full: same({
      ja: 'SES全体のリストは todoku でもAWSの画面でも外せず、14日ほどで失効しますが、延びることがあります。アドレスに誤りがないかを確認し、期間をおいて再送してください。急ぐ場合は別のアドレスや電話でご連絡ください。',
      en: 'SES’s global list can be edited neither by todoku nor in the console, and holds for about 14 days, sometimes longer. Check the address and send again later; if it is urgent, use another address or the telephone.',
    }),
  },
  'auto-validation': {
    brief: same({
      ja: 'アドレスを確認し、正しければAuto Validationのしきい値を下げるか無効化',
      en: 'check the address; if right, lower or switch off Auto Validation',
    }),
    full: same({
      ja: 'todoku では解除できません。アドレスに誤りがないかを確認してください。正しい場合は、運用担当者に、SESの自動検証（Auto Validation）のしきい値を下げるか無効にするよう依頼してから再送してください。',
      en: 'todoku cannot lift this. Check the address. If it is right, ask the operator to lower the threshold of Auto Validation in SES, or to switch it off, and send again.',
    }),
  },
  subscription: {
    brief: same({
      ja: 'ご希望を確認できた場合のみ、SESの購読管理（連絡先リスト）で設定を変更',
      en: "only if the customer wants mail, change SES's contact list",
    }),
    full: same({
      ja: 'お受け取りのご希望を確認できた場合に限り、SESの購読管理（連絡先リスト）で設定を変更してください。',
      en: 'Only once the customer asks for mail again, change the subscription in SES’s contact list.',
    }),
  },
  'not-sent-unknown': {
    brief: same({
      ja: '運用担当者に、SESが送信しなかった理由の確認を依頼（下記の経緯）',
      en: 'ask the operator to look into why SES did so (see the timeline)',
    }),
    full: same({
      ja: 'todoku では解除できません。運用担当者に、SESが送信しなかった理由（下記の経緯）の確認を依頼してください。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'todoku cannot lift this. Ask the operator to look into why SES did so (see the timeline). Tell the customer urgent matters by telephone or in another way.',
    }),
  },
  'wait-for-result': {
    brief: same({
      ja: '結果が出るまで待つ。お急ぎの場合は電話などで連絡',
      en: 'wait for the result; if urgent, use the telephone',
    }),
    full: same({
      ja: '結果が出るまでお待ちください。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'Wait for the result. Tell the customer urgent matters by telephone or in another way.',
    }),
  },
  'space-while-tried': {
    brief: same({
      ja: 'お客様に空き容量の確保を依頼し、再送の結果を待つ',
      en: 'have the mailbox cleared, and wait for the result',
    }),
    full: same({
      ja: '電話などで空き容量の確保をお願いし、結果をお待ちください。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'Ask the customer by telephone or the like to clear the mailbox, and wait for the result. Tell the customer urgent matters in another way.',
    }),
  },
  'wait-and-check-sender': {
    brief: same({
      ja: '結果を待ち、送信元の評価と認証を点検（お客様の操作は不要）',
      en: 'wait for the result; check our own authentication and reputation',
    }),
    full: same({
      ja: '結果をお待ちください。あわせて送信の評価と認証を点検してください（todoku senders audit）。お急ぎのご用件は、電話など別の方法でお伝えください。',
      en: 'Wait for the result, and check the sender’s authentication and reputation meanwhile (todoku senders audit). Tell the customer urgent matters by telephone or in another way.',
    }),
  },
  'watch-next-mail': {
    brief: same({
      ja: '必要なメールを再送し、結果を確認（届くことは約束しない）',
      en: 'send what is needed again, and watch what becomes of it',
    }),
    full: same({
      ja: '必要なメールを再送し、その結果を確認してください。エラーになった場合は、解除を繰り返さずに電話などで設定を確認してください。',
      en: 'Send again what is needed and watch what becomes of it. If there is an error once more, do not release the address again: check the settings with the customer by telephone or the like.',
    }),
  },
  'send-missed': {
    brief: same({
      ja: '通常どおり送信。停止中のメールが必要かを伺って再送',
      en: 'send as usual; ask whether missed mails are wanted',
    }),
    full: same({
      ja: '通常どおり送信できます。停止中に送られなかったメール（注文確認など）が必要かどうかをお客様に伺い、必要であれば再送してください。',
      en: 'Send as usual. Ask the customer whether mail that was not sent in between is still wanted, and send that again.',
    }),
  },
  'check-sending-records': {
    brief: same({
      ja: '送信記録で、宛先の誤りと送信の有無を確認',
      en: 'check your sending records: was it sent, and to this very address?',
    }),
    full: same({
      ja: 'まず、送信記録で宛先の誤りがないか、実際に送信されたかをご確認ください。',
      en: 'First look in your own sending records: was the mail sent, and to exactly this address?',
    }),
  },
  'ask-again': {
    brief: same({ ja: '時間をおいてもう一度検索', en: 'look again after a while' }),
    full: same({ ja: '時間をおいてもう一度検索してください。', en: 'Look again after a while.' }),
  },
  'full-walk': {
    brief: same({
      ja: 'リストの全件確認（todoku cleanup --full）の後にもう一度検索',
      en: 'look again after a full walk of the list (todoku cleanup --full)',
    }),
    full: same({
      ja: 'リストの全件確認（todoku cleanup --full）のあとで、もう一度検索してください。',
      en: 'Look again after a full walk of the list (todoku cleanup --full).',
    }),
  },
  'update-todoku': {
    brief: same({
      ja: '運用担当者に todoku の更新を依頼（読み取れない記録があり、判定できません）',
      en: 'ask the operator to update todoku: part of the record cannot be read',
    }),
    full: same({
      ja: '運用担当者に todoku の更新を依頼してください（todoku status で、読み取れない記録の件数を確認できます）。',
      en: 'Ask the operator to update todoku (todoku status counts what cannot be read).',
    }),
  },
  'change-recipient': {
    brief: (_step, to) => ({
      ja: `今後は${to === '' ? '新しいアドレス（下記）' : ` ${to} `}へ送信`,
      en: `send to ${to === '' ? 'the new address (see below)' : to} from now on`,
    }),
    full: ({ movedTo = '' }) => ({
      ja: `宛先を新しいアドレス（${movedTo}）に訂正し、今後はそちらへ送信してください。案内も新しいアドレスへお送りください。`,
      en: `Correct the recipient to the new address (${movedTo}) and send there from now on; this text goes there as well.`,
    }),
  },
  'change-recipient-keep-listed': {
    brief: (_step, to) => ({
      ja: `今後は${to === '' ? '新しいアドレス（下記）' : ` ${to} `}へ送信（ここは送信停止のまま）`,
      en: `send to ${to === '' ? 'the new address (see below)' : to} from now on; keep this one stopped`,
    }),
    full: ({ movedTo = '' }) => ({
      ja: `宛先を新しいアドレス（${movedTo}）に訂正し、今後はそちらへ送信してください。案内も新しいアドレスへお送りください。以前のアドレスは送信停止のままにします（リストから外さないでください）。停止中のメールが必要かをお客様に伺い、新しいアドレスへ再送してください。`,
      en: `Correct the recipient to the new address (${movedTo}) and send there from now on; this text goes there as well. Leave the old address on the suppression list. Ask whether mail of the meantime is still wanted, and send that to the new address.`,
    }),
  },
  'nothing-to-release': {
    brief: same({ ja: '解除は不要', en: 'there is nothing to release' }),
    full: same({
      ja: '解除は不要です。停止したい場合は、アカウントの設定を確認してください（todoku policy scope）。',
      en: 'There is nothing to release. See todoku policy scope for what the account enforces.',
    }),
  },
};

/** Said where the mail with the guidance would meet the same filter or the same suppression entry. */
export const OTHER_CHANNEL: Bilingual = {
  ja: '同じアドレスへのメールでは案内が届かないおそれがあります。電話や別のアドレスなどで案内してください。',
  en: 'The guidance itself may not arrive at that address: give it by telephone, another address or the like. ',
};

/** What is said of a letter where the step is to write no mail; undefined where one may be written. */
export function notByMail({ step }: NextStep): Bilingual | undefined {
  return NOT_BY_MAIL[step];
}

const TELL_OTHERWISE: Bilingual = {
  ja: '注意：この文面をメールで送らないでください。電話や、お客様からのお問い合わせへの返答の際にお伝えください。',
  en: 'Mind: do not send this text by email. Tell it by telephone, or when the customer contacts you.',
};
const ASK_ADDRESS: Bilingual = {
  ja: '注意：この文面をこのアドレスにメールで送らないでください。電話などで正しいアドレスを確認してください。',
  en: 'Mind: do not send this text to this address by email. Ask for the right address by telephone or the like.',
};

const NOT_BY_MAIL: Readonly<Partial<Record<NextStep['step'], Bilingual>>> = {
  'ask-wish': TELL_OTHERWISE,
  'ask-wish-then-override': TELL_OTHERWISE,
  'correct-address': ASK_ADDRESS,
  'correct-listed-address': ASK_ADDRESS,
  'correct-domain': ASK_ADDRESS,
};

/** A step as lines of the headline may say it, the fuller first; without a full stop. */
export function briefSteps(step: NextStep, language: Language): readonly string[] {
  const { movedTo = '' } = step;
  return [movedTo, ''].map((each) => WORDS[step.step].brief(step, each)[language]);
}

/** A step in sentences for the support desk. */
export function fullStep(step: NextStep, language: Language): string {
  const said = WORDS[step.step].full(step)[language];
  return step.otherChannel === true ? `${OTHER_CHANNEL[language]}${said}` : said;
}
