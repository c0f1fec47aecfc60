import { type Command, Option } from 'commander';
import { stripControls } from '../../lib/address.ts';
import { type LetterAnswer, letterContract, lookupContract } from '../../lib/contracts/lookup.ts';
import { PROVIDER_IDS, type ProviderId } from '../../lib/provider-id.ts';
import type { Bilingual } from '../../lib/text.ts';
import { addressTyped } from '../arguments.ts';
import { withCommonOptions } from '../command.ts';
import { type CliContext, contextOf } from '../context.ts';
import { CliError, OtherVersionError } from '../errors.ts';
import type { Session } from '../session.ts';

/** The ways to tell a customer. */
const FORMS = ['mail', 'sms', 'spoken', 'signup'] as const;

interface LetterOptions {
  readonly form: (typeof FORMS)[number];
  readonly provider?: ProviderId;
  readonly senderDomain?: string;
  readonly shopName?: string;
}

/**
 * `todoku letter [ADDRESS]`: the text for the customer alone, to be sent, read out or put on a page. Standard output is
 * the text and nothing else; what should be set before it is sent goes to standard error.
 */
export function letterCommand(made: Command, session: Session): Command {
  return withCommonOptions(made)
    .argument('[address]')
    .addOption(new Option('--form <form>').choices(FORMS).default('mail'))
    .addOption(new Option('--provider <provider>').choices(PROVIDER_IDS))
    .option('--sender-domain <domain>')
    .option('--shop-name <name>')
    .action(async (address: string | undefined, options: LetterOptions, self: Command) => {
      const context = contextOf(self, session);
      const { letters, cause } = await lettersFor(address, options, context);
      if (context.options.json) return context.printJson(letters);
      printLetter(letters, cause, options.form, context);
    });
}

async function lettersFor(
  address: string | undefined,
  { provider, senderDomain, shopName }: LetterOptions,
  context: CliContext,
): Promise<{ readonly letters: LetterAnswer; readonly cause?: Bilingual }> {
  const sender = { ...(senderDomain && { senderDomain }), ...(shopName && { shopName }) };
  if (address !== undefined) {
    const asked = { address: addressTyped(address, context), ...sender, ...(provider && { provider }) };
    const { advice, headline } = await context.invoke(lookupContract, asked);
    const { ja: [, ja] = [], en: [, en] = [] } = headline ?? {};
    return { letters: advice, ...(ja && en && { cause: { ja, en } }) };
  }
  if (provider !== undefined) {
    return { letters: await context.invoke(letterContract, { ask: 'letter', provider, ...sender }) };
  }
  throw new CliError({
    ja: '宛先のメールアドレスか、--provider で携帯会社・メールサービスを指定してください。',
    en: 'give the recipient, or a mail service with --provider',
  });
}

function printLetter(
  answer: LetterAnswer,
  cause: Bilingual | undefined,
  form: LetterOptions['form'],
  context: CliContext,
): void {
  const { language, printWhole, printError, options } = context;
  const { toCustomer, forms, unset = [], notByMail } = answer[language];
  for (const text of unset) printError(stripControls(text[language]));
  if (form === 'mail' && notByMail) {
    const why = cause && (language === 'ja' ? `（${cause.ja}）` : ` (${cause.en})`);
    printError(stripControls(`todoku: ${notByMail[language]}${why ?? ''}`));
  }
  if (form === 'mail') {
    printWhole([toCustomer.subject, '', toCustomer.body].join('\n'));
    return;
  }
  if (forms === undefined) throw new OtherVersionError(`todoku-${options.stage}-lookup`, undefined);
  printWhole(forms[form]);
}
