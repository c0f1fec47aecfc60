import type { FindingRow } from './row.ts';

const MAIL_FROM = 'Amazon SES developer guide, "Using a custom MAIL FROM domain"';
const MAIL_FROM_API = 'Amazon SES API v2, MailFromAttributes';

/** What a permanent error does, to whom. */
const PERMERROR_EFFECT = { ja: '{permerror}', en: '{permerror}' };

const LOST_ALIGNMENT = {
  ja: 'SES は既定の amazonses.com を差出元に使います。SPF は合格しても From と一致せず、DMARC は DKIM だけが頼りになります。',
  en: 'SES falls back to amazonses.com: SPF passes but does not align with From, and DMARC rests on DKIM alone.',
};

/** The record below, or why there is none. */
const PROPOSED = { ja: '{how}', en: '{how}' };

const PUBLISH_BELOW = { ja: '下のレコードを公開します。', en: 'Publish the record below.' };

/** Findings about the MAIL FROM domain. */
export const MAIL_FROM_FINDINGS = {
  'mail-from-default': {
    severity: 'advice',
    title: {
      ja: '{identity} に独自の MAIL FROM ドメインがありません',
      en: '{identity} has no custom MAIL FROM domain',
    },
    effect: {
      ja: '差出元は amazonses.com です。SPF は合格しますが From と一致しないため、DMARC は DKIM だけで合格します。転送などで DKIM が壊れると不合格になります。',
      en: 'The envelope sender is amazonses.com: SPF passes but never aligns, so DMARC passes by DKIM alone and fails wherever DKIM breaks.',
    },
    todo: {
      ja: '受信にも From にも使っていないサブドメイン（例: {suggestion}）を SES の MAIL FROM に設定し、下の 2 つのレコードを公開します。',
      en: 'Set a subdomain that is used neither for receiving nor in From (such as {suggestion}) as MAIL FROM in SES, and publish the two records below.',
    },
    source: MAIL_FROM,
  },
  'mail-from-mx-missing': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM ドメイン {domain} に MX がありません',
      en: 'The MAIL FROM domain {domain} has no MX',
    },
    act: { ja: '{domain} に MX を公開する', en: 'Publish the MX of {domain}' },
    effect: LOST_ALIGNMENT,
    todo: PUBLISH_BELOW,
    source: MAIL_FROM,
  },
  'mail-from-mx-several': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM ドメイン {domain} に MX が {count} 個あります',
      en: 'The MAIL FROM domain {domain} has {count} MX records',
    },
    act: { ja: '{domain} の MX を 1 つにする', en: 'Keep one MX at {domain}' },
    effect: {
      ja: 'SES は MX がちょうど 1 つであることを求め、複数あると設定は失敗します。',
      en: 'SES wants exactly one MX; with more the set-up fails.',
    },
    todo: { ja: '下の MX だけを残します。', en: 'Keep only the MX below.' },
    source: MAIL_FROM,
  },
  'mail-from-mx-wrong': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM ドメイン {domain} の MX が SES を指していません（現在: {found}）',
      en: 'The MX of the MAIL FROM domain {domain} is not that of SES (now: {found})',
    },
    act: { ja: '{domain} の MX を直す', en: 'Correct the MX of {domain}' },
    effect: LOST_ALIGNMENT,
    todo: { ja: '下の MX に置き換えます。', en: 'Replace it with the MX below.' },
    source: MAIL_FROM,
  },
  'mail-from-pending': {
    severity: 'warning',
    title: {
      ja: 'MAIL FROM ドメイン {domain} は確認待ちです',
      en: 'The MAIL FROM domain {domain} is still pending',
    },
    effect: LOST_ALIGNMENT,
    todo: {
      ja: 'MX が正しければ待ちます（最大 72 時間）。',
      en: 'Wait if the MX is right (up to 72 hours).',
    },
    source: MAIL_FROM_API,
  },
  'mail-from-failed': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM ドメイン {domain} の確認は失敗し、SES は確認をやめています',
      en: 'Verification of the MAIL FROM domain {domain} failed, and SES has stopped looking',
    },
    act: { ja: 'MAIL FROM {domain} を設定し直す', en: 'Set MAIL FROM {domain} up again' },
    effect: LOST_ALIGNMENT,
    todo: {
      ja: 'MX を直したあと、SES で MAIL FROM を設定し直します。直しただけでは再確認されません。',
      en: 'Correct the MX, then set MAIL FROM up again in SES: it does not look again by itself.',
    },
    source: MAIL_FROM,
  },
  'mail-from-temporary-failure': {
    severity: 'warning',
    title: {
      ja: 'SES は MAIL FROM ドメイン {domain} の MX を見つけられなくなっています（一時的）',
      en: 'SES can no longer find the MX of the MAIL FROM domain {domain} (temporary failure)',
    },
    effect: LOST_ALIGNMENT,
    todo: { ja: 'MX を元に戻します。', en: 'Restore the MX.' },
    source: MAIL_FROM_API,
  },
  'mail-from-rejects': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM の不備により、{identity} からの送信が拒否されています',
      en: 'Sending from {identity} is refused because MAIL FROM is not ready',
    },
    act: {
      ja: '{identity} の MAIL FROM を直す（送信不可）',
      en: 'Mend MAIL FROM of {identity}: SES refuses to send',
    },
    effect: {
      ja: '設定が「メッセージを拒否」なので、SES は MailFromDomainNotVerified で送信を断ります。',
      en: 'The identity is set to reject: SES refuses each mail with MailFromDomainNotVerified.',
    },
    todo: {
      ja: 'MX を直すか、直るまでの間は「既定の MAIL FROM を使用」に切り替えます。',
      en: 'Correct the MX, or switch to "use default MAIL FROM" until it is.',
    },
    source: MAIL_FROM_API,
  },
  'mail-from-falls-back': {
    severity: 'information',
    title: {
      ja: 'MX が見つからないとき、{identity} は黙って amazonses.com に切り替わります',
      en: 'When its MX is not found, {identity} silently falls back to amazonses.com',
    },
    effect: {
      ja: '送信は続きますが、SPF の一致が失われたことは誰にも知らされません。この検査が変化を知らせます。',
      en: 'Mail goes on, without anybody being told that SPF no longer aligns. This audit reports the change.',
    },
    todo: { ja: '対応は不要です。', en: 'Nothing to do.' },
    source: MAIL_FROM_API,
  },
  'mail-from-spf-missing': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM ドメイン {domain} に SPF がありません',
      en: 'The MAIL FROM domain {domain} has no SPF record',
    },
    act: { ja: '{domain} に SPF を公開する', en: 'Publish SPF at {domain}' },
    effect: {
      ja: 'SES は MX しか確認しないため、SES の画面では「成功」のままです。受信側の SPF は none になります。',
      en: 'SES checks only the MX, so its console says success; at receivers SPF is "none".',
    },
    todo: PROPOSED,
    source: MAIL_FROM,
  },
  'mail-from-spf-without-ses': {
    severity: 'critical',
    title: {
      ja: 'MAIL FROM ドメイン {domain} の SPF に SES が含まれていません',
      en: 'The SPF record of the MAIL FROM domain {domain} does not include SES',
    },
    act: { ja: '{domain} の SPF に SES を加える', en: 'Add SES to the SPF record of {domain}' },
    effect: { ja: '{listed}', en: '{listed}' },
    todo: PROPOSED,
    source: MAIL_FROM,
  },
  'mail-from-spf-by-address': {
    severity: 'advice',
    step: true,
    title: {
      ja: 'MAIL FROM ドメイン {domain} の SPF は SES の送信元を IP アドレスで書いています',
      en: 'The SPF record of the MAIL FROM domain {domain} lists SES by address',
    },
    effect: {
      ja: '今は合格しますが、SES のアドレスが増えると、そこから送られたメールが不合格になります。',
      en: 'It passes today. When SES adds addresses, mail sent from those fails.',
    },
    todo: {
      ja: 'include:amazonses.com を加えます。{how}',
      en: 'Add include:amazonses.com. {how}',
    },
    source: MAIL_FROM,
  },
} as const satisfies Record<string, FindingRow>;

/** Findings about an SPF record, at the MAIL FROM domain or at the From domain. */
export const SPF_FINDINGS = {
  'spf-several-records': {
    severity: 'warning',
    title: { ja: '{domain} に SPF レコードが {count} 個あります', en: '{domain} has {count} SPF records' },
    effect: PERMERROR_EFFECT,
    todo: { ja: '1 つにまとめます。{how}', en: 'Merge them into one. {how}' },
    source: 'RFC 7208 section 4.5',
  },
  'spf-not-a-record': {
    severity: 'warning',
    title: {
      ja: '{domain} の TXT「{text}」は SPF のつもりでも、SPF とは認識されません',
      en: 'The TXT record "{text}" at {domain} is meant as SPF and is not read as SPF',
    },
    effect: {
      ja: '先頭は正確に「v=spf1」と空白でなければならず、このレコードは無いものと扱われます。',
      en: 'It must begin with exactly "v=spf1" and a space: receivers do not read this one.',
    },
    todo: {
      ja: '書き直します（引用符や先頭の空白を除きます）。',
      en: 'Write it again, without quotes or leading spaces.',
    },
    source: 'RFC 7208 section 4.5',
  },
  'spf-syntax': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF に誤りがあります: {term}',
      en: 'The SPF record of {domain} has a mistake: {term}',
    },
    effect: PERMERROR_EFFECT,
    todo: { ja: 'この項目を直すか削除します（{kind}）。', en: 'Correct or remove this term ({kind}).' },
    source: 'RFC 7208 section 4.6',
  },
  'spf-glued': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF の 2 つの項目がつながっています: {term}',
      en: 'Two terms of the SPF record of {domain} have run together: {term}',
    },
    effect: {
      ja: '1 つの TXT に入れた複数の文字列は空白なしで連結されます。{permerror}',
      en: 'Strings of one TXT record are joined without a space. {permerror}',
    },
    todo: {
      ja: '文字列の末尾か先頭に空白を入れます。',
      en: 'Put a space at the end of the first string or the start of the next.',
    },
    source: 'RFC 7208 section 3.3',
  },
  'spf-include-without-record': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF が参照する {target} に SPF レコードがありません',
      en: 'The SPF record of {domain} refers to {target}, which has no SPF record',
    },
    effect: PERMERROR_EFFECT,
    todo: {
      ja: '契約の終わったサービスなら include を削除し、そうでなければ正しい名前を提供元に確認します。',
      en: 'Remove the include if the service is no longer used, else ask its provider for the right name.',
    },
    source: 'RFC 7208 section 5.2',
  },
  'spf-loop': {
    severity: 'warning',
    title: {
      ja: 'SPF の include が {domain} で循環しています',
      en: 'The SPF includes run in a circle at {domain}',
    },
    effect: PERMERROR_EFFECT,
    todo: { ja: '循環している include を削除します。', en: 'Remove the include that closes the circle.' },
    source: 'RFC 7208 section 4.6.4',
  },
  'spf-lookup-limit': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF は DNS 参照が {lookups} 回で、上限の 10 回を超えます',
      en: 'The SPF record of {domain} takes {lookups} DNS look-ups; the limit is 10',
    },
    effect: {
      ja: '11 回目に達したところで permerror になります。先に一致した送信元だけは合格します。{ses}',
      en: 'Receivers stop with a permerror at the eleventh; only sources that match before it pass. {ses}',
    },
    todo: {
      ja: '下の内訳から、使っていない include を減らします。',
      en: 'Cut includes that are not used; the tree shows what each costs.',
    },
    source: 'RFC 7208 section 4.6.4',
  },
  'spf-void-limit': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF には何も見つからない参照が {voids} 個あります（上限 2）',
      en: 'The SPF record of {domain} has {voids} look-ups that find nothing (limit 2)',
    },
    effect: PERMERROR_EFFECT,
    todo: {
      ja: '存在しない名前を指す項目を削除します。',
      en: 'Remove the terms that name hosts which do not exist.',
    },
    source: 'RFC 7208 section 4.6.4',
  },
  'spf-mx-limit': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF の mx は {names} 個のホストになり、上限の 10 を超えます',
      en: 'The "mx" in the SPF record of {domain} brings {names} hosts; the limit is 10',
    },
    effect: PERMERROR_EFFECT,
    todo: { ja: 'mx の代わりに ip4 か include を使います。', en: 'Use ip4 or include instead of mx.' },
    source: 'RFC 7208 section 4.6.4',
  },
  'spf-pass-all': {
    severity: 'critical',
    title: {
      ja: '{domain} の SPF は誰でも合格します（{term}）',
      en: 'The SPF record of {domain} lets everybody pass ({term})',
    },
    act: { ja: '{domain} の SPF を絞る', en: 'Narrow the SPF record of {domain}' },
    effect: {
      ja: '世界中のどのサーバーからのなりすましも SPF に合格し、DMARC の一致にも使われ得ます。',
      en: 'Forged mail from any server in the world passes SPF, and can use it to pass DMARC.',
    },
    todo: PROPOSED,
    source: 'RFC 7208 section 5.1',
  },
  'spf-no-all': {
    severity: 'advice',
    title: {
      ja: '{domain} の SPF が all で終わっていません',
      en: 'The SPF record of {domain} does not end in all',
    },
    effect: {
      ja: 'どれにも一致しない送信元は neutral になり、なりすましを見分ける役に立ちません。',
      en: 'Sources that match nothing are neutral: the record does not tell forged mail apart.',
    },
    todo: { ja: '末尾に ~all を加えます。{how}', en: 'Add ~all at the end. {how}' },
    source: 'RFC 7208 section 4.7',
  },
  'spf-behind-all': {
    severity: 'warning',
    title: {
      ja: '{domain} の SPF で all のあとに書かれた項目は評価されません: {terms}',
      en: 'In the SPF record of {domain} nothing behind "all" is evaluated: {terms}',
    },
    effect: {
      ja: 'そこに挙げた送信元から送られたメールは合格しません。',
      en: 'Mail from the senders named there does not pass by it.',
    },
    todo: { ja: 'all を末尾に移します。', en: 'Move the "all" to the end.' },
    source: 'RFC 7208 section 5.1',
  },
  'spf-ptr': {
    severity: 'advice',
    title: { ja: '{domain} の SPF が ptr を使っています', en: 'The SPF record of {domain} uses ptr' },
    effect: {
      ja: '遅くて不確実なため使うべきでないとされ、無視する受信側もあります。',
      en: 'It is slow and unreliable and should not be used; some receivers ignore it.',
    },
    todo: { ja: 'ip4 か include に置き換えます。', en: 'Replace it with ip4 or include.' },
    source: 'RFC 7208 section 5.5',
  },
  'spf-by-message': {
    severity: 'unknown',
    title: {
      ja: '{domain} の SPF に SES のメールが合格するかどうかは、メールごとに違います',
      en: 'Whether SES mail passes the SPF record of {domain} depends on each mail',
    },
    effect: {
      ja: 'マクロ（%{i} など）や ptr で決まるので、実際に送るまで分かりません。',
      en: 'A macro (%{i}, say) or ptr decides, which is known only once a mail is sent.',
    },
    todo: {
      ja: 'その項目より前に include:amazonses.com を置きます。',
      en: 'Put include:amazonses.com in front of that term.',
    },
    source: 'RFC 7208 sections 5.5 and 7',
  },
  'spf-could-not-look': {
    severity: 'unknown',
    title: {
      ja: '{domain} の SPF のうち {name} を調べられませんでした（{code}）',
      en: 'Could not look at {name} for the SPF record of {domain} ({code})',
    },
    effect: {
      ja: '「ない」という意味ではありません。受信側でも同じことが起きると temperror になります。',
      en: 'That does not mean it is missing. Where receivers see the same, SPF is a temperror.',
    },
    todo: { ja: '時間をおいて再実行します。', en: 'Run the audit again later.' },
    source: 'RFC 7208 section 2.6.6',
  },
  'spf-ses-at-from': {
    severity: 'information',
    title: {
      ja: '{domain} の SPF の include:amazonses.com は、SES の SPF と DMARC には効きません',
      en: 'include:amazonses.com in the SPF record of {domain} does nothing for SPF or DMARC of SES mail',
    },
    effect: {
      ja: 'SPF は MAIL FROM のドメインで評価されます。ただしソフトバンクについては {domain} の SPF を見るという報告があり、残す理由になります。',
      en: 'SPF is evaluated at the MAIL FROM domain. One reason to keep it: SoftBank is reported to look at {domain} itself.',
    },
    todo: {
      ja: '参照回数に余裕があれば、残して構いません。',
      en: 'Leave it while the look-up count allows.',
    },
    source: 'RFC 7208 section 2.4; note.com/sendmagic/n/n2c8b608b866e',
  },
  'softbank-header-from': {
    severity: 'advice',
    step: true,
    rumour: true,
    title: {
      ja: 'ソフトバンク: From のドメイン {domain} の SPF に SES が含まれていません',
      en: 'SoftBank: the SPF record of the From domain {domain} does not include SES',
    },
    effect: {
      ja: 'あるメール配信事業者は「ソフトバンクは From ヘッダーのドメインの SPF を調べ、そこに無い送信元を『なりすまし』として拒否することがある」と記しています（日付のない 1 件の情報で、2024 年 4 月の DMARC 導入後も同じかは不明）。一般の検査ツールはこれを指摘しません。',
      en: 'One mail vendor writes that SoftBank looks SPF up at the domain of the From header and may refuse senders missing there as forged. It is a single, undated report; whether it still holds since SoftBank added DMARC in April 2024 is unknown. No general checker mentions it.',
    },
    todo: {
      ja: 'ソフトバンクの利用者に届かないという報告があるときだけ試します。{how}このドメインで送るほかのサーバーも SPF に挙がっていることを確かめます。',
      en: 'Only worth trying if SoftBank customers miss mail. {how} See that it names every other server that sends with this domain as well.',
    },
    source:
      'note.com/sendmagic/n/n2c8b608b866e (undated); www.softbank.jp/mobile/info/personal/news/support/20240213a/',
  },
} as const satisfies Record<string, FindingRow>;
