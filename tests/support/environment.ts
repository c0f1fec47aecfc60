import type { TestTable } from './table.ts';

/**
 * Points the functions' environment at local servers. To be called before a function's module is imported (its
 * logger reads the environment then; its clients do on first use), so the import must be a dynamic one.
 */
export function useLocalEnvironment(variables: Readonly<Record<string, string | undefined>> = {}): void {
  Object.assign(process.env, {
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // Logs and metrics go to standard output, which is the tests' report.
    LOG_LEVEL: 'SILENT',
  });
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/**
 * Lets the functions speak with a table, emptied, whatever client it has. What they made before is forgotten: the
 * environment is read anew.
 */
export async function useTable(table: TestTable): Promise<void> {
  const { dynamo } = await import('../../functions/clients.ts');
  const { forgetAll, once } = await import('../../functions/once.ts');
  forgetAll();
  once(dynamo, () => table.client);
  process.env.TABLE_NAME = await table.fresh();
}
