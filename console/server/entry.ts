import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Who may use the console: whoever opened the address that the terminal printed, from then on by a cookie. */

/** One browser that was let in. */
export interface Visitor {
  /** The cookie's value. */
  readonly cookie: string;
  /** What every request must repeat in a header: a page of another origin cannot read it. */
  readonly token: string;
}

/** Keeps who was let in. Everything of it is gone with the process. */
export interface Entry {
  /** The ticket in the address that is printed; it lets one browser in, and is another afterwards. */
  ticket(): string;
  /** Lets a browser in. Undefined: the ticket is none, or was used. */
  admit(ticket: string): Visitor | undefined;
  /** Who a cookie belongs to; undefined for a stranger. */
  visitor(cookie: string | undefined): Visitor | undefined;
  /** Whether a request repeats its visitor's token. */
  isOwn(visitor: Visitor, token: string | undefined): boolean;
}

/** Bytes of a secret: as many as nobody guesses. */
const SECRET_BYTES = 32;

/** Opens the console's door; see {@link Entry}. */
export function createEntry(): Entry {
  let ticket = secret();
  const visitors = new Map<string, Visitor>();
  return {
    ticket: () => ticket,
    admit: (given) => {
      if (!isSame(given, ticket)) return undefined;
      ticket = secret();
      const visitor = { cookie: secret(), token: secret() };
      visitors.set(visitor.cookie, visitor);
      return visitor;
    },
    visitor: (cookie) => (cookie === undefined ? undefined : visitors.get(cookie)),
    isOwn: (visitor, token) => token !== undefined && isSame(token, visitor.token),
  };
}

function secret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Compares in a time that does not tell how much of a guess was right. */
function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
