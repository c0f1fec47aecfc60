import { CreateExportJobCommand, GetExportJobCommand } from '@aws-sdk/client-sesv2';
import { afterEach, describe, expect, it } from 'vitest';
import type { SesOptions } from '../../../local/ses/engine.ts';
import type { SesServerOptions } from '../../../local/ses/server.ts';
import { type ServedScene, servedScene } from './support.ts';

const open: ServedScene[] = [];

async function serve(options?: SesOptions, serverOptions?: SesServerOptions): Promise<ServedScene> {
  const served = await servedScene(options, serverOptions);
  open.push(served);
  return served;
}

afterEach(async () => {
  for (const served of open.splice(0)) await served.stop();
});

function exportOf(more: Record<string, unknown> = {}): CreateExportJobCommand {
  return new CreateExportJobCommand({
    ExportDataSource: {
      MessageInsightsDataSource: {
        StartDate: new Date('2026-11-01T00:00:00Z'),
        EndDate: new Date('2026-11-03T00:00:00Z'),
        ...more,
      },
    },
    ExportDestination: { DataFormat: 'CSV' },
  });
}

async function fileOf({ client }: ServedScene, command = exportOf()): Promise<string> {
  const { JobId } = await client.send(command);
  const job = await client.send(new GetExportJobCommand({ JobId }));
  expect(job).toMatchObject({ JobStatus: 'COMPLETED', ExportSourceType: 'MESSAGE_INSIGHTS' });
  return (await fetch(job.ExportDestination?.S3Url ?? '')).text();
}

describe('an export of message insights, by the real SDK client', () => {
  it('has a row for each recipient, in the columns SES uses', async () => {
    const scene = await serve();
    scene.ses.send({ from: 'order@shop.example', to: ['nobody@softbank.ne.jp'], subject: 'a "quoted" one' });
    scene.ses.send({ from: 'order@shop.example', to: ['nobody@softbank.ne.jp'] });
    scene.ses.send({ from: 'order@shop.example', to: ['a@au.com', 'b@au.com'] });
    const lines = (await fileOf(scene)).split('\n');
    expect(lines[0]).toBe(
      '"messageid","sendtimestamp","isp","fromaddress","destination","subject","last_delivery_event","last_engagement_event","last_delivery_event_timestamp","last_engagement_event_timestamp","bounce_sub_type","diagnostic_code",',
    );
    expect(lines).toHaveLength(6);
    expect(lines[1]).toContain(
      ',"2026-11-02 03:00:00.000 UTC","softbank.ne.jp","order@shop.example","nobody@softbank.ne.jp","a ""quoted"" one","PERMANENT_BOUNCE","","2026-11-02 03:00:00.000 UTC","","GENERAL","smtp; 550 Invalid recipient: <nobody@softbank.ne.jp>",',
    );
    expect(lines[2]).toContain('"ON_ACCOUNT_SUPPRESSION_LIST"');
    // Of a mail to several recipients SES tells only that it was sent.
    expect(lines[3]).toContain('"a@au.com","","SEND"');
  });

  it('is restricted to the span, the events and the number of rows asked for', async () => {
    const scene = await serve();
    scene.ses.setMailbox('fine@au.com', { exists: true });
    for (const to of ['fine@au.com', 'x@au.com', 'y@au.com'])
      scene.ses.send({ from: 'order@shop.example', to: [to] });
    scene.clock.advance(2 * 86_400_000);
    scene.ses.send({ from: 'order@shop.example', to: ['z@au.com'] });
    const bounces = { Include: { LastDeliveryEvent: ['PERMANENT_BOUNCE'] } };
    expect((await fileOf(scene, exportOf(bounces))).match(/@au\.com",""/g)).toHaveLength(2);
    expect((await fileOf(scene, exportOf({ ...bounces, MaxResults: 1 }))).split('\n')).toHaveLength(3);
  });

  it('takes its time, and its file’s address works for five minutes', async () => {
    const { client, clock } = await serve({}, { exportDurationMs: 10_000 });
    const { JobId } = await client.send(exportOf());
    const early = await client.send(new GetExportJobCommand({ JobId }));
    expect([early.JobStatus, early.ExportDestination?.S3Url]).toEqual(['PROCESSING', undefined]);
    clock.advance(10_000);
    const done = await client.send(new GetExportJobCommand({ JobId }));
    const url = done.ExportDestination?.S3Url ?? '';
    expect((await fetch(url)).status).toBe(200);
    clock.advance(5 * 60_000 + 1);
    expect((await fetch(url)).status).toBe(403);
  });

  it('refuses what SES refuses', async () => {
    const { client, ses } = await serve();
    const bad = { name: 'BadRequestException' };
    await expect(client.send(exportOf({ MaxResults: 10_001 }))).rejects.toMatchObject(bad);
    await expect(client.send(exportOf({ EndDate: new Date('2026-10-01') }))).rejects.toMatchObject(bad);
    await expect(client.send(new GetExportJobCommand({ JobId: 'export-9' }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    ses.account.vdmEnabled = false;
    await expect(client.send(exportOf())).rejects.toMatchObject(bad);
  });
});
