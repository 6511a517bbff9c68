import { useState } from 'preact/hooks';
import { keepToken, tokenIn } from '../api/token.ts';

/** Asks for the person's own token of the Kubernetes API. */
export function Login({ onDone, because }: { onDone: () => void; because?: string | undefined }) {
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
          With a token of the Kubernetes API: what you may see and do here is what you may in the cluster. It
          is kept for this tab only.
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
        <p class="hint">
          For example: <code>kubectl create token NAME --namespace NAMESPACE</code>
        </p>
        <div class="buttons">
          <button type="submit" class="primary">
            Log in
          </button>
        </div>
      </form>
    </main>
  );
}
