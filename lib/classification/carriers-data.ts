import type { Bilingual } from '../text.ts';
import type { Carrier } from './carrier.ts';

/** Short names of the sources below, so that a row can be checked against the public page it rests on. */
const SOURCE = {
  sisimaiIssue64: 'github.com/sisimai/go-sisimai issue 64 (2025-02-27)',
  docomoFolder: 'k-tai.watch.impress.co.jp/docs/news/1662487.html (2025-02-13)',
  docomoDmarc: 'news.biglobe.ne.jp/it/0213/mnn_250213_2169408279.html (2025-02-13)',
  distinguish: 'libsisimai.org/ja/docs/distinguish-between-the-unknown-and-the-filtered.html',
  phoneGroup: 'p5-sisimai lib/Sisimai/Group/JP/Phone.pm and Web.pm (before 4578436e)',
  formList: 'faq.restaurant-board.airregi.jp article 360005174434',
  set: 'github.com/sisimai/set-of-emails 18e585c',
  kddi: 'Sisimai Rhost::KDDI; p5-sisimai issue 232',
  kddiNotes: 'note.com/sendmagic/n/n875d8dcb6cb8',
  auManual: 'Samsung SM-G900J (SCL23) au manual p.115 (2014)',
  auManual2023: 'au.com/online-manual/scg19 m_05_02_01.html (2023)',
  softbankNotes: 'note.com/sendmagic/n/n5afbf98aeb25',
  softbankDmarc: 'softbank.jp/mobile/info/personal/news/support/20240213a/',
  softbankHelp: 'selfcare.softbank.jp/cca/help/j/white.html',
  softbank2006: 'softbank.jp/mobile/info/personal/news/support/060928',
  rakuten: 'github.com/sisimai/go-sisimai issue 172; Rakuten Mobile, page "楽メール"',
  uq: 'uqwimax.jp/mobile/plan/option/mail/caution/',
  willcomFilter: 'Sisimai Reason::Filtered',
  willcomlive: 'lifewithunix.jp/notes/2021/02/06',
  mopera: 'start.mopera.net/contents/noauth/kiyaku/moperau (2024-04-17)',
  dekyoDocomo: 'dekyo.or.jp/soudan/contents/taisaku/2-4docomo-details.html',
  smtpsDocomo: 'blog.smtps.jp/entry/carrier-spam-filter-2',
} as const;

/** A setting's name as the carrier writes it, with an English gloss where the carrier has no English page. */
function setting(
  ja: string,
  en: string,
  source: string,
): { readonly name: Bilingual; readonly source: string } {
  return { name: { ja, en: `${ja} (${en})` }, source };
}

/**
 * The carriers that issue mail addresses in Japan, and the brands that once did.
 *
 * Not here, because they issue none: ahamo, povo, LINEMO; and because they are ISP or web mail, not carrier mail:
 * mineo.jp, *.dion.ne.jp, ybb.ne.jp (toha-search.com/net/carrier-mail.htm). The domain tells whose filter applies,
 * not whose network the customer is on: addresses have been portable since December 2021.
 */
export const CARRIER_TABLE: readonly Carrier[] = [
  {
    id: 'docomo',
    name: { ja: 'NTTドコモ', en: 'NTT docomo' },
    domains: [
      { domain: 'docomo.ne.jp', state: 'current', subdomains: true, source: SOURCE.docomoFolder },
      { domain: 'mopera.net', state: 'current', source: SOURCE.mopera },
      { domain: 'mopera.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'docomo.blackberry.com', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'dwmail.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'docomo-camera.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'nttpnet.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.phoneGroup },
      { domain: 'phone.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.phoneGroup },
      { domain: 'mozio.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.phoneGroup },
      {
        domain: 'disneymobile.ne.jp',
        state: 'legacy',
        source: 'dekyo.or.jp/soudan/taisaku/2-2softbank.html',
      },
    ],
    hosts: ['docomo.ne.jp', 'mopera.net'],
    addresses: ['203.138.180.112', '203.138.180.240', '203.138.181.112', '203.138.181.240'],
    settings: [
      setting('受信リスト/拒否リスト設定', 'allow and block lists', 'note.com/sendmagic/n/n604d2bb68ecf'),
      setting('パソコンなどのメール受信設定', 'mail from PCs', SOURCE.smtpsDocomo),
      setting('なりすましメールの拒否設定', 'forged senders', SOURCE.smtpsDocomo),
      setting('特定URL付メール拒否設定', 'mail with listed URLs', SOURCE.dekyoDocomo),
      setting(
        'かんたん設定 受信拒否 強',
        'preset that refuses all mail from outside the carriers',
        SOURCE.dekyoDocomo,
      ),
      setting('迷惑メールフォルダ', 'spam folder, kept 30 days', SOURCE.docomoFolder),
    ],
    filtering: [
      { behaviour: 'refuses', until: '2025-03-12T15:00:00.000Z', source: SOURCE.distinguish },
      {
        behaviour: 'accepts and files',
        from: '2025-03-12T15:00:00.000Z',
        note: {
          ja: '2025年2月13日から3月12日にかけて順次切り替え。送信元のDMARCポリシーがrejectで認証に失敗したメールは現在も拒否されます。',
          en: 'Rolled out from 2025-02-13 to 2025-03-12. Mail that fails DMARC under p=reject is still refused.',
        },
        source: `${SOURCE.docomoFolder}; ${SOURCE.docomoDmarc}; ${SOURCE.sisimaiIssue64}`,
      },
    ],
  },
  {
    id: 'au',
    name: { ja: 'au', en: 'au (KDDI)' },
    domains: [
      { domain: 'au.com', state: 'current', source: SOURCE.kddi },
      { domain: 'ezweb.ne.jp', state: 'current', source: SOURCE.kddi },
      { domain: 'biz.au.com', state: 'current', source: SOURCE.phoneGroup },
      // `??.ezweb.ne.jp` (regional), `augps.ezweb.ne.jp` (handsets) and `<company>.biz.ezweb.ne.jp`.
      { domain: 'ezweb.ne.jp', state: 'legacy', subdomains: 'only', source: SOURCE.phoneGroup },
      { domain: 'ido.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.phoneGroup },
      { domain: 'auone.jp', state: 'ended', source: 'e.tpot.tk/a/001642.html' },
      { domain: 'sky.tkk.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.formList },
      { domain: 'sky.tkc.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.formList },
      { domain: 'sky.tu-ka.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.phoneGroup },
      { domain: 'sky.tuka.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.formList },
      { domain: 'sky.dtg.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.formList },
    ],
    hosts: ['ezweb.ne.jp', 'msmx.au.com'],
    addresses: ['27.85.176.228'],
    settings: [
      setting(
        '受信リスト設定(必ず受信)',
        'reception list settings, with the "always receive" box',
        SOURCE.auManual2023,
      ),
      setting('携帯/PHS以外からのメールを拒否する', 'refuses mail from PCs', SOURCE.auManual2023),
      setting('アドレス帳受信設定', 'address book reception settings', SOURCE.auManual2023),
      setting('拒否リスト設定', 'rejection list settings', SOURCE.auManual2023),
      setting('なりすまし規制', 'forged senders; refuses without any notice', SOURCE.auManual),
      setting('迷惑メールおまかせ規制', 'spam verdict by the server, without any notice', SOURCE.auManual),
      setting('URLリンク規制', 'mail with a URL', SOURCE.auManual),
      setting('HTMLメール規制', 'HTML mail', SOURCE.auManual),
    ],
    filtering: [
      { behaviour: 'refuses', source: SOURCE.kddi },
      {
        behaviour: 'accepts and drops',
        note: {
          ja: 'なりすまし規制と迷惑メールおまかせ規制で止められたメールは、送信側に通知されません。',
          en: 'Mail stopped by なりすまし規制 or 迷惑メールおまかせ規制 is not reported to the sender.',
        },
        source: `${SOURCE.kddiNotes}; ${SOURCE.auManual}`,
      },
    ],
  },
  {
    id: 'uq',
    name: { ja: 'UQ mobile', en: 'UQ mobile' },
    domains: [{ domain: 'uqmobile.jp', state: 'current', source: SOURCE.uq }],
    // UQ's mail is answered by au's servers (lsean.ezweb.ne.jp): the host is au's, the domain says UQ.
    hosts: [],
    addresses: [],
    // No certain source names UQ's settings: allow and block lists exist, their names are not known.
    settings: [],
    filtering: [{ behaviour: 'refuses', source: SOURCE.set }],
  },
  {
    id: 'softbank',
    name: { ja: 'ソフトバンク', en: 'SoftBank' },
    domains: [
      { domain: 'softbank.ne.jp', state: 'current', source: SOURCE.softbank2006 },
      { domain: 'i.softbank.jp', state: 'current', source: SOURCE.phoneGroup },
      { domain: 'vodafone.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.softbank2006 },
      ...['d', 'h', 't', 'c', 'k', 'r', 'n', 's', 'q'].map((region) => ({
        domain: `jp-${region}.ne.jp`,
        state: 'legacy' as const,
        source: SOURCE.phoneGroup,
      })),
      { domain: 'email.sky.cdp.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'email.sky.kdp.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'email.sky.tdp.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'disney.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'vertuclub.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
    ],
    hosts: ['softbank.ne.jp', 'mailsv.softbank.jp', 'vodafone.ne.jp'],
    addresses: ['117.46.'],
    settings: [
      setting('迷惑メールフィルター', 'spam filter: off, standard, strong', SOURCE.softbankHelp),
      setting('なりすましメールの拒否', 'forged senders; DMARC since April 2024', SOURCE.softbankDmarc),
      setting('受信許可リスト', 'allow list', SOURCE.softbankHelp),
    ],
    filtering: [{ behaviour: 'accepts and drops', source: SOURCE.softbankNotes }],
  },
  {
    id: 'ymobile',
    name: { ja: 'ワイモバイル', en: 'Y!mobile' },
    domains: [
      { domain: 'ymobile.ne.jp', state: 'current', source: 'kimagurenote.net, Y!mobile' },
      { domain: 'ymobile1.ne.jp', state: 'legacy', source: SOURCE.formList },
      { domain: 'y-mobile.ne.jp', state: 'legacy', source: SOURCE.set },
      { domain: 'wcm.ne.jp', state: 'legacy', source: SOURCE.formList },
      { domain: 'pdx.ne.jp', state: 'legacy', subdomains: true, source: SOURCE.phoneGroup },
      { domain: 'willcom.com', state: 'legacy', source: SOURCE.phoneGroup },
      {
        domain: 'willcomlive.jp',
        state: 'ended',
        subdomains: true,
        endedAt: '2021-02-02T00:00:00.000Z',
        source: SOURCE.willcomlive,
      },
      { domain: 'emnet.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'emobile.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'emobile-s.ne.jp', state: 'legacy', source: SOURCE.phoneGroup },
      { domain: 'bb.emobile.jp', state: 'legacy', source: SOURCE.phoneGroup },
    ],
    hosts: ['ymx1.softbank.ne.jp', 'pdx.ne.jp', 'emnet.ne.jp', 'emobile.ne.jp'],
    addresses: [],
    settings: [
      setting('迷惑メールフィルター', 'spam filter', 'teluru.jp/posts/674 (2019-11-19)'),
      setting('なりすましメールの拒否', 'forged senders; DMARC since April 2024', SOURCE.softbankDmarc),
    ],
    filtering: [
      {
        behaviour: 'accepts and drops',
        unsure: true,
        note: {
          ja: 'ワイモバイルの応答は公開資料に見当たりません。サーバーがソフトバンクと同じ網にあることからの推定です。',
          en: 'No public source shows Y!mobile’s replies; inferred from its servers sitting in SoftBank’s network.',
        },
        source: SOURCE.softbankNotes,
      },
    ],
  },
  {
    id: 'rakuten',
    name: { ja: '楽天モバイル', en: 'Rakuten Mobile' },
    domains: [
      { domain: 'rakumail.jp', state: 'current', source: SOURCE.rakuten },
      { domain: 'rakuten.jp', state: 'legacy', source: 'hep.eiz.jp/article/what-is-carrier-mail' },
    ],
    hosts: ['rmb-ss.jp', 'rmn.local'],
    addresses: [],
    settings: [
      setting('おすすめフィルター設定', 'preset: off, standard, strong', SOURCE.rakuten),
      setting('なりすましメールフィルター', 'forged senders, by DMARC', SOURCE.rakuten),
      setting('携帯/Webメール拒否設定', 'refuses by provider', SOURCE.rakuten),
    ],
    filtering: [
      {
        behaviour: 'accepts and files',
        unsure: true,
        note: {
          ja: '大量送信者・ウイルス・URLのフィルターは迷惑メールフォルダーに振り分けます。そのほかの拒否時の応答は調査されていません。',
          en: 'The bulk, virus and URL filters file mail in the spam folder; what the other refusals answer is not known.',
        },
        source: SOURCE.rakuten,
      },
    ],
  },
];
