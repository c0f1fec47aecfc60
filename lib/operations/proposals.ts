import * as z from 'zod';
import type { ProposalsPage, proposalsRequestSchema } from '../contracts/proposals.ts';
import { Refusal } from '../refusal.ts';
import { casesInState } from '../store/cases.ts';
import type { Key } from '../store/keys.ts';
import type { Table } from '../store/table.ts';

/** The proposals that wait for an operator. */
export async function proposals(
  request: z.infer<typeof proposalsRequestSchema>,
  store: Table,
): Promise<ProposalsPage> {
  const page = await casesInState(store, 'proposed', {
    limit: request.limit,
    ...(request.next !== undefined && { from: decode(request.next) }),
  });
  return { proposals: page.items, ...(page.next && { next: encode(page.next) }) };
}

const keySchema = z.record(z.string(), z.string());

function encode(key: Key): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Thrown when `next` is not one that a page before answered. */
export class InvalidPageError extends Refusal {
  override readonly name = 'InvalidPageError';
  override readonly code = 'wrong-next';
}

function decode(next: string): Key {
  try {
    return keySchema.parse(JSON.parse(Buffer.from(next, 'base64url').toString())) as unknown as Key;
  } catch (error) {
    throw new InvalidPageError(
      {
        ja: 'next（--next）には、前のページに表示された値をそのまま指定してください。',
        en: '`next` must be the value a page before answered',
      },
      { cause: error },
    );
  }
}
