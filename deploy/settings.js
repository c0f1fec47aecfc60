import { languageOf } from '../cli/language.ts';
import { missingFile, parameterGiven, settingsOf } from './settings.ts';

/**
 * What serverless.yml asks as `${file(deploy/settings.js):settings}`: the settings of the stage, checked, in the form
 * that a template takes. osls reads JavaScript alone, so this file is not TypeScript.
 *
 * @param {Parameters<typeof checkedSettings>[0]} osls
 */
export async function settings(osls) {
  return inTemplate((await checkedSettings(osls)).settings);
}

/**
 * The stage and its settings, checked; what is wrong is told in the operator's language.
 *
 * @param {{ options: { param?: string[] }, resolveVariable: (variable: string) => Promise<unknown> }} osls
 */
export async function checkedSettings({ options, resolveVariable }) {
  try {
    const stage = await resolveVariable('sls:stage');
    if ((options.param ?? []).length > 0) throw parameterGiven(stage);
    const given = await resolveVariable(`file(settings.${stage}.yml), null`);
    if (given === null) throw missingFile(stage);
    return { stage, settings: settingsOf(stage, given) };
  } catch (error) {
    throw error.text === undefined ? error : asTold(error);
  }
}

/** Settings as the template writes them: variables of a function are strings, and what is not set is no property. */
function inTemplate(settings) {
  const nothing = { Ref: 'AWS::NoValue' };
  return {
    ...settings,
    policy: JSON.stringify(settings.policy),
    shops: JSON.stringify(settings.shops),
    factRetentionDays: String(settings.factRetentionDays),
    topicKeyArn: settings.topicKeyArn ?? nothing,
    dmarcReports: settings.dmarcReportAddress === undefined ? 'off' : 'on',
    alarmMail: settings.alarmEmail === undefined ? 'off' : 'on',
    noticeMail: settings.noticeEmail === undefined ? 'off' : 'on',
  };
}

/** osls prints an error's stack: the text in the operator's language stands there instead. */
function asTold(refusal) {
  const told = new Error(refusal.text[languageOf(undefined, process.env)]);
  told.stack = told.message;
  return told;
}
