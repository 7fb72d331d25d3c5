using Consensus.Cryptography;

namespace Consensus.Pbft.Views;

/// <summary>Who is the primary of which view: the members in turn (OSDI '99, section 4).</summary>
internal static class Primaries
{
    public static NodeId Of(SignerSet members, ViewNumber view) => members.Members[(int)(view.Value % (ulong)members.Count)].Id;
}
