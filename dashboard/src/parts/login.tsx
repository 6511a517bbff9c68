import { useState } from 'preact/hooks';
import type { Me } from '../../../src/dashboard-api/schemas.ts';
import { keepToken, tokenIn } from '../api/token.ts';

interface Props {
  me: Me;
  onDone: () => void;
  because?: string | undefined;
}

/** Asks for the person's own token of the Kubernetes API, or for the secret of `understudy dashboard`. */
export function Login({ me, onDone, because }: Props) {
  const isLocal = me.mode === 'local';
  const [text, setText] = useState('');
  const [problem, setProblem] = useState(because);
  const submit = (event: Event) => {
    event.preventDefault();
    const token = tokenIn(text);
    if (token === undefined)
      return setProblem('That is no token: it is one word of letters, digits and signs.');
    keepToken(token);
    onDone();
  };
  return (
    <main id="main" class="login" tabIndex={-1}>
      <form onSubmit={submit} class="panel">
        <h1>Log in</h1>
        <p>
          {isLocal
            ? 'With the secret in the address that understudy dashboard printed: what stands behind #token= there.'
            : 'With a token of the Kubernetes API: what you may see and do here is what you may in the cluster.'}{' '}
          It is kept for this tab only.
        </p>
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={text}
            aria-invalid={problem !== undefined}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </label>
        {problem && (
          <p role="alert" class="problem">
            {problem}
          </p>
        )}
        {!isLocal && (
          <p class="hint">
            For example: <code>kubectl create token NAME --namespace NAMESPACE</code>
          </p>
        )}
        <div class="buttons">
          {me.anonymous === 'readOnly' && (
            <button type="button" class="quiet" onClick={onDone}>
              Only look
            </button>
          )}
          <button type="submit" class="primary">
            Log in
          </button>
        </div>
      </form>
    </main>
  );
}
