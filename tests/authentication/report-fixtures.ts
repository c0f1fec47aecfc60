import { crc32, deflateRawSync } from 'node:zlib';

/** Aggregate reports and archives made for the tests: no line of them is a real reporter's. */

/** One row of a report, as far as a test cares. */
export interface RowFixture {
  readonly ip?: string;
  readonly count?: number | string;
  readonly disposition?: string;
  readonly dkim?: string;
  readonly spf?: string;
  readonly reason?: string;
  readonly from?: string;
  readonly authDkim?: readonly { domain?: string; selector?: string; result?: string }[];
  readonly authSpf?: readonly { domain?: string; result?: string; scope?: string }[];
}

/** What differs from a sound report. */
export interface ReportFixture {
  readonly id?: string;
  readonly organization?: string;
  readonly domain?: string;
  readonly begin?: number;
  readonly end?: number;
  readonly rfc9990?: boolean;
  readonly policy?: string;
  readonly rows?: readonly RowFixture[];
}

/** 2026-11-01T00:00:00Z. */
export const BEGIN = 1_793_491_200;
const DAY = 86_400;

const element = (name: string, value: string | number | undefined) =>
  value === undefined ? '' : `<${name}>${value}</${name}>`;

/** A row's XML. */
export function rowXml(row: RowFixture = {}): string {
  const dkim = (row.authDkim ?? [{ domain: 'shop.example', selector: 'tokaaa', result: 'pass' }])
    .map(
      (one) =>
        `<dkim>${element('domain', one.domain)}${element('selector', one.selector)}${element('result', one.result)}</dkim>`,
    )
    .join('');
  const spf = (row.authSpf ?? [{ domain: 'bounce.shop.example', result: 'pass' }])
    .map(
      (one) =>
        `<spf>${element('domain', one.domain)}${element('scope', one.scope)}${element('result', one.result)}</spf>`,
    )
    .join('');
  return `<record><row><source_ip>${row.ip ?? '54.240.10.1'}</source_ip><count>${row.count ?? 1}</count><policy_evaluated><disposition>${row.disposition ?? 'none'}</disposition><dkim>${row.dkim ?? 'pass'}</dkim><spf>${row.spf ?? 'pass'}</spf>${row.reason ?? ''}</policy_evaluated></row><identifiers><header_from>${row.from ?? 'shop.example'}</header_from></identifiers><auth_results>${dkim}${spf}</auth_results></record>`;
}

/** A report's XML. */
export function reportXml(fixture: ReportFixture = {}): string {
  const begin = fixture.begin ?? BEGIN;
  const namespace = fixture.rfc9990 === true ? ' xmlns="urn:ietf:params:xml:ns:dmarc-2.0"' : '';
  const policy = fixture.policy ?? '<p>none</p><sp>none</sp><pct>100</pct>';
  return `<?xml version="1.0" encoding="UTF-8"?>
<feedback${namespace}><version>1.0</version><report_metadata><org_name>${fixture.organization ?? 'receiver.example'}</org_name><email>dmarc@receiver.example</email><report_id>${fixture.id ?? 'r-1'}</report_id><date_range><begin>${begin}</begin><end>${fixture.end ?? begin + DAY - 1}</end></date_range></report_metadata><policy_published><domain>${fixture.domain ?? 'shop.example'}</domain><adkim>r</adkim><aspf>r</aspf>${policy}</policy_published>${(fixture.rows ?? [{}]).map(rowXml).join('')}</feedback>`;
}

/** A zip archive; `claim` is the unpacked size its directory states, where that is a lie. */
export function zip(files: readonly { name: string; content: Buffer; claim?: number }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claim } of files) {
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claim ?? content.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, tail, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from('PK\x05\x06'), end]);
}

/** A mail that carries files. */
export function mailWith(files: readonly { name: string; type: string; content: Buffer }[]): Buffer {
  const parts = files.map(
    ({ name, type, content }) =>
      `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64').replaceAll(/.{76}/g, '$&\r\n')}\r\n`,
  );
  return Buffer.from(
    `From: dmarc@receiver.example\r\nTo: r@shop.example\r\nSubject: Report Domain: shop.example Submitter: receiver.example Report-ID: <r-1>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nA report.\r\n${parts.join('')}--b--\r\n`,
  );
}
