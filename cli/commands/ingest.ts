import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { stripControls } from '../../lib/address.ts';
import { command, contextOf } from '../command.ts';
import { type CliContext, CliError } from '../context.ts';
import { print, printError, printJson } from '../output.ts';

/** Messages sent in one invocation; keeps the payload far below Lambda's limit of 6 MB. */
const MESSAGES_A_CALL = 50;

const answerSchema = z.object({
  stored: z.number(),
  eventTypes: z.record(z.string(), z.number()),
  rejected: z.array(z.string()),
});

/** `todoku ingest FILE…`: records SES events from files, as if SNS had delivered them. */
export function ingestCommand(): Command {
  return command('ingest', 'record SES events from files (JSON, an array of events, or JSON lines)')
    .argument('<file...>', 'files of SES events')
    .action(async (files: string[], _options: unknown, self: Command) => {
      const context = contextOf(self);
      let stored = 0;
      let rejected = 0;
      for (const file of files) {
        const result = await ingestFile(file, context);
        stored += result.stored;
        rejected += result.rejected.length;
        for (const reason of result.rejected) printError(`${stripControls(file)}: ${stripControls(reason)}`);
      }
      if (context.options.json) printJson({ stored, rejected });
      else {
        print(
          context.language === 'ja'
            ? `${stored}件を記録しました。読めなかったもの：${rejected}件`
            : `${stored} facts recorded, ${rejected} messages unreadable`,
        );
      }
      if (rejected > 0) process.exitCode = 1;
    });
}

async function ingestFile(
  file: string,
  context: CliContext,
): Promise<{ stored: number; rejected: string[] }> {
  const messages = messagesIn(await read(file));
  let stored = 0;
  const rejected: string[] = [];
  for (let start = 0; start < messages.length; start += MESSAGES_A_CALL) {
    const answer = await context.invoke('ingest', messages.slice(start, start + MESSAGES_A_CALL));
    const parsed = answerSchema.parse(answer);
    stored += parsed.stored;
    rejected.push(...parsed.rejected);
  }
  return { stored, rejected };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`cannot read ${stripControls(file)}`, { cause: error });
  }
}

/** One JSON document, an array of them, or one a line; a line that is no JSON is passed on and kept as unreadable. */
function messagesIn(text: string): unknown[] {
  try {
    const whole: unknown = JSON.parse(text);
    return Array.isArray(whole) ? whole : [whole];
  } catch {
    return text.split('\n').filter((line) => line.trim() !== '');
  }
}
