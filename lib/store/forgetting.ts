import { Refusal } from '../refusal.ts';

/**
 * That a person was forgotten: nothing of the address is kept but a keyed hash, by which it is known when it is met again.
 * What these words mean in the table: forgotten.ts.
 */

/** What is kept of a forgotten address beside its hash. */
export interface Forgetting {
  /** When it was forgotten, ISO 8601 UTC. What came before is gone, what comes after is new. */
  readonly at: string;
  /** When its owner first complained, or was listed for a complaint, ISO 8601 UTC: it protects the address for good. */
  readonly complainedAt?: string;
}

/** Who was forgotten, as far as the last look saw it. */
export interface Forgotten {
  /**
   * Looks who was forgotten since the last look, and takes back what was written since then of those people: their record
   * had been read before. To be called when work on addresses begins, right before a removal, and when the work ends.
   */
  look(): Promise<void>;
  /** {@link look}, where anything was written since the last. */
  settle(): Promise<void>;
  /** The first look, once. */
  ready(): Promise<void>;
  /** That a normalised address was forgotten. */
  of(address: string): Forgetting | undefined;
  /** Keeps what is known of an address that a walk met on SES's list, for as long as walks meet it. */
  met(address: string): Promise<void>;
  /** Why nobody can tell who was forgotten, although somebody was; undefined: it can be told. */
  readonly lost: KeyLoss | undefined;
}

/** What became of the key: its parameter is not there, or holds another key than the hashes were made with. */
export type KeyLoss = 'missing' | 'changed';

/** Where nobody looks: nobody was forgotten. */
export const NOBODY: Forgotten = {
  look: async () => {},
  settle: async () => {},
  ready: async () => {},
  of: () => undefined,
  met: async () => {},
  lost: undefined,
};

/** A key, and the version of the parameter that holds it. */
export interface KeyVersion {
  readonly version: number;
  readonly bytes: Uint8Array;
}

/** Where the key of the hashes is kept. */
export interface ForgetKey {
  /** The key as a version of its parameter holds it; undefined: there is none. */
  read(version: number): Promise<Uint8Array | undefined>;
  /** Makes the key unless there is one already. @returns the present one. */
  make(): Promise<KeyVersion>;
}

/** Thrown where somebody who was forgotten could be met and nobody can tell: nothing is walked over and nothing removed. */
export class ForgetKeyLostError extends Refusal {
  override readonly name = 'ForgetKeyLostError';
  override readonly code = 'forget-key-lost';

  constructor() {
    super({
      ja: '消去した宛先を見分けるための鍵（Systems Managerのパラメーター）が失われたか、変わっています。苦情で保護されている宛先を見分けられないため、確認も解除も行いません。todoku status で状態を確認し、パラメーターを元の値に戻してください。戻せない場合は todoku forget --accept-key-loss で保護を手放せます。',
      en: 'The key by which forgotten addresses are known again (a parameter of Systems Manager) is lost or was changed. Nobody can tell which addresses a complaint protects, so nothing is walked over and nothing is removed. See todoku status, and put the parameter back as it was; where that cannot be done, todoku forget --accept-key-loss gives the protection up.',
    });
  }
}

/**
 * Looks anew who was forgotten, for work in which somebody who was could be met.
 *
 * @throws {ForgetKeyLostError} when nobody can tell.
 */
export async function lookForForgotten({ forgotten }: { readonly forgotten: Forgotten }): Promise<void> {
  await forgotten.look();
  if (forgotten.lost !== undefined) throw new ForgetKeyLostError();
}

/** Whether an address was forgotten while it was listed as it is: what a walk meets then is not kept, nor removed by itself. */
export function isForgottenListing(
  { forgotten }: { readonly forgotten: Forgotten },
  address: string,
  listedAt: string,
): boolean {
  const forgetting = forgotten.of(address);
  return forgetting !== undefined && listedAt <= forgetting.at;
}
