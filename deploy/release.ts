import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inventory } from './release/inventory.ts';
import { makeRelease } from './release/make.ts';
import { templateSchema } from './release/template.ts';
import { settingsOf } from './settings.ts';
import { emptyFunctions, packageIn, TEMPLATE, workspace } from './workspace.ts';

/**
 * `npm run release`: makes dist/todoku-VERSION/, which deploys with the AWS CLI alone (docs/release.md). Two runs on
 * one commit give the same bytes.
 */

/** Every setting that adds something to the stack. */
const FULL = {
  mode: 'apply',
  transport: 'buffered',
  deliveries: 'all',
  scheduleEnabled: false,
  watch: 'full',
  alarmEmail: 'ops@shop.example',
  notices: 'addresses',
  noticeEmail: 'desk@shop.example',
  language: 'en',
  topicKeyArn: 'arn:aws:kms:ap-northeast-1:123456789012:key/00000000-0000-0000-0000-000000000000',
  dmarcReportAddress: 'dmarc@reports.shop.example',
  receiptRuleSet: 'shop',
  tracing: true,
};

/** Packages a stack; with empty functions where only its template is looked at. */
async function packaged(stage: string, settings: unknown, functions: 'whole' | 'empty') {
  const { folder, remove } = workspace(settings, stage);
  if (functions === 'empty') emptyFunctions(folder);
  const archives = await packageIn(folder, stage).finally(() => process.once('exit', remove));
  const text = readFileSync(join(archives, TEMPLATE), 'utf8');
  const template = templateSchema.parse(JSON.parse(text));
  return { archives, stack: { template, stage, settings: settingsOf(stage, settings) } };
}

const plain = await packaged('release-plain', {}, 'whole');
const full = await packaged('release-full', FULL, 'empty');
const parts = { plain: plain.stack, full: full.stack, archives: plain.archives, inventory: inventory() };
console.log(makeRelease(parts, resolve(import.meta.dirname, '../dist')));
