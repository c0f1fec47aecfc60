import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAggregateReport } from '../../lib/authentication/reports/aggregate-report.ts';
import {
  DomainTally,
  shortlist,
  summariseReports,
  withFewerSources,
} from '../../lib/authentication/reports/aggregate-summary.ts';
import { type DailyRow, dailyRows } from '../../lib/authentication/reports/report-rows.ts';
import { adviseStage as adviseBy, StageEvidence } from '../../lib/authentication/reports/stage.ts';
import { inRanges, SES_RANGES_LAST_SEEN } from '../../lib/authentication/spf/ses-ranges.ts';
import { BEGIN, type ReportFixture, type RowFixture, reportXml } from './report-fixtures.ts';

const isSes = inRanges(SES_RANGES_LAST_SEEN);
const SES_IP = '54.240.10.1';
const DAY = 86_400;
const SIGNED = { kind: 'signed', signer: 'receiver.example' } as const;

async function rowsOf(...fixtures: ReportFixture[]): Promise<DailyRow[]> {
  const rows: DailyRow[] = [];
  for (const fixture of fixtures) {
    const report = readAggregateReport(Buffer.from(reportXml(fixture)));
    rows.push(...dailyRows(report, isSes, SIGNED));
  }
  return rows;
}
const adviseStage = (rows: readonly DailyRow[], policy: 'none' | 'quarantine' | 'reject', now: Date) =>
  adviseBy(StageEvidence.of(rows), policy, now);
async function source(row: RowFixture) {
  const [summary] = summariseReports(await rowsOf({ rows: [row] }), isSes);
  return summary?.sources[0];
}

describe('who sends as the domain', () => {
  const ownDkim = (result: string) => [{ domain: 'shop.example', selector: 'tokaaa', result }];

  it('SES in order', async () => {
    expect(await source({})).toMatchObject({ kind: 'ses', name: 'Amazon SES', outcomes: { both: 1 } });
  });

  it('SES without a custom MAIL FROM: passed but not aligned, explained', async () => {
    const found = await source({
      spf: 'fail',
      authSpf: [{ domain: 'ap-northeast-1.amazonses.com', result: 'pass' }],
    });
    expect(found).toMatchObject({ kind: 'ses', outcomes: { 'dkim-only': 1 } });
    expect(found?.explains.en).toContain('with a custom MAIL FROM domain it would');
  });

  it('SES without a signature of the domain', async () => {
    const found = await source({
      dkim: 'fail',
      spf: 'fail',
      authDkim: [{ domain: 'amazonses.com', result: 'pass' }],
      authSpf: [{ domain: 'amazonses.com', result: 'pass' }],
    });
    expect(found).toMatchObject({ kind: 'ses', outcomes: { 'ses-unaligned': 1 } });
    expect(found?.explains.en).toContain('address identity');
  });

  it('a service that authenticates as itself, named by what it authenticates as', async () => {
    const found = await source({
      ip: '198.51.100.7',
      dkim: 'fail',
      spf: 'fail',
      authDkim: [{ domain: 'newsletter-service.example', selector: 's1', result: 'pass' }],
      authSpf: [{ domain: 'newsletter-service.example', result: 'pass' }],
    });
    expect(found).toMatchObject({
      kind: 'named',
      name: 'newsletter-service.example',
      outcomes: { 'passed-unaligned': 1 },
    });
  });

  it.each<[string, RowFixture]>([
    [
      'the receiver says so',
      { reason: '<reason><type>forwarded</type></reason>', authDkim: [], authSpf: [] },
    ],
    ['it came through a mailing list', { reason: '<reason><type>mailing_list</type></reason>' }],
    [
      "the domain's own signature broke and the forwarder passes SPF",
      { authDkim: ownDkim('fail'), authSpf: [{ domain: 'forwarder.example', result: 'pass' }] },
    ],
  ])('forwarded mail, because %s', async (_, row) => {
    expect((await source({ ip: '198.51.100.8', dkim: 'fail', spf: 'fail', ...row }))?.outcomes).toEqual({
      forwarded: 1,
    });
  });

  it('forged mail, or a source nobody set up', async () => {
    const found = await source({
      ip: '203.0.113.66',
      dkim: 'fail',
      spf: 'fail',
      authDkim: [],
      authSpf: [{ domain: 'shop.example', result: 'fail' }],
    });
    expect(found).toMatchObject({ kind: 'unknown', name: '203.0.113.66', outcomes: { nothing: 1 } });
  });

  it('the worst sources first', async () => {
    const rows = await rowsOf({
      rows: [
        { count: 500 },
        { ip: '203.0.113.66', count: 20, dkim: 'fail', spf: 'fail', authDkim: [], authSpf: [] },
        { ip: '203.0.113.67', count: 30, dkim: 'fail', spf: 'fail', authDkim: [], authSpf: [] },
      ],
    });
    const [summary] = summariseReports(rows, isSes);
    expect(summary?.sources.map(({ name }) => name)).toEqual(['203.0.113.67', '203.0.113.66', 'Amazon SES']);
    expect(summary).toMatchObject({ messages: 550, passing: 500 });
  });
});

describe('what must not distort', () => {
  it('copies of one report, in any order and number', async () => {
    const rows = await rowsOf(
      { id: 'a' },
      { id: 'b', rows: [{ count: 3 }] },
      { id: 'a', organization: 'OTHER.example' },
    );
    const expected = summariseReports(rows, isSes);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...rows, ...rows, ...rows], { minLength: rows.length * 3 }),
        (copies) => {
          expect(summariseReports(copies, isSes)).toEqual(expected);
        },
      ),
    );
    expect(expected[0]).toMatchObject({ messages: 5, reports: 3 });
  });

  it('a report over several days is spread over them, and nothing is lost', async () => {
    const rows = await rowsOf({ end: BEGIN + 7 * DAY - 1, rows: [{ count: 10 }] });
    const [summary] = summariseReports(rows, isSes);
    expect(summary?.days.map(({ messages }) => messages)).toEqual([2, 2, 2, 1, 1, 1, 1]);
    expect(summary).toMatchObject({ messages: 10, firstDay: '2026-11-01', lastDay: '2026-11-07' });
  });

  it("a reporter's day in another time zone falls on the day it covers most of", async () => {
    const rows = await rowsOf({ begin: BEGIN + 15 * 3600, end: BEGIN + 39 * 3600 - 1 });
    expect(rows.map(({ day }) => day)).toEqual(['2026-11-02']);
  });

  it('reports of other domains', async () => {
    const rows = await rowsOf({}, { id: 'x', domain: 'other.example' });
    expect(summariseReports(rows, isSes).map(({ domain }) => domain)).toEqual([
      'other.example',
      'shop.example',
    ]);
  });

  it('control characters of a reporter', async () => {
    const [summary] = summariseReports(await rowsOf({ organization: 'evil\u009b31m' }), isSes);
    expect(summary?.organizations.join()).not.toContain('\u009b');
  });
});

describe('a domain that many forge', () => {
  it('keeps the sources that fail most, and says how many were left out', async () => {
    const forged = { dkim: 'fail', spf: 'fail', authDkim: [], authSpf: [] };
    const rows = Array.from({ length: 30 }, (_, index) => ({
      ...forged,
      ip: `203.0.113.${index}`,
      count: index + 1,
    }));
    const summaries = summariseReports(await rowsOf({ rows }), isSes);
    const [short] = withFewerSources(summaries, 10);
    expect(short).toMatchObject({ messages: 465, sourcesLeftOut: 20 });
    expect(short?.sources.map(({ messages }) => messages)).toEqual([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    expect(withFewerSources(summaries, 30)).toEqual(summaries);
  });
});

describe('a domain forged from 2,280 addresses, a message each', () => {
  const forged = { dkim: 'fail', spf: 'fail', authDkim: [], authSpf: [] };
  const forgers = Array.from({ length: 2280 }, (_, at) => ({
    ...forged,
    ip: `198.18.${at >> 8}.${at & 255}`,
    count: 1,
  }));
  const own = [
    { ip: SES_IP, count: 5000 },
    { ip: '192.0.2.25', count: 900, spf: 'fail' },
    { ip: '192.0.2.26', count: 40, ...forged, authSpf: [{ domain: 'crm.example', result: 'pass' }] },
  ];

  it("keeps the domain's own senders on the list, however short", async () => {
    const [summary] = summariseReports(await rowsOf({ rows: [...forgers, ...own] }), isSes);
    const names = (places: number) => shortlist(summary?.sources ?? [], places).map(({ name }) => name);
    expect(names(20)).toEqual(expect.arrayContaining(['Amazon SES', '192.0.2.25', 'crm.example']));
    expect(names(20)).toHaveLength(20);
    expect(names(2)).toEqual(['crm.example', 'Amazon SES']);
    const [short] = withFewerSources(summary === undefined ? [] : [summary], 100);
    expect(short?.sources.map(({ name }) => name)).toContain('Amazon SES');
    expect(short?.sourcesLeftOut).toBe(2283 - 100);
  });
});

describe('a domain that a hundred thousand addresses forge', () => {
  it('is added up whole, and the sources of believed reports are still told apart', async () => {
    const [sound] = await rowsOf({ rows: [{ ip: '198.51.100.9', count: 3 }] });
    if (sound === undefined) throw new Error('no row');
    const tally = new DomainTally('shop.example', isSes);
    for (let index = 0; index < 100_000; index += 1) {
      const sourceIp = `2001:db8::${index.toString(16)}`;
      tally.add({ ...sound, report: 'forged', verified: false, count: 1, outcome: 'nothing', sourceIp });
    }
    tally.add({ ...sound, sourceIp: SES_IP });
    tally.add(sound);
    const summary = tally.summary();
    expect(summary).toMatchObject({ messages: 100_006, passing: 6, messagesUnlisted: 75_000, reports: 2 });
    const names = summary?.sources.map(({ name }) => name);
    expect(names).toContain('Amazon SES');
    expect(names).toContain('198.51.100.9');
  });
});

describe('the next stage', () => {
  const NOW = new Date((BEGIN + 32 * DAY) * 1000);
  const month = (policy: string, rows: RowFixture[], days = 31) =>
    rowsOf(
      ...Array.from({ length: days }, (_, index) => ({
        id: `d${index}`,
        begin: BEGIN + index * DAY,
        policy: `<p>${policy}</p>`,
        rows,
      })),
    );

  it('is quarantine after a month in which the own mail passes, forged and forwarded mail aside', async () => {
    const rows = await month('none', [
      { count: 50 },
      { ip: '203.0.113.66', count: 90, dkim: 'fail', spf: 'fail', authDkim: [], authSpf: [] },
      {
        ip: '198.51.100.8',
        count: 9,
        dkim: 'fail',
        spf: 'fail',
        reason: '<reason><type>forwarded</type></reason>',
      },
    ]);
    const advice = adviseStage(rows, 'none', NOW);
    expect(advice.next).toBe('quarantine');
    expect(advice.evidence.en).toContain(
      '31 days of reports under p=none: of 1,550 authenticated messages 100.0 % pass',
    );
  });

  it('is reject after a month of quarantine, and nothing after reject', async () => {
    expect(adviseStage(await month('quarantine', [{ count: 50 }]), 'quarantine', NOW).next).toBe('reject');
    expect(adviseStage(await month('reject', [{ count: 50 }]), 'reject', NOW).next).toBeUndefined();
  });

  it.each<[string, string, RowFixture[], number]>([
    ['under a month', 'none', [{ count: 50 }], 20],
    ['too few messages', 'none', [{ count: 1 }], 31],
    ['reports from the time of another policy', 'quarantine', [{ count: 50 }], 31],
    [
      'a source of the own that does not align',
      'none',
      [
        { count: 50 },
        {
          count: 2,
          dkim: 'fail',
          spf: 'fail',
          authDkim: [],
          authSpf: [{ domain: 'amazonses.com', result: 'pass' }],
        },
      ],
      31,
    ],
  ])('waits on %s', async (_, policy, rows, days) => {
    const end = new Date((BEGIN + (days + 1) * DAY) * 1000);
    expect(adviseStage(await month(policy, rows, days), 'none', end).next).toBeUndefined();
  });

  it('is never advised by reports whose mail was not signed', async () => {
    const forged = (await month('none', [{ count: 50 }])).map((row) => ({ ...row, verified: false }));
    expect(adviseStage(forged, 'none', NOW).next).toBeUndefined();
    expect(summariseReports(forged, isSes)[0]?.unverifiedReports).toBe(31);
  });

  it('says what evidence it has, and what it lacks', async () => {
    const some = await month('none', [{ count: 3 }, { count: 1, dkim: 'fail', spf: 'fail' }], 20);
    const end = new Date((BEGIN + 21 * DAY) * 1000);
    const { next, evidence } = adviseStage(some, 'none', end);
    expect(next).toBeUndefined();
    expect(evidence.en).toContain('20 days of reports under p=none');
    expect(evidence.en).toContain(
      'Still lacking for the next step: reports of 10 more days (of 30), 20 more authenticated messages (of 100), a higher share that passes (99 % wanted).',
    );
    expect(evidence.ja).toContain('次の段階にまだ足りないもの: あと 10 日分のレポート（必要: 30 日分）');
    const whole = adviseStage(await month('none', [{ count: 50 }]), 'none', NOW);
    expect(whole.next).toBe('quarantine');
    expect(whole.evidence.en).not.toContain('lacking');
    expect(adviseStage([], 'reject', NOW).evidence.en).not.toContain('lacking');
  });

  it('says so when reports stopped, or never came', async () => {
    expect(adviseStage([], 'none', NOW).silent).toMatchObject({ stopped: false });
    const stopped = adviseStage(await month('none', [{ count: 50 }], 5), 'none', NOW);
    expect(stopped.silent).toMatchObject({
      stopped: true,
      since: { en: 'The last one is about 2026-11-05, 28 days ago.' },
    });
  });
});

describe("SES's addresses", () => {
  it('are told apart from others', () => {
    expect([SES_IP, '199.255.192.9', '24.110.64.1'].map(isSes)).toEqual([true, true, true]);
    expect(['54.239.0.1', '192.0.2.1', '2001:db8::1', 'nonsense'].map(isSes)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('ignore ranges that are none', () => {
    expect(inRanges(['x', '192.0.2.0/99', '2001:db8::/32'])('2001:db8::5')).toBe(true);
  });
});
