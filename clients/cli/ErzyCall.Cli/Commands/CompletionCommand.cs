using System.CommandLine;

namespace ErzyCall.Cli.Commands;

/// <summary>What makes a shell complete the words of this tool: it asks the tool itself.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> s_scripts = new()
    {
        ["bash"] = """
            _erzycall() { local IFS=$'\n'; COMPREPLY=($(compgen -W "$(erzycall "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")); }
            complete -F _erzycall erzycall
            """,
        ["zsh"] = """
            _erzycall() { local words=("${(@f)$(erzycall "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}"); compadd -- $words; }
            compdef _erzycall erzycall
            """,
        ["fish"] = """
            complete -c erzycall -f -a '(erzycall "[suggest:"(commandline -C)"]" (commandline -p) 2>/dev/null)'
            """,
        ["pwsh"] = """
            Register-ArgumentCompleter -Native -CommandName erzycall -ScriptBlock {
              param($word, $line, $position)
              erzycall "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public static Command Create(CommandContext cli)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong([.. s_scripts.Keys]);
        var completion = new Command("completion", "Print what makes a shell complete the words of this tool: source <(erzycall completion bash)") { shell };
        completion.SetAction(line => cli.Terminal.Output.Profile.Out.Writer.WriteLine(s_scripts[line.GetRequiredValue(shell)]));
        return completion;
    }
}
