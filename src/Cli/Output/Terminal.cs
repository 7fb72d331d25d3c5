using Spectre.Console;

namespace Consensus.Cli.Output;

/// <summary>Where the tool writes: results to standard output, progress and complaints to standard error.</summary>
internal sealed class Terminal
{
    private const int RedirectedWidth = 120;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isInteractive">Whether a person watches standard output, and it can be drawn on.</param>
    public Terminal(TextWriter output, TextWriter error, bool isInteractive)
    {
        Output = output;
        Error = error;
        IsInteractive = isInteractive;
        Screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = isInteractive ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isInteractive)
        {
            Screen.Profile.Width = RedirectedWidth;
        }
    }

    /// <summary>Standard output.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches standard output, and it can be drawn on.</summary>
    public bool IsInteractive { get; }

    /// <summary>Standard output as something to draw tables and charts on.</summary>
    public IAnsiConsole Screen { get; }

    /// <summary>The terminal that this process was started from.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected);
}
