import type { shells } from './flag-table.ts';

/** `=` and `:` end words of bash, and not ours: the line is split anew, and what bash has of the word already is taken off the answer. */
const bash = `# bash completion for understudy: source <(understudy completion bash)
_understudy() {
  local line="\${COMP_LINE:0:COMP_POINT}" out directive candidate current begun
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]} - 1]}"
  COMPREPLY=()
  out=$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null) || return 0
  directive="\${out##*:}"
  begun=""
  case "$current" in
    *[=:]*) begun="\${current%"\${current##*[=:]}"}" ;;
  esac
  while IFS=$'\\t' read -r candidate _; do
    [[ -z $candidate || $candidate == :* ]] && continue
    COMPREPLY+=("\${candidate#"$begun"}")
  done <<<"$out"
  if ((directive & 4)); then compopt +o default 2>/dev/null; else compopt -o default 2>/dev/null; fi
  return 0
}
complete -F _understudy understudy kubectl-understudy
`;

const zsh = `#compdef understudy kubectl-understudy
# zsh completion for understudy: source <(understudy completion zsh), or put it into a folder of $fpath as _understudy
_understudy() {
  local -a lines candidates
  local line word about directive
  lines=("\${(@f)$("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${\${lines[-1]:-:0}#:}
  for line in "\${(@)lines[1,-2]}"; do
    word=\${line%%$'\\t'*}
    about=""
    [[ $line == *$'\\t'* ]] && about=\${line#*$'\\t'}
    candidates+=("\${word//:/\\\\:}:$about")
  done
  if (( \${#candidates} )); then
    _describe -V 'understudy' candidates
  elif (( (directive & 4) == 0 )); then
    _files
  fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _understudy "$@"
else
  compdef _understudy understudy kubectl-understudy
fi
`;

const fish = `# fish completion for understudy: understudy completion fish | source
function __understudy_ask
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    $words[1] __complete $words[2..-1] "$current" 2>/dev/null
end
function __understudy_candidates
    __understudy_ask | string match -v -r '^:\\d+$'
end
function __understudy_wants_files
    test (__understudy_ask)[-1] = ":0"
end
complete -c understudy -f -a '(__understudy_candidates)'
complete -c understudy -n __understudy_wants_files -F
complete -c kubectl-understudy -f -a '(__understudy_candidates)'
complete -c kubectl-understudy -n __understudy_wants_files -F
`;

const kubectl = `#!/bin/sh
# Completion of "kubectl understudy": kubectl runs a program of this name that it finds in PATH.
# understudy completion kubectl > /usr/local/bin/kubectl_complete-understudy && chmod +x /usr/local/bin/kubectl_complete-understudy
exec kubectl-understudy __complete "$@"
`;

export const completionScripts: Readonly<Record<(typeof shells)[number], string>> = {
  bash,
  zsh,
  fish,
  kubectl,
};
