import type { Command } from 'commander';
import type { Bilingual } from '../lib/text.ts';
import type { Session } from './session.ts';

/** Every command: what its help says, in both languages, and where the rest of it is. */

/** Gives a command, which has its name, all the rest: options, subcommands, what it does. */
type Define = (made: Command, session: Session) => Command;

/** A command as its help describes it. */
export interface CommandEntry {
  /**
   * Of the top level: loads its file. Only that of the command that was called is loaded, so that help and every other
   * command wait for none of it.
   */
  readonly load?: () => Promise<Define>;
  /** Of the top level: its arguments as the list of commands shows them, if it takes any. */
  readonly arguments?: string;
  readonly is: Bilingual;
  /** Arguments by name and options by flag; those of {@link SHARED} need no row. */
  readonly takes?: Readonly<Record<string, Bilingual>>;
  /** Exit codes but 0; that of a command that could not be carried out needs no row. */
  readonly ends?: Readonly<Record<number, Bilingual>>;
}

/** Arguments and options that mean the same wherever they are taken. */
export const SHARED: Readonly<Record<string, Bilingual>> = {
  '--local': {
    ja: '「npm start」で起動したローカル環境に問い合わせる',
    en: 'use the local system started by "npm start"',
  },
  '--json': { ja: 'JSONで出力する', en: 'print JSON' },
  '--lang': {
    ja: '表示言語。ja または en（既定：TODOKU_LANG、なければ端末の設定）',
    en: "ja or en (default: TODOKU_LANG, else the terminal's)",
  },
  '--stage': { ja: 'デプロイ先のステージ', en: 'deployed stage' },
  '--region': { ja: 'AWSリージョン', en: 'AWS Region' },
  '--profile': { ja: 'AWSプロファイル', en: 'AWS profile' },
  '--help': { ja: 'このヘルプを表示する', en: 'show this help' },
  address: { ja: '宛先のメールアドレス', en: 'the recipient' },
  '--operator': {
    ja: '担当者名。監査記録に残る（既定：TODOKU_OPERATOR、なければAWSの呼び出し元の名前）',
    en: 'who; kept in the audit (default: TODOKU_OPERATOR, else the name of your AWS identity)',
  },
  '--dry-run': {
    ja: '結果の予定だけを表示し、何も変更しない',
    en: 'say what would happen, and change nothing',
  },
  '--yes': { ja: '確認を省略する', en: 'do not ask for a confirmation' },
  '--report': {
    ja: 'リストの全件の結果をCSVで書き出すファイル',
    en: 'write every result of a list there, as CSV',
  },
  '--carrier': {
    ja: '携帯会社（IDまたは名前）で絞り込む。「-」は携帯会社以外の宛先',
    en: 'only those of a carrier, by id or name; - for addresses of none',
  },
  '--rule': {
    ja: '提案の根拠となったルールで絞り込む',
    en: 'only those that this rule of the policy proposes',
  },
  '--customer': {
    ja: '会員かどうかで絞り込む。yes＝会員、no＝会員以外',
    en: 'only those of known customers, or only the others',
  },
  '--address-column': {
    ja: 'アドレスの列の見出し（自動で判別できない場合）',
    en: 'column of the address, when its heading is not known',
  },
  '--provider': {
    ja: 'お客様が現在使っている回線・サービス（乗り換え後もアドレスを使い続けている場合）',
    en: 'the network the customer is on: the address may have been kept',
  },
  '--sender-domain': {
    ja: 'ショップの送信ドメイン（記録されたメールから分からない場合）',
    en: "the shop's sending domain, when no recorded mail names it",
  },
  '--shop-name': {
    ja: '文面に入れるショップ名（既定：デプロイ時の設定）',
    en: "the shop's name (default: the deployment's settings)",
  },
  '--bound': {
    ja: '最悪の場合に許すバウンス率。例：0.02（既定：ポリシーの値）',
    en: "worst-case bounce rate, such as 0.02 (default: the policy's)",
  },
  '--incident': {
    ja: 'この一斉拒否で登録された宛先を対象とする（番号は todoku incidents の表示のとおり）',
    en: 'undo this incident: what it put on the list (its id as todoku incidents names it)',
  },
  '--first': { ja: '最初の波で解除する宛先の上限', en: 'addresses in the first wave at most' },
  '--targets': {
    ja: '対象の一覧。name、profile、region、stage をJSONまたはYAMLで書いたファイル（環境変数：TODOKU_TARGETS）',
    en: 'list of name, profile, region, stage; JSON or YAML (env: TODOKU_TARGETS)',
  },
  '--concurrency': { ja: '同時に問い合わせる対象の数', en: 'targets asked at once' },
  '--timeout': { ja: '1つの対象を待つ上限（秒）', en: 'seconds one target may take' },
  '--dns': {
    ja: '問い合わせるネームサーバー。アドレス、またはアドレス:ポート',
    en: 'name server to ask, ADDRESS or ADDRESS:PORT',
  },
};

/** The program itself. */
const TODOKU: CommandEntry = {
  is: {
    ja: 'Amazon SESが送らずに破棄している注文メールを見つけ、その理由を示し、不要になったサプレッションリストの登録を解除します。',
    en: 'Finds the order mails that Amazon SES silently drops, says why, and lifts wrong suppressions.',
  },
  takes: {
    '--version': { ja: 'このコマンドのバージョンを表示する', en: 'print the version of this command line' },
  },
};

const NOT_ASKED: Bilingual = {
  ja: '問い合わせていない（アドレスの誤り、デプロイ先がないなど）',
  en: 'the question could not be asked: no address, no such deployment',
};
const SES_NOT_ASKED: Bilingual = {
  ja: 'リストに登録されているか、SESに確認できなかった',
  en: 'SES could not be asked whether the address is listed',
};
const NOT_LISTED: Bilingual = {
  ja: 'サプレッションリストに登録されていない',
  en: 'the address is not on the suppression list',
};
const NO_MEMBER: Bilingual = {
  ja: '会員として記録されていない',
  en: 'the address is not recorded as a customer',
};
const DECIDED: CommandEntry['ends'] = {
  1: {
    ja: '問い合わせていない（アドレスの誤り、デプロイ先がないなど）',
    en: 'nothing was asked: a text that is no address, no such deployment',
  },
  2: {
    ja: '確認されなかった。または、拒否・登録なし・失敗・未処理の宛先がある（ほかの宛先は処理済み）',
    en: 'not confirmed; or at least one was refused, is not listed, failed or was not reached: the others were done',
  },
};
const TARGET_FAILED: Bilingual = {
  ja: '問い合わせに失敗した対象、またはSESに確認できなかった対象がある',
  en: 'some target could not be asked, or could not ask SES',
};
const RESCUE_NOT_DONE: CommandEntry['ends'] = {
  2: {
    ja: '何もしていない（確認されなかった、別の実行が動作中、または救済の条件を満たさない）',
    en: 'nothing was done: not confirmed, another run is active, or the campaign does not allow it',
  },
};
const LETTERS_WORKED: CommandEntry['ends'] = {
  1: {
    ja: '問い合わせていない（番号の誤り、デプロイ先がないなど）',
    en: 'nothing was asked: no id, no such deployment',
  },
  2: {
    ja: '確認されなかった。または、そのまま残ったメッセージがある（ほかの結果は表示のとおり）',
    en: 'not confirmed; or at least one letter stayed where it was: what became of the others is printed',
  },
};
const LIST_FILE: Bilingual = {
  ja: '番号または宛先のリスト（CSV、または1行に1件）。「-」は標準入力',
  en: 'a list of ids or addresses: CSV, or one a line; - reads standard input',
};
const WHY: Bilingual = { ja: '理由。監査記録に残る', en: 'why; kept in the audit' };
const PROPOSAL_IDS: Bilingual = { ja: '承認待ちの提案の番号', en: 'ids of waiting proposals' };
const LETTER_IDS: Bilingual = { ja: 'list で表示される番号', en: 'their ids, as list shows them' };
const NEVER_SHOWN_TO: Bilingual = {
  ja: '担当者名。解除を拒否された人に表示される（既定：TODOKU_OPERATOR、なければAWSの呼び出し元の名前）',
  en: 'who; shown to whoever is refused a removal (default: TODOKU_OPERATOR, else the name of your AWS identity)',
};

/** Every command by its full name, in the order of the help; the program itself has none. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  '': TODOKU,
  help: { is: { ja: 'コマンドのヘルプを表示する', en: 'show the help of a command' } },
  lookup: {
    load: async () => (await import('./commands/lookup.ts')).lookupCommand,
    arguments: '<address>',
    is: {
      ja: 'メールが届かなかった理由と、お客様へのご案内を調べる',
      en: 'why mail to an address did not arrive, and what to tell its owner',
    },
    takes: {
      '--text': {
        ja: 'お客様にお送りする文面と、窓口向けメモを表示する',
        en: 'show the letter to the customer, and the note for the desk',
      },
      '--evidence': {
        ja: '診断とその根拠、送信されなかったメールを表示する',
        en: 'show the diagnosis, what it rests on, and the mails that were missed',
      },
      '--timeline': { ja: '経緯を表示する', en: 'show what happened' },
      '--all': {
        ja: 'すべて表示する（経緯の全件、サーバーの応答の全文を含む）',
        en: 'show all of it, the whole timeline, and what servers said in full',
      },
      '--unmasked': {
        ja: 'サーバーの応答に含まれる、ほかの方のアドレスも伏せずに表示する',
        en: "show addresses in servers' replies in full, also other people's",
      },
    },
    ends: { 1: NOT_ASKED, 2: SES_NOT_ASKED, 3: NOT_LISTED },
  },
  letter: {
    load: async () => (await import('./commands/letter.ts')).letterCommand,
    arguments: '[address]',
    is: {
      ja: 'お客様への文面だけを出力する（メール、SMS、電話など）',
      en: 'the text for a customer alone: as a mail, text message, telephone script or sign-up note',
    },
    takes: {
      address: {
        ja: '宛先のメールアドレス。省略すると --provider での受信設定の案内になる',
        en: 'the recipient; without: how mail is let in at --provider',
      },
      '--form': {
        ja: 'mail＝メール、sms＝140文字未満のSMS、spoken＝電話での読み上げ、signup＝登録画面',
        en: 'mail; sms: a text message of less than 140 letters; spoken: to be read aloud; signup: for a sign-up page',
      },
    },
  },
  proposals: {
    load: async () => (await import('./commands/proposals.ts')).proposalsCommand,
    is: { ja: '承認待ちの解除の提案を一覧表示する', en: 'removals that wait for an operator' },
    takes: {
      '--limit': { ja: '表示する件数', en: 'proposals shown' },
      '--next': { ja: '前のページの続きから表示する', en: 'go on after a page' },
    },
  },
  approve: {
    load: async () => (await import('./commands/remove.ts')).approveCommand,
    arguments: '[id...]',
    is: { ja: '提案を承認し、宛先をリストから解除する', en: 'approve proposals: the addresses are removed' },
    takes: { id: PROPOSAL_IDS, '--file': LIST_FILE, '--reason': WHY },
    ends: DECIDED,
  },
  reject: {
    load: async () => (await import('./commands/remove.ts')).rejectCommand,
    arguments: '[id...]',
    is: { ja: '提案を却下する', en: 'reject proposals' },
    takes: { id: PROPOSAL_IDS, '--file': LIST_FILE, '--reason': WHY },
    ends: DECIDED,
  },
  remove: {
    load: async () => (await import('./commands/remove.ts')).removeCommand,
    arguments: '[address...]',
    is: {
      ja: '宛先をサプレッションリストから手動で解除する',
      en: 'take addresses off the suppression list by hand',
    },
    takes: {
      address: { ja: '宛先のメールアドレス（複数可）', en: 'the recipients' },
      '--file': {
        ja: '宛先のリスト（CSV、または1行に1件）。「-」は標準入力',
        en: 'a list of them: CSV, or one address a line; - reads standard input',
      },
      '--reason': {
        ja: '理由。監査記録に残る（端末では省略すると質問される）',
        en: 'why, which a terminal is asked for; kept in the audit',
      },
      '--override': {
        ja: '指定したルールに反して解除する。ルール名は拒否されたときの表示のとおりに、複数なら「,」で区切る。監査記録に残る',
        en: 'remove although these rules forbid it, named as the refusal names them; kept in the audit',
      },
    },
    ends: DECIDED,
  },
  cleanup: {
    load: async () => (await import('./commands/cleanup.ts')).cleanupCommand,
    is: { ja: 'クリーンアップを今すぐ実行する', en: 'run the cleanup now' },
    takes: {
      '--mode': {
        ja: 'propose＝提案のみ、apply＝自動解除（既定：デプロイ時の設定）',
        en: 'propose or apply, instead of the deployed mode',
      },
      '--full': {
        ja: '新しい登録だけでなく、リスト全体を確認する',
        en: 'walk the whole list, not only new entries',
      },
    },
    ends: {
      1: {
        ja: '別の実行が動作中のため何もしていない。または実行を開始できなかった',
        en: 'skipped, because another run is active; or the run could not be started',
      },
      2: { ja: '確認されなかったため、何もしていない', en: 'not confirmed: nothing was done' },
    },
  },
  connect: {
    load: async () => (await import('./commands/connect.ts')).connectCommand,
    is: {
      ja: 'SESの通知がtodokuに届くかを表示し、届かない設定セットを接続する',
      en: "whose mail reports to todoku; connects SES's configuration sets",
    },
    takes: {
      '--apply': {
        ja: 'イベント送信先を追加する（指定しない場合は表示だけ）',
        en: 'add the event destinations; without it nothing is changed',
      },
      '--disconnect': {
        ja: '追加の代わりに、todoku自身のイベント送信先を削除する',
        en: "remove todoku's own event destinations instead",
      },
    },
    ends: {
      2: { ja: '確認されなかったため、何もしていない', en: 'not confirmed: nothing was done' },
      3: {
        ja: '読み取りまたは書き込みができなかったものがある',
        en: 'something could not be read or written',
      },
      4: {
        ja: 'すべて読み書きできたが、通知が届かないメールが残る（理由も表示）',
        en: 'all was read and written, and some mail will not report: the findings say why',
      },
    },
  },
  doctor: {
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
    is: {
      ja: 'すべて正常かどうかを確認し、問題があれば対処のコマンドを示す（何も変更しない）',
      en: 'whether everything is well, and what to do if not; changes nothing',
    },
    ends: {
      1: {
        ja: '確認できなかったものがあり、それ以外に問題はない',
        en: 'something could not be looked at, and nothing is wrong besides',
      },
      2: { ja: '問題がある（対処も表示）', en: 'something is wrong: the findings say what to do' },
    },
  },
  selftest: {
    load: async () => (await import('./commands/selftest.ts')).selftestCommand,
    is: {
      ja: 'SESのシミュレーターに各送信元から送信し、イベントが記録されるまでを確認する',
      en: "mails from each sender to SES's simulator, each followed to its record",
    },
    takes: {
      '--from': { ja: 'この送信元のアドレスだけを試す', en: 'try this address of a sender alone' },
      '--seconds': { ja: 'イベントを待つ時間（秒）', en: 'seconds to wait for the events' },
    },
    ends: {
      2: { ja: '確認されなかったため、何も送信していない', en: 'not confirmed: nothing was sent' },
      3: {
        ja: '届くべきイベントが届かないか、送信できなかったものがある',
        en: 'an event that has to come did not, or a mail could not be sent',
      },
    },
  },
  status: {
    load: async () => (await import('./commands/status.ts')).statusCommand,
    is: {
      ja: '最近のクリーンアップ、承認待ち、最後のイベントを表示する',
      en: 'latest cleanup runs, waiting proposals, last event',
    },
    takes: { '--runs': { ja: '表示する実行の件数', en: 'runs to show' } },
  },
  history: {
    load: async () => (await import('./commands/history.ts')).historyCommand,
    is: {
      ja: '誰がどのルールで何を決定したかを一覧表示する',
      en: 'what was decided, by whom and under which rule',
    },
    takes: {
      '--days': { ja: 'さかのぼる日数', en: 'days back from now' },
      '--by': {
        ja: '担当者で絞り込む。定期実行による決定は cleanup',
        en: 'only decisions of this operator; cleanup for those of the scheduled run',
      },
      '--rule': { ja: 'ルールで絞り込む', en: 'only decisions under this rule' },
      '--action': {
        ja: '決定の種類で絞り込む。例：removed（解除）、rejected（却下）、refused（拒否）',
        en: 'only decisions of one kind, such as removed, rejected or refused',
      },
      '--limit': { ja: '表示する件数（新しい順）', en: 'decisions shown, the newest' },
      '--all': {
        ja: '関数の呼び出しのリクエストIDも表示する（CloudTrailで実行者を調べられる）',
        en: 'also the request id of the invocation, by which CloudTrail tells who asked',
      },
    },
  },
  incidents: {
    load: async () => (await import('./commands/incidents.ts')).incidentsCommand,
    is: {
      ja: '一斉拒否（多数の宛先が同時に拒否された時間帯）と対応を表示する',
      en: 'times in which a receiver refused many customers at once, and what to do',
    },
  },
  'incidents show': {
    is: {
      ja: '直近の一斉拒否の一覧、または1件の詳細を表示する（todoku incidents と同じ）',
      en: 'the incidents of the last days, or one of them (what "todoku incidents" does)',
    },
    takes: {
      id: {
        ja: '一斉拒否の番号（一覧の表示のとおり）',
        en: 'one incident, as the list names it: its hours, senders, replies and addresses',
      },
      '--days': { ja: 'さかのぼる日数（今日を含む）', en: 'days back from today' },
      '--full': { ja: '宛先を伏せずに表示する', en: 'addresses in full, not masked' },
    },
  },
  stop: {
    load: async () => (await import('./commands/stop.ts')).stopCommand,
    is: { ja: 'すべての解除を停止する', en: 'stop every removal, whoever begins it' },
    takes: {
      '--operator': NEVER_SHOWN_TO,
      '--reason': {
        ja: '理由。解除を拒否された人に表示される（端末では省略すると質問される）',
        en: 'why, which a terminal is asked for; shown to whoever is refused a removal',
      },
    },
  },
  resume: {
    load: async () => (await import('./commands/stop.ts')).resumeCommand,
    is: { ja: '停止した解除を再開する', en: 'allow removals again' },
    takes: {
      '--operator': {
        ja: '担当者名。ログに残る（既定：TODOKU_OPERATOR、なければAWSの呼び出し元の名前）',
        en: 'who; kept in the log (default: TODOKU_OPERATOR, else the name of your AWS identity)',
      },
    },
  },
  policy: {
    load: async () => (await import('./commands/policy.ts')).policyCommand,
    is: {
      ja: 'ポリシーの内容、判定の理由、別のポリシーとの比較を調べる',
      en: 'the policy in force, why it decides as it does, and what another one would do',
    },
  },
  'policy show': {
    is: { ja: '現在の値と、その設定元を表示する', en: 'the values in force, and where each comes from' },
    ends: {
      2: {
        ja: 'ポリシーのパラメーターが使えず、解除は行われない',
        en: 'the policy parameter cannot be used, and nothing is removed',
      },
    },
  },
  'policy explain': {
    is: {
      ja: '宛先に当てはまるルールと、判定を決めたルールを表示する',
      en: 'each rule, whether it matches an address, and which one decides',
    },
    ends: { 2: SES_NOT_ASKED, 3: NOT_LISTED },
  },
  'policy simulate': {
    is: {
      ja: '別のポリシーだった場合の判定を、過去の記録で再現する',
      en: 'what another policy would have done, over the recorded history',
    },
    takes: {
      '--config': {
        ja: 'ポリシーのパラメーターと同じ形式で上書きする値を書いたファイル（JSONオブジェクト）',
        en: 'overrides as the policy parameter would hold them (a JSON object)',
      },
      '--days': { ja: 'さかのぼる日数', en: 'days to look back' },
    },
  },
  'policy scope': {
    is: {
      ja: 'リストが適用される範囲を表示する（アカウント、設定セット、テナント）',
      en: 'where suppression acts: account, configuration sets, tenants',
    },
  },
  rules: {
    load: async () => (await import('./commands/rules.ts')).rulesCommand,
    is: {
      ja: 'ルールごとの解除の結果と、解除できるルールを表示する',
      en: "what came of each rule's removals, and which rules may still remove",
    },
  },
  'rules list': {
    is: {
      ja: 'ルールと携帯会社ごとの実績を表示する（todoku rules と同じ）',
      en: 'each rule and carrier with its record (what "todoku rules" does)',
    },
    ends: { 2: { ja: '解除を停止しているルールがある', en: 'a rule may not remove for now' } },
  },
  'rules enable': {
    is: {
      ja: 'ルールによる解除を再開する。それより前の解除の結果は数えない',
      en: 'let a rule remove again; outcomes of earlier removals no longer count',
    },
    takes: {
      rule: { ja: 'ルール名（todoku rules の表示のとおり）', en: 'the rule, as "todoku rules" names it' },
      '--carrier': { ja: 'この携帯会社の宛先に限る', en: 'at this carrier only' },
      '--reason': {
        ja: '理由。ルールとともに残る（端末では省略すると質問される）',
        en: 'why, which a terminal is asked for; kept with the rule',
      },
      '--operator': {
        ja: '担当者名。ルールとともに残る（既定：TODOKU_OPERATOR、なければAWSの呼び出し元の名前）',
        en: 'who; kept with the rule (default: TODOKU_OPERATOR, else the name of your AWS identity)',
      },
    },
  },
  rescue: {
    load: async () => (await import('./commands/rescue.ts')).rescueCommand,
    is: {
      ja: '拒否をやめた携帯会社の宛先を、いくつかの波に分けて救済する',
      en: 'take the backlog of carriers that stopped refusing off the list, in waves',
    },
  },
  'rescue plan': {
    is: { ja: '救済の計画を表示する（何も変更しない）', en: 'what a campaign would do; changes nothing' },
  },
  'rescue start': {
    is: { ja: '計画を表示し、最初の波を解除する', en: 'show the plan, then remove its first wave' },
    takes: {
      '--known-share': {
        ja: '次の波に進むまでに結果が分かっているべき宛先の割合',
        en: 'share of a wave whose outcome must be known before the next',
      },
      '--silent-after': {
        ja: 'イベントがないまま結果不明とみなすまでの日数',
        en: 'days without an event after which an address counts as silent',
      },
      '--floor': {
        ja: '成功率（95％信頼下限）がこれを下回ると中止する',
        en: 'success rate (lower 95 % bound) under which it stops',
      },
      '--reason': {
        ja: '一斉拒否（--incident）を取り消す理由。監査記録に残る（端末では省略すると質問される）',
        en: 'why an incident is undone, which a terminal is asked for; kept in the audit',
      },
    },
    ends: RESCUE_NOT_DONE,
  },
  'rescue continue': {
    is: {
      ja: '前の波の結果に問題がなければ、次の波を解除する',
      en: 'remove the next wave if the outcomes of the last one allow it',
    },
    ends: RESCUE_NOT_DONE,
  },
  'rescue status': {
    is: { ja: '各波の結果と、次の予定を表示する', en: 'what came of each wave, and what is next' },
  },
  'rescue stop': {
    is: { ja: '救済を終了する（以後は解除しない）', en: 'end the campaign: nothing more is removed' },
    takes: { '--reason': { ja: '理由。救済の記録に残る', en: 'why; kept with the campaign' } },
  },
  members: {
    load: async () => (await import('./commands/members.ts')).membersCommand,
    is: {
      ja: 'ショップの会員を管理する（持ち主が実在する根拠になる）',
      en: "the shop's customers: evidence that an address is a real person's",
    },
  },
  'members import': {
    is: {
      ja: 'ショップの会員リスト（見出し行のあるCSV）を取り込む',
      en: "read the shop's customer list (CSV with a line of headings)",
    },
    takes: {
      file: { ja: 'CSVファイル（UTF-8またはShift_JIS）', en: 'CSV, in UTF-8 or Shift_JIS' },
      '--since-column': { ja: '会員登録日の列の見出し', en: 'column of the date of registration' },
      '--last-seen-column': {
        ja: '最終ログイン日・最終注文日の列の見出し',
        en: 'column of the last log-in or order',
      },
      '--source': {
        ja: 'リストの出所。会員ごとに残る（既定：ファイル名）',
        en: 'where the list comes from; kept with each customer (default: the file name)',
      },
      '--rejects': {
        ja: '受け付けなかった行を、行番号と理由とともに書き出すファイル',
        en: 'write refused rows there, with line and reason',
      },
      '--encoding': {
        ja: 'ファイルの文字コード（既定：自動判別）',
        en: 'encoding of the file (default: found out)',
      },
      '--dry-run': {
        ja: 'ファイルを確認するだけで、何も記録しない',
        en: 'check the file, and store nothing',
      },
    },
    ends: {
      1: {
        ja: '受け付けなかった行がある（ほかの行は記録済み）。またはファイルを読み取れない',
        en: 'rows were refused (the others are stored), or the file cannot be read',
      },
      2: { ja: '取り込みが途中で中断した', en: 'the import stopped before the end' },
    },
  },
  'members add': {
    is: { ja: '会員を1人記録する', en: 'record one customer' },
    takes: {
      '--since': { ja: '会員登録日（既定：今日）', en: 'customer since; today when not known' },
      '--last-seen': { ja: '最終ログイン日または最終注文日', en: 'last log-in or order' },
      '--source': {
        ja: '何で確認したか（既定：「by hand: 担当者名」）',
        en: 'where you know it from (default: "by hand: " and your name)',
      },
    },
  },
  'members remove': {
    is: { ja: '会員の記録を削除する', en: 'forget that an address is a customer' },
    ends: { 3: NO_MEMBER },
  },
  'members show': {
    is: { ja: '会員の記録を表示する', en: 'what is recorded of a customer' },
    ends: { 3: NO_MEMBER },
  },
  console: {
    load: async () => (await import('./commands/console.ts')).consoleCommand,
    is: {
      ja: 'ブラウザーで使う画面を、このパソコンの中だけで開く',
      en: 'open the page for a browser, on this machine only',
    },
    takes: {
      '--desk': {
        ja: '窓口用：調べることと文面だけ',
        en: 'for the desk: look-ups and letters, and nothing else',
      },
      '--port': { ja: 'ポート番号（既定：空いている番号）', en: 'port (default: one that is free)' },
      '--idle-minutes': {
        ja: '操作がないまま終了するまでの分数。0なら終了しない（既定：30）',
        en: 'minutes without a request after which it ends; 0: it does not (default: 30)',
      },
    },
  },
  note: {
    load: async () => (await import('./commands/note.ts')).noteCommand,
    arguments: '<address>',
    is: {
      ja: 'アドレス変更などのメモを宛先に残す',
      en: 'leave a note beside an address, such as where the customer has moved to',
    },
    takes: {
      '--operator': {
        ja: '担当者名。メモとともに残る（既定：TODOKU_OPERATOR、なければAWSの呼び出し元の名前）',
        en: 'who; kept with the note (default: TODOKU_OPERATOR, else the name of your AWS identity)',
      },
      '--text': { ja: 'メモを残す（500文字まで）', en: 'leave a note, at most 500 characters' },
      '--moved-to': {
        ja: 'お客様の新しいアドレスを残す（どちらの宛先からも見える）',
        en: 'leave a note that the customer has this address now; shown from both',
      },
      '--remove': { ja: 'この番号のメモを取り消す', en: 'take a note back' },
      '--clear': { ja: '宛先のメモをすべて取り消す', en: 'take all notes of the address back' },
    },
  },
  report: {
    load: async () => (await import('./commands/report.ts')).reportCommand,
    is: {
      ja: '月次の報告（届かなかったメール、解除の結果）を前月と比べて表示する',
      en: 'a month beside the one before: mails not sent, what became of removals',
    },
    takes: {
      '--month': {
        ja: '対象の月。例：2026-10（既定：先月）',
        en: 'the month, such as 2026-10 (default: the last)',
      },
      '--html': {
        ja: '印刷できる1つのHTMLファイルに書き出す',
        en: 'write it as one page of HTML that can be printed',
      },
      '--csv': { ja: '件数をCSVで書き出すファイル', en: 'write the figures there, as CSV' },
    },
  },
  export: {
    load: async () => (await import('./commands/export.ts')).exportCommand,
    arguments: '<address>',
    is: {
      ja: '1つの宛先について記録しているものをすべて出力する',
      en: 'everything on record about one address, in full',
    },
  },
  forget: {
    load: async () => (await import('./commands/forget.ts')).forgetCommand,
    arguments: '[address]',
    is: {
      ja: '個人の記録を消去する（苦情があれば鍵付きハッシュだけを残す）',
      en: 'erase what is on record of a person; of a complaint a keyed hash stays',
    },
    takes: {
      '--reason': {
        ja: '消去の理由。アドレスを伏せて監査記録に残る（端末では省略すると質問される）',
        en: 'why, which a terminal is asked for; kept in the audit, with every address masked',
      },
      '--unlist': {
        ja: 'SESのリストからも解除する（解除を禁じるルールがない場合だけ。苦情による登録は解除しない）',
        en: "take the entry off SES's list too, where no rule forbids it; never one of a complaint",
      },
      '--no-wait': {
        ja: '別の処理が実行中のとき、終わるのを待たない',
        en: 'do not wait for another run to end',
      },
      '--accept-key-loss': {
        ja: '宛先なしで指定する。失われた鍵による保護を手放す（状態は todoku status で確認）',
        en: 'without an address: give up what a lost key protected (todoku status tells)',
      },
    },
    ends: {
      2: {
        ja: '確認されなかった、別の処理が実行中、またはリストから解除できない登録がある',
        en: 'not confirmed, another run is active, or the entry should come off the list and may not',
      },
    },
  },
  assess: {
    load: async () => (await import('./commands/assess.ts')).assessCommand,
    is: {
      ja: 'デプロイ前に、サプレッションリストの内訳を調べる（読み取りのみ）',
      en: 'before a deployment: what is on the suppression list (reads only)',
    },
    takes: {
      '--from': {
        ja: 'SES に問い合わせず、「aws sesv2 list-suppressed-destinations」の出力を読み取る',
        en: 'read what "aws sesv2 list-suppressed-destinations" printed, and ask SES nothing',
      },
      '--members': {
        ja: '会員の一覧（CSV）。もう一度届けられる可能性のある会員を数える',
        en: 'customer list (CSV): counts the customers that could be reached again',
      },
      '--mails': {
        ja: '月間送信数。費用の計算に使う（既定：SES に記録された送信数）',
        en: 'mails sent a month, for the price (default: what SES counts)',
      },
      '--insights': {
        ja: '直近の何件について、配信インサイトで原因を調べるか（1件に2秒）',
        en: 'ask the message insights for the causes of so many of the newest (2 s each)',
      },
      '--html': {
        ja: '結果を1つのHTMLファイルに書き出す（アドレスは含まない）',
        en: 'write the answer as one page without any address',
      },
      '--permissions': {
        ja: '必要な権限をIAMポリシーとして表示する',
        en: 'print the permissions that it needs, as an IAM policy',
      },
    },
  },
  fleet: {
    load: async () => (await import('./commands/fleet.ts')).fleetCommand,
    is: {
      ja: '複数のアカウント・リージョンにまとめて問い合わせる',
      en: 'ask the deployments of many accounts and Regions at once',
    },
  },
  'fleet lookup': {
    is: {
      ja: '宛先がどのリストに登録されているかを調べる',
      en: 'where an address is on the suppression list',
    },
    ends: {
      2: TARGET_FAILED,
      3: {
        ja: 'すべての対象が応答し、どこにも登録されていない',
        en: 'all answered, and the address is listed nowhere',
      },
    },
  },
  'fleet proposals': {
    is: {
      ja: '対象ごとに、承認待ちの提案を調べる',
      en: 'removals that wait for an operator, in each target',
    },
    takes: { '--list': { ja: '提案を1件ずつ表示する', en: 'name each proposal' } },
    ends: { 2: TARGET_FAILED },
  },
  'fleet status': {
    is: {
      ja: '対象ごとに、最後の実行と異常の有無を調べる',
      en: 'when each target last ran, and whether anything failed',
    },
    ends: { 2: TARGET_FAILED },
  },
  'fleet carry': {
    is: {
      ja: '迷惑メールの申告と実在しない宛先だけを、別のリージョンのリストに引き継ぐ',
      en: "carry complaints and dead mailboxes to another Region's list; the rest stays behind",
    },
    takes: {
      '--from': {
        ja: '引き継ぎ元のリージョン、または対象の名前',
        en: 'the old Region, or the name of a target',
      },
      '--to': {
        ja: '引き継ぎ先のリージョン、または対象の名前',
        en: 'the new Region, or the name of a target',
      },
      '--targets': {
        ja: '対象の一覧。--from と --to をその名前またはリージョンで指定する',
        en: 'list of targets in which --from and --to are names or Regions',
      },
      '--stage': { ja: 'ステージ（--targets を使わない場合）', en: 'deployed stage, without --targets' },
      '--profile': {
        ja: 'AWSプロファイル（--targets を使わない場合）',
        en: 'AWS profile, without --targets',
      },
      '--apply': {
        ja: '実際に引き継ぐ。指定しなければ何も変更しない',
        en: 'carry them; without it nothing is changed',
      },
    },
    ends: {
      2: {
        ja: '確認されなかった。または引き継ぎが完了していない（もう一度実行すると続きから）',
        en: 'not confirmed, or not all was carried; running it again goes on with the rest',
      },
    },
  },
  backfill: {
    load: async () => (await import('./commands/backfill.ts')).backfillCommand,
    is: {
      ja: '導入前の登録の原因を、SESの記録から取得する',
      en: "read the causes of old entries back from SES's message insights",
    },
    takes: {
      '--since': { ja: 'この日以降の登録だけを調べる', en: 'only entries listed since this date' },
      '--restart': {
        ja: '前回の途中からではなく、最初からやり直す',
        en: 'begin anew although an earlier backfill is unfinished',
      },
      '--seconds': { ja: '1回の呼び出しで処理する時間（秒）', en: 'how long one invocation works' },
      '--export': {
        ja: '1件ずつ照会せず、--from から --to までのメールのエクスポートを読み込む',
        en: 'read an export of the mails sent from --from to --to instead of asking for each entry',
      },
      '--from': { ja: '--export の最初の日', en: 'with --export: first day' },
      '--to': {
        ja: '--export の終わり（既定：UTCの今日0時）',
        en: 'with --export: end (default: the start of today, UTC)',
      },
    },
  },
  replies: {
    load: async () => (await import('./commands/replies.ts')).repliesCommand,
    is: {
      ja: '読み取るルールがまだない携帯会社の応答を一覧表示する',
      en: 'replies of mobile carriers that no rule reads yet: samples worth a rule',
    },
    takes: {
      '--days': { ja: 'さかのぼる日数', en: 'days back from today' },
      '--share': {
        ja: '個人を特定できる情報を除いた応答を、提供用の新しいファイルに書き出す',
        en: 'write the texts, without anything that names a person, to a new file to give to others',
      },
    },
  },
  senders: {
    load: async () => (await import('./commands/senders.ts')).sendersCommand,
    is: {
      ja: '送信元ドメインのSPF、DKIM、MAIL FROM、DMARCを確認する',
      en: "the sending identities' SPF, DKIM, MAIL FROM and DMARC",
    },
  },
  'senders audit': {
    is: {
      ja: '送信元を監査し、公開すべきDNSレコードを表示する',
      en: 'audit the sending identities and say which records to publish',
    },
    takes: {
      identity: {
        ja: 'ドメインまたはアドレス。省略するとアカウントの全送信元',
        en: 'domains or addresses; all identities of the account when none is named',
      },
      '--details': {
        ja: '送信元ごとに、すべての指摘と公開すべきレコードを表示する（送信元を指定した場合と同じ）',
        en: 'show each identity with all findings and the records to publish, as for one that is named',
      },
      '--all': {
        ja: '--details に加えて、参考情報、SPFの展開、DMARCの探索も表示する',
        en: 'the same with notes for information, hearsay, SPF trees and the DMARC walk',
      },
      '--route53': {
        ja: '急ぐべきレコードのRoute 53変更バッチを出力する（--all で全レコード）',
        en: 'print a Route 53 change batch of the urgent records (with --all: of all)',
      },
    },
    ends: {
      1: {
        ja: '重大な指摘がある。または監査できなかった送信元がある',
        en: 'something critical was found, or an identity could not be audited',
      },
      2: {
        ja: '監査できなかった（別の実行が動作中、応答がない、指定のネームサーバーが使えない）',
        en: 'nothing could be audited: another run is active, no answer, or the name server given is none or does not answer',
      },
    },
  },
  'senders test-mail': {
    is: {
      ja: '受信したメールのSPF、DKIM、DMARCの結果を読み解く',
      en: "explain a received mail's SPF, DKIM and DMARC",
    },
    takes: {
      file: {
        ja: 'すべてのヘッダーを含むメール（.eml）。「-」は標準入力',
        en: 'the mail with all its headers (.eml), or - for standard input',
      },
      '--trust': {
        ja: 'この受信サーバーの Authentication-Results だけを信頼する',
        en: "believe only these receivers' Authentication-Results",
      },
    },
    ends: {
      1: {
        ja: 'DMARCに合格していない。または合否を判断できない',
        en: 'DMARC does not pass, or whether it does cannot be told',
      },
      2: { ja: 'メールを読み取れなかった', en: 'the mail could not be read' },
    },
  },
  'senders test-send': {
    is: {
      ja: 'SESからテストメールを送信し、結果を追跡する',
      en: 'send a test mail through SES and follow it',
    },
    takes: {
      '--to': { ja: '自分で受信できるアドレス', en: 'a mailbox of your own' },
      '--from': { ja: 'ショップの送信元アドレス', en: 'the address the shop sends with' },
      '--configuration-set': {
        ja: 'イベントが記録されるショップの設定セット（既定：送信元の設定セット）',
        en: "the shop's, whose events are recorded (default: the identity's)",
      },
      '--seconds': { ja: '結果を待つ秒数', en: 'seconds to wait' },
    },
    ends: {
      1: {
        ja: '不達になった（サプレッションリストに登録済みで、SESが送信しなかった場合を含む）',
        en: 'it bounced (or SES dropped it, because the address is on the suppression list)',
      },
      2: {
        ja: '送信したが、時間内に到達も不達も確認できなかった',
        en: 'it was sent, and neither a delivery nor a bounce became known within the time',
      },
      3: {
        ja: '送信していない（SESが拒否した、接続できない、指定の誤り）',
        en: 'nothing was sent: SES refused it or could not be reached, or the command is wrong',
      },
    },
  },
  'senders dmarc-import': {
    is: {
      ja: 'DMARC集計レポートを取り込み、ドメインを名乗る送信元を表示する',
      en: 'store DMARC aggregate reports, and show who sends as your domains',
    },
    takes: {
      file: {
        ja: 'レポート（.xml、.xml.gz、.zip）、またはそれを添付したメール。「-」は標準入力',
        en: 'reports (.xml, .xml.gz, .zip) or mails that carry them; - for standard input',
      },
      '--no-store': {
        ja: '記録せずに表示だけする（デプロイ前でも使える）',
        en: 'only read and show the files: works without a deployment',
      },
      '--dns': {
        ja: 'SESのアドレスを調べるネームサーバー。アドレス、またはアドレス:ポート',
        en: "name server to ask for SES's addresses, ADDRESS or ADDRESS:PORT",
      },
    },
    ends: {
      1: {
        ja: '受け付けなかったものがある（ほかは記録済み）。または記録できなかった',
        en: 'something was refused (the rest is stored), or the reports could not be stored',
      },
    },
  },
  'dead-letters': {
    load: async () => (await import('./commands/dead-letters.ts')).deadLettersCommand,
    is: {
      ja: '未処理メッセージを確認・再処理・保留する',
      en: 'what could not be read or stored: list, show, put back, park',
    },
  },
  'dead-letters list': {
    is: {
      ja: '未処理メッセージを一覧表示する（個人情報は表示しない）',
      en: 'which dead letters there are; shows nothing personal',
    },
    takes: {
      '--limit': { ja: '表示する件数の上限', en: 'letters shown at most' },
      '--parked': { ja: '保留したメッセージを表示する', en: 'those that were parked' },
    },
  },
  'dead-letters show': {
    is: {
      ja: '未処理メッセージの全文を表示する（個人情報を含む）',
      en: 'one dead letter, whole: it names people',
    },
    takes: { id: { ja: 'list で表示される番号', en: 'its id, as list shows it' } },
  },
  'dead-letters replay': {
    is: {
      ja: '未処理メッセージをもう一度 ingest に渡す。記録できたものは削除する',
      en: 'hand dead letters to ingest once more; those that it takes are deleted',
    },
    takes: {
      id: LETTER_IDS,
      '--all': { ja: '未処理のすべてのメッセージを対象にする', en: 'every letter that waits' },
      '--parked': {
        ja: '--all と一緒に指定し、保留したすべてのメッセージを対象にする',
        en: 'with --all: every letter that was parked',
      },
    },
    ends: LETTERS_WORKED,
  },
  'dead-letters park': {
    is: {
      ja: 'まだ読み取れないメッセージを保留し、アラームが新しいものだけを知らせるようにする',
      en: 'set letters aside that nobody can read yet, so that the alarm means new ones',
    },
    takes: { id: LETTER_IDS },
    ends: LETTERS_WORKED,
  },
  guidance: {
    load: async () => (await import('./commands/guidance.ts')).guidanceCommand,
    is: { ja: 'お客様への文面の根拠を確認する', en: 'what the letters to customers stand on' },
  },
  'guidance links': {
    is: {
      ja: '文面で案内する各社のページが移転していないか、この端末から確認する',
      en: "ask from this machine whether the providers' pages in letters have moved",
    },
    takes: {
      url: { ja: '代わりに確認するページのアドレス', en: 'ask for these addresses instead' },
    },
    ends: {
      1: { ja: '移転した、またはなくなったページがある', en: 'a page has moved or is gone' },
      2: {
        ja: '移転したページはないが、確認できないページがある。またはコマンドの指定の誤り',
        en: 'no page has moved, but some could not be asked; or the command is wrong',
      },
    },
  },
  diagnose: {
    load: async () => (await import('./commands/diagnose.ts')).diagnoseCommand,
    arguments: '[file]',
    is: {
      ja: '不達の原因を診断する（入力・出力ともJSON Lines）',
      en: 'say why deliveries failed: JSON lines in, JSON lines out',
    },
    takes: {
      file: {
        ja: '{recipient, timestamp?, diagnosticCode?, ...} を1行に1件書いたファイル（既定：標準入力）',
        en: 'JSON lines {recipient, timestamp?, diagnosticCode?, ...} (default: standard input)',
      },
      '--json': {
        ja: '指定しなくても出力は常にJSON Lines',
        en: 'accepted for symmetry: the output is JSON lines either way',
      },
      '--lang': {
        ja: 'エラーの言語（出力の各行には両言語が入る）',
        en: 'of errors; each line of the output has both languages',
      },
    },
    ends: {
      1: {
        ja: '入力がない。または読み取れない行がある（ほかの行は出力済み）',
        en: 'there was no input, or lines of it could not be read; the others are answered',
      },
    },
  },
  completion: {
    load: async () => (await import('./commands/completion.ts')).completionCommand,
    arguments: '<shell>',
    is: {
      ja: 'タブキーでの補完に使うスクリプトを出力する（bash、zsh）',
      en: 'print the script for completion with the tab key (bash, zsh)',
    },
    takes: { shell: { ja: 'bash または zsh', en: 'bash or zsh' } },
  },
  'completion-server': {
    load: async () => (await import('./commands/completion.ts')).completionServerCommand,
    is: { ja: '補完の候補を出力する（補完スクリプトが使う）', en: 'print completions: what the script asks' },
    takes: { words: { ja: '入力中のコマンド', en: 'the command line so far' } },
  },
  ingest: {
    load: async () => (await import('./commands/ingest.ts')).ingestCommand,
    arguments: '<file...>',
    is: {
      ja: '保存したSESイベント（JSON）を記録する',
      en: 'record SES events that were saved to files (JSON)',
    },
    takes: {
      file: {
        ja: 'イベント（1件または複数）、またはそれを含むLambdaのイベント、失敗時の送信先の記録、SQSの receive-message の出力',
        en: "events, one or many; or Lambda's events, on-failure records or SQS's receive-message output with them",
      },
    },
    ends: {
      1: {
        ja: '空のファイル、または読み取れない箇所のあるファイルがあり、何も記録していない',
        en: 'a file was empty, or not readable throughout: nothing was recorded',
      },
    },
  },
};

/** What stands below the list of all commands. */
export const ABOUT_ALL: Bilingual = {
  ja: 'ほとんどのコマンドで --lang ja|en、--json、--stage、--region、--profile と、「npm start」で起動したローカル環境を使う --local を指定できます。--lang がなければ TODOKU_LANG の言語、それもなければ端末（LC_ALL、LC_MESSAGES、LANG）が英語なら英語、ほかは日本語で表示します。終了コードの意味は「todoku コマンド --help」で確認できます。',
  en: 'Most commands take --lang ja|en, --json, --stage, --region and --profile, and --local for the system that "npm start" runs. Without --lang the language is that of TODOKU_LANG, else English where the terminal is English (LC_ALL, LC_MESSAGES, LANG), else Japanese. "todoku COMMAND --help" says what its exit codes mean.',
};

/** What a command ends with that could not be carried out, where it says nothing else of that code. */
export const NOT_CARRIED_OUT: Bilingual = {
  ja: '実行できなかった（理由は標準エラー出力に表示）',
  en: 'it could not be carried out; standard error says why',
};

/** The parser's own words in a help, by how commander 15 writes them. */
export const PARSERS_WORDS: Readonly<Record<string, string>> = {
  'Usage:': '使い方:',
  'Arguments:': '引数:',
  'Options:': 'オプション:',
  'Commands:': 'コマンド:',
  'Exit codes:': '終了コード:',
  '[options]': '[オプション]',
  '[command]': '[コマンド]',
};
