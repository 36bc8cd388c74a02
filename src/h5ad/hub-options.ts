/** The options of an upload, and the repository that they mean. */
import type { OptionSpec, OptionValues } from '../engine/command.js';
import { gtkError } from '../errors.js';
import { checkRepoName } from './hub/repo-name.js';
import type { HubTarget } from './hub/upload.js';

export const hubOptions: OptionSpec[] = [
  {
    name: 'repo-id',
    kind: 'string',
    placeholder: 'NS/NAME',
    summary: 'upload to this dataset repository; of several files each to NS/NAME-DATASET',
  },
  {
    name: 'token',
    kind: 'string',
    placeholder: 'TOKEN',
    secret: true,
    summary: 'token of the hub; better in the environment, as HF_TOKEN',
  },
  {
    name: 'endpoint',
    kind: 'string',
    placeholder: 'URL',
    summary: 'address of the hub',
    defaultText: 'HF_ENDPOINT, else https://huggingface.co',
  },
  { name: 'private', kind: 'flag', summary: 'make a repository that is new private' },
];

/**
 * Where to upload to, if that was asked for: there is no default repository.
 *
 * @throws GTK_USAGE for a repository without a token, or a name that the hub would refuse
 */
export function hubTarget(values: OptionValues, command: string): HubTarget | undefined {
  const repo = values.repoId as string | undefined;
  if (repo === undefined) return undefined;
  const token = (values.token as string | undefined) ?? process.env.HF_TOKEN;
  if (!token) {
    const problem =
      '--repo-id needs a token of the hub: found neither HF_TOKEN in the environment nor --token';
    throw gtkError('GTK_USAGE', { problem, command });
  }
  checkRepoName(repo);
  const endpoint =
    (values.endpoint as string | undefined) ?? process.env.HF_ENDPOINT ?? 'https://huggingface.co';
  return { endpoint: endpoint.replace(/\/+$/, ''), token, repo, private: Boolean(values.private) };
}

/** The repository of one of several datasets. Throws GTK_USAGE. */
export function targetOf(target: HubTarget, dataset: string, several: boolean): HubTarget {
  if (!several) return target;
  const repo = `${target.repo}-${dataset}`;
  checkRepoName(repo);
  return { ...target, repo };
}
