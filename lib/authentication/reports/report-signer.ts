import { normaliseDomain } from '../../address.ts';
import { aligns } from '../dmarc/dmarc.ts';
import type { Dns } from '../dns/dns.ts';
import { isDomainName } from './aggregate-report.ts';
import { isWithin, type Standing } from './report-rows.ts';

/**
 * Whether a report is of the organization that signed its mail. Anybody can sign a mail of his own; what he cannot do
 * is sign as the domain of another's address, or of another's name.
 */

/**
 * Domains of one organization that DNS does not show as one: whoever signs as the first reports with an address at the
 * second. Google, Microsoft ("Enterprise Outlook", dmarcreport@microsoft.com), Mimecast and Mail.Ru sign as the domain
 * of the address in their reports and need no line here.
 */
const SAME_ORGANIZATION: readonly { readonly signs: string; readonly address: string }[] = [
  // Mail from noreply@dmarc.yahoo.com, reports with dmarchelp@yahooinc.com (seen in public samples from 2022 to 2026).
  { signs: 'yahoo.com', address: 'yahooinc.com' },
];

/** What a report is worth by the domains whose signatures on its mail are valid and aligned with From. */
export async function standingOf(
  { organization, contact }: { readonly organization: string; readonly contact: string },
  signers: readonly string[],
  dns: Dns,
): Promise<Standing> {
  const name = normaliseDomain(organization);
  // A name such as "Enterprise Outlook" is no domain and says nothing; "google.com" does.
  const claims = [contact, name].filter((one) => one.includes('.') && isDomainName(one));
  let unsure = false;
  for (const signer of signers) {
    for (const claim of claims) {
      const same = await isOf(dns, signer, claim);
      if (same === 'yes') return { kind: 'signed', signer };
      if (same === 'unknown') unsure = true;
    }
  }
  const [signer] = signers;
  return signer === undefined || unsure ? { kind: 'unsigned' } : { kind: 'foreign', signer };
}

/** Whether whoever signs as one domain speaks for another. */
async function isOf(dns: Dns, signer: string, claim: string): Promise<'yes' | 'no' | 'unknown'> {
  if (isWithin(claim, signer)) return 'yes';
  if (SAME_ORGANIZATION.some(({ signs, address }) => isWithin(signer, signs) && isWithin(claim, address))) {
    return 'yes';
  }
  return aligns(dns, claim, signer, false);
}
