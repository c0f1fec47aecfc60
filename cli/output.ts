import Table from 'cli-table3';
import colors from 'picocolors';
import { stripControls } from '../lib/address.ts';

/** Writes a line for people or programs to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes a line about the command itself to standard error. */
export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Writes a value as one JSON document. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A table for a terminal; cells may come from strangers and are cleaned of control characters. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: head.map((text) => colors.bold(text)),
    style: { head: [], border: [], compact: true },
    wordWrap: true,
  });
  made.push(...rows.map((row) => row.map((cell) => stripControls(cell))));
  return made.toString();
}

export { colors };
