using System.Globalization;

namespace Consensus.Cli.Demo.Audit;

/// <summary>Names one operation of one client of the demo. Every operation leaves its name in the replicated state.</summary>
/// <param name="Client">The client: 0 for the first.</param>
/// <param name="Number">The client's operations, counted from 0.</param>
internal readonly record struct OperationId(int Client, int Number)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out OperationId id)
    {
        var dot = text.IndexOf('.');
        if (dot > 0
            && int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var client)
            && int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            id = new OperationId(client, number);
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>Client and number, as in <c>3.17</c>.</summary>
    public override string ToString() => $"{Client}.{Number}";
}
