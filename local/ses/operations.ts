import { SesError } from './errors.ts';
import { EVENT_DESTINATION_OPERATIONS } from './event-destinations.ts';
import { addressInsights, identityAnswer, pageAsked, paged } from './lookups.ts';
import { insightsAnswer } from './messages.ts';
import { type Operation, refuseTenant } from './operation.ts';
import {
  addressInsightsRequest,
  exportJobRequest,
  pagedRequest,
  read,
  sendEmailRequest,
} from './requests.ts';
import { SUPPRESSION_OPERATIONS } from './suppression-operations.ts';
import { TENANT_OPERATIONS } from './tenant-operations.ts';

/** Every call this SES knows. */
export const OPERATIONS: readonly Operation[] = [
  ...SUPPRESSION_OPERATIONS,
  ...TENANT_OPERATIONS,
  ...EVENT_DESTINATION_OPERATIONS,
  {
    name: 'SendEmail',
    method: 'POST',
    path: '/v2/email/outbound-emails',
    run: ({ ses }, call) => {
      const request = read(sendEmailRequest, call.body);
      refuseTenant(request.TenantName);
      const tags = Object.fromEntries((request.EmailTags ?? []).map((tag) => [tag.Name, tag.Value]));
      return {
        MessageId: ses.send({
          from: request.FromEmailAddress,
          to: request.Destination?.ToAddresses ?? [],
          cc: request.Destination?.CcAddresses ?? [],
          bcc: request.Destination?.BccAddresses ?? [],
          subject: request.Content.Simple?.Subject.Data ?? '',
          tags,
          ...(request.ConfigurationSetName === undefined
            ? {}
            : { configurationSet: request.ConfigurationSetName }),
        }),
      };
    },
  },
  {
    name: 'GetAccount',
    method: 'GET',
    path: '/v2/email/account',
    run: ({ ses }) => ({
      DedicatedIpAutoWarmupEnabled: false,
      EnforcementStatus: ses.account.enforcementStatus,
      ProductionAccessEnabled: ses.account.productionAccess,
      SendQuota: {
        Max24HourSend: ses.account.max24HourSend,
        MaxSendRate: ses.account.maxSendRate,
        SentLast24Hours: ses.sentLast24Hours(),
      },
      SendingEnabled: ses.account.sendingEnabled,
      SuppressionAttributes: {
        SuppressedReasons: ses.account.suppressedReasons,
        ...(ses.account.autoValidation && {
          ValidationAttributes: {
            ConditionThreshold: {
              ConditionThresholdEnabled: 'ENABLED',
              OverallConfidenceThreshold: { ConfidenceVerdictThreshold: ses.account.autoValidation },
            },
          },
        }),
      },
      VdmAttributes: { VdmEnabled: ses.account.vdmEnabled ? 'ENABLED' : 'DISABLED' },
      ...(ses.account.pricingPlan && { PricingAttributes: { CurrentPlan: ses.account.pricingPlan } }),
    }),
  },
  {
    name: 'ListEmailIdentities',
    method: 'POST',
    path: '/v2/email/list-identities',
    cli: { method: 'GET', path: '/v2/email/identities' },
    run: ({ ses }, call) =>
      paged(pageAsked(call), 'EmailIdentities', ses.identities, (identity) => ({
        IdentityType: identity.name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
        IdentityName: identity.name,
        SendingEnabled: identity.verified !== false,
        VerificationStatus: identity.verified === false ? 'PENDING' : 'SUCCESS',
      })),
  },
  {
    name: 'GetEmailIdentity',
    method: 'GET',
    path: '/v2/email/identities/{EmailIdentity}',
    run: ({ ses }, { subject }) => identityAnswer(ses, subject),
  },
  {
    name: 'ListConfigurationSets',
    method: 'POST',
    path: '/v2/email/list-configuration-sets',
    cli: { method: 'GET', path: '/v2/email/configuration-sets' },
    run: ({ ses }, call) =>
      paged(pageAsked(call), 'ConfigurationSets', ses.configurationSets, (set) => set.name),
  },
  {
    name: 'GetConfigurationSet',
    method: 'GET',
    path: '/v2/email/configuration-sets/{ConfigurationSetName}',
    run: ({ ses }, { subject }) => {
      const set = ses.existingSet(subject);
      return {
        ConfigurationSetName: set.name,
        SendingOptions: { SendingEnabled: true },
        ...(set.suppressedReasons === undefined && set.suppressionScope === undefined
          ? {}
          : {
              SuppressionOptions: {
                ...(set.suppressedReasons && { SuppressedReasons: set.suppressedReasons }),
                ...(set.suppressionScope && { SuppressionScope: set.suppressionScope }),
              },
            }),
      };
    },
  },
  {
    name: 'GetMessageInsights',
    method: 'GET',
    path: '/v2/email/insights/{MessageId}',
    cli: { method: 'GET', path: '/v2/email/insights/{MessageId}/' },
    run: ({ ses }, { subject }) => {
      // The API documents no error of its own for an account without VDM: SES then knows no message.
      const trace = ses.account.vdmEnabled ? ses.recentTrace(subject) : undefined;
      if (trace === undefined)
        throw new SesError('NotFoundException', `Message <${subject}> does not exist.`);
      return insightsAnswer(trace);
    },
  },
  {
    name: 'CreateExportJob',
    method: 'POST',
    path: '/v2/email/export-jobs',
    run: ({ ses, exports }, { body }) => {
      const { MessageInsightsDataSource: source } = read(exportJobRequest, body).ExportDataSource;
      if (!ses.account.vdmEnabled) {
        throw new SesError('BadRequestException', 'Virtual Deliverability Manager is not enabled.');
      }
      if (source.StartDate >= source.EndDate) throw new SesError('BadRequestException', 'Invalid date range');
      const events = source.Include?.LastDeliveryEvent;
      return {
        JobId: exports.create({
          from: source.StartDate * 1000,
          until: source.EndDate * 1000,
          ...(events && { events }),
          ...(source.MaxResults && { maximumRows: source.MaxResults }),
        }),
      };
    },
  },
  {
    name: 'GetExportJob',
    method: 'GET',
    path: '/v2/email/export-jobs/{JobId}',
    run: ({ exports }, { subject }) => {
      const job = exports.get(subject);
      return {
        JobId: job.id,
        ExportSourceType: 'MESSAGE_INSIGHTS',
        JobStatus: job.status,
        ExportDestination: { DataFormat: 'CSV', S3Url: job.url },
        CreatedTimestamp: job.createdAt / 1000,
        Statistics: { ProcessedRecordsCount: job.rows, ExportedRecordsCount: job.rows },
      };
    },
  },
  {
    name: 'ListRecommendations',
    method: 'POST',
    path: '/v2/email/vdm/recommendations',
    run: ({ ses }, { body }) => {
      const request = read(pagedRequest, body);
      const wanted = Object.entries(request.Filter ?? {});
      const fields = {
        TYPE: 'Type',
        IMPACT: 'Impact',
        STATUS: 'Status',
        RESOURCE_ARN: 'ResourceArn',
      } as const;
      const matching = ses.recommendations.filter((one) =>
        wanted.every(([name, value]) => {
          const field = Object.entries(fields).find(([key]) => key === name)?.[1];
          return field !== undefined && one[field] === value;
        }),
      );
      return paged(request, 'Recommendations', matching, (one) => one);
    },
  },
  {
    name: 'GetEmailAddressInsights',
    method: 'POST',
    path: '/v2/email/email-address-insights',
    cli: { method: 'POST', path: '/v2/email/email-address-insights/' },
    run: ({ ses }, { body }) => addressInsights(ses, read(addressInsightsRequest, body).EmailAddress),
  },
];
