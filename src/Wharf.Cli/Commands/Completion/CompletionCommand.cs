using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Completion;

/// <summary>
/// Prints the script that teaches a shell to complete <c>wharf</c>. The scripts know nothing of commands and flags: they hand the line to
/// <see cref="CompleteCommand"/>, which answers from the same tables that the parser uses, and with the daemon's own names.
/// </summary>
internal sealed class CompletionCommand() : Command("bash|zsh|fish", Arity.Exactly(1))
{
    private const string Bash = """
        # bash completion for wharf
        _wharf() {
            local IFS=$'\n' line
            COMPREPLY=()
            while read -r line; do COMPREPLY+=("${line%%$'\t'*}"); done \
                < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
            if [ "${COMPREPLY[0]}" = ":files" ]; then
                COMPREPLY=()
                compopt -o default
            fi
            __ltrim_colon_completions "${COMP_WORDS[COMP_CWORD]}" 2>/dev/null
        }
        complete -F _wharf wharf

        """;

    private const string Zsh = """
        #compdef wharf
        # zsh completion for wharf
        _wharf() {
            local -a lines described
            local line
            lines=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            if [[ "${lines[1]}" == ":files" ]]; then
                _files
                return
            fi
            for line in "${lines[@]}"; do
                [[ -n "$line" ]] && described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
            done
            _describe 'wharf' described
        }
        if [ "$funcstack[1]" = "_wharf" ]; then _wharf "$@"; else compdef _wharf wharf; fi

        """;

    private const string Fish = """
        # fish completion for wharf
        function __wharf_complete
            set -l words (commandline -opc) (commandline -ct)
            set -l lines ($words[1] __complete -- $words[2..-1] 2>/dev/null)
            if test "$lines[1]" = ":files"
                __fish_complete_path (commandline -ct)
            else
                printf '%s\n' $lines
            end
        end
        complete -c wharf -f -a '(__wharf_complete)'

        """;

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        context.Out.Write(arguments[0] switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            _ => throw new CommandFailure($"no completion for '{arguments[0]}': there is bash, zsh and fish"),
        });
        return ExitCodes.Success;
    }
}
