import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LookupAnswer } from '../../lib/contracts/lookup.ts';
import type { NotesAnswer } from '../../lib/contracts/note.ts';
import { TTL_ATTRIBUTE } from '../../lib/store/definition.ts';
import { addressKey, SORT_KEYS } from '../../lib/store/keys.ts';
import { notesQuery } from '../../lib/store/notes.ts';
import { type LocalSystem, startLocalSystem } from '../../local/system.ts';
import { type CliFolder, cliFolder } from '../support/cli.ts';
import { memoryTable } from '../support/memory-table.ts';

const OLD = 'midori@docomo.ne.jp';
const NEW = 'midori.mori@flower.example';
const HOUR = 3_600_000;

let system: LocalSystem;
let folder: CliFolder;

beforeAll(async () => {
  system = await startLocalSystem({ start: '2026-11-01T00:00:00Z', table: memoryTable() });
  folder = cliFolder();
  folder.useLocal(system.lambda.endpoint);
  folder.environment.TODOKU_OPERATOR = 'Sato';
  list(OLD);
  await system.invoke('cleanup', {});
});
afterAll(async () => {
  folder.remove();
  await system.stop();
});

const todoku = (...words: string[]) => folder.run(...words, '--local');
const shown = async (address: string) =>
  (await system.invoke<NotesAnswer>('note', { address })).notes.map(({ id, says, ...rest }) => rest);
const items = (address: string) => system.store.query(notesQuery(addressKey(address)));
const ends = async (address: string) => (await items(address)).map((item) => item[TTL_ATTRIBUTE]);

function list(address: string): void {
  system.ses.list.put({ address, reason: 'BOUNCE', updatedAt: Date.parse('2026-10-20T00:00:00Z') });
}

describe('a customer who has moved to another address', () => {
  it('is linked by a note that both addresses show; the old one stays listed and says so', async () => {
    const left = await todoku('note', OLD, '--moved-to', `${NEW}\u200b`, '--text', 'told us by telephone');
    expect(left).toMatchObject({ code: 0 });
    expect(left.stdout).toContain(`The customer has moved to ${NEW}`);
    expect(left.stderr).toContain(`read as ${NEW}`);

    const old = await todoku('lookup', OLD);
    expect(old.code).toBe(0);
    expect(old.stdout.split('\n').slice(0, 3)).toEqual([
      'Sending has been stopped since 2026-10-20',
      'The customer has moved to another address (note of 2026-11-01)',
      `Next: send to ${NEW} from now on; keep this one stopped`,
    ]);
    expect(old.stdout.replace(/\s+/g, ' ')).toContain(
      `* The customer has moved to ${NEW}; this note does not change what is on the list (note by Sato, 2026-11-01): told us by telephone.`,
    );
    expect((await todoku('lookup', NEW, '--lang', 'ja')).stdout.replace(/\n/g, '')).toContain(
      `* お客様の以前のアドレスは ${OLD} です（2026-11-01、Satoのメモ）：told us by telephone`,
    );
    expect(system.ses.list.get(OLD)).toBeDefined();
    // An address that a note names is no mistyped one.
    expect((await system.invoke<LookupAnswer>('lookup', { address: NEW })).near).toBeUndefined();
  });

  it('is one note when it is told again, and the next move replaces it', async () => {
    await todoku('note', OLD, '--moved-to', NEW, '--text', 'told us by telephone');
    expect(await shown(OLD)).toHaveLength(1);
    const other = await todoku('note', OLD, '--moved-to', 'midori@au.com', '--json');
    expect(JSON.parse(other.stdout)).toMatchObject({
      removed: [expect.any(String)],
      left: expect.any(String),
    });
    expect(await shown(OLD)).toMatchObject([{ movedTo: 'midori@au.com', by: 'Sato' }]);
    expect(await shown(NEW)).toEqual([]);
    expect(await shown('midori@au.com')).toMatchObject([{ movedFrom: OLD }]);
  });

  it('is taken back from either address, and the table keeps who did it', async () => {
    const [{ id = '' } = {}] = (await system.invoke<NotesAnswer>('note', { address: 'midori@au.com' })).notes;
    const back = await todoku('note', 'midori@au.com', '--remove', id, '--operator', 'Suzuki');
    expect(back.stdout).toContain('Notes taken back: 1.');
    expect(await shown(OLD)).toEqual([]);
    expect(await shown('midori@au.com')).toEqual([]);
    const kept = (await items(OLD)).filter((item) => item.id === id);
    expect(kept).toMatchObject([{ by: 'Sato', removed: { by: 'Suzuki', at: '2026-11-01T00:00:00.000Z' } }]);
  });
});

describe('notes', () => {
  it('are listed, oldest first, and taken back all at once', async () => {
    const address = 'aoi@shop.example';
    await todoku('note', address, '--text', 'asked for the invoice');
    system.clock.advance(1_000);
    await todoku('note', address, '--text', 'called back');
    const { stdout } = await todoku('note', address);
    expect(stdout).toMatch(/asked for the invoice \(note by Sato, 2026-11-01\)\n.*called back/);
    expect((await todoku('note', address, '--clear')).stdout).toContain('Notes taken back: 2.');
    expect((await todoku('note', address)).stdout).toContain('No notes.');
  });

  it('are inert, whatever a text holds, and bounded', async () => {
    const address = 'hostile@shop.example';
    await todoku('note', address, '--text', 'a\u001b[31mb\u202ec\nd\u009b');
    const result = await todoku('note', address, '--json');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
    expect(result.stdout).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(await shown(address)).toMatchObject([{ text: 'a [31mb c d' }]);
    expect((await todoku('note', address, '--text', 'x'.repeat(501))).code).toBe(1);
    for (let count = 1; count < 20; count += 1) {
      await system.invoke('note', { address, text: `note ${count}`, operator: 'Sato' });
    }
    const full = await todoku('note', address, '--text', 'one more');
    expect(full).toMatchObject({ code: 1 });
    expect(full.stderr).toContain('--remove ID');
  });

  it.each([
    [['--remove', 'ffffffff'], 'There is no note of that id'],
    [['--moved-to', OLD.toUpperCase()], 'The new address is the old one'],
    [['--text', 'x', '--clear'], 'one of them at a time'],
    [['--moved-to', 'midori @au.com'], 'did you mean midori@au.com?'],
    [['--text', 'x', '--operator', 'cleanup'], "name of todoku's own"],
  ])('are refused with %j', async (words, message) => {
    const result = await todoku('note', OLD, ...words);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(message);
  });

  it('end with the case: not while it is open, and again not when the address is listed anew', async () => {
    await todoku('note', OLD, '--moved-to', NEW);
    const days = 1_095 * 86_400;
    const now = () => Math.floor(system.clock.time() / 1_000);
    expect((await ends(OLD)).at(-1)).toBeUndefined();
    expect((await ends(NEW)).at(-1)).toBeUndefined();
    // No case, so from the note on.
    expect((await ends('aoi@shop.example')).every((end) => typeof end === 'number')).toBe(true);

    system.ses.list.delete(OLD);
    system.clock.advance(HOUR);
    await system.invoke('cleanup', { full: true });
    const closed = await system.store.get({ pk: addressKey(OLD), sk: SORT_KEYS.case });
    const end = now() + days;
    expect(closed).toMatchObject({ state: 'closed', [TTL_ATTRIBUTE]: end });
    expect(new Set(await ends(OLD))).toEqual(new Set([end]));
    expect((await ends(NEW)).at(-1)).toBe(end);

    system.clock.advance(HOUR);
    system.ses.list.put({ address: OLD, reason: 'BOUNCE', updatedAt: system.clock.time() });
    await system.invoke('cleanup', {});
    expect((await ends(OLD)).at(-1)).toBeUndefined();
    expect((await ends(NEW)).at(-1)).toBeUndefined();
  });
});
