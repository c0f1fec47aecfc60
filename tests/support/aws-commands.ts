import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as events from '@aws-sdk/client-eventbridge';
import * as lambda from '@aws-sdk/client-lambda';
import * as ses from '@aws-sdk/client-ses';
import * as sesv2 from '@aws-sdk/client-sesv2';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as z from 'zod';

/** Commands of the AWS CLI, held to the models of the services that the SDK brings along: the CLI goes by the same. */

/** The services by the CLI's names. */
const SERVICES: Readonly<Record<string, object>> = {
  ...{ cloudwatch, events, lambda, ses, sesv2, sns, sqs, ssm },
};
/** What every command of the CLI takes. */
const OF_ALL = new Set(['region', 'profile', 'output', 'query']);

/** Of an operation: its input, as a function. Of the input: its members, of which the first so many are required. */
const operationSchema = z.tuple([z.number(), z.string(), z.string(), z.unknown()], z.unknown());
const inputSchema = z.tuple(
  [z.number(), z.string(), z.string(), z.unknown(), z.array(z.string()), z.unknown()],
  z.unknown(),
);

/** Parameters that the CLI names otherwise than the model (awscli/customizations/argrename.py). */
const RENAMED: Readonly<Record<string, string>> = { 'sns subscribe notification-endpoint': 'endpoint' };

/** The words of a command line, as a shell takes them apart. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g)].map(([word]) =>
    word.replaceAll(
      /'([^']*)'|"([^"]*)"|\\(.)/g,
      (_, single, double, escaped) => single ?? double ?? escaped,
    ),
  );
}

/** What is wrong with `aws SERVICE OPERATION --PARAMETER …` by the service's model; empty: nothing. */
export function wrongIn(command: string): string[] {
  const [aws, service = '', operation = '', ...rest] = wordsOf(command);
  const model = SERVICES[service];
  if (aws !== 'aws' || model === undefined) return [`no service ${service}`];
  const named = `${plain(operation)}command`;
  const [, Command] = Object.entries(model).find(([name]) => name.toLowerCase() === named) ?? [];
  if (typeof Command !== 'function') return [`${service} has no operation ${operation}`];
  const [, , , , input] = operationSchema.parse(
    (Reflect.construct(Command, [{}]) as { readonly schema: unknown }).schema,
  );
  const [, , , , members, , required] = inputSchema.parse((input as () => unknown)());
  const known = new Map(members.map((name) => [plain(name), name]));
  const given = rest
    .flatMap((word) => /^--([\w-]+)/.exec(word)?.[1] ?? [])
    .map((name) => RENAMED[`${service} ${operation} ${name}`] ?? name);
  const unknown = given.filter((name) => !known.has(plain(name)) && !OF_ALL.has(name));
  const missing = members
    .slice(0, Number(required ?? 0))
    .filter((name) => !given.map(plain).includes(plain(name)));
  return [
    ...unknown.map((name) => `${service} ${operation} takes no --${name}`),
    ...missing.map((name) => `${service} ${operation} needs ${name}`),
  ];
}

/** `--topic-arn` and `TopicArn` are the same parameter. */
function plain(name: string): string {
  return name.replaceAll('-', '').toLowerCase();
}
