import * as z from 'zod';

/** A text in both languages, as items keep it. */
export const bilingual = z.object({ ja: z.string(), en: z.string() });
