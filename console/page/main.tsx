import { render } from 'preact';
import { Frame } from './frame.tsx';
import { type About, comeIn, Refused } from './server.ts';

/** The page: comes in with the ticket of its address, which then leaves the address bar, and shows the frame. */
async function start(): Promise<void> {
  const hash = location.hash.slice(1);
  const ticket = hash.startsWith('/') ? '' : hash;
  if (ticket !== '') history.replaceState(null, '', '#/lookup');
  try {
    show(await comeIn(ticket));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    showStranger(error);
  }
}

function show(about: About): void {
  render(<Frame about={about} />, document.body);
}

/** Nobody is let in, so nobody's language is known: the browser's, then. */
function showStranger({ text }: Refused): void {
  const language = navigator.language.startsWith('ja') ? 'ja' : 'en';
  document.documentElement.lang = language;
  render(
    <main>
      <h1>todoku</h1>
      <p class="why">{text[language]}</p>
    </main>,
    document.body,
  );
}

void start();
