/**
 * The published pages that the guidance stands on. Most carriers date nothing; where a page carries no date,
 * `date` says `undated`, because a menu path is only as good as the day it was true.
 */

/** One published page. */
export interface Source {
  /** Public name or address of the page. */
  readonly cite: string;
  /** Date the page carries, or what can be said of its age; `undated` when it carries none. */
  readonly date: string;
  /** The provider's own page, as opposed to a third party's. */
  readonly official: boolean;
}

const third = (cite: string, date: string): Source => ({ cite, date, official: false });
const own = (cite: string, date: string): Source => ({ cite, date, official: true });

/** Every page the guidance cites. */
export const SOURCES = {
  kTaiWatch: third('https://k-tai.watch.impress.co.jp/docs/news/1662487.html', '2025-02-13'),
  biglobeNews: third('https://news.biglobe.ne.jp/it/0213/mnn_250213_2169408279.html', '2025-02-13'),
  sisimaiDocomo: third(
    'https://libsisimai.org/ja/docs/distinguish-between-the-unknown-and-the-filtered.html',
    'undated',
  ),
  sisimaiDocomo2025: third('https://github.com/sisimai/go-sisimai/issues/64', '2025-02-27'),
  smtpsBlog: third('blog.smtps.jp/entry/carrier-spam-filter-2', 'undated'),
  docomoImpersonation: own('www.nttdocomo.co.jp/info/spam_mail/measure/domain/about/', 'about 2009 to 2015'),
  dekyoDocomo: third('dekyo.or.jp/soudan/contents/taisaku/2-4docomo-details.html', 'undated'),
  sendmagicDocomo: third('note.com/sendmagic/n/n604d2bb68ecf', 'undated; quotes docomo’s own order of lists'),
  docomoBlock: own('www.nttdocomo.co.jp/service/omakase_block/setting/', 'undated, before 2025'),
  docomoLists: third(
    'https://www.docomo.ne.jp/info/spam_mail/domain/',
    'title as public sites link it; contents not read',
  ),
  hoikuHelp: third('hyogo-hoiku-kyokai.jp (help page of a training site)', 'about 2020'),
  mynaviAu: third('Mynavi News 20230929-2781715', '2023-09-29'),
  auForgery: own(
    'https://www.au.com/support/service/mobile/trouble/mail/email/filter/detail/forgery/',
    'undated',
  ),
  auManual2023: own('au.com online manual SCG19, m_05_02_01.html', '2023'),
  auManualKeitai: own('au.com online manual KYV44, s06_f06.html', 'undated'),
  auEnglish: own('https://www.au.com/english/support/faq/eservice/epg00002094/', 'undated'),
  auManual2014: own('au handset manual SM-G900J, p. 115', '2014'),
  sendmagicAuReplies: third('note.com/sendmagic/n/n875d8dcb6cb8', 'undated'),
  limitsBook: third('Re:VIEW book chapter 受信許可/受信拒否 (table of limits per provider)', '2020 to 2021'),
  softbankFilter: own('https://www.softbank.jp/mobile/support/mail/antispam/spammailfilter/', 'undated'),
  softbankDmarc: own('https://www.softbank.jp/mobile/info/personal/news/support/20240213a/', '2024-02-13'),
  softbankRescue: own(
    'https://cdn.softbank.jp/mobile/support/mail/antispam/email-i/antispoof-rescue/',
    'undated',
  ),
  softbankAllow: own('https://selfcare.softbank.jp/cca/help/j/white.html', 'undated'),
  sendmagicSoftbank: third('note.com/sendmagic/n/n5afbf98aeb25', 'undated'),
  sendmagicSoftbankSpf: third('note.com/sendmagic/n/n2c8b608b866e', 'undated'),
  mynaviSoftbankUrl: third('news.mynavi.jp/column/iphone_setting/016', 'about 2012'),
  dekyoSoftbank: third('dekyo.or.jp/soudan/taisaku/2-2softbank.html', 'undated'),
  tohaSearch: third('toha-search.com/net/carrier-mail.htm', 'undated'),
  brokenAddresses: third('shop.kitchenhida.com/f/info01', 'undated'),
  brokenAtSenders: third('support.sendgrid.kke.co.jp 360000019762; kurojica.tayori.com 592117', 'undated'),
  povoPorted: own('povo.jp/library/article-021/', 'undated'),
  teluru: third('teluru.jp/posts/674', '2019-11-19'),
  ymobileRegistration: third('hyouban.click/cellphone-carrier/ymobile-registration/', '2020-07-01'),
  rakumail: own('Rakuten Mobile, page 楽メール (/service/rakumail/)', '2023 or later'),
  yahooTools: own('https://mail.yahoo.co.jp/antispam/tools.html', 'after 2023-10'),
  yahooHelpCopy: third('Yahoo!メール help text, copy', 'undated'),
  gmailHelp: own('https://support.google.com/mail/answer/9008?hl=ja', 'undated'),
  gmailSpamGuide: third('aprico-media.com/posts/4340', 'undated'),
  utatenStore: third('STORE by UtaTen, inquiry page', 'undated, 2020 or later'),
  outlookBlock: own('support.office.com/ja-jp, メールの受信を拒否する', 'undated'),
  outlookSafe: own(
    'https://support.microsoft.com/ja-jp/office/be1baea0-beab-4a30-b968-9004332336ce',
    'undated; classic Outlook',
  ),
  loyolaOutlook: third('Loyola University knowledge base 46560', '2021-04-12'),
  icloudGuide: own('iCloud ユーザガイド「迷惑メールを管理する」', 'undated'),
  plusmember: third('fumakikuchi.com/faq/detail/76 (plusmember.jp)', 'undated'),
} as const satisfies Record<string, Source>;

/** Key of {@link SOURCES}. */
export type SourceId = keyof typeof SOURCES;
