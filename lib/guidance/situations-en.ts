import type { Situation, SituationText, TextContext } from './situation.ts';

/** "from shop.example" or nothing, when the sending domain is not known. */
const from = ({ domain }: TextContext): string => (domain === undefined ? '' : ` from ${domain}`);

const ORDER_IS_SAFE = 'An email that did not arrive does not cancel your order, so please do not worry.';
const REQUEST = 'We are sorry for the trouble, but could you please check the following?';
const RESEND = 'Once you have done so, please let us know and we will send the email again.';
const QUESTIONS = 'If anything is unclear, please feel free to contact us.';
const OTHER_ADDRESS = 'If you have another email address, we can send the email there. Please let us know.';
const nothing = (): readonly string[] => [];

/** The situations in English. */
export const SITUATIONS_EN: Readonly<Record<Situation, SituationText>> = {
  refused: {
    subject: 'Please check your email settings',
    opening: (c) => [
      c.unheard
        ? `We have stopped sending email to you. Earlier, a spam filter or another setting of ${c.provider} may have kept email${from(c)} from reaching you.`
        : `An email we sent you${from(c)} came back to us undelivered. A spam filter or another setting of ${c.provider} may have refused it automatically.`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  filed: {
    subject: 'Please check your spam folder',
    opening: (c) => [
      `An email we sent you${from(c)} was accepted by ${c.provider}, but it may have been sorted out automatically as spam.`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: ['If you cannot find the email, please let us know and we will send it again.', QUESTIONS],
  },
  dropped: {
    subject: 'Please check your email settings',
    opening: (c) => [
      `An email we sent you${from(c)} was accepted by ${c.provider}, but a spam filter or another setting may have kept it from reaching you. In that case no error comes back to us, so we cannot tell whether it arrived.`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  'unknown-address': {
    subject: 'Please check the email address you registered',
    opening: (c) => [
      c.unheard
        ? `Email we send you${from(c)} may not be reaching the address you registered. It may hold a mistake, or have changed since.`
        : `An email we sent you${from(c)} came back to us because the address was not found. What was registered may hold a mistake, or the address may have changed since.`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: (c) => [
      c.registeredDomain !== undefined && c.probablyMeant !== undefined
        ? `Please check the registered address. After the @ it says ${c.registeredDomain}: should it be ${c.probablyMeant}?`
        : 'Please check the registered address for a missing letter or letters that look alike (0 and o, 1 and l).',
      'If the address you use today is a different one, please let us know.',
    ],
    beforeSettings:
      'If the address is correct, a setting of your mail service may be keeping our email away. In that case, could you please also check the following?',
    closing: ['Once the address is confirmed, we will send the email again.', QUESTIONS],
  },
  returned: {
    subject: 'We could not deliver an email to you',
    opening: (c) => [
      c.unheard
        ? `We have stopped sending email to you. Earlier email${from(c)} may not have reached you; we cannot tell why.`
        : `An email we sent you${from(c)} came back to us undelivered. We cannot tell why.`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: () => ['Please check the registered address for a missing or mistaken letter.', OTHER_ADDRESS],
    beforeSettings:
      'If the address is correct, a setting of your mail service may be keeping our email away. In that case, could you please also check the following?',
    closing: [RESEND, QUESTIONS],
  },
  expired: {
    subject: 'We could not deliver an email to you',
    opening: (c) => [
      `We tried for some time to send you an email${from(c)}, but ${c.provider} did not take it.`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    closing: [
      OTHER_ADDRESS,
      'If you would like us to send it again, or if the matter is urgent, please let us know.',
      QUESTIONS,
    ],
  },
  'not-sent': {
    subject: 'Our apologies: an email was not sent to you',
    opening: (c) => [
      `Email${from(c)} was held back by the mail service we use and was not sent to you. We are very sorry for the inconvenience.`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    closing: [
      'If you would like us to write to another email address, or if the matter is urgent, please let us know.',
      QUESTIONS,
    ],
  },
  unsubscribed: {
    subject: 'You have unsubscribed from our emails',
    opening: (c) => [
      `We do not send you email${from(c)}, because you were unsubscribed earlier.`,
      'If you would like to receive emails such as order confirmations and shipping notices, please let us know.',
    ],
    steps: nothing,
    closing: ['If you would not, there is no need to reply.'],
  },
  'mailbox-full': {
    subject: 'Please check the free space in your mailbox',
    opening: (c) => [
      `An email we sent you${from(c)} came back to us because the mailbox does not have enough free space.`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: () => [
      'Please make sure that your mailbox has free space, for example by deleting mail you no longer need. Mail in the spam folder and the trash may count too.',
      OTHER_ADDRESS,
    ],
    closing: ['Once there is free space, please let us know and we will send the email again.', QUESTIONS],
  },
  suspended: {
    subject: 'Please check whether your email address is in use',
    opening: (c) => [
      `An email we sent you${from(c)} came back to us because the address cannot be used at present. This may be temporary.`,
      ORDER_IS_SAFE,
      REQUEST,
    ],
    steps: (c) => [
      'Please check whether mail from other people reaches you.',
      `If it does not, please ask the support of ${c.provider}.`,
      OTHER_ADDRESS,
    ],
    closing: [
      'Once you can receive mail again, please let us know and we will send the email again.',
      QUESTIONS,
    ],
  },
  complained: {
    subject: 'Would you like to receive our emails?',
    opening: (c) => [
      `We were notified that our email${from(c)} was reported as spam, and have therefore stopped sending email to you. It may have been reported by mistake or by somebody else; if you know nothing of it, please excuse us.`,
      'That we have stopped sending email does not cancel your order, so please do not worry.',
      'Could you please tell us whether you would like to receive emails such as order confirmations and shipping notices?',
    ],
    steps: nothing,
    closing: [
      'We will not send you any email until we know that you would like to receive it. If you would not, there is no need to reply.',
    ],
  },
  lifted: {
    subject: 'We have resumed sending you email: please check your settings',
    opening: (c) => [
      `We had stopped sending email to you and have now resumed. The next email${from(c)} will be sent as usual.`,
    ],
    steps: nothing,
    beforeSettings:
      'Depending on your settings, it may be kept away again. We are sorry for the trouble, but could you please check the following, just in case?',
    closing: [
      'If you would like us to send an email again that you missed, or if the next one does not reach you, please let us know.',
      QUESTIONS,
    ],
  },
  'delivered-again': {
    subject: 'We have resumed sending you email',
    opening: (c) => [
      `Earlier, email${from(c)} to you came back to us, and we had stopped sending. We have resumed since, and what we have sent was accepted by ${c.provider}.`,
    ],
    steps: nothing,
    closing: [
      'If you would like us to send again what you missed in between, please let us know.',
      QUESTIONS,
    ],
  },
  delayed: {
    subject: 'An email to you is delayed',
    opening: (c) => [
      `An email we sent you${from(c)} has not been accepted by ${c.provider} yet. It is still being tried.`,
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    closing: [
      'If the matter is urgent, please let us know and we will inform you in another way.',
      QUESTIONS,
    ],
  },
  'no-record': {
    subject: 'Please check the email address you registered',
    opening: (c) => [
      `We would like to make sure that email${from(c)} is sent to the right address. Could you please tell us the email address you use at present?`,
    ],
    steps: nothing,
    closing: [QUESTIONS],
  },
  'sender-problem': {
    subject: 'Our apologies: an email could not be delivered',
    opening: (c) => [
      `Emails we send you${from(c)} are not being delivered because of a problem with our own mail system. We are very sorry for the inconvenience.`,
      'Your settings are not the cause, and there is nothing you need to change.',
      ORDER_IS_SAFE,
    ],
    steps: nothing,
    closing: [
      'We are looking into the cause and working on it. As soon as the situation has improved, we will send the email again.',
      'If the matter is urgent, please let us know and we will inform you by telephone or in another way.',
    ],
  },
};
