using Consensus.AspNetCore.Json;
using Consensus.Gossip;

namespace Consensus.AspNetCore.Swarm;

/// <summary>A rumour.</summary>
/// <param name="Id">Which one it is.</param>
/// <param name="Origin">Who says that it comes from him.</param>
/// <param name="Sequence">Which one of its origin's.</param>
/// <param name="Kind">What kind of message it is.</param>
/// <param name="Priority">What is told first.</param>
/// <param name="Time">When it was told first, as its origin's clock shows.</param>
/// <param name="Hops">How many members have told it on before it came here.</param>
/// <param name="Payload">What it says; null if its origin has packed something else than it says.</param>
internal sealed record RumourDocument(string Id, uint Origin, ulong Sequence, string Kind, string Priority, DateTimeOffset Time, int Hops, Blob? Payload)
{
    /// <summary>A rumour as a document.</summary>
    public static RumourDocument Of(Rumour rumour) => new(
        rumour.Id.ToString(),
        rumour.Origin.Value,
        rumour.Sequence,
        rumour.Kind,
        PriorityNames.Of(rumour.Priority),
        DateTimeOffset.FromUnixTimeMilliseconds(rumour.Time.UnixMilliseconds),
        rumour.Hops,
        PayloadOf(rumour));

    private static Blob? PayloadOf(Rumour rumour)
    {
        try
        {
            return new Blob(rumour.Unpack());
        }
        catch (InvalidDataException)
        {
            // Nobody on its way has looked at that: it is the origin's, and there is nothing to show.
            return null;
        }
    }
}
