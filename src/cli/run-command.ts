/** From a command's name and arguments to an exit status. */
import { parse } from './parse.js';
import { jobs, tools, unknownCommand } from './registry.js';

export async function runCommand(name: string, args: string[]): Promise<number> {
  if (Object.hasOwn(tools, name)) return (await tools[name]!.load()).run(args);
  if (!Object.hasOwn(jobs, name)) throw unknownCommand(name);
  const command = await jobs[name]!.load();
  const { values, positionals } = await parse(command.spec, args);
  const { runJobCommand } = await import('./run-job.js');
  return runJobCommand(command, values, positionals, args);
}
