using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>Commands that one replica submits for ordering, in its callers' order. Immutable.</summary>
/// <remarks>
/// Signed by its origin, so that whoever orders it can neither change it nor make one up (Castro and Liskov, TOCS 2002, section 4.2, with a replica in the client's
/// place). The digest covers everything but the signature.
/// </remarks>
public sealed class CommandBatch
{
    /// <summary>What a batch takes beside its commands, in messages and in the log, at most.</summary>
    public const int OverheadBytes = 128;

    /// <summary>What a command takes beside its bytes.</summary>
    public const int CommandOverheadBytes = 5;

    private readonly ReadOnlyMemory<byte>[] _commands;

    /// <summary>Creates a batch.</summary>
    /// <param name="origin">Who submits it.</param>
    /// <param name="number">Its number, chosen by the origin and never used twice.</param>
    /// <param name="commands">The commands in their envelopes; not changed afterwards. Empty for a batch that only marks a place in the order.</param>
    /// <param name="signature">The origin's signature, or none where the agreement on a block speaks for its batches.</param>
    public CommandBatch(NodeId origin, ulong number, ReadOnlyMemory<byte>[] commands, Signature signature = default)
        : this(origin, number, commands, ContentDigests.OfBatch(origin, number, commands), signature)
    {
    }

    private CommandBatch(NodeId origin, ulong number, ReadOnlyMemory<byte>[] commands, Digest digest, Signature signature)
    {
        Origin = origin;
        Number = number;
        _commands = commands;
        Digest = digest;
        Signature = signature;
        foreach (var command in commands)
        {
            Bytes += command.Length + CommandOverheadBytes;
        }
    }

    /// <summary>Who submits it.</summary>
    public NodeId Origin { get; }

    /// <summary>Its number: unique among the batches of its origin.</summary>
    public ulong Number { get; }

    /// <summary>The commands in their envelopes.</summary>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Commands => _commands;

    /// <summary>What the origin signs.</summary>
    public Digest Digest { get; }

    /// <summary>The origin's signature, if it is known.</summary>
    public Signature Signature { get; }

    /// <summary>The size of the batch, about.</summary>
    public long Bytes { get; } = OverheadBytes;

    /// <summary>Origin, number and how many commands, for traces.</summary>
    public override string ToString() => $"{Origin}:{Number} of {_commands.Length}";

    /// <summary>The same batch, signed by its origin.</summary>
    public CommandBatch SignedBy(ByzantineIdentity origin) =>
        new(Origin, Number, _commands, Digest, origin.Sign(StatementKind.CommandBatch, ViewNumber.Zero, new SequenceNumber(Number), Digest));

    /// <summary>The same batch in memory of its own.</summary>
    public CommandBatch Copy()
    {
        var commands = new ReadOnlyMemory<byte>[_commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            commands[i] = _commands[i].ToArray();
        }

        return new CommandBatch(Origin, Number, commands, Digest, Signature);
    }

    /// <summary>Whether its origin is a member and has signed it.</summary>
    public bool IsSigned(ByzantineIdentity identity) =>
        identity.IsSigned(Origin, StatementKind.CommandBatch, ViewNumber.Zero, new SequenceNumber(Number), Digest, Signature);
}
