/** Largest JSON of unknown fields that a fact keeps, in characters. */
const MAXIMUM_LENGTH = 4_000;
/** Names that the layers below mistake for something else: DynamoDB's own rule, and JavaScript's two traps. */
const UNSTORABLE_NAMES: ReadonlySet<string> = new Set(['', '__proto__', 'constructor']);
/** Deepest nesting kept as such. DynamoDB allows 32 levels; SES's own events have three. */
const MAXIMUM_DEPTH = 8;

/**
 * Unknown fields of an event in a form that can be stored whatever they are; undefined when there are none.
 *
 * What SES will add is not known, and DynamoDB and its client refuse some of what JSON can say: integers beyond
 * 2^53, numbers beyond 10^125, some names, deep nesting. Such a field must not make the evidence beside it
 * impossible to write: numbers are kept as their text, the rest as the fields' JSON text, cut to length.
 */
export function storableExtra(
  fields: Record<string, unknown>,
): Readonly<Record<string, unknown>> | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  const kept = storable(fields, 0);
  if (kept === undefined) return { truncated: jsonStart(fields) };
  const json = JSON.stringify(kept);
  if (json.length > MAXIMUM_LENGTH) return { truncated: cut(json) };
  return kept as Record<string, unknown>;
}

/** A copy that DynamoDB takes, or undefined when only text can keep it. */
function storable(value: unknown, depth: number): unknown {
  if (depth > MAXIMUM_DEPTH) return undefined;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value === 'number') return isPlain(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) {
    const items = value.map((item) => storable(item, depth + 1));
    return items.includes(undefined) ? undefined : items;
  }
  const entries = Object.entries(value).map(
    ([name, item]) => [name.toWellFormed(), storable(item, depth + 1)] as const,
  );
  if (entries.some(([name, item]) => item === undefined || UNSTORABLE_NAMES.has(name))) return undefined;
  return Object.fromEntries(entries);
}

/** Numbers that the client takes (up to 2^53) and DynamoDB keeps (down to 10^-130), with room to spare. */
function isPlain(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size <= Number.MAX_SAFE_INTEGER && size > 1e-20);
}

/** The first part of the fields' JSON; without values nested so deeply that writing them down would overflow. */
function jsonStart(fields: Record<string, unknown>): string {
  try {
    return cut(JSON.stringify(fields));
  } catch {
    return cut(JSON.stringify({ nestedTooDeeply: Object.keys(fields) }));
  }
}

function cut(text: string): string {
  return text.slice(0, MAXIMUM_LENGTH).toWellFormed();
}
