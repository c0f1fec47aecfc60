import * as z from 'zod';
import { faultText, typedAddress } from '../typed-address.ts';
import { saying } from '../wrong-fields.ts';

/**
 * An address as an operator gives it, whatever asks the function: cleaned of what cannot be seen; what is none is
 * refused, with what was probably meant, rather than "not listed".
 */
export const addressSchema = z
  .string()
  .trim()
  .min(3)
  .max(1_000)
  .transform((text, context) => {
    const read = typedAddress(text);
    if ('address' in read) return read.address;
    context.addIssue({ code: 'custom', ...saying(faultText(read)) });
    return z.NEVER;
  });
