/** What the page remembers: how it looks, and nothing of what was asked. Without storage it remembers nothing. */

/** What was kept under a name, where it is one of the values there are. */
export function kept<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
  try {
    const value = localStorage.getItem(`todoku-${name}`);
    return values.find((each) => each === value);
  } catch {
    return undefined;
  }
}

/** Keeps a value under a name. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`todoku-${name}`, value);
  } catch {
    // A browser that stores nothing: the page then forgets it.
  }
}
