import type { Sleep } from '../../sleep.ts';
import type { Table } from '../../store/table.ts';
import type { SuppressionList } from '../../suppression/list.ts';
import type { JudgementContext } from './judge.ts';

/** What whoever removes works on. */
export interface RemovalTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly now: () => Date;
}

/** What the gate works on. */
export interface GateTools extends RemovalTools {
  /** What a judgement of this moment depends on beside the address's own record. */
  readonly context: () => JudgementContext;
  /** Whether the limits of the run still let a removal under this rule be finished; absent: nobody limits it. */
  readonly mayFinish?: (rule: string, carrier: string | undefined) => boolean;
  readonly sleep?: Sleep;
}
