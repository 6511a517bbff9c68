import type { Notice } from '../domain/notices/notice.ts';
import type { Target } from './target.ts';

/**
 * Brings one notice to one target: a port. Resolves when the target has taken it; throws an `OutboundError` when it has not, and the signal's reason
 * when that is aborted. May be called again for a notice that was taken: its id tells the target so.
 */
export abstract class NoticeSender {
  abstract send(target: Target, notice: Notice, signal: AbortSignal): Promise<void>;
}
