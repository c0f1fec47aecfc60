/**
 * When docomo had stopped refusing filtered mail for everyone: the roll-out of 2025-02-13 to 2025-03-12 ended at
 * midnight Japan time.
 */
export const DOCOMO_STOPPED_REFUSING = '2025-03-12T15:00:00.000Z';
