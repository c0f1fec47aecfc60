import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { requestHandler } from './runtime.ts';

let lambda: LambdaClient | undefined;

/**
 * Invokes this very function once more, without waiting for it: for work that one invocation did not finish. An
 * invocation whose answer was lost may be asked for twice; the lease lets only one of them work.
 *
 * @param functionName undefined outside Lambda, where whoever called goes on by calling again.
 */
export async function continueInFreshInvocation(
  functionName: string | undefined,
  request: object,
): Promise<void> {
  if (functionName === undefined) return;
  lambda ??= new LambdaClient({ requestHandler });
  await lambda.send(
    new InvokeCommand({
      FunctionName: functionName,
      InvocationType: 'Event',
      Payload: JSON.stringify(request),
    }),
  );
}
