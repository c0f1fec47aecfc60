import type { Bilingual } from '../../lib/text.ts';

/** What is said instead of an audit where another run holds the lease. */
export const AUDIT_SKIPPED: Bilingual = {
  ja: '別の実行（クリーンアップなど）がSESを使用中のため、監査しませんでした。終わってからもう一度実行してください。ドメインを指定すれば、すぐに監査できます。',
  en: 'Not audited: another run, such as a cleanup, is at work with SES. Try again when it has ended; domains that you name are audited at once.',
};
