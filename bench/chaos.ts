import { parseArgs } from 'node:util';
import { judge } from './chaos/judge.ts';
import { play } from './chaos/play.ts';

/**
 * `npm run chaos`: nothing is lost and nothing is invented, whatever happens on the way. Events in both wire formats and
 * all envelopes, shuffled and repeated, against handlers that are killed and services that fail, compared with an
 * independent ledger.
 *
 *     npm run chaos                      three seeds of 20,000 recipient-events
 *     npm run chaos -- --seed 7          one of them again: the same seed is the same story and the same faults
 *
 * A failure prints the seed, the number of the event, and what is lost, extra or wrong; the exit code is 1.
 */

/** Differences printed of one seed. */
const PRINTED = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', multiple: true, default: ['1', '2', '3'] },
    events: { type: 'string', default: '20000' },
  },
});

const WORDS = ['lost', 'extra', 'wrong'] as const;
const total = { recipientEvents: 0, lost: 0, extra: 0, wrong: 0 };
for (const seed of values.seed) {
  const began = performance.now();
  const played = await play(Number(seed), Number(values.events));
  const differences = judge(played);
  const found = Object.fromEntries(
    WORDS.map((word) => [word, differences.filter(({ is }) => is === word).length]),
  );
  console.log({
    seed: Number(seed),
    recipientEvents: played.story.recipientEvents,
    messages: played.story.messages.length,
    onRecord: played.story.ledger.size,
    deadLetters: played.story.unreadable.length,
    invocations: played.deliveries,
    faults: Object.fromEntries(played.faults),
    ...found,
    seconds: Math.round((performance.now() - began) / 100) / 10,
  });
  for (const { is, event, what } of differences.slice(0, PRINTED))
    console.error(`seed ${seed}, event ${event ?? 'unknown'}, ${is}: ${what}`);
  if (differences.length > 0) {
    console.error(`again: npm run chaos -- --seed ${seed} --events ${values.events}`);
    process.exitCode = 1;
  }
  total.recipientEvents += played.story.recipientEvents;
  for (const word of WORDS) total[word] += found[word] ?? 0;
}
console.log(JSON.stringify({ bench: 'chaos', ...total }));
