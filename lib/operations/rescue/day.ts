import { reservedRemovals } from '../../store/allowances.ts';
import type { Bilingual } from '../../text.ts';
import type { RescueTools } from './tools.ts';

/** How many automatic removals, the cleanup's and the campaign's together, the policy leaves of this UTC day. */
export async function removalsLeft(tools: Pick<RescueTools, 'store' | 'policy' | 'now'>): Promise<number> {
  const made = await reservedRemovals(tools.store, tools.now().toISOString().slice(0, 10));
  return Math.max(0, tools.policy.maximumRemovalsPerDay - made);
}

/** Why nothing more is removed today, and when it goes on. */
export const DAY_IS_FULL: Bilingual = {
  ja: '1日（UTC）の自動解除の上限（ポリシーの maximumRemovalsPerDay、定期実行による解除を含む）に達しました。続きは翌日（日本時間の午前9時以降）の todoku rescue continue で解除します。',
  en: "The day's limit of automatic removals (maximumRemovalsPerDay of the policy, the cleanup's included, by UTC day) is used up: todoku rescue continue goes on tomorrow.",
};
