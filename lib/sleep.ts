/** How to wait a number of milliseconds; passed in where tests must not wait. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** Really waits. */
export const sleep: Sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
