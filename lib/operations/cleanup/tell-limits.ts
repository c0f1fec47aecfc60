import type { Run } from '../../cases/records.ts';
import { noticeId } from '../../notices/notice.ts';
import { putNotices } from '../../store/notices.ts';
import { latestRuns } from '../../store/runs.ts';
import type { Table } from '../../store/table.ts';

/**
 * Has those limits of a run told that did not hold for the run before it: one that stays is told once. To be called
 * before the run's report is written. Costs one read where there are limits.
 */
export async function tellNewLimits(store: Table, run: Run): Promise<void> {
  if (store.notices === 'off' || run.limits.length === 0) return;
  const [before] = await latestRuns(store, 1);
  const known = new Set(before?.limits.map(({ limit }) => limit));
  const at = run.finishedAt ?? run.startedAt;
  await putNotices(
    store,
    run.limits
      .filter(({ limit }) => !known.has(limit))
      .map(({ limit, because }) => ({
        kind: 'limit',
        id: noticeId('limit', run.id, limit),
        at,
        limit,
        because,
      })),
  );
}
