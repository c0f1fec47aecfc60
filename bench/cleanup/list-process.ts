import { type CloudWatchServer, startCloudWatch } from '../../local/cloudwatch.ts';
import { LocalSes } from '../../local/ses/engine.ts';
import { type SesServer, startSes } from '../../local/ses/server.ts';
import { addressOf, type ListScene, OLD_DAYS } from './scene.ts';

/** SES in a process of its own: an account with a suppression list of any size. */

/** What the bench asks of this process, one at a time. */
export type ListQuestion = { readonly fill: ListScene } | { readonly count: true };

/** Where SES is, always the same, and how often it was called since the list was filled. */
export interface ListAnswer {
  readonly ses: string;
  readonly cloudWatch: string;
  readonly calls: Readonly<Record<string, number>>;
  readonly entries: number;
}

const COUNTED = [
  'GetAccount',
  'ListSuppressedDestinations',
  'GetSuppressedDestination',
  'DeleteSuppressedDestination',
] as const;

const cloudWatch: CloudWatchServer = await startCloudWatch();
let ses = new LocalSes();
let server: SesServer = await startSes(ses);

process.on('message', (question: ListQuestion) => {
  void (async () => {
    if ('fill' in question) {
      const { port } = server;
      await server.stop();
      ses = new LocalSes();
      fill(ses, question.fill);
      server = await startSes(ses, { port });
    }
    const calls = Object.fromEntries(COUNTED.map((name) => [name, server.count(name)]));
    const answer: ListAnswer = {
      ses: server.endpoint,
      cloudWatch: cloudWatch.endpoint,
      calls,
      entries: ses.list.size,
    };
    process.send?.(answer);
  })();
});
process.once('disconnect', () => process.exit());

/** Old entries first, those of the last hours last. */
function fill(local: LocalSes, { listed, changed, now }: ListScene): void {
  const old = now - OLD_DAYS * 86_400_000;
  for (let index = changed; index < listed; index += 1) {
    const address = `old.${index}@gmail.com`;
    local.list.put({ address, reason: 'BOUNCE', updatedAt: old - index * 1_000 });
  }
  for (let index = 0; index < changed; index += 1) {
    const { address, bouncedAt, feedbackId } = addressOf(index, now);
    local.list.put({ address, reason: 'BOUNCE', updatedAt: bouncedAt, messageId: `m-${index}`, feedbackId });
  }
}
