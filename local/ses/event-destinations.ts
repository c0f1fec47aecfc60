import type { EventDestination } from './account.ts';
import type { LocalSes } from './engine.ts';
import { SesError } from './errors.ts';
import { SES_TEST_MESSAGE } from './events.ts';
import type { Operation } from './operation.ts';
import { defaultSetRequest, eventDestinationRequest, read } from './requests.ts';

/** The calls about a configuration set's event destinations, and an identity's default set. */

/** Event destinations a configuration set may have (SES quotas). */
const MAXIMUM_DESTINATIONS = 10;

/** Path of a configuration set's event destinations. */
const PATH = '/v2/email/configuration-sets/{ConfigurationSetName}/event-destinations';

/** See the head of this file. */
export const EVENT_DESTINATION_OPERATIONS: readonly Operation[] = [
  {
    name: 'GetConfigurationSetEventDestinations',
    method: 'GET',
    path: PATH,
    run: ({ ses }, { subject }) => ({
      EventDestinations: ses.existingSet(subject).eventDestinations ?? [],
    }),
  },
  {
    name: 'CreateConfigurationSetEventDestination',
    method: 'POST',
    path: PATH,
    run: ({ ses }, { subject, body }) => {
      const request = read(eventDestinationRequest, body);
      const { EventDestinationName: name } = request;
      // The guide names no error for a name outside this alphabet; no other fits.
      if (name === undefined || !/^[\w-]{1,64}$/.test(name)) {
        throw new SesError('BadRequestException', `Invalid event destination name <${name}>.`);
      }
      const present = ses.existingSet(subject).eventDestinations ?? [];
      if (present.some((each) => each.Name === name)) {
        throw new SesError(
          'AlreadyExistsException',
          `An event destination with name <${name}> already exists for configuration set <${subject}>.`,
        );
      }
      if (present.length >= MAXIMUM_DESTINATIONS) {
        throw new SesError(
          'LimitExceededException',
          `Configuration set <${subject}> has ${MAXIMUM_DESTINATIONS} event destinations already.`,
        );
      }
      const made = destinationOf(name, request.EventDestination, ses);
      ses.setEventDestinations(subject, [...present, made]);
      return {};
    },
  },
  {
    name: 'UpdateConfigurationSetEventDestination',
    method: 'PUT',
    path: `${PATH}/{EventDestinationName}`,
    run: ({ ses }, { subject, part, body }) => {
      const present = withDestination(ses, subject, part);
      // The whole definition is replaced: what is left out is gone.
      const made = destinationOf(part, read(eventDestinationRequest, body).EventDestination, ses);
      ses.setEventDestinations(
        subject,
        present.map((each) => (each.Name === part ? made : each)),
      );
      return {};
    },
  },
  {
    name: 'DeleteConfigurationSetEventDestination',
    method: 'DELETE',
    path: `${PATH}/{EventDestinationName}`,
    run: ({ ses }, { subject, part }) => {
      const present = withDestination(ses, subject, part);
      ses.setEventDestinations(
        subject,
        present.filter((each) => each.Name !== part),
      );
      return {};
    },
  },
  {
    name: 'PutEmailIdentityConfigurationSetAttributes',
    method: 'PUT',
    path: '/v2/email/identities/{EmailIdentity}/configuration-set',
    run: ({ ses }, { subject, body }) => {
      const { ConfigurationSetName: name } = read(defaultSetRequest, body);
      if (name !== undefined) ses.existingSet(name);
      ses.changeIdentity(subject, ({ configurationSet: _, ...identity }) => ({
        ...identity,
        ...(name !== undefined && { configurationSet: name }),
      }));
      return {};
    },
  },
];

/** The destinations of a set. @throws {SesError} NotFoundException when the one named is not among them. */
function withDestination(ses: LocalSes, set: string, name: string): readonly EventDestination[] {
  const present = ses.existingSet(set).eventDestinations ?? [];
  if (present.some((each) => each.Name === name)) return present;
  throw new SesError(
    'NotFoundException',
    `Event destination <${name}> does not exist for configuration set <${set}>.`,
  );
}

/** The members of which a destination has exactly one. */
const KINDS = [
  'SnsDestination',
  'EventBridgeDestination',
  'CloudWatchDestination',
  'KinesisFirehoseDestination',
  'PinpointDestination',
] as const;

type Definition = ReturnType<typeof eventDestinationRequest.parse>['EventDestination'];

/** A destination as it is kept; a topic is told at once. @throws {SesError} BadRequestException. */
function destinationOf(name: string, definition: Definition, ses: LocalSes): EventDestination {
  const { Enabled = false, MatchingEventTypes: types = [] } = definition;
  const given = KINDS.filter((kind) => definition[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw new SesError('BadRequestException', 'Exactly one destination must be specified.');
  }
  if (types.length === 0) throw new SesError('BadRequestException', 'No matching event types specified.');
  if (definition.SnsDestination) ses.subscribeTopic(definition.SnsDestination.TopicArn, SES_TEST_MESSAGE);
  return { Name: name, Enabled, MatchingEventTypes: types, [kind]: definition[kind] };
}
