import type { FindingRow } from './row.ts';

const BESIDE = {
  ja: '不備がなければ、対応は不要です。',
  en: 'Nothing to do, unless a fault is named.',
};

/** Findings about the From domain as a host, and what stands beside SPF, DKIM and DMARC. */
export const DOMAIN_FINDINGS = {
  'from-null-mx': {
    severity: 'critical',
    title: {
      ja: '{domain} は「メールを受け取らない」と宣言しています（null MX）',
      en: '{domain} declares that it takes no mail (null MX)',
    },
    act: { ja: '{domain} の Null MX を外す', en: 'Remove the null MX of {domain}' },
    effect: {
      ja: 'このドメインを差出人に使ってはならないとされ、拒否する受信側があります。',
      en: 'Such a domain must not be used as a sender; receivers may refuse its mail.',
    },
    todo: {
      ja: '返信を受けられる MX を公開するか、別のドメインを From に使います。',
      en: 'Publish an MX that takes replies, or use another domain in From.',
    },
    source: 'RFC 7505 section 4.2',
  },
  'from-nonexistent': {
    severity: 'critical',
    title: { ja: '{domain} は DNS に存在しません', en: '{domain} does not exist in DNS' },
    act: { ja: '{domain} の登録とネームサーバーを確かめる', en: 'Check the registration of {domain}' },
    effect: {
      ja: '存在しないドメインからのメールは、受信側で拒否されることがあります。返信も届きません。',
      en: 'Receivers may refuse mail from a domain that does not exist, and no reply can arrive.',
    },
    todo: {
      ja: 'ドメインの登録とネームサーバーの設定を確かめます。',
      en: 'Check the registration and the name servers of the domain.',
    },
    source: 'RFC 5321 section 2.3.5',
  },
  'from-no-host': {
    severity: 'warning',
    title: { ja: '{domain} に MX も A もありません', en: '{domain} has neither MX nor A' },
    effect: {
      ja: '返信もバウンスも届けられず、差出人として信用しない受信側があります。',
      en: 'Nothing can be delivered to it; some receivers distrust such a sender.',
    },
    todo: {
      ja: '返信を受けるサーバーの MX を公開します。',
      en: 'Publish the MX of a server that takes replies.',
    },
    source: 'RFC 5321 section 5.1',
  },
  'from-could-not-look': {
    severity: 'unknown',
    title: {
      ja: '{domain} の {type} を調べられませんでした（{code}）',
      en: 'Could not look at the {type} of {domain} ({code})',
    },
    effect: { ja: '「ない」という意味ではありません。', en: 'That does not mean it is missing.' },
    todo: { ja: '時間をおいて再実行します。', en: 'Run the audit again later.' },
    source: 'RFC 5321 section 5.1',
  },
  'mta-sts': {
    severity: 'information',
    title: { ja: '{domain} の MTA-STS: {state}', en: 'MTA-STS of {domain}: {state}' },
    effect: {
      ja: 'このドメインが受け取るメールの暗号化に関するもので、送信の届きやすさには影響しません。',
      en: 'It concerns encryption of mail this domain receives, not delivery of what it sends.',
    },
    todo: BESIDE,
    source: 'RFC 8461',
  },
  'tls-rpt': {
    severity: 'information',
    title: { ja: '{domain} の TLS レポート: {state}', en: 'TLS reporting of {domain}: {state}' },
    effect: {
      ja: 'このドメインが受け取るメールに関するもので、送信の届きやすさには影響しません。',
      en: 'It concerns mail this domain receives, not delivery of what it sends.',
    },
    todo: BESIDE,
    source: 'RFC 8460',
  },
  bimi: {
    severity: 'information',
    title: {
      ja: '{domain} の BIMI（ブランドアイコン）: {state}',
      en: 'BIMI (brand icon) of {domain}: {state}',
    },
    effect: {
      ja: '対応する受信側（docomo や au など）でロゴが表示されます。p=quarantine か reject が前提です。',
      en: 'Receivers that support it (docomo and au among them) show a logo. It needs p=quarantine or reject.',
    },
    todo: BESIDE,
    source: 'k-tai.watch.impress.co.jp (2022-08-23); au.com/information/topic/mobile/2023-024',
  },
  'bimi-needs-policy': {
    severity: 'advice',
    title: {
      ja: '{domain} には BIMI がありますが、DMARC のポリシーが足りません',
      en: '{domain} has a BIMI record, but its DMARC policy is too weak for it',
    },
    effect: { ja: 'p=none のままではロゴは表示されません。', en: 'With p=none no logo is shown.' },
    todo: { ja: 'レポートを見ながら quarantine へ進みます。', en: 'Go to quarantine as the reports allow.' },
    source: 'BIMI (draft-brand-indicators-for-message-identification)',
  },
  'ses-recommendation': {
    severity: 'information',
    title: {
      ja: 'SES の推奨事項（{type}・影響度 {impact}）',
      en: "SES's own recommendation ({type}, impact {impact})",
    },
    effect: { ja: '{description}', en: '{description}' },
    todo: { ja: '上の検査結果と突き合わせます。', en: 'Compare it with the findings above.' },
    source: 'Amazon SES API v2, ListRecommendations',
  },
} as const satisfies Record<string, FindingRow>;
