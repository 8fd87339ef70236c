import { exitCodes } from '../model/errors.js';
import type { Outcome } from './outcome.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/**
 * Each script asks the tool itself for candidates (`__complete`), so that it never falls behind.
 * A candidate that ends with `=`, `.` or `,` goes on: no space follows it.
 */
const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of meshwright: eval "$(scaffold completion bash)"
_meshwright() {
  local line=\${COMP_LINE:0:COMP_POINT} current=\${COMP_WORDS[COMP_CWORD]} word candidate
  word=\${line##*[[:space:]]}
  # readline takes "=" and ":" for the end of a word: what stands before them stays.
  [[ $current == [=:] ]] && current=
  local prefix=\${word%"$current"}
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    [[ $candidate == *[=.,] ]] || candidate+=' '
    COMPREPLY+=("\${candidate#"$prefix"}")
  done < <("\${COMP_WORDS[0]}" __complete -- "$line" 2>/dev/null)
}
complete -o nospace -o default -F _meshwright scaffold meshwright
`,
  zsh: `#compdef scaffold meshwright
# zsh completion of meshwright: put this into a folder of $fpath as _meshwright, or: source <(scaffold completion zsh)
_meshwright() {
  local candidate hint
  local -a whole open wholeLines openLines
  while IFS=$'\\t' read -r candidate hint; do
    if [[ $candidate == *[=.,] ]]; then
      open+=("$candidate") openLines+=("$candidate\${hint:+  -- $hint}")
    else
      whole+=("$candidate") wholeLines+=("$candidate\${hint:+  -- $hint}")
    fi
  done < <("\${words[1]}" __complete -- "\${(j: :)words[1,CURRENT]}" 2>/dev/null)
  (( \${#open} )) && compadd -l -d openLines -S '' -- "\${open[@]}"
  (( \${#whole} )) && compadd -l -d wholeLines -- "\${whole[@]}"
  (( \${#open} + \${#whole} )) || _files
}
if [[ $funcstack[1] == _meshwright ]]; then _meshwright; else compdef _meshwright scaffold meshwright; fi
`,
  fish: `# fish completion of meshwright: scaffold completion fish > ~/.config/fish/completions/scaffold.fish
function __meshwright_complete
  set -l found ($argv[1] __complete -- (commandline -cp) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
for name in scaffold meshwright
  complete -c $name -f -a "(__meshwright_complete $name)"
end
`,
};

/** The completion script for a shell. */
export function completion(shell: Shell): Outcome {
  const script = scripts[shell];
  return { exitCode: exitCodes.clean, document: { shell, script }, text: () => script };
}
