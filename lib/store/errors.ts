import { Refusal } from '../refusal.ts';

/** Thrown when a case was changed by someone else since it was read: read it again and decide anew. */
export class CaseChangedError extends Refusal {
  override readonly name = 'CaseChangedError';
  override readonly code = 'case-changed';

  constructor() {
    super({
      ja: 'この宛先の記録は、ほかの処理によって先に更新されました。状態を確認してから、もう一度実行してください。',
      en: 'the case was changed by someone else meanwhile: look at it again, then repeat',
    });
  }
}

/** Thrown when DynamoDB left items of a batch unwritten after every retry; nothing of them is lost if the caller fails. */
export class UnwrittenItemsError extends Error {
  override readonly name = 'UnwrittenItemsError';
  /** How many items were not written. */
  readonly count: number;

  constructor(count: number, options?: ErrorOptions) {
    super(
      `DynamoDB left ${count} item(s) unwritten after every retry: the delivery must be repeated`,
      options,
    );
    this.count = count;
  }
}

/** Thrown when another run took over the lease meanwhile: this run must stop, the other goes on. */
export class LeaseLostError extends Refusal {
  override readonly name = 'LeaseLostError';
  override readonly code = 'lease-lost';

  constructor() {
    super({
      ja: '別の処理が実行を引き継いだため、この処理は中止しました。引き継いだ処理が残りを行います。',
      en: 'another run took over meanwhile, so this one stopped: the other does the rest',
    });
  }
}

/** Thrown when DynamoDB left keys of a batch unread after every retry; the read may be repeated. */
export class UnreadItemsError extends Error {
  override readonly name = 'UnreadItemsError';
  /** How many keys were not read. */
  readonly count: number;

  constructor(count: number, options?: ErrorOptions) {
    super(`DynamoDB left ${count} item(s) unread after every retry: ask again`, options);
    this.count = count;
  }
}
