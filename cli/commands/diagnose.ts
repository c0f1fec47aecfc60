import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import * as z from 'zod';
import { normaliseAddress, stripControls } from '../../lib/address.ts';
import { diagnose } from '../../lib/classification/diagnose.ts';
import type { Diagnosis, DiagnosisInput } from '../../lib/classification/types.ts';
import type { Fact, FactKind } from '../../lib/mails/fact.ts';
import type { Bilingual } from '../../lib/text.ts';
import { saying, wrongFields } from '../../lib/wrong-fields.ts';
import { cannotRead } from '../errors.ts';
import { jsonText } from '../output.ts';
import type { Session } from '../session.ts';

/** Longest line read, characters: SES's largest events are a fraction of it. Longer ones are reported, not held. */
const LINE_LIMIT = 1_000_000;

const moment = z
  .string()
  .max(64)
  .refine((text) => !Number.isNaN(Date.parse(text)), saying({ ja: '日付ではありません', en: 'not a date' }))
  .transform((text) => new Date(text).toISOString());
const text = z.string().nullish();

/** One question: a failed delivery, with what else is known of the address. Further fields are ignored. */
const questionSchema = z.object({
  recipient: z.string().min(1).max(1000),
  timestamp: moment.nullish(),
  remoteMta: text,
  status: text,
  action: text,
  diagnosticCode: text,
  bounceType: text,
  bounceSubType: text,
  history: z
    .array(
      z.object({
        kind: z.enum(['delivery', 'open', 'click', 'bounce', 'complaint', 'removal']),
        at: moment,
      }),
    )
    .max(10_000)
    .nullish(),
  member: z
    .object({ since: moment, lastSeen: moment.nullish(), source: z.string().max(200).nullish() })
    .nullish(),
});

type Question = z.infer<typeof questionSchema>;

/** `todoku diagnose [FILE]`: one JSON line in, one JSON line out; needs neither AWS nor the local system. */
export function diagnoseCommand(made: Command, session: Session): Command {
  return made
    .argument('[file]')
    .option('--json')
    .option('--lang <language>')
    .action(async (file: string | undefined) => {
      const input = file === undefined ? session.io.stdin : createReadStream(session.file(file).path);
      if ((await answerAll(input, file, session)) > 0) session.endWith(1);
    });
}

/** Answers every line of a stream; returns how many lines could not be read, an input without any being one. */
async function answerAll(input: Readable, file: string | undefined, session: Session): Promise<number> {
  const { printError, printInTurn, language } = session;
  let number = 0;
  let asked = 0;
  let bad = 0;
  try {
    for await (const line of linesOf(input)) {
      number += 1;
      if (line?.trim() === '') continue;
      asked += 1;
      const question = parse(line);
      if ('error' in question) {
        bad += 1;
        const line = language === 'ja' ? `${number}行目` : `line ${number}`;
        printError(`todoku diagnose: ${line}: ${stripControls(question.error[language])}`);
        continue;
      }
      await printInTurn(jsonText(answerOf(diagnose(inputOf(question.value, session.io.now())))));
    }
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw cannotRead(file ?? (language === 'ja' ? '標準入力' : 'standard input'), error);
  }
  if (asked > 0) return bad;
  printError(`todoku diagnose: ${language === 'ja' ? '入力がありません。' : 'no input'}`);
  return 1;
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.message.length > 0 && 'code' in error;
}

/** The lines of a stream; undefined stands for one longer than {@link LINE_LIMIT}, which is never held whole. */
async function* linesOf(input: Readable): AsyncGenerator<string | undefined> {
  input.setEncoding('utf8');
  let held = '';
  let tooLong = false;
  for await (const chunk of input) {
    const parts = String(chunk).split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      yield tooLong || held.length + part.length > LINE_LIMIT ? undefined : held + part;
      held = '';
      tooLong = false;
    }
    if (held.length + last.length > LINE_LIMIT) {
      tooLong = true;
      held = '';
    } else if (!tooLong) held += last;
  }
  if (tooLong) yield undefined;
  else if (held !== '') yield held;
}

function parse(line: string | undefined): { readonly value: Question } | { readonly error: Bilingual } {
  if (line === undefined) {
    return {
      error: { ja: `${LINE_LIMIT}文字を超えています`, en: `longer than ${LINE_LIMIT} characters` },
    };
  }
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { error: { ja: 'JSONではありません', en: 'not JSON' } };
  }
  const parsed = questionSchema.safeParse(json);
  if (parsed.success) return { value: parsed.data };
  return { error: wrongFields(parsed.error, json) };
}

function inputOf(question: Question, now: Date): DiagnosisInput {
  const address = normaliseAddress(question.recipient);
  const present = now.toISOString();
  const history = question.history ?? [];
  const facts = history.flatMap(({ kind, at }, index) =>
    kind === 'removal' ? [] : [factOf(address, kind, at, `history-${index}`)],
  );
  const bounce = isAboutBounce(question)
    ? bounceOf(question, address, question.timestamp ?? present)
    : undefined;
  const { member, remoteMta } = question;
  return {
    address,
    facts: bounce ? [...facts, bounce] : facts,
    removals: history.filter((entry) => entry.kind === 'removal').map((entry) => entry.at),
    now: present,
    // A history, even an empty one, is taken to be all that ever happened.
    ...(question.history && { recordedSince: new Date(0).toISOString() }),
    ...(bounce && { about: { bounce, ...(remoteMta && { remoteMta }) } }),
    ...(member && {
      member: {
        since: member.since,
        source: member.source ?? 'input',
        ...(member.lastSeen && { lastSeen: member.lastSeen }),
      },
    }),
  };
}

/** A line with a history and no word of a reply asks about the address; any other is about a failed delivery. */
function isAboutBounce(question: Question): boolean {
  const { status, diagnosticCode, bounceType, bounceSubType, remoteMta, history } = question;
  return Boolean(status || diagnosticCode || bounceType || bounceSubType || remoteMta) || !history?.length;
}

function factOf(address: string, kind: FactKind, at: string, id: string): Fact {
  return { address, kind, at, id, messageId: id, sentAt: at };
}

function bounceOf(question: Question, address: string, at: string): Fact {
  const { status, action, diagnosticCode, bounceType, bounceSubType } = question;
  return {
    ...factOf(address, 'bounce', at, 'input'),
    ...(status && { status }),
    ...(action && { action }),
    ...(diagnosticCode && { diagnosticCode }),
    ...(bounceType && { bounceType }),
    ...(bounceSubType && { bounceSubType }),
  };
}

function answerOf(diagnosis: Diagnosis): Readonly<Record<string, unknown>> {
  const { reason, carrier, confidence, rule, evidence, explains, probablyMeant } = diagnosis;
  return {
    reason,
    carrier: carrier ?? null,
    confidence,
    rule,
    evidence,
    explains,
    ...(probablyMeant !== undefined && { probablyMeant }),
  };
}
