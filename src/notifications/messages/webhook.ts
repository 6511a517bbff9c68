import { group, version } from '../../api/group.ts';
import { signatureHeaders } from '../../outbound/signature.ts';
import { plainText, severityOf } from '../notice-text.ts';
import { addressOf, type MessageFormat, type MessageInput } from './message.ts';

/**
 * Any receiver: a CloudEvent 1.0 in structured mode, signed as Standard Webhooks has it. Whoever receives it twice knows it by its id.
 */
export const webhook: MessageFormat = {
  keys: ['url', 'signingKey'],
  request(input) {
    const body = JSON.stringify(cloudEventOf(input));
    return {
      url: addressOf(input),
      headers: {
        'content-type': 'application/cloudevents+json; charset=utf-8',
        ...signatureHeaders(input.secrets.need('signingKey'), input.notice.id, body, input.nowMs),
      },
      body,
    };
  },
};

export function cloudEventOf({
  notice,
  target,
  link,
}: Pick<MessageInput, 'notice' | 'target' | 'link'>): object {
  const { id, at, mark: _mark, ...told } = notice;
  return {
    specversion: '1.0',
    id,
    source: `/apis/${group}/${version}/namespaces/${notice.namespace}/modeldeployments/${notice.name}`,
    type: `${group}.rollout.${notice.kind}`,
    subject: notice.rollout.name,
    time: at,
    datacontenttype: 'application/json',
    data: {
      ...told,
      severity: severityOf(notice),
      text: plainText(notice, target.text, link),
      ...(link !== undefined && { url: link }),
    },
  };
}
