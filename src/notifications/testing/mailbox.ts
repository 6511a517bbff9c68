import type { Notice } from '../../domain/notices/notice.ts';
import { NoticeSender } from '../notice-sender.ts';
import type { Target } from '../target.ts';

/** What targets got of all processes, in order. */
export class Mailbox extends NoticeSender {
  readonly received: { target: string; kind: string; id: string }[] = [];
  /** What happens to a notice before the target has it. */
  onTheWay: (target: Target, notice: Notice) => Promise<void> = async () => {};
  /** What happens after the target has it, and before anybody knows. */
  onTheWayBack: () => Promise<void> = async () => {};

  async send(target: Target, notice: Notice): Promise<void> {
    await this.onTheWay(target, notice);
    this.received.push({ target: target.name, kind: notice.kind, id: notice.id });
    await this.onTheWayBack();
  }

  get kinds(): string[] {
    return this.received.map(({ kind }) => kind);
  }
}
