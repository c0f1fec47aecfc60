import { userInfo } from 'node:os';
import { type LocalServer, startServer } from './http.ts';
import { element, queryAnswer, queryFault } from './query-protocol.ts';

/** STS as far as a command line asks it: who calls (STS API reference, GetCallerIdentity). */

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const ACCOUNT = '123456789012';

/** Starts STS. Whoever calls is a user of the local account by the name that they have on this machine. */
export function startSts(arn: string = callerOnThisMachine()): Promise<LocalServer> {
  return startServer(({ body, query }, response) => {
    const form = new URLSearchParams(body || query);
    const isKnown = form.get('Action') === 'GetCallerIdentity';
    const members = [element('Arn', arn), element('UserId', 'AIDALOCAL'), element('Account', ACCOUNT)].join(
      '',
    );
    const text = isKnown
      ? queryAnswer(NAMESPACE, 'GetCallerIdentity', members)
      : queryFault(NAMESPACE, {
          type: 'Sender',
          code: 'InvalidAction',
          message: 'The local STS only says who calls.',
        });
    response.writeHead(isKnown ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(text);
  });
}

function callerOnThisMachine(): string {
  // What the name of an IAM user may hold.
  return `arn:aws:iam::${ACCOUNT}:user/${userInfo().username.replaceAll(/[^\w+=,.@-]/g, '-')}`;
}
