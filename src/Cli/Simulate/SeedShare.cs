using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Consensus.Cli.Simulate;

/// <summary>One process's part of the seeds: every so-manieth, so that all parts take about as long.</summary>
/// <param name="Part">Which part, from 0.</param>
/// <param name="Parts">How many parts.</param>
internal sealed record SeedShare(int Part, int Parts)
{
    /// <summary>Reads <c>part/parts</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out SeedShare? share)
    {
        share = text.Split('/') is [var part, var parts]
            && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && int.TryParse(parts, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && number < count
                ? new SeedShare(number, count)
                : null;
        return share is not null;
    }

    /// <summary>The seeds of this part.</summary>
    public IEnumerable<ulong> Of(IEnumerable<ulong> seeds) => seeds.Where((_, run) => run % Parts == Part);
}
