import type { Sleep } from '../../sleep.ts';
import type { Table } from '../../store/table.ts';
import type { SuppressionList } from '../../suppression/list.ts';
import type { JudgementContext } from './judge.ts';

/** What whoever removes works on. */
export interface RemovalTools {
  readonly store: Table;
  readonly list: SuppressionList;
  readonly now: () => Date;
  /** Told of each address that SES refused to list again although a complaint came to light; see put-back.ts. */
  readonly onPutBackRefused?: (address: string) => void;
}

/** What the gate works on. */
export interface GateTools extends RemovalTools {
  /** What a judgement of this moment depends on beside the address's own record. */
  readonly context: () => JudgementContext;
  /** Whether the limits of the run still let a removal under this rule be finished; absent: nobody limits it. */
  readonly mayFinish?: (rule: string, carrier: string | undefined) => boolean;
  readonly sleep?: Sleep;
}
