import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../../src/dashboard-api/schemas.ts';
import { fetchMe } from './api/api.ts';
import { ApiError } from './api/api-error.ts';
import { keepToken, readToken } from './api/token.ts';
import { DetailPage } from './detail/detail-page.tsx';
import { ListPage } from './list/list-page.tsx';
import { openDetail, openList } from './live/live.ts';
import { hearServerTime } from './live/server-clock.ts';
import { useLive } from './live/use-live.ts';
import { ConnectionBanner, ConnectionMark } from './parts/connection.tsx';
import { Login } from './parts/login.tsx';
import { SplitPattern } from './parts/split-bar.tsx';
import { type Theme, themes, useTheme } from './parts/theme.ts';
import type { Place } from './place/place.ts';
import { following, usePlace } from './place/use-place.ts';

/** Until the server has said how often it is heard. */
const retryMs = 3_000;

const refusalWords: Record<Me['mode'], string> = {
  cluster: 'The API server does not know this token, or it has ended. Get a new one and try again.',
  local:
    'This is not the secret of the server that runs now. Open the address that it printed when it was started.',
};

export function App() {
  const [me, setMe] = useState<Me>();
  const [problem, setProblem] = useState<string>();
  const [login, setLogin] = useState(0);
  const [isRefused, setRefused] = useState(false);
  const [theme, setTheme] = useTheme();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const answer = await fetchMe();
        hearServerTime(answer.serverTime);
        // Who one is was answered: nobody, in spite of a token. It is of no use any more, and the next reload needs not try it.
        setRefused(answer.needsToken && readToken() !== undefined);
        if (answer.needsToken) keepToken(undefined);
        setMe(answer);
        setProblem(undefined);
      } catch (error) {
        setProblem(
          error instanceof Error && error.name === 'ApiError'
            ? error.message
            : 'the server cannot be reached',
        );
        if (error instanceof ApiError && error.problem.status === 401 && readToken() !== undefined) {
          keepToken(undefined);
          return ask();
        }
        timer = setTimeout(ask, retryMs);
      }
    };
    void ask();
    return () => clearTimeout(timer);
  }, [login]);
  const again = () => {
    setMe(undefined);
    setLogin((count) => count + 1);
  };
  if (!me)
    return (
      <main id="main" class="waiting">
        <h1>Understudy</h1>
        <p role="status">{problem ? `Not connected: ${problem}. Trying again…` : 'Connecting…'}</p>
      </main>
    );
  const refusal = isRefused ? refusalWords[me.mode] : undefined;
  return <Board key={login} me={me} refusal={refusal} theme={theme} setTheme={setTheme} onLogin={again} />;
}

interface BoardProps {
  me: Me;
  /** Why the token that was given is none. */
  refusal: string | undefined;
  theme: Theme;
  setTheme: (theme: Theme) => void;
  onLogin: () => void;
}

function Board({ me, refusal, theme, setTheme, onLogin }: BoardProps) {
  const place = usePlace();
  const [asksToken, setAsksToken] = useState(me.needsToken);
  const silenceMs = me.heartbeatMs * 2;
  const isOpen = !asksToken;
  const list = useLive(isOpen && !place.model ? 'list' : undefined, () => openList(silenceMs));
  const detail = useLive(isOpen ? place.model : undefined, (key) => openDetail(key, silenceMs));
  const live = place.model ? detail : list;
  useEffect(() => {
    document.title = place.model ? `${place.model} · Understudy` : 'Understudy';
  }, [place.model]);
  const needsLogin = asksToken || (live.status.is === 'refused' && live.status.problem.status === 401);
  const because =
    live.status.is === 'refused' && readToken() !== undefined ? live.status.problem.detail : refusal;
  const all: Place = { filters: place.filters };
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <SplitPattern />
      <header class="top">
        <a class="brand" href="?" onClick={following(all)}>
          <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <circle cx="12" cy="16" r="8" class="stable" />
            <path d="M19 8a8 8 0 1 1 0 16 11 11 0 0 0 0-16z" class="candidate" />
          </svg>
          Understudy
        </a>
        {isOpen && <ConnectionMark {...live} />}
        <span class="spacer" />
        <a class="to-docs" href="./docs/">
          Docs
        </a>
        <span class="person">{me.user?.name ?? (me.needsToken ? '' : 'read-only')}</span>
        {me.mode === 'cluster' && (!me.user || readToken() !== undefined) && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              if (readToken() === undefined) return setAsksToken(true);
              keepToken(undefined);
              onLogin();
            }}
          >
            {readToken() === undefined ? 'Log in' : 'Log out'}
          </button>
        )}
        <label class="theme">
          <span class="visually-hidden">Colours</span>
          <select value={theme} onChange={({ currentTarget }) => setTheme(currentTarget.value as Theme)}>
            {themes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </header>
      {isOpen && <ConnectionBanner {...live} />}
      {needsLogin ? (
        <Login onDone={onLogin} because={because} me={me} />
      ) : (
        <Content place={place} list={list.state} detail={detail.state} theme={theme} />
      )}
    </>
  );
}

function Content({
  place,
  list,
  detail,
  theme,
}: {
  place: Place;
  list: Parameters<typeof ListPage>[0]['state'] | undefined;
  detail: Parameters<typeof DetailPage>[0]['state'] | undefined;
  theme: Theme;
}) {
  if (place.model && detail?.detail.row.key === place.model)
    return <DetailPage key={place.model} state={detail} place={place} theme={theme} />;
  if (!place.model && list) return <ListPage state={list} filters={place.filters} />;
  const all: Place = { filters: place.filters };
  return (
    <main id="main" class="waiting" tabIndex={-1}>
      <h1 class="visually-hidden">Understudy</h1>
      <p>{place.model ? `Reading ${place.model}…` : 'Reading the list…'}</p>
      {place.model && (
        <a href="?" onClick={following(all)}>
          ← All models
        </a>
      )}
    </main>
  );
}
