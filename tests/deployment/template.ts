import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { emptyFunctions, packageIn, TEMPLATE, workspace } from '../../deploy/workspace.ts';

const resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});

/** A template, or a file that becomes a part of one. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.looseObject({ Value: z.unknown() })).default({}),
});

/** A CloudFormation template, as far as the tests read it. */
export type Template = z.infer<typeof templateSchema>;

/** A packaged stack: its template, the template's file, the folder of its bundles, and how to remove it. */
export interface Packaged {
  readonly template: Template;
  readonly file: string;
  readonly folder: string;
  remove(): void;
}

/** Packages the stack as an operator would, offline; with empty functions where only the template is looked at. */
export async function packageStack(
  functions: 'whole' | 'empty',
  {
    stage = 'prod',
    settings,
    options = [],
  }: { readonly stage?: string; readonly settings?: unknown; readonly options?: readonly string[] } = {},
): Promise<Packaged> {
  const { folder, remove } = workspace(settings, stage);
  if (functions === 'empty') emptyFunctions(folder);
  const packaged = await packageIn(folder, stage, options).catch((error: unknown) => {
    remove();
    throw error;
  });
  const file = join(packaged, TEMPLATE);
  const template = templateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return { template, file, folder: packaged, remove };
}

/** The resource's properties; fails the test when there is no such resource of this type. */
export function properties(template: Template, name: string, type: string): Record<string, unknown> {
  const found = template.Resources[name];
  if (found?.Type !== type) throw new Error(`${name} is ${found?.Type ?? 'missing'}, not ${type}`);
  return found.Properties;
}

/** Names of the resources of a type. */
export function named(template: Template, type: string): string[] {
  return Object.entries(template.Resources)
    .filter(([, candidate]) => candidate.Type === type)
    .map(([name]) => name);
}

const oneOrMany = z.union([z.array(z.string()), z.string().transform((one) => [one])]);
const statementSchema = z.looseObject({
  Effect: z.literal('Allow'),
  Action: oneOrMany,
  Resource: z.unknown(),
});
const policySchema = z.looseObject({
  PolicyDocument: z.looseObject({ Statement: z.array(statementSchema) }),
});

/** What an IAM policy allows: one line per action and resource, `service:Action on Resource`. */
export function grantsOf(policy: unknown): string[] {
  return policySchema
    .parse(policy)
    .PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      (Array.isArray(Resource) ? Resource : [Resource]).flatMap((on) =>
        Action.map((action) => `${action} on ${shown(on)}`),
      ),
    );
}

/** Everything a role's own policies allow. */
export function grantsOfRole(template: Template, role: string): string[] {
  const { Policies } = properties(template, role, 'AWS::IAM::Role');
  return z.array(z.unknown()).parse(Policies).flatMap(grantsOf);
}

/** A resource reference in words: `Table`, `Table/index/name`, an ARN, or `*`. */
function shown(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  const parsed = z
    .union([
      z
        .strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
        .transform((r) => r['Fn::GetAtt'][0]),
      z
        .strictObject({ 'Fn::Sub': z.string() })
        .transform((r) => r['Fn::Sub'].replace(/^\$\{(\w+)\.Arn\}/, '$1')),
      z.strictObject({ Ref: z.string() }).transform((r) => r.Ref),
    ])
    .safeParse(reference);
  if (!parsed.success) throw new Error(`not a resource reference: ${JSON.stringify(reference)}`);
  return parsed.data;
}
