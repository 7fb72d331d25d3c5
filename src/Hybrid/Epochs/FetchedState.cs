using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>A state that a replica gets from others, in whose place it applies nothing.</summary>
/// <param name="Next">The epoch that begins with it: what others are asked for.</param>
/// <param name="In">The epoch that its snapshot is of: that one, or the one before, if it has not begun yet.</param>
/// <param name="Position">The last entry that it covers.</param>
/// <param name="StateHash">What it hashes to.</param>
/// <param name="Members">Who has it: of so many of them that one does not lie, the same must be heard.</param>
internal sealed record FetchedState(Epoch Next, Epoch In, LogPosition Position, Digest StateHash, SignerSet Members)
{
    /// <summary>The state at the beginning of an epoch, for who enters it without what lay before.</summary>
    public static FetchedState AtBeginning(HandoverCertificate beginning)
    {
        var entry = beginning.Next.ToEntry();
        return new FetchedState(beginning.Next.Number, beginning.Next.Number, new LogPosition(entry.Index, entry.Term, entry.Chain), beginning.Content.StateHash, beginning.Next.Members);
    }

    /// <summary>The state at the end of the epoch that a replica is in, as so many have said it that one of them does not lie.</summary>
    public static FetchedState AtEnd(EpochDescriptor ends, HandoverContent said) => new(said.Next.Number, ends.Number, said.Next.Start, said.StateHash, ends.Members);

    /// <summary>Whether a snapshot is one of it.</summary>
    public bool Is(SnapshotDescriptor snapshot) => snapshot.Epoch == In && snapshot.Position == Position && snapshot.StateHash == StateHash && snapshot.Length > 0;
}
