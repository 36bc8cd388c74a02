/** Making the repository, if it is not there. */
import { pause, pauseAfter } from '../../net/retry.js';
import { type HubClient, type HubReply, isFine } from './hub-client.js';
import { hubError, messageOf } from './refusal.js';

const doing = 'creating';

/**
 * Makes the dataset repository; one that exists is fine. A token that may write but not create is fine too if
 * the repository exists.
 *
 * @throws GTK_HUB; also if the repository is to be private and a public one stands under the name
 */
export async function createRepo(hub: HubClient): Promise<void> {
  const { repo, private: isPrivate } = hub.target;
  const [organization, name] = repo.split('/');
  for (let failures = 1; ; failures += 1) {
    const created = await hub.call('/api/repos/create', {
      doing,
      method: 'POST',
      json: { name, organization, type: 'dataset', private: isPrivate },
      accept: [401, 403, 409],
    });
    if (isFine(created)) return hub.context.log('repository created', { repo, private: isPrivate });
    const isBusy = created.status === 409 && /operation.*in progress/i.test(messageOf(created));
    if (!isBusy) {
      if (created.status !== 409 || isPrivate) await checkStanding(hub, created);
      return hub.context.log('repository exists', { repo });
    }
    if (failures >= hub.retry.tries) throw hub.refusal(doing, created);
    await pause(pauseAfter(failures, hub.retry, created.headers['retry-after']), hub.context.signal);
  }
}

async function checkStanding(hub: HubClient, created: HubReply): Promise<void> {
  const { repo, private: isPrivate } = hub.target;
  const info = await hub.call(`/api/datasets/${repo}`, { doing, accept: [401, 403, 404] });
  if (created.status !== 409 && !isFine(info)) throw hub.refusal(doing, created);
  if (!isPrivate || (info.json as { private?: unknown } | undefined)?.private !== false) return;
  throw hubError(
    doing,
    repo,
    'it exists and is public, but a private one was asked for',
    'Make it private on the hub, choose another name, or upload without asking for privacy.',
  );
}
