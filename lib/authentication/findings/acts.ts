import type { Bilingual } from '../../text.ts';

/**
 * What is urgent as one short order, for the list of what to do first. Kinds without one are told by their title.
 * The same `{names}` as in the other texts.
 */
export const ACTS: Readonly<Record<string, Bilingual>> = {
  'identity-not-verified': { ja: '{identity} の所有権を確認する', en: 'Verify {identity} in SES' },
  'address-identity-unsigned': { ja: '{identity} に署名を付ける', en: 'Sign {identity}' },
  'address-identity-silent': {
    ja: '{identity} に設定セットを付ける',
    en: 'Give {identity} a configuration set',
  },
  'dkim-not-set-up': { ja: '{identity} に DKIM を設定する', en: 'Set up DKIM for {identity}' },
  'dkim-off': { ja: '{identity} の DKIM を有効にする', en: 'Switch DKIM on for {identity}' },
  'dkim-failed': { ja: '{identity} の DKIM を設定し直す', en: 'Set DKIM up again for {identity}' },
  'dkim-cname-missing': { ja: 'DKIM の CNAME {name} を公開する', en: 'Publish the DKIM CNAME {name}' },
  'dkim-cname-doubled': { ja: 'DKIM の CNAME {name} を登録し直す', en: 'Move the DKIM CNAME to {name}' },
  'dkim-cname-wrong': { ja: 'DKIM の CNAME {name} を直す', en: 'Correct the DKIM CNAME {name}' },
  'dkim-cname-proxied': { ja: '{name} のプロキシを切る', en: 'Switch off the proxy for {name}' },
  'dkim-key-missing': { ja: 'DKIM の鍵 {name} を公開する', en: 'Publish the DKIM key {name}' },
  'dkim-key-revoked': { ja: '失効した DKIM の鍵 {name} を替える', en: 'Replace the revoked DKIM key {name}' },
  'dkim-key-broken': { ja: 'DKIM の鍵 {name} を直す', en: 'Correct the DKIM key {name}' },
  'dkim-key-too-short': { ja: '短すぎる DKIM の鍵 {name} を替える', en: 'Replace the short DKIM key {name}' },
  'dkim-short-key': {
    ja: '{identity} の DKIM の鍵を 2048 ビットにする',
    en: 'Give {identity} a DKIM key of 2048 bits',
  },
  'dmarc-missing': { ja: '{domain} の DMARC を公開する', en: 'Publish a DMARC record for {domain}' },
  'dmarc-several-records': { ja: '{name} を 1 つにする', en: 'Keep one record at {name}' },
  'dmarc-not-a-record': { ja: '{name} を書き直す', en: 'Write {name} again' },
  'dmarc-invalid-list': { ja: '{name} を書き直す', en: 'Write {name} again' },
  'dmarc-at-domain': { ja: 'DMARC を _dmarc.{domain} に移す', en: 'Move DMARC to _dmarc.{domain}' },
  'dmarc-no-processing': { ja: '{name} のポリシーを直す', en: 'Correct the policy at {name}' },
  'dmarc-separator': { ja: '{name} のセミコロンを直す', en: 'Correct the semicolons at {name}' },
  'dmarc-stray-address': { ja: '{name} の rua をコンマで区切る', en: 'Part the rua at {name} by commas' },
  'dmarc-reject-without-dkim': {
    ja: '{domain} のポリシーを下げるか、DKIM を直す',
    en: 'Lower the policy of {domain}, or mend DKIM',
  },
  'dmarc-nothing-aligned': { ja: '{domain} のメールを合格させる', en: 'Make mail of {domain} pass' },
  'dmarc-rua-no-mail': {
    ja: '{host} 宛てのレポートの宛先を直す',
    en: 'Correct the report address at {host}',
  },
  'dmarc-rua-not-authorised': {
    ja: '{host} に承諾のレコードを公開する',
    en: 'Publish the agreement of {host}',
  },
  'mail-from-mx-missing': { ja: '{domain} に MX を公開する', en: 'Publish the MX of {domain}' },
  'mail-from-mx-several': { ja: '{domain} の MX を 1 つにする', en: 'Keep one MX at {domain}' },
  'mail-from-mx-wrong': { ja: '{domain} の MX を直す', en: 'Correct the MX of {domain}' },
  'mail-from-failed': { ja: 'MAIL FROM {domain} を設定し直す', en: 'Set MAIL FROM {domain} up again' },
  'mail-from-rejects': {
    ja: '{identity} の MAIL FROM を直す（送信不可）',
    en: 'Mend MAIL FROM of {identity}: SES refuses to send',
  },
  'mail-from-spf-missing': { ja: '{domain} に SPF を公開する', en: 'Publish SPF at {domain}' },
  'mail-from-spf-without-ses': {
    ja: '{domain} の SPF に SES を加える',
    en: 'Add SES to the SPF record of {domain}',
  },
  'spf-pass-all': { ja: '{domain} の SPF を絞る', en: 'Narrow the SPF record of {domain}' },
  'from-null-mx': { ja: '{domain} の Null MX を外す', en: 'Remove the null MX of {domain}' },
};
