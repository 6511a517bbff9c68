import type { Notice } from '../../domain/notices/notice.ts';
import type { OutboundRequest } from '../../outbound/outbound-http.ts';
import type { SecretValues } from '../../outbound/secret-reader.ts';
import type { Target } from '../target.ts';

/** What a message is made of. */
export interface MessageInput {
  notice: Notice;
  target: Target;
  secrets: SecretValues;
  /** The page of the rollout; absent: nobody said where the dashboard is. */
  link: string | undefined;
  nowMs: number;
}

/** How one type of target is told over HTTP. Pure: values of secrets stand in the address and the headers, or sign the body, and nowhere else. */
export interface MessageFormat {
  /** The keys of its Secret. */
  keys: readonly string[];
  /** The request; absent where there is nothing to send to this target. */
  request(input: MessageInput): OutboundRequest | undefined;
}

export const json = 'application/json; charset=utf-8';

/** The address of the spec or the configuration, else that of the Secret. */
export const addressOf = ({ target, secrets }: Pick<MessageInput, 'target' | 'secrets'>): string =>
  target.url ?? secrets.need('url');
