import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { startLocally } from '../../local/start-locally.ts';

// `npm start` with a story of one mail: what the program does before and after a story takes no story of eleven seconds.
await startLocally(process.argv.slice(2), async (system, teller) => {
  const text = { Data: 'text' };
  const { MessageId } = await system.sesClient.send(
    new SendEmailCommand({
      FromEmailAddress: 'order@shop.example',
      Destination: { ToAddresses: ['hanako@ezweb.ne.jp'] },
      Content: { Simple: { Subject: text, Body: { Text: text } } },
    }),
  );
  const held = MessageId !== undefined;
  const said = { ja: '顧客に送信します', en: 'a customer is written to' };
  teller.line({ at: system.clock.now().toISOString(), text: said, held });
  return held;
});
