import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../bench/chaos/judge.ts';
import { type Played, play } from '../bench/chaos/play.ts';
import { forgetAll } from '../functions/once.ts';

/** The judge of `npm run chaos` must see what it is there for; tests/bench.test.ts runs the whole in small form. */

const environment = { ...process.env };
let played: Played;
beforeAll(async () => {
  played = await play(5, 200);
});
afterAll(() => {
  process.env = environment;
  forgetAll();
});

const found = (changed: Partial<Played>) =>
  judge({ ...played, ...changed }).map(({ is, event }) => ({ is, event }));
const bounce = () => {
  const item = played.items.find(({ kind }) => kind === 'bounce');
  const entry = [...played.story.ledger.values()].find(
    ({ id, address }) => id === item?.id && address === item?.address,
  );
  if (item === undefined || entry === undefined) throw new Error('the story has no bounce');
  return { item, entry, others: played.items.filter((each) => each !== item) };
};

describe('the judge of the chaos', () => {
  it('finds nothing where everything is on record', () => {
    expect(found({})).toEqual([]);
    expect(played.faults.size).toBeGreaterThan(0);
  });

  it('finds what is lost, by the number of its event', () => {
    const { entry, others } = bounce();
    expect(found({ items: others })).toEqual([{ is: 'lost', event: entry.event }]);
  });

  it('finds what nobody told, and what is there twice', () => {
    const { item, entry } = bounce();
    expect(found({ items: [...played.items, { ...item, id: 'another' }] })).toEqual([{ is: 'extra' }]);
    expect(found({ items: [...played.items, item] })).toEqual([{ is: 'extra', event: entry.event }]);
  });

  it('finds another word', () => {
    const { item, entry, others } = bounce();
    expect(found({ items: [...others, { ...item, bounceType: 'Undetermined' }] })).toEqual([
      { is: 'wrong', event: entry.event },
    ]);
  });

  it('finds a dead letter that is missing, and one that should not be there', () => {
    const [first] = played.story.unreadable;
    const others = played.letters.filter(
      (letter) => !letter.includes(first?.text.replaceAll('"', '\\"') ?? '') && letter !== first?.text,
    );
    expect(found({ letters: others })).toEqual([{ is: 'lost', event: first?.event }]);
    const event = played.story.messages.find(({ text }) => text.includes('"Bounce"'))?.text ?? '';
    expect(found({ letters: [...played.letters, event] })).toEqual([{ is: 'extra' }]);
  });
});
