/** What may be told: nothing, counts alone, or addresses, mails and operators' names as well. */
export const NOTICE_SETTINGS = ['off', 'counts', 'addresses'] as const;

/** See {@link NOTICE_SETTINGS}. */
export type NoticeSetting = (typeof NOTICE_SETTINGS)[number];
