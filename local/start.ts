import { startLocally } from './start-locally.ts';
import { playStory } from './story.ts';

// `npm start`.
await startLocally(process.argv.slice(2), playStory);
