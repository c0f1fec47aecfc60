import { element, queryFault } from '../query-protocol.ts';
import type { NotificationType } from './account.ts';
import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';

/**
 * The two calls of SES's first API (2010-12-01) that the second has no equal of: the topics of identities. The
 * protocol is AWS's query (query-protocol.ts).
 */

/** One call of the first API: what it works on, and the inside of its result. */
export interface QueryOperation {
  readonly name: string;
  /** What faults and the log know the call by. */
  readonly subject: (form: URLSearchParams) => string;
  /** The members of the result, as XML. @throws {SesError} by the names of the second API. */
  readonly run: (ses: LocalSes, form: URLSearchParams) => string;
}

/** Most identities in one call (API reference, GetIdentityNotificationAttributes). */
const MAXIMUM_IDENTITIES = 100;

const TYPES: readonly NotificationType[] = ['Bounce', 'Complaint', 'Delivery'];

/** See the head of this file. */
export const QUERY_OPERATIONS: readonly QueryOperation[] = [
  {
    name: 'GetIdentityNotificationAttributes',
    subject: (form) => identitiesIn(form)[0] ?? '',
    run: (ses, form) => {
      const names = identitiesIn(form);
      if (names.length > MAXIMUM_IDENTITIES) {
        throw new SesError('BadRequestException', `More than ${MAXIMUM_IDENTITIES} identities.`);
      }
      const entries = ses.identities
        .filter(({ name }) => names.includes(name))
        .map(({ name, topics = {}, feedbackForwarding }) => {
          const own = TYPES.flatMap((type) => [
            ...(topics[type] === undefined ? [] : [element(`${type}Topic`, topics[type])]),
            element(`HeadersIn${type}NotificationsEnabled`, 'false'),
          ]);
          const value = [...own, element('ForwardingEnabled', String(feedbackForwarding !== false))].join('');
          return `<entry>${element('key', name)}<value>${value}</value></entry>`;
        });
      return `<NotificationAttributes>${entries.join('')}</NotificationAttributes>`;
    },
  },
  {
    name: 'SetIdentityNotificationTopic',
    subject: (form) => form.get('Identity') ?? '',
    run: (ses, form) => {
      // A name, or an ARN that ends in one.
      const name = (form.get('Identity') ?? '').replace(/^arn:[^/]*\//, '');
      const type = TYPES.find((each) => each === form.get('NotificationType'));
      const topic = form.get('SnsTopic') || undefined;
      if (type === undefined) throw new SesError('BadRequestException', 'Invalid notification type.');
      const identity = ses.identities.find((each) => each.name === name);
      if (identity === undefined || identity.verified === false) {
        throw new SesError('BadRequestException', `Identity <${name}> is not verified.`);
      }
      if (topic === undefined && type !== 'Delivery' && identity.feedbackForwarding === false) {
        throw new SesError('BadRequestException', 'Feedback forwarding is off: both topics are needed.');
      }
      if (topic !== undefined) ses.subscribeTopic(topic, welcome(topic, type, name));
      ses.changeIdentity(name, ({ topics: { [type]: _, ...topics } = {}, ...others }) => ({
        ...others,
        topics: { ...topics, ...(topic !== undefined && { [type]: topic }) },
      }));
      return '';
    },
  },
];

/** What a topic is told when an identity begins to use it. */
function welcome(topic: string, type: NotificationType, identity: string): string {
  return JSON.stringify({
    notificationType: 'AmazonSnsSubscriptionSucceeded',
    message: `You have successfully subscribed your Amazon SNS topic '${topic}' to receive '${type}' notifications from Amazon SES for identity '${identity}'.`,
  });
}

/** `Identities.member.1` and so on. */
function identitiesIn(form: URLSearchParams): string[] {
  return [...form].flatMap(([key, value]) => (key.startsWith('Identities.member.') ? [value] : []));
}

/** The first API's own words for what it shares with the second. */
const CODES: Readonly<Partial<Record<string, string>>> = {
  AccessDeniedException: 'AccessDenied',
  BadRequestException: 'InvalidParameterValue',
  InternalServiceErrorException: 'InternalFailure',
  TooManyRequestsException: 'Throttling',
};

/** An error in the first API's form; every fault of the caller is a 400 but for a refusal by IAM. */
export function queryError({ name, message }: SesError): { readonly status: number; readonly body: string } {
  const isOwn = name === 'InternalServiceErrorException';
  return {
    status: isOwn ? 500 : name === 'AccessDeniedException' ? 403 : 400,
    body: queryFault(NAMESPACE, {
      type: isOwn ? 'Receiver' : 'Sender',
      code: CODES[name] ?? name,
      message,
    }),
  };
}

/** Of the first API's answers. */
export const NAMESPACE = 'http://ses.amazonaws.com/doc/2010-12-01/';
