/** In a browser, what Node's `url` is to lib/address.ts: the build puts it in its place. */

/** A domain in ASCII as a URL has it; empty where it is none. */
export function domainToASCII(domain: string): string {
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return '';
  }
}
