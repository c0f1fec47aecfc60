import { type DeadLettersAnswer, deadLettersRequestSchema } from '../lib/contracts/dead-letters.ts';
import { sqsLetterQueue } from '../lib/dead-letters/queue.ts';
import { type DeadLetterTools, deadLetters } from '../lib/operations/dead-letters.ts';
import { errorName } from '../lib/refusal.ts';
import { forgetKey, sqs, store } from './clients.ts';
import { EnvironmentError, environment } from './environment.ts';
import { answering, type Invocation } from './invocation.ts';
import { noteRecording } from './recording.ts';
import { parseRequest } from './request.ts';

/** Time kept back for the letters under way and the answer, milliseconds. */
const RESERVE = 60_000;

async function handle(event: unknown, invocation: Invocation): Promise<DeadLettersAnswer> {
  const request = parseRequest(deadLettersRequestSchema, event);
  const answer = await deadLetters(request, tools(invocation));
  if ('counts' in answer) {
    const { counts, waiting, unfinished } = answer;
    invocation.log.info('dead letters', { action: request.action, counts, waiting, unfinished });
  }
  return answer;
}

function tools({ log, timeIsUp }: Invocation): DeadLetterTools {
  const { DEAD_LETTER_QUEUE_URL: waiting, PARKED_QUEUE_URL: parked } = environment();
  if (!waiting || !parked) throw new EnvironmentError(NO_QUEUES);
  return {
    waiting: sqsLetterQueue(sqs(), waiting),
    parked: sqsLetterQueue(sqs(), parked),
    ingest: { store: store(), forgetKey: forgetKey(), onStored: (facts) => noteRecording(facts, log) },
    timeIsUp: () => timeIsUp(RESERVE),
    onFailure: (id, error) => log.error('dead letter not worked on', { id, errorName: errorName(error) }),
  };
}

const NO_QUEUES = {
  ja: '環境変数 DEAD_LETTER_QUEUE_URL と PARKED_QUEUE_URL に、未処理メッセージのキューと保留用のキューを指定してください',
  en: 'DEAD_LETTER_QUEUE_URL and PARKED_QUEUE_URL must name the queues of dead letters and of parked ones',
};

/** Lists, shows, puts back or parks what could not be read or stored. */
export const handler = answering(handle);
