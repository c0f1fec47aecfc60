import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * Checks packaged templates against cdk-nag's AwsSolutions: `node deploy/nag/nag.js TEMPLATE…`. An exception stands with its
 * reason at the resource, under Metadata.cdk_nag.rules_to_suppress. Prints what is neither clean nor an exception, and
 * each exception that nothing needs any more; exit code 1 when there is any.
 */

/** What osls makes itself and offers no place for a reason. */
const OF_OSLS = new Map([
  [
    'ServerlessDeploymentBucket AwsSolutions-S1',
    'holds the bundles, which the deployer alone writes and reads',
  ],
]);

/** Every finding of a template, as `RESOURCE RULE`. */
function findingsOf(templateFile) {
  const outdir = mkdtempSync(join(tmpdir(), 'todoku-nag-'));
  const app = new App({ outdir });
  new CfnInclude(new Stack(app, 'stack'), 'template', { templateFile });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { log, error } = console;
  // What it prints is in its report too.
  Object.assign(console, { log() {}, error() {} });
  try {
    app.synth();
  } catch {
    // A finding ends the synthesis; the report is written first.
  } finally {
    Object.assign(console, { log, error });
  }
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  rmSync(outdir, { recursive: true });
  return pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${constructPath.split('/').at(-1)} ${ruleName}`),
    ),
  );
}

/** The exceptions of a template, as `RESOURCE RULE`. */
function exceptionsOf(templateFile) {
  const { Resources } = JSON.parse(readFileSync(templateFile, 'utf8'));
  return Object.entries(Resources).flatMap(([name, { Metadata }]) =>
    (Metadata?.cdk_nag?.rules_to_suppress ?? []).map(({ id }) => `${name} ${id}`),
  );
}

const templates = process.argv.slice(2);
const findings = new Set(templates.flatMap(findingsOf));
// Over all of them: what one transport has no need of, the other may.
const exceptions = new Set([...OF_OSLS.keys(), ...templates.flatMap(exceptionsOf)]);
const wrong = [
  ...[...findings.difference(exceptions)].map((finding) => `neither clean nor an exception: ${finding}`),
  ...[...exceptions.difference(findings)].map((exception) => `an exception that nothing needs: ${exception}`),
];
for (const line of wrong) console.log(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
