import type { Bilingual } from '../../text.ts';
import type { SignatureReading, TestMail } from './test-mail.ts';

/** The first sentence about a read mail: whether it passes DMARC, and by what. Pure. */

/** What DMARC passes by, and what it cannot fall back on. */
export function summarisePass(mail: TestMail): Bilingual {
  const { result, aligned } = mail.spf;
  if (hasAlignedSignature(mail)) {
    if (result === 'pass') return SPF_BESIDE_DKIM[aligned];
    return result === undefined
      ? {
          ja: 'DMARC は DKIM で合格しています。SPF の判定は記録されていません。',
          en: 'DMARC passes by DKIM. No SPF result is recorded.',
        }
      : {
          ja: 'DMARC は DKIM だけで合格しています。SPF は合格していません。',
          en: 'DMARC passes by DKIM alone. SPF does not pass.',
        };
  }
  if (result === 'pass' && aligned === 'yes') {
    const isUnsure = mail.signatures.some((one) => one.aligned === 'unknown' && resultOf(one) === 'pass');
    if (isUnsure) return DKIM_BESIDE_SPF;
    return {
      ja: 'DMARC は SPF だけで合格しています。From と一致して合格した DKIM 署名がないため、転送されると不合格になります。',
      en: 'DMARC passes by SPF alone: no DKIM signature passes and aligns with From, so a forwarded mail fails.',
    };
  }
  return {
    ja: 'DMARC は受信側の判定で合格しています。SPF と DKIM のどちらによるかは、このファイルからは分かりません。',
    en: 'The receiver says that DMARC passes. Whether by SPF or by DKIM cannot be told from this file.',
  };
}

const DKIM_BESIDE_SPF: Bilingual = {
  ja: 'DMARC は SPF で合格しています。DKIM も合格していますが、From との一致は確かめられませんでした。',
  en: 'DMARC passes by SPF. DKIM passes too; whether it aligns with From could not be found out.',
};

const SPF_BESIDE_DKIM: Readonly<Record<TestMail['spf']['aligned'], Bilingual>> = {
  yes: {
    ja: 'SPF・DKIM・DMARC の 3 つとも合格しています。',
    en: 'SPF, DKIM and DMARC: all three pass.',
  },
  no: {
    ja: 'DMARC は DKIM だけで合格しています。SPF も合格していますが、From と一致しないため DMARC には使われません。',
    en: 'DMARC passes by DKIM alone. SPF passes too, but is not aligned with From and of no use to DMARC.',
  },
  unknown: {
    ja: 'DMARC は DKIM で合格しています。SPF も合格していますが、From との一致は確かめられませんでした。',
    en: 'DMARC passes by DKIM. SPF passes too; whether it aligns with From could not be found out.',
  },
};

/** The same for a mail that does not pass DMARC. */
export function summariseRest(mail: TestMail): Bilingual {
  const missing = mail.dmarc.discovery?.status === 'none';
  if (missing && mail.spf.result === 'pass' && hasAlignedSignature(mail)) {
    return {
      ja: 'SPF と DKIM は合格していますが、DMARC レコードがありません。「todoku senders audit」が追加すべきレコードを示します。',
      en: 'SPF and DKIM pass, but there is no DMARC record: "todoku senders audit" names the record to publish.',
    };
  }
  return { ja: 'DMARC に合格していません。', en: 'DMARC does not pass.' };
}

/** Whether a signature passes and aligns with From: what DMARC can go by. */
export function hasAlignedSignature({ signatures }: TestMail): boolean {
  return signatures.some((one) => one.aligned === 'yes' && resultOf(one) === 'pass');
}

/** The receiver's word, else our own verification. */
export function resultOf(signature: SignatureReading): string | undefined {
  return signature.received ?? signature.verified;
}
