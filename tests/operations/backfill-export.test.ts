import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ExportAnswer } from '../../lib/contracts/backfill.ts';
import { backfillByExport, type ExportTools } from '../../lib/operations/backfill/backfill-export.ts';
import { exportRows, readRow } from '../../lib/operations/backfill/export-file.ts';
import { putCase } from '../../lib/store/cases.ts';
import { putCheckpoint } from '../../lib/store/checkpoint.ts';
import { type BackfillScene, type BackfillSceneOptions, backfillScene } from '../support/backfill-scene.ts';
import { memoryTable } from '../support/memory-table.ts';
import type { TestTable } from '../support/table.ts';

let table: TestTable;
const open: BackfillScene[] = [];

beforeAll(async () => {
  table = memoryTable();
});
afterAll(() => table.stop());
afterEach(async () => {
  for (const scene of open.splice(0)) await scene.stop();
});

const DAY = 86_400_000;
const SPAN = { from: '2026-09-01T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z' };

/** A scene whose list a cleanup has walked: every listed address has a case. */
async function prepare(options: Omit<BackfillSceneOptions, 'table'> = {}) {
  const scene = await backfillScene({ table, ...options });
  open.push(scene);
  return scene;
}

async function walked(scene: BackfillScene): Promise<void> {
  for (const { address, updatedAt } of scene.ses.list.entries()) {
    const at = new Date(updatedAt).toISOString();
    await putCase(
      scene.store,
      {
        address,
        version: 0,
        state: 'kept',
        spelling: address,
        listedReason: 'BOUNCE',
        listedAt: at,
        diagnosis: { reason: 'undefined', confidence: 'ambiguous', rule: 'none' },
        rule: 'no-evidence',
        removals: [],
        updatedAt: at,
      },
      undefined,
    );
  }
  await putCheckpoint(scene.store, { walkedUntil: scene.clock.now().toISOString() }, 1);
}

async function toTheEnd(scene: BackfillScene, tools: Partial<ExportTools> = {}): Promise<ExportAnswer> {
  for (;;) {
    const answer = await backfillByExport({ span: SPAN }, { ...scene.tools, ...tools });
    if (answer.finished) return answer;
  }
}

describe('a backfill by export', () => {
  it('records the bounces of listed addresses in the words of SES’s events', async () => {
    const scene = await prepare();
    scene.ses.setMailbox('hanako@ezweb.ne.jp', { filtersPcMail: true });
    scene.ses.setMailbox('fine@docomo.ne.jp', { exists: true });
    scene.send('hanako@ezweb.ne.jp', 'nobody@softbank.ne.jp', 'fine@docomo.ne.jp');
    // Dropped because of the list: nothing about the mailbox.
    scene.send('hanako@ezweb.ne.jp');
    await walked(scene);
    scene.send('not-walked-yet@kaisha.example');

    expect(await toTheEnd(scene)).toMatchObject({
      finished: true,
      files: 1,
      facts: 2,
      counts: { recorded: 2, 'not-sent': 1, 'not-listed': 1 },
    });
    const { messageId } = (await scene.list.get('hanako@ezweb.ne.jp')) ?? {};
    expect(await scene.factsOf('hanako@ezweb.ne.jp')).toEqual([
      {
        address: 'hanako@ezweb.ne.jp',
        kind: 'insight',
        at: '2026-10-01T00:00:00.000Z',
        id: messageId,
        messageId,
        sentAt: '2026-10-01T00:00:00.000Z',
        senderDomain: 'shop.example',
        bounceType: 'Permanent',
        bounceSubType: 'General',
        diagnosticCode: 'smtp; 550 : User unknown',
      },
    ]);
    expect(await scene.factsOf('fine@docomo.ne.jp')).toEqual([]);
    expect(scene.server.count('GetSuppressedDestination')).toBe(1);
  });

  it('does not record again what the walk over the list recorded', async () => {
    const scene = await prepare();
    scene.send('nobody@softbank.ne.jp');
    await scene.invoke();
    await walked(scene);
    expect((await toTheEnd(scene)).counts).toEqual({ 'already-recorded': 1 });
    expect(await scene.factsOf('nobody@softbank.ne.jp')).toHaveLength(1);
  });

  it('records a complaint as a complaint', async () => {
    const scene = await prepare();
    scene.ses.setMailbox('angry@example.jp', { exists: true, reaction: 'complains' });
    scene.send('angry@example.jp');
    scene.clock.advance(DAY);
    await walked(scene);
    await toTheEnd(scene);
    expect(await scene.factsOf('angry@example.jp')).toMatchObject([{ kind: 'complaint' }]);
  });

  it('divides a span that holds more mails than one file', async () => {
    const scene = await prepare();
    const addresses = Array.from({ length: 11 }, (_, index) => `nobody${index}@kaisha.example`);
    for (const address of addresses) {
      scene.send(address);
      scene.clock.advance(DAY / 2);
    }
    await walked(scene);
    const answer = await toTheEnd(scene, { maximumRows: 4 });
    expect(answer.files).toBeGreaterThan(3);
    expect(answer).toMatchObject({ spansLeft: 0, facts: 11 });
    for (const address of addresses) expect(await scene.factsOf(address)).toHaveLength(1);
  });

  it('says so when more mails fall into one minute than a file holds', async () => {
    const scene = await prepare();
    scene.send('a@kaisha.example', 'b@kaisha.example', 'c@kaisha.example');
    await walked(scene);
    const answer = await toTheEnd(scene, { maximumRows: 2 });
    expect(answer.counts['cut-off-spans']).toBeGreaterThan(0);
    expect(answer.facts).toBe(2);
  });

  it('waits for the job, and goes on with it in the next invocation', async () => {
    const scene = await prepare({ server: { exportDurationMs: 60_000 } });
    scene.send('nobody@softbank.ne.jp');
    await walked(scene);
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => {
      waits.push(milliseconds);
      scene.clock.advance(milliseconds);
    };
    let steps = 0;
    const timeIsUp = () => {
      steps += 1;
      return steps % 3 === 0;
    };
    expect(await toTheEnd(scene, { sleep, timeIsUp })).toMatchObject({ facts: 1 });
    expect(waits.length).toBe(12);
    expect(scene.server.count('CreateExportJob')).toBe(1);
  });

  it('asks for a new address of the file when the first has run out', async () => {
    const scene = await prepare();
    scene.send('nobody@softbank.ne.jp');
    await walked(scene);
    let fetched = 0;
    const late = (url: string) => {
      fetched += 1;
      if (fetched === 1) scene.clock.advance(6 * 60_000);
      return fetch(url);
    };
    expect(await toTheEnd(scene, { fetch: late })).toMatchObject({ facts: 1 });
    expect(fetched).toBe(2);
    expect(scene.server.count('CreateExportJob')).toBe(1);
  });

  it('starts once more when SES has dropped the job, and gives up when it does again', async () => {
    const scene = await prepare();
    scene.send('nobody@softbank.ne.jp');
    await walked(scene);
    let gone = 1;
    const insights = {
      ...scene.insights,
      exportJob: async (id: string) => {
        gone -= 1;
        return gone >= 0 ? { status: 'GONE' } : scene.insights.exportJob(id);
      },
    };
    expect(await toTheEnd(scene, { insights })).toMatchObject({ facts: 1 });
    expect(scene.server.count('CreateExportJob')).toBe(2);
    gone = 10;
    await expect(
      backfillByExport({ span: SPAN, restart: true }, { ...scene.tools, insights }),
    ).rejects.toMatchObject({ name: 'ExportFailedError' });
  });

  it('reports a failed job with SES’s words, and can be run again', async () => {
    const scene = await prepare();
    scene.send('nobody@softbank.ne.jp');
    await walked(scene);
    const insights = {
      ...scene.insights,
      exportJob: async () => ({ status: 'FAILED', error: 'too much data' }),
    };
    await expect(toTheEnd(scene, { insights })).rejects.toThrow(/FAILED \(too much data\)/);
    expect(await toTheEnd(scene)).toMatchObject({ facts: 1 });
  });

  it('refuses before the first cleanup, and without message insights', async () => {
    const scene = await prepare();
    await expect(toTheEnd(scene)).rejects.toMatchObject({ name: 'ListUnknownError' });
    await walked(scene);
    scene.ses.account.vdmEnabled = false;
    await expect(toTheEnd(scene)).rejects.toMatchObject({ name: 'InsightsUnavailableError' });
  });
});

describe('the file of an export', () => {
  const HEADER =
    '"messageid","sendtimestamp","fromaddress","destination","last_delivery_event","last_delivery_event_timestamp","bounce_sub_type","diagnostic_code",\n';

  async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
    const bytes = new TextEncoder().encode(text);
    for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
  }

  async function read(text: string, size = 7) {
    const readings = [];
    for await (const row of exportRows(chunks(text, size))) readings.push(readRow(row));
    return readings;
  }

  it('is read with a byte order mark, line breaks in values, doubled quotes and a comma at each line’s end', async () => {
    const row =
      '"m-1","2026-10-02 01:02:03.456 UTC","""みなと"" <order@shop.example>","ＨＡＮＡＫＯ@docomo.ne.jp","UNDETERMINED_BOUNCE","","MAILBOX_FULL","smtp; 552 first line\nsecond ""line""",\n';
    expect(await read(`\uFEFF${HEADER}${row}`)).toEqual([
      {
        kind: 'facts',
        address: 'hanako@docomo.ne.jp',
        messageId: 'm-1',
        facts: [
          {
            address: 'hanako@docomo.ne.jp',
            kind: 'insight',
            id: 'm-1',
            messageId: 'm-1',
            at: '2026-10-02T01:02:03.456Z',
            sentAt: '2026-10-02T01:02:03.456Z',
            senderDomain: 'shop.example',
            bounceType: 'Undetermined',
            bounceSubType: 'MailboxFull',
            diagnosticCode: 'smtp; 552 first line\nsecond "line"',
          },
        ],
      },
    ]);
  });

  it('tells rows without a bounce or complaint from rows that cannot be read', async () => {
    const rows = [
      '"m-1","2026-10-02 01:02:03.456 UTC","","a@au.com","DELIVERY","","","",\n',
      '"m-2","yesterday","","a@au.com","PERMANENT_BOUNCE","","","",\n',
      '"","2026-10-02 01:02:03.456 UTC","","a@au.com","PERMANENT_BOUNCE","","","",\n',
      '"m-4","2026-10-02 01:02:03.456 UTC","","nonsense","COMPLAINT","","","",\n',
      '"m-5"\n',
    ];
    const kinds = (await read(HEADER + rows.join(''))).map((reading) => reading.kind);
    expect(kinds).toEqual(['other', 'unreadable', 'unreadable', 'unreadable', 'other']);
  });

  it('is refused when its columns are other ones', async () => {
    await expect(read('"a","b"\n"1","2"\n')).rejects.toMatchObject({
      name: 'ExportFormatError',
      message: expect.stringContaining('messageid'),
    });
  });

  it('fails when it breaks off or has a row without end', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode(HEADER);
      throw new Error('connection reset');
    }
    await expect(async () => {
      for await (const _ of exportRows(broken()));
    }).rejects.toThrow('connection reset');
    await expect(read(`${HEADER}"${'x'.repeat(400_000)}`, 65_536)).rejects.toThrow();
  });
});
