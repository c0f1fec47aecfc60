import { now } from '../lib/clock.ts';
import { type MembersAnswer, membersRequestSchema } from '../lib/contracts/members.ts';
import { members } from '../lib/operations/members.ts';
import { store } from './clients.ts';
import { answering, type Invocation } from './invocation.ts';
import { parseRequest } from './request.ts';

async function handle(event: unknown, { log }: Invocation): Promise<MembersAnswer> {
  const answer = await members(parseRequest(membersRequestSchema, event), { store: store(), now });
  if ('stored' in answer) {
    const [stored, rejected] = [answer.stored, answer.rejected.length];
    log.count({ membersStored: stored, membersRejected: rejected });
    log.info('members stored', { stored, rejected });
  }
  return answer;
}

/** Stores rows of the shop's customer list, or removes or shows one customer. */
export const handler = answering(handle);
