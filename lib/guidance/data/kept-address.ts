import type { ProviderId } from '../../provider-id.ts';
import type { Bilingual } from '../../text.ts';
import type { ProviderGuidance, Step } from './provider-guidance.ts';

/**
 * The guidance for an address that its owner took along to another network (メール持ち運び, since December 2021). The
 * domain decides whose filter applies; on which site such an address is managed no page says, so the ways through the
 * menus are left out and the official page stands.
 *
 * @param base whose address it is.
 * @param id the network the customer is on now.
 * @param network its name.
 */
export function keptAddress(base: ProviderGuidance, id: ProviderId, network: Bilingual): ProviderGuidance {
  const { name } = base;
  return {
    ...base,
    id,
    intro: {
      ja: `${network.ja}をご利用の場合も、${name.ja}から持ち運ばれたメールアドレスには、${name.ja}の迷惑メール設定が適用されます。`,
      en: `A ${name.en} address that you kept when you moved to ${network.en} still follows the spam settings of ${name.en}.`,
    },
    steps: base.steps.map(withoutPaths),
    limits: [
      ...base.limits,
      {
        text: {
          ja: `${network.ja}へ移られたお客様でも、${name.ja}のアドレスは「メール持ち運び」で使い続けられ、フィルターは${name.ja}のものが適用されます。持ち運びの手続きをしていない場合、そのアドレスは使えなくなっている可能性があります。まず、現在も使えるかを伺ってください。`,
          en: `A customer who moved to ${network.en} may have kept the address of ${name.en} (メール持ち運び); the filters of ${name.en} apply to it. Without that service the address may be dead: ask first whether it is still in use.`,
        },
        confidence: 'B',
        sources: ['tohaSearch', 'povoPorted'],
      },
      {
        text: {
          ja: '持ち運んだメールアドレスの設定をどのページで行うかは、公開情報では確認できません。',
          en: 'No published page says on which site the settings of a kept address are made.',
        },
        confidence: 'B',
        sources: ['tohaSearch'],
      },
    ],
  };
}

function withoutPaths({ paths: _, ...step }: Step): Step {
  return step;
}
