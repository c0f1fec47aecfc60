import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { byCodeUnits } from '../lib/text.ts';

/**
 * Everything a table holds as text: one line of JSON for each item, sorted, attributes ordered by name. Two tables
 * with the same content give the same text. The random ids of the runs on record become `run-1`, `run-2` and so on
 * wherever they stand, in the order in which the runs started, and the request ids of invocations `request`; nothing
 * else is changed.
 */
export async function tableText(client: DynamoDBDocumentClient, tableName: string): Promise<string> {
  const items: Record<string, unknown>[] = [];
  for await (const page of paginateScan({ client }, { TableName: tableName, ConsistentRead: true })) {
    items.push(...(page.Items ?? []));
  }
  const runs = items
    .filter(({ pk }) => pk === 'RUN')
    .toSorted((left, right) => byCodeUnits(String(left.sk), String(right.sk)))
    .map(({ id }) => String(id));
  const lines = items.map((item) =>
    runs.reduce((line, id, index) => line.replaceAll(id, `run-${index + 1}`), JSON.stringify(ordered(item))),
  );
  return `${lines.toSorted().join('\n')}\n`;
}

/** The value with the attributes of every object in it by name, an item's key first. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const { pk, sk, ...rest } = value as Record<string, unknown>;
  const others = Object.entries(rest).toSorted(([left], [right]) => byCodeUnits(left, right));
  return Object.fromEntries([
    ...(pk === undefined ? [] : [['pk', pk]]),
    ...(sk === undefined ? [] : [['sk', sk]]),
    ...others.map(([name, each]) => [name, name === 'requestId' ? 'request' : ordered(each)]),
  ]);
}
