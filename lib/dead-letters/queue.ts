import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Keeps what could not be read, with the reason, where an engineer finds it. */
export interface DeadLetters {
  /** Throws when it was not kept: then the caller must fail, so that the platform keeps the message. */
  keep(body: string, reason: string): Promise<void>;
}

/** Longest reason sent along; SQS counts attributes into the message's size. */
const MAXIMUM_REASON_LENGTH = 1_000;

/** Dead letters in an SQS queue: the body as it came, the reason as message attribute `Reason`. */
export function sqsDeadLetters(client: SQSClient, queueUrl: string): DeadLetters {
  return {
    async keep(body, reason) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          // SQS refuses an empty body.
          MessageBody: body === '' ? '(empty message)' : body,
          MessageAttributes: {
            Reason: { DataType: 'String', StringValue: reason.slice(0, MAXIMUM_REASON_LENGTH) },
          },
        }),
      );
    },
  };
}
