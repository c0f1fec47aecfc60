/** Thrown when a case was changed by someone else since it was read: read it again and decide anew. */
export class CaseChangedError extends Error {
  override readonly name = 'CaseChangedError';
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
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
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
