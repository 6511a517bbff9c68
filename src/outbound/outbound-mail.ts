import { TimeLimitError, withTimeLimit } from '../runtime/abortable.ts';
import type { Clock } from '../runtime/clock.ts';
import { Turnstile } from '../runtime/turnstile.ts';
import type { AllowedHosts } from './allowed-hosts.ts';
import { OutboundError } from './outbound-error.ts';
import { connectableAddresses, requireAllowed, type Resolve, systemResolve } from './resolve-address.ts';

/** A mail server: `smtps` speaks TLS from the beginning, `smtp` by STARTTLS. */
export interface MailServer {
  /** `smtp://host:port` or `smtps://host:port`. */
  url: string;
  credentials?: { username: string; password: string };
}

export interface OutgoingMail {
  from: string;
  to: readonly string[];
  subject: string;
  text: string;
  headers: Readonly<Record<string, string>>;
}

export interface OutboundMailOptions {
  hosts: AllowedHosts;
  clock: Clock;
  /** How long a mail may take, once it has its turn; default 20 s. */
  timeoutMs?: number;
  /** Mails to one server at once; the others wait. Default: 2. */
  perServer?: number;
  resolve?: Resolve;
}

/**
 * Hands mails to servers that users of the cluster named, as a controller may: only allowed hosts, never a link-local address, a time limit. A
 * password is sent over TLS only. Errors: `OutboundError`, whose message holds no secret.
 */
export class OutboundMail {
  readonly #options: Required<OutboundMailOptions>;
  readonly #turnstiles = new Map<string, Turnstile>();

  constructor(options: OutboundMailOptions) {
    this.#options = { timeoutMs: 20_000, perServer: 2, resolve: systemResolve, ...options };
  }

  /** Resolves when the server has taken the mail for all that it is for. */
  async send(server: MailServer, mail: OutgoingMail, signal: AbortSignal): Promise<void> {
    const url = parsed(server.url);
    const trust = requireAllowed(this.#options.hosts, url);
    await this.#turnstile(url.host).pass(signal, async () => {
      // The very address that was looked at is connected to.
      const [found] = await connectableAddresses(url.hostname, trust, this.#options.resolve);
      await this.#hand(url, found!.address, server.credentials, mail, signal);
    });
  }

  async #hand(
    url: URL,
    address: string,
    credentials: MailServer['credentials'],
    mail: OutgoingMail,
    outer: AbortSignal,
  ): Promise<void> {
    const { timeoutMs, clock } = this.#options;
    // Loaded only where mail is sent.
    const { createTransport } = await import('nodemailer');
    const secure = url.protocol === 'smtps:';
    const transport = createTransport({
      host: address,
      port: Number(url.port || (secure ? 465 : 587)),
      secure,
      ...(credentials && {
        auth: { user: credentials.username, pass: credentials.password },
        requireTLS: !secure,
      }),
      // The certificate is that of the name, not of the address.
      tls: { servername: url.hostname },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await withTimeLimit(`the mail to ${url.host}`, timeoutMs, clock, outer, async (signal) => {
        signal.addEventListener('abort', () => transport.close());
        const { rejected } = await transport.sendMail({ ...mail, to: [...mail.to] });
        if (rejected.length > 0) {
          throw new OutboundError(
            'TargetRefused',
            `${url.host} does not take mail for ${rejected.length} of the addresses`,
          );
        }
      });
    } catch (error) {
      if (outer.aborted) throw outer.reason;
      throw explained(url, error, timeoutMs);
    } finally {
      transport.close();
    }
  }

  #turnstile(host: string): Turnstile {
    let turnstile = this.#turnstiles.get(host);
    if (!turnstile) this.#turnstiles.set(host, (turnstile = new Turnstile(this.#options.perServer)));
    return turnstile;
  }
}

function parsed(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    const isPlain =
      url.username === '' && url.password === '' && /^\/?$/.test(url.pathname) && url.search === '';
    if ((url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== '' && isPlain) return url;
  }
  throw new OutboundError(
    'AddressRefused',
    'the address is none such as smtp://mail.example.com:587, without user and password',
  );
}

/** Codes of nodemailer with which a server says no, and not that it is unwell. */
const refusals = new Set(['EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMESSAGE']);

function explained(url: URL, error: unknown, timeoutMs: number): OutboundError {
  if (error instanceof OutboundError) return error;
  if (error instanceof TimeLimitError) {
    return new OutboundError('TargetUnreachable', `${url.host} did not take the mail within ${timeoutMs} ms`);
  }
  const { code = 'no connection', responseCode } = (error ?? {}) as { code?: string; responseCode?: number };
  const said = responseCode === undefined ? code : `${code}, ${responseCode}`;
  // 4xx of SMTP means later.
  return refusals.has(code) && !(responseCode !== undefined && responseCode < 500)
    ? new OutboundError('TargetRefused', `${url.host} does not take the mail: ${said}`)
    : new OutboundError('TargetUnreachable', `${url.host} cannot be reached: ${said}`, { cause: error });
}
