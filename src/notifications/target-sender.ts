import type { Notice } from '../domain/notices/notice.ts';
import { isRedirect, isUnwell } from '../outbound/answer-status.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import type { OutboundMail } from '../outbound/outbound-mail.ts';
import type { OutboundHttp } from '../outbound/outbound-http.ts';
import type { SecretReader } from '../outbound/secret-reader.ts';
import type { Clock } from '../runtime/clock.ts';
import { alertmanager } from './messages/alertmanager.ts';
import { github, gitlab } from './messages/commit-status.ts';
import { emailKeys, mailOf } from './messages/email.ts';
import { discord } from './messages/discord.ts';
import type { MessageFormat } from './messages/message.ts';
import { slack } from './messages/slack.ts';
import { teams } from './messages/teams.ts';
import { webhook } from './messages/webhook.ts';
import { NoticeSender } from './notice-sender.ts';
import { rolloutUrl } from './notice-text.ts';
import type { Target } from './target.ts';

export interface TargetSenderOptions {
  http: Pick<OutboundHttp, 'post'>;
  mail: Pick<OutboundMail, 'send'>;
  secrets: SecretReader;
  clock: Clock;
  /** Where people open the dashboard; absent: messages have no link. */
  dashboardUrl?: string;
}

const formats: Record<Exclude<Target['type'], 'email'>, MessageFormat> = {
  slack,
  teams,
  discord,
  webhook,
  alertmanager,
  github,
  gitlab,
};

/** Tells real targets: reads the secret, makes the message, sends it. */
export class TargetSender extends NoticeSender {
  readonly #options: TargetSenderOptions;

  constructor(options: TargetSenderOptions) {
    super();
    this.#options = options;
  }

  async send(target: Target, notice: Notice, signal: AbortSignal): Promise<void> {
    if (target.switchedOff) throw new OutboundError('NotificationsSwitchedOff', switchedOff);
    const { http, secrets, clock, dashboardUrl } = this.#options;
    if (target.type === 'email') return this.#mail(target, notice, signal);
    const format = formats[target.type];
    const request = format.request({
      notice,
      target,
      secrets: await secrets.read(target.secret, format.keys, signal),
      link: rolloutUrl(dashboardUrl, notice),
      nowMs: clock.now(),
    });
    if (!request) return;
    const { status, retryAfterMs } = await http.post(request, signal);
    if (status >= 200 && status < 300) return;
    throw refusal(new URL(request.url).host, status, retryAfterMs);
  }

  async #mail(target: Target, notice: Notice, signal: AbortSignal): Promise<void> {
    const { mail, secrets, dashboardUrl } = this.#options;
    const values = await secrets.read(target.secret, emailKeys, signal);
    const credentials = values.has('username') && {
      username: values.need('username'),
      password: values.need('password'),
    };
    await mail.send(
      { url: values.need('url'), ...(credentials && { credentials }) },
      mailOf({ notice, target, secrets: values, link: rolloutUrl(dashboardUrl, notice) }),
      signal,
    );
  }
}

const switchedOff = "the controller's configuration has notifications.enabled: false";

/** What an answer that is no success says. Its text stays unread: it may repeat what was sent. */
function refusal(host: string, status: number, retryAfterMs: number | undefined): OutboundError {
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (isRedirect(status)) {
    return new OutboundError(
      'AddressRefused',
      `${host} answers with a redirect (${status}), which is not followed`,
      options,
    );
  }
  return isUnwell(status)
    ? new OutboundError('TargetUnreachable', `${host} answers ${status}`, options)
    : new OutboundError('TargetRefused', `${host} does not take it: it answers ${status}`, options);
}
