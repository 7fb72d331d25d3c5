namespace Consensus.Replication;

/// <summary>The snapshots of several machines, in the order of their identities.</summary>
internal sealed class CompositeSnapshot(SnapshotPart[] parts) : IStateSnapshot
{
    public static void RequireByte(Stream snapshot, byte expected, string what)
    {
        var found = snapshot.ReadByte();
        if (found != expected)
        {
            throw Damaged(found < 0 ? $"it ends where {expected} was expected {what}" : $"it has {found} {what}; this replica has {expected}");
        }
    }

    public static void RequireEnd(Stream snapshot)
    {
        if (snapshot.ReadByte() >= 0)
        {
            throw Damaged("bytes follow the last machine's part");
        }
    }

    public static ConsensusException Damaged(string problem) =>
        new(ConsensusFailure.SnapshotInvalid, $"The snapshot of several machines cannot be restored: {problem}.");

    public void WriteTo(Stream destination)
    {
        destination.WriteByte((byte)parts.Length);
        foreach (var part in parts)
        {
            destination.WriteByte(part.Id.Value);
            using var framed = new PartWriteStream(destination);
            part.Snapshot.WriteTo(framed);
            framed.Complete();
        }
    }

    /// <summary>Gives the first machines back what they had when the snapshots were captured.</summary>
    public void PutBack(ReadOnlySpan<HostedMachine> machines)
    {
        for (var i = 0; i < machines.Length; i++)
        {
            using var copy = new MemoryStream();
            parts[i].Snapshot.WriteTo(copy);
            copy.Position = 0;
            machines[i].Machine.Restore(copy);
        }
    }

    public void Dispose()
    {
        foreach (var part in parts)
        {
            part.Snapshot.Dispose();
        }
    }
}
