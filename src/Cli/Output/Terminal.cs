using Spectre.Console;

namespace Consensus.Cli.Output;

/// <summary>Where the tool writes: results to standard output, progress and complaints to standard error.</summary>
internal sealed class Terminal
{
    private const int RedirectedWidth = 120;

    private readonly Stream? _bytes;

    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="isInteractive">Whether a person watches standard output, and it can be drawn on.</param>
    /// <param name="bytes">Standard output for what is no text; <see langword="null"/> if it takes text only.</param>
    public Terminal(TextWriter output, TextWriter error, bool isInteractive, Stream? bytes = null)
    {
        _bytes = bytes;
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
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, Console.OpenStandardOutput());

    /// <summary>Writes bytes to standard output as they are; to a person with a line break behind them.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Output.Flush();
        if (_bytes is null)
        {
            Output.Write(System.Text.Encoding.UTF8.GetString(bytes));
        }
        else
        {
            _bytes.Write(bytes);
            _bytes.Flush();
        }

        if (IsInteractive)
        {
            Output.WriteLine();
        }
    }
}
