import { stripControls } from '../../address.ts';
import type { Bilingual } from '../../text.ts';
import { defaultMailFrom } from '../identities/identity.ts';
import { hasAlignedSignature, resultOf, summarisePass, summariseRest } from './mail-headline.ts';
import { sealerOf } from './receivers.ts';
import type { SignatureReading, TestMail, UnsubscribeFault } from './test-mail.ts';

/** A read test mail in words for the shop: pure. */

/** How one line of the explanation stands. */
type Mark = 'good' | 'bad' | 'note';

/** One line of the explanation. */
interface Explained {
  readonly mark: Mark;
  readonly text: Bilingual;
}

/** Whether a mail passes DMARC: by the receiver's word, or without one by what is known here. */
type MailVerdict = 'passes' | 'fails' | 'unknown';

/** The explanation, and whether the mail passes DMARC. */
export interface MailExplanation {
  readonly verdict: MailVerdict;
  /** The same as a yes or no, where what cannot be told is no pass. */
  readonly passes: boolean;
  readonly summary: Bilingual;
  readonly lines: readonly Explained[];
}

/** Explains a mail: who judged, then SPF, DKIM and DMARC, then what the path did. */
export function explainMail(mail: TestMail): MailExplanation {
  const dkim = mail.signatures.map(explainSignature);
  const { verdict, ...dmarc } = explainDmarc(mail);
  const passes = verdict === 'passes';
  const lines: Explained[] = [
    ...explainReceiver(mail),
    ...explainFrom(mail),
    explainSpf(mail),
    ...(dkim.length === 0 ? [UNSIGNED] : dkim),
    dmarc,
    ...explainArc(mail),
    ...explainUnsubscribe(mail),
  ];
  const summary = passes ? summarisePass(mail) : verdict === 'fails' ? summariseRest(mail) : CANNOT_BE_TOLD;
  return { verdict, passes, summary, lines };
}

const CANNOT_BE_TOLD: Bilingual = {
  ja: 'DMARC に合格したかどうかは、このファイルからは分かりません。',
  en: 'Whether DMARC passes cannot be told from this file.',
};

const UNSIGNED: Explained = {
  mark: 'bad',
  text: {
    ja: 'DKIM: 署名がありません。SES のアイデンティティで DKIM が有効か確かめてください。',
    en: 'DKIM: the mail is not signed. Check that DKIM is on for the identity in SES.',
  },
};

function explainReceiver({ receiver }: TestMail): Explained[] {
  if (receiver === undefined) {
    return [
      {
        mark: 'note',
        text: {
          ja: '受信側の判定（Authentication-Results）がありません。DKIM だけをここで検証します。',
          en: 'The mail has no Authentication-Results to go by; only DKIM is verified here.',
        },
      },
    ];
  }
  const known = receiver.known === undefined ? '' : `${receiver.known}: `;
  const [only, ...further] = receiver.names;
  const name =
    only === undefined
      ? undefined
      : further.length === 0
        ? clean(only)
        : `${known}${receiver.names.map(clean).join(', ')}`;
  const lines: Explained[] = [
    {
      mark: 'note',
      text:
        name === undefined
          ? {
              ja: '判定: いちばん上の Authentication-Results（名前なし。Microsoft の形式）を受信側のものと見なします。',
              en: "Judged by: the topmost Authentication-Results, which names no host (Microsoft's form), taken for the receiver's.",
            }
          : { ja: `判定したサーバー: ${name}`, en: `Judged by: ${name}` },
    },
  ];
  if (receiver.ignored.length > 0) {
    const others = receiver.ignored.map(clean).join(', ');
    lines.push({
      mark: 'note',
      text: {
        ja: `ほかの名前の Authentication-Results は、途中の誰でも書けるため信用しません: ${others}`,
        en: `Authentication-Results under other names can be written by anyone on the way and are not believed: ${others}`,
      },
    });
  }
  if (receiver.repeated > 0) {
    lines.push({
      mark: 'note',
      text: {
        ja: `同じ名前の Authentication-Results が複数あり、いちばん上の判定を使います。SPF か DMARC の判定を重ねて含む下の ${receiver.repeated} 個は、別の（以前の）判定なので使いません。`,
        en: `There are several Authentication-Results under this name: the topmost counts, as the last evaluation. Lower ones that give SPF or DMARC again (${receiver.repeated}) are of another evaluation and are left out.`,
      },
    });
  }
  return lines;
}

/** One domain is all that DMARC asks for; receivers may ask for more. */
function explainFrom({ from, fromDomains }: TestMail): Explained[] {
  if (from.malformed !== undefined) {
    const text = clean(from.malformed);
    return [
      {
        mark: 'bad',
        text: {
          ja: `From の書き方が正しくありません: 「${text}」。名前 <アドレス> の形（RFC 5322）で書きます。多くの受信側はこのようなメールを拒否するか、迷惑メールにします。`,
          en: `From is malformed: "${text}". Write it as name <address> (RFC 5322): many receivers refuse such mail or file it as spam.`,
        },
      },
    ];
  }
  if (from.fields > 1 || from.addresses < 2 || fromDomains.length > 1) return [];
  return [
    {
      mark: 'note',
      text: {
        ja: `From に同じドメインのアドレスが ${from.addresses} 個あります。DMARC はドメインについて判定されますが、このようなメールを拒否する受信側もあります。`,
        en: `From names ${from.addresses} addresses of one domain: DMARC is evaluated for the domain, but some receivers refuse such mail.`,
      },
    },
  ];
}

function explainSpf({ spf }: TestMail): Explained {
  const domain = clean(spf.domain ?? '?');
  if (spf.result === undefined) {
    return {
      mark: 'note',
      text: { ja: 'SPF: 判定が記録されていません。', en: 'SPF: no result is recorded.' },
    };
  }
  const result = clean(spf.result);
  if (spf.result === 'temperror') {
    return {
      mark: 'note',
      text: {
        ja: `SPF: 受信側は DNS を調べられず、判定できませんでした（temperror、${domain}）。`,
        en: `SPF: the receiver could not look it up (temperror, ${domain}).`,
      },
    };
  }
  if (spf.result !== 'pass') {
    return {
      mark: 'bad',
      text: {
        ja: `SPF: ${result}（${domain}）。MAIL FROM ドメインの SPF に SES が含まれているか確かめてください。`,
        en: `SPF: ${result} (${domain}). Check that the SPF record of the MAIL FROM domain includes SES.`,
      },
    };
  }
  if (spf.aligned === 'yes') {
    return {
      mark: 'good',
      text: {
        ja: `SPF: 合格（${domain}）。From と一致しています。`,
        en: `SPF: pass (${domain}), aligned with From.`,
      },
    };
  }
  if (spf.aligned === 'unknown') {
    return {
      mark: 'note',
      text: {
        ja: `SPF: 合格（${domain}）。From との一致は確かめられませんでした。`,
        en: `SPF: pass (${domain}). Whether it aligns with From could not be found out.`,
      },
    };
  }
  const ses = domain === defaultMailFrom('us-east-1') || domain.endsWith('.amazonses.com');
  return {
    mark: 'note',
    text: ses
      ? {
          ja: `SPF: 合格（${domain}）ですが、From と一致しないため DMARC には使われません。SES に独自の MAIL FROM ドメインがないときの姿です。`,
          en: `SPF: pass (${domain}), but not aligned with From and so of no use to DMARC: this is how SES mail looks without a custom MAIL FROM domain.`,
        }
      : {
          ja: `SPF: 合格（${domain}）ですが、From と一致しないため DMARC には使われません。`,
          en: `SPF: pass (${domain}), but not aligned with From and so of no use to DMARC.`,
        },
  };
}

function explainSignature(signature: SignatureReading): Explained {
  const domain = clean(signature.domain);
  const here =
    signature.verified === undefined || signature.verified === signature.received
      ? ''
      : ` (${clean([signature.verified, signature.because ?? ''].join(' '))})`;
  if (signature.ses) {
    return {
      mark: 'note',
      text: {
        ja: `DKIM: d=${domain} は SES 自身の署名です。From と一致することはないので、無視して構いません。`,
        en: `DKIM: d=${domain} is SES's own signature. It never aligns with From; ignore it.`,
      },
    };
  }
  if (!signature.inFile) return explainMissingField(signature);
  const result = resultOf(signature);
  if (result === 'temperror') return keyNotSeen(domain);
  if (result !== 'pass') {
    return {
      mark: 'bad',
      text: {
        ja: `DKIM: ${clean(result ?? '不明')}（d=${domain}）${here}。途中で本文や件名が書き換えられたか、鍵が見つかりません。`,
        en: `DKIM: ${clean(result ?? 'unknown')} (d=${domain})${here}. The mail was changed on the way, or the key is not found.`,
      },
    };
  }
  const differs =
    signature.received === 'pass' && signature.verified !== undefined && signature.verified !== 'pass';
  const later: Bilingual = differs
    ? {
        ja: ` 今ここで検証すると ${clean(signature.verified ?? '')} です（鍵の更新や、保存時の変化でも起こります）。`,
        en: ` Verified here and now it is ${clean(signature.verified ?? '')} (a rotated key or the way the file was saved can cause that).`,
      }
    : { ja: '', en: '' };
  if (signature.aligned === 'no') {
    return {
      mark: 'note',
      text: {
        ja: `DKIM: 合格（d=${domain}）ですが、From と一致しません。${later.ja}`,
        en: `DKIM: pass (d=${domain}), but not aligned with From.${later.en}`,
      },
    };
  }
  return {
    mark: 'good',
    text: {
      ja: `DKIM: 合格（d=${domain}）。${signature.aligned === 'yes' ? 'From と一致しています。' : 'From との一致は確かめられませんでした。'}${later.ja}`,
      en: `DKIM: pass (d=${domain}), ${signature.aligned === 'yes' ? 'aligned with From.' : 'alignment with From could not be found out.'}${later.en}`,
    },
  };
}

const ALIGNMENT: Readonly<Record<SignatureReading['aligned'], Bilingual>> = {
  yes: { ja: 'From と一致しています。', en: 'It aligns with From.' },
  no: { ja: 'From と一致しません。', en: 'It does not align with From.' },
  unknown: {
    ja: 'From との一致は確かめられませんでした。',
    en: 'Whether it aligns with From could not be found out.',
  },
};

/** That a key could not be looked up says nothing about the signature. */
function keyNotSeen(domain: string): Explained {
  return {
    mark: 'note',
    text: {
      ja: `DKIM: 鍵を DNS で調べられず、判定できませんでした（temperror、d=${domain}）。`,
      en: `DKIM: the key could not be looked up (temperror, d=${domain}), so nothing is known about the signature.`,
    },
  };
}

/** The receiver's word is all there is: the mail was signed, and the file was saved without the field. */
function explainMissingField({ domain, received, aligned }: SignatureReading): Explained {
  if (received === 'temperror') return keyNotSeen(clean(domain));
  const [result, by] = [clean(received ?? '?'), domain === '' ? '?' : clean(domain)];
  const passes = received === 'pass';
  return {
    mark: !passes ? 'bad' : aligned === 'yes' ? 'good' : 'note',
    text: {
      ja: `DKIM: 受信側の判定は${passes ? '合格' : ` ${result} `}（${by}）。${ALIGNMENT[aligned].ja}DKIM-Signature ヘッダーがこのファイルにないため、受信側の判定に従い、ここでは検証していません。`,
      en: `DKIM: ${result} (${by}) by the receiver's word. ${ALIGNMENT[aligned].en} The DKIM-Signature field is not in this file, so nothing is verified here.`,
    },
  };
}

/** A line about DMARC, and what it comes to. */
type Judged = Explained & { readonly verdict: MailVerdict };

const VERDICTS = { pass: 'passes', fail: 'fails', unknown: 'unknown' } as const;
const MARKS = { passes: 'good', fails: 'bad', unknown: 'note' } as const;

function explainDmarc(mail: TestMail): Judged {
  const { result, policy, discovery, otherDomains } = mail.dmarc;
  const cannot = notEvaluated(mail);
  if (cannot !== undefined) return { mark: 'bad', text: cannot, verdict: 'fails' };
  const from = clean(mail.fromDomains[0] ?? '');
  if (discovery?.status === 'none' && result !== 'pass') {
    return {
      mark: 'bad',
      verdict: 'fails',
      text: {
        ja: `DMARC: ${from} に DMARC レコードがないため、判定されていません。`,
        en: `DMARC: not evaluated, because ${from} has no DMARC record.`,
      },
    };
  }
  const asked = policy === undefined ? '' : ` (p=${policy})`;
  const own = ownDmarc(mail);
  if (result === 'pass') return { ...explainPass(own, asked), verdict: 'passes' };
  if (result === 'temperror') {
    return {
      mark: 'note',
      verdict: 'unknown',
      text: {
        ja: `DMARC: 受信側は DNS を調べられず、判定できませんでした（temperror）${asked}。${OWN_VERDICT[own].ja}。`,
        en: `DMARC: the receiver could not look it up (temperror)${asked}. ${OWN_VERDICT[own].en}.`,
      },
    };
  }
  if (result !== undefined) return { ...explainRefusal(mail, own, asked), verdict: 'fails' };
  const verdict = VERDICTS[own];
  if (otherDomains.length === 0) {
    return {
      mark: MARKS[verdict],
      verdict,
      text: {
        ja: `DMARC: 受信側の判定はありません。${OWN_VERDICT[own].ja}${asked}。`,
        en: `DMARC: the receiver recorded none. ${OWN_VERDICT[own].en}${asked}.`,
      },
    };
  }
  const others = otherDomains.map(clean).join(', ');
  return {
    mark: own === 'pass' ? 'good' : 'bad',
    verdict,
    text: {
      ja: `DMARC: 受信側の判定は別の From ドメイン（${others}）についてのもので、このメール（${from}）の判定ではないため、使いません。${OWN_VERDICT[own].ja}${asked}。`,
      en: `DMARC: the receiver's result is about another From domain (${others}), not about this mail (${from}), and is not used. ${OWN_VERDICT[own].en}${asked}.`,
    },
  };
}

const OWN_VERDICT: Readonly<Record<'pass' | 'fail' | 'unknown', Bilingual>> = {
  pass: { ja: 'ここでの計算では合格です', en: 'By what is known here it passes' },
  fail: { ja: 'ここでの計算では不合格です', en: 'By what is known here it fails' },
  unknown: { ja: 'ここでの計算では判断できません', en: 'By what is known here it cannot be told' },
};

/** Why DMARC is not evaluated for what stands in From: one field and one domain are needed. */
function notEvaluated({ from, fromDomains }: TestMail): Bilingual | undefined {
  if (from.fields > 1) {
    return {
      ja: `DMARC: From ヘッダーが ${from.fields} 個あるため（RFC 5322 では 1 個だけ）、判定できません。多くの受信側はこのようなメールを拒否します。`,
      en: `DMARC: the mail has ${from.fields} From fields (RFC 5322 allows one), so it cannot be evaluated. Many receivers refuse such mail.`,
    };
  }
  if (fromDomains.length === 1) return undefined;
  if (fromDomains.length === 0) {
    return {
      ja: 'DMARC: From からドメインを読み取れないため、判定されません。',
      en: 'DMARC: no domain can be read from From, so it is not evaluated.',
    };
  }
  const domains = fromDomains.map(clean).join(', ');
  return {
    ja: `DMARC: From に複数のドメイン（${domains}）があるため、判定されません。`,
    en: `DMARC: From names several domains (${domains}), so it is not evaluated.`,
  };
}

function explainPass(own: 'pass' | 'fail' | 'unknown', asked: string): Explained {
  if (own !== 'fail')
    return { mark: 'good', text: { ja: `DMARC: 合格${asked}。`, en: `DMARC: pass${asked}.` } };
  return {
    mark: 'good',
    text: {
      ja: `DMARC: 受信側の判定は合格${asked}。ただし、このファイルには From と一致して合格した SPF も DKIM もなく、理由は分かりません。`,
      en: `DMARC: pass${asked} by the receiver's word; no SPF or DKIM result in this file that passes aligns with From, so why cannot be told.`,
    },
  };
}

/** The receiver found something else than a pass. Its word stands; that the parts say otherwise is not hidden. */
function explainRefusal(mail: TestMail, own: 'pass' | 'fail' | 'unknown', asked: string): Explained {
  const result = clean(mail.dmarc.result ?? '');
  const from = clean(mail.fromDomains[0] ?? '');
  if (own === 'pass') {
    return {
      mark: 'bad',
      text: {
        ja: `DMARC: 受信側の判定は ${result}${asked}。上の SPF・DKIM からは合格のはずですが、受信側の判定を採ります（受信後にレコードが変わったか、途中で書き足された判定が混ざっている可能性があります）。`,
        en: `DMARC: ${result}${asked} by the receiver's word, which counts. By the SPF and DKIM above it would pass: a record was changed since, or not all results are of one evaluation.`,
      },
    };
  }
  const unsure = [mail.spf, ...mail.signatures].some(({ aligned }) => aligned === 'unknown');
  const because: Bilingual =
    unsure && own === 'unknown'
      ? { ja: '', en: '' }
      : {
          ja: `From（${from}）と一致して合格した SPF も DKIM もありません。`,
          en: ` No SPF or DKIM result passes and aligns with From (${from}).`,
        };
  return {
    mark: 'bad',
    text: { ja: `DMARC: ${result}${asked}。${because.ja}`, en: `DMARC: ${result}${asked}.${because.en}` },
  };
}

/** DMARC from the parts, when the receiver did not say. */
function ownDmarc(mail: TestMail): 'pass' | 'fail' | 'unknown' {
  if (mail.dmarc.discovery?.status !== 'found') return 'unknown';
  const spf = mail.spf.result === 'pass' && mail.spf.aligned === 'yes';
  if (spf || hasAlignedSignature(mail)) return 'pass';
  // What could not be looked up, or whose alignment could not, may pass (RFC 9989 section 5.3.6).
  const isOpen = (result: string | undefined, aligned: SignatureReading['aligned']) =>
    (result === 'temperror' && aligned !== 'no') || (result === 'pass' && aligned === 'unknown');
  const open =
    isOpen(mail.spf.result, mail.spf.aligned) ||
    mail.signatures.some((signature) => isOpen(resultOf(signature), signature.aligned));
  return mail.spf.result === undefined || open ? 'unknown' : 'fail';
}

function explainArc(mail: TestMail): Explained[] {
  const [newest] = mail.arc;
  if (newest === undefined) return [];
  const seal = clean(mail.arcSeal ?? '?');
  // Gmail seals what it received itself: that says nothing about a forward.
  const forwarded = mail.arc.filter(({ authservId }) => authservId !== mail.receiver?.authservId);
  const first = forwarded.at(-1);
  if (first === undefined) return [];
  const results = first.results.map(clean).join(', ');
  const by = clean(first.authservId ?? '?');
  const { ja, en } = ARC_SEALS[mail.arcVerified ?? 'unknown'];
  const sealer = first.sealer === undefined ? undefined : clean(first.sealer);
  const known = sealer === undefined ? undefined : sealerOf(sealer);
  const who: Bilingual =
    mail.arcVerified !== 'pass' || sealer === undefined
      ? { ja: '', en: '' }
      : known === undefined
        ? {
            ja: `封印したのは ${sealer} です。知っている相手のときだけ信じてください。`,
            en: ` Sealed by ${sealer}: believe it only if you know it.`,
          }
        : { ja: `封印したのは ${known}（${sealer}）です。`, en: ` Sealed by ${known} (${sealer}).` };
  return [
    {
      mark: 'note',
      text: {
        ja: `ARC: このメールは転送されています（cv=${seal}）。最初に受け取った ${by} の判定（${ja}）: ${results}${who.ja === '' ? '' : `。${who.ja}`}`,
        en: `ARC: the mail was forwarded (cv=${seal}). What ${by}, which took it first, says it found (${en}): ${results}${who.en === '' ? '' : `.${who.en}`}`,
      },
    },
  ];
}

const ARC_SEALS: Readonly<Record<NonNullable<TestMail['arcVerified']>, Bilingual>> = {
  pass: { ja: 'ここで検証し、すべての封印が有効です', en: 'verified here: all seals are valid' },
  fail: {
    ja: 'ここで検証すると封印が無効なので、信じられません',
    en: 'not to be believed: the seals are not valid here',
  },
  unknown: { ja: 'ここでは検証していません', en: 'not verified here' },
};

/** RFC 8058: Gmail and Yahoo want it of marketing and subscribed mail; order mails need none. */
function explainUnsubscribe({ unsubscribe, signatures, bulk }: TestMail): Explained[] {
  if (unsubscribe === undefined) return bulk === true ? [NO_UNSUBSCRIBE] : [];
  const { oneClick, signed, fault } = unsubscribe;
  if (oneClick && signed) {
    return [
      {
        mark: 'good',
        text: {
          ja: 'ワンクリック解除（RFC 8058）: 2 つのヘッダーがあり、DKIM 署名の対象です。',
          en: 'One-click unsubscribe (RFC 8058): both header fields are there and signed.',
        },
      },
    ];
  }
  if (oneClick && signatures.some(({ inFile, ses }) => !inFile && !ses)) {
    return [
      {
        mark: 'note',
        text: {
          ja: 'ワンクリック解除（RFC 8058）: 2 つのヘッダーがありますが、DKIM-Signature ヘッダーがこのファイルにないため、署名の対象かどうかは分かりません。',
          en: 'One-click unsubscribe (RFC 8058): both header fields are there; whether they are signed cannot be told without the DKIM-Signature field.',
        },
      },
    ];
  }
  return [
    {
      mark: 'bad',
      text: oneClick
        ? {
            ja: 'ワンクリック解除（RFC 8058）: List-Unsubscribe の 2 つのヘッダーが DKIM 署名の対象になっていません。',
            en: 'One-click unsubscribe (RFC 8058): the two List-Unsubscribe header fields are not covered by a DKIM signature.',
          }
        : {
            ja: `ワンクリック解除（RFC 8058）: ${UNSUBSCRIBE_FAULTS[fault ?? 'no-link'].ja}宣伝・購読のメールには Gmail などが求めます。`,
            en: `One-click unsubscribe (RFC 8058): ${UNSUBSCRIBE_FAULTS[fault ?? 'no-link'].en} Gmail and others want it of marketing and subscribed mail.`,
          },
    },
  ];
}

const NOT_BOTH: Bilingual = {
  ja: 'https の List-Unsubscribe と List-Unsubscribe-Post がそろっていません。',
  en: 'an https List-Unsubscribe and a List-Unsubscribe-Post are not both there.',
};

const UNSUBSCRIBE_FAULTS: Readonly<Record<UnsubscribeFault, Bilingual>> = {
  'no-link': {
    ja: `${NOT_BOTH.ja}List-Unsubscribe がありません。`,
    en: `${NOT_BOTH.en} List-Unsubscribe is missing.`,
  },
  'several-links': {
    ja: 'List-Unsubscribe が複数あります。1 つにまとめ、アドレスをコンマで区切ります。',
    en: 'there are several List-Unsubscribe fields. Write one, its addresses parted by commas.',
  },
  'no-https': {
    ja: `${NOT_BOTH.ja}List-Unsubscribe に <https://…> のアドレスがありません（http や mailto だけでは足りません）。`,
    en: `${NOT_BOTH.en} List-Unsubscribe names no address as <https://…>: http or mailto alone is not enough.`,
  },
  'no-post': {
    ja: `${NOT_BOTH.ja}List-Unsubscribe-Post がありません。`,
    en: `${NOT_BOTH.en} List-Unsubscribe-Post is missing.`,
  },
  'other-post': {
    ja: 'List-Unsubscribe-Post は「List-Unsubscribe=One-Click」とだけ書きます。',
    en: 'List-Unsubscribe-Post has to read "List-Unsubscribe=One-Click" and nothing else.',
  },
};

const NO_UNSUBSCRIBE: Explained = {
  mark: 'bad',
  text: {
    ja: 'ワンクリック解除（RFC 8058）: 一斉送信のメール（List-Id または Precedence）なのに List-Unsubscribe がありません。Gmail と Yahoo が求めます。',
    en: 'One-click unsubscribe (RFC 8058): the mail says that it is sent in bulk (List-Id or Precedence) and has no List-Unsubscribe, which Gmail and Yahoo want.',
  },
};

/** A stranger's text inside a sentence: bounded and without control characters. */
function clean(text: string): string {
  const words = stripControls(text).trim();
  return words.length > 120 ? `${words.slice(0, 120)}…` : words;
}
