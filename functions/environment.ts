import * as z from 'zod';
import { NOTICE_SETTINGS } from '../lib/notices/setting.ts';
import { Refusal } from '../lib/refusal.ts';
import { DEFAULT_RETENTION } from '../lib/store/items.ts';
import { wrongFields } from '../lib/wrong-fields.ts';
import { once } from './once.ts';

/** Thrown at start-up when the function's environment is incomplete or wrong; the message names each variable. */
export class EnvironmentError extends Refusal {
  override readonly name = 'EnvironmentError';
  override readonly code = 'wrong-environment';
}

const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    const text = { ja: 'JSONではありません', en: 'not JSON' };
    context.addIssue({ code: 'custom', message: text.en, params: { text } });
    return z.NEVER;
  }
});

/** What a function's environment holds; a deployment's settings are checked by it too (deploy/settings.ts). */
export const environmentSchema = z.object({
  TABLE_NAME: z.string().min(1),
  /** Where ingest keeps unreadable messages. */
  DEAD_LETTER_QUEUE_URL: z.string().optional(),
  /** Where letters are parked that nobody can read yet. */
  PARKED_QUEUE_URL: z.string().optional(),
  /** The topic that SES publishes its events to. */
  EVENT_TOPIC_NAME: z.string().optional(),
  /** The same topic's ARN, for who wires SES to it. */
  EVENT_TOPIC_ARN: z.string().optional(),
  /** What the scheduled cleanup does. */
  CLEANUP_MODE: z.enum(['propose', 'apply']).default('propose'),
  /** When the scheduled cleanup runs, as EventBridge writes it; absent: not known. */
  SCHEDULE: z.string().optional(),
  /** The same of the senders' audit. */
  AUDIT_SCHEDULE: z.string().optional(),
  /** Whether the stage is watched beyond the alarms. */
  WATCH: z.enum(['basic', 'full']).default('basic'),
  /** Which deliveries reach ingest; absent: not known. */
  DELIVERIES: z.enum(['carriers', 'all']).optional(),
  /** Overrides of the default policy, as a JSON object (lib/policy/policy.ts). */
  POLICY: json.optional(),
  /** What letters may say of the shops, as a JSON array (lib/guidance/shop.ts). */
  SHOPS: json.optional(),
  /** What is told to people and systems. */
  NOTICES: z.enum(NOTICE_SETTINGS).default('off'),
  /** The function that tells it. */
  NOTIFY_FUNCTION: z.string().optional(),
  /** Bucket for the files of import jobs; without it every removal is a call of its own. */
  IMPORT_BUCKET: z.string().optional(),
  FACT_RETENTION_DAYS: z.coerce.number().int().min(1).max(3650).default(DEFAULT_RETENTION.factDays),
  /**
   * SES throttles everything but sending at one call a second for the whole account. Kept below it, so that no call
   * comes early, and so that a person's question finds room (docs/scale.md); lifted only against the local server.
   */
  SES_CALLS_PER_SECOND: z.coerce.number().positive().default(0.9),
  /** Milliseconds that a call to a service takes at most; never deployed, where functions/clients.ts has the limits. */
  CALL_TIMEOUT_MS: z.coerce.number().int().positive().default(Number.MAX_SAFE_INTEGER),
  /** Milliseconds that the reading of look-alikes may take; never deployed: an embedded database is slower. */
  NEAR_PATIENCE_MS: z.coerce.number().int().positive().optional(),
  /** Name of the Systems Manager parameter that overrides the policy; empty or absent: there is none. */
  POLICY_PARAMETER: z.string().trim().max(2_048).default(''),
  /** Name of the Systems Manager parameter with the key by which forgotten addresses are known again. */
  FORGET_KEY_PARAMETER: z.string().trim().min(1).max(2_000).default('/todoku/local/forget-key'),
  /** Name of this function, to continue itself; Lambda sets it. */
  AWS_LAMBDA_FUNCTION_NAME: z.string().optional(),
});

type Environment = z.infer<typeof environmentSchema>;

/**
 * The environment of this container, read and checked when it is first asked for.
 *
 * @throws {EnvironmentError} naming every wrong variable.
 */
export function environment(): Environment {
  return once(environment, () => {
    const parsed = environmentSchema.safeParse(process.env);
    if (!parsed.success) {
      const { ja, en } = wrongFields(parsed.error, process.env);
      throw new EnvironmentError({ ja: `環境変数に誤りがあります：${ja}`, en: `wrong environment: ${en}` });
    }
    return parsed.data;
  });
}
