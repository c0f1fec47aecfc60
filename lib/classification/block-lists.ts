/** The block lists that replies name, and where an address is taken off each. */

/** A list of senders that mail servers ask before they take mail. */
export interface BlockList {
  readonly id: string;
  readonly name: string;
  /** What names it in a reply, lower case: a host, or words that nothing else is called by. */
  readonly namedAs: readonly string[];
  /** Where it says whether an address is on it, and takes it off. */
  readonly removal: string;
  readonly source: string;
}

/** See {@link BlockList}. */
const BLOCK_LISTS: readonly BlockList[] = [
  {
    id: 'spamhaus',
    name: 'Spamhaus',
    namedAs: ['spamhaus'],
    removal: 'https://check.spamhaus.org/',
    source: 'spamhaus.org (lookups and removals)',
  },
  {
    id: 'barracuda',
    name: 'Barracuda Reputation Block List',
    namedAs: ['barracudacentral', 'barracuda reputation'],
    removal: 'https://www.barracudacentral.org/rbl/removal-request',
    source: 'barracudacentral.org/rbl/removal-request',
  },
  {
    id: 'spamcop',
    name: 'SpamCop',
    namedAs: ['spamcop'],
    removal: 'https://www.spamcop.net/bl.shtml',
    source: 'spamcop.net/bl.shtml (entries end by themselves)',
  },
  {
    id: 'proofpoint',
    name: 'Proofpoint Dynamic Reputation',
    namedAs: ['proofpoint', 'pphosted'],
    removal: 'https://ipcheck.proofpoint.com/',
    source: 'ipcheck.proofpoint.com; suped.com (how to contact Proofpoint about IP blocks), 2026-05',
  },
  {
    id: 'cloudmark',
    name: 'Cloudmark Sender Intelligence',
    namedAs: ['cloudmark'],
    removal: 'https://csi.cloudmark.com/en/reset/',
    source: 'SendGrid documentation, "What do I do if I\'m blacklisted?"',
  },
  {
    id: 'trend-micro',
    name: 'Trend Micro Email Reputation Services',
    namedAs: ['trend micro', 'trendmicro', 'mail-abuse.org', 'mail-abuse.com'],
    removal: 'https://servicecentral.trendmicro.com/ja-JP/ers/ip-lookup/',
    source: 'success.trendmicro.com/ja-JP/solution/KA-0000797',
  },
  {
    id: 'microsoft',
    name: 'Microsoft 365 blocked senders list',
    namedAs: ['sender.office.com', 'banned sending ip', 'delist.messaging.microsoft', 'delist@messaging'],
    removal: 'https://sender.office.com/',
    source: 'learn.microsoft.com, "Use the delist portal"; 5.7.606 to 5.7.649',
  },
  {
    id: 'uceprotect',
    name: 'UCEPROTECT',
    namedAs: ['uceprotect'],
    removal: 'https://www.uceprotect.net/en/rblcheck.php',
    source: 'uceprotect.net/en/rblcheck.php',
  },
];

const BY_ID = new Map(BLOCK_LISTS.map((list) => [list.id, list]));

/** The block list with an id, or undefined. */
export function blockListById(id: string): BlockList | undefined {
  return BY_ID.get(id);
}

/** The block list that a reply names; undefined where it names none of those known. Time linear in the text. */
export function blockListIn(reply: string): BlockList | undefined {
  const text = reply.toLowerCase();
  return BLOCK_LISTS.find(({ namedAs }) => namedAs.some((name) => text.includes(name)));
}
