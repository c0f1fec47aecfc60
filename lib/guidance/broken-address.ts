import { domainOf, localPartOf } from '../address.ts';
import type { Bilingual } from '../text.ts';
import type { SourceId } from './data/sources.ts';

/**
 * Addresses that break RFC 5321 by their dots (`a..b@`, `.a@`, `a.@`). docomo and au issued them until about 2009, and
 * they live on; some senders and services cannot write to them.
 */

/** How an address breaks the rule, as a person sees it; undefined for one that does not. A quoted local part may. */
function faultOf(address: string): Bilingual | undefined {
  const local = localPartOf(address);
  if (local.startsWith('"')) return undefined;
  if (local.includes('..')) return { ja: '「.」が連続している', en: 'has two dots in a row' };
  if (local.endsWith('.')) return { ja: '「@」の直前に「.」がある', en: 'has a dot right before the @' };
  return local.startsWith('.') ? { ja: '先頭に「.」がある', en: 'begins with a dot' } : undefined;
}

/** What the desk and the customer are told of such an address. */
export interface BrokenAddress {
  readonly toDesk: Bilingual;
  /** A request, for a letter about mail that nobody took. */
  readonly toCustomer: Bilingual;
  readonly sources: readonly SourceId[];
}

/** What to say of an address that breaks the rule; undefined for one that does not. Pure. */
export function brokenAddress(address: string): BrokenAddress | undefined {
  const fault = faultOf(address);
  if (fault === undefined) return undefined;
  const issued = ISSUERS.test(domainOf(address));
  return {
    toDesk: {
      ja: `このアドレスは${fault.ja}形で、メールアドレスの規格（RFC 5321）に合いません。${issued ? 'ドコモとauでは2009年頃まで登録でき、現在も使われています。' : '入力の誤りの可能性もあります。'}送信側や途中のサービスによっては送れません（Gmailなど）。届かない場合は、規格に合うアドレスへの変更か、別のアドレスをお願いしてください。`,
      en: `This address ${fault.en}, which the rules for mail addresses (RFC 5321) do not allow. ${issued ? 'docomo and au issued such addresses until about 2009, and they are still in use.' : 'It may also be a typing error.'} Some senders and services, Gmail among them, cannot write to it. Where mail does not arrive, ask the customer to change the address or to give another one.`,
    },
    toCustomer: {
      ja: `ご登録のメールアドレスは、${fault.ja}形です。この形のメールアドレスには、お送りできないメールサービスがございます。恐れ入りますが、別のメールアドレスをお持ちでしたらお知らせください。`,
      en: `The registered address ${fault.en}. Some mail services cannot send to addresses of this form. If you have another email address, please let us know.`,
    },
    sources: ['brokenAddresses', 'brokenAtSenders'],
  };
}

const ISSUERS = /(?:^|\.)(?:docomo\.ne\.jp|ezweb\.ne\.jp|au\.com)$/;
