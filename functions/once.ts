/** The parts that were made, by the function that hands each out. */
const kept = new Map<() => unknown, unknown>();

/**
 * The part that `giver` hands out: made when it is first asked for, kept for the life of the container or until
 * {@link forgetAll}.
 *
 * A part is handed out by a function, no constant, so that esbuild can see that nothing happens before it is called:
 * a part that a function does not name stays out of its bundle, and with it all that the part alone imports.
 *
 * @example
 * export function sqs(): SQSClient {
 *   return once(sqs, () => new SQSClient({}));
 * }
 */
export function once<Part>(giver: () => Part, make: () => Part): Part {
  if (!kept.has(giver)) kept.set(giver, make());
  // What is kept under a function is what that function makes.
  return kept.get(giver) as Part;
}

/** Forgets every part, so that the next use reads the environment anew: for a process that changes it. */
export function forgetAll(): void {
  kept.clear();
}
