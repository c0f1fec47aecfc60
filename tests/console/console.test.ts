import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumPath, sayNotTried } from '../support/browser.ts';
import { type ConsoleScene, startConsoleScene } from '../support/console-scene.ts';
import { everywhere } from './views/everywhere.ts';
import { logView } from './views/log.ts';
import { lookupView } from './views/lookup.ts';
import { outcomesView } from './views/outcomes.ts';
import { pictures } from './views/pictures.ts';
import { proposalsView } from './views/proposals.ts';
import { reportView } from './views/report.ts';
import { safety } from './views/safety.ts';
import { sendersView } from './views/senders.ts';
import { todayView } from './views/today.ts';

/** The console in a real Chromium on the story's system, view by view; the story is played once for all of them. */

const path = chromiumPath();
if (path === undefined) sayNotTried();

describe.skipIf(path === undefined)('the console', () => {
  let scene: ConsoleScene;
  const given = () => scene;
  beforeAll(async () => {
    scene = await startConsoleScene(path ?? '');
  });
  afterAll(() => scene.stop());

  describe('調べる', () => lookupView(given));
  describe('whatever others write or open', () => safety(given));
  describe('今日', () => todayView(given));
  describe('解除の結果', () => outcomesView(given));
  describe('送信元', () => sendersView(given));
  describe('月次報告', () => reportView(given));
  describe('操作の記録', () => logView(given));
  // Approvals change the system, so they come last.
  describe('提案', () => proposalsView(given));
  describe('every view', () => everywhere(given));
  describe('the pictures', () => pictures(given));
});
