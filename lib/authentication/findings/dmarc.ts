import type { FindingRow } from './row.ts';

const IGNORED_EFFECT = {
  ja: '受信側は DMARC レコードが無いものと扱います。',
  en: 'Receivers act as if there were no DMARC record.',
};

const REPAIR = { ja: '{repair}', en: '{repair}' };

const REPLACE_BELOW = { ja: '下のレコードに置き換えます。', en: 'Replace the record with the one below.' };

/** Findings about a domain's DMARC policy, its reports and its alignment. */
export const DMARC_FINDINGS = {
  'dmarc-missing': {
    severity: 'critical',
    title: { ja: '{domain} に DMARC レコードがありません', en: '{domain} has no DMARC record' },
    act: { ja: '{domain} の DMARC を公開する', en: 'Publish a DMARC record for {domain}' },
    effect: {
      ja: 'SPF と DKIM が合格していても DMARC は合格しません。Gmail・Yahoo・Microsoft は大量送信者に DMARC を必須とし、docomo は DMARC レコードのないドメインからのメールを開くときに警告を出します。',
      en: 'DMARC does not pass even where SPF and DKIM do. Gmail, Yahoo and Microsoft demand it of bulk senders, and docomo warns on opening mail from a domain without a DMARC record.',
    },
    todo: {
      ja: '下のレコードを公開します。p=none から始めれば配送に影響はなく、3 つとも合格するようになります。{reports}',
      en: 'Publish the record below. p=none changes nothing about delivery, and all three then pass. {reports}',
    },
    source:
      'RFC 9989 section 4.10; support.google.com/a/answer/81126; docomo topics_240522_00.pdf (2024-05-22)',
  },
  'dmarc-several-records': {
    severity: 'critical',
    title: { ja: '{name} に DMARC レコードが {count} 個あります', en: '{name} holds {count} DMARC records' },
    act: { ja: '{name} を 1 つにする', en: 'Keep one record at {name}' },
    effect: {
      ja: '複数あると、すべて捨てられます。レコードが無いのと同じです。',
      en: 'More than one means none: all are discarded.',
    },
    todo: { ja: '1 つだけにします。{repair}', en: 'One must be left. {repair}' },
    source: 'RFC 9989 section 4.10',
  },
  'dmarc-not-a-record': {
    severity: 'critical',
    title: {
      ja: '{name} の「{text}」は DMARC のつもりでも、DMARC とは認識されません',
      en: '"{text}" at {name} is meant as DMARC and is not read as DMARC',
    },
    act: { ja: '{name} を書き直す', en: 'Write {name} again' },
    effect: {
      ja: '先頭は「v=DMARC1」（大文字）で、次の項目とはセミコロンで区切らなければなりません。受信側はこのレコードを無視します。',
      en: 'It must begin with "v=DMARC1" in capitals, followed by a semicolon. Receivers ignore it.',
    },
    todo: REPAIR,
    source: 'RFC 9989 sections 4.7 and 4.8',
  },
  'dmarc-invalid-list': {
    severity: 'critical',
    title: {
      ja: '{name} の DMARC レコードに同じタグが 2 回あります',
      en: 'The DMARC record at {name} repeats a tag',
    },
    act: { ja: '{name} を書き直す', en: 'Write {name} again' },
    effect: {
      ja: '規格では、タグが重複したレコードは全体が無効です（寛容な受信側もあります）。',
      en: 'By the standard a repeated tag makes the whole record invalid (some receivers are lenient).',
    },
    todo: REPAIR,
    source: 'RFC 6376 section 3.2; RFC 9989 section 4.7',
  },
  'dmarc-intended-policy': {
    severity: 'advice',
    title: {
      ja: '{name} に書かれている p={policy} は、修正のあとの次の段階です',
      en: 'p={policy}, as written at {name}, is the step after the repair',
    },
    effect: {
      ja: '今の p={policy} は無視されていて、一度も適用されていません。修正と同時に効かせると、DMARC に合格しない自社のメール（ほかのサービスから送るものなど）が、その日から失われることがあります。修正のレコードは p={now} です。',
      en: 'p={policy} is ignored today and has never been applied. In force together with the repair it could lose mail of your own that does not pass DMARC (of another service, say) from that day on. The repair has p={now}.',
    },
    todo: {
      ja: '修正を公開し、1 か月分のレポートで自社のメールが合格すると確かめてから、p={policy} に進みます。その時が来れば、この検査がレコードを示します。',
      en: 'Publish the repair, see in a month of reports that your own mail passes, then go on to p={policy}. The audit shows the record when it is time.',
    },
    source: 'RFC 9989 section 7.4',
  },
  'dmarc-at-domain': {
    severity: 'critical',
    title: {
      ja: 'DMARC レコードが {domain} 自体にあります（正しい場所は _dmarc.{domain}）: {text}',
      en: 'The DMARC record stands at {domain} itself instead of _dmarc.{domain}: {text}',
    },
    act: { ja: 'DMARC を _dmarc.{domain} に移す', en: 'Move DMARC to _dmarc.{domain}' },
    effect: IGNORED_EFFECT,
    todo: {
      ja: '下のレコードを _dmarc.{domain} に公開し、{domain} の TXT からは削除します。',
      en: 'Publish the record below at _dmarc.{domain}, and delete the TXT record at {domain}.',
    },
    source: 'RFC 9989 section 4.5',
  },
  'dmarc-separator': {
    severity: 'warning',
    title: {
      ja: '{name} の DMARC で「{after}」のあとのセミコロンがありません',
      en: 'In the DMARC record at {name} a semicolon is missing after "{after}"',
    },
    act: { ja: '{name} のセミコロンを直す', en: 'Correct the semicolons at {name}' },
    effect: {
      ja: '続くタグ（{tags}）は前のタグの値の一部と読まれ、どちらも効きません。',
      en: 'What follows ({tags}) is read as part of the value before it, and neither has an effect.',
    },
    todo: REPLACE_BELOW,
    source: 'RFC 9989 section 4.8',
  },
  'dmarc-stray-address': {
    severity: 'warning',
    title: {
      ja: '{name} の DMARC の「{text}」はどのタグにも属さず、無視されます',
      en: 'In the DMARC record at {name}, "{text}" belongs to no tag and is ignored',
    },
    act: { ja: '{name} の rua をコンマで区切る', en: 'Part the rua at {name} by commas' },
    effect: {
      ja: 'この宛先にはレポートが届きません。1 つの rua の宛先は、セミコロンではなくコンマで区切ります。',
      en: 'No report goes there: addresses of one rua are parted by commas, not by semicolons.',
    },
    todo: REPLACE_BELOW,
    source: 'RFC 9989 section 4.8',
  },
  'dmarc-stray-text': {
    severity: 'advice',
    title: {
      ja: '{name} の DMARC の「{text}」はどのタグにも属さず、無視されます',
      en: 'In the DMARC record at {name}, "{text}" belongs to no tag and is ignored',
    },
    effect: { ja: '「タグ=値」の形でない部分は読まれません。', en: 'What is not "tag=value" is not read.' },
    todo: REPLACE_BELOW,
    source: 'RFC 9989 section 4.8',
  },
  'dmarc-unknown-values': {
    severity: 'advice',
    title: {
      ja: '{name} の DMARC に存在しない値があります: {values}',
      en: 'The DMARC record at {name} has values that do not exist: {values}',
    },
    effect: { ja: '無視され、既定の値が使われます。', en: 'They are ignored, and the defaults apply.' },
    todo: {
      ja: '意図した値に書き直します。下のレコードは、今の効き方のまま、その部分を除いたものです。',
      en: 'Write the values that were meant. The record below leaves them out, which changes nothing.',
    },
    source: 'RFC 9989 section 4.7',
  },
  'dmarc-rua-no-mail': {
    severity: 'warning',
    title: {
      ja: '{domain} のレポートの宛先 {host} はメールを受け取れません',
      en: '{host}, to which the reports of {domain} go, takes no mail',
    },
    act: { ja: '{host} 宛てのレポートの宛先を直す', en: 'Correct the report address at {host}' },
    effect: {
      ja: '{host} は存在しないか、MX も A もないため、{tag} のレポートは 1 通も届きません。{cost}',
      en: '{host} does not exist or has neither MX nor address, so no report of {tag} can arrive. {cost}',
    },
    todo: {
      ja: '受け取れるアドレスに直すか、{host} に MX を設定します。',
      en: 'Name an address that is read, or give {host} an MX.',
    },
    source: 'RFC 5321 section 5.1',
  },
  'dmarc-ruf-not-authorised': {
    severity: 'advice',
    title: {
      ja: '失敗レポートの宛先 {host} が {domain} のレポートの受け取りを承諾していません',
      en: '{host} has not agreed to receive the failure reports of {domain}',
    },
    effect: {
      ja: '別の組織のドメインへの失敗レポート（ruf）は、承諾のレコードがなければ送られません。',
      en: "Failure reports (ruf) to another organization's domain are not sent unless it has published its agreement.",
    },
    todo: {
      ja: '{host} の DNS に下のレコードを公開するか、ruf を外します。',
      en: 'Publish the record below in the DNS of {host}, or remove the ruf.',
    },
    source: 'RFC 9991; RFC 9990 section 4',
  },
  'dmarc-no-processing': {
    severity: 'critical',
    title: {
      ja: '{name} の DMARC レコードはポリシーが不正で rua も無いため、まったく処理されません',
      en: 'The DMARC record at {name} has no valid policy and no rua: it is not processed at all',
    },
    act: { ja: '{name} のポリシーを直す', en: 'Correct the policy at {name}' },
    effect: IGNORED_EFFECT,
    todo: REPLACE_BELOW,
    source: 'RFC 9989 section 4.10.1',
  },
  'dmarc-invalid-policy': {
    severity: 'warning',
    title: {
      ja: '{name} の DMARC の p・sp・np に不正な値があります',
      en: 'The DMARC record at {name} has an invalid p, sp or np',
    },
    effect: {
      ja: 'rua があるので、p=none として扱われます。意図したポリシーは効きません。',
      en: 'Because it has a rua it acts as p=none; the intended policy has no effect.',
    },
    todo: REPLACE_BELOW,
    source: 'RFC 9989 section 4.10.1',
  },
  'dmarc-no-policy-tag': {
    severity: 'advice',
    title: { ja: '{name} の DMARC に p がありません', en: 'The DMARC record at {name} has no p' },
    effect: {
      ja: 'p=none として扱われます。古い規格（RFC 7489）の受信側は、rua がなければレコードごと無視します。',
      en: 'It acts as p=none. Receivers that follow the older RFC 7489 may ignore the record.',
    },
    todo: { ja: 'p を明記します。', en: 'Write p out.' },
    source: 'RFC 9989 section 4.7',
  },
  'dmarc-could-not-look': {
    severity: 'unknown',
    title: { ja: '{name} を調べられませんでした（{code}）', en: 'Could not look at {name} ({code})' },
    effect: {
      ja: '「ない」という意味ではありません。受信側でも同じなら、DMARC は合格とも不合格とも判定されません。',
      en: 'That does not mean it is missing. Where receivers see the same, DMARC neither passes nor fails.',
    },
    todo: { ja: '時間をおいて再実行します。', en: 'Run the audit again later.' },
    source: 'RFC 9989 section 5.3.6',
  },
  'dmarc-nothing-aligned': {
    severity: 'critical',
    title: {
      ja: '{domain} のメールは DMARC に合格しません',
      en: 'Mail from {domain} does not pass DMARC',
    },
    act: { ja: '{domain} のメールを合格させる', en: 'Make mail of {domain} pass' },
    effect: {
      ja: 'From と一致する DKIM も SPF もありません。{policy}',
      en: 'Neither DKIM nor SPF aligns with From. {policy}',
    },
    todo: {
      ja: 'まず DKIM を直し、次に独自の MAIL FROM を設定します（ほかの項目を参照）。',
      en: 'Repair DKIM first, then set a custom MAIL FROM domain (see the other findings).',
    },
    source: 'RFC 9989 section 4.4',
  },
  'dmarc-reject-without-dkim': {
    severity: 'critical',
    title: {
      ja: '{domain} は p={policy} なのに、DKIM で合格できません',
      en: '{domain} asks for p={policy} while DKIM does not pass',
    },
    act: {
      ja: '{domain} のポリシーを下げるか、DKIM を直す',
      en: 'Lower the policy of {domain}, or mend DKIM',
    },
    effect: {
      ja: 'SPF だけに頼ると、転送されたメールが失われます。docomo は p=reject で不合格のメールを今も拒否します。',
      en: 'On SPF alone every forwarded mail is lost. docomo still refuses mail that fails under p=reject.',
    },
    todo: { ja: 'DKIM が直るまで p=none に戻します。', en: 'Go back to p=none until DKIM is repaired.' },
    source: 'RFC 9989 section 7.4; news.biglobe.ne.jp/it/0213/mnn_250213_2169408279.html (2025-02-13)',
  },
  'dmarc-aspf-strict': {
    severity: 'warning',
    title: {
      ja: '{name} の aspf=s では、SES の SPF は決して一致しません',
      en: 'With aspf=s at {name}, SPF can never align for SES mail',
    },
    effect: {
      ja: 'SES の MAIL FROM は From のサブドメインで、同じ名前にはできません。DMARC は DKIM だけが頼りになります。',
      en: 'The MAIL FROM domain of SES is a subdomain and cannot be the From domain itself: DMARC rests on DKIM alone.',
    },
    todo: { ja: 'aspf を外します（既定は緩やかな一致）。', en: 'Remove aspf (relaxed is the default).' },
    source: 'Amazon SES developer guide, "Complying with DMARC"',
  },
  'dmarc-spf-not-aligned': {
    severity: 'warning',
    title: {
      ja: 'MAIL FROM ドメイン {mailFrom} は {domain} と同じ組織と見なされません',
      en: 'The MAIL FROM domain {mailFrom} does not belong to the same organization as {domain}',
    },
    effect: {
      ja: 'SPF が合格しても DMARC には使われません。途中の名前にある DMARC レコード（psd タグなど）が組織の境目を変えています。',
      en: 'SPF passes without counting for DMARC. A DMARC record between the two (or its psd tag) moves the border of the organization.',
    },
    todo: {
      ja: '途中の名前の DMARC レコードを見直します。',
      en: 'Look at the DMARC records between the two names.',
    },
    source: 'RFC 9989 section 4.10.2',
  },
  'dmarc-own-organization': {
    severity: 'warning',
    title: {
      ja: '{domain} には DMARC があるのに、上位の {parent} にはありません',
      en: '{domain} has a DMARC record, and {parent} above it has none',
    },
    effect: {
      ja: '新しい規格では {domain} だけで 1 つの組織になります。d={parent} の署名は {domain} の From と一致しません。',
      en: 'Under RFC 9989 {domain} is then an organization of its own: a signature with d={parent} does not align with From at {domain}.',
    },
    todo: {
      ja: '下のレコードを上位のドメインにも公開します。',
      en: 'Publish the record below at the parent as well.',
    },
    source: 'RFC 9989 section 4.10.2',
  },
  'dmarc-inherited': {
    severity: 'information',
    title: {
      ja: '{domain} には上位 {recordDomain} の DMARC が適用されます（{tag}={policy}）',
      en: 'The DMARC record of {recordDomain} applies to {domain} ({tag}={policy})',
    },
    effect: { ja: '{domain} 自身のレコードは不要です。', en: '{domain} needs no record of its own.' },
    todo: { ja: '対応は不要です。', en: 'Nothing to do.' },
    source: 'RFC 9989 section 4.10.1',
  },
  'dmarc-removed-tags': {
    severity: 'information',
    title: {
      ja: '{name} の DMARC に、廃止されたタグがあります: {tags}',
      en: 'The DMARC record at {name} has tags that were removed: {tags}',
    },
    effect: {
      ja: '2026 年 5 月の RFC 9989 で廃止され、無視されます。',
      en: 'RFC 9989 (May 2026) removed them; they are ignored.',
    },
    todo: REPLACE_BELOW,
    source: 'RFC 9989 section 9.3',
  },
  'dmarc-partial': {
    severity: 'warning',
    title: {
      ja: '{name} の pct={pct} はもう効きません',
      en: 'pct={pct} at {name} no longer has an effect',
    },
    effect: {
      ja: '新しい規格に従う受信側は、ポリシーをすべてのメールに適用します（pct=0 を t=y と読む実装もあります）。',
      en: 'Receivers that follow RFC 9989 apply the policy to all mail (some read pct=0 as t=y).',
    },
    todo: {
      ja: '段階的に進めたいなら t=y を加えます（1 段弱いポリシーになります）。pct は、まだ古い規格に従う受信側のために残しておきます。',
      en: 'To go in steps add t=y: it applies the policy one level lower. Leave pct for receivers that still follow the older standard.',
    },
    source: 'RFC 9989 section 4.7 and appendix A.6; OpenDMARC issue #366',
  },
  'dmarc-unknown-tags': {
    severity: 'information',
    title: {
      ja: '{name} の DMARC に、知られていないタグがあります: {tags}',
      en: 'The DMARC record at {name} has unknown tags: {tags}',
    },
    effect: {
      ja: '無視されます。綴りの誤りかもしれません。',
      en: 'They are ignored; perhaps a spelling mistake.',
    },
    todo: { ja: '綴りを確かめます。', en: 'Check the spelling.' },
    source: 'RFC 9989 section 4.8',
  },
  'dmarc-no-rua': {
    severity: 'advice',
    title: {
      ja: '{name} の DMARC に rua（集計レポートの宛先）がありません',
      en: 'The DMARC record at {name} has no rua (address for aggregate reports)',
    },
    effect: {
      ja: '誰があなたのドメインで送っているか分からず、ポリシーを強める判断ができません。',
      en: 'You do not learn who sends as you, and cannot tell when a stricter policy is safe.',
    },
    todo: {
      ja: '読める宛先を rua に加えます。todoku はレポートを受信して読むことができます。{reports}',
      en: 'Add an address that is read; todoku can receive and read the reports. {reports}',
    },
    source: 'RFC 9989 section 4.7; RFC 9990',
  },
  'dmarc-bad-rua': {
    severity: 'warning',
    title: { ja: '{name} の rua「{uri}」は使えません', en: 'The rua "{uri}" at {name} cannot be used' },
    effect: {
      ja: '「mailto:アドレス」の形でなければレポートは届きません。',
      en: 'Unless it reads "mailto:address" no report arrives.',
    },
    todo: {
      ja: 'それぞれに mailto: を付け、コンマで区切ります。',
      en: 'Write each with mailto:, parted by commas.',
    },
    source: 'RFC 9989 section 4.8',
  },
  'dmarc-rua-not-mail': {
    severity: 'warning',
    title: {
      ja: '{name} の rua にメールの宛先がありません: {uri}',
      en: 'The rua at {name} names no mail address: {uri}',
    },
    effect: {
      ja: 'レポートはメールで送られます。ほかの宛先に送る受信側は知られていないため、1 通も届きません。',
      en: 'Reports are sent by mail. No receiver is known to send them elsewhere, so none arrives.',
    },
    todo: {
      ja: '読めるアドレスを mailto: で加えます。',
      en: 'Add an address that is read, with mailto:.',
    },
    source: 'RFC 9989 section 4.7',
  },
  'dmarc-rua-size': {
    severity: 'information',
    title: {
      ja: '{name} の rua のサイズ指定（{uri}）は廃止されました',
      en: 'The size suffix of rua at {name} ({uri}) is obsolete',
    },
    effect: { ja: '無視されるだけで、レポートは届きます。', en: 'It is ignored; reports still arrive.' },
    todo: { ja: '「!」以降を削除します。', en: 'Remove what follows the "!".' },
    source: 'RFC 9989 appendix C.5.2',
  },
  'dmarc-rua-not-authorised': {
    severity: 'warning',
    title: {
      ja: 'レポートの宛先 {host} が {domain} のレポートの受け取りを承諾していません',
      en: '{host} has not agreed to receive the reports of {domain}',
    },
    act: { ja: '{host} に承諾のレコードを公開する', en: 'Publish the agreement of {host}' },
    effect: {
      ja: '別の組織のドメインへのレポートは、承諾のレコードがなければ送られません。',
      en: "Reports to another organization's domain are not sent unless it has published its agreement.",
    },
    todo: {
      ja: '{host} の DNS に下のレコードを公開します。',
      en: 'Publish the record below in the DNS of {host}.',
    },
    source: 'RFC 9990 section 4',
  },
  'dmarc-testing': {
    severity: 'advice',
    step: true,
    title: {
      ja: '{name} は試験中（t=y）で、ポリシーは 1 段弱く適用されます（{policy}）',
      en: '{name} is in testing (t=y): the policy is applied one level lower ({policy})',
    },
    effect: {
      ja: 'レポートは通常どおり届きます。',
      en: 'Reports arrive as usual.',
    },
    todo: {
      ja: 'レポートに問題がなければ t=y を外します。',
      en: 'Remove t=y once the reports show no trouble.',
    },
    source: 'RFC 9989 section 4.7',
  },
  'dmarc-sp-ignored': {
    severity: 'information',
    title: {
      ja: '{name} の sp・np は効きません（組織ドメインのレコードではないため）',
      en: 'sp and np at {name} have no effect: it is not the record of the organizational domain',
    },
    effect: {
      ja: 'サブドメインの sp・np は無視されます。',
      en: "They are ignored in a subdomain's own record.",
    },
    todo: {
      ja: '組織ドメインのレコードに書きます。',
      en: 'Write them in the record of the organizational domain.',
    },
    source: 'RFC 9989 section 4.7',
  },
  'dmarc-subdomains-open': {
    severity: 'advice',
    step: true,
    title: {
      ja: '{name} は p={policy} ですが、サブドメインは sp={sp} で保護されていません',
      en: '{name} asks for p={policy}, but leaves its subdomains open (sp={sp})',
    },
    effect: {
      ja: 'サブドメインを騙るなりすましには何も求めていません。',
      en: 'Forged mail from a subdomain is not acted on.',
    },
    todo: {
      ja: '送信に使うサブドメインが合格しているなら、sp を外すか、少なくとも np=reject を加えます。',
      en: 'If the subdomains that send pass, remove sp; at least add np=reject.',
    },
    source: 'RFC 9989 section 4.7',
  },
  'dmarc-psd': {
    severity: 'warning',
    title: {
      ja: '{name} の psd=y は、公開サフィックスだけのものです',
      en: 'psd=y at {name} is for public suffixes only',
    },
    effect: {
      ja: '受信側は 1 つ下の名前を組織の境目と見なすため、サブドメイン同士の SPF・DKIM が一致しなくなります。',
      en: 'Receivers take the name one label below as the organization: SPF and DKIM of sister domains no longer align.',
    },
    todo: { ja: 'psd=y を外します。', en: 'Remove psd=y.' },
    source: 'RFC 9989 section 4.10.2',
  },
  'dmarc-policy-none': {
    severity: 'advice',
    title: { ja: '{name} のポリシーは none です', en: 'The policy at {name} is none' },
    effect: {
      ja: '届きやすさには十分ですが、なりすましは止まりません。BIMI も使えません。{evidence}',
      en: 'Enough for delivery, but it stops no forged mail, and BIMI is out of reach. {evidence}',
    },
    todo: {
      ja: '1 か月以上レポートを集め、自社の送信元がすべて合格してから quarantine に進みます。',
      en: 'Collect reports for at least a month; go to quarantine when all your own sources pass.',
    },
    source: 'RFC 9989 section 7.4',
  },
  'dmarc-policy-quarantine': {
    severity: 'information',
    title: { ja: '{name} は p=quarantine です', en: '{name} has p=quarantine' },
    effect: { ja: '{evidence}', en: '{evidence}' },
    todo: {
      ja: '足りないものがそろったら、この検査が p=reject のレコードを示します。',
      en: 'Once nothing is lacking, the audit shows the record with p=reject.',
    },
    source: 'RFC 9989 section 7.4',
  },
  'dmarc-next-stage': {
    severity: 'advice',
    step: true,
    title: {
      ja: '{name} は p={next} に進める状態です',
      en: '{name} is ready for p={next}',
    },
    effect: { ja: '{evidence}', en: '{evidence}' },
    todo: {
      ja: '下のレコードに置き換え、次の 1 か月のレポートを見ます。',
      en: 'Replace the record with the one below, and watch the reports for another month.',
    },
    source: 'RFC 9989 section 7.4',
  },
  'dmarc-no-reports': {
    severity: 'warning',
    title: { ja: '{domain} の DMARC レポートが届いていません', en: 'No DMARC report arrived for {domain}' },
    effect: {
      ja: '{evidence} SES の受信ルールに一致しないレポートは、何も知らされずに失われます。',
      en: '{evidence} Reports that match no receipt rule of SES are lost without a sign.',
    },
    todo: {
      ja: 'rua の宛先、受信ドメインの MX、SES の受信ルールセットが「有効」であることを確かめます。',
      en: 'Check the rua address, the MX of the receiving domain, and that the SES receipt rule set is active.',
    },
    source: 'Amazon SES developer guide, "Setting up Amazon SES email receiving"',
  },
  'dmarc-reports-not-imported': {
    severity: 'advice',
    title: {
      ja: '{domain} の最近の DMARC レポートが記録にありません',
      en: 'No recent DMARC report of {domain} is on record',
    },
    effect: {
      ja: '{evidence} レポートの宛先（rua）は todoku の受信アドレスではないため、取り込まない限り、次のポリシーに進めるかどうかを判断できません。',
      en: '{evidence} They go to an address that todoku does not receive for: until they are imported it cannot say whether the next policy is safe.',
    },
    todo: {
      ja: '宛先のメールボックスに届いたレポートを「todoku senders dmarc-import ファイル…」で取り込みます。todoku で直接受信することもできます（docs/senders.md）。',
      en: 'Import what arrived in that mailbox with "todoku senders dmarc-import FILE…", or have todoku receive the reports (docs/senders.md).',
    },
    source: 'RFC 9989 section 7.4',
  },
} as const satisfies Record<string, FindingRow>;
