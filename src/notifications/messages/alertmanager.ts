import { headline, plainText, severityOf } from '../notice-text.ts';
import { addressOf, json, type MessageFormat, type MessageInput } from './message.ts';

/** How long an alert stands: what is told is something that happened, and nobody says later that it is over. */
const lastsMs = 60 * 60_000;

/** The API of Alertmanager, version 2. Its url is that of the server, with the prefix that it is served under. */
export const alertmanager: MessageFormat = {
  keys: ['url', 'token', 'username', 'password'],
  request(input) {
    return {
      url: `${addressOf(input).replace(/\/+$/, '')}/api/v2/alerts`,
      headers: { 'content-type': json, ...authorizationOf(input) },
      body: JSON.stringify([alertOf(input)]),
    };
  },
};

function alertOf({ notice, target, link, nowMs }: MessageInput): object {
  return {
    labels: {
      alertname: `UnderstudyNotice${notice.kind}`,
      namespace: notice.namespace,
      model_deployment: notice.name,
      rollout: notice.rollout.name,
      reason: notice.reason,
      severity: severityOf(notice),
    },
    annotations: {
      summary: headline(notice),
      description: plainText(notice, target.text, link),
      id: notice.id,
    },
    startsAt: notice.at,
    // From now on: one that comes late is to be seen as well.
    endsAt: new Date(nowMs + lastsMs).toISOString(),
    ...(link !== undefined && { generatorURL: link }),
  };
}

function authorizationOf({ secrets }: MessageInput): Record<string, string> {
  if (secrets.has('token')) return { authorization: `Bearer ${secrets.need('token')}` };
  if (!secrets.has('username')) return {};
  const pair = Buffer.from(`${secrets.need('username')}:${secrets.need('password')}`).toString('base64');
  return { authorization: `Basic ${pair}` };
}
