import type { ReplyRule } from './rule.ts';

/** What the large mailbox providers and filter vendors say in words of their own. */
export const PROVIDER_RULES: readonly ReplyRule[] = [];
