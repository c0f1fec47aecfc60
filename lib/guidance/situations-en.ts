import type { Situation, SituationText, TextContext } from './situation.ts';

const ORDER_IS_SAFE = 'A missing email does not cancel your order, so please do not worry.';
const REQUEST = 'We are sorry for the trouble, but could you please check the following?';
const RESEND = 'Once you have done so, please let us know and we will send the email again.';
const QUESTIONS = 'If anything is unclear, please feel free to contact us.';
const OTHER_ADDRESS = 'If you have another email address, please let us know and we can write to you there.';
/** Nobody promises in a shop's name what the shop has not said. */
const orderStands = ({ orderStands: promised }: TextContext): readonly string[] =>
  promised ? [ORDER_IS_SAFE] : [];
const nothing = (): readonly string[] => [];

/** A mail may lie in the spam folder: whether it was taken, or nobody recorded what became of it. */
const LOOK_IN_SPAM_FOLDER: SituationText = {
  subject: 'Please check your spam folder',
  after: (c) => ['It may have been sorted out automatically as spam.', ...orderStands(c)],
  steps: nothing,
  beforeSettings: REQUEST,
  closing: ['If you cannot find the email, please let us know and we will send it again.', QUESTIONS],
};

const CHECK_LETTERS =
  'Please check the registered address for a missing letter or letters that look alike (0 and o, 1 and l).';
const OTHER_NOW = 'If the address you use today is a different one, please let us know.';
const IF_ADDRESS_IS_RIGHT =
  'If the address is correct, a setting of your mail service may be keeping our email away. In that case, could you please also check the following?';
const CONFIRMED = 'Once you have let us know, we will send the email again.';
/** The address itself: its letters, unless mail was taken there before, and whether it is still in use. */
const checkAddress = ({ wasTaken }: TextContext): readonly string[] =>
  wasTaken ? [OTHER_NOW] : [CHECK_LETTERS, OTHER_NOW];

/** The situations in English. */
export const SITUATIONS_EN: Readonly<Record<Situation, SituationText>> = {
  refused: {
    subject: 'Please check your email settings',
    after: orderStands,
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  'refused-or-unknown': {
    after: (c) => [...orderStands(c), REQUEST],
    steps: checkAddress,
    beforeSettings: IF_ADDRESS_IS_RIGHT,
    closing: [CONFIRMED, QUESTIONS],
  },
  filed: LOOK_IN_SPAM_FOLDER,
  dropped: {
    subject: 'Please check your email settings',
    after: (c) => [
      'However, a spam filter or another setting may have kept it from reaching you. In that case no error comes back to us, so we cannot tell whether it arrived.',
      ...orderStands(c),
    ],
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [RESEND, QUESTIONS],
  },
  'unknown-address': {
    subject: 'Please check the email address you registered',
    after: (c) => [...orderStands(c), REQUEST],
    steps: (c) =>
      c.registeredDomain !== undefined && c.probablyMeant !== undefined
        ? [
            `Please check the registered address. After the @ it says ${c.registeredDomain}: should it be ${c.probablyMeant}?`,
            OTHER_NOW,
          ]
        : checkAddress(c),
    beforeSettings: IF_ADDRESS_IS_RIGHT,
    closing: [CONFIRMED, QUESTIONS],
  },
  moved: {
    after: nothing,
    steps: nothing,
    beforeSettings:
      'So that our email can be received at the new address, could you please check the following?',
    closing: [
      'If you would like us to resend an email that you missed, or if you did not ask for this change, please let us know.',
      QUESTIONS,
    ],
  },
  'taken-again': {
    after: orderStands,
    steps: nothing,
    closing: [
      'If you would like us to resend the email that did not reach you, please let us know.',
      'If you cannot find the later email either, could you please look in your spam folder as well?',
      QUESTIONS,
    ],
  },
  returned: {
    after: (c) => [...orderStands(c), REQUEST],
    steps: (c) => [c.wasTaken ? OTHER_NOW : CHECK_LETTERS, OTHER_ADDRESS],
    beforeSettings: IF_ADDRESS_IS_RIGHT,
    closing: [RESEND, QUESTIONS],
  },
  expired: {
    after: orderStands,
    steps: nothing,
    closing: [
      OTHER_ADDRESS,
      'If you would like us to resend it, or if the matter is urgent, please let us know.',
      QUESTIONS,
    ],
  },
  'not-sent': {
    after: orderStands,
    steps: nothing,
    closing: [
      'If you would like us to write to another email address, or if the matter is urgent, please let us know.',
      QUESTIONS,
    ],
  },
  unsubscribed: {
    subject: 'About your email subscription',
    after: () => [
      'If you would like to receive emails such as order confirmations and shipping notices, please let us know.',
    ],
    steps: nothing,
    closing: ['If you would not like to, there is no need to reply.'],
  },
  'mailbox-full': {
    subject: 'Please check the free space in your mailbox',
    after: (c) => [...orderStands(c), REQUEST],
    steps: () => [
      'Please make sure that your mailbox has free space, for example by deleting mail you no longer need. Mail in the spam folder and the trash may count too.',
      OTHER_ADDRESS,
    ],
    closing: [
      'If the email still does not reach you once there is free space, please let us know and we will send it again.',
      QUESTIONS,
    ],
  },
  suspended: {
    subject: 'Please check whether your email address is in use',
    after: (c) => [...orderStands(c), REQUEST],
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
    after: (c) => [
      ...(c.orderStands
        ? ['The pause in our emails does not cancel your order, so please do not worry.']
        : []),
      'Could you please tell us whether you would like to receive emails such as order confirmations and shipping notices?',
    ],
    steps: nothing,
    closing: ['If you would not like to, there is no need to reply.'],
  },
  lifted: {
    after: nothing,
    steps: nothing,
    beforeSettings:
      'Depending on your settings, it may be blocked again. We are sorry for the trouble, but could you please check the following, just in case?',
    closing: [
      'If you would like us to resend an email that you missed, or if the next one does not reach you, please let us know.',
      QUESTIONS,
    ],
  },
  'delivered-again': {
    after: nothing,
    steps: nothing,
    closing: [
      'If you would like us to resend any email that you missed in the meantime, please let us know.',
      QUESTIONS,
    ],
  },
  delayed: {
    after: orderStands,
    steps: nothing,
    closing: ['If the matter is urgent, please contact us and we will help you in another way.', QUESTIONS],
  },
  'no-record': {
    subject: 'Please check the email address you registered',
    after: nothing,
    steps: nothing,
    closing: [QUESTIONS],
  },
  'sender-problem': {
    after: orderStands,
    steps: nothing,
    closing: [
      'Once the cause has been resolved, we will send the email again.',
      'If the matter is urgent, please contact us and we will help you by telephone or in another way.',
    ],
  },
  late: {
    after: nothing,
    steps: nothing,
    closing: ['If you cannot find the email, could you please look in your spam folder as well?', QUESTIONS],
  },
  stopped: {
    after: () => [
      'Could you please tell us whether we may resume sending you emails such as order confirmations and shipping notices?',
      REQUEST,
    ],
    steps: (c) => [c.wasTaken ? OTHER_NOW : CHECK_LETTERS, OTHER_ADDRESS],
    beforeSettings:
      'So that our email can be received once it is resumed, could you please also check the following settings?',
    closing: ['Once you have let us know, we will resume sending.', QUESTIONS],
  },
  'refused-again': {
    after: orderStands,
    steps: nothing,
    beforeSettings: REQUEST,
    closing: [
      'We can also go through the screens with you by telephone. Please let us know when it would suit you.',
      QUESTIONS,
    ],
  },
  forwarded: {
    after: () => [REQUEST],
    steps: () => [
      'If you have your mail forwarded, please check the address it is forwarded to, and the settings there.',
      OTHER_ADDRESS,
    ],
    closing: [QUESTIONS],
  },
  unrecorded: LOOK_IN_SPAM_FOLDER,
};
