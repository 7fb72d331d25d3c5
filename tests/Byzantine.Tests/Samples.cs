namespace Consensus.Byzantine.Tests;

/// <summary>A group of four with simulated keys, and blocks of commands.</summary>
internal static class Samples
{
    public static SimulatedKeyRegistry Keys { get; } = new(7);

    public static ByzantineIdentity Identity(uint node, int members = 4) =>
        new(new NodeId(node), Keys.CreateSigner(new NodeId(node)), Verifier(members));

    public static StatementVerifier Verifier(int members = 4)
    {
        var set = SignerSet.Create(Enumerable.Range(1, members).Select(i => new MemberKey(new NodeId((uint)i), Keys.CreateSigner(new NodeId((uint)i)).PublicKey)));
        return new StatementVerifier(new SigningDomain(default, Epoch.Zero, set.Hash), set, Keys, new VerifiedSignatures(256));
    }

    public static CommandBatch Batch(uint origin, ulong number, params string[] commands) =>
        new(new NodeId(origin), number, [.. commands.Select(command => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes(command))]);

    public static Block Block(long time, params CommandBatch[] batches) => new(new Timestamp(time), batches);

    /// <summary>What a restart finds when everything was flushed.</summary>
    public static RecoveredState After(EffectBuffer effects)
    {
        var entries = new List<LogEntry>();
        foreach (var record in effects.Records)
        {
            switch (record.Kind)
            {
                case LogRecordKind.Entry:
                    entries.Add(record.Entry);
                    break;
                case LogRecordKind.Truncate:
                    entries.RemoveAll(entry => entry.Index >= record.Entry.Index);
                    break;
            }
        }

        return EmptyDisk.Found with { Entries = entries, LastLsn = effects.LastLsn };
    }

    /// <summary>So many blocks from the first one on, of about 400 bytes each.</summary>
    public static Block[] Way(int count) => [.. Enumerable.Range(1, count).Select(i => Block(i, Batch(1, (ulong)i, new string('x', 300)).SignedBy(Identity(1))))];

    /// <summary>Where a log stands after these blocks, and nothing before.</summary>
    public static LogPosition EndOf(Block[] blocks)
    {
        var log = new BlockLog(EmptyDisk.Found, 4);
        foreach (var block in blocks)
        {
            log.Append(block, new EffectBuffer(Lsn.Zero));
        }

        return log.PositionAfter(new SequenceNumber((ulong)blocks.Length));
    }
}
