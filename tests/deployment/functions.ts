import type { FunctionName } from '../../lib/contracts/functions.ts';
import { INDEXES } from '../../lib/store/keys.ts';

/** What the tests expect of each deployed function: the one table that a new function gets a row in. */

/** How a command is called, and what it ends with against a stack of another version. */
export interface CalledCommand {
  readonly words: readonly string[];
  /** Exit code where the words of the stack's answer are of tomorrow. */
  readonly tomorrow: number;
  /** Exit code where the stack answers something else. Default: 2. */
  readonly otherwise?: number;
}

/** Whom the commands ask about. */
export const ADDRESS = 'hanako@ezweb.ne.jp';

/** What is expected of a function. */
interface DeployedFunction {
  /** MiB. */
  readonly memory: number;
  /** Longest invocation, seconds. */
  readonly seconds: number;
  /**
   * Most kB (1,000 bytes) of its bundle: some 5 % above what it has. What exceeds it has found a way to a package or a
   * client that the function does not use; `npm run bench:cold-start` names the largest parts. Raise it only for code
   * that the function runs.
   */
  readonly kB: number;
  /** What its code calls, and so all that its role may allow besides its log. */
  readonly grants: readonly string[];
  /** Requests for calls that no story of the offline test makes. */
  readonly requests?: readonly unknown[];
  /** Wrong requests, each with the field that its refusal must name. */
  readonly wrongRequests: readonly (readonly [unknown, string])[];
  /** The commands that ask it. */
  readonly commands: Readonly<Record<string, CalledCommand>>;
}

const ON_TABLE = (...actions: string[]) => actions.map((action) => `dynamodb:${action} on Table`);
const ON_SES = (...actions: string[]) => actions.map((action) => `ses:${action} on *`);
/** The one call outside SES that lets no resource be named. */
export const RATES = 'cloudwatch:GetMetricData on *';
const PARAMETER =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
  'ssm:GetParameter on arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/todoku/prod/policy';
const FORGET_KEY =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
  'ssm:GetParameter on arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/todoku/prod/forget-key';
const BY_STATE = `dynamodb:Query on Table/index/${INDEXES.byState}`;
const BY_DAY = `dynamodb:Query on Table/index/${INDEXES.byDay}`;
const ITSELF = (name: string) =>
  `lambda:InvokeFunction on arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:todoku-prod-${name}`;
/** What was noted is told by a function of its own. */
const TELLING = ITSELF('notify');
const LETTERS_COUNTED = 'sqs:GetQueueAttributes on DeadLetterQueue';

/** Every deployed function. */
export const DEPLOYED: Readonly<Record<FunctionName, DeployedFunction>> = {
  ingest: {
    memory: 256,
    seconds: 30,
    kB: 890,
    grants: [
      ...ON_TABLE('BatchWriteItem', 'PutItem', 'GetItem', 'BatchGetItem', 'DeleteItem'),
      FORGET_KEY,
      'sqs:SendMessage on DeadLetterQueue',
    ],
    // It takes whatever comes, and rejects message by message.
    wrongRequests: [],
    commands: {
      ingest: { words: ['events.json'], tomorrow: 1 },
    },
  },
  'dead-letters': {
    memory: 512,
    seconds: 900,
    kB: 910,
    grants: [
      ...ON_TABLE('BatchWriteItem', 'PutItem', 'GetItem', 'BatchGetItem', 'DeleteItem'),
      FORGET_KEY,
      ...['DeadLetterQueue', 'ParkedLetterQueue'].flatMap((queue) =>
        ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'].map(
          (action) => `sqs:${action} on ${queue}`,
        ),
      ),
      'sqs:SendMessage on ParkedLetterQueue',
    ],
    wrongRequests: [
      [{}, 'action'],
      [{ action: 'list', limit: 0 }, 'limit'],
      [{ action: 'show' }, 'id'],
      [{ action: 'replay', ids: [] }, 'ids'],
      [{ action: 'replay-all', ids: ['1'] }, 'ids'],
      [{ action: 'park', ids: ['1', 2] }, 'ids.1'],
    ],
    commands: {
      'dead-letters list': { words: [], tomorrow: 0 },
      'dead-letters show': { words: ['1'], tomorrow: 0 },
      'dead-letters replay': { words: ['--all', '--yes'], tomorrow: 2 },
      'dead-letters park': { words: ['1'], tomorrow: 2 },
    },
  },
  cleanup: {
    memory: 512,
    seconds: 900,
    kB: 1450,
    grants: [
      ...ON_TABLE('GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query', 'Scan'),
      BY_STATE,
      BY_DAY,
      ...ON_SES(
        'GetAccount',
        'ListSuppressedDestinations',
        'GetSuppressedDestination',
        'DeleteSuppressedDestination',
        'PutSuppressedDestination',
        'CreateImportJob',
        'GetImportJob',
        'GetEmailAddressInsights',
      ),
      's3:PutObject on ImportBucket/removals/*',
      PARAMETER,
      FORGET_KEY,
      RATES,
      LETTERS_COUNTED,
      ITSELF('cleanup'),
      TELLING,
    ],
    wrongRequests: [
      [{ mode: 'delete' }, 'mode'],
      [{ full: 'yes' }, 'full'],
      [{ all: true }, 'all'],
    ],
    commands: {
      cleanup: { words: ['--yes'], tomorrow: 0 },
    },
  },
  notify: {
    memory: 512,
    seconds: 900,
    kB: 1085,
    grants: [
      ...ON_TABLE('PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'),
      BY_STATE,
      BY_DAY,
      'sns:Publish on NoticeTopic',
      'sns:Publish on ChatTopic',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      'events:PutEvents on arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default',
    ],
    wrongRequests: [
      [{ digest: 'yes' }, 'digest'],
      [{ patience: -1 }, 'patience'],
    ],
    commands: {},
  },
  remove: {
    memory: 256,
    seconds: 900,
    kB: 1210,
    grants: [
      ...ON_TABLE('GetItem', 'PutItem', 'BatchWriteItem', 'Query'),
      BY_STATE,
      ...ON_SES(
        'GetAccount',
        'GetSuppressedDestination',
        'DeleteSuppressedDestination',
        'PutSuppressedDestination',
      ),
      TELLING,
      PARAMETER,
      FORGET_KEY,
    ],
    wrongRequests: [
      [{ addresses: [], reason: 'r', operator: 'o' }, 'addresses'],
      [{ addresses: ['hanako'], reason: 'r', operator: 'o' }, 'addresses.0'],
      [{ addresses: ['a@b.example'], reason: '', operator: 'o' }, 'reason'],
      [{ addresses: ['a@b.example'], reason: 'r', operator: 'cleanup' }, 'operator'],
      [{ proposals: ['p'], decision: 'perhaps', operator: 'o' }, 'decision'],
      [{ proposals: ['p'], decision: 'reject' }, 'operator'],
      [{}, 'proposals'],
    ],
    commands: {
      approve: { words: ['1', '--yes'], tomorrow: 2 },
      reject: { words: ['1'], tomorrow: 2 },
      remove: { words: [ADDRESS, '--reason', 'asked', '--yes'], tomorrow: 2 },
    },
  },
  lookup: {
    memory: 256,
    seconds: 60,
    kB: 1430,
    grants: [
      ...ON_TABLE('GetItem', 'BatchGetItem', 'Query'),
      BY_DAY,
      ...ON_SES('GetAccount', 'GetSuppressedDestination'),
      PARAMETER,
      FORGET_KEY,
    ],
    requests: [{ address: 'nobody.knows@ezweb.ne.jp' }, { ask: 'letter', provider: 'au' }],
    wrongRequests: [
      [{}, 'address'],
      [{ ask: 'letter' }, 'provider'],
      [{ address: 'a@b.example', provider: 'willcom' }, 'provider'],
      [{ address: 'hanako' }, 'address'],
      [{ address: 'a@b.example', shopName: 1 }, 'shopName'],
      [{ address: 'a@b.example', senderDomain: 'x'.repeat(300) }, 'senderDomain'],
    ],
    commands: {
      lookup: { words: [ADDRESS], tomorrow: 2 },
      letter: { words: [ADDRESS], tomorrow: 0 },
      'fleet lookup': { words: [ADDRESS, '--targets', 'targets.json'], tomorrow: 2 },
      'senders test-send': {
        words: [
          '--from',
          'order@shop.example',
          '--to',
          ADDRESS,
          '--configuration-set',
          'shop-mail',
          '--seconds',
          '2',
        ],
        tomorrow: 2,
        // It looks the address up before it sends: nothing was sent.
        otherwise: 3,
      },
    },
  },
  proposals: {
    memory: 256,
    seconds: 60,
    kB: 830,
    grants: [...ON_TABLE('Query'), BY_STATE],
    wrongRequests: [
      [{ limit: 0 }, 'limit'],
      [{ limit: 1.5 }, 'limit'],
      [{ next: 1 }, 'next'],
    ],
    commands: {
      proposals: { words: [], tomorrow: 0 },
      'fleet proposals': { words: ['--list', '--targets', 'targets.json'], tomorrow: 0 },
    },
  },
  members: {
    memory: 512,
    seconds: 300,
    kB: 830,
    grants: ON_TABLE('BatchGetItem', 'BatchWriteItem', 'DeleteItem'),
    requests: [
      { put: [{ address: 'kaede@ezweb.ne.jp', source: 'shop' }] },
      { show: 'kaede@ezweb.ne.jp' },
      { remove: 'kaede@ezweb.ne.jp' },
    ],
    wrongRequests: [
      [{ put: [] }, 'put'],
      [{ remove: 'a' }, 'remove'],
      [{ show: 1 }, 'show'],
      [{ show: 'a@b.example', remove: 'a@b.example' }, 'remove'],
    ],
    commands: {
      'members import': { words: ['members.csv'], tomorrow: 1 },
      'members add': { words: [ADDRESS], tomorrow: 1 },
      'members remove': { words: [ADDRESS], tomorrow: 0 },
      'members show': { words: [ADDRESS], tomorrow: 0 },
    },
  },
  note: {
    memory: 256,
    seconds: 60,
    kB: 1070,
    grants: [...ON_TABLE('GetItem', 'Query', 'BatchWriteItem'), FORGET_KEY],
    requests: [{ address: 'kaede@ezweb.ne.jp', text: 'called', operator: 'test' }],
    wrongRequests: [
      [{ address: 'hanako' }, 'address'],
      [{ address: 'a@b.example', text: '', operator: 'o' }, 'text'],
      [{ address: 'a@b.example', text: 'x'.repeat(501), operator: 'o' }, 'text'],
      [{ address: 'a@b.example', movedTo: 'hanako', operator: 'o' }, 'movedTo'],
      [{ address: 'a@b.example', text: 't', operator: 'cleanup' }, 'operator'],
      [{ address: 'a@b.example', remove: '', operator: 'o' }, 'remove'],
    ],
    commands: {
      note: { words: [ADDRESS, '--text', 'called'], tomorrow: 0 },
    },
  },
  status: {
    memory: 256,
    seconds: 60,
    kB: 820,
    grants: [...ON_TABLE('GetItem'), BY_STATE, BY_DAY, ...ON_TABLE('Query'), FORGET_KEY],
    wrongRequests: [
      [{ runs: 99 }, 'runs'],
      [{ days: 3 }, 'days'],
    ],
    commands: {
      status: { words: [], tomorrow: 0 },
      // Nothing is done with a topic that is none.
      connect: { words: [], tomorrow: 1 },
      doctor: { words: [], tomorrow: 2 },
      selftest: { words: ['--yes'], tomorrow: 1 },
      'fleet status': { words: ['--targets', 'targets.json'], tomorrow: 0 },
    },
  },
  backfill: {
    memory: 512,
    seconds: 900,
    kB: 1080,
    grants: [
      ...ON_TABLE('GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query'),
      ...ON_SES(
        'GetAccount',
        'ListSuppressedDestinations',
        'GetSuppressedDestination',
        'GetMessageInsights',
        'CreateExportJob',
        'GetExportJob',
      ),
      FORGET_KEY,
    ],
    wrongRequests: [
      [{ seconds: 1 }, 'seconds'],
      [{ since: 'last week' }, 'since'],
      [{ export: { from: '2026-11-02', to: '2026-11-01' } }, 'export'],
      [{ export: { from: '2026-11-02' } }, 'export.to'],
    ],
    commands: {
      backfill: { words: [], tomorrow: 1 },
    },
  },
  policy: {
    memory: 512,
    seconds: 900,
    kB: 1500,
    grants: [
      ...ON_TABLE('GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query', 'Scan'),
      BY_STATE,
      ...ON_SES('GetAccount', 'GetSuppressedDestination', 'ListConfigurationSets', 'ListTenants'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      'ses:GetConfigurationSet on arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/*',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      'ses:GetTenant on arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:tenant/*',
      PARAMETER,
      FORGET_KEY,
      RATES,
    ],
    requests: [
      { ask: 'stop', reason: 'a complaint wave', operator: 'test' },
      { ask: 'resume', operator: 'test' },
    ],
    wrongRequests: [
      [{}, 'ask'],
      [{ ask: 'purge' }, 'ask'],
      [{ ask: 'show', verbose: true }, 'verbose'],
      [{ ask: 'simulate', policy: [] }, 'policy'],
      [{ ask: 'enable-rule', rule: 'filtered', operator: 'Sato' }, 'reason'],
    ],
    commands: {
      stop: { words: ['--reason', 'a complaint wave'], tomorrow: 0 },
      resume: { words: [], tomorrow: 0 },
      'policy show': { words: [], tomorrow: 0 },
      'policy explain': { words: [ADDRESS], tomorrow: 2 },
      'policy simulate': { words: ['--config', 'policy.json'], tomorrow: 0 },
      'policy scope': { words: [], tomorrow: 0 },
      'rules list': { words: [], tomorrow: 0 },
      'rules enable': { words: ['filtered', '--reason', 'mended'], tomorrow: 0 },
    },
  },
  replies: {
    memory: 512,
    seconds: 300,
    kB: 970,
    grants: [BY_DAY],
    wrongRequests: [[{ days: 0 }, 'days']],
    commands: {
      replies: { words: [], tomorrow: 0 },
    },
  },
  history: {
    memory: 512,
    seconds: 300,
    kB: 800,
    grants: ON_TABLE('Scan'),
    wrongRequests: [
      [{}, 'since'],
      [{ since: 'yesterday' }, 'since'],
      [{ since: '2026-10-01T00:00:00Z', limit: 0 }, 'limit'],
    ],
    requests: [{ since: '2026-10-01T00:00:00Z' }],
    commands: {
      history: { words: ['--all'], tomorrow: 0 },
    },
  },
  incidents: {
    memory: 512,
    seconds: 300,
    kB: 1040,
    grants: [BY_DAY],
    requests: [{ days: 2 }],
    wrongRequests: [
      [{ days: 0 }, 'days'],
      [{ id: 'last' }, 'id'],
      [{ id: '20261120-12-3fa9c1', full: 'yes' }, 'full'],
    ],
    commands: {
      'incidents show': { words: ['20261120-12-3fa9c1'], tomorrow: 0 },
    },
  },
  report: {
    memory: 512,
    seconds: 300,
    kB: 960,
    grants: [...ON_TABLE('Query', 'Scan'), BY_DAY],
    wrongRequests: [
      [{}, 'month'],
      [{ month: '2026-13' }, 'month'],
      [{ month: '2026-10', days: 3 }, 'days'],
    ],
    requests: [{ month: '2026-10' }],
    commands: {
      report: { words: [], tomorrow: 0 },
    },
  },
  export: {
    memory: 256,
    seconds: 60,
    kB: 890,
    grants: [
      ...ON_TABLE('GetItem', 'BatchGetItem', 'Query'),
      ...ON_SES('GetSuppressedDestination'),
      FORGET_KEY,
    ],
    requests: [{ address: 'hanako@ezweb.ne.jp' }],
    wrongRequests: [
      [{}, 'address'],
      [{ address: 'hanako' }, 'address'],
      [{ address: 'a@b.example', after: '' }, 'after'],
    ],
    commands: {
      export: { words: [ADDRESS], tomorrow: 0 },
    },
  },
  forget: {
    memory: 256,
    seconds: 900,
    kB: 1170,
    grants: [
      ...ON_TABLE('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
      ...ON_SES(
        'GetSuppressedDestination',
        'DeleteSuppressedDestination',
        'GetAccount',
        'PutSuppressedDestination',
      ),
      PARAMETER,
      FORGET_KEY,
      FORGET_KEY.replace('GetParameter', 'PutParameter'),
    ],
    wrongRequests: [
      [{ address: 'a@b.example', operator: 'o' }, 'reason'],
      [{ address: 'hanako', reason: 'r', operator: 'o' }, 'address'],
      [{ address: 'a@b.example', reason: 'r', operator: 'cleanup' }, 'operator'],
      [{ acceptKeyLoss: false, reason: 'r', operator: 'o' }, 'acceptKeyLoss'],
    ],
    commands: {
      forget: { words: [ADDRESS, '--reason', 'asked', '--yes'], tomorrow: 0 },
    },
  },
  rescue: {
    memory: 512,
    seconds: 900,
    kB: 1390,
    grants: [
      ...ON_TABLE('GetItem', 'PutItem', 'UpdateItem', 'BatchWriteItem', 'Query'),
      BY_STATE,
      BY_DAY,
      ...ON_SES(
        'GetAccount',
        'GetSuppressedDestination',
        'DeleteSuppressedDestination',
        'PutSuppressedDestination',
      ),
      PARAMETER,
      FORGET_KEY,
      RATES,
      LETTERS_COUNTED,
      ITSELF('rescue'),
      TELLING,
    ],
    wrongRequests: [
      [{ action: 'again' }, 'action'],
      [{ action: 'plan', bound: 0.05 }, 'bound'],
      [{ action: 'start' }, 'operator'],
      [{ action: 'start', operator: 'o', incident: '20261120-12-3fa9c1' }, 'reason'],
      [{ action: 'plan', incident: 'last' }, 'incident'],
      [{ action: 'continue', force: true }, 'force'],
      [{ action: 'worst-case' }, 'added'],
    ],
    commands: {
      'rescue plan': { words: [], tomorrow: 0 },
      'rescue start': { words: ['--yes'], tomorrow: 0 },
      'rescue continue': { words: ['--yes'], tomorrow: 0 },
      'rescue status': { words: [], tomorrow: 0 },
      'rescue stop': { words: [], tomorrow: 0 },
    },
  },
  carry: {
    memory: 512,
    seconds: 900,
    kB: 1100,
    grants: [
      ...ON_TABLE('GetItem', 'Query', 'BatchWriteItem', 'UpdateItem'),
      FORGET_KEY,
      ...ON_SES('ListSuppressedDestinations', 'GetSuppressedDestination', 'PutSuppressedDestination'),
    ],
    requests: [
      { ask: 'collect' },
      { ask: 'listed' },
      {
        ask: 'put',
        entries: [
          {
            spelling: 'gone@shop.example',
            reason: 'BOUNCE',
            bounce: {
              address: 'gone@shop.example',
              kind: 'bounce',
              at: '2026-10-01T00:00:00.000Z',
              id: 'carried',
              messageId: 'carried',
              sentAt: '2026-10-01T00:00:00.000Z',
            },
          },
        ],
      },
    ],
    wrongRequests: [
      [{}, 'ask'],
      [{ ask: 'put', entries: [] }, 'entries'],
      [{ ask: 'put', entries: [{ spelling: 'a@b.example', reason: 'OTHER' }] }, 'entries.0.reason'],
      [{ ask: 'collect', from: '' }, 'from'],
    ],
    commands: {
      'fleet carry': { words: ['--from', 'one', '--to', 'two', '--targets', 'regions.json'], tomorrow: 0 },
    },
  },
  'audit-senders': {
    memory: 512,
    seconds: 900,
    kB: 2480,
    grants: [
      ...ON_TABLE('GetItem', 'PutItem', 'UpdateItem', 'Query'),
      ...ON_SES('ListEmailIdentities', 'ListRecommendations'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
      'ses:GetEmailIdentity on arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*',
      TELLING,
    ],
    wrongRequests: [
      [{ identities: 'shop.example' }, 'identities'],
      [{ dns: ['1', '2', '3', '4'] }, 'dns'],
    ],
    commands: {
      'senders audit': { words: [], tomorrow: 1 },
    },
  },
  'read-dmarc-report': {
    memory: 2048,
    seconds: 900,
    kB: 2550,
    grants: ON_TABLE('DeleteItem', 'GetItem', 'PutItem', 'Query'),
    wrongRequests: [
      [{ files: [] }, 'files'],
      [{ files: [{ name: 'x' }] }, 'files.0.content'],
      [{ domains: ['shop.example'], from: 'yesterday' }, 'from'],
      [{ Records: [{ sns: {} }] }, 'Records.0.s3'],
    ],
    commands: {
      'senders dmarc-import': { words: ['report.xml'], tomorrow: 1 },
    },
  },
};
