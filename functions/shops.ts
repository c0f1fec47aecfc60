import { type Shop, shopsSchema } from '../lib/guidance/shop.ts';
import { wrongFields } from '../lib/wrong-fields.ts';
import { EnvironmentError, environment } from './environment.ts';
import { once } from './once.ts';

/**
 * What letters may say of the shops, as it was deployed. Apart from the environment's own schema: only a look-up needs
 * it, and every function loads that one.
 *
 * @throws {EnvironmentError} naming what is wrong.
 */
export function shops(): readonly Shop[] {
  return once(shops, () => {
    const given = environment().SHOPS ?? [];
    const parsed = shopsSchema.safeParse(given);
    if (parsed.success) return parsed.data;
    const { ja, en } = wrongFields(parsed.error, given);
    throw new EnvironmentError({ ja: `環境変数SHOPSに誤りがあります：${ja}`, en: `wrong SHOPS: ${en}` });
  });
}
