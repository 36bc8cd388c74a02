/** From a command's name and arguments to an exit status. */
import { workerCount } from '../engine/resources.js';
import { jobs, tools, unknownCommand } from './registry.js';

export async function runCommand(name: string, args: string[]): Promise<number> {
  if (Object.hasOwn(tools, name)) return (await tools[name]!.load()).run(args);
  if (!Object.hasOwn(jobs, name)) throw unknownCommand(name);
  // The first worker starts while the arguments are read and the inputs looked at; nothing that is loaded
  // meanwhile waits for anything else.
  const loading = Promise.all([import('./parse.js'), jobs[name]!.load(), import('./run-job.js')]);
  const { WorkerPool } = await import('../engine/pool.js');
  const pool = new WorkerPool(name);
  try {
    const [{ parse }, command, { runJobCommand }] = await loading;
    const { values, positionals } = await parse(command.spec, args);
    pool.threads = workerCount(values.workers as number | undefined);
    // The workers end with the process, which is over then.
    return await runJobCommand(command, values, positionals, args, pool);
  } catch (error) {
    await pool.destroy();
    throw error;
  }
}
