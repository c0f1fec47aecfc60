import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { Language } from '../../lib/text.ts';
import { csvLine } from '../csv.ts';
import { CliError, cannotWrite } from '../errors.ts';
import type { NamedFile } from '../session.ts';

/**
 * The rows that were refused, with line and reason, as a CSV that can be mended and imported: same columns, same
 * order, the two of ours before them. UTF-8 with a byte order mark, so that Excel reads the Japanese. Only the
 * operator's own account can read it.
 *
 * Cells are guarded as csv.ts says; an import takes the guard away again.
 */
export class RejectsFile {
  readonly #file: NamedFile;
  readonly #stream: WriteStream;
  #failure: Error | undefined;

  private constructor(file: NamedFile, stream: WriteStream) {
    this.#file = file;
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#failure = error;
    });
  }

  /** @throws {CliError} when it would overwrite the file being imported, or cannot be written. */
  static async create(
    file: NamedFile,
    imported: NamedFile,
    header: readonly string[],
    language: Language,
  ): Promise<RejectsFile> {
    const existing = await realpath(file.path).catch(() => undefined);
    if (existing !== undefined && existing === (await realpath(imported.path))) {
      throw new CliError({
        ja: '--rejects に、取り込むファイル自身が指定されています。',
        en: '--rejects names the file that is being imported',
      });
    }
    const stream = createWriteStream(file.path, { mode: 0o600 });
    try {
      await once(stream, 'open');
    } catch (error) {
      throw cannotWrite(file.name, error);
    }
    const rejects = new RejectsFile(file, stream);
    const ours = language === 'ja' ? ['行', '理由'] : ['line', 'reason'];
    await rejects.#write(`\uFEFF${csvLine([...ours, ...header])}`);
    return rejects;
  }

  /** Adds a row; waits while the disk is behind. */
  async add(line: number, reason: string, cells: readonly string[]): Promise<void> {
    await this.#write(csvLine([String(line), reason, ...cells]));
  }

  /** Ends the file; one without a row is taken away. */
  async close(rows: number): Promise<void> {
    this.#stream.end();
    await finished(this.#stream).catch((error: Error) => {
      this.#failure ??= error;
    });
    this.#check();
    if (rows === 0) await rm(this.#file.path, { force: true });
  }

  async #write(text: string): Promise<void> {
    this.#check();
    if (!this.#stream.write(text)) await once(this.#stream, 'drain');
  }

  #check(): void {
    if (this.#failure === undefined) return;
    throw cannotWrite(this.#file.name, this.#failure);
  }
}
