import { stripControls } from '../address.ts';
import { isSilent } from '../policy/guards.ts';
import { shellWord } from '../shell-word.ts';
import { countOf } from '../text.ts';
import { formatInTokyo } from '../time.ts';
import {
  type Area,
  deployment,
  type Finding,
  type Look,
  ofSeen,
  placeOf,
  regionOption,
  together,
} from './area.ts';
import type { Observed, ObservedSubscription, ObservedTopic } from './observed.ts';
import { isAllowed } from './statements.ts';

/** The way of an event from SES to the record: topic, its subscription, the queue of what could not be stored. */

const DAY = 86_400;
/** Dead letters are gone after this many days. */
const KEPT_DAYS = 14;

/** The topic of SES's events. */
export const TOPIC: Area = {
  id: 'topic',
  label: { ja: 'トピック', en: 'topic' },
  look: (observed) => {
    if (observed.status.eventTopic === undefined) return {};
    return together(
      ofSeen(observed.topic, (topic) => ofTopic(topic, observed)),
      ofSeen(observed.subscriptions, (subscriptions) => ofSubscriptions(subscriptions, observed)),
    );
  },
};

function ofTopic(topic: ObservedTopic | null, observed: Observed): Look {
  const arn = observed.status.eventTopic ?? '';
  const region = regionOption(observed);
  const set = (name: string, value: string) =>
    `aws sns set-topic-attributes${region} --topic-arn ${arn} --attribute-name ${name} --attribute-value ${shellWord(value)}`;
  if (topic === null) {
    return {
      findings: [
        {
          id: 'topic-gone',
          severity: 'problem',
          text: {
            ja: `SESのイベントのトピックが削除されています（${arn}）。スタックの差分を確認し、同じ名前で作り直してから接続し直してください。`,
            en: `the topic of SES's events was deleted (${arn}). See what else drifted, make it anew, and connect again`,
          },
          commands: [
            `aws cloudformation detect-stack-drift${region} --stack-name todoku-${shellWord(observed.stage)}`,
            `aws sns create-topic${region} --name ${shellWord(arn.split(':').at(-1) ?? '')}`,
          ],
        },
      ],
    };
  }
  const findings: Finding[] = [];
  const { account = '', region: where = '' } = placeOf(observed) ?? {};
  const partition = arn.split(':')[1];
  const sources = ['configuration-set/any', 'identity/any.example'];
  const answers = sources.map((source) =>
    isAllowed(topic.policy, {
      service: 'ses.amazonaws.com',
      action: 'sns:Publish',
      account,
      source: `arn:${partition}:ses:${where}:${account}:${source}`,
    }),
  );
  if (answers.includes('no')) {
    findings.push({
      id: 'topic-policy',
      severity: 'problem',
      text: {
        ja: `トピックのポリシーが、SES${answers.every((each) => each === 'no') ? '' : 'の一部の設定セットまたは送信元'}からの送信を許可していません。次のコマンドで todoku のポリシーに戻せます。`,
        en: `the topic's policy does not let SES publish${answers.every((each) => each === 'no') ? '' : ' for every configuration set and sender'}. This puts todoku's policy back:`,
      },
      commands: [set('Policy', topicPolicy(arn, account))],
    });
  }
  if (topic.key === 'alias/aws/sns') {
    findings.push({
      id: 'topic-key',
      severity: 'problem',
      text: {
        ja: 'トピックがAWS管理のキー（alias/aws/sns）で暗号化されており、SESは送信できません。次のコマンドで外せます。',
        en: 'the topic is encrypted with the AWS-managed key (alias/aws/sns), which SES cannot use. This takes it off:',
      },
      commands: [set('KmsMasterKeyId', '')],
    });
  }
  const isSure = answers.every((each) => each === 'yes');
  const own = topic.key && topic.key !== 'alias/aws/sns';
  return {
    said: {
      ja: `${isSure ? 'SESから送信可' : answers.includes('no') ? 'SESから送信不可' : 'ポリシーの一部は判断できず'}${own ? '（キーのポリシーは未確認）' : ''}`,
      en: `${isSure ? 'SES may publish' : answers.includes('no') ? 'SES may not publish' : 'policy not fully understood'}${own ? " (the key's policy was not looked at)" : ''}`,
    },
    findings,
  };
}

/** The topic's policy as the stack has it (deploy/messaging.yml). */
function topicPolicy(topic: string, account: string): string {
  const [, partition, , region] = topic.split(':');
  const Resource = topic;
  const Action = 'sns:Publish';
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'ses.amazonaws.com' },
        Action,
        Resource,
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:${partition}:ses:${region}:${account}:*` },
        },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action,
        Resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}

function ofSubscriptions(subscriptions: readonly ObservedSubscription[], observed: Observed): Look {
  const { stage, status } = observed;
  const region = regionOption(observed);
  const arn = status.eventTopic ?? '';
  const [, partition, , where, account] = arn.split(':');
  const ours = subscriptions.find(({ endpoint }) =>
    [`:function:todoku-${stage}-ingest`, `:todoku-${stage}-ses-events`].some((each) =>
      endpoint.endsWith(each),
    ),
  );
  if (ours === undefined) {
    const endpoint = `arn:${partition}:lambda:${where}:${account}:function:todoku-${stage}-ingest`;
    return {
      said: { ja: '購読なし', en: 'no subscription' },
      findings: [
        {
          id: 'subscription-missing',
          severity: 'problem',
          text: {
            ja: 'トピックに todoku の購読がなく、イベントが記録されません。transport: direct の場合は次のコマンドで戻せます（buffered の場合は、キューを sqs で購読してください）。',
            en: 'nothing of todoku is subscribed to the topic, and no event is recorded. With transport direct this puts it back (with buffered, subscribe the queue by sqs):',
          },
          commands: [
            `aws sns subscribe${region} --topic-arn ${arn} --protocol lambda --notification-endpoint ${shellWord(endpoint)}`,
          ],
        },
      ],
    };
  }
  const findings: Finding[] = [];
  const set = (name: string, value: string) =>
    `aws sns set-subscription-attributes${region} --subscription-arn ${shellWord(ours.arn)} --attribute-name ${name} --attribute-value ${shellWord(value)}`;
  if (ours.isPending) {
    findings.push({
      id: 'subscription-pending',
      severity: 'problem',
      text: {
        ja: 'todoku の購読が確認されておらず、イベントが届きません。もう一度購読してください。',
        en: "todoku's subscription is not confirmed, and no event arrives: subscribe again",
      },
      commands: [
        `aws sns subscribe${region} --topic-arn ${arn} --protocol ${shellWord(ours.protocol)} --notification-endpoint ${shellWord(ours.endpoint)}`,
      ],
    });
  }
  if (ours.filter !== undefined && ours.filterScope !== 'MessageBody') {
    findings.push({
      id: 'filter-scope',
      severity: 'problem',
      text: {
        ja: '購読のフィルターが本文ではなく属性を見ているため、SESのイベントがすべて捨てられます。',
        en: "the subscription's filter reads attributes instead of the body, and so drops every event of SES",
      },
      commands: [set('FilterPolicyScope', 'MessageBody')],
    });
  }
  if (!ours.isPending && ours.redrive === undefined) {
    findings.push({
      id: 'no-redrive',
      severity: 'problem',
      text: {
        ja: 'SNSがtodokuに渡せなかったイベントが残りません（購読にRedrivePolicyがありません）。',
        en: 'what SNS cannot hand to todoku is kept nowhere (the subscription has no RedrivePolicy)',
      },
      commands: [
        set(
          'RedrivePolicy',
          JSON.stringify({
            deadLetterTargetArn: `arn:${partition}:sqs:${where}:${account}:todoku-${stage}-dead-letters`,
          }),
        ),
      ],
    });
  }
  const filter = ours.filter === undefined;
  return {
    said: {
      ja: `購読${ours.isPending ? '未確認' : '済み'}${filter ? '（フィルターなし）' : ''}`,
      en: `subscription ${ours.isPending ? 'pending' : 'confirmed'}${filter ? ' (no filter)' : ''}`,
    },
    findings,
  };
}

/** Whether events reach the topic while SES delivers: the gate's own test. */
export const EVENTS: Area = {
  id: 'events',
  label: { ja: 'イベント', en: 'events' },
  look: ({ traffic, policy }) =>
    ofSeen(traffic, (periods) => {
      const most = policy.state === 'seen' ? policy.value.maximumUnheardDeliveries : undefined;
      const silent =
        most !== undefined && isSilent({ state: 'read', value: periods }, { maximumUnheardDeliveries: most });
      const last = periods.findLast(({ published }) => published > 0)?.at;
      const delivered = periods.reduce((sum, each) => sum + each.delivered, 0);
      return {
        said: {
          ja: `トピックへの最後のイベント ${last === undefined ? '3日間なし' : formatInTokyo(last)}（3日間の配信 ${delivered}通）`,
          en: `last on the topic ${last === undefined ? 'none in 3 days' : formatInTokyo(last)} (${countOf(delivered, 'mail')} delivered in 3 days)`,
        },
        findings: silent
          ? [
              {
                id: 'silent',
                severity: 'problem',
                text: {
                  ja: 'SESはメールを配信していますが、イベントがトピックに届いていません。自動解除は止まっています。',
                  en: 'SES delivers mail and no event reaches the topic: automatic removals have stopped',
                },
                commands: ['todoku connect'],
              },
            ]
          : [],
      };
    }),
};

/** What could not be read or stored. */
export const DEAD_LETTERS: Area = {
  id: 'dead-letters',
  label: { ja: '未処理メッセージ', en: 'dead letters' },
  look: (observed) => {
    const { deadLetters, oldestLetter, stage, status } = observed;
    const region = regionOption(observed);
    return ofSeen(deadLetters, (queue) => {
      if (queue === null) {
        return {
          findings: [
            {
              id: 'dead-letter-queue-gone',
              severity: 'problem',
              text: {
                ja: '未処理メッセージのキューが削除されています。記録できないイベントは失われます。スタックの差分を確認してください。',
                en: 'the queue of dead letters was deleted, and events that cannot be stored are lost: see what drifted',
              },
              commands: [
                `aws cloudformation detect-stack-drift${region} --stack-name todoku-${shellWord(stage)}`,
                deployment(observed),
              ],
            },
          ],
        };
      }
      const findings: Finding[] = [];
      const oldest = oldestLetter.state === 'seen' ? oldestLetter.value : null;
      const days = oldest === null ? null : Math.floor(oldest / DAY);
      if (queue.waiting > 0) {
        findings.push({
          id: 'dead-letters',
          severity: 'problem',
          text: {
            ja: `記録できていないイベントが${queue.waiting}件あります${days === null ? '' : `（最も古いものは${days}日前）`}。${KEPT_DAYS}日で消えます。`,
            en: `not on record: ${countOf(queue.waiting, 'event')}${days === null ? '' : ` (the oldest for ${countOf(days, 'day')})`}, kept for ${KEPT_DAYS} days`,
          },
          commands: ['todoku dead-letters list'],
        });
      }
      const topic = status.eventTopic;
      const { account = '' } = placeOf(observed) ?? {};
      if (
        topic !== undefined &&
        isAllowed(queue.policy, {
          service: 'sns.amazonaws.com',
          action: 'sqs:SendMessage',
          account,
          source: topic,
        }) === 'no'
      ) {
        findings.push({
          id: 'dead-letter-policy',
          severity: 'problem',
          text: {
            ja: '未処理メッセージのキューがSNSからの送信を許可していないため、todokuに渡せなかったイベントは失われます。',
            en: 'the queue of dead letters takes nothing from SNS: what it cannot hand to todoku is lost',
          },
          commands: [
            `aws sqs set-queue-attributes${region} --queue-url ${shellWord(queue.url)} --attributes ${shellWord(
              JSON.stringify({ Policy: queuePolicy(topic, stage) }),
            )}`,
          ],
        });
      }
      return {
        said: {
          ja: `${queue.waiting}件、保留中 ${queue.parked}件`,
          en: `${queue.waiting} waiting, ${queue.parked} parked`,
        },
        findings,
        unseen: oldestLetter.state === 'unseen' && queue.waiting > 0 ? [oldestLetter] : [],
      };
    });
  },
};

/** The queue's policy as the stack has it (deploy/messaging.yml). */
function queuePolicy(topic: string, stage: string): string {
  const [, partition, , region, account] = topic.split(':');
  const Resource = `arn:${partition}:sqs:${region}:${account}:todoku-${stripControls(stage)}-dead-letters`;
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource,
        Condition: { ArnEquals: { 'aws:SourceArn': topic } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
}
