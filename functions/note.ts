import { maskAddress } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { type NotesAnswer, noteRequestSchema } from '../lib/contracts/note.ts';
import { note } from '../lib/operations/notes.ts';
import { store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown, { log }: Invocation): Promise<NotesAnswer> {
  const answer = await note(parseRequest(noteRequestSchema, event), { store: store(), now });
  const { left, removed } = answer;
  if (left !== undefined || removed !== undefined) {
    log.info('note', { address: maskAddress(answer.address), left, removed: removed?.length });
  }
  return answer;
}

/** Leaves a note beside the case of an address, takes notes back, or shows them. */
export const handler = answering(handle);
