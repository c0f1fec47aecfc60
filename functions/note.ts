import { maskAddress } from '../lib/address.ts';
import { now } from '../lib/clock.ts';
import { type NotesAnswer, noteRequestSchema } from '../lib/contracts/note.ts';
import { note } from '../lib/operations/notes.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';
import { withWatchedStore } from './watched-store.ts';

async function handle(event: unknown, invocation: Invocation): Promise<NotesAnswer> {
  const request = parseRequest(noteRequestSchema, event);
  const answer = await withWatchedStore(invocation, (store) => note(request, { store, now }));
  const { left, removed } = answer;
  if (left !== undefined || removed !== undefined) {
    invocation.log.info('note', { address: maskAddress(answer.address), left, removed: removed?.length });
  }
  return answer;
}

/** Leaves a note beside the case of an address, takes notes back, or shows them. */
export const handler = answering(handle);
