/** How a sending identity stood at its last audit, as it is stored: the words of lib/authentication's verdict. */
export interface StoredAudit {
  readonly identity: string;
  /** When it was audited, ISO 8601 UTC. */
  readonly at: string;
  readonly spf: string;
  /** SPF passes for a domain that is not the one of From. */
  readonly spfUnaligned: boolean;
  readonly dkim: string;
  readonly dmarc: string;
  /** What the domain asks of receivers. */
  readonly policy?: string;
}
