import { PROVIDER_IDS, type ProviderId } from '../provider-id.ts';
import type { EntryPage } from './data/provider-guidance.ts';
import { GUIDANCE } from './settings.ts';

/** A provider's page that letters point to. */
export interface OfficialPage {
  readonly url: string;
  readonly title: EntryPage['title'];
  /** Whose letters point to it. */
  readonly providers: readonly ProviderId[];
}

/** Every address that a letter can hold, each once, in the order of the providers. */
export function officialPages(): readonly OfficialPage[] {
  const pages = new Map<string, OfficialPage>();
  for (const id of PROVIDER_IDS) {
    for (const { url, title } of GUIDANCE[id].pages) {
      if (url === undefined) continue;
      const before = pages.get(url);
      pages.set(url, { url, title, ...before, providers: [...(before?.providers ?? []), id] });
    }
  }
  return [...pages.values()];
}
