import { stripControls } from '../../lib/address.ts';
import type { Bilingual } from '../../lib/text.ts';
import { CliError } from '../errors.ts';

/** Where in a row the fields stand: indexes of columns. */
export interface Columns {
  readonly address: number;
  /** The earliest of them counts: registered, first order. */
  readonly since: readonly number[];
  /** The latest of them counts: last log-in, last order. */
  readonly lastSeen: readonly number[];
}

/** Columns named by the operator. */
export interface ColumnNames {
  readonly address?: string;
  readonly since?: string;
  readonly lastSeen?: string;
}

/** Headings as shops and shop systems write them, in the form `plain` gives. */
const HEADINGS = {
  address: [
    'メールアドレス',
    'メール',
    'eメール',
    'eメールアドレス',
    'email',
    'emailaddress',
    'mail',
    'mailaddress',
    'pcメールアドレス',
    '携帯メールアドレス',
    '会員メールアドレス',
    'お客様メールアドレス',
    '顧客メールアドレス',
    '購入者メールアドレス',
    '注文者メールアドレス',
    'customeremail',
  ],
  since: [
    '登録日',
    '登録日時',
    '会員登録日',
    '会員登録日時',
    '入会日',
    '入会日時',
    '新規登録日',
    '作成日',
    '作成日時',
    '初回購入日',
    '初回注文日',
    'since',
    'membersince',
    'created',
    'createdat',
    'createddate',
    'datecreated',
    'registered',
    'registeredat',
    'registrationdate',
    'signupdate',
    'joined',
    'joinedat',
    'firstorder',
    'firstorderdate',
  ],
  lastSeen: [
    '最終ログイン',
    '最終ログイン日',
    '最終ログイン日時',
    '最終購入日',
    '最終購入日時',
    '最終注文日',
    '最終注文日時',
    '最終利用日',
    '最終来店日',
    'lastlogin',
    'lastloginat',
    'lastlogindate',
    'lastorder',
    'lastorderat',
    'lastorderdate',
    'lastpurchase',
    'lastpurchasedate',
    'lastseen',
    'lastactive',
  ],
} as const satisfies Record<keyof Columns, readonly string[]>;

const NO_HEADINGS: Bilingual = {
  ja: '1行目が顧客のデータになっているようです。その前に見出しの行を入れてください。',
  en: 'The first line seems to be a customer: a line of headings must stand before it.',
};
const NAME_THE_COLUMN: Bilingual = {
  ja: '--address-column で列を指定してください。',
  en: 'Name it with --address-column.',
};

/** Headings shown in a message, at most. */
const SHOWN = 30;

/**
 * Finds the columns of a header: those the operator named, else those with a known heading.
 *
 * @throws {CliError} when the address's column is missing or not the only one, or a named one is not there.
 */
export function findColumns(header: readonly string[], names: ColumnNames): Columns {
  const plainHeader = header.map(plain);
  const find = (field: keyof Columns): number[] => {
    const known: readonly string[] = HEADINGS[field];
    return plainHeader.flatMap((heading, index) => (known.includes(heading) ? [index] : []));
  };
  const named = (name: string): number => {
    const exact = header.indexOf(name);
    const index = exact >= 0 ? exact : plainHeader.indexOf(plain(name));
    if (index < 0) {
      const shown = stripControls(name);
      const are = columnsAre(header);
      throw new CliError({
        ja: `列「${shown}」がありません。${are.ja}`,
        en: `there is no column "${shown}". ${are.en}`,
      });
    }
    return index;
  };

  const addresses = names.address === undefined ? find('address') : [named(names.address)];
  const [address] = addresses;
  if (address === undefined) {
    const hint = header.some((cell) => cell.includes('@')) ? NO_HEADINGS : NAME_THE_COLUMN;
    const are = columnsAre(header);
    throw new CliError({
      ja: `メールアドレスの列が見つかりません。${hint.ja}${are.ja}`,
      en: `no column is known to be the address. ${hint.en} ${are.en}`,
    });
  }
  if (addresses.length > 1) {
    const candidates = addresses.map((index) => `"${stripControls(header[index] ?? '')}"`).join(', ');
    throw new CliError({
      ja: `メールアドレスの列の候補が複数あります（${candidates}）。--address-column で1つを指定してください。両方を取り込むには、2回に分けて取り込みます。`,
      en: `several columns may be the address: ${candidates}. Name one with --address-column; to import both, import twice.`,
    });
  }
  return {
    address,
    since: names.since === undefined ? find('since') : [named(names.since)],
    lastSeen: names.lastSeen === undefined ? find('lastSeen') : [named(names.lastSeen)],
  };
}

/** Whether a row of headings has one that is known to be the address's. */
export function hasKnownAddressColumn(header: readonly string[]): boolean {
  const known: readonly string[] = HEADINGS.address;
  return header.some((heading) => known.includes(plain(heading)));
}

/** A heading without what shop systems vary: width, case, blanks, underscores, hyphens, marks. */
function plain(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-:*()（）【】「」]/g, '');
}

function columnsAre(header: readonly string[]): Bilingual {
  const names = header.slice(0, SHOWN).map((cell) => `"${stripControls(cell.slice(0, 60))}"`);
  const shown = `${names.join(', ')}${header.length > SHOWN ? ', …' : ''}`;
  return { ja: `見出しは ${shown} です。`, en: `The columns are ${shown}` };
}
