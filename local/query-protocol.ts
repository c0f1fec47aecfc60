/** AWS's query protocol, as SES's first API and STS speak it: a form in, XML out. */

/** An XML element with a text. */
export function element(name: string, text: string): string {
  const escaped = text.replaceAll(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<${name}>${escaped}</${name}>`;
}

/** The whole answer of a call; `members` is XML. */
export function queryAnswer(namespace: string, name: string, members: string): string {
  const result = `<${name}Result>${members}</${name}Result>`;
  return `<${name}Response xmlns="${namespace}">${result}<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${name}Response>`;
}

/** An error as a whole answer. */
export function queryFault(
  namespace: string,
  {
    type,
    code,
    message,
  }: { readonly type: 'Sender' | 'Receiver'; readonly code: string; readonly message: string },
): string {
  const error = [element('Type', type), element('Code', code), element('Message', message)].join('');
  return `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error><RequestId>local</RequestId></ErrorResponse>`;
}
