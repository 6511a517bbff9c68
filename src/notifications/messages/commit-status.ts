import type { NoticeKind } from '../../api/notification.ts';
import { clipped, headline } from '../notice-text.ts';
import { json, type MessageFormat, type MessageInput } from './message.ts';

type State = 'running' | 'succeeded' | 'failed' | 'cancelled';

const states: Record<NoticeKind, State> = {
  Started: 'running',
  StepEntered: 'running',
  WeightRaised: 'running',
  WeightTakenBack: 'running',
  Paused: 'running',
  Resumed: 'running',
  Approved: 'running',
  Baking: 'running',
  Promoted: 'succeeded',
  Completed: 'succeeded',
  RolledBack: 'failed',
  Failed: 'failed',
  Aborted: 'cancelled',
  Superseded: 'cancelled',
};

const commitForm = /^[0-9a-f]{7,64}$/i;

/** Both take a line of text. GitHub has the shorter one: 140 characters. */
const longestDescription = 140;

/** The commit that asked for the candidate. Without one there is nothing to set a status at. */
function commitOf({ notice }: MessageInput): string | undefined {
  return notice.commit !== undefined && commitForm.test(notice.commit) ? notice.commit : undefined;
}

const descriptionOf = ({ notice }: MessageInput) =>
  clipped(`${headline(notice)}: ${notice.message}`, longestDescription);

const contextOf = ({ target, notice }: MessageInput) =>
  target.context ?? `understudy/${notice.namespace}/${notice.name}`;

const baseOf = ({ secrets }: MessageInput, usual: string) =>
  (secrets.has('url') ? secrets.need('url') : usual).replace(/\/+$/, '');

/** The REST API of GitHub: create a commit status. `url` of the Secret is that of a GitHub Enterprise server, with `/api/v3`. */
export const github: MessageFormat = {
  keys: ['url', 'token'],
  request(input) {
    const commit = commitOf(input);
    if (commit === undefined) return undefined;
    const { target, notice, link, secrets } = input;
    const known = { running: 'pending', succeeded: 'success', failed: 'failure', cancelled: 'error' };
    return {
      url: `${baseOf(input, 'https://api.github.com')}/repos/${target.repository}/statuses/${commit}`,
      headers: {
        'content-type': json,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        authorization: `Bearer ${secrets.need('token')}`,
      },
      body: JSON.stringify({
        state: known[states[notice.kind]],
        context: contextOf(input),
        description: descriptionOf(input),
        ...(link !== undefined && { target_url: link }),
      }),
    };
  },
};

/** The REST API of GitLab: set the pipeline status of a commit. `url` of the Secret is that of a server of one's own, without `/api/v4`. */
export const gitlab: MessageFormat = {
  keys: ['url', 'token'],
  request(input) {
    const commit = commitOf(input);
    if (commit === undefined) return undefined;
    const { target, notice, link, secrets } = input;
    const known = { running: 'running', succeeded: 'success', failed: 'failed', cancelled: 'canceled' };
    const project = encodeURIComponent(target.repository ?? '');
    return {
      url: `${baseOf(input, 'https://gitlab.com')}/api/v4/projects/${project}/statuses/${commit}`,
      headers: { 'content-type': json, 'private-token': secrets.need('token') },
      body: JSON.stringify({
        state: known[states[notice.kind]],
        name: contextOf(input),
        description: descriptionOf(input),
        ...(link !== undefined && { target_url: link }),
      }),
    };
  },
};
