namespace Consensus.Museum.Tests;

/// <summary>A bug, as an edit of a production file: one place in its text, and what stands there instead.</summary>
/// <param name="Path">The file, from <c>src/</c> on.</param>
/// <param name="Original">The text that is replaced; it occurs exactly once.</param>
/// <param name="Replacement">What stands there instead.</param>
internal sealed record Mutation(string Path, string Original, string Replacement)
{
    /// <summary>The project that the file belongs to: a folder of <c>src</c>.</summary>
    public string Project => Path.Split('/')[0];

    /// <summary>The file's text with the bug.</summary>
    /// <exception cref="InvalidOperationException">The production code has changed there.</exception>
    public string ApplyTo(string text)
    {
        var at = text.IndexOf(Original, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new InvalidOperationException(
                $"The exhibit must be hung anew: src/{Path} no longer has the text it changes. Find where the same mistake could be made now, and change the exhibit. The text was:\n{Original}");
        }

        if (text.IndexOf(Original, at + 1, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException($"The exhibit must be hung anew: src/{Path} has the text it changes more than once. Take more of the text around it. The text was:\n{Original}");
        }

        return string.Concat(text.AsSpan(0, at), Replacement, text.AsSpan(at + Original.Length));
    }
}
