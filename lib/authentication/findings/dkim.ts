import type { FindingRow } from './row.ts';

const GUIDE = 'Amazon SES developer guide, "Authenticating email with DKIM"';
const TROUBLE = 'Amazon SES developer guide, "Troubleshooting DKIM problems"';
const API = 'Amazon SES API v2, DkimAttributes';

const UNSIGNED_EFFECT = {
  ja: '自社ドメインの DKIM 署名が付かずに送信されます。SES が付ける d=amazonses.com の署名は From と一致しないため、DMARC には役立ちません。',
  en: 'Mail goes out without a signature of your domain. The d=amazonses.com signature that SES adds never aligns with From and does nothing for DMARC.',
};

const BROKEN_KEY_EFFECT = {
  ja: '受信側は署名を検証できず、DKIM は不合格または「署名なし」と扱われます。',
  en: 'Receivers cannot verify the signature: DKIM fails, or the mail counts as unsigned.',
};

/** Findings about an identity itself and its DKIM keys. */
export const DKIM_FINDINGS = {
  'identity-not-verified': {
    severity: 'critical',
    title: {
      ja: '{identity} は送信用に検証されていません（状態: {status}）',
      en: '{identity} is not verified for sending (status: {status})',
    },
    act: { ja: '{identity} の所有権を確認する', en: 'Verify {identity} in SES' },
    effect: {
      ja: 'SES はこのアイデンティティからの送信を拒否します。{reason}',
      en: 'SES refuses to send from this identity. {reason}',
    },
    todo: {
      ja: '下の DKIM レコードを公開し、SES が確認するまで待ちます（最大 72 時間）。',
      en: 'Publish the DKIM records below and wait until SES has found them (up to 72 hours).',
    },
    source: 'Amazon SES API v2, GetEmailIdentity',
  },
  'dkim-off': {
    severity: 'critical',
    title: { ja: '{identity} の DKIM 署名が無効です', en: 'DKIM signing is switched off for {identity}' },
    act: { ja: '{identity} の DKIM を有効にする', en: 'Switch DKIM on for {identity}' },
    effect: UNSIGNED_EFFECT,
    todo: {
      ja: 'SES コンソールのアイデンティティの「認証」タブ、または PutEmailIdentityDkimAttributes で署名を有効にします。',
      en: 'Switch signing on: the identity\'s "Authentication" tab in the SES console, or PutEmailIdentityDkimAttributes.',
    },
    source: API,
  },
  'dkim-not-set-up': {
    severity: 'critical',
    title: { ja: '{identity} に DKIM が設定されていません', en: 'DKIM is not set up for {identity}' },
    act: { ja: '{identity} に DKIM を設定する', en: 'Set up DKIM for {identity}' },
    effect: UNSIGNED_EFFECT,
    todo: {
      ja: 'SES で Easy DKIM（RSA 2048 ビット）を設定し、表示される 3 つの CNAME を公開します。',
      en: 'Set up Easy DKIM (RSA 2048 bit) in SES and publish the three CNAME records it names.',
    },
    source: GUIDE,
  },
  'dkim-cname-missing': {
    severity: 'critical',
    title: { ja: 'DKIM の CNAME {name} がありません', en: 'The DKIM CNAME {name} is missing' },
    act: { ja: 'DKIM の CNAME {name} を公開する', en: 'Publish the DKIM CNAME {name}' },
    effect: {
      ja: '受信側は鍵を取得できません。SES も定期的に確認しており、見つからなければメールで通知したうえで署名をやめます。',
      en: 'Receivers cannot fetch the key. SES checks again regularly and, after a notice by mail, stops signing.',
    },
    todo: { ja: '下の CNAME を公開します。', en: 'Publish the CNAME below.' },
    source: TROUBLE,
  },
  'dkim-cname-doubled': {
    severity: 'critical',
    title: {
      ja: 'DKIM の CNAME がドメイン名を二重に付けた {doubled} に登録されています',
      en: 'The DKIM CNAME was entered with the domain twice: {doubled}',
    },
    act: { ja: 'DKIM の CNAME {name} を登録し直す', en: 'Move the DKIM CNAME to {name}' },
    effect: BROKEN_KEY_EFFECT,
    todo: {
      ja: 'DNS の管理画面が自動でドメイン名を補うため、名前欄には {label} だけを入力します。誤ったレコードは削除します。',
      en: 'The DNS host appends the domain by itself: enter only {label} as the name, and delete the wrong record.',
    },
    source: TROUBLE,
  },
  'dkim-cname-wrong': {
    severity: 'critical',
    title: {
      ja: 'DKIM の CNAME {name} の値が違います（現在: {found}）',
      en: 'The DKIM CNAME {name} points elsewhere (now: {found})',
    },
    act: { ja: 'DKIM の CNAME {name} を直す', en: 'Correct the DKIM CNAME {name}' },
    effect: BROKEN_KEY_EFFECT,
    todo: {
      ja: 'SES が示す値に直します。値の末尾のドメインはリージョンなどで異なるため、ほかの手順書から写さないでください。',
      en: 'Correct it to the value SES names. Its domain varies by region and cell: do not copy it from another guide.',
    },
    source:
      'Amazon SES developer guide, "Creating and verifying identities" (hosted zone varies by Region and cell)',
  },
  'dkim-cname-copied': {
    severity: 'warning',
    title: {
      ja: '{name} に CNAME ではなく鍵（TXT）が直接登録されています',
      en: '{name} holds the key itself (TXT) instead of the CNAME',
    },
    effect: {
      ja: '今は検証できますが、SES が鍵を自動更新した時点で DKIM が壊れます。',
      en: 'It verifies today and breaks as soon as SES rotates the key, which it does by itself.',
    },
    todo: {
      ja: 'TXT を削除し、下の CNAME に置き換えます。CNAME を登録済みなら、DNS サービスがフラット化しています。その設定を切ります（Cloudflare なら「DNS のみ」）。',
      en: 'Delete the TXT record and publish the CNAME below instead. If the CNAME is there already, the DNS host flattens it: switch that off ("DNS only" at Cloudflare).',
    },
    source: GUIDE,
  },
  'dkim-cname-proxied': {
    severity: 'critical',
    title: {
      ja: '{name} は CNAME ではなく IP アドレスを返します',
      en: '{name} answers with an address instead of the CNAME',
    },
    act: { ja: '{name} のプロキシを切る', en: 'Switch off the proxy for {name}' },
    effect: {
      ja: 'DNS サービスが CNAME をプロキシまたはフラット化しているため、SES も受信側も鍵にたどり着けません。',
      en: 'The DNS host proxies or flattens the CNAME, so neither SES nor receivers get to the key.',
    },
    todo: {
      ja: 'この CNAME のプロキシを切ります（Cloudflare なら「DNS のみ」）。',
      en: 'Switch the proxy off for this CNAME ("DNS only" at Cloudflare).',
    },
    source: GUIDE,
  },
  'dkim-key-unreachable': {
    severity: 'critical',
    title: {
      ja: 'CNAME {name} は正しいのに、その先に鍵がありません',
      en: 'The CNAME {name} is right, but there is no key behind it',
    },
    act: { ja: 'CNAME {name} の先の鍵が返るようにする', en: 'Make DNS return the key behind {name}' },
    effect: BROKEN_KEY_EFFECT,
    todo: {
      ja: 'CNAME の先の TXT を返せていない DNS サーバーがないか DNS 事業者に問い合わせ、SES 側の鍵の状態も確認します。',
      en: 'Ask the DNS host whether a server leaves out the TXT behind a CNAME, and check the state of the key in SES.',
    },
    source: TROUBLE,
  },
  'dkim-pending': {
    severity: 'warning',
    title: { ja: '{identity} の DKIM は確認待ちです', en: 'DKIM of {identity} is still pending' },
    effect: {
      ja: '確認が済むまで自社ドメインの署名は付きません。SES は最大 72 時間レコードを探します。',
      en: 'Mail is not signed with your domain until SES has found the records; it looks for up to 72 hours.',
    },
    todo: {
      ja: 'レコードが正しければ待ちます。誤りがあれば上の項目で示します。',
      en: 'Wait if the records are right; mistakes are listed as findings of their own.',
    },
    source: API,
  },
  'dkim-failed': {
    severity: 'critical',
    title: { ja: '{identity} の DKIM は確認に失敗しました', en: 'SES failed to verify DKIM of {identity}' },
    act: { ja: '{identity} の DKIM を設定し直す', en: 'Set DKIM up again for {identity}' },
    effect: UNSIGNED_EFFECT,
    todo: {
      ja: 'レコードを直したあと、SES で DKIM を設定し直します。',
      en: 'Correct the records, then set DKIM up again in SES.',
    },
    source: API,
  },
  'dkim-temporary-failure': {
    severity: 'warning',
    title: {
      ja: 'SES は {identity} の DKIM レコードを見つけられなくなっています（一時的）',
      en: 'SES can no longer find the DKIM records of {identity} (temporary failure)',
    },
    effect: {
      ja: '続けて見つからなければ、SES は署名をやめます。',
      en: 'If it goes on, SES stops signing.',
    },
    todo: {
      ja: 'DNS の障害や移転の有無を確かめ、レコードを元に戻します。',
      en: 'Look for a DNS outage or a move to another DNS host, and restore the records.',
    },
    source: TROUBLE,
  },
  'dkim-zone-unknown': {
    severity: 'unknown',
    title: {
      ja: 'SES が {identity} の CNAME の向き先（SigningHostedZone）を返しませんでした',
      en: 'SES did not say where the CNAME records of {identity} must point (SigningHostedZone)',
    },
    effect: {
      ja: '向き先はリージョンなどで異なるため、推測では検査しません。',
      en: 'The target varies by region and cell, so it is not guessed.',
    },
    todo: {
      ja: 'SES コンソールに表示される CNAME と見比べます。',
      en: 'Compare with the CNAME records shown in the SES console.',
    },
    source: API,
  },
  'dkim-short-key': {
    severity: 'advice',
    title: { ja: '{identity} の DKIM 鍵は 1024 ビットです', en: 'The DKIM key of {identity} has 1024 bits' },
    act: { ja: '{identity} の DKIM の鍵を 2048 ビットにする', en: 'Give {identity} a DKIM key of 2048 bits' },
    effect: {
      ja: '1024 ビットは下限で、Gmail は 2048 ビットを推奨しています。',
      en: '1024 bits is the minimum; Gmail recommends 2048.',
    },
    todo: {
      ja: 'Easy DKIM なら SES で 2048 ビットに切り替えます（変更は 24 時間に 1 回まで）。持ち込み鍵なら 2048 ビットで作り直します。',
      en: 'Easy DKIM: switch to 2048 bits in SES (one change per 24 hours). Own key: make a new 2048 bit pair.',
    },
    source: 'RFC 8301 section 3; support.google.com/a/answer/81126',
  },
  'dkim-key-missing': {
    severity: 'critical',
    title: {
      ja: '持ち込み鍵（BYODKIM）のレコード {name} がありません',
      en: 'The key record {name} (BYODKIM) is missing',
    },
    act: { ja: 'DKIM の鍵 {name} を公開する', en: 'Publish the DKIM key {name}' },
    effect: BROKEN_KEY_EFFECT,
    todo: {
      ja: 'SES に登録した秘密鍵と対になる公開鍵を、この名前の TXT として p= で公開します（公開鍵は SES からは取得できません）。',
      en: 'Publish the public key that belongs to the private key given to SES, as a TXT record with p= at this name (SES does not give the public key back).',
    },
    source: GUIDE,
  },
  'dkim-key-revoked': {
    severity: 'critical',
    title: { ja: '{name} の鍵は失効しています（p= が空）', en: 'The key at {name} is revoked (empty p=)' },
    act: { ja: '失効した DKIM の鍵 {name} を替える', en: 'Replace the revoked DKIM key {name}' },
    effect: BROKEN_KEY_EFFECT,
    todo: {
      ja: '新しい鍵の組を作り、SES と DNS の両方に登録します。',
      en: 'Make a new key pair and give it to SES and to DNS.',
    },
    source: 'RFC 6376 section 3.6.1',
  },
  'dkim-key-broken': {
    severity: 'critical',
    title: {
      ja: '{name} の鍵レコードが壊れています（{fault}）',
      en: 'The key record at {name} is broken ({fault})',
    },
    act: { ja: 'DKIM の鍵 {name} を直す', en: 'Correct the DKIM key {name}' },
    effect: BROKEN_KEY_EFFECT,
    todo: {
      ja: '値を作り直します。2048 ビットの鍵は 255 文字を超えるので、複数の文字列に分けて 1 つの TXT に入れます。',
      en: 'Write the value again. A 2048 bit key is longer than 255 characters: split it into several strings of one TXT record.',
    },
    source: 'RFC 6376 sections 3.2 and 3.6.1',
  },
  'dkim-key-too-short': {
    severity: 'critical',
    title: { ja: '{name} の鍵は {bits} ビットしかありません', en: 'The key at {name} has only {bits} bits' },
    act: { ja: '短すぎる DKIM の鍵 {name} を替える', en: 'Replace the short DKIM key {name}' },
    effect: {
      ja: '1024 ビット未満の鍵による署名は検証されず、署名なしと扱われます（Gmail は 2013 年から）。',
      en: 'Signatures with keys under 1024 bits are not accepted; the mail counts as unsigned (at Gmail since 2013).',
    },
    todo: { ja: '2048 ビットの鍵を作り直します。', en: 'Make a new pair with 2048 bits.' },
    source: 'RFC 8301 section 3.2; support.google.com/a/answer/81126',
  },
  'dkim-key-type': {
    severity: 'critical',
    title: {
      ja: '{name} の鍵の種類（{type}）は SES では使えません',
      en: 'SES cannot sign with the type of key at {name} ({type})',
    },
    act: { ja: 'DKIM の鍵 {name} を RSA の鍵に替える', en: 'Replace the DKIM key {name} by an RSA key' },
    effect: BROKEN_KEY_EFFECT,
    todo: { ja: 'RSA（1024～2048 ビット）の鍵を使います。', en: 'Use an RSA key of 1024 to 2048 bits.' },
    source: GUIDE,
  },
  'dkim-key-testing': {
    severity: 'information',
    title: {
      ja: '{name} の鍵に試験中の印（t=y）があります',
      en: 'The key at {name} is marked as testing (t=y)',
    },
    effect: {
      ja: '受信側は署名に失敗したメールを署名なしと同じに扱ってよいことになっています。',
      en: 'Receivers may treat mail that fails as if it were unsigned.',
    },
    todo: { ja: '本番では t=y を外します。', en: 'Remove t=y for production.' },
    source: 'RFC 6376 section 3.6.1',
  },
  'dkim-keys-several': {
    severity: 'warning',
    title: { ja: '{name} に鍵が {count} 個あります', en: 'There are {count} keys at {name}' },
    effect: {
      ja: 'どの鍵が使われるかは受信側によって異なり、DKIM が不安定になります。',
      en: 'No rule says which one a receiver uses: DKIM passes at random.',
    },
    todo: { ja: '使っている鍵だけを残します。', en: 'Keep only the key in use.' },
    source: 'RFC 6376 section 3.6.2.2',
  },
  'dkim-replica': {
    severity: 'information',
    title: {
      ja: '{identity} は別リージョン（{origin}）の DKIM 鍵を使っています（DEED）',
      en: '{identity} uses the DKIM keys of another region ({origin}; deterministic Easy DKIM)',
    },
    effect: {
      ja: '鍵とレコードは親のアイデンティティのものです。親を変更・削除すると、こちらの署名も影響を受けます。',
      en: 'Keys and records belong to the parent identity: a change there changes the signature here.',
    },
    todo: {
      ja: '親を削除する前に、こちらの DKIM を設定し直します。',
      en: 'Set DKIM up here before the parent is deleted.',
    },
    source: 'Amazon SES developer guide, "Deterministic Easy DKIM (DEED)"',
  },
  'dkim-replica-broken': {
    severity: 'critical',
    title: {
      ja: '{identity} は親リージョンの DKIM 鍵を使えません（{error}）',
      en: '{identity} cannot use the keys of its parent region ({error})',
    },
    act: {
      ja: '{identity} の親リージョンの DKIM を直す',
      en: 'Mend DKIM of {identity} in its parent Region',
    },
    effect: UNSIGNED_EFFECT,
    todo: {
      ja: '親は同じアカウントの Easy DKIM（複製でないもの）である必要があります。親と権限を直すか、Easy DKIM に切り替えます。',
      en: 'The parent must be an Easy DKIM identity of the same account, not a replica. Correct the parent or its permissions, or switch to Easy DKIM.',
    },
    source: 'Amazon SES developer guide, "Deterministic Easy DKIM (DEED)"',
  },
  'dkim-key-could-not-look': {
    severity: 'unknown',
    title: {
      ja: 'CNAME {name} は正しく、その先の鍵は調べられませんでした（{code}）',
      en: 'The CNAME {name} is right; the key behind it could not be looked at ({code})',
    },
    effect: {
      ja: '「鍵がない」という意味ではありません。ただし受信側でも同じなら、その間は署名を検証できません。',
      en: 'That does not mean the key is missing. Where receivers see the same, they cannot verify the signature meanwhile.',
    },
    todo: {
      ja: '時間をおいて再実行します。いつも同じ結果になるなら、CNAME 経由の TXT 問い合わせに答えられない DNS サーバーの可能性があるため、DNS 事業者に問い合わせます。',
      en: 'Run the audit again later. If it stays like this, ask the DNS host: some fail TXT queries through a CNAME.',
    },
    source: TROUBLE,
  },
  'dkim-could-not-look': {
    severity: 'unknown',
    title: { ja: '{name} を調べられませんでした（{code}）', en: 'Could not look at {name} ({code})' },
    effect: {
      ja: '「ない」という意味ではありません。DNS サーバーが答えなかっただけです。',
      en: 'That does not mean it is missing: the DNS server did not answer.',
    },
    todo: {
      ja: '時間をおいて再実行します。続くなら受信側でも失敗している恐れがあるので、DNS 事業者に確認します。',
      en: 'Run the audit again later. If it persists, receivers may fail too: ask the DNS host.',
    },
    source: 'RFC 6376 section 6.1.2',
  },
  'address-identity-unsigned': {
    severity: 'critical',
    title: {
      ja: 'アドレス単位のアイデンティティ {identity} が、署名されるはずのドメインの設定を打ち消しています',
      en: 'The address identity {identity} overrides its domain, and is not signed itself',
    },
    act: { ja: '{identity} に署名を付ける', en: 'Sign {identity}' },
    effect: {
      ja: 'このアドレスから送るメールには、ドメイン側の DKIM も MAIL FROM も使われません。署名なしで送信されます。',
      en: 'Mail from this address uses neither DKIM nor MAIL FROM of the domain identity: it goes out unsigned.',
    },
    todo: {
      ja: 'アドレスのアイデンティティを削除する（ドメインの設定が使われます）か、そのアイデンティティで DKIM を有効にします。',
      en: 'Delete the address identity (the domain then applies), or switch DKIM on for it.',
    },
    source: TROUBLE,
  },
  'address-identity': {
    severity: 'information',
    title: {
      ja: '{identity} はアドレス単位のアイデンティティで、ドメインの設定より優先されます',
      en: '{identity} is an address identity and overrides the settings of its domain',
    },
    effect: {
      ja: 'ドメイン側の MAIL FROM、DKIM、既定の設定セットを変更しても、このアドレスには効きません。イベントが届くかどうかは todoku connect で確認できます。',
      en: 'Changes to the domain identity (MAIL FROM, DKIM, default configuration set) do not reach mail from this address. Whether its events arrive, todoku connect says.',
    },
    todo: {
      ja: '不要なら削除し、ドメインのアイデンティティに任せます。',
      en: 'Delete it unless it is needed, and leave the work to the domain identity.',
    },
    source: TROUBLE,
  },
} as const satisfies Record<string, FindingRow>;
