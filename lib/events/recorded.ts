/** The types of SES's events that facts are kept of, each with the field that holds its body. */
export const RECORDED_TYPES = {
  Bounce: 'bounce',
  Complaint: 'complaint',
  Delivery: 'delivery',
  DeliveryDelay: 'deliveryDelay',
  Open: 'open',
  Click: 'click',
} as const;

/** See {@link RECORDED_TYPES}. */
export type RecordedType = keyof typeof RECORDED_TYPES;

/** The name under which ingest counts events of a type, once they are on record. */
export function countedAs<Type extends string>(eventType: Type): `eventsRead.${Type}` {
  return `eventsRead.${eventType}`;
}
