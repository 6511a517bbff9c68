import { useLayoutEffect, useRef } from 'preact/hooks';
import { serverNowMs } from '../live/server-clock.ts';
import { clockWords, spanWords, toMs } from '../words/times.ts';

/** One timer for all times on the page; each writes its text only where it changed, so that hundreds of them cost nothing. */
const ticking = new Set<() => void>();
setInterval(() => {
  if (!document.hidden) for (const tick of ticking) tick();
}, 1_000);

function Ticking({ words, title }: { words: () => string; title?: string }) {
  const element = useRef<HTMLTimeElement>(null);
  // Before the page is painted: a time is never seen without its text.
  useLayoutEffect(() => {
    const tick = () => {
      const text = words();
      if (element.current && element.current.textContent !== text) element.current.textContent = text;
    };
    tick();
    ticking.add(tick);
    return () => void ticking.delete(tick);
  }, [words]);
  return <time ref={element} title={title} class="number" />;
}

/** How long ago a time was. */
export function Since({ time, ago = false }: { time: string | undefined; ago?: boolean }) {
  const ms = toMs(time);
  if (ms === undefined) return <span class="nothing">–</span>;
  const words = () => spanWords(serverNowMs() - ms) + (ago ? ' ago' : '');
  return <Ticking key={time} words={words} title={clockWords(ms, 0)} />;
}

/** The time until then. */
export function Until({ time, over }: { time: string; over: string }) {
  const ms = toMs(time) ?? 0;
  const words = () => (ms > serverNowMs() ? spanWords(ms - serverNowMs() + 999) : over);
  return <Ticking key={time} words={words} title={clockWords(ms, 0)} />;
}

/** The same for a time of this machine's own clock. */
export const SinceHere = ({ ms }: { ms: number }) => <Ticking words={() => spanWords(Date.now() - ms)} />;

/** A time of day. */
export function At({ time }: { time: string | undefined }) {
  const ms = toMs(time);
  if (ms === undefined) return <span class="nothing">–</span>;
  return (
    <time class="number" dateTime={time}>
      {clockWords(ms, serverNowMs())}
    </time>
  );
}
