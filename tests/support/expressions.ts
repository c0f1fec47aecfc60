/**
 * The expressions of DynamoDB as far as lib/store writes them: conditions, filters and key conditions, and updates of
 * attributes at the top of an item. Anything else throws, so that nothing is taken for true that was not understood.
 */

/** The attributes of an item, or the input of a command, as far as they are read here. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Answers the value of a word of an expression: `:value`, `#name` or `name`. */
type ValueOf = (word: string) => unknown;
type Predicate = (value: ValueOf) => boolean;

/** What a token of an expression may be. */
const TOKEN = /\s*(<>|<=|>=|[=<>(),]|[#:]?\w+)/y;

/** The words that the expressions of a command use of those it gives: `#name` and `:value`. */
export function wordsUsed(...texts: readonly unknown[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => (typeof text === 'string' ? (text.match(/[#:]\w+/g) ?? []) : [])));
}

/** Whether an item meets a condition; `input` has the names and values that the condition uses. */
export function meets(text: string, item: Attributes, input: Attributes): boolean {
  const known = conditions.get(text) ?? new Parser(text).condition();
  conditions.set(text, known);
  return known(valuesIn(item, input));
}

/** The same few texts come thousands of times. */
const conditions = new Map<string, Predicate>();

/** An item after `SET a = :a, ... ADD b :b, ... REMOVE c, ...`. */
export function updated(text: string, item: Attributes, input: Attributes): Attributes {
  const value = valuesIn(item, input);
  const changed: Record<string, unknown> = { ...item };
  const clauses = text.split(/\b(SET|ADD|REMOVE)\b/);
  if (clauses[0]?.trim() !== '') throw new Error(`unread: ${text}`);
  for (let index = 1; index < clauses.length; index += 2) {
    const clause = clauses[index] ?? '';
    for (const part of (clauses[index + 1] ?? '').split(',')) {
      const [, word = '', operand = ''] = CHANGE[clause]?.exec(part.trim()) ?? [];
      if (word === '') throw new Error(`unread: ${part}`);
      const name = nameOf(word, input);
      if (clause === 'REMOVE') delete changed[name];
      else if (clause === 'SET') changed[name] = value(operand);
      else changed[name] = sumOf(changed[name] ?? 0, value(operand));
    }
  }
  return changed;
}

const CHANGE: Readonly<Record<string, RegExp>> = {
  SET: /^(#?\w+) = ([#:]?\w+)$/,
  ADD: /^(#?\w+) (:\w+)$/,
  REMOVE: /^(#?\w+)$/,
};

function sumOf(present: unknown, more: unknown): number {
  if (typeof present !== 'number' || typeof more !== 'number') throw new Error('ADD adds numbers here');
  return present + more;
}

function nameOf(word: string, input: Attributes): string {
  return word.startsWith('#') ? String((input.ExpressionAttributeNames as Attributes)?.[word]) : word;
}

function valuesIn(item: Attributes, input: Attributes): ValueOf {
  return (word) =>
    word.startsWith(':')
      ? (input.ExpressionAttributeValues as Attributes | undefined)?.[word]
      : item[nameOf(word, input)];
}

/** Reads a condition: OR binds weaker than AND, AND weaker than NOT. */
class Parser {
  readonly #tokens: string[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    TOKEN.lastIndex = 0;
    for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
      this.#tokens.push(found[1] ?? '');
      if (TOKEN.lastIndex === text.length) return;
    }
    this.#fail();
  }

  condition(): Predicate {
    const whole = this.#or();
    if (this.#tokens.length > 0) this.#fail();
    return whole;
  }

  #or(): Predicate {
    const parts = [this.#and()];
    while (this.#taken('OR')) parts.push(this.#and());
    return (value) => parts.some((part) => part(value));
  }

  #and(): Predicate {
    const parts = [this.#not()];
    while (this.#taken('AND')) parts.push(this.#not());
    return (value) => parts.every((part) => part(value));
  }

  #not(): Predicate {
    if (!this.#taken('NOT')) return this.#term();
    const part = this.#not();
    return (value) => !part(value);
  }

  #term(): Predicate {
    if (this.#taken('(')) {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    const left = this.#word();
    if (this.#taken('(')) return this.#call(left);
    if (this.#taken('BETWEEN')) {
      const from = this.#word();
      this.#expect('AND');
      const to = this.#word();
      return (value) => compared(value(left), '>=', value(from)) && compared(value(left), '<=', value(to));
    }
    if (this.#taken('IN')) {
      this.#expect('(');
      const choices = this.#list();
      return (value) => choices.some((choice) => compared(value(left), '=', value(choice)));
    }
    const operator = this.#tokens.shift() ?? this.#fail();
    const right = this.#word();
    return (value) => compared(value(left), operator, value(right));
  }

  #call(name: string): Predicate {
    const [left = '', right = ''] = this.#list();
    switch (name) {
      case 'attribute_exists':
        return (value) => value(left) !== undefined;
      case 'attribute_not_exists':
        return (value) => value(left) === undefined;
      case 'begins_with':
        return (value) => {
          const found = value(left);
          return typeof found === 'string' && found.startsWith(String(value(right)));
        };
      default:
        return this.#fail();
    }
  }

  #list(): string[] {
    const words = [this.#word()];
    while (this.#taken(',')) words.push(this.#word());
    this.#expect(')');
    return words;
  }

  #word(): string {
    const word = this.#tokens.shift() ?? '';
    return /^[#:]?\w+$/.test(word) ? word : this.#fail();
  }

  #taken(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #expect(token: string): void {
    if (!this.#taken(token)) this.#fail();
  }

  #fail(): never {
    throw new Error(`the table in memory does not read the expression ${this.#text}`);
  }
}

function compared(left: unknown, operator: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return operator === '<>';
  if (typeof left !== typeof right) return operator === '<>';
  const order = orderOf(left, right);
  switch (operator) {
    case '=':
      return order === 0;
    case '<>':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      throw new Error(`the table in memory does not compare by ${operator}`);
  }
}

/** Numbers by size, strings by their bytes in UTF-8; of two booleans only whether they are the same. */
function orderOf(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') return orderOfStrings(left, right);
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'boolean') return left === right ? 0 : Number.NaN;
  throw new Error('the table in memory compares strings, numbers and booleans');
}

/** Negative when the first sorts before the second, as DynamoDB sorts: by their bytes in UTF-8. */
export function orderOfStrings(left: string, right: string): number {
  if (left === right) return 0;
  // JavaScript's order differs where one of them leaves the Basic Multilingual Plane.
  if (SURROGATE.test(left) || SURROGATE.test(right))
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;
