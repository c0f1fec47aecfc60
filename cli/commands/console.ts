import { type Command, Option } from 'commander';
import { PortTaken, serveConsole } from '../../console/server/serve.ts';
import type { Bilingual } from '../../lib/text.ts';
import { VERSION } from '../../lib/version.ts';
import { minutes, port as portNumber } from '../arguments.ts';
import { nowOf } from '../clock.ts';
import { withCommonOptions } from '../command.ts';
import { healthNow } from '../console/health.ts';
import { deskQuestions, operatorQuestions } from '../console/questions.ts';
import { contextOf, followUp } from '../context.ts';
import { CliError } from '../errors.ts';
import { operatorOf } from '../operator.ts';
import type { Session } from '../session.ts';

/** `todoku console`: the operator's page in a browser on this machine, or the desk's, until it is idle or interrupted. */
export function consoleCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .option('--desk')
    .option('--operator <name>')
    .addOption(new Option('--port <number>').argParser(portNumber))
    .addOption(new Option('--idle-minutes <minutes>').argParser(minutes).default(30))
    .action(
      async (
        options: { desk?: true; operator?: string; port?: number; idleMinutes: number },
        self: Command,
      ) => {
        const context = contextOf(self, session);
        const { desk = false, port, idleMinutes } = options;
        const { invoke, io, language, print, printError, printWhole } = context;
        // The desk decides nothing, so nobody is named.
        const operator = desk ? '' : await operatorOf(options, context);
        const { local, stage, region } = context.options;
        const ending = new AbortController();
        const signals = [ending.signal, ...(io.signal ? [io.signal] : [])];
        const release = io.onInterrupt?.(() => ending.abort());
        let isFirst = true;
        const onAddress = (address: string): void => {
          if (context.options.json) context.printJson({ address });
          else {
            print((isFirst ? OPEN : OPEN_ANOTHER)[language]);
            // As one line, however narrow the terminal: it is opened or copied.
            printWhole(`  ${address}`);
          }
          isFirst = false;
        };
        try {
          const why = await serveConsole({
            questions: desk
              ? deskQuestions({ invoke })
              : operatorQuestions({
                  invoke,
                  operator,
                  health: () => healthNow(context),
                  now: () => nowOf(context),
                }),
            about: async () => ({
              language,
              operator,
              stage,
              ...(region && { region }),
              local,
              desk,
              command: followUp(desk ? 'console --desk' : 'console', context),
              now: (await nowOf(context)).toISOString(),
              version: VERSION,
            }),
            ...(port !== undefined && { port }),
            ...(idleMinutes > 0 && { idleMinutes }),
            onAddress,
            signal: AbortSignal.any(signals),
          });
          if (why === 'idle') printError(IDLE(idleMinutes)[language]);
        } catch (error) {
          if (error instanceof PortTaken) throw new CliError(TAKEN(port ?? 0), { cause: error });
          throw error;
        } finally {
          release?.();
        }
      },
    );
}

const OPEN: Bilingual = {
  ja: '画面を用意しました。ブラウザーで次のアドレスを開いてください（終了は Ctrl+C）：',
  en: 'The console is ready. Open this address in a browser (Ctrl+C ends it):',
};
const OPEN_ANOTHER: Bilingual = {
  ja: '画面が開かれました。別のブラウザーで開く場合は、次のアドレスを使ってください：',
  en: 'The console was opened. For another browser, use this address:',
};
const IDLE = (minutes: number): Bilingual => ({
  ja: `${minutes}分間操作がなかったため、画面を終了しました。`,
  en: `Nothing was asked for ${minutes} minutes, so the console has ended.`,
});
const TAKEN = (port: number): Bilingual => ({
  ja: `ポート${port}は別のプログラムが使っています。--port で別の番号を指定するか、--port を外してください。`,
  en: `port ${port} is in use by another program: name another one with --port, or leave --port out`,
});
