/** A process of its own that runs the cleanup function once against the servers its environment names. */
import { handler } from '../../functions/cleanup.ts';

await handler({ mode: 'apply', full: true });
