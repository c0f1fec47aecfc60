import { type Health, healthOf } from '../../lib/doctor/health.ts';
import type { CliContext } from '../context.ts';
import { observe } from '../doctor/observe.ts';
import { commandFor } from '../findings.ts';

/**
 * What `todoku doctor` finds, for the page: with commands as they are to be typed for this deployment. The clients of one
 * look are closed after it: the console runs for hours.
 *
 * @throws {CliError} where the stack does not answer at all.
 */
export async function healthNow(context: CliContext): Promise<Health> {
  const closing: (() => void)[] = [];
  try {
    const look = { ...context, whenDone: (close: () => void) => void closing.push(close) };
    const health = healthOf(await observe(look, true));
    const findings = health.findings.map((finding) => ({
      ...finding,
      commands: finding.commands.map((command) => commandFor(command, context)),
    }));
    return { ...health, findings };
  } finally {
    for (const close of closing) close();
  }
}
