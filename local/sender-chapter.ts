import type { AuditRun } from '../lib/authentication/audit/run-audit.ts';
import { zoneFileLines } from '../lib/authentication/dns/records.ts';
import { packFiles } from '../lib/authentication/reports/handed-files.ts';
import type { ImportResult } from '../lib/authentication/reports/import-reports.ts';
import type { DnsServer } from './dns-server.ts';
import { SCENE_FORGER, SCENE_ZONE, sceneReport } from './sender-scene.ts';
import type { StoryTeller } from './story-teller.ts';

/**
 * The story's chapter on the senders: mail in the spam folder, one missing record, and all three pass; the day after, a
 * receiver's report on who sends as the shop.
 */

/** What the chapter is played on. */
export interface SenderStage {
  /** Invokes a deployed function. */
  invoke<Answer>(name: string, event: unknown): Promise<Answer>;
  /** Serves `SCENE_ZONE` when the chapter begins. */
  readonly dns: DnsServer;
  /** The story's present, ISO 8601 UTC. */
  readonly now: () => string;
  /** Moves the story's present on by a day. */
  readonly toNextDay: () => void;
}

const SHOP = 'shop.example';

/** Plays the chapter. @returns false when a step did not hold. */
export async function playSenders(stage: SenderStage, teller: StoryTeller): Promise<boolean> {
  let held = true;
  const claim = (holds: boolean, ja: string, en: string): void => {
    held &&= holds;
    teller.line({ at: stage.now(), text: { ja, en }, held: holds });
  };
  const auditShop = async () => {
    const run = await stage.invoke<AuditRun>('audit-senders', { identities: [SHOP] });
    return { run, audit: run.audits[0] };
  };

  const { audit: before } = await auditShop();
  const missing = before?.findings[0];
  const record = missing?.records[0];
  claim(
    before?.verdict.spf.result === 'pass' && before.verdict.dkim.result === 'pass',
    `送信ドメイン ${SHOP} を検査：SPF と DKIM は合格。`,
    `The sending domain ${SHOP} is audited: SPF and DKIM pass.`,
  );
  claim(
    missing?.id === 'dmarc-missing' && record !== undefined,
    'DMARC レコードがない。届いても迷惑メールや警告の対象になる。',
    'There is no DMARC record: what arrives is filed as spam, or opened with a warning.',
  );
  if (record === undefined) return false;
  const line = zoneFileLines(record).join('\n');
  teller.quote({ ja: `追加するレコード:\n${line}`, en: `Record to publish:\n${line}` });

  stage.dns.use({ ...SCENE_ZONE, [record.name]: { TXT: [record.value] } });
  const { run, audit: after } = await auditShop();
  claim(
    after?.verdict.dmarc.result === 'pass' && after.verdict.spf.result === 'pass',
    after?.summary.ja ?? '検査できませんでした。',
    after?.summary.en ?? 'It could not be audited.',
  );
  claim(
    run.changes.some(({ identity, resolved }) => identity === SHOP && resolved.length > 0),
    '次の定期検査は、この解消だけを変化として知らせる。',
    'The next scheduled audit tells exactly this, and nothing else, as a change.',
  );

  const address = `order@${SHOP}`;
  const other = await stage.invoke<AuditRun>('audit-senders', { identities: [address] });
  claim(
    other.audits[0]?.findings[0]?.id === 'address-identity-unsigned',
    `ただし ${address} は個別に検証されたアドレスで、署名なしで送信されている。次に直すところ。`,
    `Yet ${address} is an address verified on its own and goes out unsigned: the next thing to mend.`,
  );

  const report = sceneReport(new Date(stage.now()));
  stage.toNextDay();
  // What `todoku senders dmarc-import report.xml` sends, twice.
  const [request = []] = packFiles([{ name: 'report.xml', content: report }]).requests;
  const files = request.map(({ file }) => file);
  const first = await stage.invoke<{ results: ImportResult[] }>('read-dmarc-report', { files });
  const second = await stage.invoke<{ results: ImportResult[] }>('read-dmarc-report', { files });
  const { run: informed } = await auditShop();
  const [summary] = informed.reports;
  const failing = (summary?.messages ?? 0) - (summary?.passing ?? 0);
  claim(
    first.results[0]?.stored === 1 &&
      second.results[0]?.duplicates === 1 &&
      summary?.reports === 1 &&
      failing === 3,
    `翌日、届いた DMARC レポートを取り込んで保存（2 度取り込んでも 1 通）：${summary?.messages} 通のうち ${failing} 通が不合格。`,
    `The day after, a DMARC report is imported and stored (twice, and counted once): ${failing} of ${summary?.messages} messages fail.`,
  );
  claim(
    summary?.sources[0]?.name === SCENE_FORGER && summary.sources[1]?.kind === 'ses',
    `以後の監査は、不合格がすべて見知らぬ ${SCENE_FORGER} からのもので、SES からのメールは全通合格していることを示す。`,
    `From then on the audit shows that all of them come from ${SCENE_FORGER}, which the shop does not know, and that all mail from SES passes.`,
  );
  return held;
}
